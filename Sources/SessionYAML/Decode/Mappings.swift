import Diagnostics
import SessionModel

/// A mapping whose keys have been checked.
struct Mapping {
  var entries: [YAMLNode.Entry]
  var span: Span
  /// Keys that misspelt ones seem to mean: they are not reported again as missing.
  var guessed: Set<String> = []

  func node(_ key: String) -> YAMLNode? {
    for entry in entries where entry.key.value == key { return entry.value }
    return nil
  }

  func entry(_ key: String) -> YAMLNode.Entry? {
    for entry in entries where entry.key.value == key { return entry }
    return nil
  }
}

extension Decoder {
  /// The mapping at `node`, with keys of `spec` and of `others` alone; reports everything else.
  mutating func mapping(
    _ node: YAMLNode, _ spec: MappingSpec, _ field: String
  ) -> Mapping? {
    guard let entries = entries(node, field) else { return nil }
    return checked(entries, node.span, spec.names, noun: spec.noun)
  }

  /// The entries of a mapping with free keys.
  mutating func entries(_ node: YAMLNode, _ field: String) -> [YAMLNode.Entry]? {
    guard case .mapping(let entries) = node.content else {
      wrongShape(node, field, wanted: "a mapping", opening: "{")
      return nil
    }
    return entries
  }

  /// The items of a list.
  mutating func items(_ node: YAMLNode, _ field: String, of what: String) -> [YAMLNode]? {
    guard case .sequence(let items) = node.content else {
      wrongShape(node, field, wanted: "a list of \(what)", opening: "[")
      return nil
    }
    return items
  }

  /// Leaves out entries whose keys are not among `names` and reports them.
  mutating func checked(
    _ entries: [YAMLNode.Entry], _ span: Span, _ names: [String], noun: String,
    also others: [String] = []
  ) -> Mapping {
    var kept: [YAMLNode.Entry] = []
    var guessed: Set<String> = []
    var present: Set<String> = []
    kept.reserveCapacity(entries.count)
    for entry in entries {
      let key = entry.key.value
      if names.contains(key) || others.contains(key) {
        kept.append(entry)
      } else {
        if diagnostics.hasEnough(of: .unknownKey) {
          report(.unknownKey, "'\(entry.key.value)' is not a key of \(noun)", at: entry.key.span)
          continue
        }
        if present.isEmpty { present = Set(entries.map(\.key.value)) }
        let near = unknown(entry, among: names + others, present: present, noun: noun)
        guessed.formUnion(near)
      }
    }
    return Mapping(entries: kept, span: span, guessed: guessed)
  }

  /// Reports a key that is none; returns what it may have meant.
  private mutating func unknown(
    _ entry: YAMLNode.Entry, among names: [String], present: Set<String>, noun: String
  ) -> [String] {
    let key = entry.key.value
    if let place = Misplaced.place(of: key, in: noun) {
      report(
        .unknownKey, "'\(key)' is not a key of \(noun)", at: entry.key.span, notes: [Note(place)])
      return []
    }
    var near = diagnostics.hasEnough(of: .unknownKey) ? [] : Suggestions.nearest(key, in: names)
    if let same = Misplaced.synonyms[key.lowercased()]?.first(where: { names.contains($0) }) {
      near = [same]
    }
    near.removeAll { present.contains($0) }
    let isQuoted = entry.key.span.end - entry.key.span.start != key.utf8.count
    let notes =
      near.isEmpty && names.count <= 24
      ? [Note("\(noun) takes \(names.joined(separator: ", "))")] : []
    report(
      .unknownKey, "'\(key)' is not a key of \(noun)", at: entry.key.span, notes: notes,
      fixes: isQuoted ? [] : near.map { FixIt(entry.key.span, $0) })
    return near
  }

  /// Reports `-3,5 dB` in a flow list, which reads as `-3` and `5 dB`.
  mutating func joinsDecimals(_ before: YAMLNode, _ text: String, _ span: Span) -> Bool {
    guard case .scalar(let whole, .plain) = before.content, let first = text.utf8.first,
      isDigit(first), before.span.source == span.source, before.span.end < span.start,
      !whole.isEmpty, whole.utf8.last.map(isDigit) == true,
      whole.unicodeScalars.allSatisfy({ "+-−0123456789:".unicodeScalars.contains($0) })
    else { return false }
    report(
      .decimalComma, "'\(whole),\(text)' has a decimal comma; a comma ends a value in flow style",
      at: before.span.joined(span),
      fixes: [FixIt(Span(span.source, before.span.end, span.start), ".")])
    return true
  }

  /// The value at a required key; reports its absence at the mapping.
  mutating func required(
    _ mapping: Mapping, _ key: String, _ noun: String
  ) -> YAMLNode? {
    if let node = mapping.node(key) { return node }
    if !mapping.guessed.contains(key) {
      report(.missingField, "\(noun) has no '\(key)'", at: mapping.span)
    }
    return nil
  }

  /// Reports all but the first of `keys` that stand together.
  mutating func exclusive(_ mapping: Mapping, _ keys: [String], _ noun: String) {
    let found = keys.compactMap { mapping.entry($0) }
    guard let first = found.first else { return }
    for other in found.dropFirst() {
      report(
        .conflictingKeys,
        "\(noun) has both '\(first.key.value)' and '\(other.key.value)'; one of them says it",
        at: other.key.span,
        notes: [Note("'\(first.key.value)' is here", at: first.key.span)])
    }
  }

  /// The only entry of a mapping such as `{cut: RANGE}`.
  mutating func single(
    _ node: YAMLNode, _ spec: MappingSpec, _ field: String
  ) -> YAMLNode.Entry? {
    guard let all = entries(node, field) else { return nil }
    let mapping = checked(all, node.span, spec.names, noun: spec.noun)
    guard let first = mapping.entries.first else {
      if all.isEmpty {
        report(
          .wrongShape, "\(spec.noun) is empty; it must be \(Plain.choice(spec.names))",
          at: node.span)
      }
      return nil
    }
    if mapping.entries.count > 1 {
      report(
        .wrongShape,
        "\(spec.noun) has the keys '\(first.key.value)' and '\(mapping.entries[1].key.value)';"
          + " each is an entry of its own",
        at: mapping.entries[1].key.span)
    }
    return first
  }
}

/// The rows of `FieldTable`, looked up once.
enum Specs {
  static let session = row("session")
  static let metadata = row("metadata")
  static let chapter = row("chapter")
  static let defaults = row("defaults")
  static let preset = row("preset")
  static let group = row("group")
  static let track = row("track")
  static let file = row("file")
  static let source = row("source")
  static let clip = row("clip")
  static let fade = row("fade")
  static let crossfade = row("crossfade")
  static let compEntry = row("comp-entry")
  static let trackEdit = row("track-edit")
  static let silence = row("silence")
  static let gainEdit = row("gain-edit")
  static let reverse = row("reverse")
  static let replace = row("replace")
  static let fadeEdit = row("fade-edit")
  static let sessionEdit = row("session-edit")
  static let cut = row("cut")
  static let insertGap = row("insert-gap")
  static let `repeat` = row("repeat")
  static let move = row("move")
  static let strip = row("strip")
  static let bus = row("bus")
  static let mix = row("mix")
  static let level = row("level")
  static let send = row("send")
  static let expect = row("expect")
  static let master = row("master")
  static let delivery = row("delivery")
  static let loudness = row("loudness")
  static let version = row("version")
  static let album = row("album")
  static let song = row("song")
  static let albumMaster = row("album-master")
  static let albumDelivery = row("album-delivery")

  private static func row(_ name: String) -> MappingSpec {
    FieldTable[name] ?? MappingSpec(name, name, "", [])
  }
}
