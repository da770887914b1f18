import ArgumentParser
import AudioFiles
import Diagnostics
import Loudness
import Mastering

struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure sound files: loudness, true peak, levels, faults.",
    discussion: """
      Loudness by ITU-R BS.1770-5 and EBU Tech 3341/3342; true peak by an eight times oversampling
      meter. Ends with 66 when a file cannot be read; the others are measured all the same.
      """)

  @Flag(help: "An array of objects on standard output.") var json = false
  @Argument(help: ArgumentHelp("Sound files.", valueName: "file")) var files: [String]

  func run() throws {
    var results: [JSONValue] = []
    var failed = false
    for path in files {
      do throws(SoundFileError) {
        let (report, _) = try FileMeasurement.measure(path)
        if json {
          results.append(Self.json(report, path: path))
        } else {
          Console.out(Self.text(report, path: path))
        }
      } catch {
        Console.error("mixdown: \(path): \(error.message)")
        failed = true
      }
    }
    if json { Console.out(JSONValue.array(results).pretty) }
    if failed { try ExitStatus.recordingMissing.exit() }
  }

  private static func finite(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }

  static func json(_ report: MeterReport, path: String) -> JSONValue {
    .object([
      "path": .string(path), "frames": .integer(report.frames),
      "rate": .integer(Int64(report.rate)), "channels": .integer(Int64(report.channelCount)),
      "integrated_lufs": finite(report.integrated),
      "loudness_range_lu": finite(report.loudnessRange),
      "momentary_max_lufs": finite(report.momentaryMax),
      "short_term_max_lufs": finite(report.shortTermMax),
      "true_peak_dbtp": finite(report.truePeak),
      "true_peak_bs1770_dbtp": finite(report.tableTruePeak),
      "sample_peak_dbfs": finite(report.samplePeak), "rms_dbfs": finite(report.rms),
      "crest_factor_db": finite(report.crestFactor), "dc": .array(report.dc.map { finite($0) }),
      "correlation": finite(report.correlation), "width_db": finite(report.width),
      "plr_lu": finite(report.peakToLoudness), "psr_min_db": finite(report.peakToShortTermMin),
      "psr_median_db": finite(report.peakToShortTermMedian),
      "clipped_runs": .integer(Int64(report.clippedRuns)),
      "inter_sample_overs": .integer(Int64(report.interSampleOvers)),
      "noise_floor_dbfs": finite(report.noiseFloor),
      "head_silence_frames": .integer(report.headSilence),
      "tail_silence_frames": .integer(report.tailSilence),
    ])
  }

  static func text(_ report: MeterReport, path: String) -> String {
    func row(_ name: String, _ value: Double?, _ unit: String, digits: Int = 2) -> String? {
      guard let value, !value.isNaN else { return nil }
      let label = name + String(repeating: " ", count: max(0, 20 - name.count))
      return "  \(label)\(Clocks.fixed(value, digits: digits)) \(unit)"
    }
    let kilohertz = Clocks.number(Double(report.rate) / 1000)
    var lines = [
      "\(path)  \(Clocks.time(report.frames, rate: report.rate)), \(kilohertz) kHz, "
        + "\(report.channelCount) channel\(report.channelCount == 1 ? "" : "s")"
    ]
    let rows = [
      row("integrated", report.integrated, "LUFS", digits: 1),
      row("loudness range", report.loudnessRange, "LU", digits: 1),
      row("momentary max", report.momentaryMax, "LUFS", digits: 1),
      row("short-term max", report.shortTermMax, "LUFS", digits: 1),
      row("true peak", report.truePeak, "dBTP"), row("sample peak", report.samplePeak, "dBFS"),
      row("RMS", report.rms, "dBFS"), row("crest factor", report.crestFactor, "dB", digits: 1),
      row("PLR", report.peakToLoudness, "LU", digits: 1),
      row("PSR median", report.peakToShortTermMedian, "dB", digits: 1),
      row("correlation", report.correlation, ""), row("width", report.width, "dB", digits: 1),
      row("noise floor", report.noiseFloor, "dBFS", digits: 1),
    ]
    lines += rows.compactMap { $0 }
    for (channel, dc) in report.dc.enumerated() {
      lines.append("  DC channel \(channel + 1)        \(Clocks.fixed(dc, digits: 6))")
    }
    if report.clippedRuns > 0 { lines.append("  clipped runs        \(report.clippedRuns)") }
    if report.interSampleOvers > 0 {
      lines.append("  inter-sample overs  \(report.interSampleOvers)")
    }
    return lines.joined(separator: "\n")
  }
}
