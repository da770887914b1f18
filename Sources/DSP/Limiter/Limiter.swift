public import Signal

/// Keeps true peaks under a ceiling: `PeakEnvelope`, `LimiterGain` and a delay.
///
/// - Shape: one or two channels, one gain for both, in place.
/// - Key: `context.key` if there is one, else the input: then the key stays under the ceiling.
/// - Latency: look-ahead (a multiple of three frames) plus 24 frames for true peaks. Tail: the same.
/// - Precision: what stays below the ceiling keeps its bits. True peaks stay under the ceiling to
///   0.01 dB on any material; the gain never exceeds 1.
public struct Limiter: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dBTP (dBFS for sample peaks), −30...0.
    public var ceiling: Double = -1
    public var detector: PeakDetection = .truePeak
    /// Seconds, 0.0005...0.02.
    public var lookAhead: Double = 0.005
    /// Seconds, 0.001...5, or automatic.
    public var release: Release = .automatic

    public init() {}
  }

  public static let identity = KernelIdentity("limiter", revision: 3)

  public let latency: Int
  public let memory: Memory
  public var tail: Tail { .frames(latency) }

  private var envelope: PeakEnvelope
  private var gain: LimiterGain
  private var audio: DelayLine
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    gain = LimiterGain(
      ceiling: parameters.ceiling, lookAhead: min(0.05, parameters.lookAhead),
      release: parameters.release, rate: rate)
    envelope = PeakEnvelope(
      parameters.detector, channelCount: format.channelCount, threshold: gain.ceiling)
    latency = envelope.latency + gain.lookAhead
    audio = DelayLine(frames: latency, channelCount: format.channelCount)
    scratch = AudioBuffer(channelCount: 1, frameCapacity: Int(Housekeeping.interval))
    memory = .recursive(
      rounding: Housekeeping.rounding,
      convergence: gain.convergence + 2 * Convergence.interval(rate))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let gains = scratch.block(block.frameCount)[0]
    envelope.process(context.key ?? block, into: gains)
    let isActive = gain.process(gains, gain: 1, into: gains)
    audio.process(block)
    guard isActive else { return }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      for i in gains.indices { samples[i] *= gains[i] }
    }
  }

  public func encodeState(into writer: inout StateWriter) {
    envelope.encode(into: &writer)
    gain.encode(into: &writer)
    audio.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    try envelope.restore(from: &reader)
    try gain.restore(from: &reader)
    try audio.restore(from: &reader)
  }

  public mutating func reset() {
    envelope.reset()
    gain.reset()
    audio.reset()
  }
}
