import Diagnostics
import SessionModel

/// Turns the located tree into a session and collects everything that is wrong with it.
///
/// Its extensions hold a family each: scalars in `Scalars/`, mappings in `Decode/`.
struct Decoder {
  var diagnostics: DiagnosticList
  /// The folder of each text, as in `Session.directories`.
  let directories: [String]
  /// Frames a second, as far as they are known: the session's rate, or all that there are.
  var frameRates: ClosedRange<Int64> = 8_000...384_000
  /// Entries of `presets` by name: the kind and its node.
  var presets: [String: (kind: Located<String>, node: YAMLNode)] = [:]

  /// Whether a position or range could not be read.
  var hasMisreadPlaces = false

  init(diagnostics: DiagnosticList, directories: [String]) {
    self.diagnostics = diagnostics
    self.directories = directories
  }

  mutating func report(
    _ rule: Rule, _ message: String, at span: Span, notes: [Note] = [], fixes: [FixIt] = []
  ) {
    diagnostics.add(Diagnostic(rule, message, at: span, notes: notes, fixes: fixes))
  }

  /// What `node` is, for messages.
  func described(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let style): text.isEmpty && style == .plain ? "empty" : "'\(text)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// Says what must stand here, unless something else has been said about it already.
  ///
  /// - Parameter opening: the bracket that it begins with; an example of the field is shown then.
  mutating func wrongShape(
    _ node: YAMLNode, _ field: String, wanted: String, opening: String? = nil
  ) {
    if node.wasReported { return }
    if node.isMissing {
      report(.missingValue, "\(field) has no value; it takes \(wanted)", at: node.span)
    } else {
      report(
        .wrongShape, "\(field) is \(described(node)); it must be \(wanted)", at: node.span,
        notes: opening.flatMap { example(of: field, opening: $0) }.map { [Note($0)] } ?? [])
    }
  }

  /// A value of the field as the reference shows it; nil: there is none that begins like this.
  private func example(of field: String, opening: String) -> String? {
    for mapping in FieldTable.all {
      if let example = mapping[field]?.example, example.hasPrefix(opening) {
        return "as in \(field): \(example)"
      }
    }
    return nil
  }

  /// The node's text; reports lists, mappings and missing values.
  mutating func scalar(_ node: YAMLNode, _ field: String, wanted: String) -> ScalarText? {
    guard case .scalar(let text, let style) = node.content, !node.isMissing else {
      wrongShape(node, field, wanted: wanted)
      return nil
    }
    return ScalarText(text, style: style, span: node.span)
  }
}
