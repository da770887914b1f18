import Diagnostics

/// Collects the messages of one resolution.
final class Report {
  var list = DiagnosticList()

  func add(
    _ rule: Rule, _ message: String, at span: Span?, notes: [Note] = [], fixes: [FixIt] = []
  ) {
    list.add(Diagnostic(rule, message, at: span, notes: notes, fixes: fixes))
  }

  /// A name that nothing has: with replacements by the nearest names when `span` covers the name
  /// alone, as a note otherwise.
  func addUnknown(
    _ rule: Rule, _ message: String, name: String, at span: Span, among names: [String],
    isWholeName: Bool = true, notes: [Note] = []
  ) {
    let nearest = Suggestions.nearest(name, in: names)
    var notes = notes
    if nearest.isEmpty, let known = Suggestions.list(names) { notes.append(Note(known)) }
    if isWholeName {
      add(rule, message, at: span, notes: notes, fixes: nearest.map { FixIt(span, $0) })
    } else if nearest.isEmpty {
      add(rule, message, at: span, notes: notes)
    } else {
      let quoted = nearest.map { "'\($0)'" }.joined(separator: ", ")
      add(rule, message, at: span, notes: notes + [Note("did you mean \(quoted)?")])
    }
  }
}
