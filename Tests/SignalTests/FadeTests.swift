import Signal
import Testing

@Suite struct FadeTests {
  @Test(arguments: FadeCurve.allCases)
  func aFadeOutMirrorsItsFadeIn(_ curve: FadeCurve) {
    for length in [Int64(1), 2, 7, 480] {
      for i in 0..<length {
        #expect(curve.fadeOut(i, of: length) == curve.fadeIn(length - 1 - i, of: length))
      }
      #expect(curve.fadeIn(-1, of: length) == 0 && curve.fadeIn(length, of: length) == 1)
      #expect(curve.fadeOut(-1, of: length) == 1 && curve.fadeOut(length, of: length) == 0)
    }
  }

  @Test(arguments: FadeCurve.allCases)
  func aFadeRisesFromZeroToOne(_ curve: FadeCurve) {
    #expect(curve.gain(0) == 0)
    #expect((curve.gain(1) - 1).magnitude < 2e-16)
    var last = 0.0
    for i in Int64(0)..<1000 {
      let gain = curve.fadeIn(i, of: 1000)
      #expect(gain > last && gain < 1)
      last = gain
    }
  }

  // Identities hold to a few units in the last place.
  @Test(arguments: [FadeCurve.linear, .sCurve, .sCurve5])
  func gainsOfEqualGainCurvesAddToOne(_ curve: FadeCurve) {
    for i in Int64(0)..<480 {
      let sum = curve.fadeIn(i, of: 480) + curve.fadeOut(i, of: 480)
      #expect((sum - 1).magnitude < 4e-15)
    }
  }

  @Test(arguments: [FadeCurve.equalPower, .sqrtPower, .sPower])
  func powersOfEqualPowerCurvesAddToOne(_ curve: FadeCurve) {
    for i in Int64(0)..<480 {
      let (a, b) = (curve.fadeIn(i, of: 480), curve.fadeOut(i, of: 480))
      #expect((a * a + b * b - 1).magnitude < 4e-15)
    }
  }

  @Test(arguments: [0.0, 0.3, 0.5, 1.0])
  func theAutomaticCrossfadeKeepsTheLevelAtItsCorrelation(_ rho: Double) {
    for i in Int64(0)..<480 {
      let a = FadeCurve.auto.fadeIn(i, of: 480, correlation: rho)
      let b = FadeCurve.auto.fadeOut(i, of: 480, correlation: rho)
      #expect((a * a + b * b + 2 * rho * a * b - 1).magnitude < 4e-15)
    }
  }

  @Test func curvesHaveTheirPublishedValues() {
    #expect((FadeCurve.equalPower.gain(0.5) - 0.7071067811865476).magnitude < 1e-15)
    #expect((FadeCurve.exponential.gain(0.5) - 0.030653430031715508).magnitude < 1e-15)
    #expect((FadeCurve.log.gain(0.5) - 0.9693465699682845).magnitude < 1e-15)
  }

  @Test func appliedFadesEqualTheirGainsHoweverTheyAreCut() {
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 100)
    for (start, count) in [(Int64(-10), 100), (20, 30), (-90, 100)] {
      let samples = buffer.block(count)[0]
      samples.fill(1)
      FadeCurve.sCurve.applyFadeIn(to: samples, from: start, of: 60)
      for i in 0..<count {
        #expect(samples[i] == FadeCurve.sCurve.fadeIn(start + Int64(i), of: 60))
      }
      samples.fill(1)
      FadeCurve.exponential.applyFadeOut(to: samples, from: start, of: 60)
      for i in 0..<count {
        #expect(samples[i] == FadeCurve.exponential.fadeOut(start + Int64(i), of: 60))
      }
    }
  }

  @Test func correlationIsOneForEqualAndMinusOneForInverted() {
    let buffer = AudioBuffer(channelCount: 3, frameCapacity: 20000)
    Noise(seed: 5, channel: 0, purpose: .test).fillTriangular(buffer.block[0], from: 0)
    Noise(seed: 5, channel: 1, purpose: .test).fillTriangular(buffer.block[2], from: 0)
    for i in 0..<20000 { buffer.block[1][i] = -0.5 * buffer.block[0][i] }
    func rho(_ a: Int, _ b: Int) -> Correlation {
      var correlation = Correlation()
      correlation.add(buffer.block[a], buffer.block[b])
      return correlation
    }
    #expect((rho(0, 0).value - 1).magnitude < 1e-12)
    #expect((rho(0, 1).value + 1).magnitude < 1e-12 && rho(0, 1).suggestsInvertedPolarity)
    #expect(rho(0, 2).value.magnitude < 0.03)
    #expect(Correlation().value == 0)
  }

  @Test(arguments: [FadeCurve.equalPower, .sqrtPower, .sPower, .auto])
  func independentNoisesKeepTheirLevelThroughACrossfade(_ curve: FadeCurve) {
    let window = 240
    let windows = 8
    let length = Int64(window * (windows - 2))
    var power = [Double](repeating: 0, count: windows)
    for run in 0..<100 {
      let a = Noise(seed: UInt64(run), channel: 0, purpose: .test)
      let b = Noise(seed: UInt64(run), channel: 1, purpose: .test)
      for i in 0..<(window * windows) {
        let index = Int64(i - window)
        let sum =
          a.triangular(at: Int64(i)) * curve.fadeOut(index, of: length)
          + b.triangular(at: Int64(i)) * curve.fadeIn(index, of: length)
        power[i / window] += sum * sum
      }
    }
    // 24,000 samples a window leave 0.05 dB of scatter around the noise's variance, 1/6.
    for value in power {
      #expect(powerToDecibels(value / Double(100 * window) * 6).magnitude < 0.25)
    }
  }
}
