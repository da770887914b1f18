import Diagnostics
import Foundation
import Testing

@testable import SessionYAML

/// Breaks texts in the ways that editors, merges and transfers break them.
private struct Mutator {
  var numbers: SeededNumbers

  private let pieces: [[UInt8]] =
    [
      ":", ": ", "{", "}", "[", "]", ",", "- ", "\"", "'", "#", " #", "&a ", "*a", "<<: ", "!t ",
      "|",
      ">", "\t", "\n", "\r\n", "\r", "  ", "---\n", "...\n", "%YAML 1.2\n", "? ", "@", "`", "\\",
      "\\x",
      "\u{0}", "\u{FEFF}", "\u{85}", "\u{2028}", "é", "𝄞", "-", "..", "bar ", "9999999999999999999",
      " dB", "1e400", "−", "±", "start", "null", "{{{{{{{{", "[[[[[[[[", "a: ", "\n- ", "\n  ", "~",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x8F, 0xBC, 0x81]]

  mutating func mutate(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<1 + numbers.below(6) {
      let place = numbers.below(bytes.count + 1)
      let end = min(bytes.count, place + numbers.below(1 << numbers.below(8)))
      switch numbers.below(9) {
      case 0, 1, 2: bytes.insert(contentsOf: numbers.pick(pieces), at: place)
      case 3: bytes.removeSubrange(place..<end)
      case 4: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: numbers.next()) }
      case 5:
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: numbers.below(bytes.count + 1))
      case 6:
        let from = numbers.below(other.count + 1)
        let to = min(other.count, from + numbers.below(200))
        bytes.insert(contentsOf: other[from..<to], at: place)
      case 7: if place < bytes.count { bytes[place] = numbers.pick(pieces)[0] }
      default: if numbers.chance(20) { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }
}

/// Reads, decodes, formats and shows a text; every place a message names must lie in it.
private func exercise(_ bytes: [UInt8]) -> String? {
  var sources = SourceMap()
  let source = sources.add(path: "f.yaml", bytes: bytes)
  var diagnostics = DiagnosticList()
  let tree = YAMLTree.parse(source: source, into: &diagnostics)
  guard let tree else {
    return diagnostics.hasErrors ? nil : "nothing was read and nothing was said"
  }
  let hadErrors = diagnostics.hasErrors
  for node in ParsedText.nodes(tree)
  where node.span.start < 0 || node.span.end > bytes.count || node.span.start > node.span.end {
    return "a node lies outside of the text: \(node.span)"
  }
  if !hadErrors {
    let formatted = SessionFormatter.format(source: source, tree: tree)
    let again = ParsedText(formatted)
    guard let second = again.tree, !again.diagnostics.contains(where: { $0.severity == .error })
    else { return "formatting broke it" }
    guard SessionFormatter.format(source: again.source, tree: second) == formatted else {
      return "formatting twice differs"
    }
  }
  _ = SessionDecoder.decode(tree: tree, into: &diagnostics)
  for diagnostic in diagnostics.all {
    let spans = [diagnostic.span] + diagnostic.notes.map(\.span) + diagnostic.fixes.map(\.span)
    for span in spans.compactMap({ $0 })
    where span.start < 0 || span.end > bytes.count || span.start > span.end {
      return "'\(diagnostic.message)' [\(diagnostic.id)] lies outside of the text: \(span)"
    }
  }
  var renderer = DiagnosticRenderer(sources: sources)
  _ = renderer.text(diagnostics.sorted)
  _ = renderer.json(diagnostics.sorted)
  return nil
}

private func check(_ inputs: [[UInt8]], cases: Int, seed: UInt64) {
  var mutator = Mutator(numbers: SeededNumbers(seed: seed))
  for number in 0..<cases {
    let input = mutator.numbers.pick(inputs)
    let other = mutator.numbers.pick(inputs)
    let bytes = mutator.mutate(input, with: other)
    let start = ContinuousClock.now
    if let problem = exercise(bytes) {
      Issue.record("case \(number): \(problem)\n\(String(decoding: bytes, as: UTF8.self))")
    }
    if ContinuousClock.now - start > .seconds(10) {
      Issue.record("case \(number) takes too long\n\(String(decoding: bytes, as: UTF8.self))")
    }
  }
}

@Test func brokenSessionsGiveMessagesNeverTraps() {
  let inputs = ExampleSessions.allCases.map { Array($0.text.utf8) }
  check(inputs, cases: isLong ? 50_000 : 500, seed: 1)
}

@Test func brokenSmallTextsGiveMessagesNeverTraps() {
  var inputs = Trap.all.map { Array($0.text.utf8) }
  for seed in 0..<50 {
    var random = RandomText(seed: UInt64(seed))
    inputs.append(Array(random.text().utf8))
  }
  check(inputs, cases: isLong ? 100_000 : 1_500, seed: 2)
}

/// The YAML test suite's inputs, where they lie beside the package.
private let testSuite: [[UInt8]] = {
  let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  for up in ["..", "../.."] {
    let folder = package.appending(path: "\(up)/shared/data/hostile/yaml-test-suite")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let files = names.sorted().compactMap { try? Data(contentsOf: folder.appending(path: $0)) }
    if !files.isEmpty { return files.map { Array($0) } }
  }
  return []
}()

@Test(.enabled(if: !testSuite.isEmpty, "the YAML test suite is not beside the package"))
func theYamlTestSuiteGivesMessagesNeverTraps() {
  for (index, bytes) in testSuite.enumerated() {
    if let problem = exercise(bytes) { Issue.record("file \(index): \(problem)") }
  }
  check(testSuite, cases: isLong ? 50_000 : 500, seed: 3)
}

private struct Hostile: Sendable, CustomTestStringConvertible {
  let name: String
  let piece: String
  let count: Int
  var testDescription: String { name }

  init(_ name: String, _ piece: String, _ count: Int) {
    self.name = name
    self.piece = piece
    self.count = count
  }
}

private let hostileTexts: [Hostile] = [
  Hostile("brackets", "[", 1 << 20),
  Hostile("braces", "{a: ", 1 << 19),
  Hostile("dashes", "- ", 1 << 20),
  Hostile("questions", "? ", 1 << 20),
  Hostile("quotes", "- \"\n", 1 << 18),
  Hostile("entries", "a,", 1 << 20),
  Hostile("tabs", "\ta: b\n", 1 << 16),
  Hostile("duplicates", "a: b\n", 1 << 16),
  Hostile("signs", "- a: @b\n", 1 << 16),
  Hostile("indents", "a: b\n c: d\n", 1 << 15),
  Hostile("colons", "a: b:", 1 << 18),
  Hostile("words", " a\n", 1 << 19),
  Hostile("anchors", "- &a [*a, *a]\n", 1 << 16),
  Hostile("pairs", "{a b: c d: ", 1 << 16),
]

@Test(arguments: hostileTexts)
private func hostileTextsAreReadInBoundedTime(_ text: Hostile) {
  let bytes = Array(String(repeating: text.piece, count: text.count).utf8)
  let start = ContinuousClock.now
  let parsed = ParsedText(bytes)
  // A release build takes a tenth of a second; the bound leaves room for unoptimised ones.
  #expect(ContinuousClock.now - start < .seconds(20))
  #expect(parsed.diagnostics.count <= 501)
}

@Test func aFileOfMoreThanTwelveMegabytesIsNotRead() {
  #expect(ParsedText([UInt8](repeating: 0x20, count: 12 << 20 + 1)).ids == ["file-too-large"])
}
