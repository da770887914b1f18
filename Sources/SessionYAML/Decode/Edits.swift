import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// The session's `edits`, which change time.
  mutating func sessionEdits(_ node: YAMLNode) -> [SessionEdit] {
    guard let items = items(node, "edits", of: "edits such as cut: A..B") else { return [] }
    let edits = items.compactMap { sessionEdit($0) }
    uniqueNames(edits.map { ($0.name, $0.kind.word, $0.span) }, "edit")
    return edits
  }

  private mutating func sessionEdit(_ node: YAMLNode) -> SessionEdit? {
    guard let entry = single(node, Specs.sessionEdit, "an edit") else { return nil }
    let value = entry.value
    switch entry.key.value {
    case "cut":
      guard let (range, mapping) = bareRange(value, Specs.cut, "cut") else { return nil }
      return finish(SessionEdit(.cut(range), span: node.span), mapping)
    case "insert":
      guard let mapping = mapping(value, Specs.insertGap, "insert") else { return nil }
      let at = required(mapping, "at", "an insert").flatMap { position($0, "at") }
      let length = required(mapping, "length", "an insert").flatMap { self.length($0, "length") }
      guard let at, let length else { return nil }
      return finish(SessionEdit(.insert(at: at, length: length), span: node.span), mapping)
    case "repeat":
      guard let (range, mapping) = bareRange(value, Specs.repeat, "repeat") else { return nil }
      let spec = NumberSpec(.plain, 2...1000, isInteger: true)
      let times = mapping?.node("times").flatMap { integer($0, spec, "times")?.value } ?? 2
      return finish(SessionEdit(.repeat(range, times: times), span: node.span), mapping)
    case "move":
      guard let mapping = mapping(value, Specs.move, "move") else { return nil }
      let range = required(mapping, "range", "a move").flatMap { self.range($0, "range") }
      let to = required(mapping, "to", "a move").flatMap { position($0, "to") }
      guard let range, let to else { return nil }
      return finish(SessionEdit(.move(range, to: to), span: node.span), mapping)
    default: return nil
    }
  }

  private mutating func finish(_ edit: SessionEdit, _ mapping: Mapping?) -> SessionEdit {
    var edit = edit
    guard let mapping else { return edit }
    if let node = mapping.node("crossfade") {
      edit.crossfade = crossfade(node)
    }
    if let node = mapping.node("name") { edit.name = reference(node, "name") }
    if let node = mapping.node("note") { edit.note = freeText(node, "note")?.value }
    if let node = mapping.node("bypass") { edit.isBypassed = flag(node, "bypass")?.value ?? false }
    return edit
  }

  /// A range alone, or a mapping with `range` and more.
  private mutating func bareRange(
    _ node: YAMLNode, _ spec: MappingSpec, _ field: String
  ) -> (Located<RangeExpression>, Mapping?)? {
    guard case .mapping = node.content else { return range(node, field).map { ($0, nil) } }
    guard let mapping = mapping(node, spec, field),
      let written = required(mapping, "range", spec.noun), let range = self.range(written, "range")
    else { return nil }
    return (range, mapping)
  }

  /// A track's `edits`, which move nothing.
  mutating func trackEdits(_ node: YAMLNode) -> [TrackEdit] {
    guard let items = items(node, "edits", of: "edits such as silence: A..B") else { return [] }
    let edits = items.compactMap { trackEdit($0) }
    uniqueNames(edits.map { ($0.name, $0.kind.word, $0.span) }, "edit")
    return edits
  }

  private mutating func trackEdit(_ node: YAMLNode) -> TrackEdit? {
    if case .mapping(let entries) = node.content, let first = entries.first,
      ["cut", "insert", "repeat", "move"].contains(first.key.value)
    {
      report(
        .unknownKey,
        "'\(first.key.value)' changes time for every track; it belongs to the session's 'edits',"
          + " not a track's",
        at: first.key.span)
      return nil
    }
    guard let entry = single(node, Specs.trackEdit, "a track edit") else { return nil }
    let value = entry.value
    switch entry.key.value {
    case "silence":
      guard let (range, mapping) = bareRange(value, Specs.silence, "silence") else { return nil }
      let fill = mapping?.node("fill").flatMap { word($0, ["room-tone"], "fill") }
      return finish(
        TrackEdit(.silence(fillsWithRoomTone: fill != nil), range: range, span: node.span), mapping)
    case "gain":
      guard let mapping = mapping(value, Specs.gainEdit, "gain") else { return nil }
      let range = required(mapping, "range", "a gain edit").flatMap { self.range($0, "range") }
      let by = required(mapping, "by", "a gain edit").flatMap { double($0, FieldTable.level, "by") }
      guard let range, let by else { return nil }
      return finish(TrackEdit(.gain(by), range: range, span: node.span), mapping)
    case "reverse":
      guard let (range, mapping) = bareRange(value, Specs.reverse, "reverse") else { return nil }
      return finish(TrackEdit(.reverse, range: range, span: node.span), mapping)
    case "replace":
      guard let mapping = mapping(value, Specs.replace, "replace") else { return nil }
      let range = required(mapping, "range", "a replacement").flatMap { self.range($0, "range") }
      let source = required(mapping, "source", "a replacement")
        .flatMap { recording($0)?.reference }
      guard let range, let source else { return nil }
      let start = mapping.node("in").flatMap { position($0, "in") }
      return finish(
        TrackEdit(.replace(source, in: start), range: range, span: node.span), mapping)
    case "fade-in", "fade-out":
      let field = entry.key.value
      guard let (range, mapping) = bareRange(value, Specs.fadeEdit, field) else { return nil }
      let curve = mapping?.node("shape").flatMap { shape($0, allowsAuto: false) }?.value ?? .linear
      return finish(
        TrackEdit(
          field == "fade-in" ? .fadeIn(curve) : .fadeOut(curve), range: range, span: node.span),
        mapping)
    default: return nil
    }
  }

  private mutating func finish(_ edit: TrackEdit, _ mapping: Mapping?) -> TrackEdit {
    var edit = edit
    guard let mapping else { return edit }
    if let node = mapping.node("crossfade") {
      edit.crossfade = crossfade(node)
    }
    if let node = mapping.node("name") { edit.name = reference(node, "name") }
    if let node = mapping.node("note") { edit.note = freeText(node, "note")?.value }
    if let node = mapping.node("bypass") { edit.isBypassed = flag(node, "bypass")?.value ?? false }
    return edit
  }
}
