internal import CLanes
import Signal

/// Dot products of a filter with a stream, in one written order.
///
/// Lane j sums the taps k with k mod 4 = j in ascending order; the result is
/// (l0 + l1) + (l2 + l3). The number of taps is a multiple of 4.
enum FIRProduct {
  /// Σ taps[k] · samples[place + k].
  @inline(__always)
  static func single(_ samples: Samples, at place: Int, _ taps: Samples) -> Double {
    assert(taps.count % 4 == 0 && place >= 0 && place + taps.count <= samples.count)
    return lanes_dot(taps.address, samples.address + place, taps.count)
  }

  /// The same filter on eight streams, from these places on; each has the bits of `single`.
  @inline(__always)
  static func eight(
    _ places: UnsafePointer<UnsafePointer<Double>?>, _ taps: Samples,
    into out: UnsafeMutablePointer<Double>
  ) {
    assert(taps.count % 4 == 0)
    lanes_dots(taps.address, places, taps.count, out)
  }

  /// The same filter on two streams at once; each has the bits of `single`.
  @inline(__always)
  static func pair(_ left: Samples, _ right: Samples, at place: Int, _ taps: Samples)
    -> SIMD2<Double>
  {
    assert(taps.count % 4 == 0 && place >= 0 && place + taps.count <= left.count)
    var pair = SIMD2<Double>.zero
    withUnsafeMutableBytes(of: &pair) { bytes in
      lanes_dot_pair(
        taps.address, left.address + place, right.address + place, taps.count,
        bytes.assumingMemoryBound(to: Double.self).baseAddress)
    }
    return pair
  }
}
