internal import Diagnostics
internal import MixGraph
internal import SessionModel
internal import Signal

/// What of a row is not what it was at the last build, in the words of the session: by address, with
/// values as they are written and the place that sets them.
struct RowDifferences {
  let session: ResolvedSession
  let graph: Graph
  let segment: Segment
  /// What the row was and is, parts of levels left out.
  private let before: [ExplanationWriter.Field]
  private let now: [ExplanationWriter.Field]
  private let old: [String: [String]]
  private let new: [String: [String]]
  /// Paths that differ, in the order of the row, what is gone last.
  private let paths: [String]
  /// dB of each part of a level, by the sum, the strip and the part's address.
  private let oldParts: [String: String]
  /// Of a sum whose returns are apart, strips that played into the other part, and that do now.
  private let others: (before: Set<String>, now: Set<String>)

  /// A difference, and the strip whose share of a sum it is.
  struct Difference {
    var explanation: Explanation
    var strip: String?
  }

  init(
    _ segment: Segment, of graph: Graph, in session: ResolvedSession,
    before: [ExplanationWriter.Field], now: [ExplanationWriter.Field],
    others: (before: Set<String>, now: Set<String>) = ([], [])
  ) {
    self.session = session
    self.others = others
    self.graph = graph
    self.segment = segment
    let parts = before.filter { $0.path.hasPrefix(Self.partPrefix) }
    oldParts = Dictionary(parts.map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })
    self.before = before.filter { !$0.path.hasPrefix(Self.partPrefix) }
    self.now = now
    let (old, new) = (Self.values(self.before), Self.values(now))
    (self.old, self.new) = (old, new)
    var seen = Set<String>()
    paths = (now + self.before).map(\.path).filter { path in
      old[path] != new[path] && seen.insert(path).inserted
    }
  }

  // MARK: Parts of levels

  private static let partPrefix = "= "

  private static func partPath(_ sum: String, _ strip: String, _ address: String) -> String {
    "\(partPrefix)\(sum)/\(strip)/\(address)"
  }

  private static func keyPath(_ stage: String) -> String { "\(partPrefix)\(stage)/key" }

  /// What is remembered besides what the row is: of levels more than their sum, and whose signal a
  /// key is.
  static func parts(_ segment: Segment, in graph: Graph) -> [ExplanationWriter.Field] {
    segment.nodes.flatMap { id -> [ExplanationWriter.Field] in
      if case .stage(let stage) = graph[id].kind, let key = stage.key {
        return [
          ExplanationWriter.Field(
            path: keyPath(graph[id].label), value: Graph.strip(ofLabel: graph[key.node].label))
        ]
      }
      guard case .sum(let terms) = graph[id].kind else { return [] }
      return terms.flatMap { term in
        term.levels.flatMap(\.parts).map { part in
          ExplanationWriter.Field(
            path: partPath(graph[id].label, term.strip, part.address), value: "\(part.constant)")
        }
      }
    }
  }

  // MARK: All of it

  /// Every setting that differs, in the order of the signal; where none does, the first thing that
  /// does.
  var all: [Difference] {
    let labels = segment.nodes.map { graph[$0].label }
    let oldLabels = Self.labels(before)
    var found: [Difference] = []
    for id in segment.nodes {
      let node = graph[id]
      if !oldLabels.contains(node.label) {
        found.append(difference(node.label, nil, "", node.span))
        continue
      }
      switch node.kind {
      case .source(let content): found += source(node, content)
      case .stage(let stage):
        found += settings(node, stage.insert) + key(node, stage)
      case .sum(let terms): found += sum(node, terms)
      }
    }
    for label in oldLabels where !labels.contains(label) {
      // What is only rendered with another run of nodes now is not gone.
      guard !graph.nodes.contains(where: { $0.label == label }) else { continue }
      found.append(difference(label, "", nil, place(ofOwner: label)))
    }
    if !found.isEmpty { return found }
    return first.map { [Difference(explanation: $0)] } ?? []
  }

  /// The first field that differs, as it is kept.
  private var first: Explanation? {
    guard let path = paths.first else { return nil }
    let (was, becomes) = changed(path)
    return explanation(path, was, becomes, place(of: path))
  }

  // By path, not by place: the order of a sum's terms is no property of it.
  private static func values(_ fields: [ExplanationWriter.Field]) -> [String: [String]] {
    var values: [String: [String]] = [:]
    for field in fields where !field.path.hasSuffix("/input") && field.path != "input" {
      values[field.path, default: []].append(field.value)
    }
    return values
  }

  /// Nodes that fields speak of, in their order.
  private static func labels(_ fields: [ExplanationWriter.Field]) -> [String] {
    fields.filter { $0.path.hasSuffix("/float") }.map { String($0.path.dropLast("/float".count)) }
  }

  /// Where one list of values goes on behind the other, with what follows there.
  private func changed(_ path: String) -> (old: String?, new: String?) {
    let at = index(path)
    func value(_ values: [String]?) -> String? {
      values.flatMap { at < $0.count ? $0[at] : nil }
    }
    return (value(old[path]), value(new[path]))
  }

  /// Where two lists of values part.
  private func index(_ path: String) -> Int {
    zip(old[path] ?? [], new[path] ?? []).prefix { $0 == $1 }.count
  }

  private func differing(below head: String) -> [String] {
    paths.filter { $0.hasPrefix(head) }
  }

  private func explanation(
    _ field: String, _ old: String?, _ new: String?, _ span: Span?
  ) -> Explanation {
    Explanation(label: "", field: field, old: old, new: new, span: span)
  }

  private func difference(
    _ field: String, _ old: String?, _ new: String?, _ span: Span?, strip: String? = nil
  ) -> Difference {
    Difference(explanation: explanation(field, old, new, span), strip: strip)
  }

  // MARK: Places

  private func strip(_ name: String) -> ResolvedStrip? {
    session.strips.first { $0.name == name } ?? (name == "mix" ? session.mix : nil)
  }

  private func place(of strip: ResolvedStrip?) -> Span? {
    strip?.places["name"]?.first ?? strip?.span
  }

  /// The strip that a node belonged to.
  private func place(ofOwner label: String) -> Span? {
    place(of: label.split(separator: "/").first.flatMap { strip(String($0)) })
  }

  private func place(of path: String) -> Span? {
    let nodes = segment.nodes.map { graph[$0] }
    return nodes.filter { path.hasPrefix($0.label + "/") }.max { $0.label.count < $1.label.count }
      .flatMap(\.span)
  }

  // MARK: Sources

  private func source(_ node: Node, _ content: SourceContent) -> [Difference] {
    let strip = strip(node.label)
    var found: [Difference] = []
    let gain = "\(node.label)/gain"
    if let before = old[gain]?.first.flatMap(Double.init), before != content.gain {
      let isTurned = (before < 0) != (content.gain < 0)
      if isTurned { found.append(polarity(node.label, strip, before < 0, content.gain < 0)) }
      if before != -content.gain {
        found.append(
          difference(
            "\(node.label)/trim", Unit.decibels.text(gainToDecibels(before)),
            Unit.decibels.text(gainToDecibels(content.gain)),
            strip?.places["trim"]?.first ?? place(of: strip)))
      }
    }
    let head = "\(node.label)/clip/"
    if let path = differing(below: head).first {
      let leaf = String(path.dropFirst(head.count))
      let (was, becomes) = changed(path)
      let reading = reading(content.readings, leaf, index(path))
      found.append(difference(path, was, becomes, reading?.span ?? place(of: strip)))
    }
    return found
  }

  private func polarity(
    _ name: String, _ strip: ResolvedStrip?, _ old: Bool, _ new: Bool
  ) -> Difference {
    difference(
      "\(name)/polarity", old ? "inverted" : "normal", new ? "inverted" : "normal",
      strip?.places["polarity"]?.first ?? place(of: strip))
  }

  /// The reading that the field of this name and count belongs to.
  private func reading(
    _ readings: [ResolvedReading], _ leaf: String, _ index: Int
  ) -> ResolvedReading? {
    var left = index
    for reading in readings {
      let count =
        switch leaf {
        case "content", "start", "end", "offset", "reversed": 1
        case "channel": reading.channels.count
        default:
          reading.gains.count { gain in
            switch gain {
            case .constant: leaf == "clip-gain"
            case .region: leaf != "clip-gain"
            default: leaf != "clip-gain" && leaf != "region-gain"
            }
          }
        }
      if left < count { return reading }
      left -= count
    }
    return nil
  }

  // MARK: Processors

  /// Whose signal a processor listens to.
  private func key(_ node: Node, _ stage: Stage) -> [Difference] {
    guard let was = oldParts[Self.keyPath(node.label)], let key = stage.key else { return [] }
    let becomes = Graph.strip(ofLabel: graph[key.node].label)
    guard was != becomes else { return [] }
    let name = ProcessorTable[stage.insert.processor]?["by"] == nil ? "key" : "by"
    return [
      difference(
        "\(node.label)/\(name)", was, becomes, stage.insert.places[name]?.first ?? node.span)
    ]
  }

  private func settings(_ node: Node, _ insert: ResolvedInsert) -> [Difference] {
    let head = node.label + "/"
    if let was = old[head + "processor"]?.first, was != insert.processor {
      return [difference(node.label, was, insert.processor, node.span)]
    }
    var found: [Difference] = []
    for name in insert.settings.keys.sorted() {
      if name == "polarity", insert.name == "trim", insert.processor == "gain" {
        if let was = old[head + "polarity/flag"]?.first, was != new[head + "polarity/flag"]?.first,
          let strip = node.label.split(separator: "/").first.map(String.init)
        {
          found.append(polarity(strip, self.strip(strip), was == "1", was != "1"))
        }
        continue
      }
      let paths = differing(below: head + name + "/").filter {
        !$0.dropFirst(head.count + name.count + 1).contains("/")
      }
      guard let path = told(paths) else { continue }
      let leaf = Self.leaf(path)
      let kind = Self.kind(of: name, insert.processor)
      let places = insert.places[name] ?? []
      if let (was, becomes) = movement(head + name + "/", kind) {
        found.append(difference(head + name, was, becomes, places.first ?? node.span))
        continue
      }
      let (was, becomes) = changed(path)
      var span = places.first
      if case .curve(let curve)? = insert.settings[name], places.count == curve.points.count,
        let point = point(curve, leaf, index(path))
      {
        span = places[point]
      }
      var field = head + name
      if insert.name == "trim", insert.processor == "gain", name == "gain" {
        // The trim of a bus.
        field = node.label
        span = node.label.split(separator: "/").first
          .flatMap { strip(String($0))?.places["trim"]?.first }
      }
      found.append(
        difference(
          field, was.map { text($0, leaf, kind) }, becomes.map { text($0, leaf, kind) },
          span ?? node.span))
    }
    return found
  }

  /// The words for a setting that stood still and moves now, or the other way round; else nil.
  private func movement(_ head: String, _ kind: ValueKind?) -> (old: String, new: String)? {
    func moves(_ values: [String: [String]]) -> Bool? {
      if values[head + "domain"] != nil { return true }
      return ["value", "frames", "word"].contains { values[head + $0] != nil } ? false : nil
    }
    guard let before = moves(old), let after = moves(new), before != after else { return nil }
    func words(_ values: [String: [String]], _ moves: Bool) -> String {
      if moves { return "automation" }
      let leaf = ["value", "frames", "word"].first { values[head + $0] != nil } ?? "value"
      return values[head + leaf]?.first.map { text($0, leaf, kind) } ?? ""
    }
    return (words(old, before), words(new, after))
  }

  /// The one of several fields of a setting that says most.
  private func told(_ paths: [String]) -> String? {
    paths.first { !["domain", "parameter"].contains(Self.leaf($0)) } ?? paths.first
  }

  private static func leaf(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func kind(of name: String, _ processor: String) -> ValueKind? {
    let parts = name.split(separator: "/").map(String.init)
    // Bands of a multiband are compressors.
    if parts.count == 2 { return ProcessorTable["compressor"]?[parts[1]]?.kind }
    return ProcessorTable[processor]?[name]?.kind
  }

  private func text(_ value: String, _ leaf: String, _ kind: ValueKind?) -> String {
    switch leaf {
    case "value", "before":
      return Double(value).map { kind?.text($0) ?? Unit.plain.text($0) } ?? value
    case "frames":
      guard let frames = Double(value) else { return value }
      let microseconds = frames * 1e6 / Double(graph.rate)
      return microseconds == microseconds.rounded()
        ? ValueKind.time(TimeSpec(to: nil)).text(microseconds / 1e6) : "\(value) fr"
    case "frame", "over": return "\(value) fr"
    case "flag": return value == "1" ? "true" : "false"
    default: return value
    }
  }

  /// Index of the point that the field of this name and count belongs to; nil: none.
  private func point(_ curve: AutomationCurve, _ leaf: String, _ index: Int) -> Int? {
    let points = points(curve, leaf)
    return index < points.count ? points[index] : nil
  }

  /// Points that have a field of this name.
  private func points(_ curve: AutomationCurve, _ leaf: String) -> [Int] {
    curve.points.indices.filter { at in
      switch leaf {
      case "frame", "value": return true
      case "over", "arrival":
        if case .over = curve.points[at].arrival { return leaf == "over" }
        return leaf == "arrival"
      default: return false
      }
    }
  }

  // MARK: Sums

  /// Strips that the fields of a sum speak of.
  static func strips(inSum label: String, _ fields: [ExplanationWriter.Field]) -> Set<String> {
    let head = label + "/"
    return Set(
      fields.map(\.path).filter { $0.hasPrefix(head) && $0.hasSuffix("/delay") }
        .map { String($0.dropFirst(head.count).dropLast("/delay".count)) })
  }

  private func sum(_ node: Node, _ terms: [Term]) -> [Difference] {
    let known = Self.strips(inSum: node.label, before)
    var found: [Difference] = []
    var seen = Set<String>()
    for strip in session.strips.map(\.name) + ["mix"] {
      let own = terms.filter { $0.strip == strip }
      guard !own.isEmpty, seen.insert(strip).inserted else { continue }
      guard known.contains(strip) else {
        // What has only gone from one part of the sum to the other is not new.
        if others.before.contains(strip) { continue }
        found.append(difference(strip, nil, "", place(of: self.strip(strip)), strip: strip))
        continue
      }
      found += levels(node, own, strip)
      found += placement(node, own, strip)
    }
    let gone = known.subtracting(others.now).subtracting(terms.map(\.strip))
    for strip in gone.sorted() {
      found.append(
        difference(strip, "", nil, place(of: self.strip(strip)) ?? node.span, strip: strip))
    }
    return found
  }

  private func levels(_ node: Node, _ terms: [Term], _ name: String) -> [Difference] {
    let strip = strip(name)
    let levels = terms.flatMap(\.levels)
    var found: [Difference] = []
    let parts = levels.flatMap(\.parts)
    var left = oldParts
    let head = Self.partPath(node.label, name, "")
    let isKnown = oldParts.keys.contains { $0.hasPrefix(head) }
    for part in parts where isKnown {
      let was = left.removeValue(forKey: head + part.address).flatMap(Double.init)
      guard was != part.constant else { continue }
      found.append(
        difference(
          part.address, was.map(Unit.decibels.text), Unit.decibels.text(part.constant),
          part.span ?? place(of: strip), strip: name))
    }
    for key in left.keys.sorted() where key.hasPrefix(head) {
      found.append(
        difference(
          String(key.dropFirst(head.count)), left[key].flatMap(Double.init).map(Unit.decibels.text),
          nil, place(of: strip), strip: name))
    }
    let constant = "\(node.label)/\(name)/level/constant"
    if found.isEmpty, old[constant] != new[constant] {
      let (was, becomes) = changed(constant)
      let at = index(constant)
      let part = at < levels.count ? levels[at].parts.first : nil
      func text(_ value: String?) -> String? {
        value.flatMap(Double.init).map(Unit.decibels.text)
      }
      found.append(
        difference(
          part?.address ?? "\(name)/fader", text(was), text(becomes),
          part?.span ?? place(of: strip), strip: name))
    }
    let rides = differing(below: "\(node.label)/\(name)/level/").filter { $0 != constant }
    if let path = told(rides) {
      let leaf = Self.leaf(path)
      let (was, becomes) = changed(path)
      let (part, span) = ride(levels, leaf, index(path))
      let kind = ValueKind.number(NumberSpec(.decibels, 0...0))
      found.append(
        difference(
          "\(part?.address ?? "\(name)/fader")/ride", was.map { text($0, leaf, kind) },
          becomes.map { text($0, leaf, kind) }, span ?? place(of: strip), strip: name))
    }
    return found
  }

  /// Whose ride the field of this name and count belongs to, and where that is written.
  private func ride(
    _ levels: [ResolvedLevel], _ leaf: String, _ index: Int
  ) -> (part: ResolvedLevelPart?, span: Span?) {
    var left = index
    for level in levels {
      for (ride, curve) in level.rides.enumerated() {
        let part = level.parts.first { $0.ride == ride }
        if leaf == "domain" || leaf == "before" {
          if left == 0 { return (part, part?.points.first) }
          left -= 1
          continue
        }
        if let point = point(curve, leaf, left) {
          let isAlike = part?.points.count == curve.points.count
          return (part, isAlike ? part?.points[point] : part?.points.first)
        }
        left -= points(curve, leaf).count
      }
    }
    let part = levels.lazy.flatMap(\.parts).first { $0.ride != nil }
    return (part ?? levels.first?.parts.first, part?.points.last)
  }

  private func placement(_ node: Node, _ terms: [Term], _ name: String) -> [Difference] {
    let strip = strip(name)
    let head = "\(node.label)/\(name)/"
    var found: [Difference] = []
    for (key, neutral) in [("pan", "0.0"), ("width", "100.0")] {
      // A stereo strip at the centre has no placement.
      let paths = differing(below: "\(head)\(key)/")
      guard let path = told(paths) else { continue }
      let leaf = Self.leaf(path)
      let kind = FieldTable["strip"]?[key]?.kind
      if let (was, becomes) = movement("\(head)\(key)/", kind) {
        let place = strip?.places[key]?.first ?? place(of: strip)
        found.append(difference("\(name)/\(key)", was, becomes, place, strip: name))
        continue
      }
      var (was, becomes) = changed(path)
      if leaf == "value" {
        was = was ?? neutral
        becomes = becomes ?? neutral
      }
      guard was != becomes else { continue }
      var span = strip?.places[key]?.first
      let setting = key == "pan" ? terms.first?.placement?.pan : terms.first?.placement?.width
      if case .curve(let curve)? = setting, let places = strip?.places[key],
        places.count == curve.points.count, let point = point(curve, leaf, index(path))
      {
        span = places[point]
      }
      found.append(
        difference(
          "\(name)/\(key)", was.map { text($0, leaf, kind) }, becomes.map { text($0, leaf, kind) },
          span ?? place(of: strip), strip: name))
    }
    let law = head + "pan-law"
    if let was = old[law], let becomes = new[law], was != becomes {
      found.append(
        difference(
          "\(name)/pan-law", was.first, becomes.first,
          strip?.places["pan-law"]?.first ?? place(of: strip), strip: name))
    }
    return found
  }
}
