import DSP
import Signal
import TestSupport
import Testing

@Suite struct LevelsTests {
  private func output<K: Kernel>(
    _ type: K.Type, _ parameters: K.Parameters, _ input: Rows, curves: [AutomationCurve?] = []
  ) -> Rows {
    KernelRun(
      KernelCase("", type, parameters, curves: curves), rate: 48_000, channelCount: input.count
    ).feed(input)
  }

  @Test func gainsMultiplyAndNothingMore() {
    let input = TestSignal.noise(1_000, channels: 2)
    #expect(output(Gain.self, Gain.Parameters(), input).bits == input.bits)
    let twice = output(Gain.self, Gain.Parameters(isPolarityInverted: true), input)
    #expect(twice == input.map { $0.map { -$0 } })
    #expect(output(Gain.self, Gain.Parameters(gain: -.infinity), input).peak() == 0)
    let quiet = output(Gain.self, Gain.Parameters(gain: -20), input)
    for i in 0..<1_000 { #expect((quiet[0][i] - 0.1 * input[0][i]).magnitude < 1e-16) }
  }

  @Test func aRideMovesStraightInDecibels() {
    let ride = AutomationCurve(
      points: [
        CurvePoint(frame: 100, value: 0, arrival: .step),
        CurvePoint(frame: 1_100, value: -20, arrival: .line),
      ], before: 0, domain: .decibels)
    let ones = Rows(repeating: [Double](repeating: 1, count: 1_200), count: 1)
    let out = output(Gain.self, Gain.Parameters(), ones, curves: [ride])[0]
    #expect(out[50] == 1 && (out[1_100] - 0.1).magnitude < 1e-15)
    #expect((gainToDecibels(out[600]) + 10).magnitude < 1e-10)
  }

  @Test func widthScalesTheDifference() {
    let input = TestSignal.noise(500, channels: 2)
    #expect(output(StereoWidth.self, StereoWidth.Parameters(), input).bits == input.bits)
    let mono = output(StereoWidth.self, StereoWidth.Parameters(width: 0), input)
    #expect(mono[0] == mono[1])
    let wide = output(StereoWidth.self, StereoWidth.Parameters(width: 150), input)
    for i in 0..<500 {
      let expected = 1.5 * (input[0][i] - input[1][i])
      #expect((wide[0][i] - wide[1][i] - expected).magnitude < 1e-15)
      #expect((wide[0][i] + wide[1][i] - input[0][i] - input[1][i]).magnitude < 1e-15)
    }
  }

  @Test(arguments: PanGains.Law.allCases)
  func pansEndExactlyAtTheirSides(_ law: PanGains.Law) {
    #expect(PanGains.gains(pan: -1, law: law) == (1, 0))
    #expect(PanGains.gains(pan: 1, law: law) == (0, 1))
    #expect(PanGains.gains(pan: -7, law: law) == (1, 0))
    let centre = PanGains.gains(pan: 0, law: law)
    let loss =
      [
        PanGains.Law.minus3: -3.0103, .minus4point5: -4.5154, .minus6: -6.0206, .balance: 0,
      ][law] ?? .nan
    #expect((gainToDecibels(centre.left) - loss).magnitude < 1e-4)
    #expect((centre.left - centre.right).magnitude < 1e-15)
  }

  @Test func pansKeepPowerOrAmplitude() {
    for step in 0...100 {
      let pan = Double(step) / 50 - 1
      let power = PanGains.gains(pan: pan, law: .minus3)
      #expect((power.left * power.left + power.right * power.right - 1).magnitude < 1e-15)
      let amplitude = PanGains.gains(pan: pan, law: .minus6)
      #expect((amplitude.left + amplitude.right - 1).magnitude < 1e-15)
    }
  }
}
