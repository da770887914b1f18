import ArgumentParser
import AudioFiles
import Diagnostics
import Loudness
import Mastering
import Reporting

struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure sound files: loudness, true peak, levels, faults.",
    discussion: """
      Loudness by ITU-R BS.1770-5 and EBU Tech 3341/3342; true peak by an eight times oversampling
      meter. Ends with 66 when a file cannot be read; the others are measured all the same.
      """)

  @Flag(help: "An array of objects on standard output.") var json = false
  @Flag(help: "Also the spectrum by thirds of an octave, and what mono loses in each.")
  var spectrum = false
  @Option(
    help: ArgumentHelp(
      "Draw loudness and peaks over time and the spectrum as SVG; one sound file.",
      valueName: "file"))
  var plot: String?
  @Argument(help: ArgumentHelp("Sound files.", valueName: "file")) var files: [String]

  func validate() throws {
    if plot != nil && files.count != 1 {
      throw ValidationError("--plot draws one sound file; \(files.count) are named")
    }
    if let plot, !plot.lowercased().hasSuffix(".svg") {
      throw ValidationError("--plot writes SVG; '\(plot)' does not end in .svg")
    }
  }

  func run() throws {
    var results: [JSONValue] = []
    var status = ExitStatus.done
    var options = FileMeasurement.Options()
    options.measuresSpectrum = spectrum || plot != nil
    for path in files {
      do throws(SoundFileError) {
        let (report, facts) = try FileMeasurement.measure(path, options: options)
        let missing = facts.missingFrames
        if json {
          results.append(Self.json(report, path: path, missing: missing))
        } else {
          Console.out(Self.text(report, path: path, missing: missing, spectrum: spectrum))
        }
        if let plot, let reason = draw(report, path, to: plot) {
          Console.error("mixdown: \(plot): \(reason)")
          status = .ioFailed
        }
      } catch {
        Console.error("mixdown: \(path): \(error.message)")
        status = .recordingMissing
      }
    }
    if json { Console.out(JSONValue.array(results).pretty) }
    try status.exit()
  }

  private func draw(_ report: MeterReport, _ path: String, to plot: String) -> String? {
    guard Files.makeFolders(Files.folder(of: plot)) else { return "the folder cannot be made" }
    return Files.replace(plot, with: LoudnessPlot(report, title: Files.name(of: path)).svg)
  }

  private static func finite(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }

  /// - Parameter missing: frames that the file's header promises and the file does not hold.
  static func json(_ report: MeterReport, path: String, missing: Int64) -> JSONValue {
    let rate = Double(max(1, report.rate))
    var members: [JSONValue.Member] = [
      .init("path", .string(path)), .init("frames", .integer(report.frames)),
      .init("missing_frames", .integer(missing)),
      .init("rate", .integer(Int64(report.rate))),
      .init("channels", .integer(Int64(report.channelCount))),
      .init("clipped_runs", .integer(Int64(report.clippedRuns))),
      .init("inter_sample_overs", .integer(Int64(report.interSampleOvers))),
      .init("head_silence_frames", .integer(report.headSilence)),
      .init("tail_silence_frames", .integer(report.tailSilence)),
      .init("head_silence_s", finite(Double(report.headSilence) / rate)),
      .init("tail_silence_s", finite(Double(report.tailSilence) / rate)),
      .init("dynamic_range", .optional(report.dynamicRange)),
      .init("dc", .array(report.dc.map { finite($0) })),
      .init("sample_peak_dbfs_by_channel", .array(report.samplePeaks.map { finite($0) })),
      .init("true_peak_dbtp_by_channel", .array(report.truePeaks.map { finite($0) })),
      .init("rms_dbfs_by_channel", .array(report.rmsByChannel.map { finite($0) })),
    ]
    let numbers: [(String, Double?)] = [
      ("integrated_lufs", report.integrated), ("loudness_range_lu", report.loudnessRange),
      ("momentary_max_lufs", report.momentaryMax), ("short_term_max_lufs", report.shortTermMax),
      ("true_peak_dbtp", report.truePeak), ("true_peak_bs1770_dbtp", report.tableTruePeak),
      ("sample_peak_dbfs", report.samplePeak), ("rms_dbfs", report.rms),
      ("crest_factor_db", report.crestFactor), ("correlation", report.correlation),
      ("correlation_min", report.correlationMin), ("width_db", report.width),
      ("mono_drop_db", report.monoDrop), ("mono_drop_low_db", report.monoDropLow),
      ("mono_drop_mid_db", report.monoDropMid), ("mono_drop_high_db", report.monoDropHigh),
      ("plr_lu", report.peakToLoudness),
      ("psr_min_db", report.peakToShortTermMin), ("psr_median_db", report.peakToShortTermMedian),
      ("noise_floor_dbfs", report.noiseFloor),
    ]
    members += numbers.map { .init($0.0, finite($0.1)) }
    if !report.spectrum.isEmpty {
      let drops = Dictionary(uniqueKeysWithValues: report.monoDrops.map { ($0.hertz, $0.drop) })
      members.append(
        .init(
          "spectrum",
          .array(
            report.spectrum.map { band in
              .object([
                "hertz": .number(band.hertz), "level_dbfs": finite(band.level),
                "mono_drop_db": finite(drops[band.hertz]),
              ])
            })))
    }
    return .object(members).sortedByName
  }

  static func text(
    _ report: MeterReport, path: String, missing: Int64, spectrum: Bool = false
  ) -> String {
    func row(_ name: String, _ value: Double?, _ unit: String, digits: Int = 2) -> String? {
      guard let value, !value.isNaN else { return nil }
      let label = name + String(repeating: " ", count: max(0, 20 - name.count))
      let text = "  \(label)\(Clocks.fixed(value, digits: digits)) \(unit)"
      return unit.isEmpty ? String(text.dropLast()) : text
    }
    let kilohertz = Clocks.number(Double(report.rate) / 1000)
    let rate = Double(max(1, report.rate))
    var lines = [
      "\(path)  \(Clocks.time(report.frames, rate: report.rate)), \(kilohertz) kHz, "
        + "\(report.channelCount) channel\(report.channelCount == 1 ? "" : "s")"
    ]
    if missing > 0 {
      let whole = Clocks.time(report.frames + missing, rate: max(1, report.rate))
      lines.append("  it is cut off: its header promises \(whole)")
    }
    let rows = [
      row("integrated", report.integrated, "LUFS", digits: 1),
      row("loudness range", report.loudnessRange, "LU", digits: 1),
      row("momentary max", report.momentaryMax, "LUFS", digits: 1),
      row("short-term max", report.shortTermMax, "LUFS", digits: 1),
      row("true peak", report.truePeak, "dBTP"), row("sample peak", report.samplePeak, "dBFS"),
      row("RMS", report.rms, "dBFS"), row("crest factor", report.crestFactor, "dB", digits: 1),
      row("PLR", report.peakToLoudness, "LU", digits: 1),
      row("PSR min", report.peakToShortTermMin, "dB", digits: 1),
      row("PSR median", report.peakToShortTermMedian, "dB", digits: 1),
      row("correlation", report.correlation, ""),
      row("correlation min", report.correlationMin, ""),
      row("width", report.width, "dB", digits: 1),
      row("mono drop", report.monoDrop, "dB", digits: 1),
      row("  below 200 Hz", report.monoDropLow, "dB", digits: 1),
      row("  to 4 kHz", report.monoDropMid, "dB", digits: 1),
      row("  above 4 kHz", report.monoDropHigh, "dB", digits: 1),
      row("noise floor", report.noiseFloor, "dBFS", digits: 1),
      row("head silence", Double(report.headSilence) / rate, "s", digits: 3),
      row("tail silence", Double(report.tailSilence) / rate, "s", digits: 3),
    ]
    lines += rows.compactMap { $0 }
    for (channel, dc) in report.dc.enumerated() {
      lines.append("  DC channel \(channel + 1)        \(Clocks.fixed(dc, digits: 6))")
    }
    if report.clippedRuns > 0 { lines.append("  clipped runs        \(report.clippedRuns)") }
    if report.interSampleOvers > 0 {
      lines.append("  inter-sample overs  \(report.interSampleOvers)")
    }
    if spectrum { lines += self.spectrum(report) }
    return lines.joined(separator: "\n")
  }

  /// A line a band, with a bar from 60 dB below the strongest.
  private static func spectrum(_ report: MeterReport) -> [String] {
    let drops = Dictionary(uniqueKeysWithValues: report.monoDrops.map { ($0.hertz, $0.drop) })
    let top = report.spectrum.map(\.level).filter(\.isFinite).max() ?? 0
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    var lines = ["  spectrum      dBFS" + (drops.isEmpty ? "" : "  mono drop")]
    for band in report.spectrum {
      var line = "  " + right("\(Clocks.number(band.hertz)) Hz", 9)
      line += " " + right(Clocks.fixed(band.level, digits: 1), 8)
      if !drops.isEmpty {
        let drop = drops[band.hertz].map { "\(Clocks.fixed($0, digits: 1)) dB" } ?? ""
        line += "  " + right(drop, 9)
      }
      let height = band.level.isFinite ? (band.level - top + 60) / 2 : 0
      if height >= 0.5 { line += "  " + String(repeating: "▇", count: Int(height.rounded())) }
      lines.append(line)
    }
    return lines
  }
}
