import Diagnostics

/// Collects shapes and writes them as an SVG document; lengths in pixels, rounded to hundredths.
struct SVGCanvas {
  private let width: Double
  private let height: Double
  private var elements: [String] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  private func number(_ value: Double) -> String { Figures.short(value, digits: 2) }

  private func points(_ points: [(Double, Double)]) -> String {
    points.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, colour: String, width: Double,
    dash: String? = nil
  ) {
    let dashes = dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    elements.append(
      "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\""
        + " stroke=\"\(colour)\" stroke-width=\"\(number(width))\"\(dashes)/>")
  }

  /// A single point is no line and is left out.
  mutating func polyline(_ run: [(Double, Double)], colour: String, width: Double) {
    guard run.count > 1 else { return }
    elements.append(
      "<polyline points=\"\(points(run))\" fill=\"none\" stroke=\"\(colour)\""
        + " stroke-width=\"\(number(width))\" stroke-linejoin=\"round\"/>")
  }

  mutating func area(_ outline: [(Double, Double)], colour: String, opacity: Double) {
    elements.append(
      "<polygon points=\"\(points(outline))\" fill=\"\(colour)\" fill-opacity=\"\(number(opacity))\"/>"
    )
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, colour: String, opacity: Double
  ) {
    elements.append(
      "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\""
        + " height=\"\(number(height))\" fill=\"\(colour)\" fill-opacity=\"\(number(opacity))\"/>")
  }

  mutating func text(
    _ x: Double, _ y: Double, _ text: String, size: Int, colour: String,
    anchor: String = "start", weight: String = "normal"
  ) {
    elements.append(
      "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" fill=\"\(colour)\""
        + " text-anchor=\"\(anchor)\" font-weight=\"\(weight)\">\(Markup.xml(text))</text>")
  }

  func document(title: String) -> String {
    let size = "\(number(width))\" height=\"\(number(height))"
    let lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size)\""
        + " viewBox=\"0 0 \(number(width)) \(number(height))\""
        + " font-family=\"Helvetica, Arial, sans-serif\">",
      "<title>\(Markup.xml(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
    ]
    return (lines + elements + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}
