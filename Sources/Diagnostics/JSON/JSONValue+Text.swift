extension JSONValue {
  /// The value as JSON text on one line, without a line end.
  public var compact: String {
    var writer = JSONWriter(indents: false)
    writer.write(self, depth: 0)
    return writer.text
  }

  /// The value as JSON text with two spaces of indentation, without a line end.
  ///
  /// Arrays of numbers stay on one line: a spectrum is read as a row.
  public var pretty: String {
    var writer = JSONWriter(indents: true)
    writer.write(self, depth: 0)
    return writer.text
  }
}

struct JSONWriter {
  let indents: Bool
  private var bytes: [UInt8] = []

  init(indents: Bool) { self.indents = indents }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .integer(let number): append(String(number))
    case .number(let number): append(number.isFinite ? number.description : "null")
    case .fixed(let number, let digits): append(Figures.fixed(number, digits: digits) ?? "null")
    case .string(let string): quote(string)
    case .array(let elements):
      let oneLine = elements.allSatisfy(\.isNumeric)
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { append(oneLine && indents ? ", " : ",") }
        if !oneLine { breakLine(depth + 1) }
        write(element, depth: depth + 1)
      }
      if !elements.isEmpty && !oneLine { breakLine(depth) }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        breakLine(depth + 1)
        quote(member.name)
        append(indents ? ": " : ":")
        write(member.value, depth: depth + 1)
      }
      if !members.isEmpty { breakLine(depth) }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func breakLine(_ depth: Int) {
    guard indents else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
  }

  private mutating func quote(_ string: String) {
    let hex = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0x08: append("\\b")
      case 0x0C: append("\\f")
      case 0..<0x20, 0x7F:
        append("\\u00")
        bytes.append(hex[Int(byte >> 4)])
        bytes.append(hex[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSONValue {
  fileprivate var isNumeric: Bool {
    switch self {
    case .integer, .number, .fixed, .null: true
    default: false
    }
  }
}
