import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import Reporting
import SessionModel
import Signal

extension BuildRun.Outcome {
  /// Everything that this build made and found.
  ///
  /// - Parameters: `messages` as JSON, with their places; `exitCode` what the program ends with;
  ///   `hashing` whether anybody will see the files' hashes, and `store` who knows some of them.
  func buildReport(
    session: String, messages: JSONValue, sources: SourceMap, exitCode: ExitStatus,
    hashing: Bool = false, store: Store? = nil
  ) -> BuildReport {
    var result = BuildReport(
      version: Mixdown.configuration.version, session: session, exitCode: Int(exitCode.rawValue))
    result.files = files.map(\.reported)
    for index in result.files.indices where hashing {
      result.files[index].sha256 = Files.sha256(result.files[index].path, store) ?? ""
    }
    result.streams = streams
    result.sheets = sheets.map(\.path)
    result.verdicts = verdicts.map { $0.reported(sources) }
    result.messages = messages.elements.compactMap { BuildReport.Message(json: $0) }
    result.failures = ioFailures + moved.map { "frozen: \($0)" }
    result.chunksRendered = report.rendered
    result.chunksCached = report.cached
    result.segments =
      report.segments.map { .init(name: $0.name, rendered: $0.rendered) } + deliveredPieces
    // With the decimals that are kept, so that every form says the same now and later.
    let kept = JSONValue(parsing: result.json.pretty.utf8).flatMap { BuildReport(json: $0) }
    return kept ?? result
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
    for sheet in sheets { Console.out(sheet.path) }
    let asked = verdicts.filter { $0.severity != .inform }
    let summary = BuildReport.summary(
      asked: asked.count, missed: asked.count { !$0.passed && $0.severity == .must },
      advised: asked.count { !$0.passed && $0.isAdvice })
    if let summary { Console.out(summary) }
    let total = report.rendered + report.cached
    Console.out(
      "\(Clocks.chunks(total)): \(Clocks.count(report.cached)) cached, "
        + "\(Clocks.count(report.rendered)) rendered · "
        + "\(Clocks.fixed(Console.seconds - started, digits: 2)) s")
  }
}

extension DeliveryVerdict {
  func reported(_ sources: SourceMap) -> BuildReport.Verdict {
    let source = sources[span.source]
    let (start, end) = (source.position(of: span.start), source.position(of: span.end))
    return BuildReport.Verdict(
      target: target, path: path, quantity: quantity, unit: unit.rawValue,
      severity: .init(rawValue: severity.rawValue) ?? .must,
      outcome: .init(rawValue: outcome.rawValue) ?? .notMeasured, rule: rule, wanted: wanted,
      reading: reading, measured: measured, limit: limit, margin: margin, note: note,
      place: .init(
        file: source.path, line: start.line, column: start.column, endLine: end.line,
        endColumn: end.column))
  }
}

extension BuildRun.File {
  var reported: BuildReport.File {
    let measures = DeliveryMeasures(kept: facts.measures)
    return BuildReport.File(
      target: target, path: path, sha256: "", frames: facts.frames, rate: format.rate,
      channelCount: format.channelCount, wasReplaced: facts.wasReplaced,
      clippedSamples: facts.clippedSamples, values: measures.values.filter { $0.value.isFinite })
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
