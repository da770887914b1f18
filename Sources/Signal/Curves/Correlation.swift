/// How alike two signals are: ρ = Σab / √(Σa²·Σb²), fed in pieces; the sums run in frame order, so
/// that the pieces do not matter.
public struct Correlation: Hashable, Sendable {
  private var products = 0.0
  private var squaresA = 0.0
  private var squaresB = 0.0

  public init() {}

  /// Adds two equally long runs of frames (of one channel; channels add up).
  public mutating func add(_ a: Samples, _ b: Samples) {
    precondition(a.count == b.count)
    for i in a.indices {
      let (x, y) = (a[i], b[i])
      products += x * y
      squaresA += x * x
      squaresB += y * y
    }
  }

  /// −1...1; 0 where a side is silent.
  public var value: Double {
    let power = squaresA.squareRoot() * squaresB.squareRoot()
    guard power > 0 && power.isFinite else { return 0 }
    return min(1, max(-1, products / power))
  }

  /// Below −0.3: one of the two sides is probably inverted.
  public var suggestsInvertedPolarity: Bool { value < -0.3 }
}
