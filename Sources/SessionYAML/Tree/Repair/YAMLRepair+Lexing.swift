import Diagnostics

extension YAMLRepair {
  /// The smallest indentation with spaces in the file; 2 where there is none.
  static func indentationUnit(of source: Source) -> Int {
    var unit = Int.max
    for start in source.lineStarts {
      var i = start
      while i < source.bytes.count && source.bytes[i] == 0x20 { i += 1 }
      let isText = i < source.bytes.count && !source.bytes[i].isBlankOrBreak
      if i > start && isText { unit = min(unit, i - start) }
    }
    return unit >= 1 && unit <= 8 ? unit : 2
  }

  /// The column after a line's blanks, a tab counting as one level.
  func column(from start: Int, to end: Int) -> Int {
    var column = 0
    for i in start..<end { column += bytes[i] == 0x09 ? unit : 1 }
    return column
  }

  func isBlankOrEnd(_ i: Int) -> Bool { i >= bytes.count || bytes[i].isBlankOrBreak }
  func isEnd(_ i: Int) -> Bool { i >= bytes.count || bytes[i].isBreak }
  func isEndOrComment(_ i: Int) -> Bool { isEnd(i) || bytes[i] == UInt8(ascii: "#") }
  func isDash(at i: Int) -> Bool {
    i < bytes.count && bytes[i] == UInt8(ascii: "-") && isBlankOrEnd(i + 1)
  }

  func isDocumentMarker(at i: Int) -> Bool {
    guard i + 3 <= bytes.count && isBlankOrEnd(i + 3) else { return false }
    let mark = bytes[i..<i + 3]
    return mark.elementsEqual("---".utf8) || mark.elementsEqual("...".utf8)
  }

  /// Characters that no plain text may begin with.
  func isForbiddenStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"), UInt8(ascii: "|"),
      UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  /// The end of a value on its line: before trailing blanks and a comment.
  func valueEnd(_ start: Int) -> Int {
    var i = start
    while i < bytes.count && !bytes[i].isBreak {
      if bytes[i] == UInt8(ascii: "#") && i > start && bytes[i - 1].isBlank { break }
      i += 1
    }
    while i > start && bytes[i - 1].isBlank { i -= 1 }
    return i
  }

  /// Where the anchors and tags that begin at `start` end, blanks included.
  func skipProperties(_ start: Int) -> Int {
    var i = start
    while i < bytes.count && (bytes[i] == UInt8(ascii: "&") || bytes[i] == UInt8(ascii: "!")) {
      var end = i + 1
      while end < bytes.count && !bytes[end].isBlankOrBreak && !bytes[end].isFlowIndicator {
        end += 1
      }
      guard isBlankOrEnd(end) else { return start }
      if bytes[i] == UInt8(ascii: "&") {
        guard end > i + 1 && bytes[i + 1..<end].allSatisfy(\.isNameByte) else { return start }
      }
      i = end
      while i < bytes.count && bytes[i].isBlank { i += 1 }
    }
    return i
  }

  /// The ':' that makes the line a key and its value; nil where there is none.
  func keyColon(at start: Int) -> Int? {
    var i = skipProperties(start)
    guard i < bytes.count else { return nil }
    switch bytes[i] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      guard let end = closingQuote(at: i, limit: nil) else { return nil }
      return colon(after: end)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard let end = balancedEnd(at: i) else { return nil }
      return colon(after: end)
    default:
      while i < bytes.count && !bytes[i].isBreak {
        if bytes[i] == UInt8(ascii: ":") && isBlankOrEnd(i + 1) { return i }
        if bytes[i] == UInt8(ascii: "#") && i > start && bytes[i - 1].isBlank { return nil }
        i += 1
      }
      return nil
    }
  }

  /// The end of a name that a bracket follows in place of a ':', as in `pad {source: a.wav}`.
  func nameBeforeBracket(at start: Int) -> Int? {
    var word = start
    while word < bytes.count && bytes[word].isNameByte { word += 1 }
    guard word > start && word + 1 < bytes.count && bytes[word] == 0x20,
      bytes[word + 1] == UInt8(ascii: "{") || bytes[word + 1] == UInt8(ascii: "[")
    else { return nil }
    return word
  }

  func colonBeforeBracket(at start: Int) -> Int? {
    YAMLMessages.colonBeforeBracket(in: bytes, at: start)
  }

  private func colon(after end: Int) -> Int? {
    var i = end
    while i < bytes.count && bytes[i].isBlank { i += 1 }
    return i < bytes.count && bytes[i] == UInt8(ascii: ":") && isBlankOrEnd(i + 1) ? i : nil
  }

  /// Behind the quote that closes the one at `start`, before `limit` or, without one, on the same
  /// line; nil where none does.
  func closingQuote(at start: Int, limit: Int?) -> Int? {
    let quote = bytes[start]
    let end = limit ?? bytes.count
    var i = start + 1
    while i < end {
      if limit == nil && bytes[i].isBreak { return nil }
      if bytes[i] == quote {
        if quote == UInt8(ascii: "'") && i + 1 < end && bytes[i + 1] == quote {
          i += 2
          continue
        }
        return i + 1
      }
      i += quote == UInt8(ascii: "\"") && bytes[i] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Behind the bracket that closes the one at `start`, on the same line; nil where none does.
  func balancedEnd(at start: Int) -> Int? {
    var depth = 0
    var i = start
    while i < bytes.count && !bytes[i].isBreak {
      switch bytes[i] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return i + 1 }
      default: break
      }
      i += 1
    }
    return nil
  }

  /// The ':' of `name:value`, where a space is missing behind it. Times (`1:02`), links (`x://`)
  /// and drive letters are none.
  func nameColon(at start: Int) -> Int? { YAMLMessages.nameColon(in: bytes, at: start) }

  func keyText(_ range: Range<Int>) -> String {
    let text = source.text(Span(source.id, range.lowerBound, range.upperBound))
    guard let first = text.first, first == "\"" || first == "'", text.count >= 2 else {
      return text
    }
    return String(text.dropFirst().dropLast())
  }
}
