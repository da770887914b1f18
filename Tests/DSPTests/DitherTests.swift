import DSP
import Signal
import TestSupport
import Testing

@Suite struct DitherTests {
  private func quantise(
    _ row: [Double], bits: Int = 16, isDithered: Bool = true, shaping: NoiseShaping = .flat,
    blocks: [Int] = [1000], start: Int64 = 0
  ) -> [Double] {
    var quantiser = Quantiser(
      .init(bits: bits, isDithered: isDithered, shaping: shaping, seed: 5), channelCount: 1,
      blockFrames: 512)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: row.count)
    for i in row.indices { buffer.block[0][i] = row[i] }
    var done = 0
    var turn = 0
    while done < row.count {
      let count = min(blocks[turn % blocks.count], row.count - done)
      quantiser.process(buffer.block.slice(done..<(done + count)), at: start + Int64(done))
      done += count
      turn += 1
    }
    return row.indices.map { buffer.block[0][$0] }
  }

  @Test(arguments: [0.0, 0.25, 0.5, 0.9])
  func theErrorHasMeanZeroAndAQuarterOfVariance(_ offset: Double) {
    let count = 400_000
    let input = [Double](repeating: (100 + offset) / 32_768, count: count)
    let errors = zip(quantise(input), input).map { ($0 - $1) * 32_768 }
    let mean = errors.reduce(0, +) / Double(count)
    let variance = errors.reduce(0) { $0 + $1 * $1 } / Double(count)
    // Standard error of the mean 0.0008.
    #expect(mean.magnitude < 0.003)
    #expect((variance - 0.25).magnitude < 0.005)
  }

  @Test(arguments: NoiseShaping.allCases)
  func outputLiesOnTheGridAndDoesNotDependOnTheCut(_ shaping: NoiseShaping) {
    let input = TestSignal.noise(5_000, peak: 1.2)[0]
    let whole = quantise(input, shaping: shaping, start: 77)
    for value in whole {
      let code = value * 32_768
      #expect(code == code.rounded() && code >= -32_768 && code <= 32_767)
    }
    let cut = quantise(input, shaping: shaping, blocks: [1, 700, 33], start: 77)
    #expect(cut == whole)
  }

  @Test(arguments: NoiseShaping.allCases, [true, false])
  func whatIsCutOffIsCounted(_ shaping: NoiseShaping, _ isDithered: Bool) {
    var quantiser = Quantiser(
      .init(bits: 16, isDithered: isDithered, shaping: shaping, seed: 5), channelCount: 2,
      blockFrames: 512)
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 1_000)
    for i in 0..<1_000 {
      buffer.block[0][i] = i % 10 == 0 ? 1.5 : 1
      buffer.block[1][i] = i % 4 == 0 ? -1.1 : -1
    }
    quantiser.process(buffer.block, at: 0)
    #expect(quantiser.clippedSamples == 100 + 250)
  }

  @Test func ditherFollowsTheProgrammeFrame() {
    let input = TestSignal.noise(1_000)[0]
    let whole = quantise(input)
    #expect(quantise(Array(input[300...]), start: 300) == Array(whole[300...]))
    #expect(quantise(input, start: 1) != whole)
  }

  @Test func withoutDitherTheNearestCodeIsTaken() {
    let input = TestSignal.noise(1_000, peak: 1)[0]
    for (x, y) in zip(input, quantise(input, bits: 24, isDithered: false)) {
      #expect((x - y).magnitude <= 0x1p-24 || x > 1 - 0x1p-23)
    }
    let codes = input.map { ($0 * 32_768).rounded(.down) / 32_768 }
    #expect(quantise(codes, isDithered: false) == codes)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 1_000)
    for i in 0..<1_000 { buffer.block[0][i] = codes[i] }
    #expect(Quantiser.isOnGrid(buffer.block[0], bits: 16))
    buffer.block[0][999] = 0.1
    #expect(!Quantiser.isOnGrid(buffer.block[0], bits: 16))
  }

  /// Average power spectrum of `row` in `count`-point Hann windows, per bin.
  private func spectrum(_ row: [Double], count: Int) -> [Double] {
    let fft = RealFFT(count: count)
    let time = AudioBuffer(channelCount: 1, frameCapacity: count)
    let bins = AudioBuffer(channelCount: 2, frameCapacity: count / 2 + 1)
    var power = [Double](repeating: 0, count: count / 2 + 1)
    let frames = row.count / count
    for frame in 0..<frames {
      for i in 0..<count {
        let window = 0.5 - 0.5 * Maths.cos(turns: (Double(i) + 0.5) / Double(count))
        time.block[0][i] = row[frame * count + i] * window
      }
      fft.forward(time.block[0], real: bins.block[0], imaginary: bins.block[1])
      for k in power.indices {
        let (re, im) = (bins.block[0][k], bins.block[1][k])
        power[k] += (re * re + im * im) / Double(frames)
      }
    }
    return power
  }

  @Test(arguments: NoiseShaping.allCases)
  func shapedErrorHasTheSpectrumOfItsFilter(_ shaping: NoiseShaping) {
    let count = 1 << 10
    let input = TestSignal.noise(count * 400, peak: 0.1)[0]
    let errors = zip(quantise(input, shaping: shaping), input).map { ($0 - $1) * 32_768 }
    let power = spectrum(errors, count: count)
    // Bands of 16 bins: 400 windows leave 0.06 dB of scatter.
    for band in stride(from: 16, to: 496, by: 16) {
      let measured = power[band..<(band + 16)].reduce(0, +) / 16
      let expected =
        (band..<(band + 16)).map { bin -> Double in
          var (re, im) = (1.0, 0.0)
          for (k, c) in shaping.coefficients.enumerated() {
            let w = Maths.sineCosine(turns: Double(bin * (k + 1)) / Double(count))
            re -= c * w.cosine
            im += c * w.sine
          }
          return re * re + im * im
        }.reduce(0, +) / 16 * 0.25 * 0.375 * Double(count)
      #expect(powerToDecibels(measured / expected).magnitude < 1)
    }
  }

  @Test func aQuietSineHasNoHarmonics() {
    let count = 1 << 14
    let frames = 64
    let turns = 341.0 / Double(count)
    let amplitude = decibelsToGain(-90)
    // Coherent average of 64 periods of the window: noise falls, distortion would stay.
    let input = (0..<(count * frames)).map {
      amplitude * Maths.sin(turns: turns * Double($0 % count))
    }
    let output = quantise(input)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: count)
    let bins = AudioBuffer(channelCount: 2, frameCapacity: count / 2 + 1)
    for i in 0..<count {
      var sum = 0.0
      for frame in 0..<frames { sum += output[frame * count + i] }
      buffer.block[0][i] = sum / Double(frames)
    }
    RealFFT(count: count).forward(
      buffer.block[0], real: bins.block[0], imaginary: bins.block[1])
    func level(_ harmonic: Int) -> Double {
      let (re, im) = (bins.block[0][341 * harmonic], bins.block[1][341 * harmonic])
      return gainToDecibels((re * re + im * im).squareRoot() * 2 / Double(count))
    }
    #expect((level(1) + 90).magnitude < 0.5)
    for harmonic in 2...9 { #expect(level(harmonic) < -125) }
  }
}
