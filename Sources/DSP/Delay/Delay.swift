public import Signal

/// Repeats the signal after a while, and the repeats again.
///
/// w[n] = F(line[n − D]), line[n] = x[n] + feedback · w[n], y = (1 − mix) · x + mix · w, with the
/// loop's filters F; the first repeat has been through them too. With `pingPong` the mean of
/// the channels goes into the left line, and each line's repeats go into the other one.
///
/// - Shape: one or two channels. A ping-pong, or two different times, makes stereo of mono.
/// - Latency: 0. Tail: until the repeats are 60 dB down.
/// - Precision: Double; the memory is rounded to 2^-32, the filters to 2^-40.
public struct Delay: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// Frames until the repeat (of the left channel), 1 or more.
    public var time: Int
    /// Frames for the right channel; nil: as the left.
    public var timeRight: Int? = nil
    /// %, 0...95.
    public var feedback: Double = 0
    /// Hz.
    public var lowPass: Double? = nil
    /// Hz.
    public var highPass: Double? = nil
    public var pingPong = false
    /// %, 0...100.
    public var mix: Double = 100

    public init(time: Int) { self.time = time }

    var makesStereo: Bool { pingPong || (timeRight ?? time) != time }
  }

  public static let identity = KernelIdentity("delay", revision: 1)
  public static let automatable = ["mix"]
  /// The longest time, in frames: ten seconds at 768 kHz.
  static let limit = 7_680_000
  private static let run = 64

  public static func outputChannels(for inputChannels: Int, parameters: Parameters) -> Int {
    parameters.makesStereo ? 2 : inputChannels
  }

  public let memory: Memory
  public let tail: Tail

  private let feedback: Double
  private let mix: Double
  private let pingPong: Bool
  private let longestRun: Int
  private var lines: [FeedbackLine]
  private var filters: [LoopFilter]
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    let times = [parameters.time, parameters.timeRight ?? parameters.time].map {
      min(Self.limit, max(1, $0))
    }
    let rate = format.hertz
    feedback = min(0.98, max(0, parameters.feedback * 0.01))
    mix = parameters.mix * 0.01
    pingPong = parameters.pingPong && format.channelCount == 2
    lines = (0..<format.channelCount).map { FeedbackLine(frames: times[$0]) }
    filters = Array(
      repeating: LoopFilter(
        highPass: parameters.highPass, lowPass: parameters.lowPass, rate: rate),
      count: format.channelCount)
    longestRun = min(Self.run, lines.map(\.frames).min() ?? 1)
    scratch = AudioBuffer(channelCount: 3, frameCapacity: Self.run)
    // Repeats until 60 dB down, the first one included.
    let loss = -gainToDecibels(feedback)
    let longest = max(times[0], times[1])
    let repeats = feedback > 0 ? 60 / loss : 0
    let decay = repeats * Double(longest)
    let filterTail = parameters.highPass.map { 2.2 / max(1, $0) * rate } ?? 0
    tail = .frames(longest + Int(min(decay + filterTail, 1e12)))
    let rounding = Housekeeping.rounding(forDecay: min(decay / rate, 1e5), rate: format.rate)
    memory = .recursive(
      rounding: rounding,
      convergence: 3.6 * decay / rate + Double(2 * longest) / rate + 20 * filterTail / rate
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

  /// At most `longestRun` frames.
  private mutating func process(_ block: Block, _ curve: Samples?) {
    let repeats = scratch.block(block.frameCount)
    for channel in lines.indices {
      lines[channel].read(into: repeats[channel])
      filters[channel].process(repeats[channel])
    }
    let input = repeats[2]
    let feedback = feedback
    for channel in lines.indices {
      let own = block[channel]
      let back = pingPong ? repeats[1 - channel] : repeats[channel]
      if pingPong {
        if channel == 0 {
          let right = block[1]
          for i in input.indices { input[i] = 0.5 * (own[i] + right[i]) + feedback * back[i] }
        } else {
          for i in input.indices { input[i] = feedback * back[i] }
        }
      } else {
        for i in input.indices { input[i] = own[i] + feedback * back[i] }
      }
      lines[channel].write(input)
    }
    for channel in lines.indices { blend(block[channel], repeats[channel], curve) }
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
    for index in lines.indices {
      lines[index].flush(last: Int(Housekeeping.interval))
      filters[index].flush()
    }
  }

  public mutating func roundState() {
    for index in lines.indices {
      lines[index].round()
      filters[index].round()
    }
  }

  public func encodeState(into writer: inout StateWriter) {
    for index in lines.indices {
      lines[index].encode(into: &writer)
      filters[index].encode(into: &writer)
    }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for index in lines.indices {
      try lines[index].restore(from: &reader)
      try filters[index].restore(from: &reader)
    }
  }

  public mutating func reset() {
    for index in lines.indices {
      lines[index].reset()
      filters[index].reset()
    }
  }
}
