/// Writes text as YAML scalars.
enum YAMLQuoting {
  /// The text as it may stand: plain where that means the same, else between quotes.
  static func scalar(_ text: String, inFlow: Bool) -> String {
    isPlain(text, inFlow: inFlow) ? text : quoted(text)
  }

  /// The text between quotes: double ones, or single ones where the text itself holds `"` or `\`
  /// and nothing that needs an escape.
  static func quoted(_ text: String) -> String {
    let hasSpecial = text.unicodeScalars.contains(where: isSpecial)
    let hasDouble = text.utf8.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    if hasDouble && !hasSpecial {
      let halves = text.split(separator: "'", omittingEmptySubsequences: false)
      return "'" + halves.joined(separator: "''") + "'"
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isSpecial(scalar):
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let digits = scalar.value < 0x100 ? 2 : scalar.value < 0x10000 ? 4 : 8
        result += digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U"
        result += String(repeating: "0", count: digits - hex.utf8.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Characters that stand in a file as escapes only: controls, line ends of other kinds, byte
  /// order marks.
  static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  /// Whether the text, written without quotes, is read back as it is.
  static func isPlain(_ text: String, inFlow: Bool) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return false }
    if first.isBlank || last.isBlank || last == UInt8(ascii: ":") { return false }
    switch first {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"),
      UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"),
      UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      return false
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      guard bytes.count > 1, !bytes[1].isBlank else { return false }
      if inFlow && first != UInt8(ascii: "-") { return false }
    default: break
    }
    if text == "---" || text == "..." || text.hasPrefix("--- ") || text.hasPrefix("... ") {
      return false
    }
    for (index, byte) in bytes.enumerated() {
      if inFlow && byte.isFlowIndicator { return false }
      if byte == UInt8(ascii: ":") && bytes[index + 1].isBlank { return false }
      if byte == UInt8(ascii: "#") && bytes[index - 1].isBlank { return false }
    }
    return !text.unicodeScalars.contains(where: isSpecial)
  }

  /// Whether another reader of YAML would take the text for a number, a date, a truth value or
  /// nothing.
  static func looksLikeNoText(_ text: String) -> Bool {
    switch text.lowercased() {
    case "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan":
      return true
    default:
      return text.utf8.contains(where: \.isDigit)
        && text.utf8.allSatisfy { byte in
          byte.isDigit || "+-._:eExobabcdfABCDF".utf8.contains(byte)
        }
    }
  }

  /// Signs that make a careful author put quotes around a text between braces.
  static func hasPunctuation(_ text: String) -> Bool {
    text.utf8.contains { "?!,;:'\"#&*|%@`".utf8.contains($0) }
  }
}
