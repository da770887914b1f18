import Signal

/// The coefficients of one second-order section, a0 = 1:
/// H(z) = (b0 + b1·z⁻¹ + b2·z⁻²) / (1 + a1·z⁻¹ + a2·z⁻²).
@frozen
public struct BiquadCoefficients: Hashable, Sendable {
  public var b0: Double
  public var b1: Double
  public var b2: Double
  public var a1: Double
  public var a2: Double

  @inlinable
  public init(b0: Double, b1: Double, b2: Double, a1: Double, a2: Double) {
    self.b0 = b0
    self.b1 = b1
    self.b2 = b2
    self.a1 = a1
    self.a2 = a2
  }

  /// Passes everything unchanged.
  public static let identity = BiquadCoefficients(b0: 1, b1: 0, b2: 0, a1: 0, a2: 0)

  /// Divides all by `a0`.
  init(_ b0: Double, _ b1: Double, _ b2: Double, over a0: Double, _ a1: Double, _ a2: Double) {
    self.init(b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0)
  }

  /// The section with numerator and denominator exchanged; undoes this one where that is stable.
  public var inverse: BiquadCoefficients { BiquadCoefficients(1, a1, a2, over: b0, b1, b2) }

  /// The same section, louder by a linear `gain`.
  public func scaled(by gain: Double) -> BiquadCoefficients {
    BiquadCoefficients(b0: b0 * gain, b1: b1 * gain, b2: b2 * gain, a1: a1, a2: a2)
  }

  /// |H|² at `turns` cycles a sample (frequency over rate, 0...½).
  ///
  /// - Precision: uses sin²(ω/2), which keeps its digits at low frequencies.
  public func powerGain(turns: Double) -> Double {
    func power(_ c0: Double, _ c1: Double, _ c2: Double) -> Double {
      let half = Maths.sin(turns: 0.5 * turns)
      let p1 = half * half
      let p0 = 1 - p1
      let sum = c0 + c1 + c2
      let alternating = c0 - c1 + c2
      return sum * sum * p0 + alternating * alternating * p1 - 16 * c0 * c2 * p0 * p1
    }
    return max(0, power(b0, b1, b2)) / power(1, a1, a2)
  }

  /// The largest distance of a pole from 0.
  public var poleRadius: Double {
    let discriminant = a1 * a1 - 4 * a2
    if discriminant < 0 { return a2.magnitude.squareRoot() }
    return 0.5 * (a1.magnitude + discriminant.squareRoot())
  }

  /// Frames in which the section's slowest part falls by 1/e; 0 without feedback.
  public var timeConstant: Double {
    let radius = poleRadius
    guard radius > 0 else { return 0 }
    guard radius < 1 else { return 0x1p40 }
    return -1 / Maths.log(radius)
  }
}

extension [BiquadCoefficients] {
  /// The cascade's magnitude at `frequency` in Hz, linear.
  public func magnitude(at frequency: Double, rate: Double) -> Double {
    reduce(1) { $0 * $1.powerGain(turns: frequency / rate) }.squareRoot()
  }
}
