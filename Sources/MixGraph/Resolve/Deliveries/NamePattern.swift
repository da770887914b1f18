import Diagnostics
import SessionModel
import Signal

/// Writes out `<title>` and its like in file names.
enum NamePattern {
  /// `pattern` with every `<name>` replaced by its value, made safe for file names.
  ///
  /// - Parameter missing: called with each placeholder that has no value.
  static func expand(
    _ pattern: String, values: [String: String], missing: (String) -> Void
  ) -> String {
    var result = ""
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "<") {
      result += rest[..<open]
      let inside = rest[rest.index(after: open)...]
      guard let close = inside.firstIndex(of: ">") else {
        rest = rest[open...]
        result += rest
        return result
      }
      let name = String(inside[..<close])
      if let value = values[name] {
        result += safe(value)
      } else {
        missing(name)
      }
      rest = inside[inside.index(after: close)...]
    }
    return result + rest
  }

  /// As above; a placeholder without a value is reported at the pattern.
  static func expand(
    _ pattern: String, values: [String: String], at span: Span, _ report: Report
  ) -> String {
    expand(pattern, values: values) { missing in
      report.addUnknown(
        .unknownPattern, "<\(missing)> has no value here", name: missing, at: span,
        among: values.keys.sorted(), isWholeName: false,
        notes: missing == "title" ? [Note("'metadata: {title: …}' gives it one")] : [])
    }
  }

  /// `text` with what file systems forbid or read as something else replaced by `-`, without
  /// blanks and dots at its ends.
  static func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "/", "\\", ":", "*", "?", "\"", "<", ">", "|": result.unicodeScalars.append("-")
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result.unicodeScalars.append("-")
      default: result.unicodeScalars.append(scalar)
      }
    }
    var trimmed = result[...]
    while let first = trimmed.first, first == " " { trimmed.removeFirst() }
    while let last = trimmed.last, last == " " || last == "." { trimmed.removeLast() }
    if trimmed.allSatisfy({ $0 == "." }) { return "-" }
    return String(trimmed)
  }
}
