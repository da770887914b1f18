import DSP
import Signal

/// Splits the first two channels' middle and side into bass, middle and treble, for what folding
/// to mono loses in each.
///
/// Butterworth filters of 24 dB/oct by the bilinear transform: a low-pass and a high-pass of one
/// frequency share the power between them, so what lies in neither band lies in the one between.
///
/// - Precision: Double; state rounded to 2^-40 every 2^18 frames.
struct FoldBands {
  /// Hz; the middle band lies between them.
  static let lowEdge = 200.0
  static let highEdge = 4000.0

  /// Energies of the middle (left + right) / 2 and of the side (left − right) / 2.
  struct Sums: Hashable {
    var low = SIMD2<Double>.zero
    var high = SIMD2<Double>.zero
  }

  /// Two of the low-pass, then two of the high-pass.
  private let sections: [BiquadCoefficients]
  private var states: [SIMD2<Double>]

  init(rate: Double) {
    let low = FilterSpec(.lowPass, frequency: Self.lowEdge, slope: 24, design: .cookbook)
    let high = FilterSpec(.highPass, frequency: Self.highEdge, slope: 24, design: .cookbook)
    sections = low.sections(rate: rate) + high.sections(rate: rate)
    states = Array(repeating: .zero, count: 8)
  }

  /// Adds up what is in the frames `range`.
  mutating func measure(
    _ left: Samples, _ right: Samples, _ range: Range<Int>, into sums: inout Sums
  ) {
    let (a, b, c, d) = (sections[0], sections[1], sections[2], sections[3])
    var (a1, a2, b1, b2) = (states[0], states[1], states[2], states[3])
    var (c1, c2, d1, d2) = (states[4], states[5], states[6], states[7])
    var (low, high) = (sums.low, sums.high)
    let (x, y) = (left.address, right.address)
    for i in range {
      let v = SIMD2<Double>(x[i] + y[i], x[i] - y[i]) * 0.5
      let p = Self.step(v, a, &a1, &a2)
      let l = Self.step(p, b, &b1, &b2)
      let q = Self.step(v, c, &c1, &c2)
      let h = Self.step(q, d, &d1, &d2)
      low = low + l * l
      high = high + h * h
    }
    states = [a1, a2, b1, b2, c1, c2, d1, d2]
    (sums.low, sums.high) = (low, high)
  }

  @inline(__always)
  private static func step(
    _ x: SIMD2<Double>, _ c: BiquadCoefficients, _ s1: inout SIMD2<Double>,
    _ s2: inout SIMD2<Double>
  ) -> SIMD2<Double> {
    let y = x * c.b0 + s1
    s1 = (x * c.b1 + s2) - y * c.a1
    s2 = x * c.b2 - y * c.a2
    return y
  }

  mutating func flushDenormals() { update(StateGrid.flushed) }
  mutating func roundState() { update(StateGrid.filter) }

  private mutating func update(_ transform: (Double) -> Double) {
    for i in states.indices {
      states[i] = SIMD2(transform(states[i].x), transform(states[i].y))
    }
  }

  func encode(into writer: inout StateWriter) {
    for state in states {
      writer.write(state.x)
      writer.write(state.y)
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for i in states.indices { states[i] = SIMD2(try reader.readDouble(), try reader.readDouble()) }
  }
}
