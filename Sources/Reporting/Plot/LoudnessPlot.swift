import Diagnostics
public import Loudness

/// A picture of what a file measures, as an SVG of its own: loudness over time, true peak over
/// time, and the spectrum by thirds of an octave.
public struct LoudnessPlot {
  private let report: MeterReport
  private let title: String
  private var canvas = SVGCanvas(width: 1000, height: 800)

  /// - Parameters: `title` is the file's name; `report` with its spectrum.
  public init(_ report: MeterReport, title: String) {
    self.report = report
    self.title = title
  }

  /// The document; the same report gives the same bytes.
  public var svg: String {
    var plot = self
    plot.draw()
    return plot.canvas.document(title: title)
  }

  private static let ink = "#1b1f24"
  private static let faint = "#6b7480"
  private static let blue = "#1f6feb"
  private static let light = "#9cc3f5"
  private static let red = "#c0262d"
  private static let green = "#2f8a4c"

  private var seconds: Double { Double(report.frames) / Double(max(1, report.rate)) }

  private mutating func draw() {
    canvas.text(60, 34, title, size: 18, colour: Self.ink, weight: "bold")
    canvas.text(60, 56, summary, size: 13, colour: Self.faint)
    drawLoudness(Panel(x: 60, y: 96, width: 900, height: 250))
    drawPeaks(Panel(x: 60, y: 400, width: 900, height: 120))
    drawSpectrum(Panel(x: 60, y: 584, width: 900, height: 160))
  }

  private var summary: String {
    func part(_ name: String, _ value: Double?, _ unit: String, _ digits: Int) -> String? {
      guard let value, let text = Figures.fixed(value, digits: digits) else { return nil }
      return "\(name) \(text) \(unit)"
    }
    let parts = [
      part("integrated", report.integrated, "LUFS", 1),
      part("range", report.loudnessRange, "LU", 1), part("true peak", report.truePeak, "dBTP", 2),
      part("PLR", report.peakToLoudness, "LU", 1), part("RMS", report.rms, "dBFS", 1),
    ].compactMap { $0 }
    return parts.isEmpty ? "silent" : parts.joined(separator: " · ")
  }

  // MARK: Panels

  /// A frame with a scale on each side.
  private struct Panel {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    func across(_ part: Double) -> Double { x + width * min(1, max(0, part)) }
    func up(_ value: Double, _ low: Double, _ high: Double) -> Double {
      y + height * (1 - min(1, max(0, (value - low) / (high - low))))
    }
  }

  private mutating func drawLoudness(_ panel: Panel) {
    let loud = (report.momentary + [report.integrated ?? -.infinity]).filter { $0.isFinite }
    let high = ((loud.max() ?? -10) / 5).rounded(.up) * 5 + 1
    let low = max(-70, high - 45)
    frame(panel, "loudness in LUFS")
    var level = (high / 10).rounded(.down) * 10
    while level >= low {
      rule(panel, panel.up(level, low, high), Figures.short(level))
      level -= 10
    }
    timeAxis(panel)
    line(report.momentary, window: 0.4, panel, low, high, colour: Self.light, width: 1)
    line(report.shortTerm, window: 3, panel, low, high, colour: Self.blue, width: 2)
    if let integrated = report.integrated, integrated.isFinite, integrated > low {
      let y = panel.up(integrated, low, high)
      canvas.line(panel.x, y, panel.x + panel.width, y, colour: Self.red, width: 1.5, dash: "7 4")
    }
    legend(
      panel, [("momentary", Self.light), ("short-term", Self.blue), ("integrated", Self.red)])
  }

  private mutating func drawPeaks(_ panel: Panel) {
    let (low, high) = (-36.0, max(3, (report.truePeak.isFinite ? report.truePeak : 0) + 1))
    frame(panel, "true peak in dBTP")
    for level in [0.0, -12, -24] { rule(panel, panel.up(level, low, high), Figures.short(level)) }
    timeAxis(panel)
    // As many columns as can be told apart, the highest of each.
    let peaks = report.peaks
    let columns = min(peaks.count, Int(panel.width))
    let bottom = panel.y + panel.height
    var quiet: [(Double, Double)] = []
    // A tenth of a second that is as wide as a step is drawn as one: a peak lies anywhere in it.
    let isStepped = columns > 0 && columns == peaks.count && panel.width / Double(columns) > 4
    for column in 0..<columns {
      let first = column * peaks.count / columns
      let next = max(first + 1, (column + 1) * peaks.count / columns)
      let peak = peaks[first..<next].max() ?? -.infinity
      let x = panel.across((Double(first) + 0.5) / Double(peaks.count))
      let y = panel.up(peak, low, high)
      if isStepped {
        quiet.append((panel.across(Double(first) / 10 / seconds), y))
        quiet.append((panel.across(Double(next) / 10 / seconds), y))
      } else {
        quiet.append((x, y))
      }
      if peak > 0 {
        canvas.line(x, panel.up(0, low, high), x, y, colour: Self.red, width: 1.5)
      }
    }
    if let first = quiet.first, let last = quiet.last {
      quiet.insert((first.0, bottom), at: 0)
      quiet.append((last.0, bottom))
      canvas.area(quiet, colour: Self.blue, opacity: 0.35)
    }
    let zero = panel.up(0, low, high)
    canvas.line(panel.x, zero, panel.x + panel.width, zero, colour: Self.red, width: 1, dash: "3 3")
  }

  private mutating func drawSpectrum(_ panel: Panel) {
    frame(panel, "spectrum in dBFS by thirds of an octave")
    let finite = report.spectrum.filter { $0.level.isFinite }
    guard let top = finite.map(\.level).max() else { return }
    let high = (top / 10).rounded(.up) * 10
    let low = high - 60
    for step in stride(from: 0.0, through: 60, by: 20) {
      rule(panel, panel.up(high - step, low, high), Figures.short(high - step))
    }
    let count = Double(report.spectrum.count)
    for (index, band) in report.spectrum.enumerated() {
      let left = panel.across(Double(index) / count)
      let width = panel.width / count
      let y = panel.up(band.level, low, high)
      if band.level > low {
        canvas.rectangle(
          left + 1.5, y, width - 3, panel.y + panel.height - y, colour: Self.green, opacity: 0.75)
      }
      if index % 3 == 1 {
        let name =
          band.hertz >= 1000 ? "\(Figures.short(band.hertz / 1000))k" : Figures.short(band.hertz)
        canvas.text(
          left + width / 2, panel.y + panel.height + 17, name, size: 12, colour: Self.faint,
          anchor: "middle")
      }
    }
    canvas.text(
      panel.x + panel.width, panel.y + panel.height + 36, "Hz", size: 12, colour: Self.faint,
      anchor: "end")
  }

  // MARK: Parts

  private mutating func frame(_ panel: Panel, _ name: String) {
    canvas.rectangle(panel.x, panel.y, panel.width, panel.height, colour: "#f6f8fa", opacity: 1)
    canvas.text(panel.x, panel.y - 9, name, size: 13, colour: Self.ink)
  }

  private mutating func rule(_ panel: Panel, _ y: Double, _ label: String) {
    canvas.line(panel.x, y, panel.x + panel.width, y, colour: "#d5dae0", width: 1)
    canvas.text(panel.x - 8, y + 4, label, size: 12, colour: Self.faint, anchor: "end")
  }

  private mutating func timeAxis(_ panel: Panel) {
    guard seconds > 0 else { return }
    let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200]
    let step = steps.first { seconds / $0 <= 10 } ?? (seconds / 10).rounded(.up)
    var time = 0.0
    while time <= seconds {
      let x = panel.across(time / seconds)
      canvas.line(
        x, panel.y + panel.height, x, panel.y + panel.height + 5, colour: Self.faint, width: 1)
      canvas.text(
        x, panel.y + panel.height + 18, clock(time, step: step), size: 12, colour: Self.faint,
        anchor: "middle")
      time += step
    }
  }

  private func clock(_ time: Double, step: Double) -> String {
    if step < 1 { return "\(Figures.short(time, digits: 1)) s" }
    let whole = Int(time.rounded())
    let rest = whole % 60
    let minutes = whole / 60 % 60
    let short = "\(minutes):\(rest < 10 ? "0" : "")\(rest)"
    guard whole >= 3600 else { return short }
    return "\(whole / 3600):\(minutes < 10 ? "0" : "")\(short)"
  }

  /// A value every tenth of a second, the first at the end of its window. Silence breaks the line.
  private mutating func line(
    _ values: [Double], window: Double, _ panel: Panel, _ low: Double, _ high: Double,
    colour: String, width: Double
  ) {
    guard seconds > 0 else { return }
    // Of long programmes the loudest of what falls on one column.
    let group = max(1, values.count / 1800)
    var run: [(Double, Double)] = []
    var index = 0
    while index < values.count {
      let next = min(values.count, index + group)
      let value = values[index..<next].max() ?? -.infinity
      if value > low {
        let time = window + 0.1 * Double(index)
        run.append((panel.across(time / seconds), panel.up(value, low, high)))
      } else {
        canvas.polyline(run, colour: colour, width: width)
        run = []
      }
      index = next
    }
    canvas.polyline(run, colour: colour, width: width)
  }

  private mutating func legend(_ panel: Panel, _ entries: [(String, String)]) {
    var x = panel.x + panel.width
    for (name, colour) in entries.reversed() {
      canvas.text(x, panel.y - 9, name, size: 13, colour: Self.ink, anchor: "end")
      x -= 8.6 * Double(name.count) + 8
      canvas.line(x - 18, panel.y - 13, x, panel.y - 13, colour: colour, width: 3)
      x -= 40
    }
  }
}
