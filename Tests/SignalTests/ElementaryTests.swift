import Signal
import Testing

/// The largest error of `function` over `points`: relative, or absolute where `isAbsolute`.
private func worstError(
  _ points: [ReferencePoint], isAbsolute: Bool = false, _ function: (Double) -> Double
) -> Double {
  points.map { point in
    let error = ((function(point.argument) - point.value) - point.rest).magnitude
    return isAbsolute ? error : error / point.value.magnitude
  }.max() ?? 0
}

@Suite struct ElementaryTests {
  // Bounds: the published maximum of each polynomial plus half a unit in the last place.

  @Test func exp2StaysWithinTwoTenQuadrillionths() {
    #expect(worstError(ElementaryReference.exp2, Maths.exp2) <= 2.0e-16)
  }

  @Test func log2ErrsByRoundingOfItsWholePartOnly() {
    let points = ElementaryReference.log2
    let inOctave = points.filter { $0.value.magnitude < 1 }
    #expect(worstError(inOctave, isAbsolute: true, Maths.log2) <= 2.7e-16)
    #expect(worstError(points.filter { $0.value.magnitude >= 1 }, Maths.log2) <= 2.7e-16)
  }

  @Test func sineAndCosineOfTurnsStayWithinTheirBounds() {
    #expect(worstError(ElementaryReference.sin) { Maths.sin(turns: $0) } <= 2.8e-16)
    #expect(worstError(ElementaryReference.cos) { Maths.cos(turns: $0) } <= 2.8e-16)
    #expect(worstError(ElementaryReference.tan) { Maths.tan(turns: $0) } <= 5e-16)
  }

  @Test func phaseInFixedPointEqualsPhaseInTurns() {
    for step in 0..<1000 {
      let phase = UInt64(step) &* 0x0041_8937_4BC6_A7F0
      let turns = Double(phase) * 0x1p-64
      let a = Maths.sineCosine(phase: phase)
      let b = Maths.sineCosine(turns: turns)
      #expect((a.sine - b.sine).magnitude < 1e-15 && (a.cosine - b.cosine).magnitude < 1e-15)
    }
  }

  @Test func quarterTurnsAreExact() {
    for (turns, sine, cosine) in [
      (0.0, 0.0, 1.0), (0.25, 1, 0), (0.5, 0, -1), (0.75, -1, 0), (-0.25, -1, 0), (5.25, 1, 0),
    ] {
      let value = Maths.sineCosine(turns: turns)
      #expect(value.sine == sine && value.cosine == cosine)
    }
  }

  @Test func exp2AnswersAtTheEdgesOfItsRange() {
    #expect(Maths.exp2(-.infinity) == 0)
    #expect(Maths.exp2(.infinity) == .infinity)
    #expect(Maths.exp2(1024) == .infinity)
    #expect(Maths.exp2(1023) == 0x1p1023)
    #expect(Maths.exp2(-1022) == 0x1p-1022)
    #expect(Maths.exp2(-1074) == 0x1p-1074)
    #expect(Maths.exp2(-1080) == 0)
    #expect(Maths.exp2(.nan).isNaN)
    for k in -1020...1020 { #expect(Maths.exp2(Double(k)) == Maths.powerOfTwo(k)) }
  }

  @Test func log2AnswersAtTheEdgesOfItsRange() {
    #expect(Maths.log2(0) == -.infinity)
    #expect(Maths.log2(-1).isNaN)
    #expect(Maths.log2(.infinity) == .infinity)
    #expect(Maths.log2(0x1p-1074) == -1074)
    for k in -1022...1023 { #expect(Maths.log2(Maths.powerOfTwo(k)) == Double(k)) }
  }

  @Test func decibelsAndGainsAreInverse() {
    #expect(decibelsToGain(0) == 1)
    #expect(decibelsToGain(-.infinity) == 0)
    #expect(gainToDecibels(0) == -.infinity)
    #expect((decibelsToGain(-6) - 0.5011872336272722).magnitude < 2e-16)
    for tenth in -1200...240 {
      let decibels = Double(tenth) / 10
      #expect((gainToDecibels(decibelsToGain(decibels)) - decibels).magnitude < 5e-14)
    }
  }

  @Test func hyperbolicFunctionsFollowTheirDefinitions() {
    for step in -40...40 {
      let x = Double(step) / 8
      let (s, c) = (Maths.sinh(x), Maths.cosh(x))
      #expect((c * c - s * s - 1).magnitude <= 1e-14 * c * c)
    }
    #expect((Maths.sinh(1) - 1.1752011936438014).magnitude < 4e-16)
    #expect((Maths.sinh(0.25) - 0.25261231680816831).magnitude < 1e-16)
    #expect((Maths.cosh(2) - 3.7621956910836314).magnitude < 2e-15)
    #expect((Maths.pow(10, 3) - 1000).magnitude < 1e-12)
    #expect((Maths.log10(1000) - 3).magnitude < 1e-15)
    #expect((Maths.log(10) - 2.302585092994046).magnitude < 1e-15)
    #expect((Maths.exp(1) - 2.718281828459045).magnitude < 1e-15)
  }

  @Test func roundingToEvenBreaksTiesToEven() {
    let cases: [(Double, Double)] = [
      (0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (3.2, 3), (0x1p53, 0x1p53),
    ]
    for (x, expected) in cases { #expect(Maths.roundToEven(x) == expected) }
  }

  @Test func roundingDownIsTheFloor() {
    let values = [-3.0, -2.5, -1.0000001, -0.5, -1e-300, 0, 0.3, 0.5, 0.9999999, 7.5, 0x1p53]
    for x in values { #expect(Maths.roundDown(x) == x.rounded(.down)) }
  }
}
