import Signal

/// A mapping of the session file, as data.
public struct MappingSpec: Hashable, Sendable {
  /// As `ValueKind.mapping` refers to it.
  public var name: String
  /// As messages call it: `a track`.
  public var noun: String
  public var summary: String
  public let fields: [ParameterSpec]
  /// Names of the fields.
  public let names: [String]

  public init(_ name: String, _ noun: String, _ summary: String, _ fields: [ParameterSpec]) {
    self.name = name
    self.noun = noun
    self.summary = summary
    self.fields = fields
    names = fields.map(\.name)
  }

  public subscript(field: String) -> ParameterSpec? { fields.first { $0.name == field } }
}

/// Every mapping of the language besides the processors' (`ProcessorTable`) with its fields.
public enum FieldTable {
  /// In the order of the reference.
  public static let all: [MappingSpec] =
    sessionMappings + contentMappings + stripMappings + deliveryMappings + versionMappings
    + albumMappings

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static subscript(name: String) -> MappingSpec? { byName[name] }

  /// Names that no track, bus, group, marker, region or insert may have.
  public static let reservedNames: Set<String> = [
    "mix", "master", "start", "end", "bar", "beat", "tc", "stems", "deliver", "none", "mute",
    "metadata", "tempo", "meter", "rate", "length", "markers", "regions", "tracks", "buses",
    "groups", "defaults", "edits", "versions", "presets", "kind", "mixdown", "chapters", "lints",
    "bar-1", "includes", "for", "timestamp",
  ]

  static func field(
    _ name: String, _ kind: ValueKind, _ fallback: ParameterSpec.Default, _ summary: String,
    _ example: String, automatable: Bool = false
  ) -> ParameterSpec {
    ParameterSpec(
      name, kind, fallback, automatable: automatable, summary, example: example)
  }

  static let nameField = field(
    "name", .name, .absent("called by its kind"), "a name for messages and addresses", "intro")
  static let noteField = field(
    "note", .text, .absent("none"), "a remark; it changes nothing", "\"loud breath\"")
  static let bypassField = field(
    "bypass", .flag, .value(.flag(false)), "true: it is there and does nothing", "true")
  static let likeField = field(
    "like", .name, .absent("nothing"), "the preset whose keys hold where none is written", "voice")

  public static let level = NumberSpec(.decibels, -96...24, allowsMinusInfinity: true)
  static let anyTime = ValueKind.time(TimeSpec(to: nil, musical: true))
  static let crossfadeTime = ValueKind.time(TimeSpec(to: Rational(10), musical: true))
  static let crossfadeField = field(
    "crossfade", .either([crossfadeTime, .mapping("crossfade")]), .absent("as in defaults"),
    "length of the crossfade, or its length and shape", "15 ms")
}
