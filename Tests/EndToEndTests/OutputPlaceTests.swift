import Foundation
import Testing

/// Where a build writes: never over what it reads, and never two things into one file.
struct OutputPlaceTests {
  private func place(_ more: String, recording: String = "kick.wav") throws -> Workplace {
    let place = Workplace()
    try place.writeTone(recording)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks: {k: {source: \(recording)}}\n\(more)\n",
      to: "session.yaml")
    return place
  }

  private func deliver(_ file: String) -> String { "master: {deliver: {s: {file: \(file)}}}" }

  // MARK: Over what is read

  @Test(arguments: ["kick.wav", "./sub/../kick.wav", "link/kick.wav", "alias.wav"])
  func aDeliveryOverARecordingIsRefusedWhateverPathLeadsThere(_ file: String) throws {
    let place = try place(deliver(file))
    let files = FileManager.default
    try files.createSymbolicLink(atPath: place["link"].path, withDestinationPath: ".")
    try files.createSymbolicLink(atPath: place["alias.wav"].path, withDestinationPath: "kick.wav")
    let recording = try place.read("kick.wav")
    for verb in ["check", "build", "plan", "verify", "clean"] {
      let run = place.mixdown(verb)
      #expect(run.status == 65, "\(verb): \(run.account)")
      #expect(
        run.standardError.hasPrefix(
          "session.yaml:4:30: error: delivery 's' would be written over '\(file)', a recording of "
            + "this session [overwrites-input]"), "\(verb): \(run.account)")
      #expect(run.standardError.contains("session.yaml:3:22: note: it is read here"))
    }
    #expect(try place.read("kick.wav") == recording)
    #expect(place.files(in: ".") == ["alias.wav", "kick.wav", "session.yaml"])
  }

  @Test func aFolderOfOutputsThatHoldsTheRecordingsIsRefused() throws {
    let place = try place("", recording: "mix.wav")
    let recording = try place.read("mix.wav")
    #expect(place.mixdown("check").status == 0)
    for verb in ["build", "clean"] {
      let run = place.mixdown(verb, "--output", ".")
      #expect(run.status == 65, "\(verb): \(run.account)")
      #expect(run.standardError.contains("'mix' would be written over 'mix.wav'"), "\(run.account)")
    }
    #expect(try place.read("mix.wav") == recording)
    #expect(place.files(in: ".") == ["mix.wav", "session.yaml"])
  }

  @Test func anEmptyFolderNameIsAMistakeOfTheCommandLine() throws {
    let place = try place("")
    #expect(place.mixdown("build", "--output", "").status == 64)
    #expect(place.mixdown("clean", "--output", "").status == 64)
    #expect(place.mixdown("build", "--cache-dir", "").status == 64)
    #expect(place.files(in: ".") == ["kick.wav", "session.yaml"])
  }

  @Test func reportAndDepfileAreWrittenOverNothingThatIsRead() throws {
    let place = try place("")
    let before = try place.read("session.yaml")
    #expect(place.mixdown("build", "--report", "json=session.yaml").status == 64)
    #expect(place.mixdown("check", "--report", "json=session.yaml").status == 64)
    #expect(place.mixdown("build", "-MF", "kick.wav").status == 64)
    try place.write("mixdown: 1\nrate: fast\n", to: "wrong.yaml")
    #expect(place.mixdown("build", "wrong.yaml", "--report", "json=wrong.yaml").status == 64)
    #expect(try place.read("session.yaml") == before)
  }

  @Test func anAlbumIsNotWrittenOverWhatItsSongsRead() throws {
    let place = try place("")
    try place.write(
      """
      mixdown: 1
      kind: album
      metadata: {title: All}
      songs: {one: {session: session.yaml, metadata: {title: kick}}}
      master: {deliver: {each: {file: <title>.wav}}}

      """, to: "album.yaml")
    for verb in ["check", "build", "clean"] {
      let run = place.mixdown(verb, "album.yaml")
      #expect(run.status == 65, "\(verb): \(run.account)")
      #expect(
        run.standardError.hasPrefix("album.yaml:5:33: error: delivery 'each'"), "\(run.account)")
    }
    #expect(place.files(in: ".") == ["album.yaml", "kick.wav", "session.yaml"])
  }

  // MARK: Twice

  @Test(arguments: ["out/mix.wav", "out/./mix.wav", "out/MIX.wav", "out/stems/d.wav"])
  func aDeliveryOverAnotherOutputIsRefused(_ file: String) throws {
    let place = try place(deliver(file) + "\nstems: {d: [k]}")
    let run = place.mixdown("check", "--json")
    #expect(run.status == 65, "\(run.account)")
    let messages = run.object["diagnostics"] as? [[String: Any]] ?? []
    #expect(messages.map { $0["id"] as? String } == ["duplicate-output"], "\(run.account)")
    #expect(messages.first?["line"] as? Int == 4)
  }

  @Test(arguments: [
    (
      "{a: {file: out/a, format: wav}, b: {file: out/a/b.wav}}", "4:61: error: 'out/a/b.wav'",
      "'out/a'"
    ),
    (
      "{b: {file: out/A/c/b.wav}, a: {file: out/a, format: wav}}", "4:30: error: 'out/A/c/b.wav'",
      "'out/a'"
    ),
    ("{b: {file: out/mix.wav/b.wav}}", "4:30: error: 'out/mix.wav/b.wav'", "'out/mix.wav'"),
  ])
  func aFileThatIsTheFolderOfAnotherOneIsRefused(
    _ deliveries: String, _ inner: String, _ outer: String
  ) throws {
    let place = try place("master: {deliver: \(deliveries)}")
    for verb in ["check", "build"] {
      let run = place.mixdown(verb)
      #expect(run.status == 65, "\(verb): \(run.account)")
      #expect(
        run.standardError.contains(
          "session.yaml:\(inner) would be written into \(outer), which is a file itself "
            + "[duplicate-output]"), "\(verb): \(run.account)")
    }
    #expect(place.files(in: ".") == ["kick.wav", "session.yaml"])
  }

  @Test func aFileThatStandsWhereAFolderWillBeIsNoOtherOutput() throws {
    let place = try place("master: {deliver: {a: {file: out/a.wav}, b: {file: out/a/b.wav}}}")
    #expect(place.mixdown("build").status == 0)
    #expect(place.files(in: "out") == ["a.wav", "a/b.wav", "mix.wav"])
  }

  @Test func aDeliveryMayStandWhereTheMasterWould() throws {
    let place = try place(deliver("out/master.wav"))
    #expect(place.mixdown("build").status == 0)
    #expect(place.files(in: "out") == ["master.wav", "mix.wav"])
  }

  @Test func aVersionWithATitleOfItsOwnHasAFileOfItsOwn() throws {
    let place = try place(
      """
      metadata: {title: Song}
      versions: {inst: {mute: [k], metadata: {title: Song (Inst)}}}
      master: {deliver: {a: {file: out/<title>.flac}, b: {version: inst, file: out/<title>.flac}}}
      """)
    let run = place.mixdown("build")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.files(in: "out") == ["Song (Inst).flac", "Song.flac", "mix.wav"])
    #expect(place.mixdown("check", "--version", "inst").status == 0)
  }

  // MARK: The mix's own file

  @Test func theMixIsWrittenWhereItSaysAndAsItsEndingSays() throws {
    let place = try place("metadata: {title: Song}\nmix: {file: mixes/<title>.flac, bits: 24}")
    let plan = place.mixdown("plan", "mix")
    #expect(plan.text.contains("mixes/Song.flac is put together again"), "\(plan.account)")
    let run = place.mixdown("build", "mix", "--json", "-MF", "mix.d")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.made.map(\.path) == ["mixes/Song.flac"])
    #expect(try place.read("mixes/Song.flac").prefix(4) == Data("fLaC".utf8))
    #expect(String(decoding: try place.read("mix.d"), as: UTF8.self).hasPrefix("mixes/Song.flac:"))
    let verified = place.mixdown("verify", "mix")
    #expect(verified.status == 0, "\(verified.account)")
    let audition = place.mixdown("build", "mix", "--range", "0:00..0:00.5", "--json")
    #expect(
      audition.made.map(\.path) == ["out/audition/range-0-00..0-00.5/mix.flac"],
      "\(audition.account)")
    let elsewhere = place.mixdown("build", "mix", "--output", "else", "--json")
    #expect(elsewhere.made.map(\.path) == ["else/mixes/Song.flac"], "\(elsewhere.account)")
    #expect(place.mixdown("clean").status == 0)
    #expect(place.files(in: "mixes").isEmpty)
  }

  @Test(arguments: ["m.flac", "m.mp3", "m.xyz", "m"])
  func aMixThatCannotBeWrittenSoIsRefusedAtItsLine(_ file: String) throws {
    let run = try place("mix: {file: \(file)}").mixdown("check")
    #expect(run.status == 65, "\(run.account)")
    #expect(
      run.standardError.hasPrefix("session.yaml:4:13: error: '\(file)' cannot be written: "),
      "\(run.account)")
  }

  @Test func verifyWritesBesideDeliveriesThatLieElsewhere() throws {
    let place = Workplace()
    try place.writeTone("song/audio/k.wav", seconds: 1)
    let absolute = place["elsewhere/there.wav"].path
    try place.write("", to: "elsewhere/.keep")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {k: {source: audio/k.wav}}
      master: {deliver: {up: {file: ../masters/up.wav}, there: {file: \(absolute)}}}

      """, to: "song/session.yaml")
    let built = Program.run(["build", "song/session.yaml"], in: place.folder)
    #expect(built.status == 0, "\(built.account)")
    // Whatever stands there now stays.
    try place.write("mine", to: "elsewhere/there.wav")
    let verified = Program.run(["verify", "song/session.yaml"], in: place.folder)
    #expect(verified.text.contains("up.wav: the same"), "\(verified.account)")
    #expect(verified.text.contains("there.wav: DIFFERENT"), "\(verified.account)")
    #expect(verified.status == 1, "\(verified.account)")
    #expect(try place.read("elsewhere/there.wav") == Data("mine".utf8))
  }
}
