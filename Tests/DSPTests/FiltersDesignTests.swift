import DSP
import Signal
import Testing

/// Magnitudes of the analogue filters that the digital ones stand for, in dB.
private enum Prototype {
  static func decibels(_ spec: FilterSpec, at hertz: Double) -> Double {
    let v = hertz / spec.frequency
    let v2 = v * v
    func second(_ b1: Double, _ a1: Double) -> Double {
      let square = (1 - v2) * (1 - v2)
      return powerToDecibels((square + b1 * b1 * v2) / (square + a1 * a1 * v2))
    }
    let g = decibelsToGain(spec.gain)
    switch spec.kind {
    case .bell:
      let a = g.squareRoot()
      return second(a / spec.q, 1 / (a * spec.q))
    case .highShelf: return powerToDecibels((1 + g * v2 * v2) / (1 + v2 * v2 / g))
    case .lowShelf:
      return spec.gain + powerToDecibels((1 + v2 * v2 / g) / (1 + g * v2 * v2))
    case .tilt: return powerToDecibels((g * g * v2 + 1) / (v2 + g * g))
    case .highPass:
      let n = Double(spec.slope / 6)
      return -powerToDecibels(1 + Maths.pow(v, -2 * n))
    case .lowPass:
      let n = Double(spec.slope / 6)
      return -powerToDecibels(1 + Maths.pow(v, 2 * n))
    case .bandPass:
      let width = v2 / (spec.q * spec.q)
      return powerToDecibels(width / ((1 - v2) * (1 - v2) + width))
    case .notch, .allPass: return .nan
    }
  }
}

/// 20 Hz to 20 kHz, ten points an octave.
private let audible = (0...99).map { 20 * Maths.exp2(Double($0) / 99 * Maths.log2(1000)) }

/// The largest deviation from the analogue filter, in dB, where that is above `floor`.
private func worst(_ spec: FilterSpec, rate: Double = 48_000, floor: Double = -200) -> Double {
  audible.filter { Prototype.decibels(spec, at: $0) >= floor }
    .map { (spec.decibels(at: $0, rate: rate) - Prototype.decibels(spec, at: $0)).magnitude }
    .max() ?? 0
}

@Suite struct FiltersDesignTests {
  // Figures: the largest error known of each design, with 0.01 dB for the grid of frequencies.

  @Test(arguments: [
    (10_000.0, 6.0, 0.38, 2.29), (16_000, 6, 0.18, 2.91), (5_000, 12, 0.36, 1.55),
    (10_000, 12, 0.61, 4.43), (16_000, 12, 0.29, 5.54),
  ])
  func matchedBellsFollowTheAnalogueOnes(
    _ frequency: Double, _ gain: Double, _ matched: Double, _ cookbook: Double
  ) {
    var spec = FilterSpec(.bell, frequency: frequency, gain: gain, q: 0.7)
    #expect(worst(spec) <= matched + 0.01)
    spec.design = .cookbook
    #expect((worst(spec) - cookbook).magnitude <= 0.15)
  }

  @Test(arguments: [(3.0, 0.26), (6, 0.50), (12, 0.90), (18, 1.23)])
  func matchedBellsStayCloseForEveryFrequencyAndQ(_ gain: Double, _ bound: Double) {
    for q in [0.3, 0.5, 1, 2, 5, 10, 20] {
      for step in 0...30 {
        let frequency = 20 * Maths.exp2(Double(step) / 30 * Maths.log2(1000))
        for sign in [-1.0, 1] {
          let spec = FilterSpec(.bell, frequency: frequency, gain: sign * gain, q: q)
          #expect(worst(spec) <= bound + 0.01)
        }
      }
    }
  }

  @Test func aCutUndoesItsBoost() {
    for hertz in audible {
      let boost = FilterSpec(.bell, frequency: 9_000, gain: 9, q: 1.2)
      let cut = FilterSpec(.bell, frequency: 9_000, gain: -9, q: 1.2)
      let sum = boost.decibels(at: hertz, rate: 48_000) + cut.decibels(at: hertz, rate: 48_000)
      #expect(sum.magnitude < 1e-10)
    }
  }

  @Test(arguments: [
    (5_000.0, 6.0, 48_000.0, 0.01), (10_000, 6, 48_000, 0.06), (16_000, 6, 48_000, 0.14),
    (10_000, 12, 44_100, 0.16), (16_000, 12, 44_100, 0.37),
  ])
  func matchedShelvesFollowTheAnalogueOnes(
    _ frequency: Double, _ gain: Double, _ rate: Double, _ bound: Double
  ) {
    #expect(
      worst(FilterSpec(.highShelf, frequency: frequency, gain: gain), rate: rate)
        <= bound + 0.01)
  }

  @Test(arguments: [(6.0, 0.23), (12, 0.41), (24, 0.60)])
  func matchedShelvesStayCloseForEveryFrequency(_ gain: Double, _ bound: Double) {
    for kind in [FilterSpec.Kind.lowShelf, .highShelf] {
      for step in 0...30 {
        let frequency = 20 * Maths.exp2(Double(step) / 30 * Maths.log2(1000))
        for sign in [-1.0, 1] {
          let spec = FilterSpec(kind, frequency: frequency, gain: sign * gain)
          #expect(worst(spec, rate: 44_100) <= bound + 0.01)
        }
      }
    }
  }

  @Test(arguments: [20.0, 200, 1_000, 5_000, 12_000, 20_000])
  func tiltsFollowTheAnalogueOnes(_ frequency: Double) {
    for gain in [-12.0, -6, -1, 1, 3, 6, 12] {
      let spec = FilterSpec(.tilt, frequency: frequency, gain: gain)
      #expect(spec.decibels(at: frequency, rate: 48_000).magnitude < 1e-9)
      #expect((spec.decibels(at: 0, rate: 48_000) + gain).magnitude < 1e-9)
      // Matched at three frequencies: what lies between them bends where the pivot nears the last.
      #expect(worst(spec) <= (frequency < 15_000 ? 0.62 : 2.2))
    }
  }

  @Test(arguments: [6, 12, 18, 24, 30, 36, 42, 48])
  func passFiltersAreThreeDecibelsDownAtTheirFrequency(_ slope: Int) {
    for rate in [44_100.0, 48_000, 96_000, 192_000] {
      for frequency in [10.0, 80, 1_000, 5_000, 0.2 * rate, 0.4 * rate] {
        for kind in [FilterSpec.Kind.highPass, .lowPass] {
          let cookbook = FilterSpec(
            kind, frequency: frequency, slope: slope, design: .cookbook)
          #expect((cookbook.decibels(at: frequency, rate: rate) + 3.0103).magnitude < 0.001)
          // One-poles are matched at 0 Hz and half the rate only.
          let isOdd = slope % 12 == 6
          let matched = FilterSpec(kind, frequency: frequency, slope: slope)
          let bound = isOdd ? (frequency > 0.15 * rate ? 1.3 : 0.4) : 0.05
          #expect((matched.decibels(at: frequency, rate: rate) + 3.0103).magnitude < bound)
        }
      }
    }
  }

  @Test(arguments: [6, 12, 18, 24, 36, 48])
  func passFiltersFallByTheirSlope(_ slope: Int) {
    let high = FilterSpec(.highPass, frequency: 1_000, slope: slope)
    #expect((worst(high, floor: -200)) < 0.2)
    let low = FilterSpec(.lowPass, frequency: 1_000, slope: slope)
    // The one-pole is matched at 0 Hz and half the rate only.
    #expect(worst(low, floor: -20) < (slope % 12 == 6 ? 0.97 : 0.2))
  }

  @Test func matchedBandPassesPeakAtZeroDecibels() {
    for frequency in [50.0, 1_000, 8_000, 15_000] {
      for q in [0.5, 1.0, 5, 30] {
        let spec = FilterSpec(.bandPass, frequency: frequency, q: q)
        #expect(spec.decibels(at: frequency, rate: 48_000).magnitude < 1e-6)
      }
    }
    #expect(worst(FilterSpec(.bandPass, frequency: 1_000, q: 2), floor: -20) < 0.05)
  }

  @Test func notchesTakeTheirFrequencyAway() {
    for design in FilterSpec.Design.allCases {
      let spec = FilterSpec(.notch, frequency: 50, q: 10, design: design)
      #expect(spec.decibels(at: 50, rate: 48_000) < -80)
      #expect(spec.decibels(at: 40, rate: 48_000).magnitude < 0.3)
      #expect(spec.decibels(at: 5_000, rate: 48_000).magnitude < 1e-3)
    }
  }

  @Test func everyDesignIsStableAndFiniteOverItsWholeRange() {
    for kind in FilterSpec.Kind.allCases {
      for design in FilterSpec.Design.allCases {
        for rate in [22_050.0, 44_100, 192_000] {
          for frequency in [10.0, 100, 5_000, 15_000, 24_000] {
            for q in [0.1, 0.7071, 30] {
              for gain in [-30.0, -1e-7, 1e-7, 30] {
                for slope in [6, 48] {
                  let spec = FilterSpec(
                    kind, frequency: frequency, gain: gain, q: q, slope: slope, design: design)
                  for c in spec.sections(rate: rate) {
                    let sum = c.b0 + c.b1 + c.b2 + c.a1 + c.a2
                    #expect(sum.isFinite)
                    #expect(c.poleRadius < 1)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @Test func aGainOfZeroLeavesNoSection() {
    for kind in [FilterSpec.Kind.bell, .lowShelf, .highShelf, .tilt] {
      #expect(FilterSpec(kind, frequency: 1_000).sections(rate: 48_000).isEmpty)
    }
  }

  @Test func aCrossoverAddsUpToItsAllPass() {
    let rate = 48_000.0
    for frequency in [150.0, 800, 3_000] {
      let (low, high, all) = (
        LinkwitzRiley.lowPass(frequency, rate: rate)[0],
        LinkwitzRiley.highPass(frequency, rate: rate)[0],
        LinkwitzRiley.allPass(frequency, rate: rate)[0]
      )
      // Equal poles: low² + high² over the square of the denominator is the all-pass.
      func square(_ c: BiquadCoefficients) -> [Double] {
        [
          c.b0 * c.b0, 2 * c.b0 * c.b1, c.b1 * c.b1 + 2 * c.b0 * c.b2, 2 * c.b1 * c.b2,
          c.b2 * c.b2,
        ]
      }
      func product(_ b: [Double], _ a: [Double]) -> [Double] {
        var out = [Double](repeating: 0, count: 5)
        for i in 0..<3 { for j in 0..<3 { out[i + j] += b[i] * a[j] } }
        return out
      }
      let sum = zip(square(low), square(high)).map { $0 + $1 }
      let expected = product([all.b0, all.b1, all.b2], [1, all.a1, all.a2])
      for i in 0..<5 { #expect((sum[i] - expected[i]).magnitude < 1e-14) }
    }
  }
}
