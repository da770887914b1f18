import AudioFiles
import Diagnostics
import Engine
import Mastering
import SessionModel
import Signal

extension BuildRun.Outcome {
  func json(
    diagnostics: JSONValue, sources: SourceMap, since started: Double
  ) -> JSONValue {
    .object([
      "files": .array(files.map(\.json)),
      "chunks": .object([
        "rendered": .integer(Int64(report.rendered)), "cached": .integer(Int64(report.cached)),
      ]),
      "segments": .array(
        report.segments.map {
          .object(["name": .string($0.name), "rendered": .integer(Int64($0.rendered))])
        }),
      "seconds": .number(Console.seconds - started), "diagnostics": diagnostics,
      "verdicts": .array(verdicts.map { BuildRun.json($0, sources) }),
    ])
  }

  /// What was made, a line a file, and what it took.
  func print(since started: Double) {
    for line in moved { Console.error("mixdown: frozen: \(line)") }
    for failure in ioFailures { Console.error("mixdown: \(failure)") }
    let width = files.map(\.path.count).max() ?? 0
    for file in files {
      let name = file.path + String(repeating: " ", count: width - file.path.count)
      let length = Clocks.time(file.facts.frames, rate: file.format.rate)
      let state = file.facts.wasReplaced ? "" : " · unchanged"
      var clipped = ""
      if file.facts.clippedSamples > 0 {
        clipped = " · \(Clocks.count(Int(file.facts.clippedSamples))) samples clipped"
      }
      Console.out("\(name)  \(length)  \(file.levels)\(clipped)\(state)")
    }
    if !verdicts.isEmpty {
      let missed = verdicts.filter { !$0.passed && !$0.isAdvice }.count
      Console.out(
        missed == 0
          ? "\(Clocks.count(verdicts.count)) numbers asked for, all met"
          : "\(Clocks.count(verdicts.count)) numbers asked for, \(Clocks.count(missed)) missed")
    }
    let total = report.rendered + report.cached
    Console.out(
      "\(Clocks.count(total)) chunks: \(Clocks.count(report.cached)) cached, "
        + "\(Clocks.count(report.rendered)) rendered · "
        + "\(Clocks.fixed(Console.seconds - started, digits: 2)) s")
  }
}

extension BuildRun {
  /// One verdict and the line that asked for it.
  static func json(_ verdict: DeliveryVerdict, _ sources: SourceMap) -> JSONValue {
    let source = sources[verdict.span.source]
    return .object([
      "target": .string(verdict.target), "path": .string(verdict.path),
      "quantity": .string(verdict.quantity), "unit": .string(verdict.unit.rawValue),
      "measured": .optional(verdict.measured), "wanted": .string(verdict.wanted),
      "margin": .optional(verdict.margin), "passed": .bool(verdict.passed),
      "advice": .bool(verdict.isAdvice), "file": .string(source.path),
      "line": .integer(Int64(source.position(of: verdict.span.start).line)),
    ])
  }
}

extension BuildRun.File {
  var json: JSONValue {
    .object([
      "target": .string(target), "path": .string(path),
      "sha256": .string(facts.sha256), "frames": .integer(facts.frames),
      "rate": .integer(Int64(format.rate)), "channels": .integer(Int64(format.channelCount)),
      "sample_peak_dbfs": .optional(samplePeak),
      "true_peak_dbtp": .optional(truePeak),
      "integrated_lufs": .optional(integrated),
      "services": ServiceTable.json(ServiceTable.forecasts(self)),
    ])
  }

  var samplePeak: Double? { FileLevels.value(facts.measures, 0) }
  var truePeak: Double? { FileLevels.value(facts.measures, 1) }
  var integrated: Double? { FileLevels.value(facts.measures, 2) }

  /// `-14.0 LUFS, peak -1.02 dBTP`.
  var levels: String {
    guard let truePeak else { return "silent" }
    let peak = "peak \(Clocks.fixed(truePeak, digits: 2)) dBTP"
    guard let integrated else { return peak + made }
    return "\(Clocks.fixed(integrated, digits: 1)) LUFS, \(peak)\(made)"
  }

  /// `, gain 3.2 dB, limiting 1.4 dB` of a delivery.
  private var made: String {
    guard target.hasPrefix("deliver/") else { return "" }
    let measures = DeliveryMeasures(kept: facts.measures)
    var text = ", gain \(Clocks.fixed(measures.gain, digits: 1)) dB"
    if let limiting = measures["gain-reduction"], limiting > 0 {
      text += ", limiting \(Clocks.fixed(limiting, digits: 1)) dB"
    }
    return text
  }
}
