import Signal
import Testing

@testable import DSP

@Suite struct DecibelLoopsTests {
  private func buffer(_ values: [Double]) -> AudioBuffer {
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: values.count)
    for (index, value) in values.enumerated() { buffer.block[0][index] = value }
    return buffer
  }

  @Test(
    arguments: [
      (-24.0, 3.0, 6.0), (-60, 20, 0), (-3, 1.5, 36), (-80, .infinity, 12), (-18, .infinity, 36),
    ],
    [false, true])
  func loopOverTheCurveGivesWhatTheCurveSays(
    _ curve: (threshold: Double, ratio: Double, knee: Double), _ isPower: Bool
  ) {
    let computer = GainComputer(
      threshold: curve.threshold, ratio: curve.ratio, knee: curve.knee)
    let levels = (0..<20_011).map { -100 + Double($0) * 0.0055 }
    let magnitudes = levels.map { level in
      let magnitude = decibelsToGain(level)
      return isPower ? 0.5 * magnitude * magnitude : -magnitude
    }
    let values = buffer(magnitudes)
    computer.reductions(values.block[0], power: isPower)
    for (index, level) in levels.enumerated() {
      let difference = values.block[0][index] - computer.reduction(level)
      #expect(abs(difference) < (level < curve.threshold + 30 ? 6e-6 : 1.1e-5), "\(level) dB")
    }
  }

  /// A block of what is below the knee is passed over: it must be the same as if it were not.
  @Test(arguments: [-80.0, -33.3, -24, -7.1, 0], [0.0, 3, 6, 36])
  func nothingIsTakenOffAtTheSilentMagnitudeAndBelow(_ threshold: Double, _ knee: Double) {
    let computer = GainComputer(threshold: threshold, ratio: 4, knee: knee)
    let silent = computer.silentMagnitude
    #expect(silent > decibelsToGain(threshold - 0.5 * knee - 1e-4))
    let magnitudes = [0, 1e-300, 1e-12] + (0..<5000).map { silent * (1 - 1e-8 * Double($0)) }
    for isPower in [false, true] {
      let values = buffer(isPower ? magnitudes.map { 0.5 * $0 * $0 } : magnitudes)
      computer.reductions(values.block[0], power: isPower)
      #expect((0..<magnitudes.count).allSatisfy { values.block[0][$0] == 0 })
    }
  }

  /// Whatever stands beside a value, and wherever it stands.
  @Test(arguments: 1...40)
  func curveOfAValueDependsOnItAlone(_ count: Int) {
    let computer = GainComputer(threshold: -24, ratio: 3, knee: 6)
    let noise = Noise(seed: 7, channel: 0)
    let magnitudes = (0..<count).map { 2 * noise.uniform(at: Int64($0)) - 1 }
    let together = buffer(magnitudes)
    computer.reductions(together.block[0], power: false)
    for (index, magnitude) in magnitudes.enumerated() {
      let alone = buffer([magnitude])
      computer.reductions(alone.block[0], power: false)
      #expect(together.block[0][index].bitPattern == alone.block[0][0].bitPattern)
    }
  }

  @Test func loopOverGainsIsGoodToAFewParts() {
    let reductions = (0..<30_003).map { Double($0) * 0.003 }
    for makeup in [0.0, 7.5] {
      let values = buffer(reductions)
      DecibelLoops.replaceByGains(values.block[0], makeup: makeup, range: 60)
      for (index, reduction) in reductions.enumerated() {
        let exact = decibelsToGain(makeup - min(reduction, 60))
        #expect(abs(values.block[0][index] / exact - 1) < 6e-11)
      }
      if makeup == 0 { #expect(values.block[0][0] == 1) }
    }
  }
}
