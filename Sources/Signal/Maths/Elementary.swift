/// Elementary functions of our own: binary64 +, −, ×, ÷ and bit operations in a fixed order, so
/// that every platform gives the same bits. None calls the C library.
///
/// Angles are in *turns* (1 turn = 2π): a frequency over a rate is an angle as it stands, and
/// reduction to one octant is exact.
public enum Maths {}

extension Maths {
  /// 2 to the power `t`.
  ///
  /// k = t rounded to even, r = t − k; (1 + r·P(r))·2^k with P of degree 10.
  ///
  /// - Returns: 0 for −∞ (and below 2^−1075), +∞ from 1024 up, NaN for NaN.
  /// - Precision: 1.5e-16 relative.
  @inlinable
  public static func exp2(_ t: Double) -> Double {
    guard t.magnitude < 1021 else { return exp2AtTheEdges(t) }
    let shifted = t + 0x1.8p52
    let r = t - (shifted - 0x1.8p52)
    // The low bits of `shifted` hold k; 1023 + k is the exponent field of 2^k.
    let scale = Double(bitPattern: (shifted.bitPattern &+ 1023) &<< 52)
    return exp2OfFraction(r) * scale
  }

  /// 2^r for r in −1/2...1/2.
  @inlinable @inline(__always)
  static func exp2OfFraction(_ r: Double) -> Double {
    var p = 0x1.e9d3fe3952179p-32
    p = p * r + 0x1.e6063f7217bc6p-28
    p = p * r + 0x1.b524fae627834p-24
    p = p * r + 0x1.62bfd47773353p-20
    p = p * r + 0x1.ffcbfc670dcd4p-17
    p = p * r + 0x1.430913096fd9fp-13
    p = p * r + 0x1.5d87fe78a5276p-10
    p = p * r + 0x1.3b2ab6fba1ddap-7
    p = p * r + 0x1.c6b08d704a0c2p-5
    p = p * r + 0x1.ebfbdff82c598p-3
    p = p * r + 0x1.62e42fefa39efp-1
    return 1 + r * p
  }

  @usableFromInline
  static func exp2AtTheEdges(_ t: Double) -> Double {
    if t.isNaN { return t }
    if t >= 1024 { return .infinity }
    if t < -1076 { return 0 }
    let shifted = t + 0x1.8p52
    let whole = shifted - 0x1.8p52
    let k = Int(whole)
    let half = k / 2
    // The first factor is exact, so the result is rounded once, also below the normal range.
    return exp2OfFraction(t - whole) * powerOfTwo(half) * powerOfTwo(k - half)
  }

  /// 2^k, k in −1022...1023.
  @inlinable @inline(__always)
  public static func powerOfTwo(_ k: Int) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: k &+ 1023) &<< 52)
  }

  /// The logarithm of `x` to base 2.
  ///
  /// x = m·2^k with m in √½..<√2, s = (m − 1)/(m + 1); k + s·A(s²)·2/ln 2 with A of degree 6.
  ///
  /// - Returns: −∞ for 0, NaN below 0.
  /// - Precision: 2.2e-16 absolute for the mantissa's part.
  @inlinable
  public static func log2(_ x: Double) -> Double {
    guard x >= 0x1p-1022 && x < .infinity else { return log2AtTheEdges(x) }
    return log2OfNormal(x.bitPattern)
  }

  @inlinable @inline(__always)
  static func log2OfNormal(_ bits: UInt64) -> Double {
    let offset = bits &- 0x3FE6_A09E_667F_3BCD  // the bits of √½
    let k = Int64(bitPattern: offset) &>> 52
    let m = Double(bitPattern: bits &- (offset & 0xFFF0_0000_0000_0000))
    let s = (m - 1) / (m + 1)
    let z = s * s
    var a = 0x1.58d5d4a93822dp-4
    a = a * z + 0x1.732320a9c93b0p-4
    a = a * z + 0x1.c722cceee92f4p-4
    a = a * z + 0x1.249240b87155dp-3
    a = a * z + 0x1.999999a435066p-3
    a = a * z + 0x1.5555555552d50p-2
    a = a * z + 0x1.0000000000001p+0
    return Double(k) + s * a * 0x1.71547652b82fep+1
  }

  @usableFromInline
  static func log2AtTheEdges(_ x: Double) -> Double {
    if x == 0 { return -.infinity }
    if x.isNaN || x < 0 { return .nan }
    if x == .infinity { return x }
    return log2OfNormal((x * 0x1p54).bitPattern) - 54
  }

  /// e to the power `x`, within 1e-16·(1 + |x|) relative.
  @inlinable
  public static func exp(_ x: Double) -> Double { exp2(x * 0x1.71547652b82fep+0) }

  /// The natural logarithm of `x`.
  @inlinable
  public static func log(_ x: Double) -> Double { log2(x) * 0x1.62e42fefa39efp-1 }

  /// The logarithm of `x` to base 10.
  @inlinable
  public static func log10(_ x: Double) -> Double { log2(x) * 0x1.34413509f79ffp-2 }

  /// `base` to the power `exponent`, for bases ≥ 0.
  @inlinable
  public static func pow(_ base: Double, _ exponent: Double) -> Double {
    exponent == 0 ? 1 : exp2(exponent * log2(base))
  }

  /// The hyperbolic cosine of `x`.
  @inlinable
  public static func cosh(_ x: Double) -> Double {
    let e = exp(x.magnitude)
    return 0.5 * (e + 1 / e)
  }

  /// The hyperbolic sine of `x`; below 0.5 by its series, where the difference of exponentials
  /// would lose digits.
  @inlinable
  public static func sinh(_ x: Double) -> Double {
    if x.magnitude < 0.5 {
      let z = x * x
      var p = 1.0 / 6_227_020_800
      p = p * z + 1.0 / 39_916_800
      p = p * z + 1.0 / 362_880
      p = p * z + 1.0 / 5_040
      p = p * z + 1.0 / 120
      p = p * z + 1.0 / 6
      return x + x * z * p
    }
    let e = exp(x.magnitude)
    let value = 0.5 * (e - 1 / e)
    return x < 0 ? -value : value
  }

  /// `x` rounded to the nearest integer, halves to even.
  @inlinable @inline(__always)
  public static func roundToEven(_ x: Double) -> Double {
    guard x.magnitude < 0x1p52 else { return x }
    let shift = x < 0 ? -0x1p52 : 0x1p52
    return (x + shift) - shift
  }

  /// The largest integer that is not above `x`.
  @inlinable @inline(__always)
  public static func roundDown(_ x: Double) -> Double {
    let nearest = roundToEven(x)
    return nearest > x ? nearest - 1 : nearest
  }
}
