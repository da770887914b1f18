/// Numbers as they are printed, without a locale and without the C library.
public enum Figures {
  /// Exactly `digits` digits behind the point, halves away from zero, never `-0`; nil: not finite
  /// or 9·10^15 units of the last digit and more.
  public static func fixed(_ value: Double, digits: Int) -> String? {
    guard value.isFinite else { return nil }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value.magnitude * scale).rounded()
    guard rounded < 9e15 else { return nil }
    let whole = UInt64(rounded)
    let sign = value < 0 && whole > 0 ? "-" : ""
    if digits == 0 { return "\(sign)\(whole)" }
    let unit = UInt64(scale)
    let rest = "\(whole % unit)"
    return "\(sign)\(whole / unit)." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// At most `digits` digits behind the point, without zeros at the end.
  public static func short(_ value: Double, digits: Int = 3) -> String {
    guard var text = fixed(value, digits: digits) else { return "\(value)" }
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }
}
