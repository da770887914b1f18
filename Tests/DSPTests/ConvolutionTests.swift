import DSP
import Signal
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  static func noise(_ count: Int, seed: UInt64, decay: Double = 0) -> [Double] {
    let noise = Noise(seed: seed, channel: 0, purpose: .test)
    return (0..<count).map { n -> Double in
      let level = Maths.exp2(-decay * Double(n) / Double(count))
      return level * (2 * noise.uniform(at: Int64(n)) - 1)
    }
  }

  static func render(
    _ parameters: Convolution.Parameters, _ channels: [[Double]], from frame: Int64 = 0,
    block: Int = 512
  ) -> [[Double]] {
    var kernel = Convolution(
      parameters, format: StreamFormat(rate: 48_000, channelCount: channels.count))
    return run(&kernel, channels, from: frame, block: block)
  }

  static func run(
    _ kernel: inout Convolution, _ channels: [[Double]], from frame: Int64, block: Int = 512
  ) -> [[Double]] {
    var output = channels
    let count = channels[0].count
    let buffer = AudioBuffer(channelCount: channels.count, frameCapacity: block)
    for start in stride(from: 0, to: count, by: block) {
      let part = buffer.block(min(block, count - start))
      for channel in channels.indices {
        for i in 0..<part.frameCount { part[channel][i] = channels[channel][start + i] }
      }
      kernel.run(part, at: frame + Int64(start), Context())
      for channel in channels.indices {
        for i in 0..<part.frameCount { output[channel][start + i] = part[channel][i] }
      }
    }
    return output
  }

  /// Σ h[k]·x[n − k] for the frames `places`.
  static func direct(_ h: [Double], _ x: [Double], at place: Int) -> Double {
    var sum = 0.0
    for k in h.indices where place - k >= 0 && place - k < x.count { sum += h[k] * x[place - k] }
    return sum
  }

  static func magnitude(_ h: [Double]) -> Double { h.reduce(0) { $0 + $1.magnitude } }

  /// A response with its last sample as large as its first is not trimmed.
  static func raw(_ response: [[Double]]) -> Convolution.Parameters {
    var parameters = Convolution.Parameters(response: response)
    parameters.isNormalised = false
    return parameters
  }

  @Test(arguments: [1, 100, 256, 257, 4_000, 20_000, 70_000], [Int64(0), 12_345])
  func theResultIsTheDirectSum(taps: Int, start: Int64) {
    let h = Self.noise(taps, seed: 3)
    let x = Self.noise(taps + 50_000, seed: 4)
    let parameters = Self.raw([h])
    let latency = Convolution.blockFrames(taps: taps)
    let y = Self.render(parameters, [x], from: start)[0]
    let bound = 1e-12 * Self.magnitude(h)
    for n in stride(from: 0, to: x.count - latency, by: 997) {
      #expect(abs(y[n + latency] - Self.direct(h, x, at: n)) <= bound)
    }
    for n in 0..<latency { #expect(abs(y[n]) <= bound) }
  }

  @Test func bothChannelsHaveTheirOwnResponse() {
    let h = [Self.noise(3_000, seed: 1), Self.noise(3_000, seed: 2)]
    let x = [Self.noise(20_000, seed: 5), Self.noise(20_000, seed: 6)]
    let y = Self.render(Self.raw(h), x)
    for channel in 0..<2 {
      for n in stride(from: 0, to: 19_000, by: 501) {
        let wanted = Self.direct(h[channel], x[channel], at: n)
        #expect(abs(y[channel][n + 256] - wanted) <= 1e-12 * Self.magnitude(h[channel]))
      }
    }
  }

  @Test func fourChannelsFeedEachSideFromBoth() {
    let h = (0..<4).map { Self.noise(2_000, seed: 10 + UInt64($0)) }
    let x = [Self.noise(12_000, seed: 5), Self.noise(12_000, seed: 6)]
    let y = Self.render(Self.raw(h), x)
    for output in 0..<2 {
      for n in stride(from: 0, to: 11_000, by: 401) {
        let wanted =
          Self.direct(h[output], x[0], at: n) + Self.direct(h[2 + output], x[1], at: n)
        #expect(abs(y[output][n + 256] - wanted) <= 1e-9 * Double(1))
      }
    }
    #expect(Convolution.outputChannels(for: 1, parameters: Self.raw(h)) == 2)
    #expect(Convolution.outputChannels(for: 1, parameters: Self.raw([h[0]])) == 1)
  }

  @Test func everyOutputHasEnergyOneWhereItIsNormalised() {
    for channels in [1, 2, 4] {
      let h = (0..<channels).map { row in
        Self.noise(900, seed: 20 + UInt64(row), decay: 5).map { $0 * Double(row + 1) }
      }
      var silence = [Double](repeating: 0, count: 4_000)
      let impulse = [1.0] + silence.dropFirst()
      if channels == 1 { silence = impulse }
      var energies = [0.0, 0.0]
      // Left and right one after the other: paths to one output add up by energy.
      for input in [[impulse, silence], [silence, impulse]] {
        if channels == 1 && input[0] != input[1] { continue }
        let y = Self.render(Convolution.Parameters(response: h), input)
        for side in 0..<2 { for value in y[side] { energies[side] += value * value } }
        if channels == 1 { break }
      }
      for side in 0..<2 { #expect(abs(energies[side] - 1) < 1e-6) }
    }
  }

  @Test func aResponseEndsWhereItHasFallenNinetySixDecibels() {
    var h = Self.noise(3_000, seed: 9, decay: 0)
    h[0] = 1
    for n in 1_000..<3_000 { h[n] *= 1e-5 }
    let impulse = [1.0] + [Double](repeating: 0, count: 4_999)
    let y = Self.render(Self.raw([h]), [impulse])[0]
    #expect(abs(y[256 + 999] - h[999]) < 1e-15)
    #expect((1_300..<4_000).allSatisfy { abs(y[256 + $0]) < 1e-15 })
  }

  @Test func decayTakesSixtyDecibelsOffInItsTime() {
    var parameters = Self.raw([[Double](repeating: 1, count: 9_600)])
    parameters.decay = 0.2
    let impulse = [1.0] + [Double](repeating: 0, count: 19_999)
    let y = Self.render(parameters, [impulse])[0]
    let latency = Convolution.blockFrames(taps: 9_600)
    #expect(abs(y[latency] - 1) < 1e-12)
    #expect(abs(y[latency + 4_800] - decibelsToGain(-30)) < 1e-12)
    #expect(abs(y[latency + 9_599] - decibelsToGain(-60 * 9_599 / 9_600)) < 1e-12)
  }

  /// The pre-delay takes the place of the latency, and goes on behind it.
  @Test(arguments: [0, 100, 256, 1_000])
  func preDelayIsKeptWithinTheLatency(frames: Int) {
    var parameters = Self.raw([[1, 0.5]])
    parameters.preDelay = frames
    let kernel = Convolution(parameters, format: StreamFormat(rate: 48_000, channelCount: 1))
    #expect(kernel.latency == max(0, 256 - frames))
    let impulse = [1.0] + [Double](repeating: 0, count: 2_999)
    let y = Self.render(parameters, [impulse])[0]
    #expect(abs(y[kernel.latency + frames] - 1) < 1e-14)
    #expect(abs(y[kernel.latency + frames + 1] - 0.5) < 1e-14)
  }

  @Test func mixKeepsTheInputInTime() {
    let x = Self.noise(3_000, seed: 8)
    for preDelay in [0, 100, 400] {
      var parameters = Self.raw([[Double](repeating: 0, count: 10) + [1e-3]])
      parameters.mix = 25
      parameters.preDelay = preDelay
      let latency = max(0, 256 - preDelay)
      let y = Self.render(parameters, [x])[0]
      for n in 0..<2_000 {
        let late = n - preDelay - 10
        let wet = late >= 0 ? 1e-3 * x[late] : 0
        #expect(abs(y[n + latency] - (0.75 * x[n] + 0.25 * wet)) < 1e-15)
      }
    }
  }

  /// A step of the mix is heard at the frame that it was written for, behind the latency.
  @Test func anAutomatedMixMeetsItsFrames() {
    let x = Self.noise(3_000, seed: 8)
    var parameters = Self.raw([[0, 0, 0.01]])
    parameters.isMixAutomated = true
    var kernel = Convolution(parameters, format: StreamFormat(rate: 48_000, channelCount: 1))
    let latency = kernel.latency
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 3_000)
    for i in 0..<3_000 {
      buffer.block[0][i] = x[i]
      buffer.block[1][i] = i < 1_234 ? 0 : 100
    }
    kernel.run(
      buffer.block.channels(1), at: 0, Context(curves: [buffer.block[1]]))
    for n in 10..<2_500 {
      let wanted = n < 1_234 ? x[n] : 0.01 * x[n - 2]
      #expect(abs(buffer.block[0][n + latency] - wanted) < 1e-15)
    }
  }

  @Test func aSilentResponseIsSilence() {
    let x = Self.noise(3_000, seed: 8)
    let y = Self.render(Convolution.Parameters(response: [[0, 0, 0]]), [x])[0]
    #expect(y.allSatisfy { $0 == 0 })
  }

  /// Where the session is cut, the grid of blocks lies elsewhere in the stream; what is heard does not
  /// move.
  @Test func aSeamMovesTheGridAndNothingElse() throws {
    let h = Self.noise(6_000, seed: 1)
    let x = Self.noise(40_000, seed: 2)
    let latency = Convolution.blockFrames(taps: 6_000)
    var kernel = Convolution(Self.raw([h]), format: StreamFormat(rate: 48_000, channelCount: 1))
    var y = Self.run(&kernel, [Array(x[..<10_100])], from: 700)[0]
    y += Self.run(&kernel, [Array(x[10_100..<20_000])], from: 100_003)[0]
    // A second seam within a block, and a state that is taken up behind it.
    y += Self.run(&kernel, [Array(x[20_000..<20_111])], from: 555)[0]
    var writer = StateWriter()
    kernel.encodeState(into: &writer)
    var other = Convolution(Self.raw([h]), format: StreamFormat(rate: 48_000, channelCount: 1))
    var reader = StateReader(writer.bytes)
    try other.restoreState(from: &reader)
    let rest = Self.run(&kernel, [Array(x[20_111...])], from: 3_333)[0]
    #expect(Self.run(&other, [Array(x[20_111...])], from: 3_333)[0] == rest)
    y += rest
    for n in stride(from: 0, to: 40_000 - latency, by: 61) {
      #expect(abs(y[n + latency] - Self.direct(h, x, at: n)) <= 1e-12 * Self.magnitude(h))
    }
  }

  /// Products of a block are added up in part before it is there; the bits do not tell which.
  @Test(arguments: [1, 2, 3, 4, 9, 10]) func aStateIsTakenUpInAnyBlock(blocks: Int) throws {
    // Silent parts in the response, silent blocks in the input, four paths.
    var h: [[Double]] = []
    for path in 0..<4 {
      var row = Self.noise(4_000, seed: UInt64(path))
      for k in row.indices where (path + k / 256) % 3 == 0 { row[k] = 0 }
      h.append(row)
    }
    var x: [[Double]] = []
    for channel in 0..<2 {
      var row = Self.noise(9_000, seed: UInt64(10 + channel))
      for n in row.indices where n > 5_000 || (channel + n / 256) % 5 < 2 { row[n] = 0 }
      x.append(row)
    }
    let format = StreamFormat(rate: 48_000, channelCount: 2)
    let parameters = Self.raw(h)
    let whole = Self.render(parameters, x)
    let size = Convolution.blockFrames(taps: 4_000)
    let place = blocks * size + size / 3
    var kernel = Convolution(parameters, format: format)
    _ = Self.run(&kernel, x.map { Array($0[..<place]) }, from: 0)
    var writer = StateWriter()
    kernel.encodeState(into: &writer)
    var other = Convolution(parameters, format: format)
    var reader = StateReader(writer.bytes)
    try other.restoreState(from: &reader)
    let rest = Self.run(&other, x.map { Array($0[place...]) }, from: Int64(place))
    for channel in 0..<2 {
      let expected: [UInt64] = whole[channel][place...].map { $0.bitPattern }
      let bits: [UInt64] = rest[channel].map { $0.bitPattern }
      #expect(bits == expected)
    }
  }
}
