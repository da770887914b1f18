import Signal

/// An exact fraction that cannot trap: musical time until it becomes frames.
///
/// Denominators stay at or below 2^32 and magnitudes at or below 2^56. What would need a finer
/// denominator is rounded to a multiple of 2^-32 (half up), what would be larger is clamped; both
/// are far beyond a frame and beyond any length a session may have.
struct Exact: Hashable, Sendable, Comparable {
  private(set) var numerator: Int128
  private(set) var denominator: Int128

  static let zero = Exact(0)
  private static let finest: Int128 = 1 << 32
  private static let largest: Int128 = 1 << 56

  init(_ whole: Int64) {
    numerator = min(max(Int128(whole), -Exact.largest), Exact.largest)
    denominator = 1
  }

  init(_ value: Rational) {
    self.init(reducing: Int128(value.numerator), Int128(value.denominator))
  }

  /// The nearest multiple of 2^-32 to a finite value; not a number becomes 0.
  init(nearest value: Double) {
    guard value == value else {
      self = .zero
      return
    }
    let limit = 0x1p56
    let scaled = (min(max(value, -limit), limit) * 0x1p32).rounded(.toNearestOrEven)
    self.init(reducing: Int128(scaled), Exact.finest)
  }

  private init(reducing numerator: Int128, _ denominator: Int128) {
    var n = numerator
    var d = denominator
    if d == 0 {
      n = n < 0 ? -Exact.largest : Exact.largest
      d = 1
    }
    if d < 0 {
      // Neither is Int128.min: both come from products of bounded values.
      n = 0 &- n
      d = 0 &- d
    }
    if d != 1 {
      let divisor = Int128(Exact.greatestCommonDivisor(n.magnitude, d.magnitude))
      if divisor > 1 {
        n /= divisor
        d /= divisor
      }
    }
    if d > Exact.finest {
      while d > (1 << 90) {
        n >>= 1
        d >>= 1
      }
      var whole = n / d
      var rest = n % d
      if rest < 0 {
        rest += d
        whole -= 1
      }
      let fraction = ((rest << 33) + d) / (2 * d)
      if whole.magnitude > Exact.largest.magnitude {
        n = whole
        d = 1
      } else {
        n = whole * Exact.finest + fraction
        d = Exact.finest
        while d > 1 && n & 1 == 0 {
          n >>= 1
          d >>= 1
        }
      }
    }
    if n.magnitude / d.magnitude >= Exact.largest.magnitude {
      n = n < 0 ? -Exact.largest : Exact.largest
      d = 1
    }
    self.numerator = n
    self.denominator = d
  }

  private static func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var a = a
    var b = b
    while a > UInt128(UInt64.max) || b > UInt128(UInt64.max) {
      if b == 0 { return a }
      (a, b) = (b, a % b)
    }
    var x = UInt64(a)
    var y = UInt64(b)
    while y != 0 { (x, y) = (y, x % y) }
    return UInt128(x == 0 ? 1 : x)
  }

  static func + (a: Exact, b: Exact) -> Exact {
    if a.denominator == b.denominator {
      return Exact(reducing: a.numerator + b.numerator, a.denominator)
    }
    return Exact(
      reducing: a.numerator * b.denominator + b.numerator * a.denominator,
      a.denominator * b.denominator)
  }

  static prefix func - (a: Exact) -> Exact {
    var result = a
    result.numerator = -a.numerator
    return result
  }

  static func - (a: Exact, b: Exact) -> Exact { a + -b }

  static func * (a: Exact, b: Exact) -> Exact {
    let (product, overflow) = a.numerator.multipliedReportingOverflow(by: b.numerator)
    guard !overflow && product.magnitude < (1 << 126) else {
      return Exact(nearest: a.double * b.double)
    }
    return Exact(reducing: product, a.denominator * b.denominator)
  }

  /// Division by zero gives the largest value.
  static func / (a: Exact, b: Exact) -> Exact {
    Exact(reducing: a.numerator * b.denominator, a.denominator * b.numerator)
  }

  static func < (a: Exact, b: Exact) -> Bool {
    a.numerator * b.denominator < b.numerator * a.denominator
  }

  /// The nearest integer, halves towards +∞.
  var roundedHalfUp: Int64 {
    if denominator == 1 { return Int64(numerator) }
    return Exact.floor(2 * numerator + denominator, 2 * denominator)
  }

  /// The largest integer that is not above the value.
  var floored: Int64 { Exact.floor(numerator, denominator) }

  var double: Double { Double(numerator) / Double(denominator) }

  private static func floor(_ n: Int128, _ d: Int128) -> Int64 {
    var quotient = n / d
    if n % d < 0 { quotient -= 1 }
    return Int64(quotient)
  }
}

/// Counts of frames that user numbers cannot make trap.
enum Frames {
  /// The longest timeline in frames: 46 years at 48 kHz.
  static let limit: Int64 = 1 << 46

  /// `seconds` · `rate`, rounded half up, clamped to ±2^56.
  static func count(_ seconds: Rational, rate: Int) -> Int64 {
    let n = Int128(seconds.numerator) * Int128(rate)
    let d = Int128(seconds.denominator)
    let doubled = 2 * n + d
    var quotient = doubled / (2 * d)
    if doubled % (2 * d) < 0 { quotient -= 1 }
    let bound: Int128 = 1 << 56
    return Int64(min(max(quotient, -bound), bound))
  }

  /// A length in frames of `rate` as a length in frames of `target`, rounded half up.
  static func convert(_ frames: Int64, from rate: Int, to target: Int) -> Int64 {
    guard rate != target && rate > 0 else { return frames }
    let n = Int128(frames) * Int128(target)
    let doubled = 2 * n + Int128(rate)
    return Int64(clamping: doubled / (2 * Int128(rate)))
  }
}
