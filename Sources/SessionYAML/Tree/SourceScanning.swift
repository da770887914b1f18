import Diagnostics

extension Source {
  /// The first byte at or after `start` that is neither blank, line end nor comment.
  func skipBlanksAndComments(from start: Int) -> Int {
    var i = start
    while i < bytes.count {
      switch bytes[i] {
      case 0x20, 0x09, 0x0A, 0x0D: i += 1
      case UInt8(ascii: "#") where i == 0 || bytes[i - 1].isBlankOrBreak:
        while i < bytes.count && !bytes[i].isBreak { i += 1 }
      default: return i
      }
    }
    return i
  }

  /// The first blank, line end or flow indicator after `start`.
  func wordEnd(from start: Int) -> Int {
    var i = start
    while i < bytes.count && !bytes[i].isBlankOrBreak && !bytes[i].isFlowIndicator { i += 1 }
    return i
  }

  /// The end of the range without trailing blanks and line ends.
  func trimmedEnd(of range: Range<Int>) -> Int {
    var end = min(range.upperBound, bytes.count)
    while end > range.lowerBound && bytes[end - 1].isBlankOrBreak { end -= 1 }
    return end
  }

  /// The first line end at or after `start`.
  func lineEnd(from start: Int) -> Int {
    var i = start
    while i < bytes.count && !bytes[i].isBreak { i += 1 }
    return i
  }

  /// The first byte of the line that holds `offset`.
  func lineStart(of offset: Int) -> Int {
    var i = min(offset, bytes.count)
    while i > 0 && !bytes[i - 1].isBreak { i -= 1 }
    return i
  }

  /// The first byte of the next line, after the line end at `end`.
  func nextLine(after end: Int) -> Int {
    if end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A { return end + 2 }
    return min(end + 1, bytes.count)
  }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isBreak: Bool { self == 0x0A || self == 0x0D }
  var isBlankOrBreak: Bool { isBlank || isBreak }
  var isFlowIndicator: Bool {
    switch self {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      true
    default: false
    }
  }
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// A letter, digit, '-' or '_': what names and keys of the language are made of.
  var isNameByte: Bool {
    isDigit || (self | 0x20 >= 0x61 && self | 0x20 <= 0x7A) || self == UInt8(ascii: "-")
      || self == UInt8(ascii: "_")
  }
}
