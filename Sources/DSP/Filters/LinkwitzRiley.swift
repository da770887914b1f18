/// Crossovers of 24 dB per octave whose two sides add up to an all-pass: two Butterworth sections
/// each, by the bilinear transform (only then is the sum exact).
///
/// - Source: S. H. Linkwitz, "Active Crossover Networks for Noncoincident Drivers", JAES 24(1),
///   1976.
public enum LinkwitzRiley {
  private static let butterworth = 0.5.squareRoot()

  private static func turns(_ frequency: Double, _ rate: Double) -> Double {
    min(max(frequency, 1e-3), 0.49 * rate) / rate
  }

  /// What lies below `frequency` in Hz.
  public static func lowPass(_ frequency: Double, rate: Double) -> [BiquadCoefficients] {
    let section = CookbookDesign.lowPass(turns(frequency, rate), q: butterworth)
    return [section, section]
  }

  /// What lies above `frequency` in Hz.
  public static func highPass(_ frequency: Double, rate: Double) -> [BiquadCoefficients] {
    let section = CookbookDesign.highPass(turns(frequency, rate), q: butterworth)
    return [section, section]
  }

  /// The sum of both: for whatever is to stay in phase with them.
  public static func allPass(_ frequency: Double, rate: Double) -> [BiquadCoefficients] {
    [CookbookDesign.allPass(turns(frequency, rate), q: butterworth)]
  }
}
