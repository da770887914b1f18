import Foundation
import Testing

/// What the files of an album say of themselves: levels of songs that share a gain, and discs.
struct AlbumFileTests {
  /// Noise of 5 s each, the second song louder than the others.
  private func place(
    _ deliver: String, level: String = "together", gap: String = "none",
    isrc: [Bool] = [true, true], rate: Int = 44_100
  ) throws -> Workplace {
    let place = Workplace()
    for (index, name) in ["one", "two"].enumerated() {
      var state = UInt64(index + 1)
      let samples = (0..<(2 * (5 * rate + 177 * (index + 1)))).map { n -> Int16 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let draw = Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
        let hit = n % 20_000 < 400 ? 2.2 : 1.0
        return Int16([0.1, 0.3][index] * hit * draw * 32767)
      }
      try place.write(wav(samples, rate: rate, channels: 2), to: "\(name).wav")
    }
    let songs = ["one", "two"].enumerated().map { index, name in
      let code = isrc[index] ? ", isrc: USS1Z260000\(index + 1)" : ""
      return "\(name): {mix: \(name).wav, metadata: {title: Song \(name)\(code)}}"
    }.joined(separator: ", ")
    try place.write(
      """
      mixdown: 1
      kind: album
      metadata: {title: The Album, artist: The Band, upc: "602435710235"}
      gap: \(gap)
      songs: {\(songs)}
      master:
        level: \(level)
        deliver: {\(deliver)}

      """, to: "album.yaml")
    return place
  }

  private func build(_ place: Workplace) -> Run { place.mixdown("build", "album.yaml", "--json") }

  private func values(_ run: Run, _ name: String, _ target: String) -> [Double] {
    (run.object["files"] as? [[String: Any]] ?? [])
      .filter { $0["target"] as? String == "deliver/\(target)" }
      .map { $0[name] as? Double ?? .nan }
  }

  private func verdicts(_ run: Run, _ quantity: String) -> [[String: Any]] {
    (run.object["verdicts"] as? [[String: Any]] ?? [])
      .filter { $0["quantity"] as? String == quantity }
  }

  // MARK: Levels

  @Test(arguments: ["files: each, file: out/<nn>.wav", "files: one, file: out/one.wav"])
  func aBandHoldsForTheLoudestSongAlone(_ files: String) throws {
    let place = try place("tv: {profile: arib-tr-b32, \(files)}")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let levels = verdicts(run, "integrated")
    #expect(levels.allSatisfy { $0["outcome"] as? String == "passed" }, "\(run.account)")
    #expect(levels.contains { ($0["wanted"] as? String)?.contains("±") == true }, "\(levels)")
  }

  @Test func aGainThatMissesTheBandOfItsProfileIsSaid() throws {
    let place = try place("tv: {profile: arib-tr-b32, gain: -30 dB, file: out/<nn>.wav}")
    let run = build(place)
    #expect(run.status == 1, "\(run.account)")
    let missed = verdicts(run, "integrated").filter { $0["outcome"] as? String == "missed" }
    #expect(missed.count == 1, "\(run.account)")
  }

  @Test func everySongHasItsOwnReduction() throws {
    let place = try place("each: {gain: 6 dB, true-peak: -2 dBTP, file: out/<nn>.wav}")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let reductions = values(run, "gain_reduction_db", "each")
    #expect(reductions.count == 2 && reductions[0] == 0 && reductions[1] > 3, "\(reductions)")
  }

  @Test func theLoudestSongIsFoundWhereverTheFileBegins() throws {
    let place = try place(
      """
      plain: {loudness: -14 LUFS, files: one, file: out/plain.wav},
      moved: {loudness: -14 LUFS, files: one, head: 2 s, tail: 1 s, file: out/moved.wav}
      """, gap: "1 s")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let levels = verdicts(run, "integrated").compactMap { $0["measured"] as? Double }
    #expect(levels.count == 2 && abs(levels[0] - levels[1]) < 0.02, "\(levels)")
  }

  @Test func encodersAreCorrectedForInTheOneGain() throws {
    let place = try place(
      "web: {loudness: -16 LUFS, format: mp3, bit-rate: 64 kbps, file: out/<nn>.mp3}")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let gains = values(run, "gain_db", "web")
    #expect(gains.count == 2 && gains[0] == gains[1], "\(gains)")
    let levels = values(run, "integrated_lufs", "web")
    #expect(abs(levels[1] + 16) <= 0.06, "\(levels)")
  }

  // MARK: Discs

  @Test(arguments: [44_100, 48_000], ["", "fade-out: 100 ms, "])
  func filesOfADiscWithAGainEachLieOnItsFrames(_ rate: Int, _ more: String) throws {
    let place = try place(
      """
      cd: {profile: red-book, loudness: -20 LUFS, \(more)file: out/<nn>.wav, cue: true, pq-sheet: true}
      """, level: "each", rate: rate)
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let files = try (1...2).map { try #require(WaveBytes(try place.read("out/0\($0).wav"))) }
    #expect(files.allSatisfy { $0.frames % 588 == 0 })
    let first = Int((Double(5 * rate + 177) * 44_100 / Double(rate)).rounded())
    #expect(files[0].frames == first / 588 * 588)
    let pq = String(decoding: try place.read("out/The Album PQ.txt"), as: UTF8.self)
    let total = files.reduce(0) { $0 + $1.frames / 588 }
    let clock = String(format: "%02d:%02d:%02d", total / 4500, total / 75 % 60, total % 75)
    #expect(pq.contains("Total       \(clock)\n"), "\(pq)")
    let levels = values(run, "integrated_lufs", "cd")
    #expect(levels.allSatisfy { abs($0 + 20) < 0.1 }, "\(levels)")
  }

  @Test func aDiscImageWithAFadeIsAWholeNumberOfFrames() throws {
    let place = try place(
      "cd: {profile: red-book, fade-out: 1 s, files: one, file: out/cd.wav, cue: true}")
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    #expect(try #require(WaveBytes(try place.read("out/cd.wav"))).frames % 588 == 0)
  }

  @Test(arguments: ["head: 0.2 s", "tail: 0.5 s"])
  func whatMovesTheTracksOfADiscIsRefused(_ setting: String) throws {
    let place = try place(
      "cd: {profile: red-book, \(setting), files: one, file: out/cd.wav, cue: true}")
    let run = place.mixdown("build", "album.yaml")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains("'head' and 'tail' move the tracks"), "\(run.account)")
    #expect(!place.files(in: "out").contains("cd.wav"))
  }

  @Test(arguments: [true, false])
  func codesOfADiscAreThoseOfItsTracks(_ isComplete: Bool) throws {
    let place = try place(
      "cd: {profile: red-book, files: one, file: out/cd.wav}", isrc: [true, isComplete])
    let run = build(place)
    #expect(run.status == 0, "\(run.account)")
    let code = try #require(verdicts(run, "isrc").first)
    #expect(code["outcome"] as? String == (isComplete ? "passed" : "missed"), "\(run.account)")
    if !isComplete { #expect(code["reading"] as? String == "none for 'Song two'", "\(code)") }
  }

  @Test func twoDeliveriesHaveNoSheetInCommon() throws {
    let place = try place(
      """
      w: {files: one, file: out/one.wav, cue: true, pq-sheet: true},
      f: {files: one, file: out/one.flac, cue: true}
      """)
    let run = place.mixdown("check", "album.yaml")
    #expect(run.status == 65, "\(run.account)")
    #expect(
      run.standardError.contains("two files would be written to 'out/one.cue' [duplicate-output]"),
      "\(run.account)")
    #expect(!run.standardError.contains("PQ"), "\(run.account)")
  }
}
