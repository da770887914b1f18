import Diagnostics

/// A JSON Schema (draft-07) of the session file, written from the tables.
///
/// It says what `check` says about shape: keys, kinds of values, units, words. Names that lead
/// nowhere, ranges of numbers with units and musical sense are left to `check`.
public enum SessionSchema {
  /// The schema as text, the same bytes every time.
  public static func json() -> String { root.pretty + "\n" }

  private static var root: JSONValue {
    var definitions: [JSONValue.Member] = []
    for mapping in FieldTable.all where mapping.name != "session" && mapping.name != "album" {
      definitions.append(JSONValue.Member(mapping.name, object(mapping)))
    }
    for processor in ProcessorTable.all {
      definitions.append(JSONValue.Member("processor-" + processor.name, object(processor)))
    }
    definitions += shared
    let album = FieldTable["album"] ?? MappingSpec("album", "an album", "", [])
    let session = FieldTable["session"] ?? MappingSpec("session", "a session", "", [])
    return .object([
      JSONValue.Member("$schema", "http://json-schema.org/draft-07/schema#"),
      JSONValue.Member("title", "mixdown session"),
      JSONValue.Member("description", "A music session for mixdown."),
      JSONValue.Member("type", "object"),
      JSONValue.Member("if", isKind("collection")),
      JSONValue.Member("then", ["required": ["mixdown"]]),
      JSONValue.Member(
        "else",
        ["if": isKind("album"), "then": object(album), "else": object(session)]),
      JSONValue.Member("definitions", .object(definitions)),
    ])
  }

  private static func isKind(_ kind: String) -> JSONValue {
    ["properties": ["kind": ["enum": .array([.string(kind)])]], "required": ["kind"]]
  }

  // MARK: Mappings

  private static func object(_ spec: MappingSpec) -> JSONValue {
    var members: [JSONValue.Member] = [
      JSONValue.Member("description", .string(spec.summary)),
      JSONValue.Member("type", "object"),
      JSONValue.Member(
        "properties",
        .object(spec.fields.map { JSONValue.Member($0.name, property($0)) })),
      JSONValue.Member("additionalProperties", false),
    ]
    let required = spec.fields.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { members.append(JSONValue.Member("required", .array(required))) }
    if isChoice(spec.name) {
      members.append(JSONValue.Member("minProperties", 1))
      members.append(JSONValue.Member("maxProperties", 1))
    }
    switch spec.name {
    case "track":
      members.append(
        JSONValue.Member(
          "not", anyOf([both("source", "clips"), both("source", "takes"), both("clips", "takes")])))
      members.append(JSONValue.Member("dependencies", ["comp": ["takes"]]))
    case "file", "source":
      members.append(JSONValue.Member("not", both("channel", "channels")))
    case "song":
      members.append(
        JSONValue.Member(
          "not", anyOf([both("session", "mix"), both("mix", "version"), both("gap", "overlap")])))
      members.append(
        JSONValue.Member("anyOf", .array([["required": ["session"]], ["required": ["mix"]]])))
    case "album-delivery": members.append(JSONValue.Member("not", both("files", "sides")))
    case "loudness": members.append(JSONValue.Member("maxProperties", 1))
    default: break
    }
    return .object(members)
  }

  private static func isChoice(_ name: String) -> Bool {
    ["session-edit", "track-edit", "preset"].contains(name)
  }

  private static func both(_ a: String, _ b: String) -> JSONValue {
    ["required": .array([.string(a), .string(b)])]
  }

  private static func object(_ spec: ProcessorSpec) -> JSONValue {
    [
      "description": .string(spec.summary), "type": "object",
      "properties": .object(parameters(spec) + common), "additionalProperties": false,
    ]
  }

  /// The parameters of a processor with the required ones, unless a preset may give them.
  private static func complete(_ spec: ProcessorSpec) -> JSONValue {
    let body = reference("processor-" + spec.name)
    let required = spec.parameters.filter(\.isRequired).map { JSONValue.string($0.name) }
    if required.isEmpty { return body }
    return [
      "allOf": .array([
        body, anyOf([["required": .array(required)], ["required": ["like"]]]),
      ])
    ]
  }

  private static func parameters(_ spec: ProcessorSpec) -> [JSONValue.Member] {
    spec.parameters.map { JSONValue.Member($0.name, property($0)) }
  }

  private static var common: [JSONValue.Member] {
    [
      JSONValue.Member("name", reference("item-name")), JSONValue.Member("note", reference("text")),
      JSONValue.Member("bypass", ["type": "boolean"]),
      JSONValue.Member("like", reference("reference")),
    ]
  }

  /// A field: its value, or automation, with what the reference says of it.
  private static func property(_ spec: ParameterSpec) -> JSONValue {
    let value = value(spec.kind)
    let description =
      "\(spec.summary). \(ValueText.domain(spec.kind)); default: \(ValueText.fallback(spec))."
      + " Example: \(spec.example)"
    var members = [JSONValue.Member("description", .string(description))]
    if spec.isAutomatable {
      let automation: JSONValue = [
        "type": "object", "properties": ["automation": points(spec.moving.kind)],
        "required": ["automation"], "additionalProperties": false,
      ]
      members.append(JSONValue.Member("anyOf", .array([value, automation])))
    } else if case .object(let own) = value, value["$ref"] == nil {
      members += own
    } else {
      members.append(JSONValue.Member("allOf", .array([value])))
    }
    return .object(members)
  }

  // MARK: Values

  private static func value(_ kind: ValueKind) -> JSONValue {
    switch kind {
    case .number(let spec): return number(spec)
    case .time(let spec): return withWords(pattern(SchemaPatterns.time(spec)), spec.words)
    case .word(let words): return ["enum": .array(words.map { .string($0) })]
    case .flag: return ["type": "boolean"]
    case .reference, .bus: return reference("reference")
    case .path: return reference("path")
    case .text: return reference("text")
    case .name: return reference("item-name")
    case .position: return reference("position")
    case .range: return reference("range")
    case .relation(let unit): return pattern(SchemaPatterns.relation(unit))
    case .loudnessTarget(let unit): return pattern(SchemaPatterns.loudness(unit))
    case .pan: return pattern(SchemaPatterns.pan)
    case .meter: return pattern(SchemaPatterns.meter)
    case .points(let spec): return points(.number(spec))
    case .meterPoints:
      return [
        "type": "array",
        "items": [
          "type": "array", "items": .array([reference("position"), value(.meter)]),
          "minItems": 2, "maxItems": 2,
        ],
      ]
    case .trimTarget: return pattern(SchemaPatterns.trimTarget)
    case .tailRule: return pattern(SchemaPatterns.tailRule)
    case .gainOfDelivery: return pattern(SchemaPatterns.gainOfDelivery)
    case .settings:
      return ["type": "object", "additionalProperties": ["type": ["string", "number", "boolean"]]]
    case .insert: return reference("insert")
    case .band: return reference("band")
    case .parameters(let name): return reference("processor-" + name)
    case .mapping(let name), .oneOf(let name): return reference(name)
    case .named(let kind):
      var members = [
        JSONValue.Member("type", "object"), JSONValue.Member("additionalProperties", value(kind)),
      ]
      if kind == .position || kind == .range {
        members.append(JSONValue.Member("propertyNames", pattern(SchemaPatterns.placeName)))
      }
      return .object(members)
    case .list(let kind): return ["type": "array", "items": value(kind)]
    case .either(let kinds): return anyOf(kinds.map { value($0) })
    }
  }

  private static func number(_ spec: NumberSpec) -> JSONValue {
    var words = spec.words
    if spec.allowsMinusInfinity { words += ["-inf", "mute"] }
    if spec.allowsInfinity { words.append("inf") }
    if let quantity = SchemaPatterns.quantity(spec.unit) {
      return withWords(pattern("^\(quantity)$"), words)
    }
    var plain: JSONValue
    if spec.choices.isEmpty {
      plain = [
        "type": .string(spec.isInteger ? "integer" : "number"),
        "minimum": .number(spec.range.lowerBound), "maximum": .number(spec.range.upperBound),
      ]
    } else {
      plain = ["enum": .array(spec.choices.map { .number($0) })]
    }
    if spec.unit == .ratio { plain = anyOf([plain, pattern("^\(SchemaPatterns.number):1$")]) }
    return withWords(plain, words)
  }

  private static func withWords(_ value: JSONValue, _ words: [String]) -> JSONValue {
    words.isEmpty ? value : anyOf([value, ["enum": .array(words.map { .string($0) })]])
  }

  private static func points(_ kind: ValueKind) -> JSONValue {
    [
      "type": "array",
      "items": [
        "type": "array",
        "items": .array([reference("position"), value(kind), pattern(SchemaPatterns.arrival)]),
        "minItems": 2, "maxItems": 3,
      ],
    ]
  }

  private static func anyOf(_ values: [JSONValue]) -> JSONValue { ["anyOf": .array(values)] }

  private static func pattern(_ text: String) -> JSONValue {
    ["type": "string", "pattern": .string(text)]
  }

  private static func reference(_ name: String) -> JSONValue {
    ["$ref": .string("#/definitions/\(name)")]
  }

  // MARK: What several fields share

  private static var shared: [JSONValue.Member] {
    let text: JSONValue = ["type": ["string", "number", "boolean"]]
    return [
      JSONValue.Member("band", insert(ProcessorTable.all.filter(\.isBand))),
      JSONValue.Member("insert", insert(ProcessorTable.all)),
      JSONValue.Member("item-name", ["type": ["string", "integer"]]),
      JSONValue.Member("path", ["type": "string", "minLength": 1]),
      JSONValue.Member("position", pattern(SchemaPatterns.position)),
      JSONValue.Member("range", pattern(SchemaPatterns.range)),
      JSONValue.Member("reference", ["type": ["string", "integer"]]),
      JSONValue.Member("text", text),
    ]
  }

  /// An entry of a list of inserts: a bare word, `{PROCESSOR: {…}}`, or the principal parameter
  /// as `{bell: 3 kHz, gain: -2 dB}`.
  private static func insert(_ processors: [ProcessorSpec]) -> JSONValue {
    let bare = processors.filter { !$0.parameters.contains(where: \.isRequired) }
    var forms: [JSONValue] = []
    if !bare.isEmpty { forms.append(["enum": .array(bare.map { .string($0.name) })]) }
    for spec in processors {
      forms.append([
        "type": "object",
        "properties": .object([JSONValue.Member(spec.name, complete(spec))]),
        "required": .array([.string(spec.name)]), "additionalProperties": false,
      ])
      guard let principal = spec.principal, let parameter = spec[principal] else { continue }
      let others = spec.parameters.filter { $0.name != principal && $0.name != spec.name }
      forms.append([
        "type": "object",
        "properties": .object(
          [JSONValue.Member(spec.name, property(parameter))]
            + others.map { JSONValue.Member($0.name, property($0)) }
            + common.filter { $0.name != "like" }),
        "required": .array([.string(spec.name)]), "additionalProperties": false,
      ])
    }
    return anyOf(forms)
  }
}
