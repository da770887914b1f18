import Foundation
import Testing

/// Outputs in which there would be nothing, or less than was asked for.
struct EmptyOutputTests {
  private func place(_ more: String, seconds: Double = 1) throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: seconds)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\nmix: {tail: none}\ntracks: {a: {source: a.wav}}\n\(more)\n",
      to: "session.yaml")
    return place
  }

  private func messages(_ run: Run) -> [String] {
    (run.object["diagnostics"] as? [[String: Any]] ?? []).map { message in
      "\(message["severity"] as? String ?? "") \(message["id"] as? String ?? "") "
        + "\(message["line"] as? Int ?? 0):\(message["column"] as? Int ?? 0)"
    }
  }

  private static let cases: [(session: String, status: Int32, messages: [String])] = [
    ("master: {deliver: {d: {range: 0:02..0:03}}}", 65, ["error empty-range 5:31"]),
    ("master: {deliver: {d: {range: 0:00.5..0:03}}}", 0, ["warning range-past-end 5:31"]),
    ("master: {deliver: {d: {range: 0:00.5..end}}}", 0, []),
    ("master: {deliver: {d: {each: region}}}", 65, ["error empty-delivery 5:30"]),
    ("master: {deliver: {d: {from: stems}}}", 65, ["error empty-delivery 5:30"]),
    (
      "master: {deliver: {d: {each: region}}}\nregions: {r: 0:00..0:00.5, s: 0:02..0:03}", 0,
      ["warning range-past-end 6:31"]
    ),
    (
      "master: {deliver: {d: {each: region}, e: {each: region}}}\n"
        + "regions: {r: 0:00..0:00.5, s: 0:00.6..0:00.7}\nedits: [cut: 0:00.6..0:00.8]", 0,
      ["warning region-cut-away 6:31"]
    ),
    ("master: {deliver: {d: {loop: 0:02..0:03}}}", 65, ["error empty-range 5:30"]),
    ("master: {deliver: {d: {loop: 0:00.5..0:03}}}", 0, ["warning range-past-end 5:30"]),
    (
      "master: {deliver: {d: {range: 0:00..0:00.5, loop: 0:00.2..0:00.8}}}", 65,
      ["error loop-outside-file 5:51"]
    ),
    (
      "master: {deliver: {d: {each: region, loop: 0:00.2..0:00.8}}}\nregions: {r: 0:00..0:00.5}",
      65, ["error loop-outside-file 5:44"]
    ),
    (
      "master: {deliver: {d: {each: region, loop: 0:00.6..0:00.8}}}\nregions: {r: 0:00..0:00.5}",
      0, []
    ),
    // A move that takes an end of it away.
    (
      "master: {deliver: {d: {range: 0:00..0:00.4}}}\n"
        + "edits: [move: {range: 0:00.2..0:00.5, to: end}]", 65, ["error torn-range 5:31"]
    ),
    (
      "master: {deliver: {d: {range: 0:00.3..0:00.7}}}\n"
        + "edits: [move: {range: 0:00.2..0:00.5, to: end}]", 65, ["error torn-range 5:31"]
    ),
    (
      "master: {deliver: {d: {each: region}}}\n"
        + "edits: [move: {range: 0:00.2..0:00.5, to: end}]\nregions: {r: 0:00.3..0:00.7}", 65,
      ["error torn-range 7:14"]
    ),
    (
      "master: {deliver: {d: {range: 0:00..0:00.6}, e: {range: 0:00.2..0:00.5}, "
        + "f: {range: 0:00..0:00.2}}}\nedits: [move: {range: 0:00.2..0:00.5, to: end}]", 0, []
    ),
    ("master: {fade-out: 0:02..0:03}", 0, ["warning range-past-end 5:20"]),
    ("length: 0:40\nmaster: {fade-out: 0:00.5..0:01}", 0, ["warning silent-after-fade 6:20"]),
    ("master: {fade-out: 0:00.5..0:01}", 0, []),
  ]

  @Test(arguments: cases.indices)
  func whatIsNotThereIsSaidWhereItIsAskedFor(_ index: Int) throws {
    let (session, status, expected) = Self.cases[index]
    let run = try place(session).mixdown("check", "--json")
    #expect(run.status == status, "\(session): \(run.account)")
    #expect(messages(run) == expected, "\(session): \(run.account)")
  }

  @Test func aRangeThatAMoveHasTornApartSaysWhereItsEndsAreHeard() throws {
    let place = try place(
      "master: {deliver: {d: {range: 0:00.3..0:00.7}}}\n"
        + "edits: [move: {range: 0:00.2..0:00.5, to: end}]")
    for verb in ["check", "build", "plan"] {
      let run = place.mixdown(verb)
      #expect(run.status == 65, "\(run.account)")
      for words in [
        "this range is torn apart by a move: its start is heard at 0:00.800, its end at 0:00.400",
        "session.yaml:6:9: note: the move is here",
        "'0:00.500..0:00.700' and '0:00.300..0:00.500' are ranges of their own now",
      ] { #expect(run.standardError.contains(words), "\(words): \(run.account)") }
    }
    #expect(place.files(in: "out").isEmpty)
  }

  /// 1 s of silence, 1 s of sound, 1 s of silence.
  @Test(arguments: [
    ("head: 20 ms, loop: 0:00.5..0:01.5", "'head' takes away"),
    ("tail: 100 ms, loop: 0:01.5..0:02.8", "'tail' takes away"),
    ("head: 20 ms, tail: 100 ms, rate: 44.1 kHz, loop: 0:00.5..0:02.8", "leave out both"),
    ("loop: 0:02.5..0:04", "'length' makes it last longer"),
  ])
  func aLoopThatTheFileDoesNotHoldIsNotShortened(
    _ settings: String, _ cure: String
  ) throws {
    let place = try place("master: {deliver: {d: {\(settings), limiter: none, file: out/d.wav}}}")
    try place.write(wav(Self.island, rate: 48_000, channels: 1), to: "a.wav")
    let run = place.mixdown("build", "deliver/d")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains("[loop-outside-file]"), "\(run.account)")
    #expect(run.standardError.contains(cure), "\(run.account)")
    #expect(!place.files(in: "out").contains("d.wav"))
  }

  @Test(arguments: ["48 kHz", "44.1 kHz"])
  func aLoopThatTheTrimmedFileHoldsKeepsItsLength(_ rate: String) throws {
    let place = try place(
      "master: {deliver: {d: {head: 20 ms, tail: 100 ms, loop: 0:01.1..0:01.9, rate: \(rate), "
        + "file: out/d.wav}, e: {loop: start..end, rate: \(rate), file: out/e.wav}}}")
    try place.write(wav(Self.island, rate: 48_000, channels: 1), to: "a.wav")
    let run = place.mixdown("build", "deliveries")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.files(in: "out") == ["d.wav", "e.wav"])
  }

  private static let island: [Int16] = (0..<144_000).map { frame in
    (48_000..<96_000).contains(frame) ? (frame / 24 % 2 == 0 ? 8_000 : -8_000) : 0
  }

  @Test func whereSaysThatATimeLiesBehindTheEnd() throws {
    let place = try place("length: 0:02")
    for (time, behind) in [("0:03.5", "0:01.500"), ("end", "0:00.000"), ("96001 fr", "0:00.000")] {
      let run = place.mixdown("where", time)
      #expect(run.status == 0, "\(run.account)")
      #expect(
        run.text.contains("behind      the end at 0:02.000, by \(behind): only what rings"),
        "\(run.account)")
    }
    #expect(!place.mixdown("where", "0:01.999").text.contains("behind"))
    let json = place.mixdown("where", "0:03.5", "--json").object
    #expect((json["behind_end"] as? [String: Any])?["frame"] as? Int == 72_000, "\(json)")
    #expect((json["end"] as? [String: Any])?["time"] as? String == "0:02.000", "\(json)")
    #expect(place.mixdown("where", "1s").standardError.contains("; did you mean '1 s'?"))
  }

  @Test func anAuditionBehindTheEndIsAMistakeOfTheCommandLine() throws {
    let place = try place("")
    let run = place.mixdown("build", "mix", "--range", "0:09..0:12")
    #expect(run.status == 64, "\(run.account)")
    #expect(run.standardError.contains("begins behind the end at 0:01.000"), "\(run.account)")
    #expect(place.files(in: "out").isEmpty)
  }

  @Test func aPlanNamesDeliveriesOfVersionsAndThoseWithAnotherGain() throws {
    let place = try place(
      """
      versions: {soft: {set: {a/fader/level: -6 dB}}}
      master:
        deliver:
          v: {version: soft, gain: as d, file: out/v.wav}
          d: {gain: 1 dB, file: out/d.wav}
      """)
    func plan() -> Run { place.mixdown("plan", "--json") }
    let before = plan()
    let files = before.object["deliveries"] as? [[String: Any]] ?? []
    #expect(Set(files.compactMap { $0["file"] as? String }) == ["out/v.wav", "out/d.wav"])
    let versions = before.object["versions"] as? [[String: Any]] ?? []
    #expect(versions.compactMap { $0["name"] as? String } == ["soft"], "\(before.account)")
    #expect(place.mixdown("plan").text.contains("\nversion soft:\n"))
    #expect(place.mixdown("build").status == 0)
    let after = plan()
    #expect((after.object["deliveries"] as? [Any])?.isEmpty == true, "\(after.account)")
    #expect((after.object["versions"] as? [Any])?.isEmpty == true, "\(after.account)")
  }

  @Test func aReportInNoFormatIsAMistakeOfTheCommandLine() throws {
    let place = try place("")
    let run = place.mixdown("check", "--report", "doc=x.md")
    #expect(run.status == 64, "\(run.account)")
    #expect(place.files(in: ".") == ["a.wav", "session.yaml"])
  }

  @Test func anAliasInPlaceOfAPathIsSaidOnceAndAsWhatItIs() throws {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: &a a.wav}, b: {source: *a}}\n",
      to: "session.yaml")
    let run = place.mixdown("check", "--json")
    #expect(run.status == 65)
    #expect(
      messages(run) == ["error yaml-anchor 3:22", "error yaml-alias 3:45"], "\(run.account)")
    #expect(run.text.contains("no part of the language"))
  }
}
