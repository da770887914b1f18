import Foundation
import Testing

/// What a script may rely on.
struct ExitCodeTests {
  static let good = "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {source: a.wav}\n"

  func place(_ session: String = good) throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.write(session, to: "session.yaml")
    return place
  }

  @Test func zeroWhenAllIsDone() throws {
    let place = try place()
    #expect(place.mixdown("check").status == 0)
    let run = place.mixdown("build")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.files(in: "out") == ["master.wav", "mix.wav"])
  }

  @Test func aWorkingFolderThatIsGoneIsNoReasonToTrap() throws {
    let place = try place()
    for command in ["build", "check", "plan"] {
      let run = Program.run(
        [
          "-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \(command) session.yaml",
          Program.path,
        ], in: place.folder, binary: "/bin/sh")
      #expect(run.status == 66, "\(run.account)")
      #expect(run.standardError.contains("session.yaml"), "\(run.account)")
    }
  }

  @Test func sixtyFourForAWrongCommandLine() throws {
    let place = try place()
    #expect(place.mixdown("bulid").status == 64)
    #expect(place.mixdown("build", "--no-such-option").status == 64)
    #expect(place.mixdown("build", "stem/nobody").status == 64)
    #expect(place.mixdown("build", "-j", "many").status == 64)
  }

  @Test func aWrongNameOnTheCommandLineIsNotLookedForInTheSession() throws {
    let place = try place()
    for option in ["--solo", "--mute"] {
      let run = place.mixdown("build", option, "vx")
      #expect(run.status == 65, "\(run.account)")
      #expect(
        run.standardError.hasPrefix("error: \(option): no track, bus or group is named 'vx'"),
        "\(run.account)")
    }
    let run = place.mixdown("chek")
    #expect(run.status == 64)
    #expect(
      run.standardError.hasPrefix("mixdown: there is no command 'chek'; did you mean 'check'?\n"),
      "\(run.account)")
  }

  @Test func ofManyMistakesOfOneKindTwentyAreWrittenOut() throws {
    let place = try place()
    let tracks = (0..<50).map { "  t\($0): {source: a.wav, strip: {volume: -3 dB}}\n" }.joined()
    try place.write("mixdown: 1\nrate: 48 kHz\ntracks:\n" + tracks, to: "session.yaml")
    func count(_ text: String) -> Int { text.components(separatedBy: "[unknown-key]").count - 1 }
    let short = place.mixdown("check")
    #expect(short.status == 65)
    #expect(count(short.standardError) == 21, "\(short.account)")
    #expect(short.standardError.contains("session.yaml: 30 more errors [unknown-key]\n50 errors; "))
    #expect(count(place.mixdown("build").standardError) == 21)
    #expect(count(place.mixdown("check", "--all-messages").standardError) == 50)
    let json = place.mixdown("check", "--json").object["diagnostics"] as? [[String: Any]]
    #expect(json?.count == 50)
  }

  @Test func sixtyFiveForAWrongSession() throws {
    let place = try place(Self.good + "buses: {room: {inserts: [revreb]}}\n")
    for verb in ["check", "build", "plan", "graph"] {
      #expect(place.mixdown(verb).status == 65, "\(verb)")
    }
  }

  @Test func sixtySixForAMissingOrUnreadableRecordingOrSession() throws {
    let place = try place(Self.good.replacingOccurrences(of: "a.wav", with: "b.wav"))
    let run = place.mixdown("build")
    #expect(run.status == 66, "\(run.account)")
    #expect(run.standardError.contains("session.yaml:4:15: error:"), "\(run.account)")
    #expect(place.mixdown("build", "no-such-folder/session.yaml").status == 66)
  }

  @Test func aWrongSessionGoesBeforeAMissingRecording() throws {
    let place = try place(Self.good + "  b: {source: b.wav, strip: {fader: loud}}\n")
    #expect(place.mixdown("build").status == 65)
  }

  @Test func oneWhenAnExpectationIsMissedAndTheFilesAreThere() throws {
    let place = try place(Self.good + "mix: {expect: {sample-peak: at most -60 dBFS}}\n")
    let run = place.mixdown("build")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("session.yaml:5:"), "\(run.account)")
    #expect(place.files(in: "out").contains("mix.wav"))
  }

  @Test func seventyFourWhenTheOutputCannotBeWritten() throws {
    let place = try place()
    try place.write("in the way", to: "out")
    let run = place.mixdown("build")
    #expect(run.status == 74, "\(run.account)")
  }

  /// A file that cannot be written is no missed target, even where another one takes its gain from it.
  @Test func seventyFourComesBeforeOne() throws {
    let place = try place(
      Self.good + """
        master:
          deliver:
            a: {loudness: -20 LUFS, max-limiting: 20 dB, file: out/a.wav}
            b: {gain: as a, file: out/b.wav}

        """)
    try FileManager.default.createDirectory(
      at: place["out/a.wav"], withIntermediateDirectories: true)
    let run = place.mixdown("build")
    #expect(run.status == 74, "\(run.account)")
  }
}
