import Signal

/// What a programme measures. Decibel values are −∞ for silence; nil means that the programme is
/// too short or has too few channels for the measure.
public struct MeterReport: Sendable {
  public var rate: Int
  public var channelCount: Int
  public var frames: Int64

  /// LUFS, gated.
  public var integrated: Double?
  /// LU; windows of 3 s every 100 ms, percentiles 10 and 95 by the nearest rank. Says little about
  /// programmes under 60 s.
  public var loudnessRange: Double?
  /// LUFS; the loudest 400 ms and 3 s, looked for every 10 ms.
  public var momentaryMax: Double?
  public var shortTermMax: Double?

  /// dBTP; the strict meter.
  public var truePeak: Double
  public var truePeaks: [Double]
  /// dBTP by the table of ITU-R BS.1770-5; nil when not asked for.
  public var tableTruePeak: Double?
  /// dBFS.
  public var samplePeak: Double
  public var samplePeaks: [Double]
  /// dBFS; mean square over all channels.
  public var rms: Double
  public var rmsByChannel: [Double]
  /// dB; sample peak − RMS.
  public var crestFactor: Double?
  /// Mean of each channel, full scale 1.
  public var dc: [Double]

  /// −1…+1 of the first two channels; nil with one channel or silence.
  public var correlation: Double?
  /// The lowest correlation of any 400 ms that are louder than −60 dBFS on both sides.
  public var correlationMin: Double?
  /// dB; RMS of the difference − RMS of the sum of the first two channels.
  public var width: Double?

  /// dB; RMS of the first two channels − RMS of (left + right) / 2.
  public var monoDrop: Double?
  /// The same below 200 Hz, from there to 4 kHz, and above (24 dB/oct); nil where a band holds
  /// next to nothing: 60 dB below the whole, the middle one 30 dB.
  public var monoDropLow: Double?
  public var monoDropMid: Double?
  public var monoDropHigh: Double?

  /// LU; true peak − integrated loudness.
  public var peakToLoudness: Double?
  /// dB; true peak of a 3 s window − its short-term loudness, over windows louder than −70 LUFS.
  public var peakToShortTermMin: Double?
  public var peakToShortTermMedian: Double?
  /// dB; the "DR" of the Pleasurize Music Foundation, rounded.
  public var dynamicRange: Int?

  /// Runs of three and more samples at full scale, all channels.
  public var clippedRuns: Int
  /// Summits above 0 dBTP, all channels.
  public var interSampleOvers: Int
  /// dBFS; the quietest half second that is not digital silence.
  public var noiseFloor: Double?
  /// Frames before the first and after the last sample above −60 dBFS.
  public var headSilence: Int64
  public var tailSilence: Int64
  /// dBFS of each third of an octave with its centre in Hz; empty when not asked for.
  public var spectrum: [(hertz: Double, level: Double)]

  /// dB that folding the first two channels to one loses in each third of an octave; empty like
  /// `spectrum`, and with one channel. A band without energy has none.
  public var monoDrops: [(hertz: Double, drop: Double)]
  private let loudness: LoudnessStatistics
  private let levels: LevelStatistics

  /// dBTP of each tenth of a second, the highest channel's.
  public var peaks: [Double] {
    (0..<levels.count).map { gainToDecibels(levels.truePeak(from: $0)) }
  }

  /// LUFS every 100 ms, the window ending there; empty when shorter than it.
  public var momentary: [Double] { loudness.series(.momentary) }
  public var shortTerm: [Double] { loudness.series(.shortTerm) }

  /// - Parameter partial: the whole programme's.
  public init(_ partial: MeterPartial, rate: Int, channelCount: Int) {
    var total = MeterTotal(rate: rate, channelCount: channelCount)
    total.append(partial)
    self.init(total)
  }

  /// - Parameter total: the whole programme's.
  public init(_ total: MeterTotal) {
    let partial = total.rest
    rate = total.rate
    channelCount = total.channelCount
    frames = partial.frames
    let statistics = total.loudness
    loudness = statistics
    integrated = statistics.integrated
    loudnessRange = statistics.range
    momentaryMax = statistics.loudest(.momentary)
    shortTermMax = statistics.loudest(.shortTerm)

    let levels = total.levels
    self.levels = levels
    samplePeaks = levels.channels.map { gainToDecibels($0.samplePeak) }
    samplePeak = samplePeaks.max() ?? -.infinity
    truePeaks = levels.channels.map { gainToDecibels($0.truePeak) }
    truePeak = truePeaks.max() ?? -.infinity
    let table = levels.channels.map(\.tableTruePeak).max() ?? 0
    tableTruePeak = table > 0 || levels.isSilent ? gainToDecibels(table) : nil
    rmsByChannel = levels.channels.map { powerToDecibels(levels.meanSquare($0)) }
    rms = powerToDecibels(levels.meanSquare)
    crestFactor = levels.isSilent ? nil : samplePeak - rms
    dc = levels.channels.map { levels.frames > 0 ? $0.sum / Double(levels.frames) : 0 }
    correlation = levels.correlation
    correlationMin = levels.correlationMin
    width = levels.width
    monoDrop = levels.monoDrop
    (monoDropLow, monoDropMid, monoDropHigh) = levels.monoDropsByBand
    dynamicRange = levels.dynamicRange
    noiseFloor = levels.noiseFloor.map(powerToDecibels)
    clippedRuns = levels.channels.reduce(0) { $0 + $1.clippedRuns }
    interSampleOvers = levels.channels.reduce(0) { $0 + $1.interSampleOvers }
    headSilence = partial.firstSound ?? partial.frames
    tailSilence = partial.lastSound.map { partial.frames - 1 - $0 } ?? partial.frames

    if let integrated, integrated.isFinite { peakToLoudness = truePeak - integrated }
    var ratios: [Double] = []
    for (window, loudness) in statistics.series(.shortTerm).enumerated()
    where loudness > -70 && window + 30 <= levels.count {
      ratios.append(gainToDecibels(levels.truePeak(from: window, window: 30)) - loudness)
    }
    ratios.sort()
    peakToShortTermMin = ratios.first
    peakToShortTermMedian = ratios.isEmpty ? nil : ratios[(ratios.count - 1) / 2]

    monoDrops = []
    for (band, both) in partial.pairSpectrum.enumerated() where both > 0 {
      let folded = max(1, Double(partial.foldedSpectrum[band]))
      let drop = powerToDecibels(Double(both) / 2) - powerToDecibels(folded)
      monoDrops.append((ThirdOctaves.bands[band], drop))
    }
    spectrum = []
    if partial.spectrumWindows > 0 {
      for (hertz, power) in zip(ThirdOctaves.bands, partial.spectrum) {
        let mean = Double(power) * 0x1p-64 / Double(partial.spectrumWindows)
        spectrum.append((hertz, powerToDecibels(mean)))
      }
    }
  }
}

extension MeterReport {
  /// A measured quantity by the name that `expect` uses, in its unit; nil when it was not measured
  /// or is none of the meters'.
  public func value(of quantity: String) -> Double? {
    switch quantity {
    case "clipped-runs": Double(clippedRuns)
    case "correlation": correlation
    case "crest-factor": crestFactor
    case "dc": dc.map { gainToDecibels($0) }.max()
    case "duration": Double(frames) / Double(rate)
    case "head-silence": Double(headSilence) / Double(rate)
    case "integrated": integrated
    case "inter-sample-overs": Double(interSampleOvers)
    case "loudness-range": loudnessRange
    case "momentary-max": momentaryMax
    case "mono-drop": monoDrop
    case "mono-drop-high": monoDropHigh
    case "mono-drop-low": monoDropLow
    case "mono-drop-mid": monoDropMid
    case "noise-floor": noiseFloor
    case "plr": peakToLoudness
    case "psr": peakToShortTermMin
    case "rms": rms
    case "sample-peak": samplePeak
    case "short-term-max": shortTermMax
    case "tail-silence": Double(tailSilence) / Double(rate)
    case "true-peak": truePeak
    case "width": width.map { 100 * decibelsToGain(2 * $0) }
    default: nil
    }
  }
}
