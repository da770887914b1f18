internal import CLanes
import Signal

/// Sums over frames of a pair of channels, laid out as the loops of `CLanes` write them.
struct PairSums {
  /// Of the K-weighted signal's squares.
  var weighted = SIMD2<Double>.zero
  var sum = SIMD2<Double>.zero
  var squares = SIMD2<Double>.zero
  /// The largest magnitudes.
  var peak = SIMD2<Double>.zero
  var product = 0.0
}

/// The K-weighting filter of loudness meters, for a pair of channels at any rate.
///
/// A shelf (f0 1682 Hz, +4 dB) and a high-pass (f0 38 Hz), both by the bilinear transform with
/// K = tan(π·f0/rate); at 48 kHz the coefficients are those of the standard to 1e-15. The
/// high-pass has its 48 kHz gain at every rate.
///
/// - Precision: Double; state rounded to 2^-40 every 2^18 frames.
/// - Source: ITU-R BS.1770-5, Annex 1.
struct KWeighting {
  /// b0, b1, b2, a1, a2.
  let shelf: [Double]
  let highPass: [Double]
  /// b0, b1, b2, a1, a2 of the shelf; g, a1, a2 of the high-pass.
  let table: [Double]
  /// Shelf memories, then high-pass memories: s1, s2, two channels each.
  private var memory = [Double](repeating: 0, count: 8)

  init(rate: Double) {
    do {
      let k = Maths.tan(turns: 0.5 * 1681.974450955533 / rate)
      let q = 0.7071752369554196
      let vh = decibelsToGain(3.999843853973347)
      let vb = Maths.pow(vh, 0.4996667741545416)
      let a0 = 1 + k / q + k * k
      shelf = [
        (vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0,
        2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0,
      ]
    }
    let k = Maths.tan(turns: 0.5 * 38.13547087602444 / rate)
    let q = 0.5003270373238773
    let a0 = 1 + k / q + k * k
    let gain = 1.0049948987146884 / a0
    highPass = [gain, -2 * gain, gain, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    table = shelf + [highPass[0], highPass[3], highPass[4]]
  }

  /// Filters the frames `range` and adds up what is in them; the plain sums cost nothing beside
  /// the filter's recursion.
  mutating func measure(
    _ left: Samples, _ right: Samples, _ range: Range<Int>, into sums: inout PairSums
  ) {
    let (x, y) = (left.address + range.lowerBound, right.address + range.lowerBound)
    withUnsafeMutableBytes(of: &sums) { sums in
      lanes_weigh(
        x, y, range.count, table, &memory, sums.assumingMemoryBound(to: Double.self).baseAddress)
    }
  }

  /// The same, and the energies of `bands`: two recursions at once take no longer than one.
  mutating func measure(
    _ left: Samples, _ right: Samples, _ range: Range<Int>, into sums: inout PairSums,
    folding bands: inout FoldBands, into folded: inout FoldBands.Sums
  ) {
    let (x, y) = (left.address + range.lowerBound, right.address + range.lowerBound)
    withUnsafeMutableBytes(of: &sums) { sums in
      withUnsafeMutableBytes(of: &folded) { folded in
        lanes_weigh_and_fold(
          x, y, range.count, table, &memory,
          sums.assumingMemoryBound(to: Double.self).baseAddress, bands.table, &bands.memory,
          folded.assumingMemoryBound(to: Double.self).baseAddress)
      }
    }
  }

  mutating func flushDenormals() { update(StateGrid.flushed) }
  mutating func roundState() { update(StateGrid.filter) }

  private mutating func update(_ transform: (Double) -> Double) {
    for i in memory.indices { memory[i] = transform(memory[i]) }
  }

  func encode(into writer: inout StateWriter) {
    for value in memory { writer.write(value) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for i in memory.indices { memory[i] = try reader.readDouble() }
  }
}

/// How much each channel counts in loudness.
public enum ChannelWeights {
  public static let surround = 1.4125375446227544  // 1.5 dB

  /// Weights for `count` channels in the order of WAV files: L R C LFE, rear, side.
  ///
  /// - Source: ITU-R BS.1770-5, Annex 1, table 3 and Annex 3 (only side channels between 60° and
  ///   120° weigh more).
  public static func weights(_ count: Int) -> [Double] {
    switch count {
    case 4: [1, 1, surround, surround]
    case 5: [1, 1, 1, surround, surround]
    case 6: [1, 1, 1, 0, surround, surround]
    case 7: [1, 1, 1, 0, 1, surround, surround]
    case 8: [1, 1, 1, 0, 1, 1, surround, surround]
    default: [Double](repeating: 1, count: count)
    }
  }
}
