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

  /// Energies of the middle (left + right) / 2 and of the side (left − right) / 2, laid out as the
  /// loops of `CLanes` write them.
  struct Sums: Hashable {
    var low = SIMD2<Double>.zero
    var high = SIMD2<Double>.zero
  }

  /// Two sections one behind the other: b0, a1, a2 of each, for middle and side of the low-pass and
  /// of the high-pass. The first b0 is halved, for what comes in is twice the middle and the side.
  let table: [Double]
  /// s1, s2 of each section, on the same four lanes.
  var memory = [Double](repeating: 0, count: 16)

  init(rate: Double) {
    let low = FilterSpec(.lowPass, frequency: Self.lowEdge, slope: 24, design: .cookbook)
    let high = FilterSpec(.highPass, frequency: Self.highEdge, slope: 24, design: .cookbook)
    var table: [Double] = []
    for (a, b) in zip(low.sections(rate: rate), high.sections(rate: rate)) {
      // Powers of two move no bit.
      assert(a.b1 == 2 * a.b0 && a.b2 == a.b0 && b.b1 == -2 * b.b0 && b.b2 == b.b0)
      let scale = table.isEmpty ? 0.5 : 1
      for (p, q) in [(scale * a.b0, scale * b.b0), (a.a1, b.a1), (a.a2, b.a2)] {
        table += [p, p, q, q]
      }
    }
    self.table = table
  }

  mutating func flushDenormals() { update(StateGrid.flushed) }
  mutating func roundState() { update(StateGrid.filter) }

  private mutating func update(_ transform: (Double) -> Double) {
    for i in memory.indices { memory[i] = transform(memory[i]) }
  }

  /// The low-pass before the high-pass, a memory's middle before its side.
  private static let places: [Int] = [0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15]

  func encode(into writer: inout StateWriter) {
    for place in Self.places { writer.write(memory[place]) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for place in Self.places { memory[place] = try reader.readDouble() }
  }
}
