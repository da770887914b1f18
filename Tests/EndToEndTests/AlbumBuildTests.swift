import Foundation
import Testing

/// Albums that are rendered: songs, joins, levels, discs and records.
struct AlbumBuildTests {
  /// Noise in pulses, which loudness and limiter have something to do with.
  private static func writeNoise(
    _ place: Workplace, _ name: String, frames: Int, rate: Int, peak: Double, seed: UInt64
  ) throws {
    var state = seed
    func draw() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
    }
    var samples: [Int16] = []
    for n in 0..<frames {
      let swell = 0.6 + 0.4 * sin(Double(n) / Double(rate) * 3)
      samples.append(Int16(peak * swell * draw() * 32767))
      samples.append(Int16(peak * swell * draw() * 32767))
    }
    try place.write(wav(samples, rate: rate, channels: 2), to: name)
  }

  /// Songs of odd lengths, the second one louder than the others.
  private static func songs(
    _ place: Workplace, frames: [Int] = [190_001, 201_337, 187_777], rate: Int = 44_100
  ) throws {
    for (index, count) in frames.enumerated() {
      let name = ["one", "two", "three"][index]
      try writeNoise(
        place, "\(name)/a.wav", frames: count, rate: rate, peak: [0.2, 0.4, 0.1][index],
        seed: UInt64(index + 1))
      try place.write(
        """
        mixdown: 1
        metadata: {title: Song \(name), artist: The Band, isrc: USS1Z260000\(index + 1)}
        rate: \(rate) Hz
        mix: {tail: none}
        tracks:
          band: {source: a.wav, strip: {fader: -2 dB}}
          other: {source: a.wav, strip: {fader: -20 dB}}
        versions: {instrumental: {mute: [other]}}

        """, to: "\(name)/session.yaml")
    }
  }

  private static func album(
    _ place: Workplace, _ deliver: String, gap: String = "none", level: String = "together",
    songs: String = "{one: {session: one}, two: {session: two}, three: {session: three}}",
    master: String = ""
  ) throws {
    try place.write(
      """
      mixdown: 1
      kind: album
      metadata: {title: The Album, artist: The Band, upc: "602435710235"}
      gap: \(gap)
      songs: \(songs)
      master:
        level: \(level)
      \(master)
        deliver: {\(deliver)}

      """, to: "album.yaml")
  }

  private func build(_ place: Workplace, _ more: String...) -> Run {
    Program.run(["build", "album.yaml", "--json"] + more, in: place.folder)
  }

  private func wave(_ place: Workplace, _ path: String) throws -> WaveBytes {
    try #require(WaveBytes(try place.read(path)))
  }

  // MARK: Joins

  @Test func filesOfSongsPlayedOneAfterTheOtherAreTheOneFile() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(
      place,
      """
      each: {loudness: -14 LUFS, bits: 24, file: out/<nn>.wav},
      one: {gain: as each, bits: 24, files: one, file: out/<album>.wav}
      """, gap: "0.3 s", master: "  inserts: [compressor: {threshold: -20 dB, ratio: 2}]")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let whole = try wave(place, "out/The Album.wav")
    let parts = try (1...3).map { try wave(place, "out/0\($0).wav") }
    #expect(parts.map(\.frames) == [190_001 + 13_230, 201_337 + 13_230, 187_777])
    #expect(parts.reduce(Data()) { $0 + $1.data } == whole.data)
  }

  @Test func anAlbumOfOneSongWithoutAMasterIsItsMixToTheBit() throws {
    let place = Workplace()
    try Self.songs(place, frames: [50_000])
    try Self.album(
      place, "x: {limiter: none, bits: 32, files: one, file: out/x.wav}",
      songs: "{one: {session: one}}")
    #expect(build(place).status == 0)
    #expect(place.mixdown("build", "one", "mix").status == 0)
    #expect(try wave(place, "out/x.wav").data == wave(place, "one/out/mix.wav").data)
    #expect(try wave(place, "out/songs/one.wav").data == wave(place, "one/out/mix.wav").data)
  }

  @Test func songsThatOverlapSoundTogetherAndGapsAreSilent() throws {
    let place = Workplace()
    try Self.songs(place, frames: [40_000, 50_000, 30_000])
    try Self.album(
      place, "x: {limiter: none, bits: 32, files: one, file: out/x.wav}", gap: "500 fr",
      songs:
        "{one: {session: one}, two: {session: two, overlap: 10000 fr}, three: {session: three}}")
    #expect(build(place).status == 0)
    let whole = try wave(place, "out/x.wav").floats
    let songs = try ["one", "two", "three"].map { try wave(place, "out/songs/\($0).wav").floats }
    #expect(whole.count == 2 * (40_000 - 10_000 + 50_000 + 500 + 30_000))
    for frame in [0, 29_999, 30_000, 35_123, 39_999, 40_000, 79_999] {
      let first = frame < 40_000 ? songs[0][2 * frame] : 0
      let second = frame >= 30_000 ? songs[1][2 * (frame - 30_000)] : 0
      #expect(abs(whole[2 * frame] - (first + second)) < 1e-7, "\(frame)")
    }
    #expect(whole[(2 * 80_000)..<(2 * 80_500)].allSatisfy { $0 == 0 })
    #expect(whole[2 * 80_500] == songs[2][0])
  }

  // MARK: Levels

  @Test func withOneGainTheLoudestSongMeetsTheTarget() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(
      place,
      """
      each: {loudness: -14 LUFS, bits: 24, file: out/<nn>.wav},
      one: {loudness: -14 LUFS, files: one, file: out/one.wav}
      """)
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let each = run.made.filter { $0.target == "deliver/each" }.map { $0.loudness ?? 0 }
    #expect(abs(each[1] + 14) <= 0.06, "\(each)")
    // The songs keep their distances: peaks of 0.2, 0.4 and 0.1.
    #expect(abs(each[0] + 20) < 0.5 && abs(each[2] + 26) < 0.5, "\(each)")
    let verdicts = run.object["verdicts"] as? [[String: Any]] ?? []
    let loudest = verdicts.filter { $0["target"] as? String == "deliver/one" }
      .first { $0["quantity"] as? String == "integrated" }
    let measured = try #require(loudest?["measured"] as? Double)
    #expect(abs(measured + 14) <= 0.06)
  }

  @Test func withAGainForEachEverySongMeetsTheTarget() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(place, "each: {loudness: -20 LUFS, file: out/<nn>.wav}", level: "each")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    for file in run.made where file.target == "deliver/each" {
      #expect(abs((file.loudness ?? 0) + 20) <= 0.06, "\(file)")
    }
  }

  @Test func aTargetOutOfReachIsSaidAndNothingIsWritten() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(place, "loud: {loudness: -1 LUFS, file: out/<nn>.wav}")
    let run = place.mixdown("build", "album.yaml")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("[target-unreachable]"), "\(run.account)")
    #expect(place.files(in: "out") == ["songs/one.wav", "songs/three.wav", "songs/two.wav"])
  }

  /// Targets, expectations and the distortion of the album's chain are judged as a session's are.
  @Test func whatAnAlbumMissesFailsItsBuild() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(
      place,
      "each: {loudness: -14 LUFS, file: out/<nn>.wav, expect: {plr: at least 60 LU, thd: at most 1 %}}"
    )
    for _ in 0..<2 {
      let run = place.mixdown("build", "album.yaml", "--json")
      #expect(run.status == 1, "\(run.account)")
      #expect(run.diagnosticIDs == ["target-missed", "target-missed", "target-missed"])
      let verdicts = run.object["verdicts"] as? [[String: Any]] ?? []
      let distortion = verdicts.filter { $0["quantity"] as? String == "thd" }
      #expect(!distortion.isEmpty && distortion.allSatisfy { $0["passed"] as? Bool == true })
    }
  }

  @Test func aVersionTakesTheSongsThatHaveItAndTheGainOfAnotherDelivery() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.writeNoise(place, "mix.wav", frames: 60_000, rate: 44_100, peak: 0.1, seed: 9)
    try Self.album(
      place,
      """
      each: {loudness: -14 LUFS, file: out/<nn> <title>.flac},
      plain: {version: instrumental, gain: as each, file: out/plain/<nn> <title>.flac}
      """, songs: "{one: {session: one}, inter: {mix: mix.wav}, three: {session: three}}")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    #expect(run.diagnosticIDs == ["song-without-version"])
    #expect(
      run.made.filter { $0.target == "deliver/plain" }.map(\.path)
        == ["out/plain/01 Song one.flac", "out/plain/03 Song three.flac"])
    let full = try #require(run.made.first { $0.path == "out/01 Song one.flac" }?.loudness)
    let plain = try #require(run.made.first { $0.path == "out/plain/01 Song one.flac" }?.loudness)
    // Without a copy of itself at −18 dB: 1.03 dB less.
    #expect(abs(full - plain - 1.03) < 0.1, "\(full) \(plain)")
  }

  // MARK: Discs and records

  @Test(arguments: [44_100, 48_000])
  func tracksOfADiscBeginOnFramesAndNothingIsCut(_ rate: Int) throws {
    let place = Workplace()
    try Self.songs(place, frames: [200_001, 231_337, 217_777], rate: rate)
    try Self.album(
      place,
      """
      cd: {profile: red-book, loudness: -12 LUFS, files: one, file: out/<album>.wav, cue: true, pq-sheet: true},
      row: {like: cd, files: each, loudness: -12 LUFS, file: out/row/<nn>.wav},
      master: {rate: 44.1 kHz, bits: 16, true-peak: -1 dBTP, gain: as cd, files: one, file: out/master.wav}
      """, gap: "0.5 s")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let image = try wave(place, "out/The Album.wav")
    let master = try wave(place, "out/master.wav")
    #expect(image.rate == 44_100 && image.bits == 16 && image.channels == 2)
    let padding = image.frames - master.frames
    #expect(image.frames % 588 == 0 && padding >= 0 && padding < 588)
    #expect(image.bytes(of: 0..<master.frames) == master.data)
    #expect(image.bytes(of: master.frames..<image.frames).allSatisfy { $0 == 0 })

    func file(_ frames: Int) -> Int {
      Int((Double(frames) * 44_100 / Double(rate)).rounded())
    }
    let gap = rate / 2
    let starts = [0, file(200_001 + gap), file(200_001 + 231_337 + 2 * gap)]
    let cue = String(decoding: try place.read("out/The Album.cue"), as: UTF8.self)
    #expect(cue.hasPrefix("CATALOG 0602435710235\r\n"))
    #expect(cue.contains("FILE \"The Album.wav\" WAVE\r\n"))
    let indices = cue.split(whereSeparator: \.isNewline).filter { $0.contains("INDEX 01") }
      .map { line -> Int in
        let parts = line.suffix(8).split(separator: ":").compactMap { Int($0) }
        return (parts[0] * 60 + parts[1]) * 75 + parts[2]
      }
    #expect(indices == starts.map { $0 / 588 })
    #expect(cue.contains("INDEX 00"))
    #expect(cue.contains("    ISRC USS1Z2600002\r\n"))

    let row = try (1...3).map { try wave(place, "out/row/0\($0).wav") }
    #expect(row.allSatisfy { $0.frames % 588 == 0 })
    #expect(row.reduce(Data()) { $0 + $1.data } == image.data)

    let sums = String(decoding: try place.read("out/MD5SUMS"), as: UTF8.self)
    #expect(
      sums.split(separator: "\n").map { $0.dropFirst(34) }
        == ["The Album PQ.txt", "The Album.cue", "The Album.wav"])
    #expect(place.files(in: "out/row").contains("The Album.cue"))
  }

  @Test func aTrackUnderFourSecondsIsNoTrackOfADisc() throws {
    let place = Workplace()
    try Self.songs(place, frames: [200_000, 100_000, 200_000])
    try Self.album(place, "cd: {profile: red-book, files: one, file: out/a.wav, cue: true}")
    let run = place.mixdown("build", "album.yaml")
    #expect(run.status == 65, "\(run.account)")
    #expect(
      run.standardError.contains("track 2, 'Song two', lasts 00:02:20; a track lasts 4 s at least"),
      "\(run.account)")
    #expect(!place.files(in: "out").contains("a.wav"))
  }

  @Test func sidesHaveAFileEachAndATimingSheet() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(
      place,
      """
      vinyl: {from: mix, limiter: none, true-peak: -12 dBTP, bits: 32, sides: {A: [one, two], B: [three]}, file: out/<album> <side>.wav}
      """, gap: "1 s", master: "  inserts: [gain: {gain: -30 dB}]")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    #expect(
      run.made.filter { $0.target == "deliver/vinyl" }.map(\.path) == [
        "out/The Album A.wav", "out/The Album B.wav",
      ])
    let (a, b) = (try wave(place, "out/The Album A.wav"), try wave(place, "out/The Album B.wav"))
    #expect(a.frames == 190_001 + 44_100 + 201_337)
    #expect(b.frames == 187_777)
    // One gain, that of the louder side, for both.
    let three = try wave(place, "out/songs/three.wav").floats
    let gain = 20 * log10(Double(b.floats[1000] / three[1000]))
    #expect(abs(gain - gain.rounded(.toNearestOrEven)) < 1.01 && gain < -1, "\(gain)")
    let two = try wave(place, "out/songs/two.wav").floats
    let other = 20 * log10(Double(a.floats[2 * (190_001 + 44_100) + 1000] / two[1000]))
    #expect(abs(gain - other) < 0.001, "\(gain) \(other)")
    let sheet = String(decoding: try place.read("out/The Album timing.txt"), as: UTF8.self)
    #expect(sheet.contains("Side A   total 0:09.9\n"), "\(sheet)")
    #expect(sheet.contains("Song three"))
  }

  // MARK: Building again

  @Test func afterAChangeOfOneSongTheOthersMixesStay() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(place, "each: {loudness: -16 LUFS, file: out/<nn>.wav}")
    let first = build(place)
    #expect(first.status == 0, "\(first.account)")
    let again = build(place)
    #expect(
      (again.object["chunks"] as? [String: Any])?["rendered"] as? Int == 0, "\(again.account)")
    #expect(again.hashes == first.hashes)
    #expect(place.mixdown("plan", "album.yaml").text == "nothing to do\n")
    let session = String(decoding: try place.read("three/session.yaml"), as: UTF8.self)
    try place.write(
      session.replacingOccurrences(of: "fader: -2 dB", with: "fader: -3 dB"),
      to: "three/session.yaml")
    let plan = place.mixdown("plan", "album.yaml").text
    #expect(plan.contains("song/three:") && !plan.contains("song/one:"), "\(plan)")
    #expect(plan.contains("perhaps out/03.wav is made again"), "\(plan)")
    let why = place.mixdown("explain", "album.yaml").text
    #expect(why.contains("song/three: ") && why.contains("-2") && why.contains("-3"), "\(why)")
    let changed = build(place)
    #expect(changed.status == 0, "\(changed.account)")
    #expect(changed.hashes["song/one"] == first.hashes["song/one"])
    #expect(changed.hashes["song/two"] == first.hashes["song/two"])
    #expect(changed.hashes["song/three"] != first.hashes["song/three"])
  }

  @Test func explainComparesEachVersionOfASongWithItself() throws {
    let place = Workplace()
    try Self.songs(place, frames: [60_000])
    try Self.album(
      place,
      """
      each: {limiter: none, file: out/<nn>.wav},
      plain: {version: instrumental, limiter: none, file: out/plain/<nn>.wav}
      """, songs: "{one: {session: one}}")
    #expect(build(place).status == 0)
    let session = String(decoding: try place.read("one/session.yaml"), as: UTF8.self)
    try place.write(
      session.replacingOccurrences(of: "fader: -2 dB", with: "fader: -3 dB"),
      to: "one/session.yaml")
    let why = place.mixdown("explain", "album.yaml").text
    for name in ["song/one:", "song/one (instrumental):"] {
      #expect(
        why.contains("\(name) mix.sum: band/fader was -2 dB, is -3 dB"), "\(why)")
    }
    #expect(!why.contains("is new"), "\(why)")
  }

  @Test func theSameBytesComeOutWithoutACacheAndWithOneWorker() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(place, "each: {loudness: -16 LUFS, file: out/<nn>.wav}")
    #expect(build(place).status == 0)
    let verify = place.mixdown("verify", "album.yaml", "-j", "1")
    #expect(verify.status == 0, "\(verify.account)")
    #expect(verify.text.contains("03.wav: the same"), "\(verify.account)")
    #expect(!verify.text.contains("DIFFERENT") && !verify.text.contains("nothing to compare"))
  }

  @Test func anAlbumIsVerifiedAgainstARecordAndWithItsSheets() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(
      place,
      """
      disc: {profile: red-book, cue: true, pq-sheet: true, files: one, gain: -3 dB, file: out/<album>.wav}
      """)
    let built = build(place)
    #expect(built.status == 0, "\(built.account)")
    try place.write(built.standardOutput, to: "result.json")
    let verify = place.mixdown("verify", "album.yaml")
    #expect(verify.status == 0, "\(verify.account)")
    for name in ["The Album.cue", "The Album PQ.txt", "MD5SUMS"] {
      #expect(verify.text.contains("\(name): the same"), "\(verify.account)")
    }
    try place.write("something else", to: "out/The Album.cue")
    let other = place.mixdown("verify", "album.yaml")
    #expect(other.status == 1, "\(other.account)")
    #expect(other.text.contains("The Album.cue: DIFFERENT"), "\(other.account)")
    #expect(place.mixdown("verify", "album.yaml", "--against", "result.json").status == 0)
    let record = String(decoding: built.standardOutput, as: UTF8.self)
    let wrong = record.replacingOccurrences(
      of: "\"sha256\": \"", with: "\"sha256\": \"0")
    try place.write(wrong, to: "wrong.json")
    let against = place.mixdown("verify", "album.yaml", "--against", "wrong.json")
    #expect(against.status == 1 && against.text.contains("DIFFERENT"), "\(against.account)")
    #expect(place.mixdown("verify", "album.yaml", "--against", "album.yaml").status == 64)
  }

  @Test func cleanRemovesEverythingThatABuildMade() throws {
    let place = Workplace()
    try Self.songs(place, frames: [200_000, 210_000, 220_000])
    try Self.album(
      place, "cd: {profile: red-book, files: one, file: out/a.wav, cue: true, pq-sheet: true}")
    #expect(build(place).status == 0)
    #expect(place.files(in: "out").count == 7)
    let run = place.mixdown("clean", "album.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.files(in: "out") == [])
  }

  @Test func explainOfAnAlbumThatWasNotBuiltSaysWhatABuildMakes() throws {
    let place = Workplace()
    try AlbumTests.album(
      place, songs: "{one: {session: one/session.yaml}}",
      rest: "master: {deliver: {each: {gain: -3 dB, file: out/<nn>.wav}}}")
    let run = place.mixdown("explain", "album.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.text.hasPrefix("nothing was built yet; a build makes "), "\(run.account)")
    #expect(run.text.contains("out/01.wav"), "\(run.account)")
  }

  @Test func whereNamesTheSongAndThePlaceInIt() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(place, "each: {file: out/<nn>.wav}")
    let run = place.mixdown("where", "album.yaml", "190101 fr")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.text.contains("two/session.yaml:\nprogramme   0:00.002  frame 100"), "\(run.text)")
  }

  @Test func targetsOfAnAlbumAreSongsDeliveriesMixAndMaster() throws {
    let place = Workplace()
    try Self.songs(place)
    try Self.album(place, "each: {file: out/<nn>.wav}")
    let song = build(place, "song/two")
    #expect(song.made.map(\.path) == ["out/songs/two.wav"], "\(song.account)")
    let master = build(place, "master")
    #expect(master.made.last?.path == "out/master.wav", "\(master.account)")
    let wrong = place.mixdown("build", "album.yaml", "song/tow")
    #expect(wrong.status == 64)
    #expect(wrong.standardError.contains("did you mean 'song/two'?"), "\(wrong.account)")
  }
}
