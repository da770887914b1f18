/// An exact fraction in lowest terms with a positive denominator. Musical time is exact until it
/// is resolved to frames.
public struct Rational: Hashable, Sendable, Comparable {
  public let numerator: Int64
  public let denominator: Int64

  /// - Precondition: `denominator` is not 0 and the reduced parts fit Int64.
  public init(_ numerator: Int64, _ denominator: Int64 = 1) {
    self.init(wide: Int128(numerator), Int128(denominator))
  }

  private init(wide numerator: Int128, _ denominator: Int128) {
    precondition(denominator != 0)
    var a = numerator.magnitude
    var b = denominator.magnitude
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int128(a == 0 ? 1 : a) * (denominator < 0 ? -1 : 1)
    self.numerator = Int64(numerator / divisor)
    self.denominator = Int64(denominator / divisor)
  }

  public static func + (a: Rational, b: Rational) -> Rational {
    Rational(
      wide: Int128(a.numerator) * Int128(b.denominator) + Int128(b.numerator)
        * Int128(a.denominator),
      Int128(a.denominator) * Int128(b.denominator))
  }
  public static prefix func - (a: Rational) -> Rational {
    Rational(-a.numerator, a.denominator)
  }
  public static func - (a: Rational, b: Rational) -> Rational { a + -b }
  public static func * (a: Rational, b: Rational) -> Rational {
    Rational(
      wide: Int128(a.numerator) * Int128(b.numerator),
      Int128(a.denominator) * Int128(b.denominator))
  }
  /// - Precondition: `b` is not 0.
  public static func / (a: Rational, b: Rational) -> Rational {
    Rational(
      wide: Int128(a.numerator) * Int128(b.denominator),
      Int128(a.denominator) * Int128(b.numerator))
  }
  public static func < (a: Rational, b: Rational) -> Bool {
    Int128(a.numerator) * Int128(b.denominator) < Int128(b.numerator) * Int128(a.denominator)
  }

  /// The nearest integer, halves towards +∞.
  public var roundedHalfUp: Int64 {
    let twice = 2 * Int128(numerator) + Int128(denominator)
    let den = 2 * Int128(denominator)
    var quotient = twice / den
    if twice % den != 0 && twice < 0 { quotient -= 1 }
    return Int64(quotient)
  }

  public var double: Double { Double(numerator) / Double(denominator) }
}
