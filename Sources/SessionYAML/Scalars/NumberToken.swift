import Signal

/// A decimal number as written: sign, digits, and where they stand.
struct NumberToken {
  var isNegative = false
  var hasSign = false
  /// All digits as one integer; the largest integer when there are too many.
  var mantissa: Int64 = 0
  /// Digits behind the point.
  var scale = 0
  /// More digits than fit.
  var isHuge = false
  var start: Int
  var end: Int
  /// Where a comma stands in place of the point.
  var comma: Int?
  /// The digits as text when they do not fit.
  var longText: String = ""

  /// Reads a number that begins at `start`; nil when none does.
  init?(_ text: ScalarText, at start: Int, to limit: Int) {
    self.start = start
    end = start
    var i = start
    let bytes = text.bytes
    guard i < limit else { return nil }
    if bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") {
      isNegative = bytes[i] == UInt8(ascii: "-")
      hasSign = true
      i += 1
    } else if text.hasPrefix("−", at: i, to: limit) {
      isNegative = true
      hasSign = true
      i += 3
    }
    let digits = i
    var hasDigits = false
    func digit(_ k: Int) -> Bool { k < limit && isDigit(bytes[k]) }
    while digit(i) {
      append(bytes[i])
      hasDigits = true
      i += 1
    }
    if i < limit && bytes[i] == UInt8(ascii: ".") && digit(i + 1) {
      i += 1
      fraction(&i)
      hasDigits = true
    } else if hasDigits && i < limit && bytes[i] == UInt8(ascii: ",") && digit(i + 1) {
      comma = i
      i += 1
      fraction(&i)
    }
    guard hasDigits else { return nil }
    end = i
    if isHuge || mantissa > 1 << 53 || scale > 22 {
      longText = text.string(digits, i)
      if let comma { longText = text.string(digits, comma) + "." + text.string(comma + 1, i) }
    }

    func fraction(_ i: inout Int) {
      while digit(i) {
        append(bytes[i])
        scale += 1
        i += 1
      }
    }
  }

  private mutating func append(_ byte: UInt8) {
    let (shifted, over) = mantissa.multipliedReportingOverflow(by: 10)
    let (sum, overToo) = shifted.addingReportingOverflow(Int64(byte - 0x30))
    if isHuge || over || overToo {
      isHuge = true
      mantissa = .max
    } else {
      mantissa = sum
    }
  }

  /// The value times `factor`, rounded once.
  func value(times factor: Int64 = 1) -> Double {
    var magnitude: Double
    let (scaled, over) = mantissa.multipliedReportingOverflow(by: factor)
    if !isHuge && !over && scaled <= 1 << 53 && scale <= 22 {
      magnitude = Double(scaled) / NumberToken.powers[scale]
    } else {
      let text = longText.isEmpty ? "\(mantissa)" : longText
      magnitude = (Double(text) ?? .infinity) * Double(factor)
      if longText.isEmpty { magnitude /= NumberToken.powers[min(scale, 22)] }
    }
    return isNegative ? -magnitude : magnitude
  }

  /// The value as an exact fraction over `divisor`; nil when it has too many digits.
  func rational(over divisor: Int64 = 1) -> Rational? {
    guard !isHuge && scale <= 12 && mantissa < 1 << 53 else { return nil }
    let (denominator, over) = NumberToken.integerPowers[scale].multipliedReportingOverflow(
      by: divisor)
    if over { return nil }
    return Rational(isNegative ? -mantissa : mantissa, denominator)
  }

  /// The value when it has no digits behind the point.
  var integer: Int64? {
    isHuge || scale != 0 ? nil : isNegative ? -mantissa : mantissa
  }

  private static let integerPowers: [Int64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000,
  ]
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

/// Numbers and lengths as messages write them.
enum Plain {
  static func number(_ value: Double) -> String {
    if value == -.infinity { return "-inf" }
    if value == .infinity { return "inf" }
    if value.magnitude < 1e15, let integer = Int64(exactly: value) { return "\(integer)" }
    return "\(value)"
  }

  static func quantity(_ value: Double, _ unit: String) -> String {
    unit.isEmpty ? number(value) : "\(number(value)) \(unit)"
  }

  static func seconds(_ value: Rational) -> String {
    let seconds = value.double
    guard seconds != 0 && seconds.magnitude < 1 else { return "\(number(seconds)) s" }
    // A frame at the highest rate is no round number.
    return "\(number(((value * Rational(1000)).double * 1e4).rounded() / 1e4)) ms"
  }

  static func choice(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
