/// A report as a summary for a pull request: what was missed first, the rest folded away.
struct MarkdownReport {
  let report: BuildReport
  init(_ report: BuildReport) { self.report = report }

  var text: String {
    let rows = ReportRows(report: report)
    let mark = report.exitCode == 0 ? (report.advised > 0 ? "⚠️" : "✅") : "❌"
    var lines = ["### \(mark) \(Markup.markdown(report.session)): \(report.headline)"]
    let open = rows.verdicts.filter { $0.fails || $0.warns }
    let rest = rows.verdicts.filter { !$0.fails && !$0.warns }
    if !open.isEmpty { lines += [""] + table(open, rows) }
    lines += messages
    if !report.failures.isEmpty {
      lines += [""] + report.failures.map { "- ❌ \(Markup.markdown($0))" }
    }
    let files = rows.files
    if !files.isEmpty {
      let columns = ReportRows.fileHeader.indices.filter { column in
        files.contains { !$0[column].isEmpty }
      }
      lines += ["", row(columns.map { ReportRows.fileHeader[$0] })]
      lines.append(row(columns.map { ReportRows.fileNumbers.contains($0) ? "---:" : "---" }))
      lines += files.map { cells in row(columns.map { Markup.markdown(cells[$0]) }) }
    }
    if !report.streams.isEmpty {
      lines.append("")
      for stream in report.streams {
        let values = Markup.markdown(ReportRows.values(stream.values))
        lines.append("- **\(Markup.markdown(stream.target))**: \(values)")
        lines += stream.remarks.map { "  - \(Markup.markdown($0))" }
      }
    }
    if !rest.isEmpty {
      let count = rest.count { $0.outcome == .passed }
      lines += ["", "<details><summary>\(count) met</summary>", ""] + table(rest, rows)
      lines += ["", "</details>"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var messages: [String] {
    let others = report.messages.filter { $0.id != "target-missed" }
    if others.isEmpty { return [] }
    return [""]
      + others.map { message in
        let place = message.place.map { "`\(code($0.file)):\($0.line)` " } ?? ""
        return "- \(message.isError ? "❌" : "⚠️") \(place)\(Markup.markdown(message.text)) "
          + "(\(Markup.markdown(message.id)))"
      }
  }

  private func code(_ text: String) -> String {
    String(text.map { $0 == "`" || $0.isNewline ? "'" : $0 })
  }

  private func table(_ verdicts: [BuildReport.Verdict], _ rows: ReportRows) -> [String] {
    [row(ReportRows.verdictHeader), row(["---", "---", "---", "---:", "---", "---:", "---"])]
      + verdicts.map { verdict in
        var cells = rows.cells(verdict).map(Markup.markdown)
        cells[0] =
          verdict.fails ? "❌" : verdict.warns ? "⚠️" : verdict.outcome == .passed ? "✅" : "–"
        return row(cells)
      }
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
