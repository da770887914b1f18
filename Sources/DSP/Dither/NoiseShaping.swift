/// The spectrum that a quantiser's error is given: NTF = 1 − Σ c_k·z^−k, minimum phase, average log
/// gain 0. The filters are made for 44.1 and 48 kHz.
///
/// | name | total noise | 3–4.5 kHz | above 20 kHz |
/// |---|---|---|---|
/// | flat | 0 dB | 0 | 0 |
/// | f3 | +6.6 | −17 | +11 |
/// | e9Modified | +7.6 | −17 | +14 |
/// | e5 | +12.2 | −18 | +19 |
/// | f9 | +18.4 | −23 | +27 |
/// | e9Improved | +23.1 | −24 | +32 |
///
/// - Source: S. P. Lipshitz, J. Vanderkooy, R. A. Wannamaker, "Minimally Audible Noise Shaping",
///   JAES 39(11), 1991 (E); R. A. Wannamaker, "Psychoacoustically Optimal Noise Shaping",
///   JAES 40(7/8), 1992 (F).
public enum NoiseShaping: String, Hashable, Sendable, CaseIterable {
  case flat
  case f3
  case e9Modified = "e9-modified"
  case e5
  case f9
  case e9Improved = "e9-improved"

  /// c_1, c_2 …
  public var coefficients: [Double] {
    switch self {
    case .flat: []
    case .f3: [1.623, -0.982, 0.109]
    case .e9Modified:
      [1.662, -1.263, 0.4827, -0.2913, 0.1268, -0.1124, 0.03252, -0.01265, -0.03524]
    case .e5: [2.033, -2.165, 1.959, -1.590, 0.6149]
    case .f9: [2.412, -3.370, 3.937, -4.174, 3.353, -2.205, 1.281, -0.569, 0.0847]
    case .e9Improved:
      [2.847, -4.685, 6.214, -7.184, 6.639, -5.032, 3.263, -1.632, 0.4191]
    }
  }

  /// Hz; of the filters.
  public static let rates = [44_100, 48_000]

  /// Whether the error goes where it is meant to at `rate` in Hz.
  public func suits(rate: Int) -> Bool { self == .flat || Self.rates.contains(rate) }
}
