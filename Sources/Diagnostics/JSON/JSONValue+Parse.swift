extension JSONValue {
  /// The value of a JSON text; nil when it is none, or is nested more than 200 deep.
  ///
  /// Numbers without fraction and exponent that fit are integers. Of equal member names the first
  /// is the one that `subscript` finds.
  public init?(parsing bytes: some Sequence<UInt8>) {
    var parser = JSONParser(Array(bytes))
    guard let value = parser.document() else { return nil }
    self = value
  }
}

private struct JSONParser {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() -> JSONValue? {
    guard let value = value(depth: 0) else { return nil }
    skipSpace()
    // Not `nil`, which would be the value of that name.
    return at == bytes.count ? Optional(value) : Optional.none
  }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private mutating func take(_ byte: Character) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == byte.asciiValue else { return false }
    at += 1
    return true
  }

  private mutating func takeWord(_ word: String, _ value: JSONValue) -> JSONValue? {
    guard bytes[at...].starts(with: word.utf8) else { return nil }
    at += word.utf8.count
    return value
  }

  private mutating func value(depth: Int) -> JSONValue? {
    skipSpace()
    guard at < bytes.count, depth <= 200 else { return nil }
    switch bytes[at] {
    case UInt8(ascii: "n"): return takeWord("null", .null)
    case UInt8(ascii: "t"): return takeWord("true", .bool(true))
    case UInt8(ascii: "f"): return takeWord("false", .bool(false))
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "{"): return object(depth: depth)
    default: return number()
    }
  }

  private mutating func array(depth: Int) -> JSONValue? {
    at += 1
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    while true {
      guard let element = value(depth: depth + 1) else { return nil }
      elements.append(element)
      if take("]") { return .array(elements) }
      guard take(",") else { return nil }
    }
  }

  private mutating func object(depth: Int) -> JSONValue? {
    at += 1
    var members: [JSONValue.Member] = []
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard let name = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
      members.append(JSONValue.Member(name, value))
      if take("}") { return .object(members) }
      guard take(",") else { return nil }
    }
  }

  private mutating func number() -> JSONValue? {
    let start = at
    let allowed = Set("+-0123456789.eE".utf8)
    while at < bytes.count, allowed.contains(bytes[at]) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { return nil }
    return .number(number)
  }

  private mutating func string() -> String? {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
    at += 1
    var scalars: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: scalars, as: UTF8.self) }
      if byte < 0x20 { return nil }
      if byte != UInt8(ascii: "\\") {
        scalars.append(byte)
        continue
      }
      guard at < bytes.count else { return nil }
      let escape = bytes[at]
      at += 1
      switch escape {
      case UInt8(ascii: "n"): scalars.append(0x0A)
      case UInt8(ascii: "r"): scalars.append(0x0D)
      case UInt8(ascii: "t"): scalars.append(0x09)
      case UInt8(ascii: "b"): scalars.append(0x08)
      case UInt8(ascii: "f"): scalars.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalars.append(escape)
      case UInt8(ascii: "u"):
        guard let scalar = escapedScalar() else { return nil }
        scalars += Array(String(scalar).utf8)
      default: return nil
      }
    }
    return nil
  }

  /// Four digits, and four more behind `\u` when they are half of a pair.
  private mutating func escapedScalar() -> Unicode.Scalar? {
    guard let first = hexadecimal() else { return nil }
    if first & 0xFC00 == 0xD800 {
      guard bytes[at...].starts(with: Array("\\u".utf8)) else { return nil }
      at += 2
      guard let second = hexadecimal(), second & 0xFC00 == 0xDC00 else { return nil }
      return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF))
    }
    return Unicode.Scalar(first)
  }

  private mutating func hexadecimal() -> UInt32? {
    guard at + 4 <= bytes.count else { return nil }
    let text = String(decoding: bytes[at..<(at + 4)], as: UTF8.self)
    at += 4
    return text.allSatisfy(\.isHexDigit) ? UInt32(text, radix: 16) : nil
  }
}

extension JSONValue {
  /// The value with the members of every object in the order of their names.
  public var sortedByName: JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.map { Member($0.name, $0.value.sortedByName) }.sorted { $0.name < $1.name })
    case .array(let elements): .array(elements.map(\.sortedByName))
    default: self
    }
  }

  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var flag: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  public var whole: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  public var real: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .fixed(let number, _): number
    default: nil
    }
  }

  public var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  public var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }
}
