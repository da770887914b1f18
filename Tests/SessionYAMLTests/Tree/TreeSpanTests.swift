import Diagnostics
import SessionYAML
import Testing

@Test(arguments: ExampleSessions.allCases)
func wholeSessionsAreReadWithoutAMessage(_ session: ExampleSessions) {
  let parsed = ParsedText(session.text)
  #expect(parsed.ids.isEmpty)
  #expect(parsed.tree?["mixdown"]?.text == "1")
}

@Test(arguments: ExampleSessions.allCases)
func spansCoverExactlyWhatWasWritten(_ session: ExampleSessions) throws {
  let parsed = ParsedText(session.text)
  let root = try #require(parsed.tree)
  for node in ParsedText.nodes(root) {
    let written = parsed.text(node.span)
    switch node.content {
    case .scalar(let text, .plain): #expect(written == text)
    case .scalar(_, .doubleQuoted): #expect(written.first == "\"" && written.last == "\"")
    case .scalar: #expect(!written.isEmpty)
    case .sequence(let items) where node.isFlow:
      #expect(written.first == "[" && written.last == "]" && items.count > 0)
    case .mapping where node.isFlow && written.first == "{": #expect(written.last == "}")
    case .sequence(let items):
      #expect(written.first == "-" && node.span.end == items.last?.span.end)
    case .mapping(let entries):
      #expect(node.span.start == entries.first?.key.span.start)
      #expect(node.span.end == entries.last?.value.span.end)
      for entry in entries { #expect(parsed.text(entry.key.span) == entry.key.value) }
    }
  }
}

@Test func offsetsAreBytesAlsoBehindOtherAlphabets() throws {
  let parsed = ParsedText(
    "\u{FEFF}künstler: 'Ünal – 𝄞'\r\ntitle: über\u{2028}all  # … \r\nb: [é, ü]\r\n")
  let root = try #require(parsed.tree)
  #expect(parsed.ids.isEmpty)
  #expect(root.entries?.map(\.key.value) == ["künstler", "title", "b"])
  #expect(root["künstler"]?.text == "Ünal – 𝄞")
  #expect(parsed.text(root["künstler"]?.span) == "'Ünal – 𝄞'")
  #expect(root["title"]?.text == "über\u{2028}all")
  #expect(parsed.text(root["b"]?.span) == "[é, ü]")
  #expect(parsed.text(root["b"]?[1]?.span) == "ü")
}

@Test func aMissingValueStandsBehindItsColon() throws {
  let parsed = ParsedText("a:   # later\nb: {c: , d: }\nlist:\n  -\n  - x\n")
  let root = try #require(parsed.tree)
  #expect(root["a"]?.isMissing == true)
  #expect(root["a"]?.span == Span(SourceID(0), 2, 2))
  #expect(root["b"]?["c"]?.span.start == 19)
  #expect(root["b"]?["d"]?.isMissing == true)
  #expect(root["list"]?[0]?.isMissing == true)
  #expect(root["list"]?[1]?.text == "x")
}

@Test func aBlockCollectionEndsWithItsLastChildNotWithTheCommentBehindIt() throws {
  let parsed = ParsedText("a:\n  b: 1\n  # about c\n\nc: 2\n")
  let root = try #require(parsed.tree)
  #expect(parsed.text(root["a"]?.span) == "b: 1")
}

@Test func escapesAndTextBlocksAreUndone() throws {
  let parsed = ParsedText(
    "a: \"x\\ty\\u00e9\"\nb: 'it''s'\nc: |\n  one\n   two\nd: >-\n  one\n  two\n")
  let root = try #require(parsed.tree)
  #expect(parsed.ids.isEmpty)
  #expect(root["a"]?.text == "x\tyé")
  #expect(root["b"]?.text == "it's")
  #expect(root["c"]?.text == "one\n two\n")
  #expect(root["d"]?.text == "one two")
  #expect(parsed.text(root["c"]?.span) == "|\n  one\n   two")
}

@Test func wordsOfOtherYamlVersionsStayText() throws {
  let parsed = ParsedText("a: [yes, off, null, ~, 012, 1_000, 1:30]\n")
  let items = try #require(parsed.tree?["a"]?.items)
  #expect(items.map(\.text) == ["yes", "off", "null", "~", "012", "1_000", "1:30"])
}
