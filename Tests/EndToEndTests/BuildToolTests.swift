import Foundation
import Testing

/// A session as a rule of other build tools.
struct BuildToolTests {
  func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a b.wav")
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {source: audio/a b.wav}\nincludes: [mix.yaml]\n",
      to: "session.yaml")
    try place.write("mix: {fader: -3 dB}\n", to: "mix.yaml")
    return place
  }

  @Test func aDepfileTellsMakeWhenToBuildAgain() throws {
    let place = try place()
    try place.write(
      "out/mix.wav:\n\t\(Program.path) build mix -MF mix.d\n-include mix.d\n", to: "Makefile")
    func make(_ arguments: String...) -> Run {
      Program.run(["make"] + arguments, in: place.folder, binary: "/usr/bin/env")
    }
    let first = make()
    #expect(first.status == 0, "\(first.account)")
    #expect(make("-q").status == 0, "\(first.account)")
    for name in ["session.yaml", "mix.yaml", "audio/a b.wav"] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date().addingTimeInterval(60)], ofItemAtPath: place[name].path)
      #expect(make("-q").status == 1, "\(name)")
      try FileManager.default.setAttributes(
        [.modificationDate: Date().addingTimeInterval(-600)], ofItemAtPath: place[name].path)
      #expect(make("-q").status == 0, "\(name)")
    }
  }

  @Test(arguments: ["10:30 take.wav", "a;b.wav", "line\nbreak.wav"])
  func namesThatRulesAreMadeOfDoNotStopMake(_ name: String) throws {
    let place = Workplace()
    try place.writeTone(name)
    try place.writeTone("other.wav")
    let written = name.replacingOccurrences(of: "\n", with: "\\n")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a: {source: "\(written)"}
        b: {source: other.wav}
      """, to: "session.yaml")
    try place.write(
      "out/mix.wav:\n\t\(Program.path) build mix -MF mix.d\n-include mix.d\n", to: "Makefile")
    func make(_ arguments: String...) -> Run {
      Program.run(["make"] + arguments, in: place.folder, binary: "/usr/bin/env")
    }
    let first = make()
    #expect(first.status == 0, "\(first.account)")
    let again = make("-q")
    #expect(again.status == 0, "\(again.account)")
    let changed = name.hasPrefix("10") ? name : "other.wav"
    try FileManager.default.setAttributes(
      [.modificationDate: Date().addingTimeInterval(60)], ofItemAtPath: place[changed].path)
    #expect(make("-q").status == 1)
  }

  @Test func aRecordingThatIsGoneDoesNotStopMake() throws {
    let place = try place()
    try place.write(
      "out/mix.wav:\n\t\(Program.path) build mix -MF mix.d\n-include mix.d\n", to: "Makefile")
    func make() -> Run {
      Program.run(["make"], in: place.folder, binary: "/usr/bin/env")
    }
    #expect(make().status == 0)
    try FileManager.default.moveItem(at: place["audio/a b.wav"], to: place["audio/c.wav"])
    let text = String(decoding: try place.read("session.yaml"), as: UTF8.self)
    try place.write(text.replacingOccurrences(of: "a b.wav", with: "c.wav"), to: "session.yaml")
    let again = make()
    #expect(again.status == 0, "\(again.account)")
  }

  /// The recipes of README.md: what was missed stays missed, and what changed nothing settles.
  @Test func aStampStaysRedUntilTheTargetIsMet() throws {
    let place = try place()
    try place.write(
      "a.stamp:\n\t\(Program.path) build -MF a.d -MT $@\n\t@touch $@\n-include a.d\n",
      to: "Makefile")
    try place.write(
      """
      rule mixdown
        command = \(Program.path) build $in -MF $out.d -MT $out && touch $out
        depfile = $out.d
        restat = 1
      build b.stamp | out/d.wav: mixdown session.yaml

      """, to: "build.ninja")
    let ninja = ["/usr/bin/ninja", "/usr/local/bin/ninja", "/opt/homebrew/bin/ninja"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    var tools = [["/usr/bin/env", "make"]]
    if let ninja { tools.append([ninja]) }
    for tool in tools {
      func run(_ more: String...) -> Run {
        Program.run(Array(tool.dropFirst()) + more, in: place.folder, binary: tool[0])
      }
      let missed = "master: {deliver: {d: {file: out/d.wav, expect: {duration: at most 0.5 s}}}}\n"
      try place.write(missed, to: "mix.yaml")
      for _ in 0..<2 {
        let red = run()
        #expect(red.status != 0 && red.text.contains("mixdown build"), "\(red.account)")
      }
      try place.write(
        missed.replacingOccurrences(of: "0.5 s", with: "2 s"), to: "mix.yaml")
      let met = run()
      #expect(met.status == 0, "\(met.account)")
      try FileManager.default.setAttributes(
        [.modificationDate: Date()], ofItemAtPath: place["audio/a b.wav"].path)
      let touched = run()
      #expect(touched.status == 0 && touched.text.contains("mixdown build"), "\(touched.account)")
      let settled = run()
      #expect(settled.status == 0 && !settled.text.contains("mixdown build"), "\(settled.account)")
    }
    let run = place.mixdown("build", "-MT", "x")
    #expect(run.status == 64, "\(run.account)")
    // Also what a command finds wrong only when it runs ends in its own usage.
    let other = place.mixdown("build", "nothing")
    #expect(other.status == 64, "\(other.account)")
    #expect(other.standardError.contains("\nUsage: mixdown build ["), "\(other.account)")
  }

  @Test func aDepfileThatCannotBeWrittenEndsWith74() throws {
    let place = try place()
    let run = place.mixdown("build", "mix", "-MF", "nowhere/mix.d", "--json")
    #expect(run.status == 74, "\(run.account)")
    let failures = run.object["failures"] as? [String] ?? []
    #expect(failures.count == 1 && failures[0].hasPrefix("nowhere/mix.d: "), "\(run.account)")
  }

  @Test func ninjaTakesTheDepfileAndCutsOffWhereBytesAreTheSame() throws {
    let ninja = ["/usr/bin/ninja", "/usr/local/bin/ninja", "/opt/homebrew/bin/ninja"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let ninja else { return }
    let place = try place()
    try place.write(
      """
      rule mix
        command = \(Program.path) build $in mix -MF $out.d
        depfile = $out.d
        deps = gcc
        restat = 1
      rule copy
        command = cp $in $out
      build out/mix.wav: mix session.yaml
      build copy.wav: copy out/mix.wav

      """, to: "build.ninja")
    func run(_ arguments: String...) -> Run {
      Program.run(arguments, in: place.folder, binary: ninja)
    }
    let first = run()
    #expect(first.status == 0, "\(first.account)")
    #expect(run("-n").text.contains("no work to do"))
    func touch(_ name: String) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date().addingTimeInterval(60)], ofItemAtPath: place[name].path)
    }
    try place.write("mix: {fader: -3 dB}  # the same\n", to: "mix.yaml")
    try touch("mix.yaml")
    let same = run("-v")
    #expect(same.status == 0, "\(same.account)")
    #expect(same.text.contains("mixdown"), "\(same.account)")
    #expect(!same.text.contains("cp out/mix.wav"), "\(same.account)")
    try touch("audio/a b.wav")
    #expect(!run("-n").text.contains("no work to do"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGPIPE])
  func anInterruptedBuildLeavesNothingHalfWritten(_ signal: Int32) throws {
    let place = Workplace()
    try place.copyExample("song")
    let run = Program.run(
      ["build", "song", "-j", "1", "--no-cache"], in: place.folder,
      interrupt: (signal, 400_000))
    // A machine fast enough to be done by then has nothing to show here.
    if run.status == 0 { return }
    #expect(run.status == 128 + signal, "\(run.account)")
    #expect(run.seconds < 2.5, "\(run.seconds) s")
    let left = FileManager.default.subpaths(atPath: place["song/out"].path) ?? []
    #expect(left.allSatisfy { !$0.contains("tmp") && !$0.contains("partial") }, "\(left)")
    let hidden = left.filter { $0.split(separator: "/").last?.hasPrefix(".") == true }
    #expect(hidden.isEmpty, "\(hidden)")
    for file in place.files(in: "song/out") where file.hasSuffix(".wav") {
      #expect(WaveBytes(try place.read("song/out/\(file)"))?.frames ?? 0 > 0, "\(file)")
    }
  }

  @Test func whatADeadVerifyLeftBehindIsRemovedByTheNextBuild() throws {
    let place = try place()
    // Larger than any number that a process has.
    let dead = "out/.verify-2000000000"
    for verb in ["build", "verify", "clean"] {
      try place.write("x", to: "\(dead)/stems/.mix.wav.1-1.part")
      let run = place.mixdown(verb)
      #expect(run.status == 0, "\(run.account)")
      #expect(!FileManager.default.fileExists(atPath: place[dead].path), "\(verb)")
    }
  }

  @Test func resultsGoToStandardOutputAndProgressToStandardError() throws {
    let place = try place()
    let run = place.mixdown("build", "--json")
    #expect(run.json != nil, "\(run.account)")
    let quiet = place.mixdown("measure", "audio/a b.wav", "--json")
    #expect(quiet.json != nil && quiet.standardError.isEmpty, "\(quiet.account)")
  }

  @Test func anAuditionNeverReplacesTheFullMix() throws {
    let place = try place()
    #expect(place.mixdown("build", "mix").status == 0)
    let before = try place.read("out/mix.wav")
    let run = place.mixdown("build", "mix", "--range", "0:00.2..0:00.5", "--json")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.made.first?.frames == 14_400, "\(run.account)")
    #expect(try place.read("out/mix.wav") == before)
    #expect(place.files(in: "out/audition") == ["range-0-00.2..0-00.5/mix.wav"])
  }

  @Test func everyAuditionHasAPlaceOfItsOwn() throws {
    let place = try place()
    try place.write(
      """
      regions: {hook: 0:00.2..0:00.4}
      versions: {low: {set: {a/fader: -6 dB}}}

      """, to: "mix.yaml")
    for options in [
      ["--version", "low"], ["--range", "hook"], ["--range", "hook", "--mute", "a"],
    ] {
      let run = Program.run(["build", "mix"] + options, in: place.folder)
      #expect(run.status == 0, "\(run.account)")
    }
    #expect(
      place.files(in: "out/audition") == [
        "mute-a+range-hook/mix.wav", "range-hook/mix.wav", "version-low/mix.wav",
      ])
    #expect(place.mixdown("clean").status == 0)
    #expect(place.files(in: "out").isEmpty)
  }

  @Test func aRangeIsWrittenInBarsNamesOrTimes() throws {
    let place = try place()
    try place.write(
      """
      tempo: 240 bpm
      bar-1: 0:00.1
      markers: {hit: 0:00.5}
      edits: [cut: 0:00.2..0:00.3]

      """, to: "mix.yaml")
    // A beat lasts 0.25 s; 0.1 s are cut before the marker.
    let ranges: [(String, Int, Int)] = [
      ("bar 1..bar 1 beat 3", 4_800, 24_000), ("bar 1 beat 2..end", 12_000, 43_200),
      ("hit - 0.1 s..hit", 14_400, 19_200), ("hit for 1/4", 19_200, 31_200),
      ("0:00.1 .. 0:00.4", 4_800, 19_200), ("start + 0.1 s..0:00.4", 4_800, 19_200),
    ]
    let whole = place.mixdown("build", "mix")
    #expect(whole.status == 0, "\(whole.account)")
    let all = try #require(WaveBytes(try place.read("out/mix.wav")))
    for (text, start, end) in ranges {
      let run = place.mixdown("build", "mix", "--range", text, "--json")
      #expect(run.status == 0, "\(text): \(run.account)")
      let file = try #require(run.made.first?.path)
      let part = try #require(WaveBytes(try place.read(file)))
      #expect(part.data == all.bytes(of: start..<end), "\(text)")
    }
    for (text, message) in [
      ("bar 90..bar 91", "begins behind the end"), ("hti..end", "is named 'hti'"),
      ("nowhere", "no region is named 'nowhere'"),
      (
        "0:00.2 .. 0:00.1",
        "is empty: it ends at 0:00.100, before it starts at 0:00.200; did you mean '0:00.1..0:00.2'?"
      ),
      ("0:00.1..0:00.1", "is empty: it starts and ends at 0:00.100\n"),
      ("0.1s..0.2s", "between number and unit; did you mean '0.1 s..0.2 s'?"),
      ("0.2s..0.1s", "between number and unit; did you mean '0.1 s..0.2 s'?"),
      ("0,1 s...0,2s", "; did you mean '0.1 s..0.2 s'?"),
      ("0.1 s - 0.2 s", "; did you mean '0.1 s..0.2 s'?"),
    ] {
      let run = place.mixdown("build", "mix", "--range", text)
      #expect(run.status == 64 && run.standardError.contains(message), "\(run.account)")
    }
  }

  @Test func theDepfileNamesThePicture() throws {
    let place = Workplace()
    try place.writeTone("one/k.wav")
    try place.write("no picture that anybody reads", to: "cover.png")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      metadata: {cover: ../cover.png}
      tracks: {k: {source: k.wav}}
      master: {deliver: {a: {file: out/a.wav}}}

      """, to: "one/session.yaml")
    try place.write(
      """
      mixdown: 1
      kind: album
      metadata: {cover: cover.png}
      songs: {one: {session: one}}
      master: {deliver: {each: {gain: -3 dB, file: out/<nn>.wav}}}

      """, to: "session.yaml")
    for (session, picture) in [
      ("one/session.yaml", "one/../cover.png"), ("session.yaml", "cover.png"),
    ] {
      let run = place.mixdown("build", session, "-MF", "a.d")
      #expect(run.status == 0, "\(run.account)")
      let rule = String(decoding: try place.read("a.d"), as: UTF8.self)
      #expect(rule.contains("\n  \(picture)"), "\(rule)")
    }
  }

  @Test(arguments: [["--report", "a.json"], ["-MF", "a.d"], ["--services"]])
  func whatOnlyABuildWritesIsNotAskedOfAPlan(_ option: [String]) throws {
    let place = try place()
    let run = Program.run(["build", "-n"] + option, in: place.folder)
    #expect(run.status == 64, "\(run.account)")
    #expect(
      run.standardError.contains("-n renders nothing; leave \(option[0]) out"), "\(run.account)")
  }
}
