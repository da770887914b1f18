public import Signal

/// Removes direct current with a one-pole high-pass filter.
///
/// y[n] = (1 + r)/2 · (x[n] − x[n−1]) + r·y[n−1], with r = e^(−2π·frequency/rate).
///
/// - Parameters: `frequency` in Hz, 1...20, default 5: the −3 dB point.
/// - Shape: any channel count; channels are independent; in place.
/// - Latency: 0 frames. Tail: 1.1 s/Hz to −60 dB (0.22 s at 5 Hz).
/// - Precision: unity at half the rate; y rounded to 2^−40.
/// - Source: J. O. Smith, *Introduction to Digital Filters*, "DC Blocker".
public struct DCBlocker: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// Hz.
    public var frequency: Double
    public init(frequency: Double = 5) { self.frequency = frequency }
  }

  public static let identity = KernelIdentity("dc-blocker", revision: 1)

  private struct State {
    var x = 0.0
    var y = 0.0
  }

  private let r: Double
  private let scale: Double
  private let past: FilterMemory
  private var states: [State]

  public init(_ parameters: Parameters, format: StreamFormat) {
    let turns = min(max(parameters.frequency, 0.01), 0.49 * format.hertz) / format.hertz
    r = Maths.exp(-Maths.tau * turns)
    scale = 0.5 * (1 + r)
    past = FilterMemory(timeConstants: [1 / (Maths.tau * turns)], rate: format.rate)
    states = Array(repeating: State(), count: format.channelCount)
  }

  public var tail: Tail { past.tail }
  public var memory: Memory { past.memory }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    for channel in 0..<min(states.count, block.channelCount) {
      let samples = block[channel]
      var (x1, y1) = (states[channel].x, states[channel].y)
      for i in samples.indices {
        let x = samples[i]
        y1 = scale * (x - x1) + r * y1
        x1 = x
        samples[i] = y1
      }
      states[channel] = State(x: x1, y: y1)
    }
  }

  public mutating func flushDenormals() {
    for i in states.indices {
      states[i].x = StateGrid.flushed(states[i].x)
      states[i].y = StateGrid.flushed(states[i].y)
    }
  }

  public mutating func roundState() {
    for i in states.indices { states[i].y = StateGrid.filter(states[i].y) }
  }

  public func encodeState(into writer: inout StateWriter) {
    for state in states {
      writer.write(state.x)
      writer.write(state.y)
    }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for i in states.indices {
      states[i].x = try reader.readDouble()
      states[i].y = try reader.readDouble()
    }
  }

  public mutating func reset() {
    for i in states.indices { states[i] = State() }
  }
}
