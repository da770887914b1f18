import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// - Parameters:
  ///   - versions: names that a delivery may give; nil: they are not known here.
  ///   - spec: the keys of the master; `delivery`: those of a delivery.
  mutating func master(
    _ node: YAMLNode, versions: [String]?, _ spec: MappingSpec = Specs.master,
    delivery: MappingSpec = Specs.delivery
  ) -> Master {
    var master = Master()
    master.span = node.span
    guard let mapping = mapping(node, spec, "master") else { return master }
    if let node = mapping.node("inserts") { master.inserts = inserts(node) }
    if let node = mapping.node("true-peak") {
      master.truePeak = double(node, FieldTable.truePeak, "true-peak")
    }
    if let node = mapping.node("fade-out") {
      if case .mapping = node.content {
        if let inner = self.mapping(node, Specs.fadeEdit, "fade-out"),
          let written = required(inner, "range", "fade-out"),
          let range = self.range(written, "range")
        {
          let curve = inner.node("shape").flatMap { shape($0, allowsAuto: false) }
          let isBypassed = inner.node("bypass").flatMap { flag($0, "bypass")?.value } ?? false
          if !isBypassed { master.fadeOut = (range, curve?.value ?? .linear) }
        }
      } else if let range = range(node, "fade-out") {
        master.fadeOut = (range, .linear)
      }
    }
    master.expect = expectations(mapping)
    if let node = mapping.node("level") {
      master.level = word(node, ["together", "each"], "level")
    }
    if let node = mapping.node("deliver") {
      master.deliveries = deliveries(node, versions: versions, delivery)
    }
    return master
  }

  /// Keys that say how loud a delivery is; one of them is enough.
  private static let levelKeys = ["loudness", "gain"]

  private mutating func deliveries(
    _ node: YAMLNode, versions: [String]?, _ spec: MappingSpec
  ) -> [Delivery] {
    guard let entries = entries(node, "deliver") else { return [] }
    var nodes: [String: YAMLNode.Entry] = [:]
    for entry in entries where nodes[entry.key.value] == nil { nodes[entry.key.value] = entry }
    let deliveries = entries.map { entry in
      check(name: entry.key, .item, "a delivery")
      if case .mapping(let written) = entry.value.content {
        exclusive(
          Mapping(entries: written, span: entry.value.span), Self.levelKeys,
          "delivery '\(entry.key.value)'")
      }
      return delivery(entry.key, inheriting(entry, nodes), written: entry.value, spec)
    }
    for delivery in deliveries {
      if case .asDelivery(let name)? = delivery.gain?.value, let span = delivery.gain?.span {
        if nodes[name] == nil { unknownDelivery(name, nodes, at: span) }
        if name == delivery.name.value {
          report(.likeCycle, "delivery '\(name)' takes its gain from itself", at: span)
        }
      }
      if let versions, let version = delivery.version, !versions.contains(version.value) {
        report(
          .unknownVersion, "no version is named '\(version.value)'", at: version.span,
          fixes: Suggestions.nearest(version.value, in: versions)
            .map { FixIt(version.span, $0) })
      }
    }
    reportCircles(deliveries)
    return deliveries
  }

  /// Says which deliveries take their gain from each other, each circle once, where it is first
  /// written.
  private mutating func reportCircles(_ deliveries: [Delivery]) {
    var sources: [String: (name: String, span: Span)] = [:]
    for delivery in deliveries where !delivery.isBypassed && sources[delivery.name.value] == nil {
      if case .asDelivery(let name)? = delivery.gain?.value, let span = delivery.gain?.span {
        sources[delivery.name.value] = (name, span)
      }
    }
    var told: Set<String> = []
    for delivery in deliveries where !told.contains(delivery.name.value) {
      var circle = [delivery.name.value]
      while let next = sources[circle[circle.count - 1]]?.name, !circle.contains(next) {
        circle.append(next)
      }
      guard circle.count > 1, sources[circle[circle.count - 1]]?.name == circle[0],
        let first = sources[circle[0]]
      else { continue }
      told.formUnion(circle)
      var message = Diagnostic.deliveryCircle(
        circle.map { "'\($0)'" }.joined(separator: ", "), at: first.span)
      message.notes = circle.dropFirst().compactMap { name in
        sources[name].map { Note("'\(name)' takes that of '\($0.name)' here", at: $0.span) }
      }
      diagnostics.add(message)
    }
  }

  private mutating func unknownDelivery(
    _ name: String, _ nodes: [String: YAMLNode.Entry], at span: Span
  ) {
    report(
      .unknownDelivery, "no delivery is named '\(name)'", at: span,
      fixes: Suggestions.nearest(name, in: nodes.keys.sorted()).map { FixIt(span, $0) })
  }

  /// The delivery's mapping with the keys of those it is like.
  private mutating func inheriting(
    _ entry: YAMLNode.Entry, _ nodes: [String: YAMLNode.Entry]
  ) -> YAMLNode {
    var merged = entry.value
    var visited: Set<String> = [entry.key.value]
    var next = entry.value["like"]
    while let node = next, let name = scalar(node, "like", wanted: "the name of a delivery") {
      guard let other = nodes[name.text] else {
        unknownDelivery(name.text, nodes, at: node.span)
        break
      }
      guard visited.insert(name.text).inserted else {
        report(
          .likeCycle, "delivery '\(name.text)' is like itself", at: node.span,
          notes: [Note("'\(name.text)' is declared here", at: other.key.span)])
        break
      }
      // How loud it is says one of these; here it is said, or taken over as it is said there.
      let saysLevel = Self.levelKeys.contains { merged[$0] != nil }
      merged = merged.merged(
        over: other.value, except: ["bypass", "like", "note"] + (saysLevel ? Self.levelKeys : []))
      next = other.value["like"]
    }
    return merged
  }

  private mutating func delivery(
    _ name: Located<String>, _ node: YAMLNode, written: YAMLNode, _ spec: MappingSpec
  ) -> Delivery {
    var delivery = Delivery(name: name, span: written.span)
    guard let mapping = mapping(node, spec, "delivery '\(name.value)'") else {
      return delivery
    }
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "like": delivery.like = reference(node, "like")
      case "from":
        delivery.from =
          spec.name == Specs.delivery.name ? from(node) : word(node, ["master", "mix"], "from")
      case "version": delivery.version = reference(node, "version")
      case "range": delivery.range = range(node, "range")
      case "each": delivery.each = word(node, ["region", "stem"], "each")
      case "inserts": delivery.inserts = inserts(node)
      case "limiter":
        delivery.usesLimiter = word(node, ["none", "true-peak"], "limiter")
          .map { $0.map { $0 != "none" } }
      case "profile": delivery.profile = reference(node, "profile")
      case "loudness": delivery.loudness = loudness(node)
      case "true-peak": delivery.truePeak = double(node, FieldTable.truePeak, "true-peak")
      case "max-limiting":
        delivery.maxLimiting = double(node, NumberSpec(.decibels, 0...40), "max-limiting")
      case "rate": delivery.rate = rate(node)
      case "bits": delivery.bits = bits(node)
      case "bit-rate":
        delivery.bitRate = integer(node, NumberSpec(.bitRate, 8000...512_000), "bit-rate")
      case "loop": delivery.loop = range(node, "loop")
      case "dither", "channels", "format", "bit-rate-mode":
        guard let spec = Specs.delivery[entry.key.value], case .word(let words) = spec.kind else {
          continue
        }
        let word = word(node, words, spec.name)
        switch spec.name {
        case "dither": delivery.dither = word
        case "channels": delivery.channels = word
        case "bit-rate-mode": delivery.bitRateMode = word
        default: delivery.format = word
        }
      case "head": delivery.head = length(node, "head")
      case "tail": delivery.tail = length(node, "tail")
      case "fade-out": delivery.fadeOut = fade(node, "fade-out")
      case "gain": delivery.gain = deliveryGain(node, "gain")
      case "metadata": delivery.metadata = metadata(node)
      case "file": delivery.file = outputPath(node)
      case "files": delivery.files = word(node, ["each", "one"], "files")
      case "sides": delivery.sides = sides(node)
      case "record":
        guard case .word(let words)? = Specs.albumDelivery["record"]?.kind else { continue }
        delivery.record = word(node, words, "record")
      case "cue": delivery.cue = flag(node, "cue")
      case "pq-sheet": delivery.pqSheet = flag(node, "pq-sheet")
      case "report": delivery.writesReport = flag(node, "report")?.value ?? false
      case "bypass": delivery.isBypassed = flag(node, "bypass")?.value ?? false
      case "note": delivery.note = freeText(node, "note")?.value
      default: break
      }
    }
    delivery.expect = expectations(mapping)
    return delivery
  }

  /// `master`, `mix`, `stems`, `track/NAME`, `bus/NAME`
  private mutating func from(_ node: YAMLNode) -> Located<String>? {
    let wanted = "master, mix, stems, track/NAME or bus/NAME"
    guard let text = scalar(node, "from", wanted: wanted) else { return nil }
    if ["master", "mix", "stems"].contains(text.text) || text.text.hasPrefix("track/")
      || text.text.hasPrefix("bus/")
    {
      return Located(text.text, node.span)
    }
    report(
      .unknownWord, "from is '\(text.text)'; it must be \(wanted)", at: node.span,
      fixes: Suggestions.nearest(text.text, in: ["master", "mix", "stems"])
        .map { FixIt(node.span, $0) })
    return nil
  }

  private mutating func loudness(_ node: YAMLNode) -> Located<LoudnessTarget>? {
    guard case .mapping = node.content else {
      return loudness(node, metric: "integrated", .loudness, "loudness")
    }
    guard let mapping = mapping(node, Specs.loudness, "loudness") else { return nil }
    guard let entry = mapping.entries.first, let quantity = QuantityTable[entry.key.value] else {
      return nil
    }
    if mapping.entries.count > 1 {
      report(
        .conflictingKeys, "loudness has two metrics; a delivery is solved for one",
        at: mapping.entries[1].key.span)
    }
    return loudness(entry.value, metric: quantity.name, quantity.unit, quantity.name)
  }

  mutating func rate(_ node: YAMLNode) -> Located<Int>? {
    integer(node, FieldTable.rate, "rate")
  }
}
