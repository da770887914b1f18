import Diagnostics

/// Finds out, in a text that libyaml refuses, what its author got wrong: all of it, in one pass.
///
/// A reader of block structure that forgives. It follows lines, levels of indentation, brackets and
/// quotes; where the text leaves YAML it says so in words of the session language, and writes down
/// the smallest change that makes the text readable, so that the rest of the session is read and
/// checked in the same run. It never judges a text that libyaml accepts.
struct YAMLRepair {
  let source: Source
  let bytes: [UInt8]
  var diagnostics: [Diagnostic] = []
  var edits = YAMLEdits()

  /// The open block collections, outermost first.
  var levels: [Level] = []
  /// The key or dash whose value has not come yet.
  var pending: Pending?
  /// Where reading goes on after a bracket that is never closed.
  var flowResume = 0
  /// Columns of one level of indentation in this file.
  let unit: Int

  struct Level {
    enum Kind { case mapping, sequence }
    var column: Int
    var kind: Kind
    /// A list in the same column as the key it belongs to.
    var isIndentless = false
    /// The key it belongs to.
    var field = ""
    /// Wrong columns that were taken for this level, reported once.
    var aliases: [Int] = []
  }

  struct Pending {
    var column: Int
    var field: String
    var isDash: Bool
  }

  init(_ source: Source) {
    self.source = source
    bytes = source.bytes
    unit = Self.indentationUnit(of: source)
  }

  /// A text with so many faults is no session.
  var isFull: Bool {
    diagnostics.count > YAMLTree.maximumProblems || edits.replacements.count > 50_000
  }

  mutating func run(from start: Int) {
    var i = start
    while i < bytes.count && !isFull {
      i = max(i + 1, line(at: i))
    }
  }

  /// Reads the line that begins at `start`; returns where to go on.
  private mutating func line(at start: Int) -> Int {
    var content = start
    var hasTab = false
    while content < bytes.count && bytes[content].isBlank {
      if bytes[content] == 0x09 { hasTab = true }
      content += 1
    }
    let lineEnd = source.lineEnd(from: content)
    let nextLine = source.nextLine(after: lineEnd)
    if content == lineEnd || bytes[content] == UInt8(ascii: "#") { return nextLine }
    if content == start && levels.isEmpty && bytes[content] == UInt8(ascii: "%") { return nextLine }
    if content == start && isDocumentMarker(at: start) {
      return levels.isEmpty ? nextLine : bytes.count
    }
    let written = column(from: start, to: content)
    if hasTab { reportTab(start..<content, column: written) }

    if bytes[content] == UInt8(ascii: "?") && isBlankOrEnd(content + 1) {
      needsQuotes(content..<valueEnd(content), .begins("?"), field: "", mask: false)
      edits.replace(content..<lineEnd, "")
      return nextLine
    }
    let isDash = self.isDash(at: content)
    let colon = isDash ? nil : keyColon(at: content)
    if !isDash && colon == nil {
      if levels.isEmpty {
        // A session is a mapping, however its first line is written.
        let isVersion = bytes[content...].starts(with: "mixdown ".utf8)
        if nameColon(at: content) != nil || isVersion {
          levels.append(Level(column: written, kind: .mapping))
          return missingColon(at: content, column: written)
        }
        return value(at: content, parentColumn: -1, field: "", startsLine: true)
      }
      if let parent = pending, written > parent.column {
        pending = nil
        if hasTab { edits.replace(start..<content, String(repeating: " ", count: written)) }
        if !TextFields.isFreeText(parent.field), let colon = nameColon(at: content) {
          return missingSpace(at: colon, content: content, column: written)
        }
        return value(
          at: content, parentColumn: parent.column, field: parent.field, startsLine: true)
      }
    }
    guard
      let column = settle(
        written, isDash: isDash, content: content, field: pending?.field ?? "", isKey: colon != nil)
    else {
      edits.replace(start..<lineEnd, "")
      return nextLine
    }
    if column != written || hasTab {
      edits.replace(start..<content, String(repeating: " ", count: column))
    }
    if let last = levels.last, last.kind == .sequence && !isDash {
      return missingDash(content: content, column: column, colon: colon)
    }
    if let last = levels.last, last.kind == .mapping && isDash {
      return strayDash(content: content, column: column, nextLine: nextLine)
    }
    return self.content(at: content, column: column)
  }

  // MARK: Levels

  /// Finds the level a line belongs to, or opens one.
  ///
  /// - Returns: the column the line should have; nil when it belongs nowhere.
  private mutating func settle(
    _ column: Int, isDash: Bool, content: Int, field: String, isKey: Bool
  ) -> Int? {
    let kind = isDash ? Level.Kind.sequence : .mapping
    guard let top = levels.last else {
      levels.append(Level(column: column, kind: kind))
      pending = nil
      return column
    }
    if let parent = pending {
      pending = nil
      if column > parent.column {
        levels.append(Level(column: column, kind: kind, field: parent.field))
        return column
      }
      if isDash && column == parent.column && !parent.isDash && top.kind == .mapping
        && top.column == column
      {
        levels.append(
          Level(column: column, kind: .sequence, isIndentless: true, field: parent.field))
        return column
      }
    } else if column > top.column {
      if top.aliases.contains(column) && top.kind == kind { return top.column }
      reportIndentation(
        content, "this line is indented deeper than the lines it belongs to",
        expected: top.kind == kind ? [top.column] : [])
      guard top.kind == kind else { return nil }
      levels[levels.count - 1].aliases.append(column)
      return top.column
    }
    var popped: Level?
    while let last = levels.last, last.column > column, levels.count > 1 {
      popped = levels.removeLast()
    }
    guard var level = levels.last else { return column }
    if level.column != column {
      if let popped, popped.aliases.contains(column) {
        levels.append(popped)
        return popped.column
      }
      if !level.aliases.contains(column) {
        let inner = popped.flatMap { popped -> Level? in
          guard popped.kind == kind else { return nil }
          let (up, down) = (popped.column - column, column - level.column)
          // As near to both, what opens a block of its own is one of the outer.
          return up < down || down < 0 || up == down && !opensBlock(content) ? popped : nil
        }
        reportIndentation(
          content, "this line is indented by \(column), like no other line of its block",
          expected: [inner?.column ?? level.column])
        if let inner { levels.append(inner) }
        levels[levels.count - 1].aliases.append(column)
      }
      level = levels[levels.count - 1]
    }
    if level.kind == .sequence && level.isIndentless && !isDash {
      levels.removeLast()
      level = levels.last ?? level
    }
    return level.column
  }

  /// Whether a line ends with its key.
  private func opensBlock(_ content: Int) -> Bool {
    guard var next = keyColon(at: content) else { return false }
    next += 1
    while next < bytes.count && bytes[next].isBlank { next += 1 }
    return isEndOrComment(next)
  }

  private mutating func missingDash(content: Int, column: Int, colon: Int?) -> Int {
    let place = Span(source.id, content, content)
    diagnostics.append(
      Diagnostic(
        .missingDash, "this line of a list does not begin with '- '",
        at: Span(source.id, content, valueEnd(content)), fixes: [FixIt(place, "- ")]))
    edits.insert("- ", at: content)
    if colon != nil {
      levels.append(Level(column: column + 2, kind: .mapping))
      return self.content(at: content, column: column + 2)
    }
    return value(at: content, parentColumn: column, field: levels.last?.field ?? "")
  }

  private mutating func strayDash(content: Int, column: Int, nextLine: Int) -> Int {
    var next = content + 1
    while next < bytes.count && bytes[next].isBlank { next += 1 }
    let dash = Span(source.id, content, next)
    diagnostics.append(
      Diagnostic(
        .badIndentation, "'- ' begins a list item, and the lines around it are keys",
        at: Span(source.id, content, valueEnd(content)), fixes: [FixIt(dash, "")]))
    guard keyColon(at: next) != nil else {
      edits.replace(content..<source.lineEnd(from: content), "")
      return nextLine
    }
    edits.replace(content..<next, "")
    return self.content(at: next, column: column)
  }

  // MARK: The content of a line

  /// Reads dashes, a key and its value, or a value.
  mutating func content(at start: Int, column start_: Int) -> Int {
    var i = start
    var column = start_
    var dashColumn: Int?
    var field = levels.last?.field ?? ""
    while isDash(at: i) {
      var next = i + 1
      while next < bytes.count && bytes[next].isBlank { next += 1 }
      if isEndOrComment(next) {
        pending = Pending(column: column, field: field, isDash: true)
        return source.nextLine(after: source.lineEnd(from: next))
      }
      dashColumn = column
      column += next - i
      i = next
      if isDash(at: i) {
        levels.append(Level(column: column, kind: .sequence, field: field))
      } else if keyColon(at: i) != nil {
        levels.append(Level(column: column, kind: .mapping, field: field))
      }
    }
    guard let colon = keyColon(at: i) else {
      if let dashColumn {
        if !TextFields.isFreeText(field), let colon = nameColon(at: i) {
          levels.append(Level(column: column, kind: .mapping, field: field))
          return missingSpace(at: colon, content: i, column: column)
        }
        return value(at: i, parentColumn: dashColumn, field: field)
      }
      return missingColon(at: i, column: column)
    }
    if let word = nameBeforeBracket(at: i), word < colon {
      return missingColon(at: i, column: column)
    }
    if let glued = colonBeforeBracket(at: i), glued < colon {
      return missingSpace(at: glued, content: i, column: column)
    }
    let keyStart = i
    var keyEnd = colon
    while keyEnd > keyStart && bytes[keyEnd - 1].isBlank { keyEnd -= 1 }
    if isForbiddenStart(bytes[keyStart]) {
      let sign = String(decoding: [bytes[keyStart]], as: UTF8.self)
      needsQuotes(keyStart..<keyEnd, .begins(sign), field: "note")
    }
    field = keyText(keyStart..<keyEnd)
    var next = colon + 1
    while next < bytes.count && bytes[next].isBlank { next += 1 }
    if isEndOrComment(next) {
      pending = Pending(column: column, field: field, isDash: false)
      return source.nextLine(after: source.lineEnd(from: next))
    }
    return value(at: next, parentColumn: column, field: field)
  }

  mutating func missingSpace(at colon: Int, content: Int, column: Int) -> Int {
    YAMLMessages.missingSpace(after: colon, from: content, in: source, into: &diagnostics)
    edits.insert(" ", at: colon + 1)
    if levels.last.map({ $0.column < column }) ?? true {
      levels.append(Level(column: column, kind: .mapping))
    }
    let field = keyText(content..<colon)
    return value(at: colon + 1, parentColumn: column, field: field)
  }

  private mutating func missingColon(at start: Int, column: Int) -> Int {
    if let colon = nameColon(at: start) {
      return missingSpace(at: colon, content: start, column: column)
    }
    let end = valueEnd(start)
    let nextLine = source.nextLine(after: source.lineEnd(from: start))
    let whole = Span(source.id, start, end)
    var word = start
    while word < end && bytes[word].isNameByte { word += 1 }
    guard word > start && (word == end || bytes[word] == 0x20) else {
      diagnostics.append(Diagnostic(.missingColon, "this value has no key before it", at: whole))
      edits.replace(start..<source.lineEnd(from: start), "")
      return nextLine
    }
    let name = source.text(Span(source.id, start, word))
    diagnostics.append(
      Diagnostic(
        .missingColon, "'\(name)' stands where a key belongs and has no ':'", at: whole,
        fixes: [FixIt(Span(source.id, word, word), ":")]))
    edits.insert(":", at: word)
    if word == end {
      pending = Pending(column: column, field: name, isDash: false)
      return nextLine
    }
    return value(at: word + 1, parentColumn: column, field: name)
  }

  // MARK: Messages

  mutating func reportTab(_ range: Range<Int>, column: Int) {
    YAMLMessages.tab(range, column: column, in: source, into: &diagnostics)
  }

  private mutating func reportIndentation(_ content: Int, _ message: String, expected: [Int]) {
    let start = source.lineStart(of: content)
    let fixes = expected.suffix(1).map {
      FixIt(Span(source.id, start, content), String(repeating: " ", count: $0))
    }
    diagnostics.append(
      Diagnostic(
        .badIndentation, message, at: Span(source.id, content, valueEnd(content)), fixes: fixes))
  }
}
