import Signal

/// Sections whose magnitude follows the analogue prototype up to half the rate. `turns` is
/// frequency over rate, at most 0.49.
///
/// - Source: M. Vicanek, *Matched Second Order Digital Filters*, 2016, and *Matched Two-Pole
///   Digital Shelving Filters*; the tilt is derived here in their manner.
enum MatchedDesign {
  /// The poles by impulse invariance, and what the numerators' conditions need of them.
  ///
  /// |H|² = (B0·p0 + B1·p1 + B2·p2)/(A0·p0 + A1·p1 + A2·p2), p1 = sin²(ω/2), p0 = 1 − p1,
  /// p2 = 4·p0·p1.
  private struct Poles {
    let a1: Double
    let a2: Double
    /// A0 and the values at the filter's own frequency.
    let power0: Double
    let p0: Double
    let p1: Double
    /// The denominator there, and its slope.
    let denominator: Double
    let slope: Double

    init(_ turns: Double, q: Double) {
      let w = Maths.tau * turns
      let damping = 0.5 / q
      let decay = Maths.exp(-damping * w)
      a2 = decay * decay
      // 1 + a1 + a2 is a small difference at low frequencies: (1 − d)² + 2d·(1 − cos).
      let oneMinus = 1 - decay
      let rest: Double
      if damping <= 1 {
        let angle = turns * (1 - damping * damping).squareRoot()
        let half = Maths.sin(turns: 0.5 * angle)
        rest = 2 * half * half
      } else {
        let half = Maths.sinh(0.5 * w * (damping * damping - 1).squareRoot())
        rest = -2 * half * half
      }
      a1 = -2 * decay * (1 - rest)
      let sum = oneMinus * oneMinus + 2 * decay * rest
      power0 = sum * sum
      let power1 = (1 - a1 + a2) * (1 - a1 + a2)
      let power2 = -4 * a2
      let half = Maths.sin(turns: 0.5 * turns)
      p1 = half * half
      p0 = 1 - p1
      denominator = power0 * p0 + power1 * p1 + power2 * (4 * p0 * p1)
      slope = power1 - power0 + 4 * (p0 - p1) * power2
    }
  }

  /// The minimum-phase numerator (or denominator) with the powers B0, B1, B2.
  private static func factor(_ b0: Double, _ b1: Double, _ b2: Double) -> (Double, Double, Double) {
    let (root0, root1) = (max(0, b0).squareRoot(), max(0, b1).squareRoot())
    let w = 0.5 * (root0 + root1)
    let first = 0.5 * (w + max(0, w * w + b2).squareRoot())
    return (first, 0.5 * (root0 - root1), first == 0 ? 0 : -b2 / (4 * first))
  }

  static func lowPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let p = Poles(turns, q: q)
    let root0 = p.power0.squareRoot()
    let root1 = max(0, (p.denominator * q * q - p.power0 * p.p0) / p.p1).squareRoot()
    let b0 = 0.5 * (root0 + root1)
    return BiquadCoefficients(b0: b0, b1: root0 - b0, b2: 0, a1: p.a1, a2: p.a2)
  }

  static func highPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let p = Poles(turns, q: q)
    let b0 = q * max(0, p.denominator).squareRoot() / (4 * p.p1)
    return BiquadCoefficients(b0: b0, b1: -2 * b0, b2: b0, a1: p.a1, a2: p.a2)
  }

  /// 0 dB at its frequency.
  static func bandPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let p = Poles(turns, q: q)
    let power2 = (p.denominator - p.slope * p.p1) / (4 * p.p1 * p.p1)
    let power1 = p.slope + 4 * (p.p1 - p.p0) * power2
    let b1 = -0.5 * max(0, power1).squareRoot()
    let b0 = 0.5 * (max(0, power2 + b1 * b1).squareRoot() - b1)
    return BiquadCoefficients(b0: b0, b1: b1, b2: -b0 - b1, a1: p.a1, a2: p.a2)
  }

  /// A cut is the exact inverse of the boost.
  static func bell(_ turns: Double, gain: Double, q: Double) -> BiquadCoefficients {
    let boost = gain.magnitude
    let p = Poles(turns, q: q * decibelsToGain(0.5 * boost))
    guard boost >= 1e-9 else {
      return BiquadCoefficients(b0: 1, b1: p.a1, b2: p.a2, a1: p.a1, a2: p.a2)
    }
    let g = decibelsToGain(boost)
    let peak = g * g
    let power2 =
      (p.denominator * peak - p.slope * peak * p.p1 - p.power0) / (4 * p.p1 * p.p1)
    let power1 = p.slope * peak + p.power0 + 4 * (p.p1 - p.p0) * power2
    let b = factor(p.power0, power1, power2)
    let section = BiquadCoefficients(b0: b.0, b1: b.1, b2: b.2, a1: p.a1, a2: p.a2)
    return gain < 0 ? section.inverse : section
  }

  /// The Butterworth slope: |H|² = (1 + g·v⁴)/(1 + v⁴/g), v = frequency over the filter's.
  static func highShelf(_ turns: Double, gain: Double) -> BiquadCoefficients {
    // Where it does nothing, it has the poles of one that does almost nothing.
    let isFlat = gain.magnitude < 1e-5
    let g = decibelsToGain(isFlat ? 1e-5 : gain)
    let u = 2 * turns
    let u2 = u * u
    let u4 = u2 * u2
    let nyquist = (u4 + g) / (u4 + 1 / g)
    func condition(_ square: Double) -> (first: Double, second: Double, right: Double) {
      // `square`: the squared frequency, over half the rate, where the magnitude is matched.
      let f4 = square * square
      let half = Maths.sin(turns: 0.25 * square.squareRoot())
      let p = half * half
      let h = (u4 + f4 * g) / (u4 + f4 / g)
      return (-p * (h - 1) * (1 - p), p * p * (nyquist - h), (h - 1) * (1 - p))
    }
    let c1 = condition(u2 / (0.160 + 1.543 * u2))
    let c2 = condition(u2 / (0.947 + 3.806 * u2))
    let alpha =
      (c2.second * c1.right - c1.second * c2.right) / (c1.first * c2.second - c1.second * c2.first)
    let powerA1 = (c1.right - c1.first * alpha) / c1.second
    let powerB1 = nyquist * powerA1
    let a = factor(1, powerA1, 0.25 * (alpha - powerA1))
    let b = isFlat ? a : factor(1, powerB1, 0.25 * (alpha - powerB1))
    return BiquadCoefficients(b.0, b.1, b.2, over: a.0, a.1, a.2)
  }

  static func lowShelf(_ turns: Double, gain: Double) -> BiquadCoefficients {
    let g = gain.magnitude < 1e-5 ? 1 : decibelsToGain(gain)
    return highShelf(turns, gain: -gain).scaled(by: g)
  }

  // MARK: One pole

  static func onePoleLowPass(_ turns: Double) -> BiquadCoefficients {
    let a1 = -Maths.exp(-Maths.tau * turns)
    let ratio = 0.5 / turns
    let root1 = (1 - a1) / (1 + ratio * ratio).squareRoot()
    let root0 = 1 + a1
    return BiquadCoefficients(
      b0: 0.5 * (root0 + root1), b1: 0.5 * (root0 - root1), b2: 0, a1: a1, a2: 0)
  }

  static func onePoleHighPass(_ turns: Double) -> BiquadCoefficients {
    let a1 = -Maths.exp(-Maths.tau * turns)
    let ratio = 0.5 / turns
    let k = 0.5 * (1 - a1) * ratio / (1 + ratio * ratio).squareRoot()
    return BiquadCoefficients(b0: k, b1: -k, b2: 0, a1: a1, a2: 0)
  }

  /// (g·s + 1)/(s + g), exact at 0 Hz, at its frequency and at half the rate.
  static func tilt(_ turns: Double, gain: Double) -> BiquadCoefficients {
    let isFlat = gain.magnitude < 1e-5
    let g = decibelsToGain(isFlat ? 1e-5 : gain)
    let v = 0.5 / turns
    let nyquist = (g * g * v * v + 1) / (v * v + g * g)
    let half = Maths.sin(turns: 0.5 * turns)
    let p1 = half * half
    let power0 = 1 / (g * g)
    let rootA = ((1 - power0) * (1 - p1) / (p1 * (nyquist - 1))).squareRoot()
    let rootB = nyquist.squareRoot() * rootA
    let a0 = 0.5 * (1 + rootA)
    let a1 = 0.5 * (1 - rootA)
    if isFlat { return BiquadCoefficients(a0, a1, 0, over: a0, a1, 0) }
    return BiquadCoefficients(
      0.5 * (1 / g + rootB), 0.5 * (1 / g - rootB), 0, over: a0, a1, 0)
  }
}
