import Foundation
import SessionModel
import Testing

/// Keys by exclusion, for what follows the mix: whatever is written of a master or a delivery moves
/// the key of its file, or stands here as something that the file does not depend on.
struct DeliveryMutationTests {
  enum Effect { case made, same }

  /// A field, how a session is changed in it, and which delivery that is to be seen in.
  struct Mutation {
    var field: String
    var old: String
    var new: String
    var delivery: String
    var effect: Effect
    /// What else has to be written for the session to be a right one.
    var also: [(old: String, new: String)]
    init(
      _ field: String, _ old: String, _ new: String, in delivery: String = "main",
      _ effect: Effect = .made, also: [(old: String, new: String)] = []
    ) {
      self.also = also
      self.field = field
      self.old = old
      self.new = new
      self.delivery = delivery
      self.effect = effect
    }
  }

  // MARK: A session

  private static let session = """
    mixdown: 1
    metadata: {title: One}
    rate: 48 kHz
    length: 4 s
    regions: {middle: 1 s..2 s, late: 2 s..3 s}
    chapters: [{at: 1 s, title: Here, link: "https://example.org/a"}, {at: 2 s, title: There}]
    tracks:
      a: {source: audio/a.wav, strip: {fader: -3 dB}}
      b: {source: audio/b.wav}
    mix: {tail: none}
    stems: {low: [a], high: [b]}
    versions:
      small: {mute: [b], set: {a/fader/level: -4 dB}, metadata: {comment: small}}
      other: {only: [b]}
      third: {edits: [cut: 0.5 s..0.6 s]}
    master:
      inserts: [gain: {gain: -1 dB}]
      fade-out: {range: 3.5 s..3.9 s, shape: linear}
      deliver:
        main:
          from: master
          range: 0.2 s..3.8 s
          inserts: [gain: {gain: -2 dB}]
          limiter: true-peak
          loudness: -20 LUFS
          true-peak: -1 dBTP
          max-limiting: 6 dB
          rate: 44.1 kHz
          bits: 16
          dither: f3
          channels: stereo
          format: wav
          head: 10 ms
          tail: 20 ms
          fade-out: {length: 50 ms, shape: linear}
          loop: 1 s..2 s
          file: out/main.wav
        tagged: {metadata: {title: Tagged}, file: out/tagged.flac}
        coded: {format: mp3, bit-rate: 128 kbps, bit-rate-mode: constant, file: out/coded.mp3}
        fixed: {gain: -3 dB, file: out/fixed.wav}
        parts: {each: region, file: out/parts/<region>.wav}
        versioned: {version: small, file: out/versioned.wav}
        alone: {version: other, file: out/alone.wav}
        shorter: {version: third, file: out/shorter.wav}
        alike: {like: fixed, bits: 16, file: out/alike.wav}
        rms: {loudness: {rms: -24 dBFS}, file: out/rms.wav}
        profiled: {profile: streaming, file: out/profiled.wav}
        plain: {file: out/plain.wav}
        twin: {file: out/twin.wav}

    """

  private static let mutations: [Mutation] = [
    Mutation("delivery.like", "like: fixed", "like: tagged", in: "alike"),
    Mutation("delivery.from", "from: master", "from: mix"),
    Mutation("delivery.version", "version: small", "version: other", in: "versioned"),
    Mutation("delivery.range", "0.2 s..3.8 s", "0.3 s..3.8 s"),
    Mutation("delivery.range", "0.2 s..3.8 s", "0.2 s..3.7 s"),
    Mutation("delivery.each", "each: region", "each: stem", in: "parts"),
    Mutation("delivery.inserts", "gain: -2 dB", "gain: -2.5 dB"),
    Mutation("delivery.limiter", "limiter: true-peak", "limiter: none"),
    Mutation("delivery.profile", "profile: streaming", "profile: ebu-r128", in: "profiled"),
    Mutation("delivery.loudness", "loudness: -20 LUFS", "loudness: -21 LUFS"),
    Mutation("delivery.loudness", "loudness: -20 LUFS", "loudness: at most -20 LUFS"),
    Mutation("delivery.true-peak", "true-peak: -1 dBTP", "true-peak: -1.5 dBTP"),
    Mutation("delivery.max-limiting", "max-limiting: 6 dB", "max-limiting: 5 dB"),
    Mutation("delivery.rate", "rate: 44.1 kHz", "rate: 48 kHz"),
    Mutation("delivery.bits", "bits: 16\n", "bits: 24\n"),
    Mutation("delivery.dither", "dither: f3", "dither: e5"),
    Mutation("delivery.channels", "channels: stereo", "channels: mono"),
    Mutation("delivery.format", "format: wav", "format: rf64"),
    Mutation("delivery.bit-rate", "128 kbps", "160 kbps", in: "coded"),
    Mutation(
      "delivery.bit-rate-mode", "bit-rate-mode: constant", "bit-rate-mode: variable", in: "coded"),
    Mutation("delivery.head", "head: 10 ms", "head: 11 ms"),
    Mutation("delivery.tail", "tail: 20 ms", "tail: 21 ms"),
    Mutation("delivery.fade-out", "length: 50 ms", "length: 51 ms"),
    Mutation("delivery.fade-out", "50 ms, shape: linear", "50 ms, shape: s-curve"),
    Mutation("delivery.gain", "gain: -3 dB, file", "gain: -3.1 dB, file", in: "fixed"),
    Mutation("delivery.gain", "gain: -3 dB, file", "gain: as main, file", in: "fixed"),
    Mutation("delivery.loop", "loop: 1 s..2 s", "loop: 1 s..2.1 s"),
    Mutation("delivery.metadata", "title: Tagged", "title: Marked", in: "tagged"),
    Mutation("delivery.file", "out/main.wav", "out/first.wav"),
    Mutation(
      "delivery.report", "file: out/main.wav", "report: true\n      file: out/main.wav", .same),
    Mutation(
      "delivery.expect", "from: master",
      "expect: {crest-factor: at least 1 dB}\n      from: master", .same),
    Mutation(
      "delivery.advise", "from: master",
      "advise: {crest-factor: at least 1 dB}\n      from: master", .same),
    Mutation(
      "delivery.expect", "from: master", "expect: {treble: at most 0 dB}\n      from: master"),
    Mutation("delivery.note", "from: master", "note: hello\n      from: master", .same),
    Mutation("delivery.bypass", "from: master", "bypass: true\n      from: master", .same),
    Mutation("loudness.integrated", "{rms: -24 dBFS}", "{integrated: -24 LUFS}", in: "rms"),
    Mutation("loudness.momentary-max", "{rms: -24 dBFS}", "{momentary-max: -24 LUFS}", in: "rms"),
    Mutation("loudness.rms", "{rms: -24 dBFS}", "{rms: -25 dBFS}", in: "rms"),
    Mutation("loudness.sample-peak", "{rms: -24 dBFS}", "{sample-peak: -24 dBFS}", in: "rms"),
    Mutation("loudness.short-term-max", "{rms: -24 dBFS}", "{short-term-max: -24 LUFS}", in: "rms"),
    Mutation("master.inserts", "gain: -1 dB", "gain: -1.5 dB"),
    Mutation("master.fade-out", "3.5 s..3.9 s", "3.4 s..3.9 s"),
    Mutation(
      "master.true-peak", "inserts: [gain: {gain: -1 dB}]",
      "inserts: [gain: {gain: -1 dB}]\n  true-peak: -3 dBTP", .same),
    Mutation(
      "master.expect", "inserts: [gain: {gain: -1 dB}]",
      "inserts: [gain: {gain: -1 dB}]\n  expect: {crest-factor: at least 1 dB}", .same),
    Mutation(
      "master.advise", "inserts: [gain: {gain: -1 dB}]",
      "inserts: [gain: {gain: -1 dB}]\n  advise: {crest-factor: at least 1 dB}", .same),
    Mutation(
      "master.note", "inserts: [gain: {gain: -1 dB}]", "inserts: [gain: {gain: -1 dB}]\n  note: x",
      .same),
    Mutation("chapter.at", "at: 1 s, title", "at: 1.1 s, title"),
    Mutation("chapter.title", "title: Here", "title: Near"),
    Mutation("chapter.link", "example.org/a", "example.org/b"),
    Mutation("version.mute", "mute: [b]", "mute: []", in: "versioned"),
    Mutation("version.only", "only: [b]", "only: [a]", in: "alone"),
    Mutation("version.set", "a/fader/level: -4 dB", "a/fader/level: -5 dB", in: "versioned"),
    Mutation("version.edits", "cut: 0.5 s..0.6 s", "cut: 0.5 s..0.7 s", in: "shorter"),
    Mutation("version.metadata", "comment: small", "comment: tiny", in: "versioned"),
    Mutation("version.note", "mute: [b],", "mute: [b], note: x,", in: "versioned", .same),
    Mutation("region.range", "middle: 1 s..2 s", "middle: 1 s..2.1 s", in: "parts"),
    Mutation("region.name", "middle: 1 s..2 s", "centre: 1 s..2 s", in: "parts"),
  ]

  /// Fields that are not changed above, and why.
  private static let elsewhere: [String: String] = [
    "master.deliver": "see delivery"
  ]

  // MARK: An album

  private static let album = """
    mixdown: 1
    kind: album
    metadata: {title: Both, artist: The Band}
    rate: 48 kHz
    gap: 0.5 s
    presets: {soft: {gain: {gain: -1 dB}}}
    songs:
      one:
        session: one/session.yaml
        gain: -1 dB
        fade-in: 10 ms
        fade-out: 20 ms
        inserts: [gain: {like: soft}]
        metadata: {title: First}
      two: {mix: audio/b.wav, gap: 0.4 s}
      three: {mix: audio/c.wav, overlap: 0.1 s}
      four: {mix: audio/d.wav}
    master:
      inserts: [gain: {gain: -1 dB}]
      level: together
      deliver:
        main:
          from: master
          inserts: [gain: {gain: -2 dB}]
          limiter: true-peak
          loudness: -20 LUFS
          true-peak: -1 dBTP
          max-limiting: 6 dB
          rate: 44.1 kHz
          bits: 16
          dither: f3
          channels: stereo
          format: wav
          head: 10 ms
          tail: 20 ms
          fade-out: {length: 50 ms, shape: linear}
          file: out/main/<nn>.wav
        tagged: {metadata: {comment: x}, file: out/tagged/<nn>.flac}
        coded: {format: mp3, bit-rate: 128 kbps, bit-rate-mode: constant, file: out/coded/<nn>.mp3}
        fixed: {gain: -3 dB, file: out/fixed/<nn>.wav}
        whole: {files: one, file: out/whole.wav}
        sided: {sides: {A: [one], B: [two, three, four]}, record: 12-inch 33, file: out/sided-<side>.wav}
        versioned: {version: small, file: out/versioned/<nn>.wav}
        alike: {like: fixed, bits: 16, file: out/alike/<nn>.wav}
        profiled: {profile: streaming, file: out/profiled/<nn>.wav}

    """

  private static let albumMutations: [Mutation] = [
    Mutation("album.rate", "rate: 48 kHz\ngap", "rate: 44.1 kHz\ngap"),
    Mutation("album.gap", "gap: 0.5 s", "gap: 0.6 s", in: "whole"),
    Mutation("album.metadata", "artist: The Band", "artist: The Others"),
    Mutation("album.presets", "{gain: {gain: -1 dB}}}", "{gain: {gain: -1.1 dB}}}"),
    Mutation("song.session", "one/session.yaml", "other/session.yaml"),
    Mutation("song.mix", "audio/b.wav", "audio/d.wav"),
    Mutation("song.version", "    gain: -1 dB\n", "    gain: -1 dB\n    version: small\n"),
    Mutation("song.gain", "    gain: -1 dB\n", "    gain: -1.2 dB\n"),
    Mutation("song.gap", "gap: 0.4 s", "gap: 0.3 s", in: "whole"),
    Mutation("song.overlap", "overlap: 0.1 s", "overlap: 0.2 s", in: "whole"),
    Mutation("song.fade-in", "fade-in: 10 ms", "fade-in: 11 ms"),
    Mutation("song.fade-out", "fade-out: 20 ms", "fade-out: 21 ms"),
    Mutation("song.inserts", "[gain: {like: soft}]", "[gain: {gain: -2 dB}]"),
    Mutation("song.metadata", "title: First", "title: Prime"),
    Mutation("song.bypass", "gap: 0.4 s", "gap: 0.4 s, bypass: true", in: "whole"),
    Mutation("song.note", "gap: 0.4 s", "gap: 0.4 s, note: x", in: "whole", .same),
    Mutation(
      "album-master.inserts", "  inserts: [gain: {gain: -1 dB}]\n  level",
      "  inserts: [gain: {gain: -1.5 dB}]\n  level"),
    Mutation(
      "album-master.level", "level: together", "level: each",
      also: [("whole: {", "whole: {bypass: true, "), ("sided: {s", "sided: {bypass: true, s")]),
    Mutation(
      "album-master.true-peak", "level: together", "level: together\n  true-peak: -3 dBTP", .same),
    Mutation(
      "album-master.expect", "level: together",
      "level: together\n  expect: {crest-factor: at least 1 dB}", .same),
    Mutation(
      "album-master.advise", "level: together",
      "level: together\n  advise: {crest-factor: at least 1 dB}", .same),
    Mutation("album-master.note", "level: together", "level: together\n  note: x", .same),
    Mutation("album-delivery.like", "like: fixed", "like: tagged", in: "alike"),
    Mutation("album-delivery.inserts", "gain: -2 dB", "gain: -2.5 dB"),
    Mutation("album-delivery.limiter", "limiter: true-peak", "limiter: none"),
    Mutation("album-delivery.profile", "profile: streaming", "profile: ebu-r128", in: "profiled"),
    Mutation("album-delivery.loudness", "loudness: -20 LUFS", "loudness: -21 LUFS"),
    Mutation("album-delivery.true-peak", "true-peak: -1 dBTP", "true-peak: -1.5 dBTP"),
    Mutation("album-delivery.max-limiting", "max-limiting: 6 dB", "max-limiting: 5 dB"),
    Mutation("album-delivery.rate", "rate: 44.1 kHz", "rate: 48 kHz"),
    Mutation("album-delivery.bits", "bits: 16\n", "bits: 24\n"),
    Mutation("album-delivery.dither", "dither: f3", "dither: e5"),
    Mutation("album-delivery.channels", "channels: stereo", "channels: mono"),
    Mutation("album-delivery.format", "format: wav", "format: rf64"),
    Mutation("album-delivery.bit-rate", "128 kbps", "160 kbps", in: "coded"),
    Mutation(
      "album-delivery.bit-rate-mode", "bit-rate-mode: constant", "bit-rate-mode: variable",
      in: "coded"),
    Mutation("album-delivery.head", "head: 10 ms", "head: 11 ms"),
    Mutation("album-delivery.tail", "tail: 20 ms", "tail: 21 ms"),
    Mutation("album-delivery.fade-out", "length: 50 ms", "length: 51 ms"),
    Mutation("album-delivery.gain", "gain: -3 dB, file", "gain: -3.1 dB, file", in: "fixed"),
    Mutation("album-delivery.gain", "gain: -3 dB, file", "gain: as main, file", in: "fixed"),
    Mutation("album-delivery.metadata", "comment: x", "comment: y", in: "tagged"),
    Mutation("album-delivery.report", "from: master", "report: true\n      from: master", .same),
    Mutation(
      "album-delivery.expect", "from: master",
      "expect: {crest-factor: at least 1 dB}\n      from: master", .same),
    Mutation(
      "album-delivery.advise", "from: master",
      "advise: {crest-factor: at least 1 dB}\n      from: master", .same),
    Mutation("album-delivery.note", "from: master", "note: x\n      from: master", .same),
    Mutation("album-delivery.bypass", "from: master", "bypass: true\n      from: master", .same),
    Mutation("album-delivery.from", "from: master", "from: mix"),
    Mutation("album-delivery.version", "version: small, ", "", in: "versioned"),
    Mutation("album-delivery.file", "out/main/<nn>.wav", "out/main/<song>.wav"),
    Mutation(
      "album-delivery.files", "files: one, file: out/whole.wav", "file: out/whole/<nn>.wav",
      in: "whole"),
    Mutation(
      "album-delivery.sides", "A: [one], B: [two, three", "A: [one, two], B: [three", in: "sided"),
    Mutation("album-delivery.record", "12-inch 33", "12-inch 45", in: "sided", .same),
    Mutation("album-delivery.cue", "files: one", "files: one, cue: true", in: "whole"),
    Mutation(
      "album-delivery.pq-sheet", "files: one", "files: one, rate: 44.1 kHz, pq-sheet: true",
      in: "whole"),
  ]

  private static let albumElsewhere: [String: String] = [
    "album.mixdown": "the version of the language has one value",
    "album.kind": "another kind is another session",
    "album.includes": "what is included is changed where it stands", "album.lints": "warnings",
    "album.songs": "see song", "album.master": "see album-master",
    "album-master.deliver": "see album-delivery",
    "album-delivery.loop": "an album has no timeline",
  ]

  // MARK: The laws

  private func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 4)
    for (index, name) in ["b", "c", "d"].enumerated() {
      try place.writeTone(
        "audio/\(name).wav", seconds: 3, frequency: 600 + 60 * Double(index), channels: 2)
    }
    for name in ["one", "other"] {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        mix: {tail: none}
        tracks:
          a: {source: ../audio/a.wav, strip: {fader: \(name == "one" ? "-3 dB" : "-5 dB")}}
          b: {source: ../audio/b.wav}
        versions: {small: {mute: [b]}}

        """, to: "\(name)/session.yaml")
    }
    try place.write(
      Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8)), to: "art/cover.jpg")
    return place
  }

  private func changed(_ text: String, _ mutation: Mutation) -> String? {
    guard let range = text.range(of: mutation.old) else {
      Issue.record("\(mutation.field): the session has no '\(mutation.old)'")
      return nil
    }
    return mutation.also.reduce(text.replacingCharacters(in: range, with: mutation.new)) {
      $0.replacingOccurrences(of: $1.old, with: $1.new)
    }
  }

  /// Names of deliveries of which a build would make files; nil: the session is refused.
  private func planned(_ place: Workplace, _ text: String) throws -> [String]? {
    try place.write(text, to: "session.yaml")
    let run = Program.run(["plan", "--cache-dir", "cache", "--json"], in: place.folder)
    guard run.status == 0 else {
      Issue.record("\(run.account)")
      return nil
    }
    if let deliveries = run.object["deliveries"] as? [[String: Any]] {
      return deliveries.compactMap { $0["name"] as? String }
    }
    // Of an album the files are listed: their folder or name begins with the delivery's. Texts beside
    // them have no key.
    let files = (run.object["files"] as? [String])?.filter { !$0.hasSuffix(".txt") }
    return files?.map { path in
      let name = path.split(separator: "/").drop { $0 != "out" }.dropFirst().first ?? ""
      return name.split { ".-".contains($0) }.first.map(String.init) ?? ""
    }
  }

  private func check(_ text: String, _ mutations: [Mutation]) throws {
    let place = try place()
    try place.write(text, to: "session.yaml")
    let run = Program.run(["build", "--cache-dir", "cache"], in: place.folder)
    #expect(run.status == 0, "\(run.account)")
    guard run.status == 0 else { return }
    #expect(try planned(place, text) == [])
    for mutation in mutations {
      guard let text = changed(text, mutation), let made = try planned(place, text) else {
        continue
      }
      switch mutation.effect {
      case .made:
        #expect(made.contains(mutation.delivery), "\(mutation.field), \(mutation.new): in no key")
      case .same: #expect(made.isEmpty, "\(mutation.field), \(mutation.new): made again: \(made)")
      }
    }
  }

  @Test func everyFieldOfADeliveryMovesItsKey() throws {
    try check(Self.session, Self.mutations)
  }

  @Test func everyFieldOfAnAlbumsDeliveryMovesItsKey() throws {
    try check(Self.album, Self.albumMutations)
  }

  @Test func everyTagMovesAKey() throws {
    let fields = FieldTable["metadata"]?.fields ?? []
    #expect(fields.count > 20)
    let tags = fields.map { field in
      Mutation(
        "metadata.\(field.name)", "title: Tagged",
        field.name == "title" ? "title: Other" : "title: Tagged, \(field.name): \(field.example)",
        in: "tagged")
    }
    try check(Self.session, tags)
  }

  @Test(arguments: [false, true]) func noFieldIsForgotten(_ isAlbum: Bool) {
    let changed = Set((isAlbum ? Self.albumMutations : Self.mutations).map(\.field))
    let elsewhere = isAlbum ? Self.albumElsewhere : Self.elsewhere
    let names =
      isAlbum
      ? ["album", "song", "album-master", "album-delivery"]
      : ["master", "delivery", "loudness", "chapter", "version"]
    for name in names {
      let fields = FieldTable[name]?.fields ?? []
      #expect(!fields.isEmpty, "there is no mapping '\(name)'")
      for field in fields.map({ "\(name).\($0.name)" }) {
        #expect(changed.contains(field) || elsewhere[field] != nil, "\(field) is changed nowhere")
      }
    }
  }
}
