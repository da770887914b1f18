/// A report as one HTML file that needs nothing else.
struct HTMLReport {
  let report: BuildReport
  init(_ report: BuildReport) { self.report = report }

  var text: String {
    let rows = ReportRows(report: report)
    var lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width\">",
      "<title>\(Markup.xml(report.session))</title>", "<style>\(Self.style)</style>", "</head>",
      "<body>", "<h1>\(Markup.xml(report.session))</h1>",
      "<p class=\"\(report.exitCode == 0 ? "met" : "missed")\">\(Markup.xml(report.headline))</p>",
    ]
    if !report.verdicts.isEmpty {
      lines += ["<h2>Asked for</h2>", "<table>", header(ReportRows.verdictHeader)]
      for verdict in rows.verdicts {
        let style = verdict.fails ? "missed" : verdict.warns ? "advice" : "met"
        lines.append(row(rows.cells(verdict), style: style, numbers: [3, 5]))
      }
      lines.append("</table>")
    }
    if !report.files.isEmpty {
      lines += ["<h2>Files</h2>", "<table>", header(ReportRows.fileHeader)]
      let numbers = Set(ReportRows.fileNumbers)
      for cells in rows.files { lines.append(row(cells, style: nil, numbers: numbers)) }
      lines.append("</table>")
      for file in report.files {
        lines += details(
          file.path, file.values, file.sha256.isEmpty ? [] : ["sha256 \(file.sha256)"])
      }
    }
    for stream in report.streams { lines += details(stream.target, stream.values, stream.remarks) }
    let messages = report.messages.filter { $0.id != "target-missed" }
    if !messages.isEmpty || !report.failures.isEmpty {
      lines += ["<h2>Messages</h2>", "<ul>"]
      for message in messages {
        let place = message.place.map { "\($0.file):\($0.line):\($0.column): " } ?? ""
        lines.append(
          "<li class=\"\(message.isError ? "missed" : "advice")\">"
            + Markup.xml("\(place)\(message.text) [\(message.id)]") + "</li>")
      }
      lines += report.failures.map { "<li class=\"missed\">\(Markup.xml($0))</li>" } + ["</ul>"]
    }
    lines += ["</body>", "</html>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func header(_ cells: [String]) -> String {
    "<tr>" + cells.map { "<th>\(Markup.xml($0))</th>" }.joined() + "</tr>"
  }

  private func row(_ cells: [String], style: String?, numbers: Set<Int>) -> String {
    let inner = cells.enumerated().map { column, cell in
      "<td\(numbers.contains(column) ? " class=\"number\"" : "")>\(Markup.xml(cell))</td>"
    }
    return "<tr\(style.map { " class=\"\($0)\"" } ?? "")>\(inner.joined())</tr>"
  }

  private func details(
    _ title: String, _ values: [String: Double], _ remarks: [String]
  ) -> [String] {
    var lines = ["<details><summary>\(Markup.xml(title))</summary>", "<table>"]
    for name in values.keys.sorted() {
      let cells = [name, ReportRows.level(values[name], name, digits: 3)]
      lines.append(row(cells, style: nil, numbers: [1]))
    }
    lines.append("</table>")
    lines += remarks.map { "<p>\(Markup.xml($0))</p>" } + ["</details>"]
    return lines
  }

  private static let style = """
    :root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;\
    margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:.5rem 0}\
    th,td{padding:.25rem .75rem;border-bottom:1px solid #8884;text-align:left}\
    .number{text-align:right;font-variant-numeric:tabular-nums}\
    .missed{color:#c0262d}.advice{color:#a66a00}.met td:first-child,p.met{color:#1a7f37}
    """
}
