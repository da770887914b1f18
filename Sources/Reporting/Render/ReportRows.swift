import Diagnostics
import SessionModel

/// What the tables of all readable forms show, cell by cell.
struct ReportRows {
  let report: BuildReport
  /// Targets with more than one file, which are told apart by their paths.
  private let shared: Set<String>

  init(report: BuildReport) {
    self.report = report
    var paths: [String: Set<String>] = [:]
    for verdict in report.verdicts { paths[verdict.target, default: []].insert(verdict.path) }
    shared = Set(paths.filter { $0.value.count > 1 }.keys)
  }

  static let fileHeader = [
    "file", "length", "loudness", "true peak", "LRA", "PLR", "gain", "limiting",
    "mono loss low/mid/high", "state",
  ]
  /// Columns that are numbers.
  static let fileNumbers = 1...8

  var files: [[String]] {
    report.files.map { file in
      [
        Self.plain(file.path), Self.time(file.frames, rate: file.rate),
        Self.level(file.values["integrated"], "integrated", digits: 1),
        Self.level(file.values["true-peak"], "true-peak", digits: 2),
        Self.level(file.values["loudness-range"], "loudness-range", digits: 1),
        Self.level(file.values["plr"], "plr", digits: 1),
        Self.level(file.values["gain"], "gain", digits: 1),
        Self.level(file.values["gain-reduction"], "gain-reduction", digits: 1),
        Self.monoLoss(file.values),
        file.clippedSamples > 0
          ? "\(file.clippedSamples) samples clipped" : file.wasReplaced ? "written" : "unchanged",
      ]
    }
  }

  /// `0.0/0.4/1.2 dB`; what holds nothing is a dash, and nothing is said of a mono file.
  private static func monoLoss(_ values: [String: Double]) -> String {
    let drops = ["low", "mid", "high"].map { values["mono-drop-\($0)"] }
    guard drops.contains(where: { $0 != nil }) else { return "" }
    return drops.map { $0.map { Figures.fixed($0, digits: 1) ?? "∞" } ?? "–" }
      .joined(separator: "/") + " dB"
  }

  static let verdictHeader = ["", "target", "what", "measured", "wanted", "margin", "line"]

  /// Misses first, then advice that was not followed, then the rest, each in the session's order.
  var verdicts: [BuildReport.Verdict] {
    report.verdicts.filter(\.fails) + report.verdicts.filter(\.warns)
      + report.verdicts.filter { !$0.fails && !$0.warns }
  }

  func cells(_ verdict: BuildReport.Verdict) -> [String] {
    let target =
      shared.contains(verdict.target) ? "\(verdict.target) \(verdict.path)" : verdict.target
    return [
      Self.word(verdict), Self.plain(target), verdict.quantity, Self.plain(verdict.reading),
      Self.plain(verdict.wanted),
      verdict.margin.map { margin in
        guard margin.isFinite else { return margin > 0 ? "∞" : "−∞" }
        return (margin > 0 ? "+" : "") + Figures.short(margin, digits: 2)
      } ?? "",
      verdict.place.map { "\(Self.plain($0.file)):\($0.line)" } ?? "",
    ]
  }

  static func word(_ verdict: BuildReport.Verdict) -> String {
    switch (verdict.outcome, verdict.severity) {
    case (.passed, _): "met"
    case (.missed, .must): "MISSED"
    case (.missed, .advise): "advice"
    case (.missed, .inform): "differs"
    case (.notMeasured, _): "not measured"
    }
  }

  /// What is shown of a stream where there is no room for everything.
  private static let main = [
    "integrated", "true-peak", "rms", "crest-factor", "correlation", "mono-drop",
    "mono-drop-low", "mono-drop-mid", "mono-drop-high", "stems-residual",
    "thd", "thd-n",
  ]

  /// Measured values of one stream: `integrated -18.2 LUFS, true-peak -1 dBTP`.
  static func values(_ values: [String: Double]) -> String {
    main.compactMap { name in
      values[name].map { "\(name) \(level($0, name, digits: 2))" }
    }.joined(separator: ", ")
  }

  static func level(_ value: Double?, _ quantity: String, digits: Int) -> String {
    guard let value, !value.isNaN else { return "" }
    guard let text = Figures.fixed(value, digits: digits) else { return "silent" }
    let unit = QuantityNames.unit(quantity).rawValue
    return unit.isEmpty ? Figures.short(value, digits: digits) : "\(text) \(unit)"
  }

  /// `1:02.345`
  static func time(_ frames: Int64, rate: Int) -> String {
    guard rate > 0, frames >= 0 else { return "" }
    let total = (UInt64(frames) * 1000 + UInt64(rate) / 2) / UInt64(rate)
    let (minutes, rest) = (total / 60_000, total % 60_000)
    let seconds = Figures.fixed(Double(rest) / 1000, digits: 3) ?? ""
    let short = (rest < 10_000 ? "0" : "") + seconds
    if minutes < 60 { return "\(minutes):\(short)" }
    return "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):\(short)"
  }

  /// Without characters that would move a terminal's cursor.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "\u{FFFD}" : $0
        }))
  }
}
