import DSP
import Signal
import TestSupport
import Testing

/// The magnitude in dB of what a kernel makes of an impulse, at the bins of a 2^16 transform.
private func response<K: Kernel>(
  _ type: K.Type, _ parameters: K.Parameters, rate: Int
) -> (Int) -> Double {
  let count = 1 << 16
  let buffer = AudioBuffer(channelCount: 1, frameCapacity: count)
  let bins = AudioBuffer(channelCount: 2, frameCapacity: count / 2 + 1)
  buffer.block[0][0] = 1
  var kernel = K(parameters, format: StreamFormat(rate: rate, channelCount: 1))
  kernel.run(buffer.block, at: 0, Context())
  RealFFT(count: count).forward(buffer.block[0], real: bins.block[0], imaginary: bins.block[1])
  return { bin in
    let (re, im) = (bins.block[0][bin], bins.block[1][bin])
    return powerToDecibels(re * re + im * im)
  }
}

@Suite struct FiltersResponseTests {
  static let specs = [
    FilterSpec(.bell, frequency: 3_000, gain: 6, q: 1.4),
    FilterSpec(.bell, frequency: 120, gain: -9, q: 3),
    FilterSpec(.bell, frequency: 16_000, gain: 12, q: 0.7),
    FilterSpec(.lowShelf, frequency: 200, gain: -4),
    FilterSpec(.highShelf, frequency: 9_000, gain: 5),
    FilterSpec(.highShelf, frequency: 9_000, gain: 5, q: 1.2),
    FilterSpec(.tilt, frequency: 800, gain: 3), FilterSpec(.bandPass, frequency: 1_500, q: 2),
    FilterSpec(.notch, frequency: 1_000, q: 3), FilterSpec(.highPass, frequency: 80, slope: 24),
    FilterSpec(.lowPass, frequency: 9_000, slope: 18),
    FilterSpec(.bell, frequency: 3_000, gain: 6, q: 1.4, design: .cookbook),
    FilterSpec(.lowPass, frequency: 2_000, slope: 48, design: .cookbook),
  ]

  @Test(arguments: specs)
  func filtersHaveTheMagnitudeTheyWereDesignedFor(_ spec: FilterSpec) {
    for rate in [44_100, 48_000] {
      let cascade = response(
        BiquadCascade.self,
        BiquadCascade.Parameters(sections: spec.sections(rate: Double(rate))), rate: rate)
      let moving = response(AutomatedFilter.self, AutomatedFilter.Parameters(spec), rate: rate)
      for bin in stride(from: 28, to: 29_000, by: 211) {
        let hertz = Double(bin) * Double(rate) / 65_536
        let expected = spec.decibels(at: hertz, rate: Double(rate))
        guard expected > -100 else { continue }
        #expect((cascade(bin) - expected).magnitude < 0.01)
        #expect((moving(bin) - expected).magnitude < 0.01)
      }
    }
  }

  @Test(arguments: specs)
  func aFilterAtRestEqualsTheCascadeOfItsDesign(_ spec: FilterSpec) {
    let input = TestSignal.noise(20_000)
    let cascade = KernelRun(
      KernelCase(
        "", BiquadCascade.self, BiquadCascade.Parameters(sections: spec.sections(rate: 48_000))),
      rate: 48_000, channelCount: 1
    ).feed(input)
    let moving = KernelRun(
      KernelCase("", AutomatedFilter.self, AutomatedFilter.Parameters(spec)), rate: 48_000,
      channelCount: 1
    ).feed(input)
    // The two structures round differently; the longest ringing here lasts 1000 frames.
    let difference = zip(cascade[0], moving[0]).map { ($0 - $1).magnitude }.max() ?? 1
    #expect(difference < 1e-11)
  }

  @Test func fusedFiltersHaveTheBitsOfFiltersInSequence() {
    let groups = [1, 2, 3, 1].map { count in
      (0..<count).flatMap { index in
        FilterSpec(.bell, frequency: 100 * Double(3 + 7 * index + count), gain: 3, q: 2)
          .sections(rate: 48_000)
      }
    }
    // A long memory among short ones: rounded at other frames than they are.
    let slow = FilterSpec(.bell, frequency: 10, gain: 10, q: 30).sections(rate: 48_000)
    let all = groups + [slow]
    for channels in [1, 2] {
      let input = TestSignal.noise(9_000, channels: channels)
      func run(_ sections: [BiquadCoefficients], _ input: Rows) -> Rows {
        KernelRun(
          KernelCase("", BiquadCascade.self, BiquadCascade.Parameters(sections: sections)),
          rate: 48_000, channelCount: channels, start: (1 << 18) - 4_000
        ).feed(input, blocks: [700])
      }
      let sequence = all.reduce(input) { run($1, $0) }
      #expect(run(all.flatMap { $0 }, input).bits == sequence.bits)
    }
  }

  @Test func aSweepDoesNotClick() {
    let sweep = AutomationCurve(
      points: [
        CurvePoint(frame: 4_800, value: 100, arrival: .step),
        CurvePoint(frame: 7_200, value: 10_000, arrival: .line),
      ], before: 100, domain: .logarithmic)
    let spec = FilterSpec(.bell, frequency: 100, gain: 12, q: 1)
    let output = KernelRun(
      KernelCase(
        "", AutomatedFilter.self, AutomatedFilter.Parameters(spec, frequency: sweep),
        curves: [sweep]),
      rate: 48_000, channelCount: 1
    ).feed(TestSignal.sine(12_000, frequency: 300, rate: 48_000, peak: 0.25))[0]
    // At +12 dB the sine steps by at most 0.25·4·2π·300/48000 = 0.0393 a sample; 1 % of the
    // full envelope on top.
    for i in 1..<output.count {
      #expect((output[i] - output[i - 1]).magnitude < 0.0393 + 0.01)
    }
  }

  @Test func filtersFallToExactZeroInSilence() {
    let specs = FiltersResponseTests.specs
    for spec in specs {
      let run = KernelRun(
        KernelCase("", AutomatedFilter.self, AutomatedFilter.Parameters(spec)), rate: 48_000,
        channelCount: 1)
      _ = run.feed(TestSignal.noise(4_800))
      let tail = run.feed(TestSignal.silence(1_200_000), blocks: [4_096])
      #expect(tail.peak(from: 1_100_000) == 0)
    }
  }

  @Test func directCurrentIsRemoved() {
    var input = TestSignal.sine(480_000, frequency: 500, rate: 48_000, peak: 0.25)
    for i in input[0].indices { input[0][i] += 0.25 }
    let output = KernelRun(
      KernelCase("", DCBlocker.self, DCBlocker.Parameters()), rate: 48_000, channelCount: 1
    ).feed(input)[0]
    let mean = output[384_000..<480_000].reduce(0, +) / 96_000
    #expect(mean.magnitude < 1e-7)
  }

  @Test(arguments: [44_100, 48_000, 192_000])
  func theBlockerIsThreeDecibelsDownAtItsFrequency(_ rate: Int) {
    for frequency in [1.0, 5, 20] {
      // From the recursion itself: |H|² = s²·(2 − 2·cos ω)/(1 − 2r·cos ω + r²).
      let turns = frequency / Double(rate)
      let r = Maths.exp(-Maths.tau * turns)
      let half = Maths.sin(turns: 0.5 * turns)
      let versine = 2 * half * half
      let scale = 0.5 * (1 + r)
      let power = scale * scale * 2 * versine / ((1 - r) * (1 - r) + 2 * r * versine)
      #expect((powerToDecibels(power) + 3.0103).magnitude < 0.02)
    }
  }

  @Test func lowNotesBecomeMonoAndHighOnesKeepTheirWidth() {
    let count = 48_000
    func side(_ frequency: Double) -> Double {
      var input = TestSignal.sine(count, channels: 2, frequency: frequency, rate: 48_000, peak: 0.5)
      for i in 0..<count { input[1][i] = -input[1][i] }
      let output = KernelRun(
        KernelCase("", MonoBelow.self, MonoBelow.Parameters(frequency: 150)), rate: 48_000,
        channelCount: 2
      ).feed(input)
      // Half a second holds whole periods of all three notes.
      let power = (24_000..<count).reduce(0.0) {
        let side = 0.5 * (output[0][$1] - output[1][$1])
        return $0 + side * side
      }
      return powerToDecibels(power / 24_000 / 0.125)
    }
    #expect((side(150) + 6.02).magnitude < 0.05)
    #expect(side(38) < -47)
    #expect(side(3_000).magnitude < 0.01)
  }
}
