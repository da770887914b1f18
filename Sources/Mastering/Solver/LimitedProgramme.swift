internal import DSP
public import Engine
public import Loudness
public import Signal

/// Audio that can be read at random; silence outside its frames.
public protocol FrameSource: AnyObject {
  var channelCount: Int { get }
  var frames: Int64 { get }
  /// - Parameter block: as many frames as the range and at most the source's channels.
  func read(_ range: FrameRange, into block: Block) throws(RenderFailure)
}

extension Spill: FrameSource {}

/// A programme as a gain and a true-peak limiter would leave it, for any gain.
///
/// Heights are found once on the ungained programme; they scale with the gain. The heights are
/// kept in single precision, rounded up.
public final class LimitedProgramme {
  public let source: any FrameSource
  /// Hz.
  public let rate: Int
  /// dBTP that no peak may pass; nil: any may.
  public let ceiling: Double?
  /// False: only the gain keeps the ceiling.
  public let isLimited: Bool
  /// Of the ungained programme.
  public let report: MeterReport
  private let partial: MeterPartial
  private let heights: Spill?
  /// Linear; the largest of the ungained programme.
  public let largestHeight: Double
  /// Frames that `heights` lag.
  private let lag: Int64
  /// Candidates that had to be rendered to be measured.
  public private(set) var renderCount = 0

  static let blockFrames = 4096
  public static let lookAhead = 0.005

  /// Measures and detects, in one pass.
  ///
  /// - Parameters:
  ///   - headroom: dB; no gain that is tried lifts a sample further than this over the ceiling.
  ///   - folder: where heights are kept.
  public init(
    _ source: any FrameSource, rate: Int, ceiling: Double?, isLimited: Bool = true,
    headroom: Double, folder: String
  ) throws(RenderFailure) {
    self.source = source
    self.rate = rate
    self.ceiling = ceiling
    self.isLimited = isLimited && ceiling != nil
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    let meter = LoudnessMeter(rate: rate, channelCount: source.channelCount, options: options)
    try FrameLoop.read(source, 0..<source.frames) { block, _ in meter.process(block) }
    partial = meter.finish()
    report = MeterReport(partial, rate: rate, channelCount: source.channelCount)
    guard self.isLimited else {
      heights = nil
      largestHeight = report.truePeak.isFinite ? decibelsToGain(report.truePeak) : 0
      lag = 0
      return
    }
    let peak = report.samplePeak.isFinite ? decibelsToGain(report.samplePeak) : 0
    var envelope = PeakEnvelope(
      .truePeak, channelCount: source.channelCount,
      threshold: peak * decibelsToGain(-max(0, headroom) - 0.3))
    let kept = try Spill(folder: folder, channelCount: 1)
    let row = AudioBuffer(channelCount: 1, frameCapacity: LimitedProgramme.blockFrames)
    lag = Int64(envelope.latency)
    var largest = 0.0
    var failure: RenderFailure?
    try FrameLoop.read(source, 0..<(source.frames + lag)) { block, _ in
      let peaks = row.block(block.frameCount)
      envelope.process(block, into: peaks[0])
      for i in peaks[0].indices {
        var up = Float(peaks[0][i])
        if Double(up) < peaks[0][i] { up = up.nextUp }
        peaks[0][i] = Double(up)
        largest = max(largest, Double(up))
      }
      do throws(RenderFailure) {
        try kept.write(peaks)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    heights = kept
    largestHeight = largest
  }

  /// The most that the limiter takes away at `gain` dB, in dB.
  public func reduction(gain: Double, ceiling lowered: Double? = nil) -> Double {
    guard isLimited, let ceiling = lowered ?? ceiling, largestHeight > 0 else { return 0 }
    return max(0, gainToDecibels(largestHeight) + gain - (ceiling - 0.01))
  }

  /// The largest gain, in dB, at which the limiter takes away `limiting` dB at most.
  public func largestGain(limiting: Double) -> Double {
    guard let ceiling, largestHeight > 0 else { return .infinity }
    return (isLimited ? ceiling - 0.01 + limiting : ceiling) - gainToDecibels(largestHeight)
  }

  /// What the programme measures at `gain` dB, limited.
  public func measure(gain: Double) throws(RenderFailure) -> MeterReport {
    if reduction(gain: gain) == 0 {
      return MeterReport(
        partial.scaled(by: decibelsToGain(gain)), rate: rate, channelCount: source.channelCount)
    }
    renderCount += 1
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    let meter = LoudnessMeter(rate: rate, channelCount: source.channelCount, options: options)
    try render(gain: gain) { block, _ in meter.process(block) }
    return MeterReport(meter.finish(), rate: rate, channelCount: source.channelCount)
  }

  /// Gives the programme at `gain` dB, limited, block by block.
  ///
  /// - Parameter ceiling: another one than the programme's own, in dBTP.
  public func render(
    gain: Double, ceiling lowered: Double? = nil, _ body: (Block, Int64) throws(RenderFailure) -> Void
  ) throws(RenderFailure) {
    let factor = decibelsToGain(gain)
    guard let heights, let ceiling = lowered ?? ceiling else {
      try FrameLoop.readThrowing(source, 0..<source.frames) { block, at throws(RenderFailure) in
        LimitedProgramme.scale(block, factor)
        try body(block, at)
      }
      return
    }
    var limiter = LimiterGain(
      ceiling: ceiling, lookAhead: LimitedProgramme.lookAhead, release: .automatic,
      rate: Double(rate))
    // The gain of frame n comes when the heights up to n + look-ahead have been seen.
    let ahead = Int64(limiter.lookAhead)
    let gains = AudioBuffer(channelCount: 1, frameCapacity: LimitedProgramme.blockFrames)
    var fed: Int64 = 0
    while fed < ahead {
      let count = min(ahead - fed, Int64(LimitedProgramme.blockFrames))
      let row = gains.block(Int(count))
      try heights.read(FrameRange(lag + fed, lag + fed + count), into: row)
      limiter.process(row[0], gain: factor, into: row[0])
      fed += count
    }
    try FrameLoop.readThrowing(source, 0..<source.frames) { block, at throws(RenderFailure) in
      let row = gains.block(block.frameCount)
      let first = lag + ahead + at
      try heights.read(FrameRange(first, first + Int64(block.frameCount)), into: row)
      limiter.process(row[0], gain: factor, into: row[0])
      for channel in 0..<block.channelCount {
        let samples = block[channel]
        for i in samples.indices { samples[i] = samples[i] * factor * row[0][i] }
      }
      try body(block, at)
    }
  }

  static func scale(_ block: Block, _ factor: Double) {
    guard factor != 1 else { return }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      for i in samples.indices { samples[i] *= factor }
    }
  }
}

/// Reads a source in blocks.
enum FrameLoop {
  static func read(
    _ source: any FrameSource, _ range: Range<Int64>, _ body: (Block, Int64) -> Void
  ) throws(RenderFailure) {
    try readThrowing(source, range) { block, at throws(RenderFailure) in body(block, at) }
  }

  static func readThrowing(
    _ source: any FrameSource, _ range: Range<Int64>,
    _ body: (Block, Int64) throws(RenderFailure) -> Void
  ) throws(RenderFailure) {
    let buffer = AudioBuffer(
      channelCount: source.channelCount, frameCapacity: LimitedProgramme.blockFrames)
    var at = range.lowerBound
    while at < range.upperBound {
      let end = min(range.upperBound, at + Int64(LimitedProgramme.blockFrames))
      let block = buffer.block(Int(end - at))
      try source.read(FrameRange(at, end), into: block)
      try body(block, at)
      at = end
    }
  }
}

extension MeterPartial {
  /// What a programme of `gain` times the amplitude would have left, but for the places of its
  /// sounds and overs.
  func scaled(by gain: Double) -> MeterPartial {
    var result = self
    let power = gain * gain
    for i in result.hops.indices { result.hops[i] *= power }
    for i in result.tenths.indices {
      result.tenths[i].product *= power
      for c in result.tenths[i].channels.indices {
        result.tenths[i].channels[c].sum *= gain
        result.tenths[i].channels[c].sumOfSquares *= power
        result.tenths[i].channels[c].samplePeak *= gain
        result.tenths[i].channels[c].truePeak *= gain
        result.tenths[i].channels[c].tableTruePeak *= gain
      }
    }
    return result
  }
}
