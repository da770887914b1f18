/// One line of a source as a terminal shows it, with the columns a span covers in it.
///
/// Tabs become blanks up to the next multiple of four, control characters dots (so that a session
/// cannot send escape sequences to a terminal), and of a long line the part around the span is
/// shown.
struct SourceExcerpt {
  private(set) var text = ""
  /// Display columns before the span.
  private(set) var before = 0
  /// Display columns of the span on this line; at least 1.
  private(set) var width = 1

  /// Bytes that are shown before and behind the start of a span.
  private static let reach = 96

  init(of span: Span, in source: Source, line: Int) {
    let bytes = source.bytes
    let start = source.lineStarts[line - 1]
    let from = min(max(span.start, start), bytes.count)
    var first = start
    if start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) { first = min(3, from) }
    if from - first > Self.reach {
      first = Self.boundary(in: bytes, at: from - Self.reach + 16)
      add("…")
    }
    var last = from
    while last < bytes.count && last < from + Self.reach && !Self.isBreak(bytes[last]) { last += 1 }
    let isCut = last < bytes.count && !Self.isBreak(bytes[last])
    if isCut { last = Self.boundary(in: bytes, at: last) }

    add(String(decoding: bytes[first..<from], as: UTF8.self))
    before = columns
    let to = min(max(span.end, from), last)
    add(String(decoding: bytes[from..<to], as: UTF8.self))
    width = max(1, columns - before)
    add(String(decoding: bytes[to..<max(to, last)], as: UTF8.self))
    if isCut { add("…") }
    while text.last == " " && columns > before + width {
      text.removeLast()
      columns -= 1
    }
  }

  private var columns = 0

  private mutating func add(_ piece: String) {
    for scalar in piece.unicodeScalars {
      if scalar == "\t" {
        let blanks = 4 - columns % 4
        text += String(repeating: " ", count: blanks)
        columns += blanks
      } else if Safe.isControl(scalar) {
        text += "·"
        columns += 1
      } else {
        text.unicodeScalars.append(scalar)
        columns += DisplayWidth.of(scalar)
      }
    }
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// The start of the character that holds the byte.
  private static func boundary(in bytes: [UInt8], at offset: Int) -> Int {
    var i = offset
    while i > 0 && i < bytes.count && bytes[i] & 0xC0 == 0x80 { i -= 1 }
    return i
  }
}

/// Keeps text of users from steering a terminal.
enum Safe {
  /// C0 and C1 controls, and the marks that turn writing direction around.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += "·"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
