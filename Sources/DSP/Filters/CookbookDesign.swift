import Signal

/// Sections by the bilinear transform, as in the RBJ cookbook. `turns` is frequency over rate.
///
/// - Source: R. Bristow-Johnson, *Audio EQ Cookbook*, W3C Note.
enum CookbookDesign {
  private struct Angle {
    let cosine: Double
    let alpha: Double

    init(_ turns: Double, q: Double) {
      let angle = Maths.sineCosine(turns: turns)
      cosine = angle.cosine
      alpha = angle.sine / (2 * q)
    }
  }

  /// 1 − cos ω without cancellation: 2·sin²(ω/2).
  private static func versine(_ turns: Double) -> Double {
    let half = Maths.sin(turns: 0.5 * turns)
    return 2 * half * half
  }

  static func lowPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let (w, v) = (Angle(turns, q: q), versine(turns))
    return BiquadCoefficients(
      0.5 * v, v, 0.5 * v, over: 1 + w.alpha, -2 * w.cosine, 1 - w.alpha)
  }

  static func highPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    let b = 1 + w.cosine
    return BiquadCoefficients(
      0.5 * b, -b, 0.5 * b, over: 1 + w.alpha, -2 * w.cosine, 1 - w.alpha)
  }

  /// 0 dB at its frequency.
  static func bandPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    return BiquadCoefficients(
      w.alpha, 0, -w.alpha, over: 1 + w.alpha, -2 * w.cosine, 1 - w.alpha)
  }

  static func notch(_ turns: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    return BiquadCoefficients(
      1, -2 * w.cosine, 1, over: 1 + w.alpha, -2 * w.cosine, 1 - w.alpha)
  }

  static func allPass(_ turns: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    return BiquadCoefficients(
      1 - w.alpha, -2 * w.cosine, 1 + w.alpha, over: 1 + w.alpha, -2 * w.cosine, 1 - w.alpha)
  }

  static func bell(_ turns: Double, gain: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    let a = decibelsToGain(0.5 * gain)
    return BiquadCoefficients(
      1 + w.alpha * a, -2 * w.cosine, 1 - w.alpha * a,
      over: 1 + w.alpha / a, -2 * w.cosine, 1 - w.alpha / a)
  }

  static func highShelf(_ turns: Double, gain: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    let (a, c) = (decibelsToGain(0.5 * gain), w.cosine)
    let k = 2 * a.squareRoot() * w.alpha
    return BiquadCoefficients(
      a * ((a + 1) + (a - 1) * c + k), -2 * a * ((a - 1) + (a + 1) * c),
      a * ((a + 1) + (a - 1) * c - k),
      over: (a + 1) - (a - 1) * c + k, 2 * ((a - 1) - (a + 1) * c), (a + 1) - (a - 1) * c - k)
  }

  static func lowShelf(_ turns: Double, gain: Double, q: Double) -> BiquadCoefficients {
    let w = Angle(turns, q: q)
    let (a, c) = (decibelsToGain(0.5 * gain), w.cosine)
    let k = 2 * a.squareRoot() * w.alpha
    return BiquadCoefficients(
      a * ((a + 1) - (a - 1) * c + k), 2 * a * ((a - 1) - (a + 1) * c),
      a * ((a + 1) - (a - 1) * c - k),
      over: (a + 1) + (a - 1) * c + k, -2 * ((a - 1) + (a + 1) * c), (a + 1) + (a - 1) * c - k)
  }

  // MARK: One pole: s → (z − 1)/(z + 1) over tan(ω/2)

  static func onePoleLowPass(_ turns: Double) -> BiquadCoefficients {
    let k = Maths.tan(turns: 0.5 * turns)
    return BiquadCoefficients(k, k, 0, over: 1 + k, k - 1, 0)
  }

  static func onePoleHighPass(_ turns: Double) -> BiquadCoefficients {
    let k = Maths.tan(turns: 0.5 * turns)
    return BiquadCoefficients(1, -1, 0, over: 1 + k, k - 1, 0)
  }

  /// (g·s + 1)/(s + g): −g at 0 Hz, 0 dB at its frequency, +g at half the rate.
  static func tilt(_ turns: Double, gain: Double) -> BiquadCoefficients {
    let k = Maths.tan(turns: 0.5 * turns)
    let g = decibelsToGain(gain)
    return BiquadCoefficients(g + k, k - g, 0, over: 1 + g * k, g * k - 1, 0)
  }
}
