internal import CLanes
import Signal

/// The recirculating part of the reverb: sixteen delay lines, each with its absorption, mixed by
/// a Hadamard matrix over 4 (orthogonal, so that the absorption alone decides the decay).
///
/// Line i of m frames loses 60 dB in T(0) seconds at DC and in T(π) at Nyquist: its one-pole
/// filter g(1 − b)/(1 − b z⁻¹) has g = 10^(−3m/(fs·T(0))) and b = (1 − r)/(1 + r),
/// r = 10^(−3m/(fs·T(π)))/g: exact at both ends. The outputs are rows 6 and 9 of the matrix's
/// result, orthogonal to each other; each line is fed from one input, half of them with its sign turned.
///
/// - Source: J.-M. Jot, A. Chaigne, "Digital Delay Networks for Designing Artificial
///   Reverberators", AES 90, 1991; D. Rocchesso, J. O. Smith, "Circulant and Elliptic Feedback
///   Delay Networks", IEEE Trans. Speech Audio 5(1), 1997.
struct Tank {
  static let count = 16
  let shortest: Int
  /// Multiplies the outputs: an impulse on both inputs then has energy 1 on each output.
  let level: Double
  private var lines: [FeedbackLine]
  /// g(1 − b) of each line, then b of each.
  private let filter: AudioBuffer
  /// The filters' memories.
  private let state: AudioBuffer
  private let scratch: AudioBuffer
  private let places = Places()

  /// Where the lines' oldest samples are.
  private final class Places {
    let first: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
    init() {
      first = .allocate(capacity: Tank.count)
      first.initialize(repeating: nil, count: Tank.count)
    }
    deinit { first.deallocate() }
  }

  /// - Parameters:
  ///   - frames: sixteen lengths.
  ///   - decay: T(0) in seconds; `highDecay`: T(π) / T(0).
  ///   - run: frames at most in one call.
  init(frames: [Int], decay: Double, highDecay: Double, rate: Double, run: Int) {
    shortest = frames.min() ?? 1
    lines = frames.map { FeedbackLine(frames: $0) }
    let bass = frames.map { Maths.exp2(-9.965784284662087 * Double($0) / (rate * decay)) }
    let treble = frames.map {
      Maths.exp2(-9.965784284662087 * Double($0) / (rate * decay * highDecay))
    }
    let poles = (0..<Self.count).map { i -> Double in
      let ratio = treble[i] / bass[i]
      return (1 - ratio) / (1 + ratio)
    }
    let gain = (0..<Self.count).map { bass[$0] * (1 - poles[$0]) }
    filter = AudioBuffer(channelCount: 1, frameCapacity: 2 * Self.count)
    state = AudioBuffer(channelCount: 1, frameCapacity: Self.count)
    for index in 0..<Self.count {
      filter.block[0][index] = gain[index]
      filter.block[0][Self.count + index] = poles[index]
    }
    scratch = AudioBuffer(channelCount: Self.count, frameCapacity: run)
    level = 1 / Self.energy(gain: gain, pole: poles).squareRoot()
  }

  /// Energy of the response to an impulse on both inputs: what sixteen units of it leave of
  /// themselves each time round, γ/(1 − γ), averaged over frequency.
  private static func energy(gain: [Double], pole: [Double]) -> Double {
    var sum = 0.0
    let points = 64
    for point in 0..<points {
      let cosine = Maths.cos(turns: (Double(point) + 0.5) / Double(2 * points))
      var left = 0.0
      for i in 0..<count {
        let b = pole[i]
        left += gain[i] * gain[i] / (1 - 2 * b * cosine + b * b)
      }
      left /= Double(count)
      sum += left / (1 - left)
    }
    return Double(count) * sum / Double(points)
  }

  /// Replaces the inputs by the outputs.
  mutating func process(_ left: Samples, _ right: Samples) {
    let spare = scratch.block(left.count)
    for index in 0..<Self.count { places.first[index] = lines[index].beginRun(spare[index]) }
    lanes_tank(
      places.first, left.count, filter.block[0].address, state.block[0].address, level,
      left.address, right.address)
    for index in 0..<Self.count { lines[index].finishRun(spare[index]) }
  }

  /// Clears what has decayed. The lines are looked at only when all filters are far below
  /// anything audible: then the lines are too.
  mutating func flush() {
    var largest = 0.0
    let filters = state.block[0]
    for index in 0..<Self.count {
      filters[index] = StateGrid.flushed(filters[index])
      largest = max(largest, filters[index].magnitude)
    }
    guard largest < 1e-30 else { return }
    for index in 0..<Self.count { lines[index].flush(last: Int(Housekeeping.interval)) }
  }

  mutating func round() {
    let filters = state.block[0]
    for index in 0..<Self.count {
      filters[index] = StateGrid.filter(filters[index])
      lines[index].round()
    }
  }

  mutating func reset() {
    state.block.fill(0)
    for index in 0..<Self.count {
      lines[index].reset()
    }
  }

  func encode(into writer: inout StateWriter) {
    writer.write(state.block[0])
    for line in lines { line.encode(into: &writer) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    try reader.read(into: state.block[0])
    for index in 0..<Self.count { try lines[index].restore(from: &reader) }
  }
}
