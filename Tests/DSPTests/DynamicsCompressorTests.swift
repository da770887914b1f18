import DSP
import Foundation
import Signal
import Testing

@Suite struct DynamicsCompressorTests {
  @Test func staticCurveBendsAsPublished() {
    let computer = GainComputer(threshold: -20, ratio: 4, knee: 10)
    #expect(computer.reduction(-60) == 0)
    #expect(computer.reduction(-25) == 0)
    #expect(abs(computer.reduction(-20) - 0.9375) < 1e-12)
    #expect(abs(computer.reduction(-15) - 3.75) < 1e-12)
    #expect(abs(computer.reduction(0) - 15) < 1e-12)
    for level in stride(from: -26.0, through: -14, by: 0.01) {
      // Slope between 0 and 3/4, never falling: no step anywhere.
      let rise = computer.reduction(level + 0.01) - computer.reduction(level)
      #expect(rise >= -1e-15 && rise <= 0.0075 + 1e-12)
    }
    #expect(GainComputer(threshold: -20, ratio: .infinity, knee: 0).reduction(-8) == 12)
    #expect(GainComputer(threshold: -20, ratio: 1, knee: 6).reduction(0) == 0)
  }

  @Test func smootherCovers63PercentInTheAttackTime() {
    var smoother = ReductionSmoother(attack: 0.01, release: .seconds(0.1), rate: 48000)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 480)
    buffer.block.fill(10)
    smoother.process(buffer.block[0])
    #expect(abs(buffer.block[0][479] - 10 * (1 - exp(-1))) < 1e-9)
  }

  @Test func releaseTakesItsTimePlusTheAttackOfTheDecoupledDetector() {
    var smoother = ReductionSmoother(attack: 0.01, release: .seconds(0.1), rate: 48000)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 96000)
    buffer.block.fill(0)
    buffer.block[0].slice(0..<48000).fill(10)
    smoother.process(buffer.block[0])
    let fallen = (48000..<96000).first { buffer.block[0][$0] <= 10 * exp(-1) }
    // 110.5 ms for 10 ms and 100 ms.
    #expect(abs(Double(fallen! - 48000) / 48 - 110.5) < 0.2)
  }

  @Test(arguments: [2.0, 4, 20])
  func sineStepsLandOnTheStaticCurve(ratio: Double) {
    var parameters = Compressor.Parameters(threshold: -30)
    parameters.ratio = ratio
    parameters.release = .seconds(2)
    parameters.attack = 0.001
    let computer = GainComputer(threshold: -30, ratio: ratio, knee: 6)
    for level in stride(from: -60.0, through: 0, by: 6) {
      var kernel = Compressor(parameters, format: mono48)
      let input = TestAudio.sine(1000, level, frames: 48000, phase: 0.1)
      let output = TestAudio.render(&kernel, [input])[0]
      let measured = TestAudio.decibels(
        TestAudio.rms(input[43200...]) / TestAudio.rms(output[43200...]))
      #expect(abs(measured - computer.reduction(level)) < 0.05, "\(level) dB")
    }
  }

  @Test func rmsDetectorReadsASineAsItsPeak() {
    var parameters = Compressor.Parameters(threshold: -30)
    parameters.ratio = 4
    parameters.detector = .rms(window: 0.05)
    var kernel = Compressor(parameters, format: mono48)
    let input = TestAudio.sine(1000, -6, frames: 96000)
    let output = TestAudio.render(&kernel, [input])[0]
    let measured = TestAudio.decibels(
      TestAudio.rms(input[91200...]) / TestAudio.rms(output[91200...]))
    #expect(abs(measured - 18) < 0.05)
  }

  @Test func ratioOneKeepsEveryBitAtAnyMix() {
    for mix in [100.0, 33] {
      var parameters = Compressor.Parameters(threshold: -60)
      parameters.ratio = 1
      parameters.mix = mix
      var kernel = Compressor(parameters, format: stereo48)
      let input = [TestAudio.noise(9000, seed: 1), TestAudio.noise(9000, seed: 2)]
      let output = TestAudio.render(&kernel, input)
      #expect(TestAudio.same(output[0], input[0]) && TestAudio.same(output[1], input[1]))
    }
  }

  @Test func equalChannelsStayEqual() {
    for link in [0.0, 40, 100] {
      var parameters = Compressor.Parameters(threshold: -30)
      parameters.link = link
      var kernel = Compressor(parameters, format: stereo48)
      let input = TestAudio.noise(20000, seed: 3)
      let output = TestAudio.render(&kernel, [input, input])
      #expect(TestAudio.same(output[0], output[1]))
    }
  }

  @Test func halfLinkIsTheMeanOfTheGainsInDecibels() {
    let input = [
      TestAudio.noise(20000, seed: 4), TestAudio.noise(20000, seed: 5).map { $0 * 0.1 },
    ]
    func gains(_ link: Double) -> [Double] {
      var parameters = Compressor.Parameters(threshold: -40)
      parameters.link = link
      var kernel = Compressor(parameters, format: stereo48)
      let output = TestAudio.render(&kernel, input)
      return (1000..<20000).map { TestAudio.decibels(output[1][$0] / input[1][$0]) }
    }
    let (none, half, full) = (gains(0), gains(50), gains(100))
    for i in none.indices { #expect(abs(half[i] - (none[i] + full[i]) / 2) < 1e-9) }
  }

  @Test func distortionOfAToneAtSixDecibelsIsLow() {
    var parameters = Compressor.Parameters(threshold: -20)
    parameters.ratio = 100
    parameters.knee = 0
    var kernel = Compressor(parameters, format: mono48)
    let output = TestAudio.render(&kernel, [TestAudio.sine(1000, -14, frames: 96000)])[0]
    let steady = output[48000...]
    let fundamental = TestAudio.component(steady, 1000)
    var power = 0.0
    for harmonic in 2...9 {
      let value = TestAudio.component(steady, 1000 * Double(harmonic))
      power += value * value
    }
    #expect(TestAudio.decibels(power.squareRoot() / fundamental) < -60)
  }

  @Test func lookAheadDelaysTheDrySignalToo() {
    var parameters = Compressor.Parameters(threshold: 0)
    parameters.lookAhead = 0.005
    parameters.mix = 50
    var kernel = Compressor(parameters, format: mono48)
    #expect(kernel.latency == 240)
    let input = TestAudio.noise(5000, seed: 6).map { $0 * 0.1 }
    let output = TestAudio.render(&kernel, [input])[0]
    #expect(TestAudio.same(output[240...], input[..<4760]))
  }

  @Test func keyAloneDecidesAndItsHighPassTakesTheBassAway() {
    var parameters = Compressor.Parameters(threshold: -30)
    parameters.ratio = 4
    let input = TestAudio.sine(1000, -20, frames: 24000)
    let bass = TestAudio.sine(50, 0, frames: 24000)
    var kernel = Compressor(parameters, format: mono48)
    let pumped = TestAudio.render(&kernel, [input], key: [bass])[0]
    #expect(TestAudio.rms(pumped[20000...]) < 0.3 * TestAudio.rms(input[20000...]))
    parameters.keyFilter = KeyFilter.Parameters(frequency: 1000, slope: 24)
    kernel = Compressor(parameters, format: mono48)
    let still = TestAudio.render(&kernel, [input], key: [bass])[0]
    #expect(TestAudio.same(still[2000...], input[2000...]))
  }

  @Test func rangeBoundsTheReduction() {
    var parameters = Compressor.Parameters(threshold: -60)
    parameters.ratio = 20
    parameters.range = 6
    var kernel = Compressor(parameters, format: mono48)
    let input = TestAudio.sine(1000, 0, frames: 24000)
    let output = TestAudio.render(&kernel, [input])[0]
    let measured = TestAudio.decibels(
      TestAudio.rms(output[12000...]) / TestAudio.rms(input[12000...]))
    #expect(abs(measured + 6) < 1e-6)
  }

  @Test func constantCurvesSoundLikeTheParameters() {
    var parameters = Compressor.Parameters(threshold: -30)
    parameters.ratio = 3
    parameters.makeup = .decibels(2)
    parameters.mix = 70
    let input = TestAudio.noise(20000, seed: 7)
    var kernel = Compressor(parameters, format: mono48)
    let plain = TestAudio.render(&kernel, [input])[0]
    parameters = Compressor.Parameters(threshold: -10)
    kernel = Compressor(parameters, format: mono48)
    let curves = [-30.0, 3, 2, 70].map { Array(repeating: $0, count: 20000) }
    let moved = TestAudio.render(&kernel, [input], curves: curves)[0]
    for i in plain.indices { #expect(abs(plain[i] - moved[i]) < 1e-7) }
  }

  @Test func automaticReleaseLetsGoFasterAfterAPeakThanAfterAPassage() {
    func recovery(loud: Int) -> Int {
      var parameters = Compressor.Parameters(threshold: -30)
      parameters.ratio = 4
      parameters.release = .automatic
      var kernel = Compressor(parameters, format: mono48)
      let input =
        TestAudio.sine(1000, 0, frames: loud) + TestAudio.sine(1000, -40, frames: 192000)
      let output = TestAudio.render(&kernel, [input])[0]
      let gains = (loud..<input.count).filter { abs(input[$0]) > 1e-3 }
      return gains.first { output[$0] / input[$0] > 0.7 }! - loud
    }
    #expect(recovery(loud: 960) * 2 < recovery(loud: 96000))
  }

  @Test func aReleaseArrivesAndThenKeepsEveryBit() {
    var kernel = Compressor(Compressor.Parameters(threshold: -30), format: mono48)
    let input =
      TestAudio.sine(1000, 0, frames: 24000) + TestAudio.sine(1000, -50, frames: 168_000)
    let output = TestAudio.render(&kernel, [input])[0]
    // 24 time constants of 110 ms from 15 dB to 1e-9 dB.
    #expect(!TestAudio.same(output[96000..<100_000], input[96000..<100_000]))
    #expect(TestAudio.same(output[160_000...], input[160_000...]))
  }
}
