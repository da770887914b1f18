extension Unit {
  /// A value in this unit as a session writes it: `-18 dB`, `12 kHz`.
  public func text(_ value: Double) -> String {
    ValueText.quantity(ValueText.tidy(value), self)
  }
}

extension ValueKind {
  /// A number in the canonical unit as a session writes it: `-18 dB`, `5 ms`, `20 L`.
  public func text(_ value: Double) -> String {
    switch self {
    case .pan:
      let side = ValueText.tidy(abs(value) * 100)
      if side == 0 { return "C" }
      return "\(ValueText.number(side)) \(value < 0 ? "L" : "R")"
    case .time: return ValueText.seconds(value)
    case .either(let kinds):
      for kind in kinds {
        switch kind {
        case .number, .time, .pan: return kind.text(value)
        default: continue
        }
      }
      return ValueText.number(value)
    default: return ValueText.quantity(ValueText.tidy(value), ValueText.unit(of: self) ?? .plain)
    }
  }
}

extension ValueText {
  /// Without what arithmetic in binary leaves behind the ninth decimal.
  static func tidy(_ value: Double) -> Double {
    let scaled = (value * 1e9).rounded()
    return scaled.isFinite && scaled.magnitude < 1e15 ? scaled / 1e9 : value
  }

  static func seconds(_ value: Double) -> String {
    if value == 0 { return "0 ms" }
    return value.magnitude < 1
      ? "\(number(tidy(value * 1000))) ms" : "\(number(tidy(value))) s"
  }
}
