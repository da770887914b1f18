/// A number that is measured on finished audio and that `expect` may judge.
public struct QuantitySpec: Hashable, Sendable {
  public var name: String
  public var unit: Unit
  public var summary: String
  /// A relation as it may be written.
  public var example: String

  init(_ name: String, _ unit: Unit, _ summary: String, _ example: String) {
    self.name = name
    self.unit = unit
    self.summary = summary
    self.example = example
  }
}

/// Every quantity of `expect` and `advise`.
public enum QuantityTable {
  public static let all: [QuantitySpec] = [
    QuantitySpec(
      "bass-side", .decibels, "side over middle below 150 Hz", "at most -20 dB"),
    QuantitySpec("clipped-runs", .plain, "runs of samples at full scale", "at most 0"),
    QuantitySpec("correlation", .plain, "how alike left and right are", "at least 0.2"),
    QuantitySpec(
      "correlation-min", .plain, "the lowest correlation of any 400 ms", "at least 0"),
    QuantitySpec("crest-factor", .decibels, "peak over RMS", "at least 9 dB"),
    QuantitySpec("dc", .fullScale, "level of the direct current", "at most -80 dBFS"),
    QuantitySpec("duration", .seconds, "length of the file", "at most 3600 s"),
    QuantitySpec("gain-reduction", .decibels, "the most the limiter takes away", "at most 4 dB"),
    QuantitySpec(
      "head-quiet", .seconds, "time before the first sample above -50 dBFS", "at most 1 s"),
    QuantitySpec("head-silence", .seconds, "time before the first sound", "at most 0.5 s"),
    QuantitySpec("integrated", .loudness, "integrated loudness", "-14 LUFS ± 0.5 LU"),
    QuantitySpec("inter-sample-overs", .plain, "true peaks over full scale", "at most 0"),
    QuantitySpec(
      "loudness-range", .loudnessUnits, "loudness range (LRA)", "between 4 LU and 18 LU"),
    QuantitySpec("momentary-max", .loudness, "largest momentary loudness", "at most -8 LUFS"),
    QuantitySpec("mono-drop", .decibels, "level lost when folded to mono", "at most 3 dB"),
    QuantitySpec("mono-drop-high", .decibels, "the same above 4 kHz", "at most 4 dB"),
    QuantitySpec("mono-drop-low", .decibels, "the same below 200 Hz", "at most 1 dB"),
    QuantitySpec("mono-drop-mid", .decibels, "the same between the two", "at most 3 dB"),
    QuantitySpec("noise-floor", .fullScale, "level of the quietest passage", "at most -60 dBFS"),
    QuantitySpec("plr", .loudnessUnits, "true peak over integrated loudness", "at least 9 LU"),
    QuantitySpec("psr", .loudnessUnits, "true peak over short-term loudness", "at least 8 LU"),
    QuantitySpec("rms", .fullScale, "root mean square", "between -23 dBFS and -18 dBFS"),
    QuantitySpec("sample-peak", .fullScale, "largest sample", "at most -3 dBFS"),
    QuantitySpec("short-term-max", .loudness, "largest short-term loudness", "at most -18 LUFS"),
    QuantitySpec("stems-residual", .fullScale, "what stems and mix differ by", "at most -90 dBFS"),
    QuantitySpec(
      "tail-quiet", .seconds, "time after the last sample above -50 dBFS", "at most 5 s"),
    QuantitySpec("tail-silence", .seconds, "time after the last sound", "at most 2 s"),
    QuantitySpec("thd", .percent, "harmonic distortion of the chain", "at most 0.5 %"),
    QuantitySpec("thd-n", .percent, "distortion and noise of the chain", "at most 0.5 %"),
    QuantitySpec("treble", .decibels, "energy above 15 kHz over the whole", "at most -25 dB"),
    QuantitySpec("true-peak", .truePeak, "true peak", "at most -1 dBTP"),
    QuantitySpec("width", .percent, "energy of the sides over the middle", "at most 80 %"),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static subscript(name: String) -> QuantitySpec? { byName[name] }

  /// Quantities that a delivery's gain can be solved for (`loudness: {METRIC: VALUE}`).
  public static let loudnessMetrics = [
    "integrated", "momentary-max", "rms", "sample-peak", "short-term-max",
  ]
}
