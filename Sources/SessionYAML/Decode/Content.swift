import Diagnostics
import SessionModel
import Signal

extension Decoder {
  mutating func track(_ entry: YAMLNode.Entry) -> Track {
    var track = Track(name: entry.key, span: entry.value.span)
    let noun = "track '\(entry.key.value)'"
    guard let mapping = mapping(entry.value, Specs.track, noun) else { return track }
    exclusive(mapping, ["source", "clips", "takes"], noun)
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "source":
        if let clip = clip(source: node) { track.clips = [clip] }
      case "clips": track.clips = clips(node)
      case "takes": track.takes = takes(node)
      case "comp": track.comp = comp(node)
      case "edits": track.edits = trackEdits(node)
      case "room-tone": track.roomTone = range(node, "room-tone")
      case "ripple":
        track.ripple =
          word(node, ["cut", "move", "stay"], "ripple")
          .flatMap { Track.Ripple(rawValue: $0.value) } ?? .cut
      case "shift": track.shift = shift(node)
      case "strip": track.strip = strip(node, "strip")
      case "note": track.note = freeText(node, "note")?.value
      default: break
      }
    }
    track.expect = expectations(mapping)
    if let comp = mapping.entry("comp"), mapping.node("takes") == nil {
      report(
        .missingField, "\(noun) has a comp and no takes to choose from", at: comp.key.span)
    }
    return track
  }

  private mutating func shift(_ node: YAMLNode) -> Located<Track.Shift>? {
    let spec = TimeSpec(to: Rational(60), negative: true)
    guard let text = scalar(node, "shift", wanted: "a length such as -2.1 ms"),
      let (amount, isNegative) = signedLength(text, 0, text.bytes.count, spec, "shift")
    else { return nil }
    return Located(Track.Shift(amount: amount, isNegative: isNegative), node.span)
  }

  // MARK: Sources

  /// A path, or a mapping of file and channels; of a track also its range and place.
  mutating func recording(
    _ node: YAMLNode, isPlaced: Bool = false
  ) -> (reference: SourceReference, mapping: Mapping?)? {
    guard case .mapping = node.content else {
      return path(node, "source").map { (reference($0), nil) }
    }
    guard let mapping = mapping(node, isPlaced ? Specs.source : Specs.file, "source"),
      let file = required(mapping, "file", "a source"), let path = path(file, "file")
    else { return nil }
    exclusive(mapping, ["channel", "channels"], "a source")
    var result = reference(path)
    let spec = NumberSpec(.plain, 1...64, isInteger: true)
    if let node = mapping.node("channel") {
      result.channels = integer(node, spec, "channel").map { Located([$0.value], $0.span) }
    } else if let node = mapping.node("channels"),
      let items = items(node, "channels", of: "one or two channels")
    {
      let channels = items.compactMap { integer($0, spec, "channels")?.value }
      if channels.count == items.count && (1...2).contains(channels.count) {
        result.channels = Located(channels, node.span)
      } else if channels.count == items.count {
        report(
          .wrongValue, "channels has \(channels.count) entries; it must have one or two",
          at: node.span)
      }
    }
    return (result, mapping)
  }

  private func reference(_ path: Located<String>) -> SourceReference {
    let index = path.span.source.index
    return SourceReference(
      path: path, directory: directories.indices.contains(index) ? directories[index] : "")
  }

  /// The one clip of `source:` on a track.
  private mutating func clip(source node: YAMLNode) -> Clip? {
    guard let (reference, mapping) = recording(node, isPlaced: true) else { return nil }
    var clip = Clip(source: reference, span: node.span)
    if let mapping { place(&clip, mapping) }
    return clip
  }

  private mutating func place(_ clip: inout Clip, _ mapping: Mapping) {
    if let node = mapping.node("in") { clip.in = position(node, "in") }
    if let node = mapping.node("out") { clip.out = position(node, "out") }
    if let node = mapping.node("at") { clip.at = position(node, "at") }
  }

  // MARK: Clips and takes

  private mutating func clips(_ node: YAMLNode) -> [Clip] {
    guard let items = items(node, "clips", of: "clips") else { return [] }
    let clips = items.compactMap { clip($0) }
    if clips.contains(where: { $0.name != nil }) {
      uniqueNames(clips.map { ($0.name, "clip", $0.span) }, "entry of clips")
    }
    return clips
  }

  private mutating func clip(_ node: YAMLNode) -> Clip? {
    guard let mapping = mapping(node, Specs.clip, "a clip"),
      let source = required(mapping, "source", "a clip"),
      let (reference, _) = recording(source)
    else { return nil }
    var clip = Clip(source: reference, span: node.span)
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "in": clip.in = position(node, "in")
      case "out": clip.out = position(node, "out")
      case "at": clip.at = position(node, "at")
      case "gain": clip.gain = double(node, FieldTable.level, "gain")
      case "fade-in": clip.fadeIn = fade(node, "fade-in")
      case "fade-out": clip.fadeOut = fade(node, "fade-out")
      case "crossfade": clip.crossfade = crossfade(node)
      case "reverse": clip.isReversed = flag(node, "reverse")?.value ?? false
      case "name": clip.name = self.reference(node, "name")
      case "note": clip.note = freeText(node, "note")?.value
      case "bypass": clip.isBypassed = flag(node, "bypass")?.value ?? false
      default: break
      }
    }
    return clip
  }

  /// A crossfade: a length, or `{length, shape}`.
  mutating func crossfade(_ node: YAMLNode) -> Fade? {
    let spec = TimeSpec(to: Rational(10), musical: true)
    return fade(node, "crossfade", Specs.crossfade, spec, allowsAuto: true)
  }

  /// A fade: a length, or `{length, shape}`.
  mutating func fade(_ node: YAMLNode, _ field: String) -> Fade? {
    fade(node, field, Specs.fade, TimeSpec(to: nil, musical: true), allowsAuto: false)
  }

  private mutating func fade(
    _ node: YAMLNode, _ field: String, _ keys: MappingSpec, _ spec: TimeSpec, allowsAuto: Bool
  ) -> Fade? {
    guard case .mapping = node.content else {
      return length(node, field, spec: spec).map { Fade(length: $0) }
    }
    guard let mapping = mapping(node, keys, field),
      let written = required(mapping, "length", field),
      let length = self.length(written, "length", spec: spec)
    else { return nil }
    return Fade(
      length: length, curve: mapping.node("shape").flatMap { shape($0, allowsAuto: allowsAuto) })
  }

  mutating func shape(_ node: YAMLNode, allowsAuto: Bool) -> Located<FadeCurve>? {
    let words = FadeCurve.allCases.filter { allowsAuto || $0 != .auto }.map(\.rawValue)
    guard let word = word(node, words, "shape"), let curve = FadeCurve(rawValue: word.value) else {
      return nil
    }
    return Located(curve, word.span)
  }

  private mutating func takes(_ node: YAMLNode) -> [Take] {
    guard let entries = entries(node, "takes") else { return [] }
    return entries.map { entry in
      check(name: entry.key, .item, "a take")
      switch entry.value.content {
      case .sequence: return Take(name: entry.key, clips: clips(entry.value))
      case .mapping:
        return Take(name: entry.key, clips: clip(entry.value).map { [$0] } ?? [])
      case .scalar:
        let clip = recording(entry.value).map { Clip(source: $0.reference, span: entry.value.span) }
        return Take(name: entry.key, clips: clip.map { [$0] } ?? [])
      }
    }
  }

  private mutating func comp(_ node: YAMLNode) -> [CompEntry] {
    guard let items = items(node, "comp", of: "entries such as {from: bar 9, take: t2}") else {
      return []
    }
    return items.compactMap { item in
      guard let mapping = mapping(item, Specs.compEntry, "a comp entry") else { return nil }
      let from = required(mapping, "from", "a comp entry").flatMap { position($0, "from") }
      let take = required(mapping, "take", "a comp entry").flatMap { reference($0, "take") }
      guard let from, let take else { return nil }
      var entry = CompEntry(from: from, take: take, span: item.span)
      if let node = mapping.node("to") { entry.to = position(node, "to") }
      if let node = mapping.node("crossfade") {
        entry.crossfade = crossfade(node)
      }
      if let node = mapping.node("name") { entry.name = reference(node, "name") }
      if let node = mapping.node("note") { entry.note = freeText(node, "note")?.value }
      return entry
    }
  }
}
