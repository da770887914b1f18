/// The Kaiser window: I0(β·√(1 − x²)) / I0(β) for x in −1...1.
///
/// - Source: J. F. Kaiser, "Nonrecursive Digital Filter Design Using the I0-sinh Window Function",
///   1974.
public struct KaiserWindow: Hashable, Sendable {
  public let beta: Double
  private let scale: Double

  public init(beta: Double) {
    self.beta = beta
    scale = 1 / KaiserWindow.besselI0(beta)
  }

  /// The window for a stop band `attenuation` dB down (50 and more).
  public init(attenuation: Double) { self.init(beta: 0.1102 * (attenuation - 8.7)) }

  /// The window at `x`; 0 outside −1...1.
  public func value(at x: Double) -> Double {
    let rest = 1 - x * x
    guard rest >= 0 else { return 0 }
    return KaiserWindow.besselI0(beta * rest.squareRoot()) * scale
  }

  /// `count` values from x = −1 to +1, both included.
  public func values(_ count: Int) -> [Double] {
    guard count > 1 else { return count == 1 ? [1] : [] }
    return (0..<count).map { value(at: Double(2 * $0 - (count - 1)) / Double(count - 1)) }
  }

  /// The modified Bessel function of order 0: Σ ((x/2)^k / k!)², summed until nothing changes.
  public static func besselI0(_ x: Double) -> Double {
    let quarter = 0.25 * x * x
    var sum = 1.0
    var term = 1.0
    var k = 1.0
    while k < 1000 {
      term *= quarter / (k * k)
      let next = sum + term
      if next == sum { break }
      sum = next
      k += 1
    }
    return sum
  }

  /// sin(πx) / (πx), 1 at 0.
  public static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : Maths.sin(turns: 0.5 * x) / (0x1.921fb54442d18p+1 * x)
  }
}
