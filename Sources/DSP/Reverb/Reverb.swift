public import Signal

/// A room that is computed: pre-delay, diffusion, and sixteen delay lines that feed each other.
///
/// - Shape: mono or stereo in, stereo out, in place. Left and right go through allpasses of
///   their own into different lines, so mono comes out wide.
/// - Latency: 0. Tail: pre-delay and `decay`.
/// - Level: an impulse comes out with energy 1 on each side, whatever the decay: noise keeps its
///   level.
/// - Precision: Double; memories are rounded to 2^-32, filters to 2^-40. Nothing is modulated, so
///   equal input gives equal sound everywhere in a session.
/// - Source: see `Tank` and `Diffuser`.
public struct Reverb: Kernel {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case hall
    case plate
    case room
  }

  public struct Parameters: Hashable, Sendable {
    public var kind: Kind = .hall
    /// Seconds until the reverberation is 60 dB down at low frequencies, 0.1...30.
    public var decay: Double = 2
    /// Frames.
    public var preDelay: Int = 0
    /// %, 10...200: the lengths of all lines.
    public var size: Double = 100
    /// 0.05...1: the decay at Nyquist relative to `decay`.
    public var highDecay: Double = 0.5
    /// Hz: a high-pass of 12 dB/oct on the reverberation.
    public var lowCut: Double? = nil
    /// Hz: a low-pass of 12 dB/oct on the reverberation.
    public var highCut: Double? = nil
    /// %, 0...200: of the reverberation.
    public var width: Double = 100
    /// %, 0...100.
    public var mix: Double = 100

    public init() {}
  }

  public static let identity = KernelIdentity("reverb", revision: 1)
  public static let automatable = ["mix"]
  public static func outputChannels(for inputChannels: Int) -> Int { 2 }
  private static let run = 64

  public let memory: Memory
  public let tail: Tail

  private let mix: Double
  private let width: Double
  private let longestRun: Int
  private var preDelay: DelayLine
  private var diffusers: [Diffuser]
  private var tank: Tank
  private var cuts: [LoopFilter]
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    let decay = min(60, max(0.05, parameters.decay))
    let size = min(4, max(0.05, parameters.size * 0.01))
    let voicing = ReverbVoicing(parameters.kind)
    var taken: Set<Int> = []
    let lines = ReverbVoicing.frames(
      voicing.lines.map { $0 * size }, rate: rate, taken: &taken)
    // Small rooms keep enough diffusion to stay smooth, large ones do not smear.
    let spread = min(1.5, max(0.5, size))
    let left = ReverbVoicing.frames(
      voicing.left.map { $0 * spread }, rate: rate, taken: &taken)
    let right = ReverbVoicing.frames(
      voicing.right.map { $0 * spread }, rate: rate, taken: &taken)
    longestRun = min(Self.run, taken.min() ?? 1)
    tank = Tank(
      frames: lines, decay: decay, highDecay: min(1, max(0.01, parameters.highDecay)),
      rate: rate, run: Self.run)
    diffusers = [
      Diffuser(frames: left, gains: voicing.gains), Diffuser(frames: right, gains: voicing.gains),
    ]
    let ahead = min(max(0, parameters.preDelay), 1 << 21)
    preDelay = DelayLine(frames: ahead, channelCount: 2)
    cuts = Array(
      repeating: LoopFilter(
        highPass: parameters.lowCut, lowPass: parameters.highCut, rate: rate),
      count: 2)
    mix = parameters.mix * 0.01
    width = parameters.width * 0.01
    scratch = AudioBuffer(channelCount: 3, frameCapacity: Self.run)
    let longest = (lines.max() ?? 0) + left.reduce(0, +)
    tail = .frames(ahead + longest + Int(decay * rate))
    let rounding = Housekeeping.rounding(forDecay: decay, rate: format.rate)
    memory = .recursive(
      rounding: rounding,
      convergence: 3.6 * decay + Double(ahead + longest) / rate + 1
        + (parameters.lowCut.map { 50 / max(1, $0) } ?? 0)
        + 5 * Convergence.interval(rate, rounding: rounding))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let curve = context.curve(0)
    var done = 0
    while done < block.frameCount {
      let count = min(longestRun, block.frameCount - done)
      let range = done..<(done + count)
      process(block.slice(range), curve?.slice(range))
      done += count
    }
  }

  private mutating func process(_ block: Block, _ curve: Samples?) {
    let wet = scratch.block(block.frameCount)
    for channel in 0..<2 { wet[channel].copy(from: block[channel]) }
    preDelay.process(wet)
    for channel in 0..<2 { diffusers[channel].process(wet[channel], wet[2]) }
    tank.process(wet[0], wet[1])
    for channel in 0..<2 { cuts[channel].process(wet[channel]) }
    if width != 1 { widen(wet[0], wet[1]) }
    for channel in 0..<2 { blend(block[channel], wet[channel], curve) }
  }

  private func widen(_ left: Samples, _ right: Samples) {
    let width = width
    for i in left.indices {
      let middle = 0.5 * (left[i] + right[i])
      let side = 0.5 * (left[i] - right[i]) * width
      left[i] = middle + side
      right[i] = middle - side
    }
  }

  private func blend(_ dry: Samples, _ wet: Samples, _ curve: Samples?) {
    if let curve {
      for i in dry.indices {
        let mix = curve[i] * 0.01
        dry[i] = (1 - mix) * dry[i] + mix * wet[i]
      }
    } else if mix == 1 {
      dry.copy(from: wet)
    } else {
      let mix = mix
      for i in dry.indices { dry[i] = (1 - mix) * dry[i] + mix * wet[i] }
    }
  }

  public mutating func flushDenormals() {
    for channel in 0..<2 {
      diffusers[channel].flush()
      cuts[channel].flush()
    }
    tank.flush()
  }

  public mutating func roundState() {
    for channel in 0..<2 {
      diffusers[channel].round()
      cuts[channel].round()
    }
    tank.round()
  }

  public func encodeState(into writer: inout StateWriter) {
    preDelay.encode(into: &writer)
    for channel in 0..<2 {
      diffusers[channel].encode(into: &writer)
      cuts[channel].encode(into: &writer)
    }
    tank.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    try preDelay.restore(from: &reader)
    for channel in 0..<2 {
      try diffusers[channel].restore(from: &reader)
      try cuts[channel].restore(from: &reader)
    }
    try tank.restore(from: &reader)
  }

  public mutating func reset() {
    preDelay.reset()
    for channel in 0..<2 {
      diffusers[channel].reset()
      cuts[channel].reset()
    }
    tank.reset()
  }
}
