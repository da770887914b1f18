/// A report as tables for a terminal.
struct TextReport {
  let report: BuildReport
  init(_ report: BuildReport) { self.report = report }

  var text: String {
    let rows = ReportRows(report: report)
    var lines = ["\(ReportRows.plain(report.session)): \(report.headline)"]
    lines += files(rows)
    if !report.streams.isEmpty {
      lines.append("")
      for stream in report.streams {
        lines.append("\(ReportRows.plain(stream.target)): \(ReportRows.values(stream.values))")
        lines += stream.remarks.map { "  \($0)" }
      }
    }
    var verdicts = TextTable(ReportRows.verdictHeader, right: [5])
    for verdict in rows.verdicts { verdicts.add(rows.cells(verdict)) }
    if !verdicts.isEmpty { lines += [""] + verdicts.lines }
    let messages = report.messages.filter { $0.id != "target-missed" }
    if !messages.isEmpty {
      lines.append("")
      for message in messages {
        let place = message.place.map { "\($0.file):\($0.line):\($0.column): " } ?? ""
        let kind = message.isError ? "error" : "warning"
        lines.append(ReportRows.plain("\(place)\(kind): \(message.text) [\(message.id)]"))
        lines += message.notes.map { ReportRows.plain("  \($0.text)") }
      }
    }
    if !report.failures.isEmpty { lines += [""] + report.failures.map(ReportRows.plain) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Columns that say nothing of any file are left out.
  private func files(_ rows: ReportRows) -> [String] {
    let cells = rows.files
    if cells.isEmpty { return [] }
    let columns = ReportRows.fileHeader.indices.filter { column in
      cells.contains { !$0[column].isEmpty }
    }
    var table = TextTable(
      columns.map { ReportRows.fileHeader[$0] },
      right: Set(columns.indices.filter { ReportRows.fileNumbers.contains(columns[$0]) }))
    for row in cells { table.add(columns.map { row[$0] }) }
    return [""] + table.lines
  }
}
