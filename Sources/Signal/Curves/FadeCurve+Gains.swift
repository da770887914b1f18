extension FadeCurve {
  /// The fall of the exponential curve before its end is moved to 0, in dB.
  public static var exponentialRange: Double { 60 }

  /// The gain of a fade-in a part `t` (0...1) of the way through.
  ///
  /// | curve | gain |
  /// |---|---|
  /// | linear | t |
  /// | sCurve | 3t² − 2t³ |
  /// | sCurve5 | 6t⁵ − 15t⁴ + 10t³ |
  /// | equalPower | sin(πt/2) |
  /// | sqrtPower | √t |
  /// | sPower | sin(π/2·(3t² − 2t³)) |
  /// | exponential | (10^(60(t−1)/20) − c)/(1 − c), c = 10^−3 |
  /// | log | 1 − exponential(1 − t) |
  /// | auto | t/√((1−t)² + t² + 2ρt(1−t)) |
  ///
  /// - Parameters: `correlation` ρ of the two sides, −1...1, taken as 0 below 0; for `auto` only.
  /// - Source: M. Fink, M. Holters, U. Zölzer, "Signal-Matched Power-Complementary Cross-Fading
  ///   and Dry-Wet Mixing", DAFx 2016 (auto).
  public func gain(_ t: Double, correlation: Double = 0) -> Double {
    switch self {
    case .linear: return t
    case .sCurve: return t * t * (3 - 2 * t)
    case .sCurve5: return t * t * t * (t * (6 * t - 15) + 10)
    case .equalPower: return Maths.sin(turns: 0.25 * t)
    case .sqrtPower: return t.squareRoot()
    case .sPower: return Maths.sin(turns: 0.25 * (t * t * (3 - 2 * t)))
    case .exponential: return FadeCurve.exponential(t)
    case .log: return 1 - FadeCurve.exponential(1 - t)
    case .auto:
      let rest = 1 - t
      let rho = min(1, max(0, correlation))
      return t / ((rest * rest + t * t) + 2 * rho * (t * rest)).squareRoot()
    }
  }

  private static func exponential(_ t: Double) -> Double {
    let floor = decibelsToGain(-exponentialRange)
    return (decibelsToGain(exponentialRange * (t - 1)) - floor) / (1 - floor)
  }

  /// The gain of frame `index` of a fade-in of `length` frames, at t = (index + ½)/length: 0
  /// before it and 1 after it.
  public func fadeIn(_ index: Int64, of length: Int64, correlation: Double = 0) -> Double {
    if index < 0 { return 0 }
    if index >= length { return 1 }
    return gain((Double(index) + 0.5) / Double(length), correlation: correlation)
  }

  /// The gain of frame `index` of a fade-out: the fade-in's exact mirror.
  public func fadeOut(_ index: Int64, of length: Int64, correlation: Double = 0) -> Double {
    fadeIn(length - 1 - index, of: length, correlation: correlation)
  }

  /// Multiplies `samples` by the fade-in's gains of the frames from `index` on.
  public func applyFadeIn(
    to samples: Samples, from index: Int64, of length: Int64, correlation: Double = 0
  ) {
    for i in samples.indices {
      let frame = index + Int64(i)
      if frame >= length { return }
      samples[i] = samples[i] * fadeIn(frame, of: length, correlation: correlation)
    }
  }

  /// Multiplies `samples` by the fade-out's gains of the frames from `index` on.
  public func applyFadeOut(
    to samples: Samples, from index: Int64, of length: Int64, correlation: Double = 0
  ) {
    for i in samples.indices {
      let frame = index + Int64(i)
      if frame < 0 { continue }
      samples[i] = samples[i] * fadeOut(frame, of: length, correlation: correlation)
    }
  }
}
