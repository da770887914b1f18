internal import AudioFiles
internal import DSP
internal import Signal

/// What pressing plants and audiobook publishers look at besides levels: bass in the sides, energy
/// at the top, and how long it is quiet at both ends.
enum PressingMeter {
  /// Quantities that this meter alone gives.
  static let quantities: Set<String> = ["bass-side", "treble", "head-quiet", "tail-quiet"]

  /// Hz: below it the bass of a record is to be in phase.
  static let bassFrequency = 150.0
  /// Hz: above it a cutter head heats up.
  static let trebleFrequency = 15_000.0
  /// dBFS: what is quieter counts as room tone.
  static let quietLevel = -50.0

  /// `bass-side`: dB, side − middle below 150 Hz; `treble`: dB, above 15 kHz − the whole;
  /// `head-quiet`, `tail-quiet`: seconds before the first and behind the last sample above −50 dBFS.
  /// Missing where there is nothing to compare.
  static func measure(_ path: String) throws(SoundFileError) -> [String: Double] {
    let reader = try SoundFileReader(path: path)
    let rate = Double(reader.facts.rate)
    let channels = reader.facts.channelCount
    let blockFrames = 1 << 14
    let format = StreamFormat(rate: reader.facts.rate, channelCount: 2)
    var low = BiquadCascade(
      .init(sections: LinkwitzRiley.lowPass(bassFrequency, rate: rate)), format: format)
    var high = BiquadCascade(
      .init(sections: LinkwitzRiley.highPass(trebleFrequency, rate: rate)), format: format)
    let pair = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    let threshold = decibelsToGain(quietLevel)
    var (first, last): (Int64?, Int64) = (nil, -1)
    var (middle, side, top, all) = (0.0, 0.0, 0.0, 0.0)
    let frames = try reader.decodeSequentially(blockFrames: blockFrames) { at, block in
      for i in 0..<block.frameCount {
        for channel in 0..<channels where block[channel][i].magnitude > threshold {
          if first == nil { first = at + Int64(i) }
          last = at + Int64(i)
        }
      }
      let (left, right) = (block[0], block[min(1, channels - 1)])
      let work = pair.block(block.frameCount)
      for i in 0..<block.frameCount {
        work[0][i] = 0.5 * (left[i] + right[i])
        work[1][i] = 0.5 * (left[i] - right[i])
      }
      low.process(work, at: at, Context(programmeFrame: at))
      middle += energy(work[0])
      side += energy(work[1])
      work[0].copy(from: left)
      work[1].copy(from: right)
      all += energy(work[0]) + energy(work[1])
      high.process(work, at: at, Context(programmeFrame: at))
      top += energy(work[0]) + energy(work[1])
      return true
    }
    var result: [String: Double] = [:]
    if channels >= 2, middle + side > 0 {
      // 200 dB apart is as far as it goes.
      let least = (middle + side) * 1e-20
      result["bass-side"] = powerToDecibels(max(side, least)) - powerToDecibels(max(middle, least))
    }
    if all > 0, rate > 2 * trebleFrequency {
      result["treble"] = powerToDecibels(max(top, all * 1e-20)) - powerToDecibels(all)
    }
    result["head-quiet"] = Double(first ?? frames) / rate
    result["tail-quiet"] = Double(frames - 1 - last) / rate
    return result
  }

  private static func energy(_ samples: Samples) -> Double {
    var sum = 0.0
    for i in samples.indices { sum += samples[i] * samples[i] }
    return sum
  }
}
