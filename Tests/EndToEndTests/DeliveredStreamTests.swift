import Foundation
import Testing

/// What a delivery is made from: a stream of its own, or the mix that the build writes anyway; either
/// way the same bytes.
struct DeliveredStreamTests {
  private func session(
    gain: Int = 0, bits: Int = 32, tail: String = "until -80 dBFS, at most 15 s",
    from: String = "master"
  ) -> String {
    """
    mixdown: 1
    rate: 48 kHz
    tracks:
      a: {source: audio/a.wav, edits: [{gain: {range: 3 s..4 s, by: \(gain) dB}}]}
      b: {source: audio/b.wav, strip: {pan: 40 L, sends: {room: -10 dB}}}
    buses:
      room: {inserts: [reverb: {kind: room, decay: 0.6 s}]}
    mix: {bits: \(bits), tail: "\(tail)"}
    master:
      deliver:
        web: {from: \(from), loudness: -16 LUFS, true-peak: -1 dBTP, max-limiting: 30 dB, file: out/web.wav}
        archive: {from: \(from), bits: 24, rate: 44.1 kHz, file: out/archive.flac}
    """
  }

  private func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 14)
    try place.writeTone("audio/b.wav", seconds: 12, frequency: 660, channels: 2)
    return place
  }

  private func build(_ place: Workplace, _ arguments: String...) throws -> [String: Data] {
    try? FileManager.default.removeItem(at: place["out"])
    let run = Program.run(["build"] + arguments + ["--json"], in: place.folder)
    #expect(run.status == 0, "\(run.account)")
    return try Dictionary(
      uniqueKeysWithValues: ["out/web.wav", "out/archive.flac"].map { ($0, try place.read($0)) })
  }

  @Test(
    arguments: [
      (bits: 32, tail: "until -80 dBFS, at most 15 s", from: "master"), (32, "500 ms", "mix"),
      (24, "until -80 dBFS, at most 15 s", "master"),
    ])
  func aMixBesideItChangesNoDelivery(_ bits: Int, _ tail: String, _ from: String) throws {
    let place = try place()
    try place.write(session(bits: bits, tail: tail, from: from), to: "session.yaml")
    let alone = try build(place, "deliveries", "--no-cache")
    #expect(try build(place, "--no-cache") == alone)
    #expect(try build(place, "--no-cache", "-j", "1") == alone)
    #expect(try build(place, "--cache-dir", "one") == alone)
    #expect(try build(place, "deliveries", "--cache-dir", "two") == alone)
  }

  /// Dither counts by the session's time: behind a cut every sample of a file stays what it was, and
  /// so does what was measured and looked for there.
  @Test(arguments: ["", ", rate: 44.1 kHz", ", dither: e9"])
  func aCutMovesNoDither(_ form: String) throws {
    let place = try place()
    func write(_ edits: String) throws {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        length: 30 s
        tracks:
          a: {source: audio/a.wav, edits: []}
          c: {clips: [{source: audio/a.wav, at: 14 s}]}
        \(edits)
        mix: {bits: 24, tail: none}
        master: {deliver: {web: {gain: -3 dB, bits: 16\(form), file: out/web.wav}}}
        """, to: "session.yaml")
    }
    try write("")
    let before = try built(place, "cache")
    try write("edits: [cut: 4 s..6 s]")
    let after = try built(place, "cache")
    #expect(try built(place, nil) == after)
    #expect(after["out/web.wav"]?.count ?? 0 < before["out/web.wav"]?.count ?? 0)
    for name in ["out/web.wav", "out/mix.wav"] {
      // Some ten seconds, behind the next place where shaped noise begins anew.
      let (old, new) = (before[name]?.suffix(2_000_000), after[name]?.suffix(2_000_000))
      #expect(old?.elementsEqual(new ?? Data()) == true, "\(name)")
      #expect(old.map { Set($0).count > 20 } == true)
    }
  }

  private func built(_ place: Workplace, _ cache: String?) throws -> [String: Data] {
    let options = cache.map { ["--cache-dir", $0] } ?? ["--no-cache"]
    let run = Program.run(["build"] + options, in: place.folder)
    #expect(run.status == 0, "\(run.account)")
    return try Dictionary(
      uniqueKeysWithValues: ["out/web.wav", "out/mix.wav"].map { ($0, try place.read($0)) })
  }

  /// One mono track, delivered mono and stereo at the same gains.
  @Test func monoAndStereoOfOneTrackAreMeasuredApart() throws {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 7)
    func write(_ channels: String) throws {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        tracks:
          a: {source: audio/a.wav}
        mix: {tail: none}
        master:
          deliver:
            one: {from: track/a, channels: \(channels), loudness: -12 LUFS, true-peak: -6 dBTP, max-limiting: 30 dB, file: out/one.wav}
        """, to: "session.yaml")
    }
    var expected: [String: Data] = [:]
    for channels in ["mono", "stereo"] {
      try write(channels)
      let run = Program.run(["build", "--no-cache"], in: place.folder)
      #expect(run.status == 0 || run.status == 1, "\(run.account)")
      expected[channels] = try? place.read("out/one.wav")
    }
    for channels in ["mono", "stereo", "mono", "stereo"] {
      try write(channels)
      let run = Program.run(["build", "--cache-dir", "cache"], in: place.folder)
      #expect(run.status == 0 || run.status == 1, "\(run.account)")
      #expect((try? place.read("out/one.wav")) == expected[channels], "\(run.account)")
    }
  }

  @Test func anEditReachesTheDeliveryThroughTheMix() throws {
    let place = try place()
    for gain in [0, -6, 3, 0] {
      try place.write(session(gain: gain), to: "session.yaml")
      let run = Program.run(["build", "--cache-dir", "cache", "--json"], in: place.folder)
      #expect(run.status == 0, "\(run.account)")
      let web = try place.read("out/web.wav")
      let mix = try place.read("out/mix.wav")
      let kept = run.object["files"] as? [[String: Any]]
      let clean = Program.run(
        ["build", "--no-cache", "--output", "clean", "--json"], in: place.folder)
      #expect(clean.status == 0, "\(clean.account)")
      #expect(try place.read("clean/web.wav") == web)
      #expect(try place.read("clean/mix.wav") == mix)
      // What is measured too, whether it was measured once or of each.
      let fresh = clean.object["files"] as? [[String: Any]]
      for (a, b) in zip(kept ?? [], fresh ?? []) {
        for name in ["sha256", "integrated_lufs", "true_peak_dbtp", "mono_drop_db"] {
          #expect(a[name] as? NSObject == b[name] as? NSObject, "\(name)")
        }
      }
      #expect(kept?.count == 3 && fresh?.count == 3)
    }
  }

  /// Whatever regions are cut away or cannot be brought to their loudness.
  @Test(arguments: ["edits: [cut: r1]", ""])
  func aGainTakenFromAnotherDeliveryIsThatOfTheSameRegion(_ edits: String) throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 4)
    let peaks = edits.isEmpty ? ["-96 dB", "-6 dB", "-12 dB"] : ["0 dB", "-6 dB", "-12 dB"]
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      mix: {tail: none}
      tracks: {a: {source: a.wav, edits: [\(
        peaks.enumerated().map { "gain: {range: \($0).2 s..\($0 + 1).2 s, by: \($1)}" }
          .joined(separator: ", ")
      )]}}
      regions: {r1: 0.4 s..1 s, r2: 1.2 s..2.2 s, r3: 2.2 s..3.2 s}
      \(edits)
      master:
        deliver:
          a: {each: region, loudness: -25 LUFS, file: out/a-<region>.wav}
          b: {each: region, gain: as a, file: out/b-<region>.wav}

      """, to: "session.yaml")
    let run = place.mixdown("build", "--json")
    #expect(run.status == (edits.isEmpty ? 1 : 0), "\(run.account)")
    var gains: [String: Double] = [:]
    for file in run.object["files"] as? [[String: Any]] ?? [] {
      gains[file["path"] as? String ?? ""] = file["gain_db"] as? Double
    }
    for region in ["r2", "r3"] {
      #expect(gains["out/a-\(region).wav"] != nil, "\(run.account)")
      #expect(gains["out/b-\(region).wav"] == gains["out/a-\(region).wav"], "\(run.account)")
    }
    #expect(gains["out/a-r2.wav"] != gains["out/a-r3.wav"])
    #expect(gains["out/b-r1.wav"] == nil)
  }

  private static let stems = """
    regions: {one: 0:00..0:00.5, two: 0:00.5..0:01}
    stems: {low: [a], high: [b]}
    """

  private func stemPlace(_ deliveries: String) throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.writeTone("b.wav", frequency: 660)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\nmix: {tail: none}\ntracks: {a: {source: a.wav}, b: {source: b.wav}}\n"
        + "\(Self.stems)\nmaster: {deliver: {\(deliveries)}}\n", to: "session.yaml")
    return place
  }

  /// A region of a stem is the stem's file, cut.
  @Test func everyRegionOfEveryStemIsDelivered() throws {
    let place = try stemPlace(
      "s: {from: stems, bits: 32, limiter: none, file: out/<stem>.wav}, "
        + "r: {from: stems, each: region, bits: 32, limiter: none, file: out/r/<nn> <stem> <region>.wav}, "
        + "d: {from: stems, each: region, gain: as r}")
    let run = place.mixdown("build", "deliveries")
    #expect(run.status == 0, "\(run.account)")
    #expect(
      place.files(in: "out/r") == [
        "01 low one.wav", "02 low two.wav", "03 high one.wav", "04 high two.wav",
      ])
    #expect(
      place.files(in: "out/d") == ["high/one.wav", "high/two.wav", "low/one.wav", "low/two.wav"])
    for (stem, file) in [("low", "02 low two"), ("high", "04 high two")] {
      let whole = try #require(WaveBytes(place.read("out/\(stem).wav")))
      let part = try #require(WaveBytes(place.read("out/r/\(file).wav")))
      #expect(part.frames == 24_000)
      #expect(part.bytes(of: 0..<24_000) == whole.bytes(of: 24_000..<48_000), "\(stem)")
    }
  }

  @Test(arguments: [
    ("from: track/a, each: stem", "conflicting-keys", "7:30"),
    ("from: master, each: stem", "conflicting-keys", "7:30"),
    ("each: stem, from: mix", "conflicting-keys", "7:42"),
    ("from: stems, each: region, file: out/<region>.wav", "duplicate-output", "7:57"),
    ("from: stems, each: region, file: out/<stem>.wav", "duplicate-output", "7:57"),
  ])
  func whatCannotBeDeliveredIsSaidOnceAtItsPlace(
    _ settings: String, _ id: String, _ place: String
  ) throws {
    let run = try stemPlace("d: {\(settings)}").mixdown("check", "--json")
    #expect(run.status == 65, "\(run.account)")
    let messages = run.object["diagnostics"] as? [[String: Any]] ?? []
    #expect(messages.map { $0["id"] as? String } == [id], "\(run.account)")
    let found = messages.first.map { "\($0["line"] ?? 0):\($0["column"] ?? 0)" }
    #expect(found == place, "\(run.account)")
  }

  /// As the reference says; what is made is a straight line where nothing else is written.
  @Test func aFadeOutIsStraightWhereNoShapeIsWritten() throws {
    let place = try place()
    func made(_ fade: String) throws -> Data {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        tracks: {a: {source: audio/a.wav}}
        mix: {tail: none}
        master: {deliver: {d: {fade-out: \(fade), gain: 0 dB, bits: 32, limiter: none, file: out/d.wav}}}

        """, to: "session.yaml")
      let run = Program.run(["build", "deliver/d", "--no-cache"], in: place.folder)
      #expect(run.status == 0, "\(run.account)")
      return try place.read("out/d.wav")
    }
    let plain = try made("4 s")
    #expect(try made("{length: 4 s, shape: linear}") == plain)
    #expect(try made("{length: 4 s, shape: exponential}") != plain)
  }
}
