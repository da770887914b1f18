import Diagnostics
import SessionModel
import SessionYAML
import Signal
import Testing

@Suite struct LoaderTests {
  @Test func stageFilesAreMergedKeyByKey() throws {
    let loaded = load([
      "session.yaml": """
      mixdown: 1
      includes: [edit/edit.yaml, mix.yaml]
      rate: 48 kHz
      tracks: {a: {note: lead}}
      edits: [cut: 0:01..0:02]
      """,
      "edit/edit.yaml": """
      tracks: {a: {source: ../audio/a.wav}, b: {source: b.wav}}
      edits: [cut: 0:05..0:06]
      """,
      "mix.yaml": """
      mixdown: 1
      tracks: {a: {strip: {fader: -3 dB}}, b: {strip: {fader: -4 dB}}}
      """,
    ])
    #expect(loaded.messages == [])
    let session = try #require(loaded.session)
    #expect(session.tracks.map(\.name.value) == ["a", "b"])
    #expect(session.track("a")?.strip.fader.level?.value == -3)
    #expect(session.track("a")?.note == "lead")
    #expect(session.track("a")?.clips.first?.source.resolvedPath == "edit/../audio/a.wav")
    #expect(session.track("b")?.clips.first?.source.resolvedPath == "edit/b.wav")
    #expect(session.edits.count == 2)
    let level = try #require(session.track("b")?.strip.fader.level)
    #expect(loaded.sources[level.span.source].path == "mix.yaml")
    #expect(loaded.sources[level.span.source].text(level.span) == "-4 dB")
  }

  @Test func aSessionInAnotherFolderKnowsItsFolder() throws {
    let loaded = load(
      ["songs/one.yaml": "mixdown: 1\ntracks: {a: {source: a.wav}}\nmetadata: {cover: c.jpg}\n"],
      main: "songs/one.yaml")
    let session = try #require(loaded.session)
    #expect(session.track("a")?.clips.first?.source.resolvedPath == "songs/a.wav")
    #expect(session.metadata["cover"].map { session.resolved($0) } == "songs/c.jpg")
  }

  @Test func aLeafSetTwiceIsAnErrorAtBothLines() throws {
    let loaded = load([
      "session.yaml":
        "mixdown: 1\nincludes: [mix.yaml]\nrate: 48 kHz\ntracks: {a: {source: a.wav}}\n",
      "mix.yaml": "tracks: {a: {source: b.wav}}\nrate: 44.1 kHz\n",
    ])
    #expect(loaded.diagnostics.sorted.map(\.id) == ["set-twice", "set-twice"])
    let first = try #require(loaded.diagnostics.sorted.first)
    #expect(first.message == "'tracks/a/source' is set in two files")
    #expect(first.span.map { loaded.sources[$0.source].path } == "mix.yaml")
    #expect(first.notes.first?.span.map { loaded.sources[$0.source].path } == "session.yaml")
  }

  @Test func includesThatAreMissingOrCircularAreReportedWhereTheyAreWritten() {
    let missing = load(["session.yaml": "mixdown: 1\nincludes: [mix.yaml]\n"])
    #expect(missing.messages == ["include-missing: 'mix.yaml' cannot be read: no such file"])
    let circle = load([
      "session.yaml": "mixdown: 1\nincludes: [mix.yaml]\n",
      "mix.yaml": "includes: [./session.yaml]\n",
    ])
    #expect(circle.messages == ["include-cycle: './session.yaml' includes itself"])
    #expect(load([:]).diagnostics.all.map(\.id) == ["session-missing"])
  }

  @Test func lintsSilenceAndPromoteWarnings() {
    var list = DiagnosticList()
    let rule = Rule("a-warning", .warning, "a warning", page: "")
    list.add(Diagnostic(rule, "something", at: nil))
    let span = Span(SourceID(0), 0, 0)
    #expect(list.applying(lints: ["a-warning": Located("silent", span)]).all.isEmpty)
    #expect(list.applying(lints: ["a-warning": Located("error", span)]).hasErrors)
    #expect(!list.applying(lints: ["a-warning": Located("warning", span)]).hasErrors)
  }
}

@Suite struct VersionTests {
  private func applying(_ name: String, to text: String) -> (Session?, [String]) {
    let loaded = load(text)
    let result = loaded.applying(version: Located(name, Span(SourceID(0), 0, 0)))
    return (result.session, result.diagnostics.sorted.map { "\($0.id): \($0.message)" })
  }

  @Test func aVersionMutesAndTags() throws {
    let (session, messages) = applying("instrumental", to: WrittenSessions.bandSong)
    #expect(messages == [])
    #expect(session?.track("vocal")?.strip.isMuted?.value == true)
    #expect(session?.track("bv")?.strip.isMuted?.value == true)
    #expect(session?.track("kick")?.strip.isMuted == nil)
    #expect(session?.metadata["isrc"]?.value == "USS1Z2600002")
    #expect(session?.metadata["title"]?.value == "Night Train")
  }

  @Test func aVersionSetsValuesByAddress() throws {
    let (session, messages) = applying("vocal-up", to: WrittenSessions.bandSong)
    #expect(messages == [])
    #expect(session?.track("vocal")?.strip.fader.level?.value == -5)
    #expect(session?.track("vocal")?.strip.fader.ride.count == 3)
  }

  @Test(arguments: [
    ("kick/fader", "-2 dB"), ("kick/fader/level", "-2 dB"), ("kick/inserts/gate/hold", "50 ms"),
    ("kick/inserts/compressor/threshold", "-20 dB"), ("snare/sends/plate/level", "-9 dB"),
    ("snare/sends/plate", "-9 dB"), ("bass/source/channel", "2"), ("kick/source/channel", "1"),
    ("vocal/inserts/leveling/ratio", "2"), ("vocal/edits/gain/by", "-4 dB"),
    ("plate/inserts/reverb/decay", "2.2 s"), ("mix/inserts/glue/threshold", "-12 dB"),
    ("mix/tail", "4 s"), ("master/inserts/eq/high-shelf/gain", "1 dB"),
    ("master/inserts/eq/high-shelf/frequency", "11 kHz"),
    ("master/deliver/cd/loudness", "-12 LUFS"), ("metadata/title", "Other"), ("tempo", "93 bpm"),
    ("markers/outro", "bar 62"), ("gtr-l/pan", "70 L"), ("tamb/mute", "true"),
    ("regions/middle-8", "bar 45..49"),
  ])
  func everyAddressOfTheBandSongCanBeSet(_ address: String, _ value: String) {
    let text = WrittenSessions.bandSong.replacingVersion("  \"x\": {set: {\(address): \(value)}}")
    let (session, messages) = applying("x", to: text)
    #expect(session != nil)
    #expect(messages == [], "\(address)")
  }

  @Test func settingOneTrackLeavesThePresetOfTheOthersAlone() throws {
    let text =
      WrittenSessions.interview + "\nversions:\n  soft: {set: {host/inserts/compressor/ratio: 2}}\n"
    let (session, messages) = applying("soft", to: text)
    #expect(messages == [])
    #expect(session?.track("host")?.strip.inserts[1].value("ratio") == .number(2))
    #expect(session?.track("guest")?.strip.inserts[1].value("ratio") == .number(3))
    #expect(session?.track("host")?.strip.inserts[1].value("threshold") == .number(-24))
  }

  @Test func addressesThatLeadNowhereHaveTheNearestName() {
    expectDiagnostics(
      """
      tracks: {vocal: {source: a.wav, strip: {inserts: [gain: {name: lift, gain: 1 dB}]}}}
      versions:
        a: {set: {⟨1⟩vocl/fader: 1 dB, vocal/⟨2⟩fadr: 1 dB}}
        b: {set: {vocal/inserts/⟨3⟩lifft/gain: 1 dB, vocal/inserts/lift/⟨4⟩gian: 1 dB}}
        c: {mute: [⟨5⟩vocals], set: {vocal/fader: 1 ⟨6⟩Hz, metadata/⟨7⟩titel: x}}
      """,
      [
        Wanted("unknown-address", at: 1, over: "vocl", fix: "vocal"),
        Wanted("unknown-address", at: 2, over: "fadr", fix: "fader"),
        Wanted("unknown-address", at: 3, over: "lifft", fix: "lift"),
        Wanted("unknown-address", at: 4, over: "gian", fix: "gain"),
        Wanted("unknown-address", at: 5, over: "vocals", fix: "vocal"),
        Wanted("wrong-unit", at: 6), Wanted("unknown-address", at: 7, fix: "title"),
      ])
  }

  @Test func onlyKeepsWhatPlaysIntoABus() throws {
    let text = """
      mixdown: 1
      tracks:
        kick: {source: k.wav, strip: {output: drums}}
        snare: {source: s.wav, strip: {output: crush}}
        bass: {source: b.wav}
      buses: {drums: {}, crush: {output: drums}}
      versions: {drums: {only: [drums]}}
      """
    let (session, messages) = applying("drums", to: text)
    #expect(messages == [])
    #expect(session?.tracks.map { $0.strip.isMuted?.value ?? false } == [false, false, true])
  }

  @Test func anUnknownVersionHasTheNearestName() {
    let loaded = load(WrittenSessions.bandSong)
    let result = loaded.applying(version: Located("instrumetal", Span(SourceID(0), 0, 0)))
    #expect(result.session == nil)
    #expect(result.diagnostics.all.first?.fixes.first?.replacement == "instrumental")
  }
}

extension String {
  /// The band song with one more version.
  fileprivate func replacingVersion(_ line: String) -> String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let index = lines.firstIndex(of: "versions:") { lines.insert(line, at: index + 1) }
    return lines.joined(separator: "\n")
  }
}
