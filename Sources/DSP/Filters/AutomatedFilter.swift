public import Signal

/// A filter whose frequency, gain or q moves.
///
/// The responses are those of `FilterSpec`, in state-variable sections: they are designed anew
/// from the curves' values at every session frame n with n mod 16 = 0 and ramp there linearly over
/// the 16 frames from n on.
///
/// - Parameters: `spec` as in `FilterSpec`; frequency in Hz, gain in dB and q are automatable.
/// - Shape: any channel count; channels are independent; in place.
/// - Latency: 0 frames. Tail: that of the parameters at which the filter is slowest.
/// - Precision: Double; states rounded to 2^−40.
public struct AutomatedFilter: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// Where a parameter has no curve, its value is this one's.
    public var spec: FilterSpec
    /// The parameters at which it remembers longest: lowest frequency, largest q and gain.
    public var slowest: FilterSpec

    public init(_ spec: FilterSpec, slowest: FilterSpec? = nil) {
      self.spec = spec
      self.slowest = slowest ?? spec
    }

    /// With what the curves reach; a shelf whose q moves takes the cookbook's form throughout.
    public init(
      _ spec: FilterSpec, frequency: AutomationCurve?, gain: AutomationCurve? = nil,
      q: AutomationCurve? = nil
    ) {
      func values(_ curve: AutomationCurve?, _ fallback: Double) -> [Double] {
        curve.map { [$0.before] + $0.points.map(\.value) } ?? [fallback]
      }
      self.spec = spec
      if q != nil && (spec.kind == .lowShelf || spec.kind == .highShelf) {
        self.spec.design = .cookbook
      }
      slowest = self.spec
      slowest.frequency = values(frequency, spec.frequency).min() ?? spec.frequency
      slowest.gain = values(gain, spec.gain).map(\.magnitude).max() ?? spec.gain
      slowest.q = values(q, spec.q).max() ?? spec.q
    }
  }

  public static let identity = KernelIdentity("automated-filter", revision: 1)
  public static let automatable = ["frequency", "gain", "q"]

  /// Frames between two designs.
  static let interval = 16

  private struct Values: Hashable {
    var frequency = 0.0
    var gain = 0.0
    var q = 0.0
  }

  private let spec: FilterSpec
  private let rate: Double
  private let past: FilterMemory
  private let sectionCount: Int
  private let channelCount: Int
  private var isRunning = false
  /// The sections are still to be designed from restored values.
  private var hasRestored = false
  private var from = Values()
  private var to = Values()
  private var fromSections: [StateVariableCoefficients]
  private var toSections: [StateVariableCoefficients]
  /// Section by section within channel by channel.
  private var states: [StateVariable]

  public init(_ parameters: Parameters, format: StreamFormat) {
    spec = parameters.spec
    rate = format.hertz
    past = FilterMemory(
      timeConstants: parameters.slowest.designedSections(rate: format.hertz).map(\.timeConstant),
      rate: format.rate)
    sectionCount = spec.sectionCount
    channelCount = format.channelCount
    let rest = StateVariableCoefficients(.identity)
    fromSections = Array(repeating: rest, count: sectionCount)
    toSections = fromSections
    states = Array(repeating: StateVariable(), count: sectionCount * channelCount)
  }

  public var tail: Tail { past.tail }
  public var memory: Memory { past.memory }

  private func values(_ context: Context, _ index: Int) -> Values {
    Values(
      frequency: context.curve(0)?[index] ?? spec.frequency,
      gain: context.curve(1)?[index] ?? spec.gain, q: context.curve(2)?[index] ?? spec.q)
  }

  private func design(_ values: Values, into sections: inout [StateVariableCoefficients]) {
    var moved = spec
    moved.frequency = values.frequency
    moved.gain = values.gain
    moved.q = values.q
    moved.forEachSection(rate: rate) { index, section in
      sections[index] = StateVariableCoefficients(section)
    }
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let interval = AutomatedFilter.interval
    if hasRestored {
      design(from, into: &fromSections)
      design(to, into: &toSections)
      hasRestored = false
    }
    var done = 0
    while done < block.frameCount {
      let phase = Int((frame + Int64(done)) & Int64(interval - 1))
      if phase == 0 || !isRunning {
        turn(to: values(context, done))
      }
      var end = min(block.frameCount, done + interval - phase)
      if from == to {
        while end < block.frameCount && values(context, end) == to {
          end = min(block.frameCount, end + interval)
        }
      }
      run(block.slice(done..<end), phase: phase)
      done = end
    }
  }

  private mutating func turn(to next: Values) {
    if !isRunning {
      design(next, into: &toSections)
      to = next
      isRunning = true
    }
    from = to
    for index in 0..<sectionCount { fromSections[index] = toSections[index] }
    if next != to {
      to = next
      design(next, into: &toSections)
    }
  }

  private mutating func run(_ block: Block, phase: Int) {
    for channel in 0..<min(channelCount, block.channelCount) {
      for index in 0..<sectionCount {
        let samples = block[channel]
        let state = channel * sectionCount + index
        if from == to {
          states[state].process(samples, toSections[index])
        } else {
          states[state].process(
            samples, from: fromSections[index], to: toSections[index], first: phase,
            steps: AutomatedFilter.interval)
        }
      }
    }
  }

  public mutating func flushDenormals() {
    for i in states.indices {
      states[i].i1 = StateGrid.flushed(states[i].i1)
      states[i].i2 = StateGrid.flushed(states[i].i2)
    }
  }

  public mutating func roundState() {
    for i in states.indices {
      states[i].i1 = StateGrid.filter(states[i].i1)
      states[i].i2 = StateGrid.filter(states[i].i2)
    }
  }

  public func encodeState(into writer: inout StateWriter) {
    writer.write(isRunning ? 1 : 0)
    for values in [from, to] {
      writer.write(values.frequency)
      writer.write(values.gain)
      writer.write(values.q)
    }
    for state in states {
      writer.write(state.i1)
      writer.write(state.i2)
    }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    isRunning = try reader.readInt() != 0
    from = try AutomatedFilter.readValues(&reader)
    to = try AutomatedFilter.readValues(&reader)
    for i in states.indices {
      states[i].i1 = try reader.readDouble()
      states[i].i2 = try reader.readDouble()
    }
    hasRestored = isRunning
  }

  private static func readValues(_ reader: inout StateReader) throws(StateError) -> Values {
    Values(
      frequency: try reader.readDouble(), gain: try reader.readDouble(),
      q: try reader.readDouble())
  }

  public mutating func reset() {
    isRunning = false
    hasRestored = false
    from = Values()
    to = Values()
    for i in states.indices { states[i] = StateVariable() }
  }
}
