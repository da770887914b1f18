import Diagnostics

/// Builds the tree from events, giving every node its own bytes, and reports what is well-formed
/// YAML but no session: anchors, aliases, tags, merge keys, duplicate keys, several documents.
struct YAMLBuilder: ~Copyable {
  struct Attempt {
    var root: YAMLNode?
    var diagnostics: [Diagnostic]
    var failure: YAMLFailure?
  }

  let source: Source
  var events: YAMLEventReader
  var diagnostics: [Diagnostic] = []
  var failure: YAMLFailure?
  var values = 0
  /// Set when reading must end: a failure, or a limit.
  var isOver = false

  static func build(source: Source, text: YAMLText) -> Attempt {
    text.bytes.withUnsafeBufferPointer { buffer in
      var builder = YAMLBuilder(
        source: source, events: YAMLEventReader(text, buffer: buffer))
      let root = builder.document()
      return Attempt(root: root, diagnostics: builder.diagnostics, failure: builder.failure)
    }
  }

  init(source: Source, events: consuming YAMLEventReader) {
    self.source = source
    self.events = events
  }

  /// Beyond the number of messages that are shown they are only counted.
  private mutating func report(_ diagnostic: Diagnostic) {
    if diagnostics.count <= YAMLTree.maximumProblems { diagnostics.append(diagnostic) }
  }

  private mutating func next() -> YAMLEvent {
    if !isOver {
      do throws(YAMLFailure) { return try events.next() } catch { failure = error }
      isOver = true
    }
    let end = failure?.problemOffset ?? source.bytes.count
    return YAMLEvent(kind: .streamEnd, start: end, end: end)
  }

  private mutating func document() -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let event = next()
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .streamEnd:
        return root
      case .documentStart:
        if root != nil {
          reportSecondDocument(at: event.start)
          isOver = true
          return root
        }
      default:
        let node = value(event, depth: 1, field: "", parent: "")
        if root == nil { root = node }
      }
    }
  }

  // MARK: Values

  /// The value that begins with `event`; nil where the text ends instead.
  ///
  /// - Parameters: `field` is the key it stands under, also through lists; `parent` the key above.
  private mutating func value(
    _ event: YAMLEvent, depth: Int, field: String, parent: String
  ) -> YAMLNode? {
    values += 1
    if values > YAMLTree.maximumValues {
      stop(.tooManyValues, "the file has more than 600,000 values", at: event)
      return nil
    }
    switch event.kind {
    case .scalar(let text, let style):
      return scalar(text, style, event, field: field, parent: parent)
    case .alias(let name):
      return alias(name, event, field: field)
    case .sequenceStart(let isFlow):
      guard depth <= YAMLTree.maximumDepth else {
        stop(.nestedTooDeep, "nested deeper than 64 levels", at: event)
        return nil
      }
      let start = event.hasProperties ? properties(of: event, field: field).end : event.start
      return sequence(start, isFlow: isFlow, depth: depth, field: field, parent: parent)
    case .mappingStart(let isFlow):
      guard depth <= YAMLTree.maximumDepth else {
        stop(.nestedTooDeep, "nested deeper than 64 levels", at: event)
        return nil
      }
      let start = event.hasProperties ? properties(of: event, field: field).end : event.start
      return mapping(start, isFlow: isFlow, depth: depth, parent: field)
    default:
      return nil
    }
  }

  private mutating func stop(_ rule: Rule, _ message: String, at event: YAMLEvent) {
    isOver = true
    report(
      Diagnostic(rule, message, at: Span(source.id, event.start, min(event.start + 1, event.end))))
  }

  private mutating func sequence(
    _ start: Int, isFlow: Bool, depth: Int, field: String, parent: String
  ) -> YAMLNode {
    var items: [YAMLNode] = []
    var end = start + 1
    while true {
      let event = next()
      if case .sequenceEnd = event.kind {
        if isFlow { end = event.end }
        break
      }
      guard let item = value(event, depth: depth + 1, field: field, parent: parent) else {
        end = max(end, isFlow ? event.start : end)
        break
      }
      items.append(item)
      end = max(end, item.span.end)
    }
    return YAMLNode(
      content: .sequence(items), span: Span(source.id, start, end), isFlow: isFlow)
  }

  private mutating func mapping(
    _ start: Int, isFlow: Bool, depth: Int, parent: String
  ) -> YAMLNode {
    var entries: [YAMLNode.Entry] = []
    var seen: [String: Int] = [:]
    var end = start + 1
    // `[gate: {…}]` holds a mapping of one entry without braces.
    let hasBraces = isFlow && start < source.bytes.count && source.bytes[start] == UInt8(ascii: "{")
    while true {
      let event = next()
      if case .mappingEnd = event.kind {
        if hasBraces { end = event.end }
        break
      }
      let keyText: String
      let keySpan: Span
      switch event.kind {
      case .scalar(let text, _):
        let begin = event.hasProperties ? properties(of: event, field: "").end : event.start
        keySpan = Span(source.id, begin, max(begin, event.end))
        keyText = withoutNull(text, keySpan)
      case .alias(let name):
        keyText = "*" + name
        keySpan = Span(source.id, event.start, event.end)
        reportAlias(name, keySpan, field: "")
      case .sequenceStart, .mappingStart:
        skipComplexKey(event)
        continue
      default:
        return YAMLNode(
          content: .mapping(entries),
          span: Span(source.id, start, max(end, hasBraces ? event.start : end)), isFlow: isFlow)
      }
      let valueEvent = next()
      if keyText == "<<" {
        mergeKey(keySpan, valueEvent, depth: depth)
        continue
      }
      guard let value = value(valueEvent, depth: depth + 1, field: keyText, parent: parent) else {
        // The text ends behind a key.
        let missing = Span(source.id, keySpan.end, keySpan.end)
        entries.append(
          YAMLNode.Entry(
            key: Located(keyText, keySpan),
            value: YAMLNode(content: .scalar("", .plain), span: missing)))
        return YAMLNode(
          content: .mapping(entries),
          span: Span(source.id, start, max(end, keySpan.end)), isFlow: isFlow)
      }
      var entry = YAMLNode.Entry(key: Located(keyText, keySpan), value: value)
      settleMissingValue(&entry)
      end = max(end, max(keySpan.end, entry.value.span.end))
      if let first = find(keyText, in: entries, &seen) {
        reportDuplicate(entry.key, first: entries[first].key)
      }
      entries.append(entry)
    }
    let begin = hasBraces ? start : entries.first?.key.span.start ?? start
    return YAMLNode(
      content: .mapping(entries), span: Span(source.id, min(begin, end), end), isFlow: isFlow)
  }

  /// A missing value stands right behind its ':', or behind the key where there is none.
  private func settleMissingValue(_ entry: inout YAMLNode.Entry) {
    guard entry.value.isMissing && entry.value.span.start == entry.value.span.end else { return }
    let colon = source.skipBlanksAndComments(from: entry.key.span.end)
    let hasColon = colon < source.bytes.count && source.bytes[colon] == UInt8(ascii: ":")
    let place = hasColon ? colon + 1 : entry.key.span.end
    entry.value.span = Span(source.id, place, place)
  }

  /// The earlier entry with that key. Small mappings are searched, large ones indexed.
  private func find(
    _ key: String, in entries: [YAMLNode.Entry], _ seen: inout [String: Int]
  ) -> Int? {
    if entries.count < 12 { return entries.firstIndex { $0.key.value == key } }
    if seen.isEmpty {
      for (index, entry) in entries.enumerated() where seen[entry.key.value] == nil {
        seen[entry.key.value] = index
      }
    }
    if let first = seen[key] { return first }
    seen[key] = entries.count
    return nil
  }

  private mutating func skip(_ event: YAMLEvent) -> Int {
    var open = 0
    var event = event
    while true {
      switch event.kind {
      case .sequenceStart, .mappingStart:
        open += 1
        if open > YAMLTree.maximumDepth {
          stop(.nestedTooDeep, "nested deeper than 64 levels", at: event)
        }
      case .sequenceEnd, .mappingEnd: open -= 1
      case .streamEnd: return event.end
      default: break
      }
      if open == 0 { return event.end }
      event = next()
    }
  }

  private mutating func skipComplexKey(_ event: YAMLEvent) {
    let end = skip(event)
    _ = skip(next())
    report(
      Diagnostic(
        .complexKey, "a key must be a single word or text",
        at: Span(source.id, event.start, end)))
  }

  // MARK: Scalars

  private mutating func scalar(
    _ text: String, _ style: YAMLNode.ScalarStyle, _ event: YAMLEvent, field: String,
    parent: String
  ) -> YAMLNode {
    var start = event.start
    var end = event.end
    var text = text
    var wasReported = false
    if event.hasProperties {
      let properties = properties(of: event, field: field)
      start = min(properties.end, end)
      if text.isEmpty && style == .plain {
        text = source.text(Span(source.id, event.start, properties.lastEnd))
        start = event.start
        end = properties.lastEnd
        wasReported = true
      }
    }
    if style == .literal || style == .folded {
      end = source.trimmedEnd(of: start..<end)
      if text.isEmpty {
        let span = Span(
          source.id, start, source.trimmedEnd(of: start..<source.lineEnd(from: start)))
        text = source.text(span)
        wasReported = true
        report(
          Diagnostic(
            .emptyTextBlock, "'\(text.prefix(1))' begins a block of text, and none follows",
            at: span, fixes: [FixIt(span, YAMLQuoting.quoted(text))]))
      }
    }
    let span = Span(source.id, start, end)
    var node = YAMLNode(content: .scalar(withoutNull(text, span), style), span: span)
    node.wasReported = wasReported
    return node
  }

  /// The text without U+0000, which ends names and texts in files; reports the escapes that write
  /// it. The character itself was reported before.
  private mutating func withoutNull(_ text: String, _ span: Span) -> String {
    guard text.utf8.contains(0) else { return text }
    var escapes: [Span] = []
    var i = span.start
    while i + 1 < span.end {
      guard source.bytes[i] == UInt8(ascii: "\\") else {
        i += 1
        continue
      }
      let rest = source.bytes[(i + 1)..<span.end]
      let escape = ["0", "x00", "u0000", "U00000000"].first { rest.starts(with: $0.utf8) }
      if let escape { escapes.append(Span(source.id, i, i + 1 + escape.utf8.count)) }
      i += 1 + (escape?.utf8.count ?? 1)
    }
    for escape in escapes {
      report(
        Diagnostic(
          .controlCharacter, "'\(source.text(escape))' writes U+0000, which is no text",
          at: escape, fixes: [FixIt(escape, "")]))
    }
    return String(text.unicodeScalars.filter { $0 != "\0" })
  }

  private mutating func alias(_ name: String, _ event: YAMLEvent, field: String) -> YAMLNode {
    let span = Span(source.id, event.start, event.end)
    reportAlias(name, span, field: field)
    var node = YAMLNode(content: .scalar("*" + name, .plain), span: span)
    node.wasReported = true
    return node
  }

  // MARK: Messages

  private mutating func reportAlias(_ name: String, _ span: Span, field: String) {
    let replacement: String
    var notes: [Note] = []
    if TextFields.isFreeText(field) {
      replacement = YAMLQuoting.quoted("*" + name)
      notes = [Self.writtenOut]
    } else if field == "like" {
      replacement = name
    } else {
      replacement = "{like: \(name)}"
    }
    report(
      Diagnostic(
        .yamlAlias, "'*\(name)' is a YAML alias; values are reused with 'like:'", at: span,
        notes: notes, fixes: [FixIt(span, replacement)]))
  }

  private static let writtenOut = Note(
    "anchors and aliases are no part of the language: write the text out, or in quotes if it "
      + "begins so")

  /// Reports the anchor and the tag before a value.
  ///
  /// - Returns: where the value begins, and where the last anchor or tag ends.
  private mutating func properties(
    of event: YAMLEvent, field: String
  ) -> (end: Int, lastEnd: Int) {
    var i = event.start
    var lastEnd = i
    while i < source.bytes.count {
      let byte = source.bytes[i]
      guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") else { break }
      let wordEnd = source.wordEnd(from: i)
      lastEnd = wordEnd
      let span = Span(source.id, i, wordEnd)
      let word = source.text(span)
      i = source.skipBlanksAndComments(from: wordEnd)
      var notes: [Note] = []
      // The word and what parts it from the rest of its line.
      var (from, to) = (span.start, wordEnd)
      while to < source.bytes.count && source.bytes[to].isBlank { to += 1 }
      if to == source.lineEnd(from: to) {
        while from > 0 && source.bytes[from - 1].isBlank { from -= 1 }
      }
      var fixes = [FixIt(Span(source.id, from, to), "")]
      if case .scalar(let text, .plain) = event.kind, text.isEmpty || TextFields.isFreeText(field) {
        let whole = Span(source.id, event.start, max(event.end, wordEnd))
        fixes = [FixIt(whole, YAMLQuoting.quoted(source.text(whole)))]
        if TextFields.isFreeText(field) { notes = [Self.writtenOut] }
      }
      if byte == UInt8(ascii: "&") {
        report(
          Diagnostic(
            .yamlAnchor, "'\(word)' is a YAML anchor; reused values are declared under 'presets'",
            at: span, notes: notes, fixes: fixes))
      } else {
        report(
          Diagnostic(
            .yamlTag, "'\(word)' is a YAML tag; what a value means is decided by its key",
            at: span, fixes: fixes))
      }
    }
    return (i, lastEnd)
  }

  private mutating func mergeKey(_ key: Span, _ event: YAMLEvent, depth: Int) {
    var fixes: [FixIt] = []
    if case .alias(let name) = event.kind {
      fixes = [FixIt(Span(source.id, key.start, event.end), "like: \(name)")]
    }
    _ = skip(event)
    report(
      Diagnostic(
        .yamlMergeKey, "'<<' merges by YAML; presets are taken with 'like:'", at: key, fixes: fixes)
    )
  }

  private mutating func reportDuplicate(_ key: Located<String>, first: Located<String>) {
    guard diagnostics.count <= YAMLTree.maximumProblems else { return }
    report(
      Diagnostic(
        .duplicateKey, "'\(key.value)' is written twice in this mapping", at: key.span,
        notes: [Note("'\(key.value)' is first written here", at: first.span)]))
  }

  private mutating func reportSecondDocument(at start: Int) {
    report(
      Diagnostic(
        .severalDocuments, "a second document begins here; a session is one document",
        at: Span(source.id, start, min(start + 3, source.bytes.count)),
        notes: [Note("files are joined with 'includes:'")]))
  }
}
