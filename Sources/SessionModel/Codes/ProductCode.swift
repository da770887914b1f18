/// A UPC or EAN: the number under a bar code, with its check digit.
///
/// - Source: GS1 General Specifications, section 7.9 (check digit).
public struct ProductCode: Hashable, Sendable {
  /// Thirteen digits; a twelve-digit UPC has a zero in front.
  public let text: String

  /// Blanks and hyphens may stand between the digits; nil: it is none, or the check digit is
  /// another.
  public init?(_ written: String) {
    guard let digits = ProductCode.digits(written),
      digits.last == ProductCode.checkDigit(of: Array(digits.dropLast()))
    else { return nil }
    text = digits.map { String($0) }.joined()
  }

  /// `written` with the check digit that its other digits ask for; nil: they are not 12 or 13.
  public static func corrected(_ written: String) -> String? {
    guard let digits = digits(written) else { return nil }
    let body = Array(digits.dropLast())
    return (body + [checkDigit(of: body)]).map { String($0) }.joined()
  }

  private static func digits(_ written: String) -> [Int]? {
    var digits: [Int] = []
    for byte in written.utf8 {
      switch byte {
      case 48...57: digits.append(Int(byte) - 48)
      case UInt8(ascii: " "), UInt8(ascii: "-"): continue
      default: return nil
      }
    }
    if digits.count == 12 { digits.insert(0, at: 0) }
    return digits.count == 13 ? digits : nil
  }

  /// Weights 1 and 3 in turn, from the left of twelve digits; the sum and the check digit make a
  /// multiple of 10.
  private static func checkDigit(of digits: [Int]) -> Int {
    var sum = 0
    for (index, digit) in digits.enumerated() { sum += index % 2 == 0 ? digit : 3 * digit }
    return (10 - sum % 10) % 10
  }
}
