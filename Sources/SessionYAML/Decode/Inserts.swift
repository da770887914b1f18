import Diagnostics
import SessionModel

extension Decoder {
  /// A list of processors, their names unique.
  mutating func inserts(_ node: YAMLNode, _ field: String = "inserts") -> [Insert] {
    guard let items = items(node, field, of: "processors") else { return [] }
    let inserts = items.compactMap { insert($0, isBand: false) }
    uniqueNames(inserts.map { ($0.name, $0.processor.value, $0.processor.span) }, "insert")
    return inserts
  }

  /// Reports names that stand twice in one list, written or counted.
  mutating func uniqueNames(
    _ items: [(name: Located<String>?, kind: String, span: Span)], _ what: String
  ) {
    guard items.contains(where: { $0.name != nil }) else { return }
    var first: [String: Span] = [:]
    let names = Naming.names(items.map { ($0.name?.value, $0.kind) })
    for (item, name) in zip(items, names) {
      let span = item.name?.span ?? item.span
      if let written = item.name { check(name: written, .item, "an \(what)") }
      if let earlier = first[name] {
        report(
          .duplicateName, "two entries of one list are named '\(name)'", at: span,
          notes: [Note("the first '\(name)' is here", at: earlier)])
      } else {
        first[name] = span
      }
    }
  }

  /// `compressor: {…}`, `dc-removal`, `{bell: 3 kHz, gain: -2 dB}`.
  mutating func insert(_ node: YAMLNode, isBand: Bool) -> Insert? {
    switch node.content {
    case .scalar:
      guard let name = scalar(node, "an insert", wanted: "a processor") else { return nil }
      let key = Located(name.text, node.span)
      guard let spec = processor(key, isBand: isBand) else { return nil }
      return insert(
        spec, key, YAMLNode(content: .mapping([]), span: node.span, isFlow: true), node.span)
    case .sequence:
      wrongShape(node, "an insert", wanted: "a processor such as compressor: {…}")
      return nil
    case .mapping(let entries):
      let first = isBand ? Decoder.headOfBand(entries) : Decoder.head(of: entries)
      guard let head = first ?? entries.first else {
        report(.wrongShape, "an insert is empty; it must be a processor", at: node.span)
        return nil
      }
      guard let spec = processor(head.key, isBand: isBand) else { return nil }
      let rest = entries.filter { $0.key.span != head.key.span }
      guard let body = body(head, spec, rest, node.span) else { return nil }
      return insert(spec, head.key, body, node.span)
    }
  }

  /// The entry that names the processor: in `{gain: -2 dB, bell: 3 kHz}` the one of which the
  /// other is a parameter.
  static func head(of entries: [YAMLNode.Entry]) -> YAMLNode.Entry? {
    let named = entries.filter { ProcessorTable[$0.key.value] != nil }
    guard named.count > 1 else { return named.first }
    return named.first { head in
      named.allSatisfy {
        $0.key.span == head.key.span || ProcessorTable[head.key.value]?[$0.key.value] != nil
      }
    } ?? named.first
  }

  /// The same for a band of an eq; where none names one, the entry that is no parameter of any.
  private static func headOfBand(_ entries: [YAMLNode.Entry]) -> YAMLNode.Entry? {
    let bands = ProcessorTable.all.filter(\.isBand)
    return head(of: entries.filter { entry in bands.contains { $0.name == entry.key.value } })
      ?? entries.first { entry in !bands.contains { $0[entry.key.value] != nil } }
  }

  private mutating func processor(_ name: Located<String>, isBand: Bool) -> ProcessorSpec? {
    if let spec = ProcessorTable[name.value] {
      if !isBand || spec.isBand { return spec }
      report(
        .unknownProcessor, "\(name.value) is not a band of an eq; it is an insert of its own",
        at: name.span)
      return nil
    }
    let names = ProcessorTable.all.filter { !isBand || $0.isBand }.map(\.name)
    let near = Suggestions.nearest(name.value, in: names)
    let kind = isBand ? "band" : "processor"
    report(
      .unknownProcessor, "no \(kind) is named '\(name.value)'", at: name.span,
      notes: near.isEmpty ? [Note("\(kind)s are \(names.joined(separator: ", "))")] : [],
      fixes: near.map { FixIt(name.span, $0) })
    return nil
  }

  /// The mapping of parameters, from whichever form they are written in.
  private mutating func body(
    _ head: YAMLNode.Entry, _ spec: ProcessorSpec, _ rest: [YAMLNode.Entry], _ span: Span
  ) -> YAMLNode? {
    let name = head.key.value
    if case .mapping(let own) = head.value.content {
      if let principal = spec.principal, own.contains(where: { $0.key.value == "automation" }) {
        return principalBody(head, principal, rest, span)
      }
      if let stray = rest.first {
        report(
          .wrongShape,
          "'\(stray.key.value)' stands beside '\(name)'; keys of \(name) go inside its mapping,"
            + " another processor is an entry of its own",
          at: stray.key.span)
      }
      return head.value
    }
    if head.value.isMissing {
      if let first = rest.first {
        report(
          .wrongShape,
          "'\(first.key.value)' stands beside '\(name)'; parameters of \(name) must be indented"
            + " below it",
          at: first.key.span)
      } else {
        report(
          .missingValue, "\(name) has no value; at its defaults it is the bare word '\(name)'",
          at: head.key.span)
      }
      return nil
    }
    guard let principal = spec.principal else {
      wrongShape(head.value, name, wanted: "a mapping such as {\(exampleOf(spec))}")
      return nil
    }
    return principalBody(head, principal, rest, span)
  }

  private func principalBody(
    _ head: YAMLNode.Entry, _ principal: String, _ rest: [YAMLNode.Entry], _ span: Span
  ) -> YAMLNode {
    let first = YAMLNode.Entry(key: Located(principal, head.key.span), value: head.value)
    return YAMLNode(content: .mapping([first] + rest), span: span, isFlow: true)
  }

  private func exampleOf(_ spec: ProcessorSpec) -> String {
    let shown = spec.parameters.filter(\.isRequired)
    return (shown.isEmpty ? Array(spec.parameters.prefix(1)) : shown)
      .map { "\($0.name): \($0.example)" }.joined(separator: ", ")
  }

  /// A processor from the mapping of its parameters, presets merged in.
  ///
  /// - Parameter isPreset: required parameters may be absent.
  mutating func insert(
    _ spec: ProcessorSpec, _ name: Located<String>, _ node: YAMLNode, _ span: Span,
    isPreset: Bool = false
  ) -> Insert {
    var insert = Insert(processor: name, span: span)
    let (merged, isComplete) = applyingPresets(node, kind: spec.name)
    guard case .mapping(let entries) = merged.content else { return insert }
    if spec.name == "eq", merged["bands"] == nil,
      let band = entries.first(where: { ProcessorTable[$0.key.value]?.isBand == true })
    {
      report(
        .wrongShape, "eq has the band '\(band.key.value)' without a list; bands stand in a list",
        at: node.span, notes: [Note("as in eq: [{bell: 3 kHz, gain: 2 dB, q: 1.4}]")])
      return insert
    }
    let mapping = checked(
      entries, node.span, spec.names, noun: spec.name, also: ProcessorTable.commonKeys)
    if let name = mapping.node("name") { insert.name = reference(name, "name") }
    if let note = mapping.node("note") { insert.note = freeText(note, "note")?.value }
    if let flag = mapping.node("bypass") {
      insert.isBypassed = self.flag(flag, "bypass")?.value ?? false
    }
    if let like = mapping.node("like") { insert.like = reference(like, "like") }
    for parameter in spec.parameters {
      guard let value = mapping.node(parameter.name) else {
        let isGuessed = mapping.guessed.contains(parameter.name)
        if parameter.isRequired && isComplete && !isPreset && !isGuessed {
          report(
            .missingField, "\(spec.name) has no '\(parameter.name)', which has no default",
            at: name.span,
            notes: [Note("it may be such as {\(parameter.name): \(parameter.example)}")])
        }
        continue
      }
      if parameter.kind == .list(.band) {
        insert.bands = bands(value)
      } else if parameter.kind == .list(.parameters("compressor")) {
        insert.bands = compressors(value)
      } else if case .list(.number(let number)) = parameter.kind {
        for (index, frequency) in frequencies(value, number, parameter.name).enumerated() {
          insert.settings["crossover-\(index + 1)"] = .constant(frequency)
        }
      } else if let setting = setting(value, parameter) {
        insert.settings[parameter.name] = setting
      }
    }
    if spec.name == "multiband", let bands = mapping.node("bands"),
      let crossovers = mapping.node("crossovers")?.items, bands.items != nil,
      insert.bands.count != min(crossovers.count, 3) + 1
    {
      report(
        .wrongValue,
        "multiband has \(insert.bands.count) bands and \(crossovers.count) crossovers; it must"
          + " have one band more than crossovers",
        at: bands.span)
    }
    return insert
  }

  /// One to three ascending frequencies.
  private mutating func frequencies(
    _ node: YAMLNode, _ spec: NumberSpec, _ field: String
  ) -> [Located<Value>] {
    guard let items = items(node, field, of: "frequencies") else { return [] }
    if !(1...3).contains(items.count) {
      report(
        .wrongValue, "\(field) has \(items.count) entries; it must have one to three",
        at: node.span)
    }
    var found: [Located<Value>] = []
    var last = 0.0
    for item in items.prefix(3) {
      guard let value = double(item, spec, field) else { continue }
      if value.value <= last {
        report(
          .outOfRange,
          "\(field) must ascend; \(Plain.number(value.value)) Hz follows "
            + "\(Plain.number(last)) Hz", at: item.span)
      }
      last = value.value
      found.append(value.map { .number($0) })
    }
    return found
  }

  /// The bands of a `multiband`: mappings of a compressor's parameters.
  private mutating func compressors(_ node: YAMLNode) -> [Insert] {
    guard let items = items(node, "bands", of: "mappings such as {threshold: -20 dB, ratio: 2}"),
      let spec = ProcessorTable["compressor"]
    else { return [] }
    var bands: [Insert] = []
    for item in items {
      guard item.isMapping else {
        wrongShape(item, "a band", wanted: "a mapping such as {threshold: -20 dB, ratio: 2}")
        continue
      }
      let band = insert(spec, Located("compressor", item.span), item, item.span)
      for (name, setting) in band.settings.sorted(by: { $0.key < $1.key }) {
        if case .automated(let points) = setting {
          report(
            .automationNotPossible, "\(name) of a band cannot be automated",
            at: points.first?.span ?? item.span)
        } else if name == "key", case .constant(let key) = setting {
          report(.unknownKey, "a band of multiband listens to itself alone", at: key.span)
        }
      }
      bands.append(band)
    }
    uniqueNames(bands.map { ($0.name, "band", $0.span) }, "band")
    return bands
  }

  private mutating func bands(_ node: YAMLNode) -> [Insert] {
    guard let items = items(node, "eq", of: "bands, such as [{bell: 3 kHz, gain: -2 dB}]") else {
      return []
    }
    let bands = items.compactMap { insert($0, isBand: true) }
    uniqueNames(bands.map { ($0.name, $0.processor.value, $0.processor.span) }, "band")
    return bands
  }
}
