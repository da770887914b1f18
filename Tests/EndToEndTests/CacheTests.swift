import Foundation
import Testing

/// What the cache keeps, what it gives back, and what a plan says beforehand.
struct CacheTests {
  /// Two tracks of 24 s (five chunks), a bus, stems.
  func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 24)
    try place.writeTone("audio/b.wav", seconds: 24, frequency: 660)
    try place.write(session(), to: "session.yaml")
    return place
  }

  func session(fader: String = "-3 dB", edit: String = "") -> String {
    """
    mixdown: 1
    rate: 48 kHz
    tracks:
      a: {source: audio/a.wav, \(edit)strip: {inserts: [compressor: {threshold: -20 dB}], fader: \(fader)}}
      b: {source: audio/b.wav, strip: {inserts: [high-pass: 80 Hz], sends: {echo: -12 dB}}}
    buses:
      echo: {inserts: [delay: {time: 200 ms, feedback: 20 %}]}
    mix: {tail: none}

    """
  }

  func build(_ place: Workplace, _ more: String...) -> Run {
    Program.run(["build", "mix", "--cache-dir", "cache", "--json"] + more, in: place.folder)
  }

  func chunks(_ run: Run) -> (rendered: Int, cached: Int) {
    let chunks = (run.json as? [String: Any])?["chunks"] as? [String: Any]
    return (chunks?["rendered"] as? Int ?? -1, chunks?["cached"] as? Int ?? -1)
  }

  func plan(_ place: Workplace) -> (certain: Int, possible: Int, seconds: Double) {
    let run = Program.run(["plan", "mix", "--cache-dir", "cache", "--json"], in: place.folder)
    let json = run.json as? [String: Any]
    let chunks = json?["chunks"] as? [String: Any]
    let seconds = json?["seconds"] as? [String: Any]
    return (
      chunks?["certain"] as? Int ?? -1, chunks?["possible"] as? Int ?? -1,
      seconds?["certain"] as? Double ?? -1
    )
  }

  /// Rides whose moves cut each other short hand on what they have reached.
  @Test func aMoveThatWasCutShortLongAgoIsNotForgotten() throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 14)
    func write(_ first: String) throws {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        mix: {tail: none}
        tracks:
          a:
            source: a.wav
            strip:
              fader:
                ride:
                  - [0.5 s, \(first), over 40 s]
                  - [1 s, -6 dB, over 40 s]
                  - [1.5 s, -12 dB, over 40 s]
                  - [2 s, 0 dB, over 40 s]

        """, to: "session.yaml")
    }
    try write("-10 dB")
    #expect(build(place).status == 0)
    try write("-90 dB")
    let second = build(place)
    let clean = Program.run(["build", "mix", "--no-cache", "--json"], in: place.folder)
    #expect(second.status == 0 && second.hashes == clean.hashes && !clean.hashes.isEmpty)
  }

  /// Law: a change at time t leaves every chunk that ends before t as it is.
  @Test func aPointOfARideMovesNoChunkThatEndsBeforeIt() throws {
    let place = try place()
    func ride(_ point: String) -> String {
      "{ride: [[1 s, -1 dB, over 1 s], [8 s, \(point)], [10 s, -2 dB]]}"
    }
    try place.write(session(fader: ride("-3 dB, over 1 s")), to: "session.yaml")
    let first = chunks(build(place)).rendered
    try place.write(session(fader: ride("-9 dB, over 1.5 s")), to: "session.yaml")
    // One chunk of five, of everything that the mix is made from.
    #expect(chunks(build(place)).rendered * 5 <= first)
  }

  @Test func aPlanDoesNotCallCertainWhatAFileMayTakeOverFromTheOneInItsPlace() throws {
    let place = try place()
    #expect(build(place).status == 0)
    // The audio is gone, and the file is put together again because its tags changed.
    try FileManager.default.removeItem(at: place["cache/v2/objects"])
    try place.write(
      session().replacingOccurrences(of: "rate: 48", with: "metadata: {title: New}\nrate: 48"),
      to: "session.yaml")
    let before = plan(place)
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let rendered = chunks(run).rendered
    #expect(before.certain <= rendered, "planned \(before), rendered \(rendered)")
    #expect(before.certain + before.possible >= rendered, "planned \(before), rendered \(rendered)")
    // Without a file in the place all of it is needed, and that is known.
    try FileManager.default.removeItem(at: place["cache/v2/objects"])
    try FileManager.default.removeItem(at: place["out"])
    let certain = plan(place).certain
    let again = chunks(build(place)).rendered
    #expect(certain >= 5 && certain <= again, "planned \(certain), rendered \(again)")
  }

  @Test func aCollectionKeepsWhatTheNewestBuildUsedAndTheNextBuildIsTheSame() throws {
    let place = try place()
    #expect(build(place).status == 0)
    let first = try place.read("out/mix.wav")
    try place.write(session(fader: "-6 dB"), to: "session.yaml")
    #expect(build(place).status == 0)
    // Room for one build, not for both.
    let info = Program.run(["cache", "info", "--cache-dir", "cache", "--json"], in: place.folder)
    let json = try #require(info.json as? [String: Any])
    let builds = try #require(json["builds"] as? [[String: Any]])
    #expect(builds.count == 2, "\(info.account)")
    let newest = try #require(builds.first?["bytes"] as? Int)
    let gc = Program.run(
      ["cache", "gc", "--cache-dir", "cache", "--keep", "\(newest / 1_048_576 + 1)"],
      in: place.folder)
    #expect(gc.status == 0, "\(gc.account)")
    #expect(chunks(build(place)).rendered == 0)
    try place.write(session(), to: "session.yaml")
    #expect(build(place).status == 0)
    #expect(try place.read("out/mix.wav") == first)
    #expect(
      Program.run(["cache", "verify", "--cache-dir", "cache"], in: place.folder).status == 0)
  }

  @Test func goingBackToAnEarlierStateRendersNothing() throws {
    let place = try place()
    _ = build(place)
    let first = try place.read("out/mix.wav")
    try place.write(session(fader: "-6 dB"), to: "session.yaml")
    #expect(chunks(build(place)).rendered > 0)
    try place.write(session(), to: "session.yaml")
    #expect(chunks(build(place)).rendered == 0)
    #expect(try place.read("out/mix.wav") == first)
  }

  @Test func whatIsRenderedWasPlanned() throws {
    let place = try place()
    _ = build(place)
    let edits = [
      "edits: [silence: 0:08..0:08.5], ", "edits: [gain: {range: 0:15..0:16, by: -6 dB}], ",
    ]
    for edit in edits {
      try place.write(session(edit: edit), to: "session.yaml")
      let planned = plan(place)
      #expect(planned.certain > 0 && planned.seconds > 0)
      let rendered = chunks(build(place)).rendered
      #expect(rendered >= planned.certain)
      #expect(rendered <= planned.certain + planned.possible)
    }
    #expect(plan(place).certain == 0)
  }

  @Test func aPlanNamesChunksWhoseAudioIsGone() throws {
    let place = try place()
    _ = build(place)
    try FileManager.default.removeItem(at: place["cache/v2/objects"])
    try FileManager.default.removeItem(at: place["out"])
    let planned = plan(place)
    #expect(planned.certain > 0)
    let run = build(place)
    #expect(chunks(run).rendered == planned.certain, "\(run.account)")
  }

  @Test func aRecordingThatWasExtendedOrTaggedRendersOnlyWhatChanged() throws {
    let place = try place()
    let all = chunks(build(place)).rendered
    // Tags: a chunk behind the audio.
    var data = try place.read("audio/b.wav")
    data.append(
      contentsOf: Array("LIST".utf8) + [12, 0, 0, 0] + Array("INFOICMT".utf8) + [0, 0, 0, 0])
    withUnsafeBytes(of: UInt32(data.count - 8).littleEndian) {
      data.replaceSubrange(4..<8, with: $0)
    }
    try place.write(data, to: "audio/b.wav")
    #expect(chunks(build(place)).rendered == 0)
    try place.writeTone("audio/b.wav", seconds: 26, frequency: 660)
    let extended = chunks(build(place)).rendered
    #expect(extended > 0 && extended * 3 < all, "\(extended) of \(all)")
  }

  @Test func whatAKilledBuildLeftGoesWithTheNextOne() throws {
    let place = try place()
    try place.write("half a file", to: "out/.mix.wav.999999-1.part")
    try place.write("mine", to: "out/.notes.part")
    #expect(build(place).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: place["out"].path).sorted()
    #expect(names == [".notes.part", "mix.wav"])
  }

  /// Outputs that lag (a limiter in the mix) are not asked for the second time.
  @Test func whatIsAskedForMovesNoPiece() throws {
    let place = try place()
    try place.write(
      session() + "master:\n  inserts: [limiter]\n  deliver: {d: {bits: 24, file: out/d.wav}}\n",
      to: "session.yaml")
    func all() -> Run {
      Program.run(["build", "--cache-dir", "cache", "--json"], in: place.folder)
    }
    let first = all()
    #expect(first.status == 0 && chunks(first).rendered > 0, "\(first.account)")
    let again = all()
    #expect(chunks(again).rendered == 0, "\(again.account)")
    #expect(chunks(build(place)).rendered == 0)
    #expect(plan(place).certain == 0)
  }

  @Test func buildsOfOneSessionAtOnceShareTheirWork() throws {
    let place = try place()
    // Each build writes files of its own below the folder.
    nonisolated(unsafe) let shared = place
    DispatchQueue.concurrentPerform(iterations: 4) { index in
      let run = shared.mixdown(
        "build", "mix", "--cache-dir", "cache", "--json", "--output", "o\(index)")
      #expect(run.status == 0, "\(run.account)")
      try? shared.write(run.standardOutput, to: "j\(index)")
    }
    var rendered = 0
    var total = 0
    for index in 0..<4 {
      let json = try JSONSerialization.jsonObject(with: try place.read("j\(index)"))
      let chunks = try #require((json as? [String: Any])?["chunks"] as? [String: Int])
      rendered += chunks["rendered"] ?? 0
      total = (chunks["rendered"] ?? 0) + (chunks["cached"] ?? 0)
      #expect(try place.read("o\(index)/mix.wav") == place.read("o0/mix.wav"))
    }
    #expect(rendered < 2 * total, "\(rendered) chunks were rendered where \(total) are enough")
  }
}
