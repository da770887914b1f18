/// Writes text as YAML scalars.
enum YAMLQuoting {
  /// The text between quotes: double ones, or single ones where the text itself holds `"` or `\`
  /// and no control character.
  static func quoted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let hasControl = bytes.contains { $0 < 0x20 || $0 == 0x7F }
    let hasDouble = bytes.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    if hasDouble && !hasControl {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        + "'"
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar == "\u{85}":
        let hex = String(scalar.value, radix: 16)
        result += "\\x" + (hex.count < 2 ? "0" : "") + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
