import Diagnostics

/// Finds what libyaml reads without complaint and nobody means: `{from:12.4}`, a comma that cuts a
/// title in two, a comment that cuts a path.
struct YAMLLints {
  let source: Source
  var diagnostics: [Diagnostic] = []
  /// Changes under which the text says what was meant.
  var edits = YAMLEdits()

  init(source: Source) { self.source = source }

  mutating func check(_ root: YAMLNode) {
    visit(root, field: "", parent: "", after: -1)
    checkTabs(root)
  }

  /// - Parameters: `after` is the offset of the key that the node belongs to; −1 in lists.
  private mutating func visit(_ node: YAMLNode, field: String, parent: String, after key: Int) {
    guard diagnostics.count <= YAMLTree.maximumProblems else { return }
    switch node.content {
    case .scalar(_, .plain):
      scalar(node, field: field, parent: parent, after: key)
    case .scalar: break
    case .sequence(let items):
      for item in items { visit(item, field: field, parent: parent, after: -1) }
    case .mapping(let entries):
      var i = 0
      while i < entries.count {
        let entry = entries[i]
        checkSpaces(before: entry.key)
        if node.isFlow && entry.value.isMissing && !hasColon(entry) {
          i = bareKeys(from: i, in: entries)
          continue
        }
        let start = entry.key.span.start
        if let colon = YAMLMessages.colonBeforeBracket(in: source.bytes, at: start),
          colon < entry.key.span.end
        {
          // `pad:{source: a.wav}`: to YAML the key is `pad:{source`.
          YAMLMessages.missingSpace(after: colon, from: start, in: source, into: &diagnostics)
          edits.insert(" ", at: colon + 1)
          i += 1
          continue
        }
        visit(
          entry.value, field: entry.key.value, parent: field, after: entry.key.span.start)
        i += 1
      }
    }
  }

  private func hasColon(_ entry: YAMLNode.Entry) -> Bool {
    entry.value.span.start > entry.key.span.end
  }

  // MARK: Entries without ':'

  /// Entries of a `{…}` that have no ':'; returns the index of the next entry that has one.
  private mutating func bareKeys(from start: Int, in entries: [YAMLNode.Entry]) -> Int {
    let key = entries[start].key.span
    if let colon = YAMLMessages.nameColon(in: source.bytes, at: key.start), colon < key.end {
      YAMLMessages.missingSpace(after: colon, from: key.start, in: source, into: &diagnostics)
      edits.insert(" ", at: colon + 1)
      return start + 1
    }
    guard start > 0, case .scalar(let before, .plain) = entries[start - 1].value.content,
      !before.isEmpty, !entries[start - 1].value.wasReported
    else { return start + 1 }
    var end = start
    while end < entries.count, entries[end].value.isMissing, !hasColon(entries[end]),
      YAMLMessages.nameColon(in: source.bytes, at: entries[end].key.span.start) == nil
    {
      end += 1
    }
    let value = entries[start - 1].value.span
    let whole = Span(source.id, value.start, entries[end - 1].key.span.end)
    let comma = value.end
    let isNumber =
      end == start + 1 && comma + 1 < source.bytes.count
      && source.bytes[comma] == UInt8(ascii: ",") && source.bytes[comma - 1].isDigit
      && source.bytes[comma + 1].isDigit && key.start == comma + 1
    if isNumber {
      let span = Span(source.id, comma, comma + 1)
      diagnostics.append(
        Diagnostic(
          .decimalComma,
          "'\(source.text(whole))' has a decimal comma; numbers have a decimal point", at: whole,
          fixes: [FixIt(span, ".")]))
      edits.replace(comma..<comma + 1, ".")
    } else {
      diagnostics.append(
        Diagnostic(
          .commaCutsText,
          "the comma ends '\(before)'; '\(entries[start].key.value)' has no ':' and no value",
          at: whole, fixes: [FixIt(whole, YAMLQuoting.quoted(source.text(whole)))]))
      edits.mask(whole.start..<whole.end)
    }
    return end
  }

  // MARK: Plain text

  private mutating func scalar(_ node: YAMLNode, field: String, parent: String, after key: Int) {
    let isText = TextFields.isFreeText(field) || TextFields.holdsFreeText(parent)
    if isText {
      comment(behind: node)
      return
    }
    let isOwnLine =
      key < 0 || source.bytes[key..<max(key, node.span.start)].contains(where: \.isBreak)
    guard isOwnLine else { return }
    // `- cut:1:02..1:03`, or the lines of a mapping whose first one lacks its space.
    var i = node.span.start
    while i < node.span.end {
      if let colon = YAMLMessages.nameColon(in: source.bytes, at: i), colon < node.span.end {
        YAMLMessages.missingSpace(after: colon, from: i, in: source, into: &diagnostics)
        edits.insert(" ", at: colon + 1)
      }
      while i < node.span.end && !source.bytes[i].isBreak { i += 1 }
      while i < node.span.end && source.bytes[i].isBlankOrBreak { i += 1 }
    }
  }

  /// Warns where ' #' follows, unless it looks like a comment: two blanks before, one behind.
  private mutating func comment(behind node: YAMLNode) {
    let bytes = source.bytes
    let start = node.span.end
    var hash = start
    while hash < bytes.count && bytes[hash].isBlank { hash += 1 }
    guard hash > start && hash < bytes.count && bytes[hash] == UInt8(ascii: "#") else { return }
    let spaceBehind = hash + 1 >= bytes.count || bytes[hash + 1].isBlankOrBreak
    if hash - start >= 2 && spaceBehind { return }
    let end = source.trimmedEnd(of: hash..<source.lineEnd(from: hash))
    let whole = Span(source.id, node.span.start, end)
    diagnostics.append(
      Diagnostic(
        .commentCutsText, "'#' begins a comment; the text is only '\(node.text ?? "")'",
        at: Span(source.id, hash, end),
        notes: [Note("a comment stands two spaces behind the value, with a space after '#'")],
        fixes: [FixIt(whole, YAMLQuoting.quoted(source.text(whole)))]))
  }

  // MARK: Spaces of other kinds

  /// Reports a key that seems to begin with a no-break space, or another that word processors and
  /// web pages write in place of one; YAML takes them for letters.
  private mutating func checkSpaces(before key: Located<String>) {
    let start = key.span.start
    let blanks = key.value.prefix { $0 == " " || Self.isOtherSpace($0) }
    guard blanks.contains(where: Self.isOtherSpace) else { return }
    let end = start + blanks.utf8.count
    guard end <= key.span.end, source.bytes[start..<end].elementsEqual(blanks.utf8) else { return }
    let spaces = String(repeating: " ", count: blanks.count)
    YAMLMessages.otherSpaces(start..<end, spaces, in: source, into: &diagnostics)
    edits.replace(start..<end, spaces)
  }

  private static func isOtherSpace(_ character: Character) -> Bool {
    character != " "
      && character.unicodeScalars.allSatisfy {
        $0.properties.generalCategory == .spaceSeparator
      }
  }

  // MARK: Tabs

  /// Reports lines inside brackets that are indented with tabs.
  private mutating func checkTabs(_ root: YAMLNode) {
    var lines: [Range<Int>] = []
    for start in source.lineStarts {
      var i = start
      while i < source.bytes.count && source.bytes[i].isBlank { i += 1 }
      guard i < source.bytes.count, !source.bytes[i].isBreak, source.bytes[i] != UInt8(ascii: "#"),
        source.bytes[start..<i].contains(0x09)
      else { continue }
      lines.append(start..<i)
    }
    guard !lines.isEmpty else { return }
    var texts: [Range<Int>] = []
    Self.linesOfText(root, into: &texts)
    let unit = YAMLRepair.indentationUnit(of: source)
    var nextText = 0
    for line in lines where diagnostics.count <= YAMLTree.maximumProblems {
      while nextText < texts.count && texts[nextText].upperBound <= line.lowerBound {
        nextText += 1
      }
      if nextText < texts.count && texts[nextText].lowerBound < line.lowerBound { continue }
      let column = source.bytes[line].reduce(0) { $0 + ($1 == 0x09 ? unit : 1) }
      YAMLMessages.tab(line, column: column, in: source, into: &diagnostics)
    }
  }

  /// The scalars that spread over lines, in order.
  private static func linesOfText(_ node: YAMLNode, into ranges: inout [Range<Int>]) {
    switch node.content {
    case .scalar(_, .plain): break
    case .scalar: ranges.append(node.span.start..<max(node.span.start, node.span.end))
    case .sequence(let items): for item in items { linesOfText(item, into: &ranges) }
    case .mapping(let entries): for entry in entries { linesOfText(entry.value, into: &ranges) }
    }
  }
}
