import Diagnostics

/// Texts of the command line that are read as those of a session are.
enum ArgumentText {
  /// More mistakes than this are no slips.
  private static let mostFixes = 8

  /// The text with what its mistakes suggest in their places; nil: that does not put it right.
  ///
  /// - Parameter parses: whether a text can be read; what is wrong with it goes into the list.
  static func corrected(
    _ text: String, parses: (Located<String>, inout DiagnosticList) -> Bool
  ) -> String? {
    var bytes = Array(text.utf8)
    for count in 0...mostFixes {
      var sources = SourceMap()
      let source = sources.add(path: "argument", bytes: bytes)
      let current = String(decoding: bytes, as: UTF8.self)
      var list = DiagnosticList()
      if parses(Located(current, Span(source.id, 0, bytes.count)), &list), !list.hasErrors {
        return count == 0 ? nil : current
      }
      guard let fix = list.all.compactMap(\.fixes.first).first, fix.span.start <= fix.span.end,
        fix.span.end <= bytes.count
      else { return nil }
      bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8))
    }
    return nil
  }

  /// `; did you mean '…'?`, or nothing.
  static func hint(_ suggestion: String?) -> String {
    suggestion.map { "; did you mean '\($0)'?" } ?? ""
  }
}
