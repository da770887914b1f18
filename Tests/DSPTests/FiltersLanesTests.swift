import DSP
import Signal
import TestSupport
import Testing

/// Cascades are run several sections and several streams at a time; every bit must be that of
/// one section after another.
@Suite struct FiltersLanesTests {
  private static func sections(_ count: Int, seed: UInt64) -> [BiquadCoefficients] {
    let noise = Noise(seed: seed, channel: 0, purpose: .test)
    return (0..<count).flatMap { index -> [BiquadCoefficients] in
      let (u, v) = (noise.uniform(at: Int64(2 * index)), noise.uniform(at: Int64(2 * index + 1)))
      return FilterSpec(.bell, frequency: 40 + 12_000 * u, gain: 12 * v - 6, q: 0.5 + 3 * v)
        .sections(rate: 48_000)
    }
  }

  /// The naive twin: transposed direct form II, section by section.
  private static func naive(_ input: [Double], _ sections: [BiquadCoefficients]) -> [Double] {
    sections.reduce(input) { signal, c in
      var (s1, s2) = (0.0, 0.0)
      return signal.map { x in
        let y = c.b0 * x + s1
        s1 = (c.b1 * x + s2) - c.a1 * y
        s2 = c.b2 * x - c.a2 * y
        return y
      }
    }
  }

  @Test(arguments: 1...12)
  func cascadesOfAnyLengthHaveTheBitsOfTheirSections(_ count: Int) {
    let sections = FiltersLanesTests.sections(count, seed: 3)
    for channels in [1, 2] {
      let input = TestSignal.noise(1_500, channels: channels)
      for blocks in [[1_500], [1, 2, 3, 5, 512]] {
        let output = KernelRun(
          KernelCase("", BiquadCascade.self, BiquadCascade.Parameters(sections: sections)),
          rate: 48_000, channelCount: channels, start: 100
        ).feed(input, blocks: blocks)
        let expected = input.map { FiltersLanesTests.naive($0, sections) }
        #expect(output.bits == expected.bits)
      }
    }
  }

  private static func encoded(_ cascade: BiquadCascade) -> [UInt8] {
    var writer = StateWriter()
    cascade.encodeState(into: &writer)
    return writer.bytes
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 8, 11])
  func filtersSideBySideHaveTheBitsOfFiltersAlone(_ count: Int) throws {
    try LaneRun.compare(
      BiquadCascade.self,
      (0..<4).map {
        BiquadCascade.Parameters(sections: Self.sections(count, seed: UInt64(10 + $0)))
      })
  }

  @Test func filtersOfDifferentLengthsDoNotRunSideBySide() {
    let format = StreamFormat(rate: 48_000, channelCount: 1)
    let kernels = [2, 3].map {
      BiquadCascade(.init(sections: Self.sections($0, seed: 1)), format: format)
    }
    #expect(BiquadCascade.Lanes(kernels) == nil)
  }

  @Test(arguments: [1, 3, 4])
  func compressorsSideBySideHaveTheBitsOfCompressorsAlone(_ count: Int) throws {
    try LaneRun.compare(
      Compressor.self,
      (0..<count).map { index in
        var parameters = Compressor.Parameters(threshold: [-60, -30, -12, -3][index])
        parameters.ratio = [2, 8, .infinity, 1][index]
        parameters.knee = [6, 0, 12, 3][index]
        parameters.attack = [0.01, 0, 0.0003, 0.1][index]
        parameters.release = .seconds([0.12, 0.01, 1, 0.3][index])
        parameters.makeup = index == 1 ? .automatic : .decibels(Double(index))
        parameters.range = [100, 10, 3, 100][index]
        return parameters
      })
  }

  @Test func compressorsThatListenElsewhereDoNotRunSideBySide() {
    let format = StreamFormat(rate: 48_000, channelCount: 1)
    var averaging = Compressor.Parameters(threshold: -20)
    averaging.detector = .rms(window: 0.01)
    var ahead = Compressor.Parameters(threshold: -20)
    ahead.lookAhead = 0.005
    var automatic = Compressor.Parameters(threshold: -20)
    automatic.release = .automatic
    var parallel = Compressor.Parameters(threshold: -20)
    parallel.mix = 50
    for parameters in [averaging, ahead, automatic, parallel] {
      let kernel = Compressor(parameters, format: format)
      #expect(Compressor.Lanes([kernel, kernel]) == nil)
    }
  }
}

/// Runs kernels alone and in lanes, over bursts and pauses, and compares audio and states.
private enum LaneRun {
  static func compare<K: LaneKernel>(_ type: K.Type, _ parameters: [K.Parameters]) throws {
    let frames = 6_000
    let start: Int64 = 777
    let kernels = parameters.map { K($0, format: StreamFormat(rate: 48_000, channelCount: 1)) }
    let input = TestSignal.noise(frames, channels: 4)
    let alone = AudioBuffer(channelCount: 4, frameCapacity: frames)
    for channel in 0..<4 {
      for i in 0..<frames {
        // From loud to silent and back, each stream at its own time.
        let level = [0.9, 1e-5, 0, 0.3][((i / 700) + channel) % 4]
        alone.block[channel][i] = level * input[channel][i]
      }
    }
    let together = AudioBuffer(channelCount: 1, frameCapacity: 4 * frames)
    LaneSources((0..<4).map { alone.block[$0] }).gather(from: 0, into: together.block[0])
    var single = kernels
    for stream in kernels.indices {
      single[stream].run(alone.block.channels(stream..<(stream + 1)), at: start, Context())
    }
    var lanes = try #require(K.Lanes(kernels))
    for (lane, kernel) in kernels.enumerated() { lanes.load(kernel, lane: lane) }
    var done = 0
    for step in sequence(first: 1, next: { $0 * 3 % 1_000 + 1 }) where done < frames {
      let now = start + Int64(done)
      let boundary = (now / Housekeeping.interval + 1) * Housekeeping.interval
      let count = min(step, frames - done, Int(boundary - now))
      lanes.process(together.block[0].slice((4 * done)..<(4 * (done + count))))
      done += count
      if now + Int64(count) == boundary { lanes.flushDenormals() }
      if done == frames { break }
    }
    var after = kernels
    for lane in after.indices {
      lanes.store(into: &after[lane], lane: lane, at: start + Int64(frames))
      var (expected, state) = (StateWriter(), StateWriter())
      single[lane].encodeState(into: &expected)
      after[lane].encodeState(into: &state)
      #expect(state.bytes == expected.bytes)
      let isEqual = (0..<frames).allSatisfy {
        together.block[0][4 * $0 + lane] == alone.block[lane][$0]
      }
      #expect(isEqual, "stream \(lane)")
    }
  }
}
