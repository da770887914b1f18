import Signal
import Testing

@Suite struct SampleScanningTests {
  private static let edges: [Int32] = [
    0, 1, -1, 2, -2, 255, 256, -256, 65_535, 65_536, -65_536, 8_388_607, -8_388_608, 1_234_567,
  ]

  private func bytes(_ values: [Int32]) -> [UInt8] {
    values.flatMap { value in
      (0..<3).map { UInt8(truncatingIfNeeded: value >> Int32(8 * $0)) }
    }
  }

  /// Counts around the sizes of the loops' steps.
  @Test(arguments: [0, 1, 3, 4, 5, 6, 7, 9, 10, 33])
  func integersOf24BitsComeApartAndTogetherAgain(count: Int) {
    let values = (0..<(2 * count)).map { Self.edges[($0 * 5 + 3) % Self.edges.count] }
    let audio = AudioBuffer(channelCount: 2, frameCapacity: count)
    let packed = bytes(values)
    packed.withUnsafeBytes {
      guard let base = $0.baseAddress else { return }
      SampleScanning.splitInt24(base, audio.block[0], audio.block[1])
    }
    for i in 0..<count {
      #expect(audio.block[0][i] == Double(values[2 * i]) * 0x1p-23)
      #expect(audio.block[1][i] == Double(values[2 * i + 1]) * 0x1p-23)
    }
    // A byte behind the last has to stay.
    var out = [UInt8](repeating: 0xAA, count: packed.count + 1)
    out.withUnsafeMutableBytes {
      guard let base = $0.baseAddress else { return }
      SampleScanning.joinInt24(audio.block[0], audio.block[1], into: base)
    }
    #expect(out == packed + [0xAA])
  }

  @Test(arguments: [0, 1, 4, 5, 6, 7, 10, 33])
  func oneChannelOf24BitsIsWidened(count: Int) {
    let values = (0..<count).map { Self.edges[($0 * 5 + 3) % Self.edges.count] }
    let audio = AudioBuffer(channelCount: 1, frameCapacity: count)
    bytes(values).withUnsafeBytes {
      guard let base = $0.baseAddress else { return }
      SampleScanning.widenInt24(base, audio.block[0])
    }
    #expect((0..<count).map { audio.block[0][$0] } == values.map { Double($0) * 0x1p-23 })
  }

  @Test(arguments: [1, 2, 3], [0, 1, 7, 64, 513])
  func framesOfFloatsComeApartAndTogetherAgain(channels: Int, count: Int) {
    let audio = AudioBuffer(channelCount: channels, frameCapacity: count + 2)
    for channel in 0..<channels {
      for i in 0..<(count + 2) { audio.block[channel][i] = Double(i * 7 + channel) / 3 - 40 }
    }
    // Room behind the last frame has to stay.
    var frames = [Float](repeating: 99, count: channels * count + 1)
    frames.withUnsafeMutableBufferPointer { memory in
      guard let base = memory.baseAddress else { return }
      InterleavedFloats.write(
        audio.block, from: 2, count: count, channelCount: channels, to: base)
    }
    for i in 0..<count {
      for channel in 0..<channels {
        #expect(frames[i * channels + channel] == Float(audio.block[channel][i + 2]))
      }
    }
    #expect(frames.last == 99)
    let back = AudioBuffer(channelCount: channels, frameCapacity: count + 1)
    back.block.fill(5)
    InterleavedFloats.read(
      frames, count: count, channelCount: channels, into: back.block, at: 1)
    for channel in 0..<channels {
      #expect(back.block[channel][0] == 5)
      for i in 0..<count {
        #expect(back.block[channel][i + 1] == Double(frames[i * channels + channel]))
      }
    }
  }

  @Test func joiningRoundsToEvenAndClamps() {
    let step = 0x1p-23
    let cases: [(Double, Int32)] = [
      (0.5 * step, 0), (1.5 * step, 2), (-0.5 * step, 0), (-1.5 * step, -2), (2.4 * step, 2),
      (1, 8_388_607), (7, 8_388_607), (-1, -8_388_608), (-1.5, -8_388_608),
      (1 - 0.5 * step, 8_388_607),
    ]
    let audio = AudioBuffer(channelCount: 2, frameCapacity: cases.count)
    for (i, value) in cases.enumerated() {
      audio.block[0][i] = value.0
      audio.block[1][i] = cases[cases.count - 1 - i].0
    }
    var out = [UInt8](repeating: 0, count: 6 * cases.count)
    out.withUnsafeMutableBytes {
      guard let base = $0.baseAddress else { return }
      SampleScanning.joinInt24(audio.block[0], audio.block[1], into: base)
    }
    let wanted = cases.indices.flatMap { [cases[$0].1, cases[cases.count - 1 - $0].1] }
    #expect(out == bytes(wanted))
  }

  @Test func quantisingIsTheFloorOfTheSum() {
    let (count, scale) = (1_003, 32_768.0)
    let audio = AudioBuffer(channelCount: 2, frameCapacity: count)
    let noise = Noise(seed: 3, channel: 1, purpose: .test)
    noise.fillTriangular(audio.block[1], from: 7)
    var wanted: [Double] = []
    for i in 0..<count {
      let x = 1.02 * (2 * noise.uniform(at: Int64(i)) - 1)
      audio.block[0][i] = x
      let y = (x * scale + audio.block[1][i] + 0.5).rounded(.down)
      wanted.append(min(scale - 1, max(-scale, y)) / scale)
    }
    SampleScanning.quantise(audio.block[0], noise: audio.block[1], scale: scale)
    #expect((0..<count).allSatisfy { audio.block[0][$0] == wanted[$0] })
  }

  @Test func whatIsNotFiniteIsFoundAnywhere() {
    let audio = AudioBuffer(channelCount: 1, frameCapacity: 11)
    let samples = audio.block[0]
    samples.fill(-Double.greatestFiniteMagnitude)
    #expect(SampleScanning.isFinite(samples.address, count: 11))
    for i in 0..<11 {
      for bad in [Double.nan, .infinity, -.infinity] {
        samples.fill(0.5)
        samples[i] = bad
        #expect(!SampleScanning.isFinite(samples.address, count: 11))
      }
    }
  }

  @Test func whatIsBeyondIsCountedOnceEach() {
    let audio = AudioBuffer(channelCount: 1, frameCapacity: 13)
    let samples = audio.block[0]
    for i in 0..<13 { samples[i] = Double(i - 6) }
    let found = SampleScanning.count(
      of: samples.address, 13, times: 2, below: -9, orFrom: 10)
    // −12 and −10; 10 and 12.
    #expect(found == 4)
  }

  @Test func noiseOfARunIsThatOfItsFrames() {
    for (start, count) in [(Int64(0), 40), (7, 61), (-33, 100), (1 << 33, 50), (5, 1), (8, 16)] {
      let noise = Noise(seed: 0xFEED_0000_BEEF, channel: 2)
      let audio = AudioBuffer(channelCount: 1, frameCapacity: count)
      noise.fillTriangular(audio.block[0], from: start)
      for i in 0..<count {
        #expect(audio.block[0][i] == noise.triangular(at: start + Int64(i)))
      }
    }
  }
}
