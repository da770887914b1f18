public import Signal

/// Takes the fields that make an action what it is. One walk feeds both the digest that is its key
/// and the explanation that people read, so that the two cannot disagree.
public protocol ManifestWriter {
  /// Opens a group of fields: a node, a term, a reading.
  mutating func begin(_ name: String)
  mutating func end()
  mutating func field(_ name: StaticString, _ value: Double)
  mutating func field(_ name: StaticString, _ value: Int64)
  mutating func field(_ name: StaticString, _ value: String)
  mutating func field(_ name: StaticString, _ value: ContentHash)
}

extension ManifestWriter {
  public mutating func field(_ name: StaticString, _ value: Int) { field(name, Int64(value)) }
  public mutating func field(_ name: StaticString, _ value: Bool) {
    field(name, Int64(value ? 1 : 0))
  }
}

/// Canonical bytes: a tag, the name, the value; groups are bracketed.
public struct DigestWriter: ManifestWriter {
  public private(set) var bytes: [UInt8] = []

  public init() { bytes.reserveCapacity(512) }

  private mutating func tag(_ tag: UInt8, _ name: StaticString) {
    bytes.append(tag)
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(0)
  }

  private mutating func word(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Names of groups are labels for people (they may be a track's name) and are in no key.
  public mutating func begin(_ name: String) { bytes.append(0x28) }
  public mutating func end() { bytes.append(0x29) }

  public mutating func field(_ name: StaticString, _ value: Double) {
    tag(0x64, name)
    word((value + 0.0).bitPattern)
  }

  public mutating func field(_ name: StaticString, _ value: Int64) {
    tag(0x69, name)
    word(UInt64(bitPattern: value))
  }

  public mutating func field(_ name: StaticString, _ value: String) {
    tag(0x73, name)
    word(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  public mutating func field(_ name: StaticString, _ value: ContentHash) {
    tag(0x68, name)
    word(value.low)
    word(value.high)
  }

  public var digest: Digest { Digest(SHA256.digest(of: bytes).bytes) }
}

/// A SHA-256 digest as a key of tables.
public struct Digest: Hashable, Sendable, Comparable {
  public let a: UInt64
  public let b: UInt64
  public let c: UInt64
  public let d: UInt64

  /// - Precondition: 32 bytes.
  public init(_ bytes: [UInt8]) {
    func word(_ at: Int) -> UInt64 {
      var value: UInt64 = 0
      for i in 0..<8 { value |= UInt64(bytes[at + i]) << UInt64(8 * i) }
      return value
    }
    a = word(0)
    b = word(8)
    c = word(16)
    d = word(24)
  }

  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for value in [a, b, c, d] {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// 64 hexadecimal digits.
  public var text: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  public static func < (x: Digest, y: Digest) -> Bool {
    (x.a, x.b, x.c, x.d) < (y.a, y.b, y.c, y.d)
  }
}

/// The same fields as text, by their path.
public struct ExplanationWriter: ManifestWriter {
  public struct Field: Hashable, Sendable {
    public var path: String
    public var value: String
    public init(path: String, value: String) {
      self.path = path
      self.value = value
    }
  }

  public private(set) var fields: [Field] = []
  private var groups: [String] = []

  public init() {}

  private mutating func add(_ name: StaticString, _ value: String) {
    fields.append(Field(path: (groups + ["\(name)"]).joined(separator: "/"), value: value))
  }

  public mutating func begin(_ name: String) { groups.append(name) }
  public mutating func end() { if !groups.isEmpty { groups.removeLast() } }
  public mutating func field(_ name: StaticString, _ value: Double) { add(name, "\(value)") }
  public mutating func field(_ name: StaticString, _ value: Int64) { add(name, "\(value)") }
  public mutating func field(_ name: StaticString, _ value: String) { add(name, value) }
  public mutating func field(_ name: StaticString, _ value: ContentHash) {
    add(name, String(value.high, radix: 16) + String(value.low, radix: 16))
  }
}
