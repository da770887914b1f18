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

  @Test(arguments: [1, 2, 3, 4, 5, 6, 8])
  func streamsSideBySideHaveTheBitsOfStreamsAlone(_ count: Int) {
    let frames = 3_000
    let start: Int64 = (1 << 18) - 1_700
    let format = StreamFormat(rate: 48_000, channelCount: 1)
    let cascades = (0..<4).map { stream in
      BiquadCascade(
        .init(sections: FiltersLanesTests.sections(count, seed: UInt64(10 + stream))),
        format: format)
    }
    let input = TestSignal.noise(frames, channels: 4)
    func filled() -> AudioBuffer {
      let buffer = AudioBuffer(channelCount: 4, frameCapacity: frames)
      for channel in 0..<4 {
        for i in 0..<frames { buffer.block[channel][i] = input[channel][i] }
      }
      return buffer
    }
    let (alone, pairs, four) = (filled(), filled(), filled())
    func block(_ buffer: AudioBuffer, _ channel: Int) -> Block {
      buffer.block.channels(channel..<(channel + 1))
    }
    var single = cascades
    for stream in 0..<4 { single[stream].run(block(alone, stream), at: start, Context()) }
    var (a, b, c, d) = (cascades[0], cascades[1], cascades[2], cascades[3])
    BiquadCascade.run(&a, &b, (block(pairs, 0), block(pairs, 1)), at: start)
    BiquadCascade.run(&c, &d, (block(pairs, 2), block(pairs, 3)), at: start)
    let afterPairs = [a, b, c, d].map(FiltersLanesTests.encoded)
    (a, b, c, d) = (cascades[0], cascades[1], cascades[2], cascades[3])
    BiquadCascade.run(
      &a, &b, &c, &d, (block(four, 0), block(four, 1), block(four, 2), block(four, 3)), at: start)
    let afterFour = [a, b, c, d].map(FiltersLanesTests.encoded)
    for stream in 0..<4 {
      let expected = ContentHash(of: alone.block[stream])
      #expect(ContentHash(of: pairs.block[stream]) == expected)
      #expect(ContentHash(of: four.block[stream]) == expected)
      let state = FiltersLanesTests.encoded(single[stream])
      #expect(afterPairs[stream] == state && afterFour[stream] == state)
    }
  }
}
