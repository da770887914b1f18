public import Loudness
public import SessionModel
internal import Signal

/// What is known of a delivered file: readings of the decoded file and how it was made, in an
/// order that records keep.
public struct DeliveryMeasures: Hashable, Sendable {
  /// By the names of `QuantityTable`, besides those of `informative`.
  public private(set) var values: [String: Double]

  /// What is known and cannot be asked for.
  public static let informative: [(name: String, unit: Unit)] = [
    ("gain", .decibels), ("ceiling", .truePeak), ("psr-median", .loudnessUnits),
    ("dynamic-range", .plain), ("true-peak-bs1770", .truePeak), ("bit-rate", .bitRate),
  ]

  static let names = [
    "sample-peak", "true-peak", "integrated", "gain", "gain-reduction", "ceiling",
    "loudness-range", "momentary-max", "short-term-max", "rms", "crest-factor", "dc",
    "correlation", "mono-drop", "width", "plr", "psr", "clipped-runs", "inter-sample-overs",
    "noise-floor", "head-silence", "tail-silence", "duration", "correlation-min", "bass-side",
    "treble", "head-quiet", "tail-quiet", "psr-median", "dynamic-range", "true-peak-bs1770",
    "mono-drop-low", "mono-drop-mid", "mono-drop-high", "bit-rate",
  ]

  public subscript(name: String) -> Double? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// dB that the programme was lifted by.
  public var gain: Double { values["gain"] ?? 0 }

  /// - Parameter report: of the decoded file.
  public init(_ report: MeterReport) {
    values = [:]
    let rate = Double(max(1, report.rate))
    let largestDC = report.dc.map(\.magnitude).max() ?? 0
    let readings: [(String, Double?)] = [
      ("sample-peak", report.samplePeak), ("true-peak", report.truePeak),
      ("integrated", report.integrated), ("loudness-range", report.loudnessRange),
      ("momentary-max", report.momentaryMax), ("short-term-max", report.shortTermMax),
      ("rms", report.rms), ("crest-factor", report.crestFactor),
      ("dc", gainToDecibels(largestDC)), ("correlation", report.correlation),
      ("correlation-min", report.correlationMin),
      ("mono-drop", report.monoDrop), ("mono-drop-low", report.monoDropLow),
      ("mono-drop-mid", report.monoDropMid), ("mono-drop-high", report.monoDropHigh),
      ("width", report.width.map { 100 * decibelsToGain(2 * $0) }),
      ("plr", report.peakToLoudness), ("psr", report.peakToShortTermMin),
      ("clipped-runs", Double(report.clippedRuns)),
      ("inter-sample-overs", Double(report.interSampleOvers)),
      ("noise-floor", report.noiseFloor),
      ("head-silence", Double(report.headSilence) / rate),
      ("tail-silence", Double(report.tailSilence) / rate),
      ("duration", Double(report.frames) / rate),
      ("psr-median", report.peakToShortTermMedian),
      ("dynamic-range", report.dynamicRange.map { Double($0) }),
      ("true-peak-bs1770", report.tableTruePeak),
    ]
    for (name, value) in readings { if let value, !value.isNaN { values[name] = value } }
  }

  /// Numbers that a record keeps; others may follow them.
  public static var keptCount: Int { names.count }

  /// What a record kept.
  public init(kept: [Double]) {
    values = [:]
    for (name, value) in zip(DeliveryMeasures.names, kept) where !value.isNaN {
      values[name] = value
    }
  }

  /// For a record; NaN where nothing is known.
  public var kept: [Double] { DeliveryMeasures.names.map { values[$0] ?? .nan } }
}
