import Signal

/// The gains of the two sides for a position between them.
public enum PanGains {
  /// What the centre loses, and so how the sides add up.
  public enum Law: String, Hashable, Sendable, CaseIterable {
    /// cos, sin: equal power.
    case minus3 = "-3 dB"
    /// The geometric mean of the two others.
    case minus4point5 = "-4.5 dB"
    /// Straight: equal amplitude.
    case minus6 = "-6 dB"
    /// Nothing lost at the centre; beyond it the far side falls straight.
    case balance = "0 dB"
  }

  /// - Parameters: `pan` −1 (left) … +1 (right), clamped; a pan that is no number is the centre.
  /// - Returns: linear gains; exactly (1, 0) and (0, 1) at the ends.
  public static func gains(pan: Double, law: Law) -> (left: Double, right: Double) {
    let p = pan.isNaN ? 0.5 : 0.5 * (min(1, max(-1, pan)) + 1)
    if p == 0 { return (1, 0) }
    if p == 1 { return (0, 1) }
    let angle = Maths.sineCosine(turns: 0.25 * p)
    switch law {
    case .minus3: return (angle.cosine, angle.sine)
    case .minus4point5:
      return (((1 - p) * angle.cosine).squareRoot(), (p * angle.sine).squareRoot())
    case .minus6: return (1 - p, p)
    case .balance: return (min(1, 2 * (1 - p)), min(1, 2 * p))
    }
  }

  /// The gains of a stereo signal's two channels: always a balance.
  public static func balance(_ pan: Double) -> (left: Double, right: Double) {
    gains(pan: pan, law: .balance)
  }
}
