import Diagnostics
import Testing

@testable import SessionYAML

private func format(_ text: String) throws -> String {
  let parsed = ParsedText(text)
  #expect(parsed.ids.filter { $0 != "comment-cuts-text" } == [])
  let tree = try #require(parsed.tree)
  let bytes = try #require(SessionFormatter.rewritten(source: parsed.source, tree: tree))
  return String(decoding: bytes, as: UTF8.self)
}

private func comments(_ text: String) throws -> [String] {
  let parsed = ParsedText(text)
  let trivia = YAMLTrivia(source: parsed.source, tree: try #require(parsed.tree))
  return trivia.comments.map { String(decoding: parsed.source.bytes[$0.range], as: UTF8.self) }
}

@Test(arguments: ExampleSessions.allCases)
func formattingASessionKeepsItAndIsIdempotent(_ session: ExampleSessions) throws {
  let once = try format(session.text)
  #expect(try format(once) == once)
  #expect(try format(session.text.replacing("\n", with: "\r\n")) == once)
  #expect(try comments(once) == comments(session.text))
  let before = try #require(ParsedText(session.text).tree)
  #expect(try #require(ParsedText(once).tree).hasSameMeaning(as: before))
  for line in once.split(separator: "\n") {
    let content = line.prefix { $0 != "#" }
    #expect(content.hasSuffix(" ") || content.unicodeScalars.count <= 100 || !content.contains("{"))
  }
}

@Test(arguments: [
  // Indentation, blanks, blank lines.
  ("a:\n    b:   1\n    c:\n          d: 2   \n", "a:\n  b: 1\n  c:\n    d: 2\n"),
  ("\n\na: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
  ("a:\n- b\n- c\n", "a:\n  - b\n  - c\n"),
  ("a:\n\n  b: 1", "a:\n  b: 1\n"),
  // Brackets.
  ("a: {  b: 1 ,c: [ x,y ] , }\n", "a: {b: 1, c: [x, y]}\n"),
  ("a: {b: 1,\n  c: 2}\n", "a: {b: 1, c: 2}\n"),
  ("a: {\n  b: 1,  # one\n  c: 2\n}  # two\n", "a:  # two\n  b: 1   # one\n  c: 2\n"),
  // A line for each clip, edit and point.
  (
    "edits: [cut: 0:01..0:02, cut: 0:03..0:04]\n",
    "edits:\n  - cut: 0:01..0:02\n  - cut: 0:03..0:04\n"
  ),
  (
    "fader: {level: 0 dB, ride: [[start, 0 dB], [bar 5, mute]]}\n",
    "fader:\n  level: 0 dB\n  ride:\n    - [start, 0 dB]\n    - [bar 5, mute]\n"
  ),
  ("clips:\n  - source: a.wav\n    at: start\n", "clips:\n  - {source: a.wav, at: start}\n"),
  // Order of time.
  (
    "edits:\n  # b\n  - cut: 1:00..1:01  # x\n  - insert: {at: 12 s, length: 1 s}\n",
    "edits:\n  - insert: {at: 12 s, length: 1 s}\n  # b\n  - cut: 1:00..1:01  # x\n"
  ),
  (
    "edits:\n  - cut: verse..chorus\n  - cut: 0:01..0:02\n",
    "edits:\n  - cut: verse..chorus\n  - cut: 0:01..0:02\n"
  ),
  (
    "t:\n  edits:\n    - gain: {range: 0:05..0:09, by: 1 dB}\n    - silence: 0:01..0:06\n",
    "t:\n  edits:\n    - gain: {range: 0:05..0:09, by: 1 dB}\n    - silence: 0:01..0:06\n"
  ),
  (
    "t:\n  edits:\n    - gain: {range: 0:07..0:09, by: 1 dB}\n    - silence: 0:01..0:06\n",
    "t:\n  edits:\n    - silence: 0:01..0:06\n    - gain: {range: 0:07..0:09, by: 1 dB}\n"
  ),
  // Items that an address counts stay where they are.
  (
    "edits:\n  - cut: 0:06..0:07\n  - cut: 0:03..0:04\nversions:\n  v: {set: {edits/cut-2/range: 0:03..0:05}}\n",
    "edits:\n  - cut: 0:06..0:07\n  - cut: 0:03..0:04\nversions:\n  v: {set: {edits/cut-2/range: 0:03..0:05}}\n"
  ),
  (
    "t:\n  clips:\n    - {source: b.wav, at: 0:02}\n    - {source: a.wav, at: 0:01}\nversions:\n  v: {set: {t/clips/clip/gain: 1 dB}}\n",
    "t:\n  clips:\n    - {source: b.wav, at: 0:02}\n    - {source: a.wav, at: 0:01}\nversions:\n  v: {set: {t/clips/clip/gain: 1 dB}}\n"
  ),
  // By name they are found wherever they stand, and other lists are none of its business.
  (
    "edits:\n  - cut: {range: 0:06..0:07, name: x}\n  - cut: 0:03..0:04\nversions:\n  v: {set: {edits/x/range: 0:03..0:05, t/edits/gain/by: 1 dB}}\n",
    "edits:\n  - cut: 0:03..0:04\n  - cut: {range: 0:06..0:07, name: x}\nversions:\n  v: {set: {edits/x/range: 0:03..0:05, t/edits/gain/by: 1 dB}}\n"
  ),
  // Quotes and minus signs.
  ("a: \"-6 dB\"\nb: '12'\nc: 'x: y'\nd: −3 dB\n", "a: -6 dB\nb: \"12\"\nc: \"x: y\"\nd: -3 dB\n"),
  ("m: {title: Who keeps it?, note: 'it''s'}\n", "m: {title: \"Who keeps it?\", note: \"it's\"}\n"),
  // Comments.
  (
    "a: 1      # kept in its column\nlonger-key: 1 # moved\n",
    "a: 1      # kept in its column\nlonger-key: 1  # moved\n"
  ),
  (
    "a:\n  b: 1\n  # end of a\n\n# about c\nc: 2\n# end\n",
    "a:\n  b: 1\n  # end of a\n\n# about c\nc: 2\n# end\n"
  ),
  ("a:   # head\n     # first\n     b: 1\n", "a:   # head\n  # first\n  b: 1\n"),
  ("a:\n  # between\n  x\n", "# between\na: x\n"),
  ("note: |\n     one\n       two\n", "note: |\n  one\n    two\n"),
])
func formattingGives(_ text: String, _ expected: String) throws {
  #expect(try format(text) == expected)
  #expect(try format(expected) == expected)
}

@Test func bracketsWiderThanAHundredColumnsBecomeLines() throws {
  let names = (1...20).map { "take-\($0)" }
  let text = try format("group: [\(names.joined(separator: ", "))]\n")
  #expect(text == "group:\n" + names.map { "  - \($0)\n" }.joined())
}

@Test func everyRandomTextKeepsMeaningAndCommentsAndIsFormattedOnce() throws {
  for seed in 0..<UInt64(isLong ? 20_000 : 400) {
    var random = RandomText(seed: seed)
    let text = random.text()
    let parsed = ParsedText(text)
    let problems = parsed.diagnostics.filter { $0.severity == .error }
    guard problems.isEmpty, let tree = parsed.tree else {
      Issue.record("seed \(seed) does not parse: \(problems.map(\.message))\n\(text)")
      continue
    }
    guard let once = SessionFormatter.rewritten(source: parsed.source, tree: tree) else {
      Issue.record("seed \(seed) is not rewritten\n\(text)")
      continue
    }
    let second = ParsedText(once)
    let twice = second.tree.flatMap { SessionFormatter.rewritten(source: second.source, tree: $0) }
    if once != twice {
      Issue.record(
        """
        seed \(seed) changes twice
        \(text)
        -----
        \(String(decoding: once, as: UTF8.self))
        -----
        \(String(decoding: twice ?? [], as: UTF8.self))
        """)
    }
  }
}
