public import Signal

/// Lowers the signal by a fixed amount while another one sounds.
///
/// The other one counts as sounding while its level (RMS over 10 ms, a sine read as its peak) is
/// at or above the threshold, and `hold` longer, whatever the look-ahead. The way down and back is 3u² − 2u³ in dB.
///
/// - Shape: one or two channels with one gain, in place; listens to `context.key`.
/// - Latency: `lookAhead` in frames. Tail: the same.
/// - Precision: up, it gives the input's bits; the way is counted in integers, so it arrives.
public struct Duck: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dB, 0...60.
    public var amount: Double = 12
    /// dBFS, −80...0.
    public var threshold: Double = -40
    /// Seconds, 0...1.
    public var lookAhead: Double = 0
    /// Seconds: the whole way down.
    public var attack: Double = 0.1
    /// Seconds.
    public var hold: Double = 0.3
    /// Seconds: the whole way back.
    public var release: Double = 0.6

    public init() {}
  }

  public static let identity = KernelIdentity("duck", revision: 2)
  private static let one: Int64 = 1 << 40

  public let latency: Int
  public let memory: Memory
  public var tail: Tail { .frames(latency) }

  private let threshold: Double
  private let octaves: Double
  private let down: Int64
  private let up: Int64

  private var detectors: [LevelDetector]
  private var gate: Hysteresis
  private var position: Int64 = 0
  private var audio: DelayLine
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    threshold = 0.5 * Maths.exp2(parameters.threshold * (2 * 0.16609640474436812))
    octaves = max(0, parameters.amount) * 0.16609640474436812
    down = Self.one / Int64(max(1, DecibelLoops.frames(parameters.attack, rate, limit: 1 << 24)))
    up = Self.one / Int64(max(1, DecibelLoops.frames(parameters.release, rate, limit: 1 << 24)))
    latency = DecibelLoops.frames(parameters.lookAhead, rate, limit: Int(rate))
    let reading = LevelReading.rms(window: 0.01)
    detectors = Array(repeating: LevelDetector(reading, rate: rate), count: 2)
    // The other one is heard early, its end too.
    gate = Hysteresis(
      holdFrames: latency + DecibelLoops.frames(parameters.hold, rate, limit: 1 << 24))
    audio = DelayLine(frames: latency, channelCount: format.channelCount)
    scratch = AudioBuffer(channelCount: 2, frameCapacity: Int(Housekeeping.interval))
    memory = .recursive(
      rounding: Housekeeping.rounding,
      convergence: parameters.attack + parameters.lookAhead + parameters.hold
        + parameters.release
        + Convergence.window(reading) + 2 * Convergence.interval(rate))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let lanes = scratch.block(block.frameCount)
    let source = context.key ?? block
    for channel in 0..<source.channelCount {
      detectors[channel].process(source[channel], into: lanes[channel])
    }
    let values = lanes[0]
    if source.channelCount == 2 { Magnitudes.merge(values, lanes[1]) }
    audio.process(block)
    if position == 0 && !gate.isOpen && Magnitudes.largest(values) < threshold { return }
    for i in values.indices {
      if gate.step(values[i], open: threshold, close: threshold) {
        position = min(Self.one, position + down)
      } else {
        position = max(0, position - up)
      }
      let way = Double(position) * 0x1p-40
      values[i] = way * way * (3 - 2 * way)
    }
    let octaves = -octaves
    for i in values.indices { values[i] = DecibelLoops.exp2(values[i] * octaves) }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      for i in values.indices { samples[i] *= values[i] }
    }
  }

  public mutating func flushDenormals() {
    for i in detectors.indices { detectors[i].flush() }
  }

  public mutating func roundState() {
    for i in detectors.indices { detectors[i].round() }
  }

  public func encodeState(into writer: inout StateWriter) {
    for detector in detectors { writer.write(detector.meanSquare) }
    gate.encode(into: &writer)
    writer.write(Int(position))
    audio.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for i in detectors.indices { detectors[i].meanSquare = try reader.readDouble() }
    try gate.restore(from: &reader)
    position = min(Self.one, max(0, Int64(try reader.readInt())))
    try audio.restore(from: &reader)
  }

  public mutating func reset() {
    for i in detectors.indices { detectors[i].meanSquare = 0 }
    gate.reset()
    position = 0
    audio.reset()
  }
}
