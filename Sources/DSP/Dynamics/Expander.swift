public import Signal

/// Lowers what is quieter than a threshold, by a ratio.
///
/// gain = max(−range, (R − 1)(L − T)) dB for a level L below T, the level being the largest
/// magnitude of the last 10 ms. Once L has reached T there is no reduction until L has stayed
/// below T − hysteresis for `hold`. Opening and closing are one-pole moves in dB.
///
/// - Shape: one or two channels with one gain, in place.
/// - Latency: `lookAhead` in frames. Tail: the same.
/// - Precision: open for some attacks (below 1e-9 dB), it gives the input's bits.
/// - Source: Giannoulis, Massberg, Reiss, JAES 60(6), 2012, for the static curve.
public struct Expander: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dBFS, −80...0.
    public var threshold: Double
    /// 1...100 or infinity.
    public var ratio: Double = 2
    /// dB, 0...100.
    public var range: Double = 40
    /// dB, 0...20.
    public var hysteresis: Double = 3
    /// Seconds, 0...1: 63 % of the way up.
    public var attack: Double = 0.001
    /// Seconds, 0...4.
    public var hold: Double = 0.02
    /// Seconds, 0.001...5: 63 % of the way down.
    public var release: Double = 0.1
    /// Seconds, 0...0.05.
    public var lookAhead: Double = 0
    /// High-pass before the detector.
    public var keyFilter: KeyFilter.Parameters? = nil

    public init(threshold: Double) { self.threshold = threshold }
  }

  public static let identity = KernelIdentity("expander", revision: 2)
  public static let automatable = ["threshold"]
  /// Seconds over which the level is the largest magnitude: half a period of 50 Hz.
  static let window = 0.01

  public let latency: Int
  public let memory: Memory
  public var tail: Tail { .frames(latency) }

  private let parameters: Parameters
  private let excess: Double
  private let attack: Double
  private let release: Double

  private var listener: KeyListener
  private var peak: MaximumQueue
  private var hysteresis: Hysteresis
  private var reduction: Double
  private var audio: DelayLine

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    self.parameters = parameters
    excess = max(0, parameters.ratio - 1)
    attack = DecibelLoops.pole(parameters.attack, rate)
    release = DecibelLoops.pole(parameters.release, rate)
    latency = DecibelLoops.frames(parameters.lookAhead, rate, limit: Int(rate * 0.05))
    listener = KeyListener(parameters.keyFilter, rate: rate)
    peak = MaximumQueue(length: DecibelLoops.frames(Self.window, rate, limit: 1 << 20))
    // The key is heard early; what it closes is not there yet.
    hysteresis = Hysteresis(
      holdFrames: latency + DecibelLoops.frames(parameters.hold, rate, limit: 1 << 24))
    reduction = excess > 0 ? max(0, parameters.range) : 0
    audio = DelayLine(frames: latency, channelCount: format.channelCount)
    memory = .recursive(
      rounding: Housekeeping.rounding,
      convergence: 34 * (parameters.attack + parameters.release) + parameters.lookAhead
        + parameters.hold
        + (parameters.keyFilter?.convergence ?? 0) + 2 * Convergence.interval(rate))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let values = listener.listen(block, context.key)
    let curve = context.curve(0)
    for i in values.indices {
      // Magnitudes order like the bits they are made of.
      let held = peak.push(Int64(bitPattern: values[i].bitPattern))
      let level = Double(bitPattern: UInt64(bitPattern: held))
      let decibels =
        DecibelLoops.log2(level > 1e-10 ? level : 1e-10)
        * DecibelLoops.decibelsPerOctave
      let threshold = curve?[i] ?? parameters.threshold
      let isOpen = hysteresis.step(
        decibels, open: threshold, close: threshold - parameters.hysteresis)
      let below = threshold - decibels
      let wanted = isOpen || excess == 0 || below <= 0 ? 0 : min(parameters.range, excess * below)
      let pole = wanted < reduction ? attack : release
      reduction = pole * reduction + (1 - pole) * wanted
      values[i] = reduction
    }
    audio.process(block)
    guard Magnitudes.largest(values) > 0 else { return }
    for i in values.indices {
      values[i] = DecibelLoops.exp2(-values[i] * DecibelLoops.octavesPerDecibel)
    }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      for i in values.indices { samples[i] *= values[i] }
    }
  }

  public mutating func flushDenormals() {
    if reduction < ReductionSmoother.rest { reduction = 0 }
    listener.flush()
  }

  public mutating func roundState() {
    reduction = StateGrid.filter(reduction)
    listener.round()
  }

  public func encodeState(into writer: inout StateWriter) {
    listener.encode(into: &writer)
    peak.encode(into: &writer)
    hysteresis.encode(into: &writer)
    writer.write(reduction)
    audio.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    try listener.restore(from: &reader)
    try peak.restore(from: &reader)
    try hysteresis.restore(from: &reader)
    reduction = try reader.readDouble()
    try audio.restore(from: &reader)
  }

  public mutating func reset() {
    listener.reset()
    peak.reset()
    hysteresis.reset()
    reduction = excess > 0 ? max(0, parameters.range) : 0
    audio.reset()
  }
}
