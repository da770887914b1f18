import Foundation
import Loudness
import Reporting
import Signal
import Testing

struct PlotTests {
  private func report(seconds: Double, level: Double) -> MeterReport {
    var options = LoudnessMeter.Options()
    options.measuresSpectrum = true
    let meter = LoudnessMeter(rate: 48_000, channelCount: 2, options: options)
    let frames = Int(seconds * 48_000)
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: max(1, frames))
    for i in 0..<frames {
      buffer.block[0][i] = level * sin(Double(i) * 0.13)
      buffer.block[1][i] = level * sin(Double(i) * 0.131)
    }
    meter.process(buffer.block(frames))
    return MeterReport(meter.finish(), rate: 48_000, channelCount: 2)
  }

  /// Too short for anything, too short for short-term loudness, silent, over full scale.
  @Test(arguments: [(0.0, 0.5), (0.2, 0.5), (1.0, 0.5), (5.0, 0.0), (5.0, 1.5)])
  func everyProgrammeGivesAWellFormedPicture(_ seconds: Double, _ level: Double) throws {
    let svg = LoudnessPlot(report(seconds: seconds, level: level), title: "a <b> & \"c\".wav").svg
    let document = try xml(svg)
    #expect(document.attributes("svg").count == 1)
    for element in document.all {
      for (name, value) in element.attributes {
        #expect(!value.contains("nan") && !value.contains("inf"), "\(name)=\(value)")
      }
    }
  }

  /// Where in a tenth of a second a peak lies is not known: its whole width is drawn.
  @Test func peaksOfAShortFileAreSteps() throws {
    let document = try xml(LoudnessPlot(report(seconds: 0.25, level: 0.5), title: "a").svg)
    let area = try #require(document.attributes("polygon").first?["points"])
    let across = area.split(separator: " ").compactMap {
      $0.split(separator: ",").first.map(String.init)
    }
    #expect(across.first == "60" && across.last == "960", "\(area)")
    #expect(across.filter { $0 == "420" }.count == 2, "\(area)")
  }

  @Test func loudnessIsDrawnWhereItLies() throws {
    let document = try xml(LoudnessPlot(report(seconds: 5, level: 0.5), title: "a").svg)
    // Momentary and short-term, and the dashed line of integrated loudness.
    #expect(document.attributes("polyline").count == 2)
    #expect(document.attributes("line").contains { $0["stroke-dasharray"] == "7 4" })
    // A bar for each of two neighbouring tones' bands at least, among the panels' frames.
    #expect(document.attributes("rect").count >= 5)
  }
}
