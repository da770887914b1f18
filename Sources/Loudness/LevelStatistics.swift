import Signal

/// Levels out of the records of tenths of a second, summed in their order.
struct LevelStatistics {
  let tenths: [Tenth]
  /// Sums and maxima over the whole programme.
  private(set) var channels: [ChannelTenth]
  private(set) var frames = 0
  private var product = 0.0
  private var fold = FoldBands.Sums()

  init(_ tenths: [Tenth], channelCount: Int) {
    self.tenths = tenths
    channels = Array(repeating: ChannelTenth(), count: channelCount)
    for tenth in tenths {
      frames += tenth.frames
      product += tenth.product
      fold.low = fold.low + tenth.fold.low
      fold.high = fold.high + tenth.fold.high
      for (index, value) in tenth.channels.enumerated() {
        channels[index].sum += value.sum
        channels[index].sumOfSquares += value.sumOfSquares
        channels[index].samplePeak = max(channels[index].samplePeak, value.samplePeak)
        channels[index].truePeak = max(channels[index].truePeak, value.truePeak)
        channels[index].tableTruePeak = max(channels[index].tableTruePeak, value.tableTruePeak)
        channels[index].interSampleOvers += value.interSampleOvers
        channels[index].clippedRuns += value.clippedRuns
      }
    }
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

  /// Four tenths at a time, a tenth apart.
  var correlationMin: Double? {
    guard channels.count >= 2, tenths.count >= 4 else { return nil }
    var lowest: Double?
    for end in 4...tenths.count {
      var (product, left, right, frames) = (0.0, 0.0, 0.0, 0)
      for tenth in tenths[(end - 4)..<end] {
        product += tenth.product
        left += tenth.channels[0].sumOfSquares
        right += tenth.channels[1].sumOfSquares
        frames += tenth.frames
      }
      let floor = 1e-6 * Double(frames)
      guard left > floor, right > floor,
        let value = LevelStatistics.correlation(product, left, right)
      else { continue }
      lowest = min(lowest ?? 1, value)
    }
    return lowest
  }

  var width: Double? {
    guard channels.count >= 2 else { return nil }
    let energy = channels[0].sumOfSquares + channels[1].sumOfSquares
    guard energy > 0 else { return nil }
    return powerToDecibels(max(0, energy - 2 * product)) - powerToDecibels(max(0, energy + 2 * product))
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

  /// Mean square of the quietest five tenths among those without digital silence.
  var noiseFloor: Double? {
    guard tenths.count >= 5 else { return nil }
    var lowest: Double?
    for end in 5...tenths.count {
      var (sum, frames) = (0.0, 0)
      var isSounding = true
      for tenth in tenths[(end - 5)..<end] {
        var energy = 0.0
        for channel in tenth.channels { energy += channel.sumOfSquares }
        if energy == 0 { isSounding = false }
        sum += energy
        frames += tenth.frames * tenth.channels.count
      }
      if isSounding { lowest = min(lowest ?? .infinity, sum / Double(frames)) }
    }
    return lowest
  }

  /// The highest true peak of any channel in each window of `count` tenths; entry w covers the
  /// tenths w ..< w + count.
  func truePeaks(window count: Int) -> [Double] {
    guard tenths.count >= count else { return [] }
    let peaks = tenths.map { tenth in tenth.channels.map(\.truePeak).max() ?? 0 }
    return (0...(peaks.count - count)).map { start in
      peaks[start..<(start + count)].max() ?? 0
    }
  }

  /// Per channel 20·log10(second-highest peak / RMS of the loudest fifth), over blocks of 3 s with
  /// RMS = √(2·mean square); the mean of the channels, rounded.
  var dynamicRange: Int? {
    let blocks = tenths.count / 30
    guard blocks >= 2, !isSilent else { return nil }
    var sum = 0.0
    for channel in channels.indices {
      var (powers, peaks): ([Double], [Double]) = ([], [])
      for block in 0..<blocks {
        var (energy, frames, peak) = (0.0, 0, 0.0)
        for tenth in tenths[(30 * block)..<(30 * block + 30)] {
          energy += tenth.channels[channel].sumOfSquares
          frames += tenth.frames
          peak = max(peak, tenth.channels[channel].samplePeak)
        }
        powers.append(2 * energy / Double(frames))
        peaks.append(peak)
      }
      powers.sort(by: >)
      peaks.sort(by: >)
      let loudest = max(1, blocks / 5)
      var power = 0.0
      for value in powers.prefix(loudest) { power += value }
      power /= Double(loudest)
      guard power > 0, peaks[1] > 0 else { continue }
      sum += gainToDecibels(peaks[1]) - powerToDecibels(power)
    }
    let mean = sum / Double(channels.count)
    guard mean.isFinite else { return nil }
    return Int(mean.rounded(.toNearestOrAwayFromZero))
  }
}
