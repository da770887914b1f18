import Signal
import Testing

@Suite struct NoiseTests {
  @Test func philoxGivesThePublishedWords() {
    let all = UInt32.max
    #expect(
      Philox.words((0, 0, 0, 0), key: (0, 0)) == (
        0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8
      ))
    #expect(
      Philox.words((all, all, all, all), key: (all, all))
        == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.words(
        (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
        == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func triangularNoiseHasItsMeanAndVariance() {
    let noise = Noise(seed: 1, channel: 0)
    let count = 200_000
    var (sum, squares, lagged, previous) = (0.0, 0.0, 0.0, 0.0)
    for frame in 0..<count {
      let value = noise.triangular(at: Int64(frame))
      sum += value
      squares += value * value
      lagged += value * previous
      previous = value
    }
    let n = Double(count)
    // Four standard errors of each estimate.
    #expect((sum / n).magnitude < 0.0037)
    #expect((squares / n - 1.0 / 6).magnitude < 0.0018)
    #expect((lagged / squares).magnitude < 0.009)
  }

  @Test(arguments: [Int64(-7), -6, 0, 1, 1 << 33])
  func filledNoiseEqualsNoiseFrameByFrame(_ start: Int64) {
    let noise = Noise(seed: 9, channel: 1)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 33)
    for count in [0, 1, 2, 32, 33] {
      let samples = buffer.block(count)[0]
      noise.fillTriangular(samples, from: start)
      for i in 0..<count { #expect(samples[i] == noise.triangular(at: start + Int64(i))) }
    }
  }

  @Test func channelsAndSeedsDiffer() {
    let a = Noise(seed: 1, channel: 0).triangular(at: 5)
    #expect(a != Noise(seed: 1, channel: 1).triangular(at: 5))
    #expect(a != Noise(seed: 2, channel: 0).triangular(at: 5))
  }
}
