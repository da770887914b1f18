public import Signal

/// Second-order sections one after another, as all static filters are run.
///
/// Transposed direct form II: y = b0·x + s1; s1 = (b1·x + s2) − a1·y; s2 = b2·x − a2·y.
///
/// Sections of several filters may be put into one cascade: the bits are those of the filters in
/// sequence.
///
/// - Shape: any channel count; channels are independent; in place.
/// - Latency: 0 frames. Tail: from the sections' poles.
/// - Precision: Double; states rounded to 2^−40 at multiples of each section's interval.
public struct BiquadCascade: Kernel {
  public struct Parameters: Hashable, Sendable {
    public var sections: [BiquadCoefficients]
    public init(sections: [BiquadCoefficients]) { self.sections = sections }
  }

  public static let identity = KernelIdentity("biquad-cascade", revision: 1)

  struct State: Hashable, Sendable {
    var s1 = 0.0
    var s2 = 0.0
  }

  let sections: [BiquadCoefficients]
  private let roundings: [Int64]
  let channelCount: Int
  public let tail: Tail
  public let memory: Memory
  /// Section by section within channel by channel.
  var states: [State]
  var end: Int64 = 0

  public init(_ parameters: Parameters, format: StreamFormat) {
    sections = parameters.sections
    channelCount = format.channelCount
    states = Array(repeating: State(), count: sections.count * channelCount)
    let past = FilterMemory(timeConstants: sections.map(\.timeConstant), rate: format.rate)
    tail = sections.isEmpty ? .frames(0) : past.tail
    memory = sections.isEmpty ? .none : past.memory
    roundings = sections.map {
      Int64(FilterMemory.rounding(timeConstant: $0.timeConstant, rate: format.rate))
    }
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    end = frame + Int64(block.frameCount)
    guard channelCount <= block.channelCount && block.frameCount > 0 else { return }
    var first = 0
    while first < sections.count {
      let count = Chain.next(of: sections.count - first)
      if channelCount == 2 {
        processPair(block, first, count)
      } else {
        for channel in 0..<channelCount { processOne(block[channel], channel, first, count) }
      }
      first += count
    }
  }

  public mutating func flushDenormals() {
    for i in states.indices {
      states[i].s1 = StateGrid.flushed(states[i].s1)
      states[i].s2 = StateGrid.flushed(states[i].s2)
    }
  }

  public mutating func roundState() {
    for index in sections.indices where end & (roundings[index] - 1) == 0 {
      for channel in 0..<channelCount {
        let i = channel * sections.count + index
        states[i].s1 = StateGrid.filter(states[i].s1)
        states[i].s2 = StateGrid.filter(states[i].s2)
      }
    }
  }

  public func encodeState(into writer: inout StateWriter) {
    for state in states {
      writer.write(state.s1)
      writer.write(state.s2)
    }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for i in states.indices {
      states[i].s1 = try reader.readDouble()
      states[i].s2 = try reader.readDouble()
    }
  }

  public mutating func reset() {
    for i in states.indices { states[i] = State() }
  }
}
