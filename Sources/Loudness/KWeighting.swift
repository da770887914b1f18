import Signal

/// Sums over frames of a pair of channels.
struct PairSums {
  /// Of the K-weighted signal's squares.
  var weighted = SIMD2<Double>.zero
  var sum = SIMD2<Double>.zero
  var squares = SIMD2<Double>.zero
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
  /// Shelf memories, then high-pass memories.
  private var s1 = SIMD2<Double>.zero
  private var s2 = SIMD2<Double>.zero
  private var h1 = SIMD2<Double>.zero
  private var h2 = SIMD2<Double>.zero

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
  }

  /// Filters the frames `range` and adds up what is in them; the plain sums cost nothing beside
  /// the filter's recursion.
  ///
  /// - Returns: the largest magnitude of each channel.
  @inline(__always)
  mutating func measure(
    _ left: Samples, _ right: Samples, _ range: Range<Int>, into sums: inout PairSums
  ) -> SIMD2<Double> {
    let (b0, b1, b2) = (shelf[0], shelf[1], shelf[2])
    let (a1, a2) = (shelf[3], shelf[4])
    let (g, c1, c2) = (highPass[0], highPass[3], highPass[4])
    let twice = -2 * g
    var (s1, s2, h1, h2) = (self.s1, self.s2, self.h1, self.h2)
    var (weighted, sum, squares) = (sums.weighted, sums.sum, sums.squares)
    var product = sums.product
    var peak = SIMD2<Double>.zero
    let (x, y) = (left.address, right.address)
    for i in range {
      let v = SIMD2<Double>(x[i], y[i])
      let w = v * b0 + s1
      s1 = (v * b1 - w * a1) + s2
      s2 = v * b2 - w * a2
      let z = w * g + h1
      h1 = (w * twice - z * c1) + h2
      h2 = w * g - z * c2
      weighted = weighted + z * z
      sum = sum + v
      squares = squares + v * v
      product = product + v.x * v.y
      let (a, b) = (v.x.magnitude, v.y.magnitude)
      peak = SIMD2(a > peak.x ? a : peak.x, b > peak.y ? b : peak.y)
    }
    (self.s1, self.s2, self.h1, self.h2) = (s1, s2, h1, h2)
    (sums.weighted, sums.sum, sums.squares) = (weighted, sum, squares)
    sums.product = product
    return peak
  }

  mutating func flushDenormals() { update(StateGrid.flushed) }
  mutating func roundState() { update(StateGrid.filter) }

  private mutating func update(_ transform: (Double) -> Double) {
    for lane in 0..<2 {
      s1[lane] = transform(s1[lane])
      s2[lane] = transform(s2[lane])
      h1[lane] = transform(h1[lane])
      h2[lane] = transform(h2[lane])
    }
  }

  func encode(into writer: inout StateWriter) {
    for memory in [s1, s2, h1, h2] {
      writer.write(memory.x)
      writer.write(memory.y)
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    s1 = SIMD2(try reader.readDouble(), try reader.readDouble())
    s2 = SIMD2(try reader.readDouble(), try reader.readDouble())
    h1 = SIMD2(try reader.readDouble(), try reader.readDouble())
    h2 = SIMD2(try reader.readDouble(), try reader.readDouble())
  }
}

/// How much each channel counts in loudness.
public enum ChannelWeights {
  private static let surround = 1.4125375446227544  // 1.5 dB

  /// Weights for `count` channels in the order of WAV files: L R C LFE, rear, side.
  ///
  /// - Source: ITU-R BS.1770-5, Annex 1, table 3 and Annex 3 (only side channels between 60° and
  ///   120° weigh more).
  public static func weights(_ count: Int) -> [Double] {
    switch count {
    case 4: [1, 1, surround, surround]
    case 5: [1, 1, 1, surround, surround]
    case 6: [1, 1, 1, 0, surround, surround]
    case 8: [1, 1, 1, 0, 1, 1, surround, surround]
    default: [Double](repeating: 1, count: count)
    }
  }
}
