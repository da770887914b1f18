public import Signal

/// Closes while its key is quieter than a threshold.
///
/// It opens when a sample reaches the threshold and closes when none has come within `hysteresis`
/// of it for `hold`, on the signal's own clock whatever the look-ahead. The gain rises along half a cosine and falls straight in dB.
///
/// - Shape: one or two channels with one gain, in place.
/// - Latency: `lookAhead` in frames. Tail: the same.
/// - Precision: open, it gives the input's bits.
public struct Gate: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dBFS, −80...0.
    public var threshold: Double
    /// dB, 0...120: how far down it closes.
    public var range: Double = 80
    /// dB, 0...20.
    public var hysteresis: Double = 4
    /// Seconds, 0.0001...1: the whole way up.
    public var attack: Double = 0.001
    /// Seconds, 0...4. Shorter than half a period of the lowest tone it chatters.
    public var hold: Double = 0.05
    /// Seconds, 0.001...5: the whole way down.
    public var release: Double = 0.15
    /// Seconds, 0...0.05.
    public var lookAhead: Double = 0
    /// High-pass before the detector.
    public var keyFilter: KeyFilter.Parameters? = nil

    public init(threshold: Double) { self.threshold = threshold }
  }

  public static let identity = KernelIdentity("gate", revision: 2)
  public static let automatable = ["threshold"]

  public let latency: Int
  public let memory: Memory
  public var tail: Tail { .frames(latency) }

  private let openLevel: Double
  private let closeRatio: Double
  private let attackFrames: Int
  private let fall: Double
  private let floor: Double

  private var listener: KeyListener
  private var hysteresis: Hysteresis
  /// The gain an attack started from, and how many of its frames have passed; −1: none runs.
  private var start = 0.0
  private var attacked = -1
  private var gain: Double
  private var audio: DelayLine

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    openLevel = decibelsToGain(parameters.threshold)
    closeRatio = decibelsToGain(-max(0, parameters.hysteresis))
    attackFrames = max(1, DecibelLoops.frames(parameters.attack, rate, limit: 1 << 22))
    let releaseFrames = max(1, DecibelLoops.frames(parameters.release, rate, limit: 1 << 22))
    floor = StateGrid.filter(decibelsToGain(-max(0, parameters.range)))
    fall = Maths.exp2(-max(0, parameters.range) * 0.16609640474436812 / Double(releaseFrames))
    gain = floor
    latency = DecibelLoops.frames(parameters.lookAhead, rate, limit: Int(rate * 0.05))
    listener = KeyListener(parameters.keyFilter, rate: rate)
    // The key is heard early; what it closes is not there yet.
    hysteresis = Hysteresis(
      holdFrames: latency + DecibelLoops.frames(parameters.hold, rate, limit: 1 << 24))
    audio = DelayLine(frames: latency, channelCount: format.channelCount)
    memory = .recursive(
      rounding: Housekeeping.rounding,
      convergence: parameters.attack + parameters.lookAhead + parameters.hold
        + parameters.release
        + (parameters.keyFilter?.convergence ?? 0) + 2 * Convergence.interval(rate))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let gains = listener.listen(block, context.key)
    if let curve = context.curve(0) {
      for i in gains.indices {
        let open = decibelsToGain(curve[i])
        gains[i] = step(gains[i], open, open * closeRatio)
      }
    } else {
      let close = openLevel * closeRatio
      for i in gains.indices { gains[i] = step(gains[i], openLevel, close) }
    }
    audio.process(block)
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      for i in gains.indices { samples[i] *= gains[i] }
    }
  }

  @inline(__always)
  private mutating func step(_ level: Double, _ open: Double, _ close: Double) -> Double {
    if hysteresis.step(level, open: open, close: close) {
      if gain < 1 { rise() }
    } else if gain > floor {
      attacked = -1
      let fallen = gain * fall
      gain = fallen > floor ? fallen : floor
    }
    return gain
  }

  private mutating func rise() {
    if attacked < 0 {
      start = gain
      attacked = 0
    }
    attacked += 1
    if attacked >= attackFrames {
      gain = 1
      attacked = -1
    } else {
      let way = 0.5 - 0.5 * Maths.cos(turns: 0.5 * Double(attacked) / Double(attackFrames))
      gain = start + (1 - start) * way
    }
  }

  public mutating func flushDenormals() { listener.flush() }

  public mutating func roundState() {
    gain = StateGrid.filter(gain)
    start = StateGrid.filter(start)
    listener.round()
  }

  public func encodeState(into writer: inout StateWriter) {
    listener.encode(into: &writer)
    hysteresis.encode(into: &writer)
    writer.write(attacked < 0 ? 0 : start)
    writer.write(attacked)
    writer.write(gain)
    audio.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    try listener.restore(from: &reader)
    try hysteresis.restore(from: &reader)
    start = try reader.readDouble()
    attacked = try reader.readInt()
    gain = try reader.readDouble()
    try audio.restore(from: &reader)
  }

  public mutating func reset() {
    listener.reset()
    hysteresis.reset()
    start = 0
    attacked = -1
    gain = floor
    audio.reset()
  }
}
