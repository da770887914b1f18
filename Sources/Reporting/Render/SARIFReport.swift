import Diagnostics

/// A report as SARIF 2.1.0 (OASIS): a result for each message, and one of kind `pass` for each
/// number that was met, at the line that asked for it.
struct SARIFReport {
  let report: BuildReport
  init(_ report: BuildReport) { self.report = report }

  var json: JSONValue {
    let rules = ruleIDs
    let results = report.messages.map { result($0, rules) } + passes(rules)
    return .object([
      "$schema":
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": .array([
        .object([
          "tool": .object([
            "driver": .object([
              "name": "mixdown", "semanticVersion": .string(report.version),
              "rules": .array(rules.map(rule)),
            ])
          ]),
          "columnKind": "unicodeCodePoints",
          "invocations": .array([
            .object([
              "executionSuccessful": .bool(report.exitCode == 0 || report.exitCode == 1),
              "exitCode": .integer(Int64(report.exitCode)),
              "toolExecutionNotifications": .array(
                report.failures.map {
                  .object(["level": "error", "message": .object(["text": .string($0)])])
                }),
            ])
          ]),
          "results": .array(results),
        ])
      ]),
    ])
  }

  /// Of everything that is in the results, in alphabetical order.
  private var ruleIDs: [String] {
    var ids = Set(report.messages.map(\.id))
    if report.verdicts.contains(where: { $0.outcome == .passed }) { ids.insert("target-missed") }
    return ids.sorted()
  }

  private func rule(_ id: String) -> JSONValue {
    guard let rule = Catalogue.rule(id) else { return .object(["id": .string(id)]) }
    return .object([
      "id": .string(id), "shortDescription": .object(["text": .string(rule.summary)]),
      "help": .object(["text": .string(rule.page)]),
      "defaultConfiguration": .object([
        "level": .string(rule.severity == .error ? "error" : "warning")
      ]),
    ])
  }

  private func index(_ id: String, _ rules: [String]) -> JSONValue {
    .integer(Int64(rules.firstIndex(of: id) ?? -1))
  }

  private func result(_ message: BuildReport.Message, _ rules: [String]) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("ruleId", .string(message.id)), .init("ruleIndex", index(message.id, rules)),
      .init("level", message.isError ? "error" : "warning"),
      .init("message", .object(["text": .string(sentence(message))])),
    ]
    if let place = message.place {
      members.append(.init("locations", .array([location(place, nil)])))
    }
    let related = message.notes.compactMap { note in
      note.place.map { location($0, note.text) }
    }
    if !related.isEmpty { members.append(.init("relatedLocations", .array(related))) }
    let fixes = message.fixes.compactMap(fix)
    if !fixes.isEmpty { members.append(.init("fixes", .array(fixes))) }
    return .object(members)
  }

  /// Notes without a place have no other place to be said.
  private func sentence(_ message: BuildReport.Message) -> String {
    ([message.text] + message.notes.filter { $0.place == nil }.map(\.text)).joined(separator: "; ")
  }

  private func passes(_ rules: [String]) -> [JSONValue] {
    report.verdicts.filter { $0.outcome == .passed }.map { verdict in
      var members: [JSONValue.Member] = [
        .init("ruleId", "target-missed"), .init("ruleIndex", index("target-missed", rules)),
        .init("kind", "pass"), .init("level", "none"),
        .init(
          "message",
          .object([
            "text": .string(
              "\(verdict.quantity) of '\(verdict.path)' is \(verdict.reading), wanted \(verdict.wanted)"
            )
          ])),
      ]
      if let place = verdict.place {
        members.append(.init("locations", .array([location(place, nil)])))
      }
      return .object(members)
    }
  }

  private func location(_ place: BuildReport.Place, _ text: String?) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(
        "physicalLocation",
        .object(["artifactLocation": artifact(place), "region": region(place)]))
    ]
    if let text { members.append(.init("message", .object(["text": .string(text)]))) }
    return .object(members)
  }

  private func artifact(_ place: BuildReport.Place) -> JSONValue {
    .object(["uri": .string(Markup.uri(place.file))])
  }

  private func region(_ place: BuildReport.Place) -> JSONValue {
    .object([
      "startLine": .integer(Int64(place.line)), "startColumn": .integer(Int64(place.column)),
      "endLine": .integer(Int64(place.endLine)), "endColumn": .integer(Int64(place.endColumn)),
    ])
  }

  private func fix(_ fix: BuildReport.Message.Fix) -> JSONValue? {
    guard let place = fix.place else { return nil }
    let description =
      fix.replacement.isEmpty ? "delete" : "replace with '\(fix.replacement)'"
    return .object([
      "description": .object(["text": .string(description)]),
      "artifactChanges": .array([
        .object([
          "artifactLocation": artifact(place),
          "replacements": .array([
            .object([
              "deletedRegion": region(place),
              "insertedContent": .object(["text": .string(fix.replacement)]),
            ])
          ]),
        ])
      ]),
    ])
  }
}
