import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// The whole session.
  mutating func session(_ root: YAMLNode) -> Session {
    var session = Session(span: root.span)
    session.directories = directories
    guard let all = entries(root, "a session") else {
      session.isUnread = true
      return session
    }
    languageVersion(all, root.span)
    if let node = root["kind"] {
      let kind = word(node, ["song", "album", "collection"], "kind")
      session.kind = kind.flatMap { Session.Kind(rawValue: $0.value) } ?? .song
      if session.kind == .collection {
        report(
          .kindNotRendered,
          "this build renders songs and albums; kind collection is known and not rendered",
          at: node.span)
        session.isUnread = true
        return session
      }
      if session.kind == .album {
        album(all, &session)
        return session
      }
    }
    let mapping = checked(all, root.span, Specs.session.names, noun: Specs.session.noun)
    if let node = mapping.node("rate") {
      session.rate = rate(node)
      session.hasWrongRate = session.rate == nil
      if let rate = session.rate?.value { frameRates = Int64(rate)...Int64(rate) }
    }
    if let node = mapping.node("presets") { collectPresets(node) }
    timeline(mapping, &session)
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "metadata": session.metadata = metadata(node)
      case "defaults": session.defaults = defaults(node)
      case "groups": session.groups = named(node, "groups") { $0.group($1) }
      case "tracks":
        session.tracks = named(node, "tracks") { $0.track($1) }
        if case .mapping = node.content {} else { session.isUnread = true }
      case "buses": session.buses = named(node, "buses") { $0.bus($1) }
      case "mix": session.mix = mix(node)
      case "stems":
        session.stems = named(node, "stems") { decoder, entry in
          decoder.check(name: entry.key, .strip, "a stem")
          return Stem(name: entry.key, members: decoder.references(entry.value, "stem"))
        }
      case "versions": session.versions = named(node, "versions") { $0.version($1) }
      case "edits":
        session.edits = sessionEdits(node)
        session.editsSpan = entry.key.span
      case "lints": session.lints = lints(node)
      default: break
      }
    }
    if let node = mapping.node("master") {
      session.master = master(node, versions: session.versions.map(\.name.value))
    }
    session.presets = decodedPresets(mapping.node("presets"))
    checkNames(session)
    return session
  }

  private mutating func languageVersion(_ entries: [YAMLNode.Entry], _ span: Span) {
    guard let entry = entries.first(where: { $0.key.value == "mixdown" }) else {
      let start = Span(span.source, span.start, span.start)
      report(
        .languageVersion, "the session does not say its language version, 'mixdown: 1'", at: start,
        fixes: [FixIt(start, "mixdown: 1\n")])
      return
    }
    if entry.value.text != "1" {
      report(
        .languageVersion,
        "the language version is \(described(entry.value)); this build knows version 1",
        at: entry.value.span, fixes: [FixIt(entry.value.span, "1")])
    }
  }

  /// What each entry of a mapping with free keys becomes.
  mutating func named<Item>(
    _ node: YAMLNode, _ field: String, _ read: (inout Decoder, YAMLNode.Entry) -> Item
  ) -> [Item] {
    guard let entries = entries(node, field) else { return [] }
    return entries.map { read(&self, $0) }
  }

  mutating func references(_ node: YAMLNode, _ field: String) -> [Located<String>] {
    guard let items = items(node, field, of: "names") else { return [] }
    return items.compactMap { reference($0, field) }
  }

  // MARK: Time

  private mutating func timeline(_ mapping: Mapping, _ session: inout Session) {
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "length": session.length = position(node, "length")
      case "bar-1": session.barOne = position(node, "bar-1")
      case "tempo": session.tempo = tempoPoints(node)
      case "meter": session.meter = meterPoints(node)
      case "markers":
        session.markers = named(node, "markers") { decoder, entry in
          decoder.check(name: entry.key, .place, "a marker")
          return decoder.position(entry.value, entry.key.value)
            .map { NamedPosition(name: entry.key, position: $0) }
        }.compactMap { $0 }
      case "regions":
        session.regions = named(node, "regions") { decoder, entry in
          decoder.check(name: entry.key, .place, "a region")
          return decoder.range(entry.value, entry.key.value)
            .map { NamedRange(name: entry.key, range: $0) }
        }.compactMap { $0 }
      case "chapters": session.chapters = chapters(node)
      default: break
      }
    }
    let read = Set(session.markers.map(\.name.value) + session.regions.map(\.name.value))
    for table in ["markers", "regions"] {
      let names = mapping.node(table)?.entries?.map(\.key.value) ?? []
      session.misreadNames.formUnion(names.filter { !read.contains($0) })
    }
  }

  private mutating func tempoPoints(_ node: YAMLNode) -> [TempoPoint] {
    guard case .sequence = node.content else {
      guard let bpm = tempo(node, "tempo") else { return [] }
      return [TempoPoint(position: Located(.start, node.span), bpm: bpm, span: node.span)]
    }
    let points =
      points(node, "tempo") { decoder, node in
        decoder.tempo(node, "tempo").map { Located(.number($0.double), node.span) }
      } ?? []
    return points.compactMap { point in
      guard case .number(let bpm) = point.value.value else { return nil }
      switch point.arrival?.value {
      case nil, .step?, .line?: break
      case .smooth?, .over?:
        report(
          .unknownWord, "a tempo arrives as a step or by 'line'",
          at: point.arrival?.span ?? point.span)
      }
      return TempoPoint(
        position: point.position, bpm: Rational(Int64((bpm * 1000).rounded()), 1000),
        isRamp: point.arrival?.value == .line, span: point.span)
    }
  }

  private mutating func meterPoints(_ node: YAMLNode) -> [MeterPoint] {
    guard case .sequence(let items) = node.content else {
      guard let (beats, unit) = meter(node, "meter") else { return [] }
      return [MeterPoint(bar: 1, beats: beats, unit: unit, span: node.span)]
    }
    var points: [MeterPoint] = []
    for item in items {
      guard case .sequence(let parts) = item.content, parts.count == 2 else {
        report(
          .wrongShape, "an entry of meter is \(described(item)); it must be [bar, meter]",
          at: item.span)
        continue
      }
      let place = position(parts[0], "meter")
      let meter = meter(parts[1], "meter")
      guard let place, let meter else { continue }
      var bar = 0
      if case .bar(let number, let beat) = place.value, beat == Rational(1) { bar = number }
      if case .start = place.value { bar = 1 }
      guard bar > 0 else {
        report(.badPosition, "a meter begins at a bar, such as bar 17", at: place.span)
        continue
      }
      points.append(MeterPoint(bar: bar, beats: meter.beats, unit: meter.unit, span: item.span))
    }
    return points
  }

  private mutating func chapters(_ node: YAMLNode) -> [Chapter] {
    guard let items = items(node, "chapters", of: "chapters") else { return [] }
    return items.compactMap { item in
      guard let mapping = mapping(item, Specs.chapter, "a chapter") else { return nil }
      let at = required(mapping, "at", "a chapter").flatMap { position($0, "at") }
      let title = required(mapping, "title", "a chapter").flatMap { freeText($0, "title") }
      guard let at, let title else { return nil }
      return Chapter(
        position: at, title: title, link: mapping.node("link").flatMap { freeText($0, "link") })
    }
  }

  // MARK: The rest

  mutating func metadata(_ node: YAMLNode) -> Metadata {
    var metadata = Metadata()
    guard let mapping = mapping(node, Specs.metadata, "metadata") else { return metadata }
    for entry in mapping.entries {
      let value =
        entry.key.value == "cover"
        ? path(entry.value, "cover") : freeText(entry.value, entry.key.value)
      if let value { metadata.entries.append((entry.key, value)) }
    }
    return metadata
  }

  private mutating func defaults(_ node: YAMLNode) -> Defaults {
    var defaults = Defaults()
    guard let mapping = mapping(node, Specs.defaults, "defaults") else { return defaults }
    if let node = mapping.node("crossfade"),
      let fade = crossfade(node)
    {
      defaults.crossfade = fade.length
      defaults.crossfadeCurve = fade.curve
    }
    if let node = mapping.node("pan-law") { defaults.panLaw = panLaw(node) }
    return defaults
  }

  private mutating func group(_ entry: YAMLNode.Entry) -> Group {
    guard case .mapping = entry.value.content else {
      return Group(
        name: entry.key, members: references(entry.value, "group '\(entry.key.value)'"))
    }
    var group = Group(name: entry.key, members: [])
    guard let mapping = mapping(entry.value, Specs.group, "group '\(entry.key.value)'") else {
      return group
    }
    if let node = required(mapping, "tracks", "a group") {
      group.members = references(node, "tracks")
    }
    if let node = mapping.node("fader") { group.fader = level(node, "fader") }
    return group
  }

  private mutating func version(_ entry: YAMLNode.Entry) -> Version {
    var version = Version(name: entry.key, span: entry.value.span)
    check(name: entry.key, .item, "a version")
    guard let mapping = mapping(entry.value, Specs.version, "version '\(entry.key.value)'") else {
      return version
    }
    if let node = mapping.node("mute") { version.mute = references(node, "mute") }
    if let node = mapping.node("only") { version.only = references(node, "only") }
    if let node = mapping.node("set"), let entries = entries(node, "set") {
      version.set = entries.compactMap { entry in
        reference(entry.value, entry.key.value).map { (entry.key, $0) }
      }
    }
    if let node = mapping.node("edits") { version.edits = sessionEdits(node) }
    if let node = mapping.node("metadata") { version.metadata = metadata(node) }
    return version
  }

  mutating func lints(_ node: YAMLNode) -> [String: Located<String>] {
    guard let entries = entries(node, "lints") else { return [:] }
    var lints: [String: Located<String>] = [:]
    for entry in entries {
      let id = entry.key.value
      if let rule = Catalogue.rule(id) {
        if rule.severity == .error {
          report(.unknownLint, "'\(id)' is an error and stays one", at: entry.key.span)
        }
      } else {
        let warnings = Catalogue.all.filter { $0.severity == .warning }.map(\.id)
        report(
          .unknownLint, "no warning has the id '\(id)'", at: entry.key.span,
          fixes: Suggestions.nearest(id, in: warnings).map { FixIt(entry.key.span, $0) })
      }
      if let word = word(entry.value, ["silent", "warning", "error"], id) { lints[id] = word }
    }
    return lints
  }

  mutating func decodedPresets(_ node: YAMLNode?) -> [Preset] {
    guard let node, case .mapping(let entries) = node.content else { return [] }
    return entries.compactMap { entry in
      guard let (kind, body) = presets[entry.key.value] else { return nil }
      var preset = Preset(name: entry.key, kind: kind)
      if kind.value == "strip" {
        preset.strip = strip(body, "strip")
      } else if let spec = ProcessorTable[kind.value] {
        if case .mapping = body.content {
          preset.insert = insert(spec, kind, body, body.span, isPreset: true)
        } else if case .sequence = body.content, spec.name == "eq" {
          report(
            .wrongShape, "a preset of eq is a mapping: {bands: […]}", at: body.span)
        } else {
          wrongShape(body, kind.value, wanted: "a mapping")
        }
      }
      return preset
    }
  }
}
