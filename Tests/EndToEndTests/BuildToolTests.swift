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
    #expect(place.files(in: "out/audition") == ["mix.wav"])
  }
}
