import Diagnostics
import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A report with everything that is hard to write down.
private func report() -> BuildReport {
  let hard = "Tom & \"Jerry\" <live>'s | `Größe` *x*"
  let place = BuildReport.Place(
    file: "a b/sess&ion.yaml", line: 14, column: 17, endLine: 14, endColumn: 30)
  var report = BuildReport(version: "1.2.3", session: "a b/sess&ion.yaml", exitCode: 1)
  report.files = [
    .init(
      target: "deliver/cd", path: "out/\(hard).wav", sha256: String(repeating: "a", count: 64),
      frames: 44_100 * 61, rate: 44_100, channelCount: 2, wasReplaced: true, clippedSamples: 0,
      values: ["integrated": -14.02, "true-peak": -1, "gain": 3.2, "ceiling": -1])
  ]
  report.streams = [
    .init(target: "stems", values: ["stems-residual": -150.5], remarks: ["'a|b' is in no stem"])
  ]
  func verdict(
    _ quantity: String, _ severity: BuildReport.Verdict.Severity,
    _ outcome: BuildReport.Verdict.Outcome, _ measured: Double?
  ) -> BuildReport.Verdict {
    .init(
      target: "deliver/cd", path: "out/\(hard).wav", quantity: quantity, unit: "dB",
      severity: severity, outcome: outcome, rule: "expect", wanted: "at least 9 dB",
      reading: measured.map { "\($0) dB" } ?? "not measured", measured: measured, limit: 9,
      margin: measured.map { $0 - 9 }, note: nil, place: place)
  }
  report.verdicts = [
    verdict("plr", .must, .passed, 12), verdict("crest-factor", .must, .missed, 8.5),
    verdict("psr", .advise, .missed, 5), verdict("loudness-range", .inform, .notMeasured, nil),
  ]
  report.messages = [
    .init(
      id: "target-missed", isError: true, text: "crest-factor of '\(hard)' is 8.5 dB", place: place,
      notes: [.init(text: "asked here", place: place), .init(text: "no place", place: nil)],
      fixes: [.init(replacement: "at least 8 dB", place: place)]),
    .init(id: "comment-cuts-text", isError: false, text: "a\u{1B}[31m warning", place: nil),
  ]
  report.failures = ["out: <no> space & time"]
  return report
}

struct ReportTests {
  @Test func jsonGivesTheReportBack() throws {
    let before = report()
    let text = before.json.pretty
    let value = try #require(JSONValue(parsing: Array(text.utf8)))
    #expect(BuildReport(json: value) == before)
  }

  @Test(arguments: [ReportFormat.text, .markdown, .html])
  func filesOfOneDeliveryAreToldApart(_ format: ReportFormat) {
    var report = report()
    var other = report.verdicts[0]
    other.path = "out/other.wav"
    let name = "deliver/cd out/other.wav"
    #expect(!report.text(format).contains(name))
    report.verdicts.append(other)
    #expect(report.text(format).contains(name))
    #expect(report.text(format).contains("deliver/cd out/Tom"))
  }

  @Test func jsonHasSortedNamesAndThreeDecimals() throws {
    let text = report().json.pretty
    #expect(text.contains("\"integrated_lufs\": -14.020,"))
    #expect(text.contains("\"ceiling_dbtp\": -1.000,"))
    let value = try #require(JSONValue(parsing: Array(text.utf8)))
    #expect(value == value.sortedByName)
    #expect(value["files"]?.elements.first?["true_peak_dbtp"]?.real == -1)
  }

  @Test func junitIsWellFormedAndCountsWhatFailed() throws {
    let document = try xml(report().text(.junit))
    #expect(document.attributes("testsuites").first?["tests"] == "5")
    #expect(document.attributes("testsuites").first?["failures"] == "1")
    #expect(document.attributes("testsuites").first?["errors"] == "1")
    #expect(document.attributes("testsuites").first?["skipped"] == "1")
    let cases = document.attributes("testcase")
    #expect(cases.count == 5)
    #expect(cases.first?["classname"]?.contains("Tom & \"Jerry\" <live>'s | `Größe`") ?? false)
    #expect(cases.first?["file"] == "a b/sess&ion.yaml" && cases.first?["line"] == "14")
    #expect(document.attributes("failure").count == 1)
  }

  @Test func aBuildWithoutQuestionsStillHasACase() throws {
    let document = try xml(
      BuildReport(version: "1", session: "s.yaml", exitCode: 0).text(.junit))
    #expect(document.attributes("testcase").count == 1 && document.attributes("failure").isEmpty)
  }

  /// What the schema of SARIF 2.1.0 requires of the parts that are written.
  @Test func sarifHasTheShapeOfItsSchema() throws {
    let root = try #require(JSONValue(parsing: Array(report().text(.sarif).utf8)))
    #expect(root["version"]?.text == "2.1.0")
    let run = try #require(root["runs"]?.elements.first)
    let driver = try #require(run["tool"]?["driver"])
    #expect(driver["name"]?.text == "mixdown")
    let rules = try #require(driver["rules"]?.elements.map { $0["id"]?.text ?? "" })
    #expect(Set(rules).count == rules.count && rules == rules.sorted())
    let results = run["results"]?.elements ?? []
    // Two messages, and one number that was met.
    #expect(results.count == 3)
    for result in results {
      let text: String = result["message"]?["text"]?.text ?? ""
      #expect(text != "")
      let index = try #require(result["ruleIndex"]?.whole)
      #expect(rules[Int(index)] == result["ruleId"]?.text)
      let level = result["level"]?.text ?? ""
      let kind = result["kind"]?.text ?? "fail"
      #expect(["none", "note", "warning", "error"].contains(level))
      // The schema: a kind other than `fail` has the level `none`.
      #expect(kind == "fail" || (kind == "pass" && level == "none"))
      for location in result["locations"]?.elements ?? [] {
        let physical = try #require(location["physicalLocation"])
        #expect(physical["artifactLocation"]?["uri"]?.text == "a%20b/sess%26ion.yaml")
        #expect(physical["region"]?["startLine"]?.whole == 14)
        #expect(physical["region"]?["startColumn"]?.whole == 17)
        #expect(physical["region"]?["endColumn"]?.whole == 30)
      }
    }
    #expect(results[0]["relatedLocations"]?.elements.count == 1)
    let fix = try #require(results[0]["fixes"]?.elements.first)
    let change = try #require(fix["artifactChanges"]?.elements.first)
    let replacement = try #require(change["replacements"]?.elements.first)
    #expect(replacement["deletedRegion"]?["startLine"]?.whole == 14)
    #expect(replacement["insertedContent"]?["text"]?.text == "at least 8 dB")
    #expect(results[2]["kind"]?.text == "pass")
    #expect(run["invocations"]?.elements.first?["executionSuccessful"]?.flag == true)
  }

  @Test func markdownTablesKeepTheirColumns() {
    let lines = report().text(.markdown).split(separator: "\n")
    for line in lines where line.hasPrefix("|") {
      // Cells are parted by bars that are not escaped.
      let bars = zip(line, line.dropFirst()).count { $0 != "\\" && $1 == "|" } + 1
      #expect(bars == 8 || bars == 10 || bars == 7, "\(line)")
      #expect(!line.contains("<live>"))
    }
    #expect(lines.first?.hasPrefix("### ❌ ") ?? false)
    // What was missed stands before what was met.
    let text = report().text(.markdown)
    let missed = text.range(of: "crest-factor")
    let met = text.range(of: "| plr |")
    #expect(missed.map { a in met.map { a.lowerBound < $0.lowerBound } ?? false } ?? false)
  }

  @Test func htmlIsWellFormedAndEscapes() throws {
    let text = report().text(.html)
    #expect(!text.contains("<live>") && text.contains("&lt;live&gt;"))
    // But for the document type and the two elements without an end it is XML.
    let body = text.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
      .replacingOccurrences(of: "<meta charset=\"utf-8\">", with: "")
      .replacingOccurrences(
        of: "<meta name=\"viewport\" content=\"width=device-width\">", with: "")
    _ = try xml(body)
  }

  @Test func textSaysMissesFirstAndSendsNoControlCharacters() {
    let text = report().text(.text)
    #expect(
      text.hasPrefix("a b/sess&ion.yaml: 1 failure, 1 of 3 numbers missed, 1 against advice\n"))
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B })
    let missed = text.range(of: "MISSED")
    let met = text.range(of: "\nmet ")
    #expect(missed.map { a in met.map { a.lowerBound < $0.lowerBound } ?? false } ?? false)
    #expect(text.contains("not measured"))
  }

  @Test(arguments: ReportFormat.allCases)
  func theSameReportGivesTheSameBytes(_ format: ReportFormat) {
    #expect(report().text(format) == report().text(format))
    #expect(report().text(format).hasSuffix("\n"))
  }
}

/// The elements of an XML text by name, with their attributes; throws when it is not well formed.
func xml(_ text: String) throws -> XMLElements {
  let elements = XMLElements()
  let parser = XMLParser(data: Data(text.utf8))
  parser.delegate = elements
  guard parser.parse() else {
    throw parser.parserError ?? CocoaError(.propertyListReadCorrupt)
  }
  return elements
}

final class XMLElements: NSObject, XMLParserDelegate {
  private(set) var all: [(name: String, attributes: [String: String])] = []

  func attributes(_ name: String) -> [[String: String]] {
    all.filter { $0.name == name }.map(\.attributes)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    all.append((name, attributes))
  }
}
