import DSP
import Foundation
import Signal
import Testing

@Suite struct DynamicsGateTests {
  /// Frames in which a gate's output comes to life after silence.
  private func openings(_ output: [Double], _ input: [Double]) -> Int {
    var (count, wasOpen) = (0, false)
    for i in output.indices where abs(input[i]) > 1e-4 {
      let isOpen = output[i] == input[i]
      if isOpen && !wasOpen { count += 1 }
      wasOpen = isOpen
    }
    return count
  }

  @Test func levelThatSwaysAroundTheThresholdOpensOnce() {
    var parameters = Gate.Parameters(threshold: -30)
    parameters.hysteresis = 4
    parameters.hold = 0.01
    var kernel = Gate(parameters, format: mono48)
    let tone = TestAudio.sine(1000, 0, frames: 96000)
    let input = tone.indices.map { n in
      let level = -30 + sin(2 * .pi * 4 * Double(n) / 48000)
      return tone[n] * pow(10, level / 20)
    }
    #expect(openings(TestAudio.render(&kernel, [input])[0], input) == 1)
  }

  @Test func lookAheadLetsTheWholeTransientThrough() {
    var parameters = Gate.Parameters(threshold: -30)
    parameters.lookAhead = 0.001
    var kernel = Gate(parameters, format: mono48)
    let input =
      Array(repeating: 1e-5, count: 1000) + TestAudio.sine(1000, -6, frames: 1000, phase: 1)
    let output = TestAudio.render(&kernel, [input])[0]
    #expect(kernel.latency == 48)
    #expect(abs(TestAudio.decibels(output[1048] / input[1000])) < 0.1)
  }

  @Test func closedItTakesTheRangeAway() {
    for range in [12.0, 80] {
      var parameters = Gate.Parameters(threshold: -30)
      parameters.range = range
      var kernel = Gate(parameters, format: mono48)
      let input = TestAudio.sine(440, -40, frames: 24000)
      let output = TestAudio.render(&kernel, [input])[0]
      let measured = TestAudio.decibels(TestAudio.rms(input) / TestAudio.rms(output))
      #expect(abs(measured - range) < 0.1)
    }
  }

  @Test func attackHoldAndReleaseTakeTheirTimes() {
    var parameters = Gate.Parameters(threshold: -20)
    parameters.attack = 0.01
    parameters.hold = 0.1
    parameters.release = 0.2
    parameters.range = 60
    var kernel = Gate(parameters, format: mono48)
    let input = Array(repeating: 0.5, count: 4800) + Array(repeating: 0.001, count: 43200)
    let output = TestAudio.render(&kernel, [input])[0]
    let gains = output.indices.map { output[$0] / input[$0] }
    #expect(gains[478] < 1 && gains[479] == 1)
    #expect(abs(gains[239] - 0.5) < 0.01)
    #expect(gains[4800 + 4799] == 1 && gains[4800 + 4800] < 1)
    #expect(abs(TestAudio.decibels(gains[9600 + 4800]) + 30) < 0.01)
    #expect(abs(TestAudio.decibels(gains[9600 + 9600]) + 60) < 0.01)
  }

  @Test func keyOpensTheGate() {
    var kernel = Gate(Gate.Parameters(threshold: -20), format: stereo48)
    let quiet = TestAudio.noise(9600, seed: 1).map { $0 * 0.001 }
    let output = TestAudio.render(
      &kernel, [quiet, quiet], key: [Array(repeating: 0.5, count: 9600)])
    #expect(TestAudio.same(output[1][100...], quiet[100...]))
  }

  @Test(arguments: [(2.0, -50.0, 10.0), (3, -45, 10), (4, -60, 40), (.infinity, -41, 40)])
  func expanderFollowsItsCurve(ratio: Double, level: Double, expected: Double) {
    var parameters = Expander.Parameters(threshold: -40)
    parameters.ratio = ratio
    var kernel = Expander(parameters, format: mono48)
    let input = TestAudio.sine(1000, level, frames: 96000)
    let output = TestAudio.render(&kernel, [input])[0]
    let measured = TestAudio.decibels(
      TestAudio.rms(input[91200...]) / TestAudio.rms(output[91200...]))
    #expect(abs(measured - expected) < 0.05)
  }

  @Test func expanderKeepsTheBitsOfWhatIsLoud() {
    var kernel = Expander(Expander.Parameters(threshold: -40), format: mono48)
    let input = TestAudio.sine(200, -10, frames: 48000)
    #expect(TestAudio.same(TestAudio.render(&kernel, [input])[0][24000...], input[24000...]))
  }

  @Test func duckGoesDownByItsAmountAndComesBack() {
    var parameters = Duck.Parameters()
    parameters.amount = 12
    parameters.attack = 0.1
    parameters.hold = 0.2
    parameters.release = 0.5
    var kernel = Duck(parameters, format: stereo48)
    let music = TestAudio.noise(144000, seed: 2)
    let speech =
      Array(repeating: 0, count: 9600) + TestAudio.sine(300, -20, frames: 38400)
      + Array(repeating: 0, count: 96000)
    let output = TestAudio.render(&kernel, [music, music], key: [speech])
    let gains = music.indices.map { TestAudio.decibels(output[0][$0] / music[$0]) }
    #expect(TestAudio.same(output[0], output[1]))
    #expect(TestAudio.same(output[0][..<9600], music[..<9600]))
    #expect(abs(gains[9600 + 2400] + 6) < 0.5)
    #expect(abs(gains[30000] + 12) < 1e-9)
    // The 10 ms mean of −20 dBFS falls 20 dB in 46 ms; then hold, then release.
    #expect(abs(gains[48000 + 2200 + 9000] + 12) < 1e-9)
    #expect(abs(gains[48000 + 2200 + 9600 + 12000] + 6) < 0.5)
    #expect(TestAudio.same(output[0][96000...], music[96000...]))
  }

  /// What is heard early does not end early: the hold counts from where the key ends in the signal.
  @Test(arguments: [0, 0.2, 1])
  func duckStaysDownForItsHoldWhateverTheLookAhead(_ lookAhead: Double) {
    var parameters = Duck.Parameters()
    parameters.lookAhead = lookAhead
    parameters.hold = 0.2
    parameters.release = 0.1
    var kernel = Duck(parameters, format: mono48)
    let music = [Double](repeating: 0.5, count: 240_000)
    let speech =
      Array(repeating: 0, count: 48_000) + TestAudio.sine(300, -20, frames: 96_000)
      + Array(repeating: 0, count: 96_000)
    let late = Int(lookAhead * 48_000)
    let output = TestAudio.render(&kernel, [music], key: [speech])[0].dropFirst(late)
    let gains = output.map { TestAudio.decibels($0 / 0.5) }
    for frame in [96_000, 143_999, 144_000 + 2_200 + 9_500] {
      guard frame < gains.count else { continue }
      #expect(abs(gains[frame] + 12) < 1e-9, "\(frame)")
    }
    if 144_000 + 20_000 < gains.count { #expect(abs(gains[144_000 + 20_000]) < 1e-9) }
  }

  @Test func gatesStayOpenForTheirHoldWhateverTheLookAhead() {
    var gate = Gate.Parameters(threshold: -20)
    gate.lookAhead = 0.05
    gate.hold = 0.01
    gate.release = 0.01
    var expander = Expander.Parameters(threshold: -20)
    expander.lookAhead = 0.05
    expander.hold = 0.01
    expander.release = 0.001
    let input = Array(repeating: 0.5, count: 9_600) + Array(repeating: 0.001, count: 9_600)
    var (a, b) = (Gate(gate, format: mono48), Expander(expander, format: mono48))
    for output in [TestAudio.render(&a, [input])[0], TestAudio.render(&b, [input])[0]] {
      #expect(output[2_400 + 4_800] > 0.499)
      #expect(output[2_400 + 9_599] == output[2_400 + 4_800])
      // Open for 10 ms more, and soon closed.
      #expect(output[2_400 + 9_600 + 470] > 0.000_99)
      #expect(output[2_400 + 9_600 + 2_400] < 0.000_9)
    }
  }

  @Test func deEsserLowersAHissByItsRangeAndLeavesSpeechAlone() {
    // Speech-like: noise falling by 12 dB/oct from 500 Hz.
    var (a, b) = (0.0, 0.0)
    let noise = TestAudio.noise(96000, seed: 3)
    let speech = noise.indices.map { n -> Double in
      a += 0.063 * (noise[n] * min(1, Double(n) / 4800) - a)
      b += 0.063 * (a - b)
      return b
    }
    var parameters = DeEsser.Parameters(threshold: -12)
    var kernel = DeEsser(parameters, format: mono48)
    let untouched = TestAudio.render(&kernel, [speech])[0]
    // The onset itself is a click, and its reduction takes 1.4 s to fall below 1e-9 dB.
    #expect(TestAudio.same(untouched[72000...], speech[72000...]))
    let burst = TestAudio.sine(7000, -6, frames: 96000)
    let input = speech.indices.map { speech[$0] + ($0 >= 48000 ? burst[$0] : 0) }
    parameters.range = 6
    kernel = DeEsser(parameters, format: mono48)
    let output = TestAudio.render(&kernel, [input])[0]
    let before = TestAudio.component(input[72000...], 7000)
    let after = TestAudio.component(output[72000...], 7000)
    #expect(abs(TestAudio.decibels(after / before) + 6) < 0.5)
  }
}
