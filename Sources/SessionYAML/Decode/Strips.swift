import Diagnostics
import SessionModel

extension Decoder {
  /// A strip, presets merged in.
  mutating func strip(_ node: YAMLNode, _ field: String) -> Strip {
    guard case .mapping = node.content else {
      _ = entries(node, field)
      return Strip()
    }
    let (merged, _) = applyingPresets(node, kind: "strip")
    guard let mapping = mapping(merged, Specs.strip, field) else { return Strip() }
    return strip(mapping)
  }

  /// The strip's keys of a mapping that may have others.
  mutating func strip(_ mapping: Mapping) -> Strip {
    var strip = Strip()
    strip.span = mapping.span
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "trim": strip.trim = trim(node, "trim")
      case "polarity":
        strip.isPolarityInverted =
          word(node, ["normal", "inverted"], "polarity")?.value == "inverted"
        strip.polaritySpan = node.span
      case "inserts": strip.inserts = inserts(node)
      case "fader": strip.fader = level(node, "fader")
      case "pan": strip.pan = Specs.strip["pan"].flatMap { setting(node, $0) }
      case "width": strip.width = Specs.strip["width"].flatMap { setting(node, $0) }
      case "pan-law": strip.panLaw = panLaw(node)
      case "output": strip.output = reference(node, "output")
      case "sends": strip.sends = sends(node)
      case "mute": strip.isMuted = flag(node, "mute")
      case "like": strip.like = reference(node, "like")
      default: break
      }
    }
    return strip
  }

  mutating func panLaw(_ node: YAMLNode) -> Located<PanLaw>? {
    guard let word = word(node, PanLaw.allCases.map(\.rawValue), "pan-law"),
      let law = PanLaw(rawValue: word.value)
    else { return nil }
    return Located(law, word.span)
  }

  private mutating func sends(_ node: YAMLNode) -> [Send] {
    guard let entries = entries(node, "sends") else { return [] }
    return entries.map { entry in
      var send = Send(
        target: entry.key, level: Level(), span: entry.key.span.joined(entry.value.span))
      if case .mapping = entry.value.content {
        guard let mapping = mapping(entry.value, Specs.send, "send '\(entry.key.value)'") else {
          return send
        }
        send.level = level(mapping, "level")
        if let node = mapping.node("tap"), let tap = word(node, ["pre", "post"], "tap") {
          send.tap = tap.value == "pre" ? .pre : .post
        }
        if let node = mapping.node("bypass") {
          send.isBypassed = flag(node, "bypass")?.value ?? false
        }
        if let node = mapping.node("note") { send.note = freeText(node, "note")?.value }
      } else {
        send.level = level(entry.value, "send '\(entry.key.value)'")
      }
      return send
    }
  }

  mutating func bus(_ entry: YAMLNode.Entry) -> Bus {
    let span = entry.value.span
    guard case .mapping = entry.value.content else {
      _ = entries(entry.value, "bus '\(entry.key.value)'")
      return Bus(name: entry.key, strip: Strip(), span: span)
    }
    let (merged, _) = applyingPresets(entry.value, kind: "strip")
    guard let mapping = mapping(merged, Specs.bus, "bus '\(entry.key.value)'") else {
      return Bus(name: entry.key, strip: Strip(), span: span)
    }
    var bus = Bus(name: entry.key, strip: strip(mapping), span: span)
    bus.expect = expectations(mapping)
    if let node = mapping.node("note") { bus.note = freeText(node, "note")?.value }
    return bus
  }

  mutating func mix(_ node: YAMLNode) -> MixStrip {
    var mix = MixStrip()
    mix.span = node.span
    guard case .mapping = node.content else {
      _ = entries(node, "mix")
      return mix
    }
    let (merged, _) = applyingPresets(node, kind: "strip")
    guard let mapping = mapping(merged, Specs.mix, "mix") else { return mix }
    mix.strip = strip(mapping)
    if let node = mapping.node("tail") { mix.tail = tail(node, "tail") }
    if let node = mapping.node("source") { mix.source = recording(node)?.reference }
    if let node = mapping.node("bits") { mix.bits = bits(node) }
    if let node = mapping.node("file") { mix.file = outputPath(node) }
    mix.expect = expectations(mapping, isMix: true)
    return mix
  }

  /// The path of a file to be written; warns of one that some systems cannot write.
  mutating func outputPath(_ node: YAMLNode) -> Located<String>? {
    guard let path = path(node, "file") else { return nil }
    var isPattern = false
    var odd: [Character] = []
    for character in path.value {
      if character == "<" || character == ">" {
        isPattern = character == "<"
      } else if !isPattern, ":*?\"|\\".contains(character), !odd.contains(character) {
        odd.append(character)
      }
    }
    if !odd.isEmpty {
      report(
        .unportableName,
        "'\(path.value)' has \(odd.map { "'\($0)'" }.joined(separator: ", ")), which Windows has in "
          + "no file name", at: path.span)
    }
    return path
  }

  mutating func bits(_ node: YAMLNode) -> Located<Int>? {
    integer(
      node, NumberSpec(.plain, 16...32, isInteger: true, choices: [16, 24, 32]), "bits")
  }

  /// - Parameter isMix: what belongs to the mix alone may be expected as well.
  mutating func expectations(_ mapping: Mapping, isMix: Bool = false) -> [Expectation] {
    var found: [Expectation] = []
    for (key, isAdvice) in [("expect", false), ("advise", true)] {
      guard let node = mapping.node(key), let inner = self.mapping(node, Specs.expect, key) else {
        continue
      }
      for entry in inner.entries {
        guard let quantity = QuantityTable[entry.key.value],
          let relation = relation(entry.value, quantity.unit, quantity.name)
        else { continue }
        if quantity.name == "stems-residual" && !isMix {
          report(
            .unknownKey, "'stems-residual' is measured of the mix alone", at: entry.key.span,
            notes: [
              Note("it belongs under 'mix: {\(key): {stems-residual: \(quantity.example)}}'")
            ])
          continue
        }
        var expectation = Expectation(quantity: entry.key, relation: relation)
        expectation.isAdvice = isAdvice
        found.append(expectation)
      }
    }
    return found
  }
}
