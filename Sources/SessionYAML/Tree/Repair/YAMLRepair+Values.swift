import Diagnostics

/// Why a text needs quotes.
enum QuoteReason {
  case begins(String)
  case contains(String)

  var message: String {
    switch self {
    case .begins(let sign): "a value that begins with '\(sign)' needs quotes"
    case .contains(let sign): "a value that contains '\(sign)' needs quotes"
    }
  }
}

extension YAMLRepair {
  /// Reads the value that begins at `start`, in block style; returns the start of the line behind
  /// it.
  ///
  /// - Parameters: `parentColumn` is the column of the key or dash it belongs to: lines that are
  ///   indented deeper belong to the value. `startsLine` says that no key precedes it on its line.
  mutating func value(
    at start_: Int, parentColumn: Int, field: String, startsLine: Bool = false
  ) -> Int {
    let start = skipProperties(start_)
    let lineEnd = source.lineEnd(from: start)
    let nextLine = source.nextLine(after: lineEnd)
    if isEndOrComment(start) {
      pending = Pending(column: parentColumn, field: field, isDash: false)
      return nextLine
    }
    let end = valueEnd(start)
    let byte = bytes[start]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return quotedValue(at: start, parentColumn: parentColumn, field: field)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return flowValue(at: start, parentColumn: parentColumn, field: field)
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      if isTextBlockHeader(at: start) {
        return textBlock(from: nextLine, parentColumn: parentColumn)
      }
      needsQuotes(start..<end, .begins(String(decoding: [byte], as: UTF8.self)), field: field)
    case UInt8(ascii: "*"):
      var i = start + 1
      while i < end && bytes[i].isNameByte { i += 1 }
      if i == start + 1 || i != end { needsQuotes(start..<end, .begins("*"), field: field) }
    case UInt8(ascii: "-") where isSpacedNumber(start..<end): spacedNumber(start..<end)
    case UInt8(ascii: "-") where isBlankOrEnd(start + 1) && !startsLine,
      UInt8(ascii: "?") where isBlankOrEnd(start + 1):
      needsQuotes(
        start..<end, .begins(String(decoding: [byte], as: UTF8.self) + " "), field: field)
    case UInt8(ascii: "&"), UInt8(ascii: "!"):
      needsQuotes(start..<end, .begins(String(decoding: [byte], as: UTF8.self)), field: field)
    case _ where isForbiddenStart(byte):
      needsQuotes(start..<end, .begins(String(decoding: [byte], as: UTF8.self)), field: field)
    default:
      if let colon = colonInside(start..<end) {
        colonInValue(start..<end, colon: colon, field: field, inFlow: false)
      } else {
        return plainContinuation(from: nextLine, parentColumn: parentColumn)
      }
    }
    return nextLine
  }

  /// A ':' followed by a blank or by the end of the line.
  private func colonInside(_ range: Range<Int>) -> Int? {
    range.first { bytes[$0] == UInt8(ascii: ":") && isBlankOrEnd($0 + 1) }
  }

  /// Reports `title: Episode 12: The Lighthouse`, or `strip: fader: -3 dB`, which lacks braces.
  mutating func colonInValue(_ range: Range<Int>, colon: Int, field: String, inFlow: Bool) {
    let isName = bytes[range.lowerBound..<colon].allSatisfy(\.isNameByte)
    let isText = TextFields.isFreeText(field) || TextFields.isWordForPeople(field)
    guard isName && !isText && colon + 1 < range.upperBound else {
      return needsQuotes(range, .contains(": "), field: field)
    }
    let span = Span(source.id, range.lowerBound, range.upperBound)
    let text = source.text(span)
    diagnostics.append(
      Diagnostic(
        .valueNeedsQuotes, "a mapping on the line of its key needs braces, a text with ': ' quotes",
        at: span, fixes: [FixIt(span, "{\(text)}")]))
    edits.insert("{", at: range.lowerBound)
    edits.insert("}", at: range.upperBound)
  }

  mutating func needsQuotes(
    _ range: Range<Int>, _ reason: QuoteReason, field: String, mask: Bool = true
  ) {
    let span = Span(source.id, range.lowerBound, range.upperBound)
    diagnostics.append(
      Diagnostic(
        .valueNeedsQuotes, reason.message, at: span,
        fixes: [FixIt(span, YAMLQuoting.quoted(source.text(span)))]))
    if mask { edits.mask(range) }
  }

  /// `- 3 dB`, a sign and a number with a space between.
  func isSpacedNumber(_ range: Range<Int>) -> Bool {
    let digit = range.dropFirst().first { !bytes[$0].isBlank }
    return digit.map { $0 > range.lowerBound + 1 && bytes[$0].isDigit } ?? false
  }

  mutating func spacedNumber(_ range: Range<Int>) {
    let digit = range.dropFirst().first { !bytes[$0].isBlank } ?? range.upperBound
    diagnostics.append(
      Diagnostic(
        .valueNeedsQuotes, "a space stands between '-' and its number",
        at: Span(source.id, range.lowerBound, range.upperBound),
        fixes: [FixIt(Span(source.id, range.lowerBound + 1, digit), "")]))
    edits.replace(range.lowerBound + 1..<digit, "")
  }

  /// Skips the lines that continue a plain text.
  private func plainContinuation(from start: Int, parentColumn: Int) -> Int {
    var line = start
    while line < bytes.count {
      var i = line
      while i < bytes.count && bytes[i] == 0x20 { i += 1 }
      if isEnd(i) {
        line = source.nextLine(after: i)
        continue
      }
      if bytes[i] == 0x09 || bytes[i] == UInt8(ascii: "#") || i - line <= parentColumn { break }
      if i == line && isDocumentMarker(at: i) { break }
      if keyColon(at: i) != nil { break }
      line = source.nextLine(after: source.lineEnd(from: i))
    }
    return line
  }

  // MARK: Text blocks

  func isTextBlockHeader(at start: Int) -> Bool {
    var i = start + 1
    var digits = 0
    var signs = 0
    while i < bytes.count && !bytes[i].isBlankOrBreak {
      if bytes[i].isDigit && bytes[i] != UInt8(ascii: "0") {
        digits += 1
      } else if bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") {
        signs += 1
      } else {
        return false
      }
      i += 1
    }
    guard digits <= 1 && signs <= 1 else { return false }
    while i < bytes.count && bytes[i].isBlank { i += 1 }
    return isEndOrComment(i)
  }

  private mutating func textBlock(from start: Int, parentColumn: Int) -> Int {
    var line = start
    while line < bytes.count {
      var i = line
      while i < bytes.count && bytes[i] == 0x20 { i += 1 }
      let spaces = i - line
      if isEnd(i) {
        line = source.nextLine(after: i)
        continue
      }
      if spaces <= parentColumn {
        guard bytes[i] == 0x09 else { break }
        while i < bytes.count && bytes[i].isBlank { i += 1 }
        if !isEnd(i) {
          let column = column(from: line, to: i)
          guard column > parentColumn else { break }
          reportTab(line..<i, column: column)
          edits.replace(line..<i, String(repeating: " ", count: column))
        }
      }
      line = source.nextLine(after: source.lineEnd(from: i))
    }
    return line
  }

  // MARK: Quotes

  private mutating func quotedValue(at start: Int, parentColumn: Int, field: String) -> Int {
    guard let close = quoted(at: start, parentColumn: parentColumn) else {
      return source.nextLine(after: source.lineEnd(from: start))
    }
    let lineEnd = source.lineEnd(from: close)
    let nextLine = source.nextLine(after: lineEnd)
    var rest = close
    while rest < bytes.count && bytes[rest].isBlank { rest += 1 }
    if isEnd(rest) || (rest > close && bytes[rest] == UInt8(ascii: "#")) { return nextLine }
    reportTextAfterQuote(start, close: close, end: valueEnd(close))
    return nextLine
  }

  mutating func reportTextAfterQuote(_ start: Int, close: Int, end: Int) {
    var rest = close
    while rest < end && bytes[rest].isBlank { rest += 1 }
    let whole = Span(source.id, start, end)
    var text = source.text(whole)
    if bytes[end - 1] == bytes[start] && end - start > 2 {
      text = String(text.dropFirst().dropLast())
    }
    diagnostics.append(
      Diagnostic(
        .textAfterQuote, "text goes on behind the closing quote",
        at: Span(source.id, rest, end), fixes: [FixIt(whole, YAMLQuoting.quoted(text))]))
    edits.removeAll(from: start)
    edits.mask(start..<end)
  }

  /// Behind the closing quote, which may stand on a later line; nil after reporting that there is
  /// none.
  mutating func quoted(at start: Int, parentColumn: Int, flowEnd: Int? = nil) -> Int? {
    if let close = closingQuote(at: start, limit: nil) {
      checkEscapes(start..<close)
      return close
    }
    var limit = source.lineEnd(from: start)
    while limit < bytes.count && limit - start < 1 << 16 {
      let line = source.nextLine(after: limit)
      var i = line
      while i < bytes.count && bytes[i].isBlank { i += 1 }
      let isDeeper = i - line > parentColumn || isEnd(i)
      guard isDeeper && !isDocumentMarker(at: line) && keyColon(at: i) == nil else { break }
      limit = source.lineEnd(from: i)
    }
    if let close = closingQuote(at: start, limit: limit) {
      checkEscapes(start..<close)
      return close
    }
    let end = flowEnd ?? valueEnd(start)
    let span = Span(source.id, start, end)
    let fix =
      bytes[start] == UInt8(ascii: "'")
      ? FixIt(span, YAMLQuoting.quoted(source.text(span)))
      : FixIt(Span(source.id, end, end), "\"")
    diagnostics.append(
      Diagnostic(.unclosedQuote, "this quote is never closed", at: span, fixes: [fix]))
    if bytes[start] == UInt8(ascii: "\"") && !bytes[start..<end].contains(UInt8(ascii: "\\")) {
      edits.insert("\"", at: end)
    } else {
      edits.mask(start..<end)
    }
    return nil
  }

  /// Reports the first unknown escape between double quotes; the whole text is then taken as it
  /// stands, for it is mostly a path written with backslashes.
  private mutating func checkEscapes(_ range: Range<Int>) {
    guard bytes[range.lowerBound] == UInt8(ascii: "\"") else { return }
    guard let bad = badEscape(in: range) else { return }
    let width = bytes[bad + 1] < 0x80 ? 1 : YAMLReader.validLength(bytes, at: bad + 1)
    let span = Span(source.id, bad, min(bad + 1 + max(1, width), range.upperBound))
    let inner = Span(source.id, range.lowerBound + 1, range.upperBound - 1)
    let whole = Span(source.id, range.lowerBound, range.upperBound)
    diagnostics.append(
      Diagnostic(
        .badEscape,
        "'\(source.text(span))' is no escape; between single quotes a backslash is text",
        at: span, fixes: [FixIt(whole, YAMLQuoting.quoted(source.text(inner)))]))
    for i in range where bytes[i] == UInt8(ascii: "\\") && bytes[i + 1] != UInt8(ascii: "\"") {
      edits.mask(i..<i + 1)
    }
  }

  private func badEscape(in range: Range<Int>) -> Int? {
    var i = range.lowerBound + 1
    while i < range.upperBound - 1 {
      guard bytes[i] == UInt8(ascii: "\\") else {
        i += 1
        continue
      }
      guard let digits = escapeDigits(bytes[i + 1]), i + 2 + digits < range.upperBound,
        bytes[i + 2..<i + 2 + digits].allSatisfy(\.isHexDigit)
      else { return i }
      i += 2 + digits
    }
    return nil
  }

  /// How many hexadecimal digits follow an escape's letter; nil for letters that are none.
  private func escapeDigits(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "x"): 2
    case UInt8(ascii: "u"): 4
    case UInt8(ascii: "U"): 8
    case 0x0A, 0x0D: 0
    default: "0abt\tnvfe \"/\\N_LP".utf8.contains(byte) ? 0 : nil
    }
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool { isDigit || (self | 0x20 >= 0x61 && self | 0x20 <= 0x66) }
}
