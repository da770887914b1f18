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
    let x = UnsafeRawPointer(samples.address + place)
    let h = UnsafeRawPointer(taps.address)
    var a = SIMD2<Double>(0, 0)
    var b = SIMD2<Double>(0, 0)
    var offset = 0
    let end = taps.count &* 8
    while offset < end {
      let h0 = h.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
      let h1 = h.loadUnaligned(fromByteOffset: offset &+ 16, as: SIMD2<Double>.self)
      a = a + h0 * x.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
      b = b + h1 * x.loadUnaligned(fromByteOffset: offset &+ 16, as: SIMD2<Double>.self)
      offset &+= 32
    }
    return (a.x + a.y) + (b.x + b.y)
  }

  /// The same filter on two streams at once; each has the bits of `single`.
  @inline(__always)
  static func pair(_ left: Samples, _ right: Samples, at place: Int, _ taps: Samples)
    -> SIMD2<Double>
  {
    assert(taps.count % 4 == 0 && place >= 0 && place + taps.count <= left.count)
    let x = UnsafeRawPointer(left.address + place)
    let y = UnsafeRawPointer(right.address + place)
    let h = UnsafeRawPointer(taps.address)
    var a = SIMD2<Double>(0, 0)
    var b = SIMD2<Double>(0, 0)
    var c = SIMD2<Double>(0, 0)
    var d = SIMD2<Double>(0, 0)
    var offset = 0
    let end = taps.count &* 8
    while offset < end {
      let h0 = h.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
      let h1 = h.loadUnaligned(fromByteOffset: offset &+ 16, as: SIMD2<Double>.self)
      a = a + h0 * x.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
      c = c + h0 * y.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
      b = b + h1 * x.loadUnaligned(fromByteOffset: offset &+ 16, as: SIMD2<Double>.self)
      d = d + h1 * y.loadUnaligned(fromByteOffset: offset &+ 16, as: SIMD2<Double>.self)
      offset &+= 32
    }
    return SIMD2((a.x + a.y) + (b.x + b.y), (c.x + c.y) + (d.x + d.y))
  }
}
