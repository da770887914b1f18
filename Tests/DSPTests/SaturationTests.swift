import DSP
import Foundation
import Signal
import Testing

@Suite struct SaturationTests {
  private func saturate(
    _ input: [Double], drive: Double, mix: Double = 100, rate: Int = 44100
  ) -> [Double] {
    var parameters = Saturation.Parameters()
    parameters.drive = drive
    parameters.mix = mix
    var kernel = Saturation(parameters, format: StreamFormat(rate: rate, channelCount: 1))
    return TestAudio.render(&kernel, [input])[0]
  }

  @Test func quietSignalsKeepTheirLevel() {
    for drive in [0.0, 12, 36] {
      let input = TestAudio.sine(1000, -60 - drive, frames: 8820, rate: 44100)
      let output = saturate(input, drive: drive)
      let change = TestAudio.decibels(
        TestAudio.rms(output[4410...]) / TestAudio.rms(input[4410...]))
      #expect(abs(change) < 0.01)
    }
  }

  @Test func aLoudSineBendsAsTheCurveSays() {
    // The fundamental of x/√(1 + x²) for a sine of amplitude 4, by numerical integration.
    var expected = 0.0
    for i in 0..<4096 {
      let s = sin(2 * .pi * (Double(i) + 0.5) / 4096)
      expected += 2.0 / 4096 * s * 4 * s / sqrt(1 + 16 * s * s)
    }
    let drive = TestAudio.decibels(4)
    let output = saturate(TestAudio.sine(441, 0, frames: 44100, rate: 44100), drive: drive)
    let fundamental = TestAudio.component(output[22050...], 441, rate: 44100) * 4
    #expect(abs(TestAudio.decibels(fundamental / expected)) < 0.001)
  }

  @Test(arguments: [(1240.0, -120.0), (5010, -118), (10010, -118)])
  func aliasesLieDeepBelow(frequency: Double, limit: Double) {
    let frames = 44100
    let output = saturate(
      TestAudio.sine(frequency, 0, frames: frames, rate: 44100), drive: 12)
    let steady = output[(frames - 4410)...]
    let fundamental = TestAudio.component(steady, frequency, rate: 44100)
    // Whole periods of 10 Hz: every product falls on a multiple of 10 Hz.
    var worst = 0.0
    for bin in stride(from: 10.0, to: 20000, by: 10) {
      let multiple = bin / frequency
      if multiple == multiple.rounded() { continue }
      worst = max(worst, TestAudio.component(steady, bin, rate: 44100))
    }
    #expect(TestAudio.decibels(worst / fundamental) < limit)
  }

  @Test func symmetryIsExact() {
    let input = TestAudio.noise(5000, seed: 1)
    let output = saturate(input, drive: 18)
    let turned = saturate(input.map { -$0 }, drive: 18)
    #expect(zip(output, turned).allSatisfy { $0 == -$1 })
  }

  @Test func dryAndWetAreAligned() {
    // Half of each, at a level where the curve is straight: nothing is lost up to high
    // frequencies.
    for frequency in [1000.0, 10000, 18000] {
      let input = TestAudio.sine(frequency, -80, frames: 8820, rate: 44100)
      let output = saturate(input, drive: 0, mix: 50)
      let change = TestAudio.decibels(
        TestAudio.rms(output[4410...]) / TestAudio.rms(input[4410...]))
      #expect(abs(change) < 0.1)
    }
  }

  @Test func passBandIsFlat() {
    for frequency in [100.0, 5000, 15000, 20000] {
      let input = TestAudio.sine(frequency, -90, frames: 8820, rate: 44100)
      let output = saturate(input, drive: 0)
      let change = TestAudio.decibels(
        TestAudio.rms(output[4410...]) / TestAudio.rms(input[4410...]))
      // cos(π f / 8 fs) of the antiderivative: −0.14 dB at 20 kHz.
      let expected = TestAudio.decibels(cos(.pi * frequency / (8 * 44100)))
      #expect(abs(change - expected) < 0.001, "\(frequency) Hz: \(change)")
    }
  }
}
