import Foundation
import Testing

/// What deliveries aim at, through the command line: each metric, and what stands in the way.
struct TargetTests {
  /// Noise with hits that stand out, the same everywhere; `level` linear.
  private func hits(_ seconds: Double, level: Double = 0.05, crest: Double = 5, seed: UInt64 = 1)
    -> Data
  {
    var state = seed
    var samples: [Int16] = []
    for i in 0..<Int(seconds * 48_000) {
      let hit = 1 + crest * exp(-Double(i % 24_000) / 800)
      for _ in 0..<2 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
        samples.append(Int16(max(-32_768, min(32_767, 32_767 * level * hit * noise))))
      }
    }
    return wav(samples, rate: 48_000, channels: 2)
  }

  private func place(_ deliveries: String, _ audio: Data? = nil) throws -> Workplace {
    let place = Workplace()
    try place.write(audio ?? hits(8), to: "a.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: a.wav}}
      master:
        deliver:
      \(deliveries)

      """, to: "session.yaml")
    return place
  }

  /// What the file of a delivery measures when it is read again.
  private func measured(_ place: Workplace, _ file: String) throws -> [String: Double] {
    let object = try #require(place.mixdown("measure", "--json", file).array.first)
    return object.compactMapValues { $0 as? Double }
  }

  @Test func everyMetricIsReachedInTheFile() throws {
    let place = try place(
      """
          integrated: {loudness: -18 LUFS, file: out/integrated.wav, max-limiting: 12 dB}
          moment: {loudness: {momentary-max: -15 LUFS}, file: out/moment.wav, max-limiting: 12 dB}
          short: {loudness: {short-term-max: -17 LUFS}, file: out/short.wav, max-limiting: 12 dB}
          book: {loudness: {rms: -21 dBFS}, file: out/book.wav, max-limiting: 12 dB}
          peak: {loudness: {sample-peak: -4 dBFS}, limiter: none, file: out/peak.wav}
          same: {gain: as integrated, channels: mono, file: out/same.wav}
      """)
    let run = place.mixdown("build", "deliveries", "--json")
    #expect(run.status == 0, "\(run.account)")
    let wanted: [(String, String, Double)] = [
      ("integrated", "integrated_lufs", -18), ("moment", "momentary_max_lufs", -15),
      ("short", "short_term_max_lufs", -17), ("book", "rms_dbfs", -21),
      ("peak", "sample_peak_dbfs", -4),
    ]
    for (name, quantity, value) in wanted {
      let found = try measured(place, "out/\(name).wav")
      #expect(abs(try #require(found[quantity]) - value) <= 0.06, "\(name)")
      if name != "peak" { #expect(try #require(found["true_peak_dbtp"]) <= -1, "\(name)") }
    }
    // The mono file has the stereo file's gain, whatever its loudness then is.
    let gains = Dictionary(
      uniqueKeysWithValues: (run.object["files"] as? [[String: Any]] ?? []).map {
        ("\($0["target"] ?? "")", $0["gain_db"] as? Double)
      })
    #expect(gains["deliver/same"] == gains["deliver/integrated"] && gains["deliver/same"] != nil)
    // A gain given as it is judges no loudness.
    let judged = (run.object["verdicts"] as? [[String: Any]] ?? []).map { "\($0["id"] ?? "")" }
    #expect(judged.contains("deliver/integrated/integrated"))
    #expect(!judged.contains("deliver/same/integrated"))
  }

  @Test func aGainThatTheLimiterTakesBackIsSaid() throws {
    let place = try place(
      """
          loud: {gain: 20 dB, file: out/loud.wav}
          meant: {gain: 20 dB, max-limiting: 25 dB, file: out/meant.wav}
          soft: {gain: 2 dB, file: out/soft.wav}
          same: {gain: as loud, max-limiting: 2 dB, file: out/same.wav}
          free: {gain: 20 dB, limiter: none, bits: 32, file: out/free.wav}
      """)
    for _ in 0..<2 {
      let run = place.mixdown("build", "deliveries", "--json")
      #expect(run.status == 0, "\(run.account)")
      let said = (run.object["diagnostics"] as? [[String: Any]] ?? []).filter {
        $0["id"] as? String == "heavy-limiting"
      }
      #expect(said.map { $0["line"] as? Int } == [6, 9], "\(run.account)")
      let message = said.first?["message"] as? String ?? ""
      #expect(
        message.hasPrefix("the limiter takes up to 1")
          && message.hasSuffix(" dB away from 'out/loud.wav'; 'max-limiting' is 6 dB"), "\(message)"
      )
    }
    // What is advised is enough.
    let text = place.mixdown("build", "deliver/loud").standardError
    let advised = try #require(text.firstMatch(of: /'gain: ([-0-9.]+ dB)' keeps within that/))
    let accepted = try #require(text.firstMatch(of: /'max-limiting: ([0-9.]+ dB)' accepts it/))
    for setting in ["gain: \(advised.1)", "gain: 20 dB, max-limiting: \(accepted.1)"] {
      let run = try self.place("    loud: {\(setting), file: out/loud.wav}").mixdown("build")
      #expect(!run.standardError.contains("heavy-limiting"), "\(setting): \(run.account)")
    }
  }

  @Test func aLimitTurnsDownOnly() throws {
    let place = try place(
      """
          low: {loudness: at most -40 LUFS, file: out/low.wav}
          high: {loudness: at most -5 LUFS, file: out/high.wav}
      """)
    let run = place.mixdown("build", "--json")
    #expect(run.status == 0, "\(run.account)")
    let low = try measured(place, "out/low.wav")
    #expect(try #require(low["integrated_lufs"]) <= -40)
    #expect(try #require(low["integrated_lufs"]) > -40.2)
    let (high, mix) = (try measured(place, "out/high.wav"), try measured(place, "out/mix.wav"))
    #expect(
      abs(try #require(high["integrated_lufs"]) - (try #require(mix["integrated_lufs"]))) < 0.01)
  }

  /// Digital silence, and noise of one step of 16 bits, which is below the gate.
  @Test(arguments: [0, 1])
  func silenceIsNeverTurnedUp(_ step: Int16) throws {
    let samples = (0..<(2 * 144_000)).map { $0 % 5 == 0 ? step : 0 }
    let place = try place(
      """
          a: {loudness: -14 LUFS, file: out/a.wav}
          b: {true-peak: -1 dBTP, file: out/b.wav}
      """, wav(samples, rate: 48_000, channels: 2))
    for _ in 0..<2 {
      let run = place.mixdown("build")
      #expect(run.status == 1, "\(run.account)")
      #expect(run.standardError.contains("session.yaml:6:19: error: 'out/a.wav' is silent"))
      #expect(run.standardError.contains("[target-unreachable]"))
      #expect(run.text.contains("1 of 2 numbers missed"), "\(run.account)")
      #expect(place.files(in: "out") == ["b.wav", "mix.wav"])
    }
    #expect(try measured(place, "out/b.wav")["integrated_lufs"] == nil)
  }

  /// The message says what is reachable and what it would take; written as it says, both are so.
  @Test func whatIsOutOfReachSaysWhatToWrite() throws {
    let deliveries = "    loud: {loudness: -10 LUFS, max-limiting: 4 dB, file: out/loud.wav}"
    let place = try place(deliveries)
    var words: [String] = []
    for _ in 0..<2 {
      let run = place.mixdown("build")
      #expect(run.status == 1 && place.files(in: "out") == ["mix.wav"], "\(run.account)")
      #expect(run.standardError.contains("session.yaml:6:22: error: 'out/loud.wav' needs "))
      #expect(run.standardError.contains("'max-limiting' is 4 dB"))
      #expect(run.text.contains("1 of 1 number missed"), "\(run.account)")
      let note = try #require(
        run.standardError.split(separator: "\n").first { $0.hasPrefix("note: write '") })
      words = note.split(separator: "'").map(String.init)
    }
    let (limiting, loudness) = (words[1], words[3])
    #expect(limiting.hasPrefix("max-limiting: ") && loudness.hasPrefix("loudness: "))
    let report = place.mixdown("report", "--format", "junit").text
    #expect(report.contains("tests=\"1\" failures=\"1\" errors=\"0\""), "\(report)")
    for (old, new) in [("max-limiting: 4 dB", limiting), ("loudness: -10 LUFS", loudness)] {
      try place.write(
        String(decoding: try place.read("session.yaml"), as: UTF8.self)
          .replacingOccurrences(
            of: deliveries, with: deliveries.replacingOccurrences(of: old, with: new)),
        to: "other/session.yaml")
      try place.write(try place.read("a.wav"), to: "other/a.wav")
      let run = place.mixdown("build", "other")
      #expect(run.status == 0, "\(new): \(run.account)")
    }
  }

  @Test func noLimitingMakesEverythingLoud() throws {
    let place = try place("    loud: {loudness: 0 LUFS, file: out/loud.wav}", hits(4, crest: 40))
    let run = place.mixdown("build")
    #expect(run.status == 1, "\(run.account)")
    #expect(
      run.standardError.contains("does not come to 0 LUFS at -1 dBTP by limiting alone"),
      "\(run.account)")
  }

  // MARK: Profiles

  @Test func whatCannotBeCheckedIsSaidNotToBeMeasured() throws {
    let place = try place("    film: {profile: netflix, file: out/film.wav}")
    let run = place.mixdown("build")
    #expect(run.status == 1, "\(run.account)")
    #expect(
      run.standardError.contains("dialogue-loudness of 'out/film.wav' is not measured"),
      "\(run.account)")
    let report = place.mixdown("report").text
    let rows = report.split(separator: "\n").filter { $0.contains("dialogue") }
    #expect(rows.count == 3 && rows.allSatisfy { $0.hasPrefix("not measured") }, "\(report)")
    #expect(place.mixdown("report", "--format", "markdown").text.contains("not measured"))
  }

  // MARK: Edits

  /// One bar of one track is edited in place where the gain does not follow from it: what lies
  /// around it is made again, in the mix and in every delivery.
  @Test func anEditInPlaceMakesThePiecesAroundIt() throws {
    let place = Workplace()
    try place.write(hits(64, seed: 3), to: "a.wav")
    try place.write(hits(64, level: 0.002, crest: 0, seed: 4), to: "b.wav")
    func session(_ edits: String) -> String {
      """
      mixdown: 1
      rate: 48 kHz
      tempo: 120 bpm
      tracks:
        a: {source: a.wav}
        b: {source: b.wav, edits: [\(edits)]}
      master:
        deliver:
          wide: {loudness: -18 LUFS, max-limiting: 12 dB, file: out/wide.wav}
          disc: {loudness: -20 LUFS, max-limiting: 12 dB, rate: 44.1 kHz, bits: 16, file: out/disc.wav}
          quiet: {loudness: -30 LUFS, file: out/quiet.aiff}

      """
    }
    func made(_ run: Run) -> [String: Int] {
      let segments = run.object["segments"] as? [[String: Any]] ?? []
      return Dictionary(
        segments.map { ("\($0["name"] ?? "")", $0["rendered"] as? Int ?? 0) },
        uniquingKeysWith: +)
    }
    try place.write(session(""), to: "session.yaml")
    let first = place.mixdown("build", "--json")
    #expect(first.status == 0, "\(first.account)")
    try place.write(session("gain: {range: bar 17..18, by: -6 dB}"), to: "session.yaml")
    let second = place.mixdown("build", "--json")
    #expect(second.status == 0, "\(second.account)")
    let (all, some) = (made(first), made(second))
    for name in ["deliver/wide", "deliver/disc", "deliver/quiet"] {
      // 64 s are 12 pieces; a bar is 2 s. A limiter's release lasts, and a piece behind it.
      #expect(try #require(all[name]) >= 12, "\(all)")
      #expect((1...4).contains(try #require(some[name])), "\(name): \(some)")
      #expect(first.hashes[name] != second.hashes[name])
    }
    #expect(some["b"].map { $0 <= 2 } ?? false, "\(some)")
    let clean = place.mixdown("build", "--json", "--no-cache", "--output", "clean")
    for name in ["mix", "deliver/wide", "deliver/disc", "deliver/quiet"] {
      #expect(second.hashes[name] == clean.hashes[name] && clean.hashes[name] != nil, "\(name)")
    }
  }
}
