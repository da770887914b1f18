internal import CLanes
import Signal

/// A chain of Schroeder allpasses: v = x + g·v[n − D], y = v[n − D] − g·v. It spreads an impulse
/// without colouring it.
///
/// - Source: M. R. Schroeder, "Natural Sounding Artificial Reverberation", JAES 10(3), 1962.
struct Diffuser {
  private var lines: [FeedbackLine]
  private let gains: [Double]

  init(frames: [Int], gains: [Double]) {
    lines = frames.map { FeedbackLine(frames: $0) }
    self.gains = gains
  }

  /// In place; as many frames as the shortest allpass at most.
  mutating func process(_ samples: Samples, _ scratch: Samples) {
    for index in lines.indices {
      let line = lines[index].beginRun(scratch)
      lanes_allpass(line, samples.address, gains[index], samples.count)
      lines[index].finishRun(scratch)
    }
  }

  mutating func flush() {
    for index in lines.indices { lines[index].flush(last: Int(Housekeeping.interval)) }
  }

  mutating func round() {
    for index in lines.indices { lines[index].round() }
  }

  mutating func reset() {
    for index in lines.indices { lines[index].reset() }
  }

  func encode(into writer: inout StateWriter) {
    for line in lines { line.encode(into: &writer) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for index in lines.indices { try lines[index].restore(from: &reader) }
  }
}
