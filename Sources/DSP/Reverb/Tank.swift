import Signal

/// The recirculating part of the reverb: sixteen delay lines, each with its absorption, mixed by
/// a Hadamard matrix over 4 (orthogonal, so that the absorption alone decides the decay).
///
/// Line i of m frames loses 60 dB in T(0) seconds at DC and in T(π) at Nyquist: its one-pole
/// filter g(1 − b)/(1 − b z⁻¹) has g = 10^(−3m/(fs·T(0))) and b = (1 − r)/(1 + r),
/// r = 10^(−3m/(fs·T(π)))/g: exact at both ends. The outputs are two rows of the matrix's
/// result, orthogonal to each other.
///
/// - Source: J.-M. Jot, A. Chaigne, "Digital Delay Networks for Designing Artificial
///   Reverberators", AES 90, 1991; D. Rocchesso, J. O. Smith, "Circulant and Elliptic Feedback
///   Delay Networks", IEEE Trans. Speech Audio 5(1), 1997.
struct Tank {
  static let count = 16
  /// Rows of the Hadamard matrix that are heard, left and right.
  private static let rows = (6, 9)
  /// Which lines the right input feeds, and where the sign is turned, a bit a line.
  private static let rightLines: UInt16 = 0b1010_0101_1010_0101
  private static let turnedLines: UInt16 = 0b0110_1100_0011_0101

  let shortest: Int
  /// Multiplies the outputs: an impulse on both inputs then has energy 1 on each output.
  let level: Double
  private var lines: [FeedbackLine]
  private let gain: [Double]
  private let pole: [Double]
  private var filters: [Double]
  private let scratch: AudioBuffer

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
    gain = (0..<Self.count).map { bass[$0] * (1 - poles[$0]) }
    pole = poles
    filters = Array(repeating: 0, count: Self.count)
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
    let block = scratch.block(left.count)
    for index in 0..<Self.count { lines[index].read(into: block[index]) }
    for first in stride(from: 0, to: Self.count, by: 4) { absorb(block, first) }
    for first in stride(from: 0, to: Self.count, by: 4) {
      Self.butterfly(block[first], block[first + 1], block[first + 2], block[first + 3])
    }
    for first in 0..<4 {
      Self.butterfly(block[first], block[first + 4], block[first + 8], block[first + 12])
    }
    for index in 0..<Self.count where index != Self.rows.0 && index != Self.rows.1 {
      let samples = block[index]
      feed(samples, left, right, index)
      lines[index].write(samples)
    }
    // The two rows that are heard last, since they are read before the input is added.
    let (heardLeft, heardRight) = (block[Self.rows.0], block[Self.rows.1])
    let (spareLeft, spareRight) = (block[0], block[1])
    spareLeft.copy(from: heardLeft)
    spareRight.copy(from: heardRight)
    feed(heardLeft, left, right, Self.rows.0)
    lines[Self.rows.0].write(heardLeft)
    feed(heardRight, left, right, Self.rows.1)
    lines[Self.rows.1].write(heardRight)
    let level = level
    for i in left.indices { left[i] = level * spareLeft[i] }
    for i in right.indices { right[i] = level * spareRight[i] }
  }

  /// What goes into a line: a quarter of the matrix's row, and one input.
  private func feed(_ samples: Samples, _ left: Samples, _ right: Samples, _ index: Int) {
    let input = Self.rightLines >> UInt16(index) & 1 == 1 ? right : left
    if Self.turnedLines >> UInt16(index) & 1 == 1 {
      for i in samples.indices { samples[i] = 0.25 * samples[i] - input[i] }
    } else {
      for i in samples.indices { samples[i] = 0.25 * samples[i] + input[i] }
    }
  }

  /// Four lines' filters side by side: four recursions hide each other's latency.
  private mutating func absorb(_ block: Block, _ first: Int) {
    let (a, b, c, d) = (block[first], block[first + 1], block[first + 2], block[first + 3])
    let (ga, gb, gc, gd) = (gain[first], gain[first + 1], gain[first + 2], gain[first + 3])
    let (pa, pb, pc, pd) = (pole[first], pole[first + 1], pole[first + 2], pole[first + 3])
    var (za, zb, zc, zd) = (
      filters[first], filters[first + 1], filters[first + 2], filters[first + 3]
    )
    for i in a.indices {
      za = ga * a[i] + pa * za
      zb = gb * b[i] + pb * zb
      zc = gc * c[i] + pc * zc
      zd = gd * d[i] + pd * zd
      a[i] = za
      b[i] = zb
      c[i] = zc
      d[i] = zd
    }
    filters[first] = za
    filters[first + 1] = zb
    filters[first + 2] = zc
    filters[first + 3] = zd
  }

  /// The 4 × 4 Hadamard matrix, unscaled, in place.
  private static func butterfly(_ a: Samples, _ b: Samples, _ c: Samples, _ d: Samples) {
    for i in a.indices {
      let (p, q) = (a[i] + b[i], a[i] - b[i])
      let (r, s) = (c[i] + d[i], c[i] - d[i])
      a[i] = p + r
      b[i] = q + s
      c[i] = p - r
      d[i] = q - s
    }
  }

  /// Clears what has decayed. The lines are looked at only when all filters are far below
  /// anything audible: then the lines are too.
  mutating func flush() {
    var largest = 0.0
    for index in 0..<Self.count {
      filters[index] = StateGrid.flushed(filters[index])
      largest = max(largest, filters[index].magnitude)
    }
    guard largest < 1e-30 else { return }
    for index in 0..<Self.count { lines[index].flush(last: Int(Housekeeping.interval)) }
  }

  mutating func round() {
    for index in 0..<Self.count {
      filters[index] = StateGrid.filter(filters[index])
      lines[index].round()
    }
  }

  mutating func reset() {
    for index in 0..<Self.count {
      filters[index] = 0
      lines[index].reset()
    }
  }

  func encode(into writer: inout StateWriter) {
    writer.write(filters)
    for line in lines { line.encode(into: &writer) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    filters = try reader.readDoubles(Self.count)
    for index in 0..<Self.count { try lines[index].restore(from: &reader) }
  }
}
