import Diagnostics

/// Brackets: `{…}` and `[…]`, over as many lines as they take.
extension YAMLRepair {
  private struct Open {
    enum State {
      /// Nothing of the next entry has been read.
      case entry
      /// A key and its ':' have been read.
      case afterColon
      /// A value has been read; `isPlain` says that a next line may continue it.
      case afterValue(isPlain: Bool)
    }
    var isMapping: Bool
    var offset: Int
    var state = State.entry
    var hasColon = false
    var field: String
    var valueStart: Int

    var closer: UInt8 { isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]") }
  }

  mutating func flowValue(at start: Int, parentColumn: Int, field: String) -> Int {
    let before = diagnostics.count
    guard let close = flow(at: start, parentColumn: parentColumn, field: field) else {
      return flowResume
    }
    var rest = close
    while rest < bytes.count && bytes[rest].isBlank { rest += 1 }
    let nextLine = source.nextLine(after: source.lineEnd(from: close))
    if isEndOrComment(rest) { return nextLine }
    let end = valueEnd(rest)
    switch bytes[rest] {
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      let span = Span(source.id, rest, rest + 1)
      diagnostics.append(
        Diagnostic(
          .mismatchedBracket, "'\(source.text(span))' closes nothing", at: span,
          fixes: [FixIt(span, "")]))
      edits.replace(rest..<end, "")
    case UInt8(ascii: ","):
      let span = Span(source.id, rest, rest + 1)
      diagnostics.append(
        Diagnostic(
          .strayComma, "lines are not parted by commas", at: span, fixes: [FixIt(span, "")]))
      edits.replace(rest..<end, "")
    default:
      diagnostics.removeSubrange(before...)
      edits.removeAll(from: start)
      let sign = String(decoding: [bytes[start]], as: UTF8.self)
      if source.lineStart(of: start) == source.lineStart(of: close) {
        needsQuotes(start..<end, .begins(sign), field: field)
      } else {
        diagnostics.append(
          Diagnostic(
            .yamlSyntax, "nothing may follow a closing bracket on its line",
            at: Span(source.id, rest, end)))
        edits.replace(rest..<end, "")
      }
    }
    return nextLine
  }

  /// Reads from an opening bracket to behind its closing one; nil after reporting that there is
  /// none, with `flowResume` set to the line where reading goes on.
  private mutating func flow(at start: Int, parentColumn: Int, field: String) -> Int? {
    var stack = [
      Open(
        isMapping: bytes[start] == UInt8(ascii: "{"), offset: start, field: field,
        valueStart: start)
    ]
    var i = start + 1
    var lastEnd = i
    while true {
      guard !isFull else {
        flowResume = bytes.count
        return nil
      }
      guard let next = skipInFlow(from: i, parentColumn: parentColumn) else {
        reportUnclosed(stack, at: lastEnd)
        return nil
      }
      let crossedLine = next > i && bytes[i..<next].contains(where: \.isBreak)
      i = next
      let top = stack.count - 1
      let byte = bytes[i]

      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        let span = Span(source.id, i, i + 1)
        if byte != stack[top].closer {
          let closer = String(decoding: [stack[top].closer], as: UTF8.self)
          if let owner = stack.lastIndex(where: { $0.closer == byte }) {
            let missing = String(
              decoding: stack[(owner + 1)...].reversed().map(\.closer), as: UTF8.self)
            let open = Span(source.id, stack[top].offset, stack[top].offset + 1)
            diagnostics.append(
              Diagnostic(
                .unclosedBracket,
                "'\(source.text(open))' is not closed before '\(source.text(span))'",
                at: open, notes: [Note("'\(source.text(span))' closes an outer bracket", at: span)],
                fixes: [FixIt(Span(source.id, lastEnd, lastEnd), missing)]))
            edits.insert(missing, at: lastEnd)
            stack.removeSubrange((owner + 1)...)
          } else {
            diagnostics.append(
              Diagnostic(
                .mismatchedBracket,
                "'\(source.text(span))' closes a '\(stack[top].isMapping ? "{" : "[")'", at: span,
                notes: [
                  Note(
                    "it is opened here",
                    at: Span(source.id, stack[top].offset, stack[top].offset + 1))
                ],
                fixes: [FixIt(span, closer)]))
            edits.replace(i..<i + 1, closer)
          }
        }
        stack.removeLast()
        i += 1
        lastEnd = i
        if stack.isEmpty { return i }
        stack[stack.count - 1].state = .afterValue(isPlain: false)
        continue
      }

      if byte == UInt8(ascii: ",") {
        if case .entry = stack[top].state {
          let span = Span(source.id, i, i + 1)
          diagnostics.append(
            Diagnostic(
              .strayComma, "nothing stands before this comma", at: span, fixes: [FixIt(span, "")]))
          edits.replace(i..<i + 1, " ")
        }
        stack[top].state = .entry
        stack[top].hasColon = false
        i += 1
        lastEnd = i
        continue
      }

      if case .afterValue(let isPlain) = stack[top].state {
        let isColon =
          byte == UInt8(ascii: ":") && (isBlankOrEnd(i + 1) || bytes[i + 1].isFlowIndicator)
        if isColon && !stack[top].hasColon {
          stack[top].hasColon = true
          stack[top].state = .afterColon
          i += 1
          lastEnd = i
          continue
        }
        let isContinuation = isPlain && crossedLine && !beginsEntry(at: i)
        if !isContinuation {
          let wasBracket = byte != UInt8(ascii: ":") && !beginsEntry(at: i) && !isOpening(byte)
          if wasBracket || isColon {
            textBehindValue(&stack[top], end: lastEnd)
            i = max(i + 1, flowTextEnd(stack[top].valueStart))
            lastEnd = i
            stack[top].state = .afterValue(isPlain: false)
            continue
          }
          let place = Span(source.id, lastEnd, lastEnd)
          diagnostics.append(
            Diagnostic(
              .missingComma, "a comma is missing before this entry",
              at: Span(source.id, i, entryWordEnd(i)), fixes: [FixIt(place, ",")]))
          edits.insert(",", at: lastEnd)
          stack[top].state = .entry
          stack[top].hasColon = false
        }
      }
      if case .afterValue = stack[top].state {} else { stack[top].valueStart = i }

      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard stack.count < 2 * YAMLTree.maximumDepth else {
          flowResume = bytes.count
          return nil
        }
        stack.append(
          Open(
            isMapping: byte == UInt8(ascii: "{"), offset: i, field: stack[top].field, valueStart: i)
        )
        i += 1
        lastEnd = i
        continue
      }
      i = flowScalar(at: i, &stack[top], parentColumn: parentColumn)
      lastEnd = max(lastEnd, i)
    }
  }

  /// Reads one key or value that is no bracket; returns the offset behind it.
  private mutating func flowScalar(at start: Int, _ open: inout Open, parentColumn: Int) -> Int {
    let byte = bytes[start]
    let isValue = open.hasColon || !open.isMapping
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let end = flowTextEnd(start)
      open.state = .afterValue(isPlain: false)
      guard let close = quoted(at: start, parentColumn: parentColumn, flowEnd: end) else {
        return end
      }
      if !open.hasColon { open.field = keyText(start..<close) }
      return close
    case UInt8(ascii: "&"), UInt8(ascii: "!"):
      let next = skipProperties(start)
      if next > start { return next }
      let word = source.wordEnd(from: start)
      let isName = bytes[start + 1..<word].allSatisfy(\.isNameByte)
      if word > start + 1 && (isName || byte == UInt8(ascii: "!")) {
        open.state = .afterValue(isPlain: false)
        return word
      }
    case UInt8(ascii: "*"):
      var i = start + 1
      while i < bytes.count && bytes[i].isNameByte { i += 1 }
      let end = flowTextEnd(start)
      if i > start + 1 && i == end {
        open.state = .afterValue(isPlain: false)
        return end
      }
    case UInt8(ascii: "-") where isSpacedNumber(start..<flowTextEnd(start)):
      let end = flowTextEnd(start)
      spacedNumber(start..<end)
      open.state = .afterValue(isPlain: false)
      return end
    case UInt8(ascii: "-") where isBlankOrEnd(start + 1) || bytes[start + 1].isFlowIndicator: break
    case UInt8(ascii: "?"), UInt8(ascii: ":"): break
    case _ where isForbiddenStart(byte): break
    default: return flowPlain(at: start, &open, isValue: isValue)
    }
    let end = max(flowTextEnd(start), start + 1)
    needsQuotes(
      start..<end, .begins(String(decoding: [byte], as: UTF8.self)), field: open.field)
    open.state = .afterValue(isPlain: false)
    return end
  }

  private mutating func flowPlain(at start: Int, _ open: inout Open, isValue: Bool) -> Int {
    var i = start
    while i < bytes.count && !bytes[i].isBreak && !bytes[i].isFlowIndicator {
      if bytes[i] == UInt8(ascii: "#") && i > start && bytes[i - 1].isBlank { break }
      if bytes[i] == UInt8(ascii: ":") {
        let atBlank = isBlankOrEnd(i + 1)
        if atBlank || bytes[i + 1].isFlowIndicator {
          return flowColon(at: i, start, &open, atBlank: atBlank)
        }
      }
      i += 1
    }
    let stopsAtBracket = i < bytes.count && isOpening(bytes[i])
    while i > start && bytes[i - 1].isBlank { i -= 1 }
    if stopsAtBracket {
      if !open.hasColon && open.isMapping {
        // `{inserts[gate]}`: nothing better is known than that a ':' is missing.
        let end = flowTextEnd(start)
        needsQuotes(start..<end, .contains("["), field: open.field)
        open.state = .afterValue(isPlain: false)
        return end
      }
      let end = flowTextEnd(open.valueStart)
      let sign = bytes[open.valueStart..<end].contains(UInt8(ascii: "{")) ? "{" : "["
      needsQuotes(open.valueStart..<end, .contains(sign), field: open.field)
      open.state = .afterValue(isPlain: false)
      return end
    }
    open.state = .afterValue(isPlain: true)
    return i
  }

  /// A ':' inside a plain text between brackets: it ends a key, or lacks a comma or quotes.
  private mutating func flowColon(
    at colon: Int, _ start: Int, _ open: inout Open, atBlank: Bool
  ) -> Int {
    var isKey = !open.hasColon
    if case .afterColon = open.state { isKey = false }
    if isKey {
      if !atBlank {
        YAMLMessages.missingSpace(after: colon, from: start, in: source, into: &diagnostics)
        edits.insert(" ", at: colon + 1)
      }
      open.field = keyText(start..<colon)
      open.hasColon = true
      open.state = .afterColon
      return colon + 1
    }
    var word = colon
    while word > start && bytes[word - 1].isNameByte { word -= 1 }
    if !TextFields.isProse(open.field) && open.isMapping && word > start && word < colon
      && bytes[word - 1].isBlank
    {
      var end = word
      while end > start && bytes[end - 1].isBlank { end -= 1 }
      let place = Span(source.id, end, end)
      diagnostics.append(
        Diagnostic(
          .missingComma, "a comma is missing before '\(keyText(word..<colon))'",
          at: Span(source.id, word, colon), fixes: [FixIt(place, ",")]))
      edits.insert(",", at: end)
      open.field = keyText(word..<colon)
      open.state = .afterColon
      return colon + 1
    }
    let end = flowTextEnd(open.valueStart)
    if atBlank && start == open.valueStart {
      colonInValue(start..<end, colon: colon, field: open.field, inFlow: true)
    } else {
      needsQuotes(open.valueStart..<end, .contains(":"), field: open.field)
    }
    open.state = .afterValue(isPlain: false)
    return max(end, colon + 1)
  }

  private mutating func textBehindValue(_ open: inout Open, end: Int) {
    let start = open.valueStart
    let textEnd = flowTextEnd(start)
    while let last = diagnostics.last, (last.span?.start ?? 0) >= start { diagnostics.removeLast() }
    if bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
      reportTextAfterQuote(start, close: min(end, textEnd), end: textEnd)
    } else {
      edits.removeAll(from: start)
      needsQuotes(
        start..<textEnd, .begins(String(decoding: [bytes[start]], as: UTF8.self)),
        field: open.field)
    }
  }

  // MARK: Looking ahead

  private func isOpening(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
  }

  /// `name:` and a blank.
  private func beginsEntry(at start: Int) -> Bool {
    let end = entryWordEnd(start)
    return end > start && end < bytes.count && bytes[end] == UInt8(ascii: ":")
      && isBlankOrEnd(end + 1)
  }

  private func entryWordEnd(_ start: Int) -> Int {
    var i = start
    while i < bytes.count && bytes[i].isNameByte { i += 1 }
    return max(i, min(start + 1, bytes.count))
  }

  /// The end of the text that begins at `start`: before the ',' or closing bracket of its level, a
  /// comment or the end of the line. Brackets that the text itself opens belong to it.
  func flowTextEnd(_ start: Int) -> Int {
    var depth = 0
    var i = start
    scan: while i < bytes.count && !bytes[i].isBreak {
      switch bytes[i] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { break scan }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 && i > start { break scan }
      case UInt8(ascii: "#"): if i > start && bytes[i - 1].isBlank { break scan }
      default: break
      }
      i += 1
    }
    while i > start && bytes[i - 1].isBlank { i -= 1 }
    return i
  }

  /// The next byte of the brackets' content; nil where the text ends or a line that cannot belong
  /// to them begins.
  private mutating func skipInFlow(from start: Int, parentColumn: Int) -> Int? {
    var i = start
    while i < bytes.count {
      let byte = bytes[i]
      if byte.isBlank {
        i += 1
      } else if byte == UInt8(ascii: "#") {
        i = source.lineEnd(from: i)
      } else if byte.isBreak {
        let line = source.nextLine(after: i)
        var content = line
        while content < bytes.count && bytes[content].isBlank { content += 1 }
        if !isEndOrComment(content) && leavesFlow(content, column: content - line, parentColumn) {
          flowResume = line
          return nil
        }
        i = line
      } else {
        return i
      }
    }
    flowResume = bytes.count
    return nil
  }

  private func leavesFlow(_ content: Int, column: Int, _ parentColumn: Int) -> Bool {
    guard column <= parentColumn else { return false }
    guard isDash(at: content) || keyColon(at: content) != nil else { return false }
    let end = valueEnd(content)
    let last = end > content ? bytes[end - 1] : 0
    if last == UInt8(ascii: ",") { return false }
    if last == UInt8(ascii: "}") || last == UInt8(ascii: "]") {
      // A complete line of block style closes what it opens.
      var depth = 0
      for byte in bytes[content..<end] {
        if isOpening(byte) { depth += 1 }
        if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
      }
      return depth >= 0
    }
    return true
  }

  private mutating func reportUnclosed(_ stack: [Open], at end: Int) {
    guard let open = stack.last else { return }
    let closers = String(decoding: stack.reversed().map(\.closer), as: UTF8.self)
    let span = Span(source.id, open.offset, open.offset + 1)
    diagnostics.append(
      Diagnostic(
        .unclosedBracket, "this '\(source.text(span))' is never closed", at: span,
        fixes: [FixIt(Span(source.id, end, end), closers)]))
    edits.insert(closers, at: end)
  }
}
