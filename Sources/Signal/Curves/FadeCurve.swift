/// The shape of a fade or of one side of a crossfade.
public enum FadeCurve: String, Hashable, Sendable, CaseIterable {
  case linear
  case sCurve = "s-curve"
  case sCurve5 = "s-curve5"
  case equalPower = "equal-power"
  case sqrtPower = "sqrt-power"
  case sPower = "s-power"
  case exponential
  case log
  /// Measured: keeps the level at the correlation of the two sides (crossfades only).
  case auto
}
