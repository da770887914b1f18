import AudioFiles
import Diagnostics
import Engine
import Signal

extension BuildRun.Outcome {
  func json(diagnostics: JSONValue, since started: Double) -> JSONValue {
    .object([
      "files": .array(files.map(\.json)),
      "chunks": .object([
        "rendered": .integer(Int64(report.rendered)), "cached": .integer(Int64(report.cached)),
      ]),
      "seconds": .number(Console.seconds - started), "diagnostics": diagnostics,
      "verdicts": .array([]),
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
    let total = report.rendered + report.cached
    Console.out(
      "\(Clocks.count(total)) chunks: \(Clocks.count(report.cached)) cached, "
        + "\(Clocks.count(report.rendered)) rendered · "
        + "\(Clocks.fixed(Console.seconds - started, digits: 2)) s")
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
    ])
  }

  var samplePeak: Double? { FileLevels.value(facts.measures, 0) }
  var truePeak: Double? { FileLevels.value(facts.measures, 1) }
  var integrated: Double? { FileLevels.value(facts.measures, 2) }

  /// `-14.0 LUFS, peak -1.02 dBTP`.
  var levels: String {
    guard let truePeak else { return "silent" }
    let peak = "peak \(Clocks.fixed(truePeak, digits: 2)) dBTP"
    guard let integrated else { return peak }
    return "\(Clocks.fixed(integrated, digits: 1)) LUFS, \(peak)"
  }
}
