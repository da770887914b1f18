import Diagnostics

/// A scalar's text with the place of each of its bytes.
struct ScalarText {
  let text: String
  let bytes: [UInt8]
  let span: Span
  /// Where the text's first byte lies in the source; nil where escapes or folding part the two.
  private let origin: Int?

  init(_ text: String, style: YAMLNode.ScalarStyle, span: Span) {
    self.text = text
    self.span = span
    bytes = Array(text.utf8)
    let written = span.end - span.start
    switch style {
    case .plain: origin = written == bytes.count ? span.start : nil
    case .singleQuoted, .doubleQuoted: origin = written == bytes.count + 2 ? span.start + 1 : nil
    case .literal, .folded: origin = nil
    }
  }

  init(_ located: Located<String>) {
    self.init(located.value, style: .plain, span: located.span)
  }

  /// The place of the text's bytes `start..<end`.
  func span(_ start: Int, _ end: Int) -> Span {
    guard let origin else { return span }
    return Span(span.source, origin + start, origin + end)
  }

  /// Whether a place inside the text can be told from its neighbours.
  var isExact: Bool { origin != nil }

  func string(_ start: Int, _ end: Int) -> String {
    start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : ""
  }

  /// `start..<end` without spaces at its ends.
  func trimmed(_ start: Int, _ end: Int) -> (start: Int, end: Int) {
    var (low, high) = (start, end)
    while low < high && isBlank(bytes[low]) { low += 1 }
    while high > low && isBlank(bytes[high - 1]) { high -= 1 }
    return (low, high)
  }

  /// The first place at or after `start` where `pattern` stands, before `end`.
  func find(_ pattern: StaticString, from start: Int, to end: Int) -> Int? {
    let count = pattern.utf8CodeUnitCount
    guard end - start >= count else { return nil }
    return pattern.withUTF8Buffer { wanted in
      var i = start
      while i + count <= end {
        var k = 0
        while k < count && bytes[i + k] == wanted[k] { k += 1 }
        if k == count { return i }
        i += 1
      }
      return nil
    }
  }

  func hasPrefix(_ pattern: StaticString, at start: Int, to end: Int) -> Bool {
    let count = pattern.utf8CodeUnitCount
    guard start + count <= end else { return false }
    return pattern.withUTF8Buffer { wanted in
      for k in 0..<count where bytes[start + k] != wanted[k] { return false }
      return true
    }
  }
}

func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
func isLetter(_ byte: UInt8) -> Bool {
  (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) || byte >= 0x80
}
