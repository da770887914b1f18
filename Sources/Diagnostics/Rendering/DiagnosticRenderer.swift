/// Shows messages with their places, as text for people and as JSON for programs.
///
///     song.yaml:14:15: error: no bus is named 'drms' [unknown-bus]
///     14 |       output: drms
///        |               ^~~~ replace with 'drums'
///     song.yaml:31:3: note: 'drums' is declared here
///     31 |   drums: {fader: -1 dB}
public struct DiagnosticRenderer {
  let sources: SourceMap
  let colours: Bool
  private var places: PlaceFinder

  /// - Parameters: `colours` writes ANSI colour sequences; the text is the same without them.
  public init(sources: SourceMap, colours: Bool = false) {
    self.sources = sources
    self.colours = colours
    places = PlaceFinder(sources)
  }

  /// The messages one after the other, each line ended; in the order given.
  public mutating func text(_ diagnostics: [Diagnostic]) -> String {
    var result = ""
    for diagnostic in diagnostics { result += text(diagnostic) }
    return result
  }

  /// The same with at most `limit` messages of a kind in a file; of the others it is said how many
  /// there are.
  ///
  /// - Returns: the text, and how many messages it leaves out.
  public mutating func text(
    _ diagnostics: [Diagnostic], limit: Int
  ) -> (text: String, leftOut: Int) {
    struct Kind: Hashable {
      var id: String
      var severity: Severity
      var source: SourceID?
    }
    var counts: [Kind: Int] = [:]
    var kinds: [Kind] = []
    var result = ""
    for diagnostic in diagnostics {
      let kind = Kind(
        id: diagnostic.id, severity: diagnostic.severity, source: diagnostic.span?.source)
      let before = counts[kind, default: 0]
      counts[kind] = before + 1
      if before < limit {
        result += text(diagnostic)
      } else if before == limit {
        kinds.append(kind)
      }
    }
    var leftOut = 0
    for kind in kinds {
      let more = (counts[kind] ?? 0) - limit
      leftOut += more
      let place = kind.source.map { paint("\(Safe.text(sources[$0].path)):", .bold) + " " } ?? ""
      let colour = kind.severity == .error ? Colour.red : .magenta
      let name = "\(kind.severity.rawValue)\(more == 1 ? "" : "s")"
      result += place + paint("\(more) more \(name)", colour) + paint(" [\(kind.id)]", .dim) + "\n"
    }
    return (result, leftOut)
  }

  public mutating func text(_ diagnostic: Diagnostic) -> String {
    var result = head(
      diagnostic.severity.rawValue, diagnostic.message, at: diagnostic.span,
      colour: diagnostic.severity == .error ? .red : .magenta)
    result += paint(" [\(diagnostic.id)]", .dim) + "\n"
    if let span = diagnostic.span {
      result += excerpt(span, fixes: fixText(diagnostic.fixes, at: span), underlined: true)
    }
    for note in diagnostic.notes {
      result += head("note", note.message, at: note.span, colour: .cyan) + "\n"
      if let span = note.span { result += excerpt(span, fixes: "", underlined: false) }
    }
    return result
  }

  /// How many of each there are: `3 errors, 1 warning`; empty when there are none.
  public static func summary(_ diagnostics: [Diagnostic]) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    return [
      errors == 0 ? nil : errors == 1 ? "1 error" : "\(errors) errors",
      warnings == 0 ? nil : warnings == 1 ? "1 warning" : "\(warnings) warnings",
    ].compactMap { $0 }.joined(separator: ", ")
  }

  // MARK: Parts

  private mutating func head(
    _ kind: String, _ message: String, at span: Span?, colour: Colour
  ) -> String {
    var place = ""
    if let span {
      let position = places.position(of: span.start, in: span.source)
      place =
        paint(
          "\(Safe.text(sources[span.source].path)):\(position.line):\(position.column):", .bold)
        + " "
    }
    return place + paint(kind + ":", colour) + " " + paint(Safe.text(message), .bold)
  }

  private mutating func excerpt(_ span: Span, fixes: String, underlined: Bool) -> String {
    let source = sources[span.source]
    let line = places.position(of: span.start, in: span.source).line
    let excerpt = SourceExcerpt(of: span, in: source, line: line)
    let number = String(line)
    var result = paint("\(number) |", .dim) + " \(excerpt.text)\n"
    guard underlined else { return result }
    let blanks = String(repeating: " ", count: number.count)
    let underline = "^" + String(repeating: "~", count: excerpt.width - 1)
    result += paint("\(blanks) |", .dim) + " " + String(repeating: " ", count: excerpt.before)
    result += paint(underline + (fixes.isEmpty ? "" : " " + fixes), .green) + "\n"
    return result
  }

  /// `replace with 'drums' or 'drum'`; a fix elsewhere names its place.
  private mutating func fixText(_ fixes: [FixIt], at span: Span) -> String {
    var parts: [String] = []
    var lastWasHere = false
    for fix in fixes.prefix(4) {
      let new = Safe.text(fix.replacement)
      let isHere = fix.span == span
      if isHere && lastWasHere && !new.isEmpty {
        parts.append(Self.name(new))
        continue
      }
      lastWasHere = isHere && !new.isEmpty
      let isInsertion = fix.span.start >= fix.span.end
      let old = sources[fix.span.source].text(fix.span)
      let isShort = old.utf8.count <= 40 && !old.utf8.contains(0x0A)
      let isIndentation = !new.isEmpty && new.allSatisfy { $0 == " " } && isLineStart(fix.span)
      var text: String
      if isIndentation {
        text = "indent by \(Self.name(new))"
      } else if isInsertion && isLineStart(fix.span) && fix.replacement.hasSuffix("\n") {
        text = "insert the line \(Self.name(Safe.text(String(fix.replacement.dropLast()))))"
      } else if isInsertion {
        text = "insert \(Self.name(new))"
      } else if new.isEmpty && old.utf8.contains(0x0A) {
        text = "delete the line"
      } else if new.isEmpty {
        text = isHere || !isShort ? "delete" : "delete \(Self.name(Safe.text(old)))"
      } else if isHere || !isShort {
        text = "replace with \(Self.name(new))"
      } else {
        text = "replace \(Self.name(Safe.text(old))) with \(Self.name(new))"
      }
      if isIndentation || text == "delete the line" {
        parts.append(text)
        continue
      }
      if !isHere && isInsertion && fix.span.start != span.start {
        text += place(of: fix.span, from: span)
      } else if !isHere && !isInsertion && !(isShort && isSameLine(fix.span, span)) {
        text += place(of: fix.span, from: span)
      }
      parts.append(text)
    }
    return parts.joined(separator: " or ")
  }

  /// A text as it is named in a fix; one that has quotes of its own stands as it is.
  private static func name(_ text: String) -> String {
    guard text.allSatisfy({ $0 == " " }) else {
      let isQuoted = text.count > 1 && text.first == text.last && "\"'".contains(text.first ?? " ")
      return isQuoted ? text : "'\(text)'"
    }
    return text.count == 1 ? "a space" : "\(text.count) spaces"
  }

  private func isSameLine(_ a: Span, _ b: Span) -> Bool {
    a.source == b.source
      && sources[a.source].line(of: a.start) == sources[b.source].line(of: b.start)
  }

  private func isLineStart(_ span: Span) -> Bool {
    let source = sources[span.source]
    return source.textStart(ofLine: source.line(of: span.start)) == span.start
  }

  private mutating func place(of fix: Span, from span: Span) -> String {
    if fix.source == span.source && fix.start == span.end { return " behind it" }
    let here = places.position(of: span.start, in: span.source)
    let there = places.position(of: fix.start, in: fix.source)
    if fix.source != span.source {
      return " in \(Safe.text(sources[fix.source].path)):\(there.line)"
    }
    return here.line == there.line ? " in column \(there.column)" : " in line \(there.line)"
  }

  // MARK: Colours

  private enum Colour: String {
    case bold = "1"
    case dim = "2"
    case red = "1;31"
    case green = "32"
    case magenta = "1;35"
    case cyan = "1;36"
  }

  private func paint(_ text: String, _ colour: Colour) -> String {
    colours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension DiagnosticRenderer {
  /// An array of the messages, in the order given.
  public mutating func json(_ diagnostics: [Diagnostic]) -> JSONValue {
    .array(diagnostics.map { json($0) })
  }

  /// `{"id", "severity", "message", "file", "line", "column", "end_line", "end_column", "notes",
  /// "fixes"}`; a message without a place has `null` for file, lines and columns.
  public mutating func json(_ diagnostic: Diagnostic) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(diagnostic.id)),
      .init("severity", .string(diagnostic.severity.rawValue)),
      .init("message", .string(diagnostic.message)),
    ]
    members += place(diagnostic.span)
    let notes: [JSONValue] = diagnostic.notes.map { note in
      .object([.init("message", .string(note.message))] + place(note.span))
    }
    let fixes: [JSONValue] = diagnostic.fixes.map { fix in
      .object([.init("replacement", .string(fix.replacement))] + place(fix.span))
    }
    members.append(.init("notes", .array(notes)))
    members.append(.init("fixes", .array(fixes)))
    return .object(members)
  }

  private mutating func place(_ span: Span?) -> [JSONValue.Member] {
    guard let span else {
      return ["file", "line", "column", "end_line", "end_column"].map { .init($0, .null) }
    }
    let start = places.position(of: span.start, in: span.source)
    let end = places.position(of: span.end, in: span.source)
    return [
      .init("file", .string(sources[span.source].path)),
      .init("line", .integer(Int64(start.line))), .init("column", .integer(Int64(start.column))),
      .init("end_line", .integer(Int64(end.line))),
      .init("end_column", .integer(Int64(end.column))),
    ]
  }
}

/// Finds lines and columns; going forward through one long line costs its length once.
struct PlaceFinder {
  private let sources: SourceMap
  private var last: (source: SourceID, line: Int, offset: Int, column: Int)?

  init(_ sources: SourceMap) { self.sources = sources }

  mutating func position(of offset: Int, in id: SourceID) -> (line: Int, column: Int) {
    let source = sources[id]
    let line = source.line(of: offset)
    if let last, last.source == id, last.line == line, last.offset <= offset {
      let column = last.column + source.characters(in: last.offset..<offset)
      self.last = (id, line, offset, column)
      return (line, column)
    }
    let column = source.position(of: offset).column
    last = (id, line, offset, column)
    return (line, column)
  }
}
