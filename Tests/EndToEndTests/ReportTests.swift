import Foundation
import Testing

/// Expectations on every stage, and the reports that say what became of them.
struct ReportTests {
  static let session = """
    mixdown: 1
    metadata: {title: "Tom & <Jerry>"}
    rate: 48 kHz
    tracks:
      a: {source: a.wav, strip: {output: drums}, expect: {sample-peak: at most -60 dBFS}}
      b:
        source: b.wav
        strip: {output: drums, inserts: [saturation: {drive: 12 dB}]}
        expect: {thd: at most 0.5 %}
        advise: {integrated: -60 LUFS ± 1 LU}
    buses:
      drums: {expect: {true-peak: between -60 dBTP and -1 dBTP}}
    stems: {drums: [drums]}
    mix: {expect: {stems-residual: at most -120 dBFS}}
    master:
      expect: {thd-n: at most 0.001 %}
      deliver:
        cd: {loudness: -20 LUFS, true-peak: -1 dBTP, bits: 16, file: "out/<title>.wav"}

    """

  func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 4)
    try place.writeTone("b.wav", seconds: 4, frequency: 220)
    try place.write(Self.session, to: "session.yaml")
    return place
  }

  private func outcomes(_ run: Run) -> [String: String] {
    var found: [String: String] = [:]
    for verdict in run.object["verdicts"] as? [[String: Any]] ?? [] {
      found["\(verdict["id"] ?? "")"] = "\(verdict["outcome"] ?? "") \(verdict["line"] ?? "")"
    }
    return found
  }

  @Test func everyStageIsJudgedAtItsLineAndAgainWhenNothingIsRendered() throws {
    let place = try place()
    let wanted = [
      "track/a/sample-peak": "missed 5", "track/b/thd": "missed 9",
      "track/b/integrated": "missed 10", "bus/drums/true-peak": "passed 12",
      "mix/stems-residual": "passed 14", "master/thd-n": "passed 16",
      "deliver/cd/integrated": "passed 18", "deliver/cd/true-peak": "passed 18",
    ]
    let first = place.mixdown("build", "--json")
    #expect(first.status == 1, "\(first.account)")
    #expect(outcomes(first) == wanted)
    let severities = (first.object["diagnostics"] as? [[String: Any]] ?? [])
      .map { "\($0["severity"] ?? "") \($0["line"] ?? "")" }
    #expect(severities == ["error 5", "error 9", "warning 10"])
    // Everything that could be made was made, and nothing for the tracks that are only measured.
    #expect(
      place.files(in: "out") == ["Tom & -Jerry-.wav", "mix.wav", "stems/drums.wav"])
    let second = place.mixdown("build", "--json")
    #expect(second.status == 1 && outcomes(second) == wanted)
    let chunks = second.object["chunks"] as? [String: Any]
    #expect(chunks?["rendered"] as? Int == 0, "\(second.account)")
    // Without a cache the numbers are the same.
    let third = place.mixdown("build", "--json", "--no-cache")
    #expect(outcomes(third) == wanted)
    let streams = first.object["streams"] as? [[String: Any]]
    #expect(
      NSArray(array: streams ?? [])
        == NSArray(array: third.object["streams"] as? [[String: Any]] ?? []))
  }

  /// Built here and reported there, by paths that lead from there.
  @Test func aReportFindsItsFilesFromAnyFolder() throws {
    let place = Workplace()
    for name in ["song", "other"] {
      try place.writeTone("\(name)/a.wav", seconds: 1)
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        tracks: {a: {source: a.wav, expect: {sample-peak: at most -60 dBFS}}}
        mix: {tail: none}

        """, to: "\(name)/session.yaml")
    }
    func run(_ arguments: [String], in folder: String) -> Run {
      Program.run(
        arguments, in: folder.isEmpty ? place.folder : place[folder],
        environment: ["MIXDOWN_CACHE": place[".cache"].path])
    }
    // A file of the same name that is another song's.
    try place.write("no sound", to: "out/mix.wav")
    #expect(run(["build", "--output", "../masters"], in: "song").status == 1)
    #expect(run(["build", "other"], in: "").status == 1)
    func report(_ session: [String], in folder: String) -> (said: String, paths: [String]) {
      let text = run(["report"] + session, in: folder)
      let object = run(["report", "--json"] + session, in: folder).object
      let files = object["files"] as? [[String: Any]] ?? []
      let verdicts = object["verdicts"] as? [[String: Any]] ?? []
      return (
        text.standardError,
        (files + verdicts).map { "\($0["path"] ?? "")" } + verdicts.map { "\($0["file"] ?? "")" }
      )
    }
    for (session, folder, head) in [
      ([], "song", ""), (["song"], "", "song/"), (["../song"], "other", "../song/"),
    ] {
      let found = report(session, in: folder)
      #expect(found.said.isEmpty, "\(found)")
      #expect(
        found.paths == [
          "\(head)../masters/mix.wav", "\(head)../masters/master.wav", "track/a",
          "\(head)session.yaml",
        ], "\(found)")
    }
    for (session, folder, head) in [(["other"], "", "other/"), ([], "other", "")] {
      let found = report(session, in: folder)
      #expect(found.said.isEmpty, "\(found)")
      #expect(
        found.paths == [
          "\(head)out/mix.wav", "\(head)out/master.wav", "track/a", "\(head)session.yaml",
        ], "\(found)")
    }
    try place.write("changed", to: "other/out/mix.wav")
    #expect(
      report([], in: "other").said
        .contains("mixdown: out/mix.wav was touched or changed since that build\n"))
  }

  @Test func whatOnlyAWholeFileSaysIsMeasuredWhereverItIsExpected() throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2, channels: 2)
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: a.wav}}
      mix: {expect: {treble: at most 0 dB, tail-quiet: at least 0 s}}
      master:
        expect: {bass-side: at most 10 dB, head-quiet: at most 3 s}
        deliver: {a: {gain: 0 dB, file: out/a.wav}}

      """, to: "session.yaml")
    let deliver = [
      "mix/treble": "passed 4", "mix/tail-quiet": "passed 4", "deliver/a/bass-side": "passed 6",
      "deliver/a/head-quiet": "passed 6", "deliver/a/true-peak": "passed 7",
    ]
    for _ in 0..<2 {
      let run = place.mixdown("build", "--json")
      #expect(run.status == 0 && outcomes(run) == deliver, "\(run.account)")
    }
    let master = place.mixdown("build", "master", "--json")
    #expect(master.status == 0, "\(master.account)")
    #expect(outcomes(master)["master/bass-side"] == "passed 6", "\(master.account)")
  }

  @Test(arguments: [(0.0, 2.0), (20, 16)])
  func whatTheMastersLimiterTakesAwayIsMeasured(_ fader: Double, _ most: Double) throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2)
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: a.wav}}
      mix: {fader: \(fader) dB}
      master: {expect: {gain-reduction: at most \(most) dB}}
      lints: {clipping-into-master: silent}

      """, to: "session.yaml")
    for _ in 0..<2 {
      let run = place.mixdown("build", "--json")
      #expect(run.status == 0, "\(run.account)")
      let verdict = (run.object["verdicts"] as? [[String: Any]] ?? []).first
      let measured = try #require(verdict?["measured"] as? Double, "\(run.account)")
      // A tone of −6 dBFS, panned to the middle; the ceiling is −1 dBTP.
      #expect(fader == 0 ? measured == 0 : measured > 10 && measured < most, "\(measured)")
    }
  }

  @Test func aSingleTargetIsJudgedAlone() throws {
    let place = try place()
    #expect(Set(outcomes(place.mixdown("build", "mix", "--json")).keys) == [])
    #expect(
      Set(outcomes(place.mixdown("build", "track/a", "--json")).keys) == ["track/a/sample-peak"])
  }

  @Test func stemsThatCannotSumSayWhy() throws {
    let place = try place()
    try place.write(
      Self.session.replacingOccurrences(of: "{drums: [drums]}", with: "{one: [a]}"),
      to: "session.yaml")
    let run = place.mixdown("build", "--json")
    #expect(outcomes(run)["mix/stems-residual"] == "missed 14", "\(run.account)")
    let proof = (run.object["streams"] as? [[String: Any]])?.first {
      $0["target"] as? String == "stems"
    }
    let remarks = proof?["remarks"] as? [String] ?? []
    #expect(remarks.contains("'b' is in no stem"), "\(remarks)")
    #expect((proof?["stems_residual_dbfs"] as? Double).map { $0 > -60 } ?? false)
  }

  @Test func reportsAreWrittenInTheFormsAskedFor() throws {
    let place = try place()
    let run = place.mixdown(
      "build", "--report", "junit=r/junit.out", "--report", "r/a.sarif", "--report", "r/a.md",
      "--report", "r/a.json", "--report", "r/a.html", "--report", "r/a.txt")
    #expect(run.status == 1, "\(run.account)")
    #expect(
      place.files(in: "r") == ["a.html", "a.json", "a.md", "a.sarif", "a.txt", "junit.out"])
    let junit = String(decoding: try place.read("r/junit.out"), as: UTF8.self)
    #expect(junit.contains("<testsuites name=\"session.yaml\" tests=\"8\" failures=\"2\""))
    #expect(junit.contains("Tom &amp; -Jerry-.wav"))
    let sarif = try JSONSerialization.jsonObject(with: place.read("r/a.sarif")) as? [String: Any]
    let results = (sarif?["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]]
    #expect(results?.count == 8)
    #expect(place.mixdown("build", "--report", "r/a.pdf").status == 64)
  }

  /// A file that is asked for twice is the same, whatever was cached.
  @Test func aReportHasNoClockAndNoFolderInIt() throws {
    let place = try place()
    _ = place.mixdown("build", "--report", "one.json")
    _ = place.mixdown("build", "--report", "two.json")
    let text = String(decoding: try place.read("one.json"), as: UTF8.self)
    #expect(text.contains("\"seconds\": null") && !text.contains(place.folder.path))
    #expect(!text.contains("not-measured"))
  }

  @Test func theLastBuildIsReportedWithoutRendering() throws {
    let place = try place()
    #expect(place.mixdown("report").status == 66)
    let built = place.mixdown("build", "--report", "out/built.md")
    #expect(built.status == 1, "\(built.account)")
    let report = place.mixdown("report")
    #expect(report.status == 0 && report.text.contains("MISSED  track/a"), "\(report.account)")
    #expect(report.text.hasPrefix("session.yaml: 2 of 8 numbers missed, 1 against advice\n"))
    let markdown = place.mixdown("report", "--format", "markdown")
    #expect(markdown.standardOutput == (try place.read("out/built.md")))
    #expect(place.mixdown("report", "--json").object["exit_code"] as? Int == 1)
    // What was changed since is said.
    try place.write("x", to: "out/mix.wav")
    #expect(place.mixdown("report").standardError.contains("out/mix.wav was changed"))
  }

  @Test func aWrongSessionIsReportedToo() throws {
    let place = try place()
    try place.write(Self.session + "buss: {}\n", to: "session.yaml")
    for verb in ["check", "build"] {
      let run = place.mixdown(verb, "--report", "\(verb).sarif")
      #expect(run.status == 65, "\(run.account)")
      let text = String(decoding: try place.read("\(verb).sarif"), as: UTF8.self)
      #expect(text.contains("\"startLine\": 19") && text.contains("\"ruleId\": \"unknown-key\""))
    }
  }

  // MARK: Lints that need audio

  private func lints(_ run: Run) -> [String] {
    (run.object["diagnostics"] as? [[String: Any]] ?? []).map {
      "\($0["id"] ?? "") \($0["line"] ?? "")"
    }
  }

  @Test func aMixOverFullScaleWarnsInEveryBuildUntilItIsSilenced() throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2)
    let text = "mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: a.wav}}\nmix: {fader: 18 dB}\n"
    try place.write(text, to: "session.yaml")
    for _ in 0..<2 {
      let run = place.mixdown("build", "--json")
      #expect(run.status == 0 && lints(run) == ["clipping-into-master 4"], "\(run.account)")
    }
    try place.write(text + "lints: {clipping-into-master: silent}\n", to: "session.yaml")
    #expect(lints(place.mixdown("build", "--json")) == [])
    try place.write(
      text.replacingOccurrences(of: "18 dB", with: "0 dB"), to: "session.yaml")
    #expect(lints(place.mixdown("build", "--json")) == [])
  }

  @Test func lossyFilesOverFullScaleWarnAsOthersDo() throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2)
    let text = """
      mixdown: 1
      rate: 48 kHz
      mix: {fader: 12 dB}
      tracks: {a: {source: a.wav}}
      lints: {clipping-into-master: silent}
      master:
        deliver:
          opus: {limiter: none, file: out/hot.opus}
          mp3: {limiter: none, file: out/hot.mp3}
          kept: {file: out/kept.mp3}

      """
    try place.write(text, to: "session.yaml")
    for _ in 0..<2 {
      let run = place.mixdown("build", "deliveries", "--json")
      #expect(run.status == 0, "\(run.account)")
      #expect(lints(run) == ["clipped-file 8", "clipped-file 9"], "\(run.account)")
    }
  }

  @Test func whatIsCutOffAtFullScaleWarnsInEveryBuild() throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2)
    let text = """
      mixdown: 1
      rate: 48 kHz
      mix: {bits: 24, fader: 12 dB}
      tracks: {a: {source: a.wav}}
      stems: {all: [a]}
      master:
        deliver:
          hot: {gain: 0 dB, limiter: none, dither: none, file: out/hot.wav}
          kept: {gain: 0 dB, file: out/kept.wav}

      """
    try place.write(text, to: "session.yaml")
    for _ in 0..<2 {
      let run = place.mixdown("build", "--json")
      #expect(run.status == 0, "\(run.account)")
      #expect(
        lints(run) == ["clipped-file 3", "clipped-file 3", "clipped-file 8"], "\(run.account)")
      let files = run.object["files"] as? [[String: Any]] ?? []
      let clipped = files.map { $0["clipped_samples"] as? Int ?? -1 }
      #expect(clipped.count == 4 && clipped[0] > 100 && clipped[1] == clipped[0])
      #expect(clipped.contains(0) && Set(clipped).count == 2, "\(clipped)")
    }
    try place.write(text + "lints: {clipped-file: silent}\n", to: "session.yaml")
    #expect(lints(place.mixdown("build", "--json")) == [])
    try place.write(text + "lints: {clipped-file: error}\n", to: "session.yaml")
    #expect(place.mixdown("build").status == 65)
  }

  @Test func recordingsThatCancelAreSuspected() throws {
    let place = Workplace()
    func noise(_ seed: UInt64) -> [Int16] {
      var state = seed
      return (0..<96_000).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int16(truncatingIfNeeded: Int64(bitPattern: state) >> 52) * 4
      }
    }
    let (one, other) = (noise(1), noise(2))
    func stereo(_ left: [Int16], _ right: [Int16]) -> Data {
      wav(zip(left, right).flatMap { [$0, $1] }, rate: 48_000, channels: 2)
    }
    try place.write(wav(one, rate: 48_000, channels: 1), to: "top.wav")
    try place.write(wav(one.map { -$0 }, rate: 48_000, channels: 1), to: "bottom.wav")
    try place.write(wav(other, rate: 48_000, channels: 1), to: "other.wav")
    try place.write(stereo(one, one.map { -$0 }), to: "wide.wav")
    try place.write(stereo(one, other), to: "fine.wav")
    let text = """
      mixdown: 1
      rate: 48 kHz
      tracks:
        top: {source: top.wav, strip: {output: drums}}
        other: {source: other.wav, strip: {output: drums}}
        bottom: {source: bottom.wav, strip: {output: drums}}
        wide: {source: wide.wav}
        fine: {source: fine.wav, strip: {output: room}}
        alone: {source: bottom.wav}
      buses: {drums: {}, room: {}}

      """
    try place.write(text, to: "session.yaml")
    for _ in 0..<2 {
      let run = place.mixdown("build", "mix", "--json")
      #expect(
        lints(run) == ["polarity-suspicion 6", "polarity-suspicion 7"], "\(run.account)")
    }
    // Turned over they agree; a group is a sum too.
    try place.write(
      text.replacingOccurrences(
        of: "bottom.wav, strip: {output: drums}",
        with: "bottom.wav, strip: {output: drums, polarity: inverted}")
        + "groups: {pair: [top, alone]}\n", to: "session.yaml")
    #expect(
      lints(place.mixdown("build", "mix", "--json"))
        == ["polarity-suspicion 7", "polarity-suspicion 9"])
    // So is the mix.
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {top: {source: top.wav}, other: {source: other.wav}, bottom: {source: bottom.wav}}

      """, to: "session.yaml")
    #expect(lints(place.mixdown("build", "mix", "--json")) == ["polarity-suspicion 3"])
    try place.write(text + "lints: {polarity-suspicion: silent}\n", to: "session.yaml")
    #expect(lints(place.mixdown("build", "mix", "--json")) == [])
  }

  @Test func takesThatCancelWhereACompJoinsThemAreNamedAtTheSeam() throws {
    let place = Workplace()
    func noise(_ seed: UInt32) -> [Double] {
      var state = seed
      return (0..<96_000).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return 0.3 * (Double(state >> 8) / Double(1 << 23) - 1)
      }
    }
    func write(_ samples: [Double], _ name: String) throws {
      try place.write(
        wav(samples.map { Int16($0 * 32_767) }, rate: 48_000, channels: 1), to: name)
    }
    let (part, other) = (noise(1), noise(2))
    try write(part, "one.wav")
    try write(zip(part, other).map { -0.8 * $0 + 0.2 * $1 }, "turned.wav")
    try write(other, "other.wav")
    let text = """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a:
          takes: {one: one.wav, turned: turned.wav, other: other.wav}
          comp:
            - {from: start, take: one}
            - {from: 0.5 s, take: turned, CROSSFADE}
            - {from: 1 s, take: other}
            - {from: 1.5 s, take: one}

      """
    for crossfade in ["note: auto", "crossfade: {length: 20 ms, shape: equal-power}"] {
      try place.write(
        text.replacingOccurrences(of: "CROSSFADE", with: crossfade), to: "session.yaml")
      let run = place.mixdown("build", "mix")
      #expect(run.status == 0, "\(run.account)")
      #expect(
        run.standardError.contains(
          "session.yaml:8:16: warning: the takes 'one' and 'turned' cancel each other at this seam: "
            + "their correlation is -0.9"), "\(run.account)")
      #expect(run.standardError.contains("1 warning"), "\(run.account)")
    }
    try place.write(
      text.replacingOccurrences(of: ", CROSSFADE", with: "")
        + "lints: {polarity-suspicion: silent}\n", to: "session.yaml")
    #expect(!place.mixdown("build", "mix").standardError.contains("warning"))
  }

  @Test func soundBehindAFadeOutOfATrackIsSaidWithItsLevel() throws {
    let place = Workplace()
    let tone = (0..<96_000).map { Int16(8_192 * sin(Double($0) / 20)) }
    try place.write(wav(tone, rate: 48_000, channels: 1), to: "a.wav")
    try place.write(
      wav(tone.prefix(48_000) + Array(repeating: 3, count: 48_000), rate: 48_000, channels: 1),
      to: "quiet.wav")
    let fade = "fade-out: 0:00.5..0:01"
    for (track, isSaid) in [
      ("source: a.wav, edits: [\(fade)]", true), ("source: quiet.wav, edits: [\(fade)]", false),
      ("source: a.wav, edits: [\(fade), silence: 0:01..end]", false),
      ("source: a.wav, edits: [\(fade), fade-in: 0:01..0:01.5]", false),
      ("source: a.wav, edits: [fade-out: 0:00.5..end]", false),
      (
        "clips: [{source: a.wav, out: 1 s}, {source: a.wav, at: 0:01}], edits: [\(fade)]",
        false
      ),
      ("source: a.wav, ripple: move, edits: [\(fade)]", true),
    ] {
      try place.write(
        "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {\(track)}\n", to: "session.yaml")
      let run = place.mixdown("build", "mix", "--json")
      #expect(run.status == 0, "\(run.account)")
      #expect(lints(run) == (isSaid ? ["sound-after-fade 4"] : []), "\(track): \(run.account)")
    }
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {source: a.wav, edits: [\(fade)]}\n",
      to: "session.yaml")
    let text = place.mixdown("build", "mix").standardError
    #expect(
      text.hasPrefix(
        "session.yaml:4:40: warning: 'a' goes on at full level behind this fade-out, with a peak of "
          + "-12 dBFS from 0:01.000 on [sound-after-fade]"), "\(text)")
    #expect(text.contains("'silence: 0:01.000..end' beside it takes that away"), "\(text)")
  }

  // MARK: Measure

  @Test func measureDrawsAndReadsSixChannels() throws {
    let place = Workplace()
    var samples: [Int16] = []
    for n in 0..<96_000 {
      for channel in 0..<6 {
        samples.append(channel == 4 ? Int16(16_384 * sin(2 * .pi * 997 * Double(n) / 48_000)) : 0)
      }
    }
    try place.write(wav(samples, rate: 48_000, channels: 6), to: "six.wav")
    let run = place.mixdown("measure", "six.wav", "--json", "--spectrum", "--plot", "p/six.svg")
    #expect(run.status == 0, "\(run.account)")
    let file = try #require(run.array.first)
    #expect(file["channels"] as? Int == 6)
    // −6.02 dBFS on a surround channel: −3.01 for the sine, +1.5 for its weight.
    #expect(abs(try #require(file["integrated_lufs"] as? Double) - -7.53) < 0.03)
    #expect((file["spectrum"] as? [[String: Any]])?.count == 30)
    #expect((file["true_peak_dbtp_by_channel"] as? [Any])?.count == 6)
    #expect(String(decoding: try place.read("p/six.svg"), as: UTF8.self).hasPrefix("<?xml"))
    #expect(place.mixdown("measure", "six.wav", "six.wav", "--plot", "a.svg").status == 64)
    #expect(place.mixdown("measure", "six.wav", "--plot", "a.png").status == 64)
    let text = place.mixdown("measure", "six.wav", "--spectrum").text
    #expect(text.contains("1000 Hz") && text.contains("head silence"))
  }
}
