/// A JSON value whose objects keep the order in which their members were written.
///
/// Everything that is printed under `--json` goes through this type, so that the same result is
/// the same bytes on every run and platform. Numbers that are not finite are written as `null`.
public indirect enum JSONValue: Sendable, Hashable {
  public struct Member: Sendable, Hashable {
    public var name: String
    public var value: JSONValue
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  /// A number with so many digits behind the point.
  case fixed(Double, digits: Int)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// An object with its members in the order given; a member without a value is `null`.
  public static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.map { Member($0.key, $0.value ?? .null) })
  }

  public static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
  public static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
  public static func optional(_ value: Int?) -> JSONValue {
    value.map { .integer(Int64($0)) } ?? .null
  }

  /// A measurement: three digits behind the point; nil, NaN and infinity are `null`.
  public static func measured(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .fixed(value, digits: 3)
  }

  /// The member of that name; nil when this is no object or has no such member.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue?)...) {
    self = .object(elements.map { Member($0.0, $0.1 ?? .null) })
  }
  public init(nilLiteral: ()) { self = .null }
}
