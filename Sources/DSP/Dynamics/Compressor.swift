public import Signal

/// Reduces what is louder than a threshold.
///
/// Level → static curve → smoother → gain, each a value of its own: `LevelDetector`,
/// `GainComputer`, `ReductionSmoother`. Feed-forward, in dB. `wet = x · 10^((makeup − r)/20)`;
/// `mix` blends with the (delayed) input: `y = x · (1 + m·(wet gain − 1))`.
///
/// - Shape: one or two channels, in place. `link` 100 % gives both channels one gain, from the
///   louder; less blends, in dB, with each channel's own.
/// - Key: `context.key` if there is one, else the input; through the key high-pass if asked.
/// - Latency: `lookAhead` in frames. Tail: the same.
/// - Precision: Double; levels and the static curve Float, 1.1e-5 dB, unless threshold or ratio move.
///   A ratio of 1 without makeup gives the input's bits. A reduction that has decayed below 1e-9 dB
///   is none (looked at every 512 frames).
/// - Source: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
///   JAES 60(6), 2012.
public struct Compressor: Kernel {
  public enum Makeup: Hashable, Sendable {
    /// dB, −24...36.
    case decibels(Double)
    /// Half of the reduction at 0 dBFS.
    case automatic
  }

  public struct Parameters: Hashable, Sendable {
    /// dBFS, −80...0.
    public var threshold: Double
    /// 1...100 or infinity.
    public var ratio: Double = 2
    /// dB, 0...36.
    public var knee: Double = 6
    /// Seconds, 0...1: 63 % of a step.
    public var attack: Double = 0.01
    /// Seconds, 0.001...5, or automatic.
    public var release: Release = .seconds(0.1)
    public var makeup: Makeup = .decibels(0)
    public var detector: LevelReading = .peak
    /// %, 0...100.
    public var link: Double = 100
    /// Seconds, 0...0.05.
    public var lookAhead: Double = 0
    /// %, 0...100.
    public var mix: Double = 100
    /// dB, 0...100: never reduces by more.
    public var range: Double = 100
    /// High-pass before the detector.
    public var keyFilter: KeyFilter.Parameters? = nil

    public init(threshold: Double) { self.threshold = threshold }
  }

  public static let identity = KernelIdentity("compressor", revision: 2)
  public static let automatable = ["threshold", "ratio", "makeup", "mix"]

  public let latency: Int
  public let memory: Memory
  public var tail: Tail { .frames(latency) }

  let parameters: Parameters
  let computer: GainComputer
  let makeup: Double
  let mix: Double
  private let link: Double
  private let silentReading: Double
  let channelCount: Int
  /// One reduction a channel, and the linked one last; just one when fully linked.
  private let laneCount: Int
  var detectors: [LevelDetector]
  var smoothers: [ReductionSmoother]
  var keyFilter: KeyFilter?
  private var audio: DelayLine
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    self.parameters = parameters
    let rate = format.hertz
    channelCount = format.channelCount
    latency = DecibelLoops.frames(parameters.lookAhead, rate, limit: Int(rate * 0.05))
    computer = GainComputer(
      threshold: parameters.threshold, ratio: parameters.ratio, knee: parameters.knee)
    makeup =
      switch parameters.makeup {
      case .decibels(let gain): gain
      case .automatic: 0.5 * computer.reduction(0)
      }
    mix = parameters.mix * 0.01
    link = format.channelCount == 1 ? 1 : min(1, max(0, parameters.link * 0.01))
    laneCount = link == 1 ? 1 : (link == 0 ? channelCount : channelCount + 1)
    let detector = LevelDetector(parameters.detector, rate: rate)
    detectors = Array(repeating: detector, count: 2)
    let smoother = ReductionSmoother(
      attack: parameters.attack, release: parameters.release, rate: rate)
    smoothers = Array(repeating: smoother, count: laneCount)
    let silent = computer.silentMagnitude
    silentReading = detector.isPower ? 0.5 * silent * silent : silent
    keyFilter = parameters.keyFilter.map { KeyFilter($0, rate: rate) }
    audio = DelayLine(frames: latency, channelCount: channelCount)
    scratch = AudioBuffer(channelCount: 5, frameCapacity: Int(Housekeeping.interval))
    memory = .recursive(
      rounding: Housekeeping.rounding,
      convergence: smoother.convergence + Convergence.window(parameters.detector)
        + (parameters.keyFilter?.convergence ?? 0) + 2 * Convergence.interval(rate))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let count = block.frameCount
    let lanes = scratch.block(count)
    readLevels(block, context.key, lanes)
    let curves = (context.curve(0), context.curve(1), context.curve(2), context.curve(3))
    let moves = curves.0 != nil || curves.1 != nil
    for lane in 0..<laneCount {
      let values = lanes[lane]
      if moves {
        follow(values, threshold: curves.0, ratio: curves.1)
      } else if Magnitudes.largest(values) <= silentReading {
        if smoothers[lane].isAtRest {
          values.fill(0)
          continue
        }
        values.fill(0)
      } else {
        computer.reductions(values, power: detectors[0].isPower)
      }
      smoothers[lane].process(values)
    }
    audio.process(block)
    if laneCount > 1 && link > 0 {
      for channel in 0..<channelCount { blend(lanes[channel], lanes[laneCount - 1]) }
    }
    let gainLanes = link == 1 ? 1 : channelCount
    for lane in 0..<gainLanes {
      if curves.2 == nil && curves.3 == nil && makeup == 0 && Magnitudes.largest(lanes[lane]) == 0 {
        continue
      }
      gains(lanes[lane], makeup: curves.2, mix: curves.3)
      for channel in (gainLanes == 1 ? 0..<channelCount : lane..<(lane + 1)) {
        let (samples, gain) = (block[channel], lanes[lane])
        for i in 0..<count { samples[i] *= gain[i] }
      }
    }
  }

  /// The detector's readings, one lane for each smoother.
  private mutating func readLevels(_ block: Block, _ key: Block?, _ lanes: Block) {
    var source = key ?? block
    if keyFilter != nil {
      let filtered = Block(
        lanes[3].address, stride: scratch.frameCapacity, channelCount: source.channelCount,
        frameCount: block.frameCount)
      filtered.copy(from: source)
      keyFilter?.process(filtered)
      source = filtered
    }
    for channel in 0..<source.channelCount {
      detectors[channel].process(source[channel], into: lanes[channel])
    }
    if laneCount == 1 {
      if source.channelCount == 2 { Magnitudes.merge(lanes[0], lanes[1]) }
      return
    }
    if source.channelCount == 1 { lanes[1].copy(from: lanes[0]) }
    if laneCount > channelCount {
      lanes[2].copy(from: lanes[0])
      Magnitudes.merge(lanes[2], lanes[1])
    }
  }

  /// The static curve with a threshold or ratio that moves.
  private func follow(_ values: Samples, threshold: Samples?, ratio: Samples?) {
    let power = detectors[0].isPower
    let scale = DecibelLoops.decibelsPerOctave * (power ? 0.5 : 1)
    let offset = power ? 3.010299956639812 : 0
    let floor = power ? 1e-20 : 1e-10
    for i in values.indices {
      let level = DecibelLoops.log2(values[i] > floor ? values[i] : floor) * scale + offset
      let computer = GainComputer(
        threshold: threshold?[i] ?? parameters.threshold, ratio: ratio?[i] ?? parameters.ratio,
        knee: parameters.knee)
      values[i] = computer.reduction(level)
    }
  }

  /// `own` towards `linked`, in dB.
  private func blend(_ own: Samples, _ linked: Samples) {
    let link = link
    for i in own.indices { own[i] += link * (linked[i] - own[i]) }
  }

  /// Replaces reductions in dB by the gains to multiply with.
  private func gains(_ values: Samples, makeup curve: Samples?, mix mixCurve: Samples?) {
    let range = parameters.range
    if let curve {
      for i in values.indices {
        let reduction = values[i] < range ? values[i] : range
        values[i] = DecibelLoops.exp2((curve[i] - reduction) * DecibelLoops.octavesPerDecibel)
      }
    } else {
      DecibelLoops.replaceByGains(values, makeup: makeup, range: range)
    }
    if let mixCurve {
      for i in values.indices {
        let mix = mixCurve[i] * 0.01
        values[i] = mix == 1 ? values[i] : 1 + mix * (values[i] - 1)
      }
    } else if mix != 1 {
      let mix = mix
      for i in values.indices { values[i] = 1 + mix * (values[i] - 1) }
    }
  }

  public mutating func flushDenormals() {
    for i in detectors.indices { detectors[i].flush() }
    for i in smoothers.indices { smoothers[i].settle() }
    keyFilter?.flush()
  }

  public mutating func roundState() {
    for i in detectors.indices { detectors[i].round() }
    for i in smoothers.indices { smoothers[i].round() }
    keyFilter?.round()
  }

  public func encodeState(into writer: inout StateWriter) {
    for detector in detectors { writer.write(detector.meanSquare) }
    for smoother in smoothers { smoother.encode(into: &writer) }
    keyFilter?.encode(into: &writer)
    audio.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for i in detectors.indices { detectors[i].meanSquare = try reader.readDouble() }
    for i in smoothers.indices { try smoothers[i].restore(from: &reader) }
    try keyFilter?.restore(from: &reader)
    try audio.restore(from: &reader)
  }

  public mutating func reset() {
    for i in detectors.indices { detectors[i].meanSquare = 0 }
    for i in smoothers.indices { smoothers[i].reset() }
    keyFilter?.reset()
    audio.reset()
  }
}
