/// A report as JUnit XML: a suite for each target, a case for each number that was asked for, and
/// a suite of messages for what stopped the build.
struct JUnitReport {
  let report: BuildReport
  init(_ report: BuildReport) { self.report = report }

  private struct Case {
    var name: String
    var place: BuildReport.Place?
    /// The element inside, with its name for counting; nil: passed.
    var result: (kind: String, text: String)?
  }

  var text: String {
    var suites: [(name: String, cases: [Case])] = []
    for verdict in report.verdicts {
      let name =
        verdict.path == verdict.target ? verdict.target : "\(verdict.target) \(verdict.path)"
      if suites.last?.name != name {
        if let known = suites.firstIndex(where: { $0.name == name }) {
          suites[known].cases.append(testCase(verdict))
          continue
        }
        suites.append((name, []))
      }
      suites[suites.count - 1].cases.append(testCase(verdict))
    }
    let broken = errors
    if !broken.isEmpty { suites.append(("build", broken)) }
    // A build without a question still has an answer.
    if suites.isEmpty { suites.append(("build", [Case(name: "builds")])) }
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    let all = suites.flatMap(\.cases)
    lines.append("<testsuites name=\"\(Markup.xml(report.session))\"\(counts(all))>")
    for suite in suites {
      lines.append("  <testsuite name=\"\(Markup.xml(suite.name))\"\(counts(suite.cases))>")
      for item in suite.cases { lines += element(item, suite: suite.name) }
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  private func testCase(_ verdict: BuildReport.Verdict) -> Case {
    var sentence = "\(verdict.quantity) is \(verdict.reading), wanted \(verdict.wanted)"
    if let place = verdict.place { sentence += " (\(place.file):\(place.line))" }
    if let note = verdict.note { sentence += "; \(note)" }
    let result: (String, String)? =
      if verdict.fails {
        ("failure", sentence)
      } else if verdict.outcome == .notMeasured {
        ("skipped", sentence)
      } else if verdict.outcome == .missed {
        ("system-out", "\(verdict.severity.rawValue): \(sentence)")
      } else {
        nil
      }
    return Case(
      name: "\(verdict.quantity) \(verdict.wanted)", place: verdict.place, result: result)
  }

  private var errors: [Case] {
    report.brokenMessages.map { message in
      Case(name: message.id, place: message.place, result: ("error", message.text))
    } + report.failures.map { Case(name: "failure", result: ("error", $0)) }
  }

  private func counts(_ cases: [Case]) -> String {
    func count(_ kind: String) -> Int { cases.count { $0.result?.kind == kind } }
    return " tests=\"\(cases.count)\" failures=\"\(count("failure"))\""
      + " errors=\"\(count("error"))\" skipped=\"\(count("skipped"))\""
  }

  private func element(_ item: Case, suite: String) -> [String] {
    var head = "    <testcase name=\"\(Markup.xml(item.name))\" classname=\"\(Markup.xml(suite))\""
    if let place = item.place {
      head += " file=\"\(Markup.xml(place.file))\" line=\"\(place.line)\""
    }
    guard let (kind, text) = item.result else { return [head + "/>"] }
    let inner =
      kind == "system-out"
      ? "      <system-out>\(Markup.xml(text))</system-out>"
      : kind == "skipped"
        ? "      <skipped message=\"\(Markup.xml(text))\"/>"
        : "      <\(kind) message=\"\(Markup.xml(text))\" type=\"\(kind)\">\(Markup.xml(text))</\(kind)>"
    return [head + ">", inner, "    </testcase>"]
  }
}
