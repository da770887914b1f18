import Signal

/// Levels out of the records of tenths of a second, as they come, summed in their order.
///
/// - Memory: 8 bytes a tenth for true peaks, and 8 for sample peaks where they are asked for.
struct LevelStatistics {
  /// Sums and maxima over the whole programme.
  private(set) var channels: [ChannelTenth]
  private(set) var frames = 0
  private var product = 0.0
  private var fold = FoldBands.Sums()
  /// The last tenths, four at most.
  private var recent: [Tenth] = []
  private var lowestCorrelation: Double?
  /// Tenths in all.
  private(set) var count = 0
  /// Mean square of the quietest five tenths in a row among those without digital silence.
  private(set) var noiseFloor: Double?
  /// Linear; each tenth's highest channel; empty when not asked for.
  private(set) var samplePeaks: [Double] = []
  private var truePeaks: [Double] = []
  private let keepsSamplePeaks: Bool
  private let keepsTruePeaks: Bool
  /// What the true peaks are multiplied with.
  private var scale = 1.0
  private var range: DynamicRange

  init(channelCount: Int, keepsSamplePeaks: Bool, keepsTruePeaks: Bool) {
    channels = Array(repeating: ChannelTenth(), count: channelCount)
    range = DynamicRange(channelCount: channelCount)
    self.keepsSamplePeaks = keepsSamplePeaks
    self.keepsTruePeaks = keepsTruePeaks
  }

  mutating func append(_ tenth: Tenth) {
    count += 1
    frames += tenth.frames
    product += tenth.product
    fold.low = fold.low + tenth.fold.low
    fold.high = fold.high + tenth.fold.high
    var (samplePeak, truePeak) = (0.0, 0.0)
    for (index, value) in tenth.channels.enumerated() {
      channels[index].sum += value.sum
      channels[index].sumOfSquares += value.sumOfSquares
      channels[index].samplePeak = max(channels[index].samplePeak, value.samplePeak)
      channels[index].truePeak = max(channels[index].truePeak, value.truePeak)
      channels[index].tableTruePeak = max(channels[index].tableTruePeak, value.tableTruePeak)
      channels[index].interSampleOvers += value.interSampleOvers
      channels[index].clippedRuns += value.clippedRuns
      samplePeak = max(samplePeak, value.samplePeak)
      truePeak = max(truePeak, value.truePeak)
    }
    if keepsSamplePeaks { samplePeaks.append(samplePeak) }
    if keepsTruePeaks { truePeaks.append(truePeak) }
    range.append(tenth)
    recent.append(tenth)
    followCorrelation()
    followNoise()
    if recent.count > 4 { recent.removeFirst() }
  }

  /// Takes over the true peaks of the same tenths.
  mutating func take(truePeaksOf other: LevelStatistics) {
    truePeaks = other.truePeaks
    scale = other.scale
    for (index, value) in other.channels.enumerated() {
      channels[index].truePeak = value.truePeak
      channels[index].tableTruePeak = value.tableTruePeak
      channels[index].interSampleOvers = value.interSampleOvers
    }
  }

  /// The statistics of a programme of `gain` times the amplitude, but for overs, the lowest
  /// correlation and sample peaks of single tenths.
  func scaled(by gain: Double) -> LevelStatistics {
    var result = self
    let power = gain * gain
    result.product *= power
    result.fold.low *= power
    result.fold.high *= power
    for index in channels.indices {
      result.channels[index].sum *= gain
      result.channels[index].sumOfSquares *= power
      result.channels[index].samplePeak *= gain
      result.channels[index].truePeak *= gain
      result.channels[index].tableTruePeak *= gain
    }
    result.noiseFloor = noiseFloor.map { $0 * power }
    result.scale *= gain
    return result
  }

  var isSilent: Bool { channels.allSatisfy { $0.sumOfSquares == 0 } }

  func meanSquare(_ channel: ChannelTenth) -> Double {
    frames > 0 ? channel.sumOfSquares / Double(frames) : 0
  }

  /// Over all channels.
  var meanSquare: Double {
    var sum = 0.0
    for channel in channels { sum += channel.sumOfSquares }
    return frames > 0 ? sum / Double(frames * channels.count) : 0
  }

  private static func correlation(_ product: Double, _ left: Double, _ right: Double) -> Double? {
    let energy = (left * right).squareRoot()
    guard energy > 0, energy.isFinite else { return nil }
    return max(-1, min(1, product / energy))
  }

  var correlation: Double? {
    guard channels.count >= 2 else { return nil }
    return LevelStatistics.correlation(
      product, channels[0].sumOfSquares, channels[1].sumOfSquares)
  }

  /// Of four tenths at a time, a tenth apart; nil where none is loud enough.
  var correlationMin: Double? { channels.count >= 2 ? lowestCorrelation : nil }

  private mutating func followCorrelation() {
    guard channels.count >= 2, recent.count >= 4 else { return }
    var (product, left, right, frames) = (0.0, 0.0, 0.0, 0)
    for tenth in recent.suffix(4) {
      product += tenth.product
      left += tenth.channels[0].sumOfSquares
      right += tenth.channels[1].sumOfSquares
      frames += tenth.frames
    }
    let floor = 1e-6 * Double(frames)
    guard left > floor, right > floor,
      let value = LevelStatistics.correlation(product, left, right)
    else { return }
    lowestCorrelation = min(lowestCorrelation ?? 1, value)
  }

  var width: Double? {
    guard channels.count >= 2 else { return nil }
    let energy = channels[0].sumOfSquares + channels[1].sumOfSquares
    guard energy > 0 else { return nil }
    return powerToDecibels(max(0, energy - 2 * product))
      - powerToDecibels(max(0, energy + 2 * product))
  }

  /// In dB: what folding the first two channels to one loses.
  var monoDrop: Double? {
    guard channels.count >= 2 else { return nil }
    let energy = channels[0].sumOfSquares + channels[1].sumOfSquares
    guard energy > 0 else { return nil }
    return powerToDecibels(2 * energy) - powerToDecibels(max(0, energy + 2 * product))
  }

  /// In dB: what folding the first two channels to one loses below 200 Hz, between, and above
  /// 4 kHz; nil where a band holds so little that its neighbours' flanks are heard in it.
  var monoDropsByBand: (low: Double?, mid: Double?, high: Double?) {
    guard channels.count >= 2 else { return (nil, nil, nil) }
    let energy = 0.25 * (channels[0].sumOfSquares + channels[1].sumOfSquares)
    let whole = SIMD2(energy + 0.5 * product, energy - 0.5 * product)
    let total = whole.x + whole.y
    func drop(_ band: SIMD2<Double>, least: Double) -> Double? {
      let (middle, side) = (max(0, band.x), max(0, band.y))
      guard total > 0, middle + side > least * total else { return nil }
      return powerToDecibels(middle + side) - powerToDecibels(middle)
    }
    return (
      drop(fold.low, least: 1e-6), drop(whole - fold.low - fold.high, least: 1e-3),
      drop(fold.high, least: 1e-6)
    )
  }

  /// Mean square of -200 dBFS, which is digital silence: decoders of lossy files leave such values where
  /// there was none.
  private static let digitalSilence = 1e-20

  private mutating func followNoise() {
    guard recent.count >= 5 else { return }
    var (sum, frames) = (0.0, 0)
    for tenth in recent {
      var energy = 0.0
      for channel in tenth.channels { energy += channel.sumOfSquares }
      if energy <= Self.digitalSilence * Double(tenth.frames * tenth.channels.count) { return }
      sum += energy
      frames += tenth.frames * tenth.channels.count
    }
    noiseFloor = min(noiseFloor ?? .infinity, sum / Double(frames))
  }

  /// The highest true peak of any channel in the `window` tenths from `start` on; linear, 0 when
  /// not measured.
  func truePeak(from start: Int, window: Int = 1) -> Double {
    let last = min(start + window, truePeaks.count)
    return start < last ? scale * (truePeaks[start..<last].max() ?? 0) : 0
  }

  /// Per channel 20·log10(second-highest peak / RMS of the loudest fifth), over blocks of 3 s with
  /// RMS = √(2·mean square); the mean of the channels, rounded.
  var dynamicRange: Int? { isSilent ? nil : range.value }
}

/// The blocks of 3 s that the "DR" is made of.
private struct DynamicRange {
  /// 2·mean square and peak of each block, by channel.
  private var powers: [[Double]]
  private var peaks: [[Double]]
  /// The block under way.
  private var open: Tenth
  private var tenths = 0

  init(channelCount: Int) {
    powers = Array(repeating: [], count: channelCount)
    peaks = powers
    open = Tenth(channelCount: channelCount)
  }

  mutating func append(_ tenth: Tenth) {
    open.frames += tenth.frames
    for (index, value) in tenth.channels.enumerated() {
      open.channels[index].sumOfSquares += value.sumOfSquares
      open.channels[index].samplePeak = max(open.channels[index].samplePeak, value.samplePeak)
    }
    tenths += 1
    guard tenths == 30 else { return }
    for (index, value) in open.channels.enumerated() {
      powers[index].append(2 * value.sumOfSquares / Double(open.frames))
      peaks[index].append(value.samplePeak)
    }
    open = Tenth(channelCount: open.channels.count)
    tenths = 0
  }

  /// nil with less than two blocks.
  var value: Int? {
    guard let blocks = powers.first?.count, blocks >= 2 else { return nil }
    var sum = 0.0
    for channel in powers.indices {
      let powers = powers[channel].sorted(by: >)
      let second = peaks[channel].sorted(by: >)[1]
      let loudest = max(1, blocks / 5)
      var power = 0.0
      for value in powers.prefix(loudest) { power += value }
      power /= Double(loudest)
      guard power > 0, second > 0 else { continue }
      sum += gainToDecibels(second) - powerToDecibels(power)
    }
    let mean = sum / Double(powers.count)
    guard mean.isFinite else { return nil }
    return Int(mean.rounded(.toNearestOrAwayFromZero))
  }
}
