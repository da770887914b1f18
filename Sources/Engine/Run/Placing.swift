internal import SessionModel
internal import Signal

/// Gains of a pan law. Both ends are exactly (1, 0) and (0, 1).
enum Placing {
  /// - Parameter pan: −1 (left) … +1 (right).
  /// - Returns: for mono the two gains; for stereo the balance of the two channels.
  static func gains(pan: Double, law: PanLaw, inputChannels: Int) -> (left: Double, right: Double) {
    let p = min(1, max(0, (pan + 1) / 2))
    if inputChannels == 2 || law == .balance {
      return (min(1, 2 * (1 - p)), min(1, 2 * p))
    }
    if p == 0 { return (1, 0) }
    if p == 1 { return (0, 1) }
    let angle = Maths.sineCosine(turns: p / 4)
    switch law {
    case .minus3: return (angle.cosine, angle.sine)
    case .minus4point5:
      return (((1 - p) * angle.cosine).squareRoot(), (p * angle.sine).squareRoot())
    case .minus6: return (1 - p, p)
    case .balance: return (min(1, 2 * (1 - p)), min(1, 2 * p))
    }
  }
}
