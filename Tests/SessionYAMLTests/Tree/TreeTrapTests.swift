import Diagnostics
import SessionYAML
import Testing

/// A mistake: how it is written, what is said about which characters, and what the fix makes of it.
struct Trap: Sendable, CustomTestStringConvertible {
  let id: String
  let text: String
  let place: String
  let fixed: String
  var testDescription: String { "\(id): \(place)" }

  init(_ id: String, _ text: String, at place: String, fixed: String) {
    self.id = id
    self.text = text
    self.place = place
    self.fixed = fixed
  }

  static let all: [Trap] = [
    // Values that begin with a sign of YAML.
    Trap("value-needs-quotes", "title: @home", at: "@home", fixed: #"title: "@home""#),
    Trap("value-needs-quotes", "title: `x`  # c", at: "`x`", fixed: #"title: "`x`"  # c"#),
    Trap("value-needs-quotes", "title: %d", at: "%d", fixed: #"title: "%d""#),
    Trap("value-needs-quotes", "note: > 3 dB", at: "> 3 dB", fixed: #"note: "> 3 dB""#),
    Trap("value-needs-quotes", "note: |x|", at: "|x|", fixed: #"note: "|x|""#),
    Trap("value-needs-quotes", "file: *.wav", at: "*.wav", fixed: #"file: "*.wav""#),
    Trap("value-needs-quotes", "file: * x", at: "* x", fixed: #"file: "* x""#),
    Trap("value-needs-quotes", "title: & more", at: "& more", fixed: #"title: "& more""#),
    Trap("value-needs-quotes", "file: {name}.wav", at: "{name}.wav", fixed: #"file: "{name}.wav""#),
    Trap("value-needs-quotes", "title: [a] b", at: "[a] b", fixed: #"title: "[a] b""#),
    Trap("value-needs-quotes", "title: - a", at: "- a", fixed: #"title: "- a""#),
    Trap("value-needs-quotes", "title: ? a", at: "? a", fixed: #"title: "? a""#),
    Trap("value-needs-quotes", "title: ] a", at: "] a", fixed: #"title: "] a""#),
    Trap("value-needs-quotes", "fader: - 3 dB", at: "- 3 dB", fixed: "fader: -3 dB"),
    Trap("value-needs-quotes", "title: a: b", at: "a: b", fixed: #"title: "a: b""#),
    Trap(
      "value-needs-quotes", "title: say \"a: b\"", at: "say \"a: b\"",
      fixed: #"title: 'say "a: b"'"#),
    Trap(
      "value-needs-quotes", "strip: fader: 1 dB", at: "fader: 1 dB", fixed: "strip: {fader: 1 dB}"),
    Trap("value-needs-quotes", "m: {title: @x, b: 1}", at: "@x", fixed: #"m: {title: "@x", b: 1}"#),
    Trap(
      "value-needs-quotes", "m: {note: > 3, b: 1}", at: "> 3", fixed: #"m: {note: "> 3", b: 1}"#),
    Trap("value-needs-quotes", "m: {title: a: b}", at: "a: b", fixed: #"m: {title: "a: b"}"#),
    Trap(
      "value-needs-quotes", "m: {file: a[1].wav, b: 1}", at: "a[1].wav",
      fixed: #"m: {file: "a[1].wav", b: 1}"#),
    Trap(
      "value-needs-quotes", "m: {file: {n}.wav, b: 1}", at: "{n}.wav",
      fixed: #"m: {file: "{n}.wav", b: 1}"#),
    Trap("value-needs-quotes", "m: {a: - 3 dB}", at: "- 3 dB", fixed: "m: {a: -3 dB}"),
    Trap("value-needs-quotes", "- a: 1\n- @b", at: "@b", fixed: "- a: 1\n- \"@b\""),
    Trap("value-needs-quotes", "@a: 1", at: "@a", fixed: "\"@a\": 1"),
    // Quotes.
    Trap(
      "unclosed-quote", "title: 'Round Midnight", at: "'Round Midnight",
      fixed: #"title: "'Round Midnight""#),
    Trap("unclosed-quote", "a: \"x\nb: 1", at: "\"x", fixed: "a: \"x\"\nb: 1"),
    Trap("unclosed-quote", "m: {title: 'x, b: 1}", at: "'x", fixed: #"m: {title: "'x", b: 1}"#),
    Trap("text-after-quote", "title: \"a\" b", at: "b", fixed: "title: '\"a\" b'"),
    Trap("text-after-quote", "title: 'It's me'", at: "s me'", fixed: #"title: "It's me""#),
    Trap("text-after-quote", "m: {title: \"a\" b}", at: "b", fixed: "m: {title: '\"a\" b'}"),
    Trap("bad-escape", #"file: "a\data.wav""#, at: #"\d"#, fixed: #"file: 'a\data.wav'"#),
    // Brackets and commas.
    Trap("unclosed-bracket", "a: {b: 1\nc: 2", at: "{", fixed: "a: {b: 1}\nc: 2"),
    Trap("unclosed-bracket", "a: [b, {c: 1}  # x", at: "[", fixed: "a: [b, {c: 1}]  # x"),
    Trap("unclosed-bracket", "a: {b: [1, 2}", at: "[", fixed: "a: {b: [1, 2]}"),
    Trap("mismatched-bracket", "a: [b, c}", at: "}", fixed: "a: [b, c]"),
    Trap("mismatched-bracket", "a: {b: 1}}", at: "}", fixed: "a: {b: 1}"),
    Trap("stray-comma", "a: {b: 1},", at: ",", fixed: "a: {b: 1}"),
    Trap("stray-comma", "a: [b,, c]", at: ",", fixed: "a: [b, c]"),
    Trap("missing-comma", "a: {b: 1 c: 2}", at: "c", fixed: "a: {b: 1, c: 2}"),
    Trap("missing-comma", "a: {b: 1\n  c: 2}", at: "c", fixed: "a: {b: 1,\n  c: 2}"),
    Trap("missing-comma", "a: {b: {x: 1} c: 2}", at: "c", fixed: "a: {b: {x: 1}, c: 2}"),
    // Commas and comments inside text.
    Trap(
      "comma-cuts-text", "m: {title: Storm, 1953}", at: "Storm, 1953",
      fixed: #"m: {title: "Storm, 1953"}"#),
    Trap(
      "comma-cuts-text", "m: {title: a, b, c, d: 1}", at: "a, b, c",
      fixed: #"m: {title: "a, b, c", d: 1}"#),
    Trap(
      "comment-cuts-text", "source: Take #2.wav", at: "#2.wav", fixed: #"source: "Take #2.wav""#),
    Trap(
      "comment-cuts-text", "metadata: {composer: A}\ntitle: No # 5", at: "# 5",
      fixed: "metadata: {composer: A}\ntitle: \"No # 5\""),
    Trap(
      "comment-cuts-text", "takes:\n  t1: a #1.wav", at: "#1.wav",
      fixed: "takes:\n  t1: \"a #1.wav\""),
    Trap("decimal-comma", "m: {fader: -3,5 dB}", at: "-3,5 dB", fixed: "m: {fader: -3.5 dB}"),
    // Colons.
    Trap("missing-space", "a: {from:12.4 s}", at: "from:", fixed: "a: {from: 12.4 s}"),
    Trap("missing-space", "a: {b: 1, c:}", at: "c:", fixed: "a: {b: 1, c: }"),
    Trap("missing-space", "a: 1\nfader:-3 dB", at: "fader:", fixed: "a: 1\nfader: -3 dB"),
    Trap("missing-space", "a:\n  fader:-3 dB", at: "fader:", fixed: "a:\n  fader: -3 dB"),
    Trap(
      "missing-space", "edits:\n  - cut:1:02..1:03", at: "cut:",
      fixed: "edits:\n  - cut: 1:02..1:03"),
    Trap(
      "missing-colon", "a: 1\nfader -3 dB\nb: 2", at: "fader -3 dB",
      fixed: "a: 1\nfader: -3 dB\nb: 2"),
    Trap("missing-colon", "a: 1\nstrip\nb: 2", at: "strip", fixed: "a: 1\nstrip:\nb: 2"),
    // Indentation.
    Trap("other-spaces", "a:\n\u{A0} b: 1", at: "\u{A0} ", fixed: "a:\n  b: 1"),
    Trap("other-spaces", "a:\n\u{3000}b: 1", at: "\u{3000}", fixed: "a:\n b: 1"),
    Trap("tab-indentation", "a:\n\tb: 1", at: "\t", fixed: "a:\n  b: 1"),
    Trap("tab-indentation", "a:\n    b:\n\t\tc: 1", at: "\t\t", fixed: "a:\n    b:\n        c: 1"),
    Trap("tab-indentation", "a: {\n\tb: 1}", at: "\t", fixed: "a: {\n  b: 1}"),
    Trap("tab-indentation", "a:\n\t- b", at: "\t", fixed: "a:\n  - b"),
    Trap("bad-indentation", "a:\n  b: 1\n   c: 2", at: "c: 2", fixed: "a:\n  b: 1\n  c: 2"),
    Trap("bad-indentation", "a:\n  b: 1\n c: 2", at: "c: 2", fixed: "a:\n  b: 1\n  c: 2"),
    Trap("bad-indentation", "a: {b: 1}\n  c: 2", at: "c: 2", fixed: "a: {b: 1}\nc: 2"),
    Trap("bad-indentation", "a:\n  b: 1\n  - c: 2", at: "- c: 2", fixed: "a:\n  b: 1\n  c: 2"),
    Trap("missing-dash", "e:\n  - a: 1\n  b: 2", at: "b: 2", fixed: "e:\n  - a: 1\n  - b: 2"),
    // What YAML has and sessions have not.
    Trap("yaml-anchor", "a: &x {b: 1}", at: "&x", fixed: "a: {b: 1}"),
    Trap("yaml-anchor", "artist: &Sons", at: "&Sons", fixed: #"artist: "&Sons""#),
    Trap("yaml-anchor", "artist: &Me and you", at: "&Me", fixed: #"artist: "&Me and you""#),
    Trap("yaml-alias", "compressor: *tight", at: "*tight", fixed: "compressor: {like: tight}"),
    Trap("yaml-alias", "like: *tight", at: "*tight", fixed: "like: tight"),
    Trap("yaml-alias", "title: *tight", at: "*tight", fixed: #"title: "*tight""#),
    Trap("yaml-merge-key", "a: {<<: *t, b: 1}", at: "<<", fixed: "a: {like: t, b: 1}"),
    Trap("yaml-tag", "channel: !!int 3", at: "!!int", fixed: "channel: 3"),
    Trap("yaml-tag", "title: !wow", at: "!wow", fixed: #"title: "!wow""#),
    Trap("yaml-directive", "%YAML 1.2\na: 1", at: "%YAML 1.2", fixed: "a: 1"),
    Trap("empty-text-block", "a: >9\nb: 1", at: ">9", fixed: "a: \">9\"\nb: 1"),
    Trap("control-character", "a: x\u{08}y", at: "\u{08}", fixed: "a: x\u{08}y"),
    Trap("control-character", "a: x\0y", at: "\0", fixed: "a: x\0y"),
    Trap("control-character", #"a: "x\0y""#, at: #"\0"#, fixed: #"a: "xy""#),
    Trap("control-character", #"a: "\\0\u0000y""#, at: #"\u0000"#, fixed: #"a: "\\0y""#),
    Trap("control-character", #""x\x00": y"#, at: #"\x00"#, fixed: #""x": y"#),
  ]
}

@Test(arguments: Trap.all)
func aTrapIsReportedAtItsPlaceAndOnlyOnce(_ trap: Trap) throws {
  let parsed = ParsedText(trap.text + "\n")
  #expect(parsed.ids == [trap.id])
  #expect(parsed.text(parsed.diagnostics.first?.span) == trap.place)
  #expect(parsed.tree != nil)
}

@Test(arguments: Trap.all)
func theFixOfATrapMendsIt(_ trap: Trap) {
  let parsed = ParsedText(trap.text + "\n")
  let fixed = parsed.fixed()
  #expect(String(decoding: fixed, as: UTF8.self) == trap.fixed + "\n")
  if trap.fixed != trap.text { #expect(ParsedText(fixed).ids.isEmpty) }
}

/// What is read behind a mistake is what is read after its fix, as long as the fix only adds or
/// takes away punctuation.
@Test(arguments: Trap.all.filter { $0.id != "yaml-alias" && $0.id != "yaml-merge-key" })
func theTreeOfAMistakeIsTheTreeOfItsFix(_ trap: Trap) throws {
  let parsed = ParsedText(trap.text + "\n")
  let fixed = ParsedText(parsed.fixed())
  let tree = try #require(parsed.tree)
  let expected = try #require(fixed.tree)
  let isLossy = ["comment-cuts-text", "text-after-quote", "yaml-anchor", "control-character"]
  if !isLossy.contains(trap.id) { #expect(tree.hasSameMeaning(as: expected)) }
}

@Test func aDuplicateKeyNamesTheFirst() throws {
  let parsed = ParsedText("strip: {fader: -3 dB, pan: 0, fader: -4 dB}\n")
  let diagnostic = try #require(parsed.diagnostics.first)
  #expect(parsed.ids == ["duplicate-key"])
  #expect(diagnostic.span?.start == 30)
  #expect(diagnostic.notes.first?.span?.start == 8)
  #expect(parsed.tree?["strip"]?.entries?.count == 3)
}

@Test func everyDuplicateOfALargeMappingIsReported() {
  let lines = (0..<40).map { "k\($0 % 30): \($0)\n" }.joined()
  #expect(ParsedText(lines).ids == Array(repeating: "duplicate-key", count: 10))
}

@Test func aSecondDocumentIsReportedAndTheFirstIsRead() {
  let parsed = ParsedText("---\na: 1\n---\nb: 2\n")
  #expect(parsed.ids == ["several-documents"])
  #expect(parsed.text(parsed.diagnostics.first?.span) == "---")
  #expect(parsed.tree?["a"]?.text == "1")
  #expect(ParsedText("--- # first\na: 1\n...\n").ids.isEmpty)
}

@Test func aCommentInItsUsualPlaceIsNoTrap() {
  #expect(ParsedText("source: a.wav  # the good one\nnote: x   # y\nfader: 1 dB # z\n").ids.isEmpty)
}

@Test func timesLinksAndDrivesAreNoMissingSpace() {
  let text = "a: [0:41.2, x://y, C:\\a]\nb:\n  - 1:02\n  - https://x\nlink: a:b\nnote:\n  re:this\n"
  #expect(ParsedText(text).ids.isEmpty)
}

@Test func anEmptyFileSaysSo() {
  #expect(ParsedText("").ids == ["empty-file"])
  #expect(ParsedText("# nothing\n\n").ids == ["empty-file"])
  #expect(ParsedText("\u{FEFF}").ids == ["empty-file"])
}

@Test func otherEncodingsAreNamed() {
  #expect(ParsedText([0xFF, 0xFE, 0x61, 0x00]).ids == ["not-utf8"])
  let latin = ParsedText(Array("title: caf".utf8) + [0xE9] + Array("\nb: 1\n".utf8))
  #expect(latin.ids == ["not-utf8"])
  #expect(latin.tree?["b"]?.text == "1")
}

@Test func thirtyMistakesGiveThirtyMessagesInOrder() {
  let text = """
    %YAML 1.2
    mixdown: 1
    metadata: {title: Storm, 1953, artist: &Sons}
    title: Episode 12: The Lighthouse
    note: @home
    tempo: - 92 bpm
    album: 'Round Midnight
    artist: "Night" Train
    cover: "art\\dir\\x.png"
    tracks:
      kick: {source: a.wav, strip: {fader:-3 dB}}
      snare: {source: audio/Take #2.wav
      oh: {source: b.wav shift: 1 ms}
      bass: {source: c.wav, takes: [1, 2}
    \tkeys: {source: d.wav}
      vocal:
        source: e.wav
         strip: {fader: 1 dB}
       shift: 2 ms
      pan 20 L
      gtr: strip: x
    edits:
      - cut:1:02..1:03
      - cut: 3:00..4:00
      insert: {at: 1:00, length: 1 s}
      - gain: &x {by: 1 dB}
      - gain: *x
      - {cut: 1:00..2:00}}
      - {cut: 3:00..4:00},
      - {cut: 5:00..6:00,, note: b}
    mix: {fader: 1 dB, fader: 2 dB}
    crest: >9
    @master: 1
    ---
    x: y
    """
  let expected = [
    "yaml-directive", "comma-cuts-text", "yaml-anchor", "value-needs-quotes",
    "value-needs-quotes", "value-needs-quotes", "unclosed-quote", "text-after-quote",
    "bad-escape", "missing-space", "unclosed-bracket", "comment-cuts-text",
    "missing-comma", "unclosed-bracket", "tab-indentation", "bad-indentation", "bad-indentation",
    "missing-colon", "value-needs-quotes", "missing-space", "missing-dash", "yaml-anchor",
    "yaml-alias", "mismatched-bracket", "stray-comma", "stray-comma", "duplicate-key",
    "empty-text-block", "value-needs-quotes", "several-documents",
  ]
  #expect(ParsedText(text).ids == expected)
  #expect(expected.count == 30)
}

@Test func sixtyFourLevelsAreReadAndMoreAreNot() {
  func nested(_ levels: Int) -> String {
    "a: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
  }
  #expect(ParsedText(nested(63)).ids.isEmpty)
  let deep = ParsedText(nested(64))
  #expect(deep.ids == ["nested-too-deep"])
  #expect(deep.diagnostics.first?.span?.start == 3 + 63)
  #expect(deep.tree?["a"]?.isSequence == true)
}

@Test func moreThanSixHundredThousandValuesAreNotRead() {
  let text = "[" + String(repeating: "a,", count: 600_001) + "]"
  #expect(ParsedText(text).ids == ["too-many-values"])
}
