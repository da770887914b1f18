import Foundation
import Testing

/// Large sums: made from what they were where that costs less, and never another bit.
struct SumTests {
  /// Twelve tracks of 12 s (three chunks): mono and stereo, still and moving, one of them with a
  /// compressor.
  private struct Song {
    var faders = [Int](repeating: -6, count: 12)
    var mutes = Set<Int>()
    var threshold = -20
    var ride = -3
    var pan = 30
    /// Of the mix, behind its sum.
    var trim = 0
    /// Seconds that the session leaves out.
    var cut: ClosedRange<Int>?

    var text: String {
      var text = "mixdown: 1\nrate: 48 kHz\nlength: 12 s\ntracks:\n"
      for index in faders.indices {
        var strip = "fader: \(faders[index]) dB"
        if index == 3 {
          strip = "fader: {ride: [[0 s, 0 dB], [6 s, \(ride) dB, over 1 s]]}"
        }
        if index == 0 { strip += ", inserts: [compressor: {threshold: \(threshold) dB}]" }
        if index == 1 { strip += ", pan: \(pan) R" }
        let track = "source: audio/\(index == 2 ? "stereo" : index % 2 == 0 ? "a" : "b").wav"
        if mutes.contains(index) { strip += ", mute: true" }
        text += "  t\(index): {\(track), strip: {\(strip)}}\n"
      }
      if let cut { text += "edits: [cut: \(cut.lowerBound) s..\(cut.upperBound) s]\n" }
      let inserts = trim == 0 ? "" : ", inserts: [gain: {gain: \(trim) dB}]"
      return text + "mix: {tail: none\(inserts)}\n"
    }
  }

  private func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 12)
    try place.writeTone("audio/b.wav", seconds: 11, frequency: 660)
    let wave = (0..<576_000).map { Float($0 % 97) / 400 }
    try place.write(
      floatWav(rate: 48_000, [wave, wave.reversed()]), to: "audio/stereo.wav")
    return place
  }

  private func rendered(
    _ place: Workplace, _ song: Song, asPlanned: Bool = true
  ) throws -> Int {
    try rendered(place, song.text, asPlanned: asPlanned)
  }

  private func rendered(
    _ place: Workplace, _ text: String, asPlanned: Bool = true
  ) throws -> Int {
    try place.write(text, to: "session.yaml")
    let plan = Program.run(["plan", "mix", "--cache-dir", "cache", "--json"], in: place.folder)
    let planned = (plan.json as? [String: Any])?["chunks"] as? [String: Any]
    let run = Program.run(["build", "mix", "--cache-dir", "cache", "--json"], in: place.folder)
    #expect(run.status == 0, "\(run.account)")
    let chunks = (run.json as? [String: Any])?["chunks"] as? [String: Any]
    let count = chunks?["rendered"] as? Int ?? -1
    let certain = planned?["certain"] as? Int ?? -1
    let possible = planned?["possible"] as? Int ?? -1
    #expect(
      !asPlanned || certain <= count && count <= certain + possible, "\(plan.account)\(run.account)"
    )
    let kept = try place.read("out/mix.wav")
    let clean = Program.run(["build", "mix", "--no-cache", "--json"], in: place.folder)
    #expect(clean.status == 0)
    #expect(try place.read("out/mix.wav") == kept, "\(run.account)")
    return count
  }

  @Test func aChangeOfOneTermNeedsNoOther() throws {
    let place = try place()
    var song = Song()
    // Sum, mix, and what sounds of the recordings, three pieces each: equal content is shared.
    #expect(try rendered(place, song) == 18)
    song.faders[5] = -9
    // The track itself is not kept: it costs less than reading it.
    #expect(try rendered(place, song) == 9)
    // The sum as it was first is still what this one is made from: both tracks are wanted.
    song.faders[2] = -4
    #expect(try rendered(place, song) == 12)
    song.threshold = -24
    #expect(try rendered(place, song) == 15)
    // What the compressor made is kept.
    song.pan = 100
    #expect(try rendered(place, song) == 12)
    // Many tracks differ now, which is more than is read besides a sum: it is kept anew.
    for track in 6..<11 { song.faders[track] = -3 }
    #expect(try rendered(place, song) == 15)
    song.mutes = [0]
    #expect(try rendered(place, song) == 6)
    song.mutes = []
    #expect(try rendered(place, song) == 0)
  }

  /// Tracks' audio may be missing from the cache, for a slow disk or a collection. What a sum loses is
  /// made once more then as the session was, and no other track is needed for it.
  @Test func whatWasNotKeptIsMadeOnceMore() throws {
    let place = try place()
    var song = Song()
    _ = try rendered(place, song)
    /// Chunks of mono tracks: 4 bytes a frame of a whole piece, and of the last one.
    func forgetTracks() throws -> Int {
      var count = 0
      let cache = place["cache"]
      for file in try FileManager.default.subpathsOfDirectory(atPath: cache.path) {
        let path = cache.appendingPathComponent(file).path
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard file.contains("objects/"), size == 4 << 18 || size == 4 * (576_000 - 2 << 18) else {
          continue
        }
        try FileManager.default.removeItem(atPath: path)
        count += 1
      }
      return count
    }
    #expect(try forgetTracks() > 0)
    // Track, sum and mix.
    song.threshold = -24
    #expect(try rendered(place, song) == 9)
    #expect(try forgetTracks() > 0)
    // It sounds no more in the session, nor is it kept.
    song.mutes = [0]
    #expect(try rendered(place, song) == 6)
    song.mutes = []
    song.faders[7] = -2
    _ = try rendered(place, song)
    #expect(try forgetTracks() > 0)
    // Of a recording that is another now nothing can be made once more: all tracks are.
    try place.writeTone("audio/b.wav", seconds: 11, frequency: 550)
    _ = try rendered(place, song)
  }

  /// Where most of many terms are new, they are added as they come and do not wait for each other.
  @Test func aChangeOfManyTermsAddsThemUpAgain() throws {
    let place = try place()
    func text(changed: Int) -> String {
      let tracks = (0..<40).map { index in
        let threshold = index < changed ? -30 : -20
        let strip = "{fader: \(-index) dB, inserts: [compressor: {threshold: \(threshold) dB}]}"
        return "  t\(index): {source: audio/\(index % 2 == 0 ? "a" : "b").wav, strip: \(strip)}\n"
      }
      return
        "mixdown: 1\nrate: 48 kHz\nlength: 12 s\ntracks:\n\(tracks.joined())mix: {tail: none}\n"
    }
    _ = try rendered(place, text(changed: 0))
    _ = try rendered(place, text(changed: 36))
    _ = try rendered(place, text(changed: 3))
    #expect(try rendered(place, text(changed: 36)) == 0)
  }

  /// A sum that is made from an earlier one at little cost is not written, and is there for what
  /// comes behind it all the same.
  @Test func aSmallChangeWritesNoSum() throws {
    let place = try place()
    var song = Song()
    _ = try rendered(place, song)
    func bytes() throws -> Int {
      try FileManager.default.subpathsOfDirectory(atPath: place["cache"].path)
        .filter { $0.contains("objects/") }.reduce(0) { sum, file in
          let path = place["cache"].appendingPathComponent(file).path
          return sum
            + ((try FileManager.default.attributesOfItem(atPath: path))[.size] as? Int ?? 0)
        }
    }
    let before = try bytes()
    song.faders[5] = -9
    #expect(try rendered(place, song) == 9)
    // The mix is kept, 12 s of two channels of Floats; its sum would be twice as much.
    let mix = 12 * 48_000 * 2 * 4
    let grown = try bytes() - before
    #expect(grown > 0 && grown < mix + mix / 4, "\(grown)")
    song.trim = -3
    // The track, its sum made again, the gain and the mix.
    #expect(try rendered(place, song) == 12)
    // Around the seam everything; behind it the pieces are the pieces they were.
    song.cut = 2...3
    #expect(try rendered(place, song) == 14)
    // And so is what their sums are made from.
    song.faders[7] = -1
    #expect(try rendered(place, song) == 16)
  }

  /// A level is no part of what a piece is in which its track is silent.
  @Test func aFaderCostsNothingWhereItsTrackIsSilent() throws {
    let place = try place()
    try place.writeTone("audio/short.wav", seconds: 2, frequency: 330)
    func text(_ fader: Int) -> String {
      Song().text.replacingOccurrences(
        of: "tracks:\n",
        with: "tracks:\n  short: {source: audio/short.wav, strip: {fader: \(fader) dB}}\n")
    }
    _ = try rendered(place, text(-3))
    // Its first piece, and the sum and the mix there.
    #expect(try rendered(place, text(-7)) == 3)
  }

  /// Where the first sum was collected meanwhile, all terms are added up.
  @Test func aSumIsAddedUpWhereWhatItWasIsGone() throws {
    let place = try place()
    var song = Song()
    _ = try rendered(place, song)
    song.faders[5] = -9
    _ = try rendered(place, song)
    for file in try FileManager.default.subpathsOfDirectory(atPath: place["cache"].path)
    where file.contains("objects/") {
      let path = place["cache"].appendingPathComponent(file).path
      let size = (try FileManager.default.attributesOfItem(atPath: path))[.size] as? Int ?? 0
      if size == (1 << 18) * 12 { try FileManager.default.removeItem(atPath: path) }
    }
    song.trim = -3
    #expect(try rendered(place, song) > 12)
    song.faders[7] = -1
    #expect(try rendered(place, song) <= 12)
  }

  /// What moves is added up again, and many changes at once are.
  @Test func whatMovesIsAddedUpAgain() throws {
    let place = try place()
    var song = Song()
    #expect(try rendered(place, song) == 18)
    song.ride = -12
    #expect(try rendered(place, song) > 9)
    for index in song.faders.indices { song.faders[index] = -8 - index }
    #expect(try rendered(place, song) > 9)
  }

  /// A sum whose old value was damaged is added up again, to the same bits.
  @Test func aDamagedSumIsAddedUpAgain() throws {
    let place = try place()
    var song = Song()
    _ = try rendered(place, song)
    for file in try FileManager.default.subpathsOfDirectory(atPath: place["cache"].path)
    where file.contains("objects/") {
      let url = place["cache"].appendingPathComponent(file)
      guard var data = try? Data(contentsOf: url), data.count > 1 << 21 else { continue }
      data[data.count / 2] ^= 1
      try data.write(to: url)
    }
    song.faders[4] = -11
    #expect(try rendered(place, song, asPlanned: false) > 9)
  }

  /// Returns that come late delay everything that is dry: its sum stands still apart from them, and a
  /// change of one track needs no other.
  @Test func returnsOfAnyLatencyLeaveTheDrySumAlone() throws {
    let place = try place()
    func text(_ song: Song, room: Int = -3) -> String {
      song.text
        .replacingOccurrences(of: "strip: {", with: "strip: {sends: {late: -12 dB, room: -9 dB}, ")
        .replacingOccurrences(
          of: "mix: {",
          with: """
            buses:
              late: {inserts: [limiter: {ceiling: -9 dBTP, look-ahead: 5 ms}]}
              room: {inserts: [reverb: {kind: room, decay: 300 ms}], fader: \(room) dB}
            mix: {
            """)
    }
    /// Strips of which anything was rendered.
    func rendered(_ song: Song, room: Int = -3) throws -> Set<String> {
      try place.write(text(song, room: room), to: "session.yaml")
      let run = Program.run(["build", "mix", "--cache-dir", "cache", "--json"], in: place.folder)
      #expect(run.status == 0, "\(run.account)")
      let kept = try place.read("out/mix.wav")
      let clean = Program.run(["build", "mix", "--no-cache", "--json"], in: place.folder)
      #expect(clean.status == 0)
      #expect(try place.read("out/mix.wav") == kept, "\(run.account)")
      let segments = run.object["segments"] as? [[String: Any]] ?? []
      return Set(
        segments.compactMap { ($0["name"] as? String)?.split(separator: "/")[0] }.map(String.init))
    }
    func why() -> String {
      Program.run(["explain", "mix", "--cache-dir", "cache"], in: place.folder).text
    }
    var song = Song()
    let all = try rendered(song)
    #expect(all.isSuperset(of: ["late", "room", "mix", "mix.sum", "room.sum"]))
    // Equal content is shared: the track may be rendered under the name of another one.
    func tracks(_ names: Set<String>) -> Int { names.count { $0.hasPrefix("t") } }
    song.faders[5] = -9
    let few = try rendered(song)
    #expect(few.isSuperset(of: ["late", "room", "mix.sum"]) && tracks(few) <= 1, "\(few)")
    try place.write(text(song, room: -6), to: "session.yaml")
    #expect(why() == "session.yaml:19: mix.sum: room/fader was -3 dB, is -6 dB\n")
    let fewer = try rendered(song, room: -6)
    #expect(fewer.isDisjoint(with: ["late.sum", "room.sum"]) && tracks(fewer) <= 1, "\(fewer)")
    // A few tracks with their returns are one sum: what went over into it is not new.
    song.mutes = [6, 7, 8, 9, 10]
    try place.write(text(song, room: -6), to: "session.yaml")
    let mix = why().split(separator: "\n").filter { $0.contains("mix.sum") }
    #expect(
      mix.count == 5 && mix.allSatisfy { !$0.contains("room") && !$0.contains("late") }, "\(why())")
    _ = try rendered(song, room: -6)
    song.mutes = []
    try place.write(text(song, room: -6), to: "session.yaml")
    let again = why().split(separator: "\n").filter { $0.contains("mix.sum") }
    #expect(
      again.count == 5 && again.allSatisfy { !$0.contains("room") && !$0.contains("late") },
      "\(why())")
  }

  /// What comes later is no part of what a piece is: a first ride, a first move of the pan, a send that is
  /// mute until then. The last of three pieces begins before 11 s.
  @Test func whatMovesLaterCostsNothingBefore() throws {
    let place = try place()
    func text(_ strip: String) -> String {
      Song().text
        .replacingOccurrences(
          of: "t4: {source: audio/a.wav, strip: {",
          with: "t4: {source: audio/a.wav, strip: {sends: {room: -6 dB}, "
        )
        .replacingOccurrences(
          of: "t5: {source: audio/b.wav, strip: {fader: -6 dB}}",
          with: "t5: {source: audio/b.wav, strip: {\(strip)}}"
        )
        .replacingOccurrences(
          of: "mix: {",
          with: "buses: {room: {inserts: [reverb: {kind: room, decay: 300 ms}]}}\nmix: {")
    }
    let plain = "fader: -6 dB, pan: 30 R"
    _ = try rendered(place, text(plain))
    for (strip, most) in [
      ("fader: {level: -6 dB, ride: [[11 s, -3 dB], [11.5 s, 0 dB]]}, pan: 30 R", 6),
      ("fader: -6 dB, pan: {automation: [[start, 30 R], [11 s, C, over 0.2 s]]}", 6),
      ("\(plain), sends: {room: {level: -6 dB, ride: [[start, mute], [11 s, 0 dB]]}}", 8),
    ] {
      #expect(text(strip) != text(plain))
      #expect(try rendered(place, text(strip)) <= most)
      #expect(try rendered(place, text(plain)) == 0)
    }
  }
}
