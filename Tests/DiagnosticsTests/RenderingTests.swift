import Diagnostics
import Testing

private struct Example {
  var sources = SourceMap()
  let source: Source

  init(_ text: String, path: String = "song.yaml") {
    source = sources.add(path: path, bytes: Array(text.utf8))
  }

  /// The place of the first `needle`.
  func span(_ needle: String) -> Span {
    let pattern = Array(needle.utf8)
    let at = source.bytes.indices.first { source.bytes[$0...].starts(with: pattern) } ?? 0
    return Span(source.id, at, at + pattern.count)
  }

  func text(_ diagnostic: Diagnostic, colours: Bool = false) -> String {
    var renderer = DiagnosticRenderer(sources: sources, colours: colours)
    return renderer.text(diagnostic)
  }
}

private let unknownBus = Rule("unknown-bus", .error, "no such bus", page: "")
private let clipped = Rule("clipped", .warning, "it clips", page: "It clips.")

@Test func aMessageShowsItsLineItsFixAndItsNote() {
  let example = Example("a: 1\n      output: drms\nbuses:\n  drums: {fader: -1 dB}\n")
  let diagnostic = Diagnostic(
    unknownBus, "no bus is named 'drms'", at: example.span("drms"),
    notes: [Note("'drums' is declared here", at: example.span("drums"))],
    fixes: [FixIt(example.span("drms"), "drums")])
  #expect(
    example.text(diagnostic) == """
      song.yaml:2:15: error: no bus is named 'drms' [unknown-bus]
      2 |       output: drms
        |               ^~~~ replace with 'drums'
      song.yaml:4:3: note: 'drums' is declared here
      4 |   drums: {fader: -1 dB}

      """)
}

@Test func caretsStandBelowTabsWideAndCombiningCharacters() {
  let example = Example("\t日本 e\u{301}: drms\n")
  let text = example.text(Diagnostic(unknownBus, "x", at: example.span("drms")))
  #expect(
    text == """
      song.yaml:1:9: error: x [unknown-bus]
      1 |     日本 e\u{301}: drms
        |             ^~~~

      """)
}

@Test func aSpanOverLinesUnderlinesTheFirst() {
  let example = Example("a: {b,\n  c}\n")
  let text = example.text(Diagnostic(unknownBus, "x", at: example.span("{b,\n  c}")))
  #expect(text.contains("  |    ^~~\n"))
}

@Test func anEmptyPlaceAtTheEndOfALineHasOneCaret() {
  let example = Example("a: [b\n")
  let end = Span(example.source.id, 5, 5)
  let diagnostic = Diagnostic(
    unknownBus, "x", at: example.span("["), fixes: [FixIt(end, "]")])
  #expect(example.text(diagnostic).contains("  |    ^ insert ']' in column 6\n"))
  #expect(example.text(Diagnostic(unknownBus, "x", at: end)).hasSuffix("  |      ^\n"))
}

@Test func controlCharactersOfASessionNeverReachTheTerminal() {
  let example = Example("title: \u{1B}[2Jx\n", path: "a\u{07}.yaml")
  let text = example.text(
    Diagnostic(unknownBus, "no '\u{1B}[2J'", at: example.span("x")))
  #expect(!text.contains("\u{1B}") && !text.contains("\u{07}"))
}

@Test func aLongLineIsShownAroundItsPlace() {
  let example = Example(
    String(repeating: "é", count: 5000) + "drms" + String(repeating: "y", count: 5000))
  let lines = example.text(Diagnostic(unknownBus, "x", at: example.span("drms")))
    .split(separator: "\n")
  #expect(lines[0].hasPrefix("song.yaml:1:5001:"))
  #expect(lines[1].count < 220)
  #expect(lines[1].contains("…") && lines[1].contains("drms"))
}

@Test func severalSuggestionsAreJoined() {
  let example = Example("bus: drms\n")
  let place = example.span("drms")
  let text = example.text(
    Diagnostic(unknownBus, "x", at: place, fixes: [FixIt(place, "drums"), FixIt(place, "drama")]))
  #expect(text.contains("^~~~ replace with 'drums' or 'drama'\n"))
}

@Test func fixesAreSaidInWords() {
  let example = Example("a: 1\n   b: it's\nc: d\n")
  func fix(_ span: Span, _ new: String) -> String {
    let text = example.text(
      Diagnostic(unknownBus, "x", at: example.span("it's"), fixes: [FixIt(span, new)]))
    return String(text.split(separator: "\n")[2].drop { $0 != "~" }.drop { $0 == "~" })
  }
  let id = example.source.id
  #expect(fix(example.span("it's"), "\"it's\"") == " replace with \"it's\"")
  #expect(fix(Span(id, 5, 8), "  ") == " indent by 2 spaces")
  #expect(fix(example.span("   b: it's\n"), "") == " delete the line")
  #expect(fix(example.span("it's"), "") == " delete")
  #expect(fix(example.span("b"), "e") == " replace 'b' with 'e'")
  #expect(fix(Span(id, 10, 10), ",") == " insert ',' in column 6")
  #expect(fix(Span(id, 15, 15), ",") == " insert ',' behind it")
  #expect(fix(example.span("c"), "") == " delete 'c' in line 3")
}

@Test func coloursSurroundTheSameText() {
  let example = Example("bus: drms\n")
  let diagnostic = Diagnostic(unknownBus, "x", at: example.span("drms"))
  let coloured = example.text(diagnostic, colours: true)
  #expect(coloured.contains("\u{1B}[1;31merror:\u{1B}[0m"))
  let plain = coloured.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated()
    .map { $0.offset == 0 ? $0.element : $0.element.drop { $0 != "m" }.dropFirst() }.joined()
  #expect(plain == example.text(diagnostic))
}

@Test func jsonHasEveryPlaceAndNullWhereThereIsNone() {
  let example = Example("a: 1\nbus: drms\n")
  let place = example.span("drms")
  var renderer = DiagnosticRenderer(sources: example.sources)
  let placed = renderer.json(
    Diagnostic(
      unknownBus, "x", at: place, notes: [Note("n")], fixes: [FixIt(place, "drums")]))
  #expect(
    placed.compact == """
      {"id":"unknown-bus","severity":"error","message":"x","file":"song.yaml","line":2,"column":6,\
      "end_line":2,"end_column":10,"notes":[{"message":"n","file":null,"line":null,"column":null,\
      "end_line":null,"end_column":null}],"fixes":[{"replacement":"drums","file":"song.yaml",\
      "line":2,"column":6,"end_line":2,"end_column":10}]}
      """)
  #expect(renderer.json(Diagnostic(clipped, "y", at: nil))["line"] == .null)
}

@Test func warningsCanBeSilencedOrPromotedAndErrorsCannot() {
  var list = DiagnosticList()
  list.add(Diagnostic(clipped, "a", at: nil))
  list.add(Diagnostic(unknownBus, "b", at: nil))
  #expect(
    list.applying(silenced: ["clipped", "unknown-bus"], promoted: []).all.map(\.id) == [
      "unknown-bus"
    ])
  #expect(
    list.applying(silenced: [], promoted: ["clipped"]).all.map(\.severity) == [.error, .error])
}

@Test func messagesOfOneKindLeaveRoomForThoseOfOthers() {
  let cutOff = Rule("cut-off", .warning, "it is cut off", page: "")
  var list = DiagnosticList()
  for i in 0..<(DiagnosticList.limit + 10) { list.add(Diagnostic(clipped, "\(i)", at: nil)) }
  list.add(Diagnostic(cutOff, "a", at: nil))
  #expect(list.dropped == 10 && list.hasEnough(of: clipped) && !list.hasEnough(of: cutOff))
  let applied = list.applying(silenced: ["clipped"], promoted: ["cut-off"])
  #expect(applied.hasErrors && applied.all.map(\.id) == ["cut-off"] && applied.dropped == 0)
  #expect(list.applying(silenced: ["cut-off"], promoted: ["clipped"]).dropped == 10)
}

@Test func aLineIsInsertedBehindAByteOrderMark() {
  let example = Example("\u{FEFF}a: 1\n")
  let place = Span(example.source.id, 3, 3)
  let diagnostic = Diagnostic(
    unknownBus, "x", at: example.span("a"), fixes: [FixIt(place, "mixdown: 1\n")])
  #expect(example.text(diagnostic).contains("insert the line 'mixdown: 1'"))
}

@Test func columnsDoNotCountAByteOrderMark() {
  let example = Example("\u{FEFF}a: drms\n")
  #expect(
    example.text(Diagnostic(unknownBus, "x", at: example.span("drms"))).hasPrefix("song.yaml:1:4:"))
}

@Test(arguments: Catalogue.all.map(\.id))
func everyRuleHasAPage(_ id: String) throws {
  let rule = try #require(Catalogue.rule(id))
  #expect(rule.page.utf8.count > 40)
  #expect(rule.id.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber })
  #expect(rule.summary.first?.isUppercase == false && !rule.summary.hasSuffix("."))
  #expect(HelpPage.text(for: rule).hasPrefix("\(rule.id) (\(rule.severity.rawValue)): "))
}

@Test func idsAreUniqueAndFound() {
  #expect(Set(Catalogue.all.map(\.id)).count == Catalogue.all.count)
  #expect(Catalogue.rule("duplicate-key")?.id == "duplicate-key")
}

@Test func ofManyMessagesOfAKindTheFirstAreWrittenOutAndTheOthersCounted() {
  let example = Example((0..<30).map { "a\($0): drms\n" }.joined())
  func span(_ line: Int) -> Span {
    let start = example.source.lineStarts[line]
    return Span(example.source.id, start, start + 2)
  }
  let unknown = (0..<25).map { Diagnostic(unknownBus, "no bus", at: span($0)) }
  let clips = (25..<28).map { Diagnostic(clipped, "it clips", at: span($0)) }
  var renderer = DiagnosticRenderer(sources: example.sources)
  let (text, leftOut) = renderer.text(unknown + clips, limit: 20)
  #expect(leftOut == 5)
  let lines = text.split(separator: "\n")
  #expect(lines.count { $0.contains("error: no bus") } == 20)
  #expect(lines.count { $0.contains("warning: it clips") } == 3)
  #expect(text.hasSuffix("song.yaml: 5 more errors [unknown-bus]\n"))
  let (whole, none) = renderer.text(unknown + clips, limit: .max)
  let all = renderer.text(unknown + clips)
  #expect(none == 0 && whole == all)
}
