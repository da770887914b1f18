import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// The keys of an album, into `session`.
  mutating func album(_ all: [YAMLNode.Entry], _ session: inout Session) {
    var album = Album()
    let mapping = checked(all, session.span, Specs.album.names, noun: Specs.album.noun)
    if let node = mapping.node("rate") {
      session.rate = rate(node)
      if let rate = session.rate?.value { frameRates = Int64(rate)...Int64(rate) }
    }
    if let node = mapping.node("presets") { collectPresets(node) }
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "metadata": session.metadata = metadata(node)
      case "gap": album.gap = gap(node)
      case "songs": album.songs = named(node, "songs") { $0.song($1) }
      case "lints": session.lints = lints(node)
      default: break
      }
    }
    if let node = required(mapping, "songs", "an album"), album.songs.isEmpty,
      case .mapping = node.content
    {
      report(.emptyAlbum, "the album has no songs", at: node.span)
    }
    if let node = mapping.node("master") {
      session.master = master(
        node, versions: nil, Specs.albumMaster, delivery: Specs.albumDelivery)
    }
    session.presets = decodedPresets(mapping.node("presets"))
    session.album = album
    checkNames(album, session)
  }

  /// A length, or `none`.
  private mutating func gap(_ node: YAMLNode) -> Located<TimeAmount>? {
    guard case .time(let spec)? = Specs.song["gap"]?.kind,
      let value = time(node, spec, "gap")
    else { return nil }
    switch value.value {
    case .time(let amount): return Located(amount, value.span)
    case .word: return Located(.seconds(Rational(0)), value.span)
    default: return nil
    }
  }

  private mutating func song(_ entry: YAMLNode.Entry) -> Album.Song {
    var song = Album.Song(name: entry.key, span: entry.value.span)
    let noun = "song '\(entry.key.value)'"
    check(name: entry.key, .strip, "a song")
    guard let mapping = mapping(entry.value, Specs.song, noun) else { return song }
    exclusive(mapping, ["session", "mix"], noun)
    exclusive(mapping, ["mix", "version"], noun)
    exclusive(mapping, ["gap", "overlap"], noun)
    for entry in mapping.entries {
      let node = entry.value
      switch entry.key.value {
      case "session": song.session = path(node, "session")
      case "mix": song.mix = recording(node)?.reference
      case "version": song.version = reference(node, "version")
      case "gain": song.gain = double(node, FieldTable.level, "gain")
      case "gap": song.gap = gap(node)
      case "overlap":
        if case .time(let spec)? = Specs.song["overlap"]?.kind,
          let value = time(node, spec, "overlap"), case .time(let amount) = value.value
        {
          song.overlap = Located(amount, value.span)
        }
      case "fade-in": song.fadeIn = fade(node, "fade-in")
      case "fade-out": song.fadeOut = fade(node, "fade-out")
      case "inserts": song.inserts = inserts(node)
      case "metadata": song.metadata = metadata(node)
      case "bypass": song.isBypassed = flag(node, "bypass")?.value ?? false
      case "note": song.note = freeText(node, "note")?.value
      default: break
      }
    }
    if mapping.node("session") == nil && mapping.node("mix") == nil
      && mapping.guessed.isDisjoint(with: ["session", "mix"])
    {
      report(
        .missingField, "\(noun) has neither 'session' nor 'mix'", at: entry.key.span,
        notes: [
          Note(
            "'session: FOLDER/session.yaml' takes that session's mix, 'mix: FILE' a finished one")
        ])
    }
    return song
  }

  /// `sides: {A: [songs], B: [songs]}`
  mutating func sides(_ node: YAMLNode) -> Located<[Album.Side]> {
    let sides = named(node, "sides") { decoder, entry in
      decoder.check(name: entry.key, .item, "a side")
      return Album.Side(
        name: entry.key, songs: decoder.references(entry.value, "side '\(entry.key.value)'"))
    }
    return Located(sides, node.span)
  }

  // MARK: Names

  private mutating func checkNames(_ album: Album, _ session: Session) {
    unique(album.songs.map { ($0.name, "song") }, folded: true)
    unique(session.master.deliveries.map { ($0.name, "delivery") }, folded: true)
    let names = album.songs.map(\.name.value)
    for delivery in session.master.deliveries {
      check(delivery, names: names)
    }
  }

  /// Every side names songs of the album, each once; a file for each side is no file for each song.
  private mutating func check(_ delivery: Delivery, names: [String]) {
    guard let sides = delivery.sides else { return }
    if let files = delivery.files {
      report(
        .conflictingKeys,
        "delivery '\(delivery.name.value)' has both 'files' and 'sides'; one of them says it",
        at: files.span)
    }
    for sheet in [delivery.cue, delivery.pqSheet] where sheet?.value == true {
      report(
        .conflictingKeys,
        "delivery '\(delivery.name.value)' is a record, which has no cue or PQ sheet",
        at: sheet?.span ?? delivery.span)
    }
    var first: [String: Span] = [:]
    for side in sides.value {
      if side.songs.isEmpty {
        report(.emptySide, "side '\(side.name.value)' plays nothing", at: side.name.span)
      }
      for song in side.songs {
        guard names.contains(song.value) else {
          report(
            .unknownSong, "no song is named '\(song.value)'", at: song.span,
            fixes: Suggestions.nearest(song.value, in: names).map { FixIt(song.span, $0) })
          continue
        }
        if let earlier = first[song.value] {
          report(
            .songTwice, "'\(song.value)' is on the record twice", at: song.span,
            notes: [Note("it is here too", at: earlier)])
        } else {
          first[song.value] = song.span
        }
      }
    }
  }
}
