public import Signal

/// Measures a programme as it passes: loudness, peaks, levels, faults.
///
/// Everything is kept by hops of 10 ms and tenths of a second, on a grid counted from the
/// programme's first frame (hop h begins at ⌊h·rate/100⌋), so `takePartial` may be called at any
/// time and what it gives does not depend on how the programme was cut. Peaks look 24 frames
/// ahead; so does the whole meter.
///
/// - Shape: any channel count; loudness weights up to 7.1 in the order of WAV files.
/// - Source: ITU-R BS.1770-5; EBU Tech 3341 and 3342.
public final class LoudnessMeter {
  public struct Options: Hashable, Sendable {
    /// Loudness, levels and faults; without them only true peaks are of use.
    public var measuresLevels = true
    /// With the levels: what folding to mono loses, band by band.
    public var measuresFold = true
    /// True peaks and overs between samples.
    public var measuresTruePeak = true
    /// Also the true peak by the standard's own table.
    public var measuresTableTruePeak = true
    /// Also the power by thirds of an octave.
    public var measuresSpectrum = false
    /// A sample of this magnitude counts as clipped: 1 − 2^-23, or the top code of the file's
    /// depth.
    public var clipLevel = 1 - 0x1p-23
    /// How much each channel counts in loudness; nil: as in the order of WAV files.
    public var weights: [Double]?

    public init() {}
  }

  /// Raised when any number that is measured changes.
  public static let revision = 5

  public var rate: Int { run.rate }
  public var channelCount: Int { run.channelCount }
  public var options: Options { run.options }

  /// Added to a frame of the programme it gives its place on the axis that roundings of the filters
  /// count by: after a cut of the programme they are made at the same frames as before.
  public var shift: Int64 {
    get { run.shift }
    set { run.shift = newValue }
  }

  private var run: MeterRun

  public init(rate: Int, channelCount: Int, options: Options = Options()) {
    run = MeterRun(rate: rate, channelCount: channelCount, options: options)
  }

  /// Takes the frames that follow.
  public func process(_ block: Block) { run.process(block) }

  /// What was measured since the last time.
  public func takePartial() -> MeterPartial { run.takePartial() }

  /// Ends the programme and gives what was measured since the last `takePartial`.
  public func finish() -> MeterPartial { run.finish() }

  /// Everything that future partials depend on, canonically; what `takePartial` would give now is
  /// not part of it.
  public func encodeState(into writer: inout StateWriter) { run.encodeState(into: &writer) }

  /// Takes over the state that a meter of equal rate, channels and options wrote at the programme
  /// frame `frame` (the number of frames it had been given).
  public func restoreState(from reader: inout StateReader, at frame: Int64) throws(StateError) {
    try run.restoreState(from: &reader, at: frame)
  }
}

extension MeterPartial {
  init(open tenth: Tenth) { tenths = [tenth] }
}
