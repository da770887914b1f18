import Signal
import Testing

@Suite struct CurveTests {
  private func curve(
    _ points: [(Int64, Double, CurveArrival)], before: Double = 0, _ domain: CurveDomain = .linear
  ) -> AutomationCurve {
    AutomationCurve(
      points: points.map { CurvePoint(frame: $0.0, value: $0.1, arrival: $0.2) }, before: before,
      domain: domain)
  }

  @Test func aLineIsStraightAndMeetsItsPointsExactly() {
    let line = curve([(100, 1, .step), (1100, 3, .line)], before: 1)
    #expect(line.value(at: 100) == 1 && line.value(at: 1100) == 3 && line.value(at: 5000) == 3)
    #expect((line.value(at: 600) - 2).magnitude < 1e-12)
    #expect((line.value(at: 350) - 1.5).magnitude < 1e-12)
  }

  @Test func aStepIsReachedInTheLastOfSixtyFourFrames() {
    let step = curve([(100, 2, .step)], before: 1)
    #expect(step.value(at: 99) == 1)
    #expect(step.value(at: 100) == 1 + 1.0 / 64)
    #expect(step.value(at: 162) < 2 && step.value(at: 163) == 2)
  }

  @Test func aStopBeforeAStepHoldsWhatWasAndOneInAStepWhatComes() {
    let step = curve([(100, 2, .step)], before: 1)
    #expect(step.value(stoppedBefore: 99) == 1 && step.value(stoppedBefore: 100) == 1)
    #expect(step.value(stoppedBefore: 101) == 2 && step.value(stoppedBefore: 400) == 2)
    let line = curve([(0, 0, .step), (100, 2, .line)])
    for frame in [50, 100] as [Int64] {
      #expect(line.value(stoppedBefore: frame) == line.value(at: frame))
    }
    let over = curve([(100, 2, .over(frames: 100))])
    #expect(over.value(stoppedBefore: 100) == 0)
    #expect(over.value(stoppedBefore: 150) == over.value(at: 150))
  }

  @Test func overHoldsThenMovesWithinItsFrames() {
    let over = curve([(0, 0, .step), (100, 10, .over(frames: 50))])
    #expect(over.value(at: 100) == 0 && over.value(at: 150) == 10)
    #expect((over.value(at: 125) - 5).magnitude < 1e-12)
    #expect(curve([(100, 10, .over(frames: 0))]).value(at: 100) == 10)
  }

  @Test func levelsMoveStraightInDecibels() {
    let level = curve([(0, 0, .step), (1000, -20, .line)], .decibels)
    #expect((level.value(at: 500) - -10).magnitude < 1e-12)
    let frequency = curve([(0, 100, .step), (1000, 10000, .line)], before: 100, .logarithmic)
    #expect((frequency.value(at: 500) - 1000).magnitude < 1e-9)
    #expect(frequency.value(at: 1000) == 10000)
  }

  @Test func aLineToSilencePassesMinus96DecibelsAtItsEnd() {
    let fade = curve([(0, 0, .step), (960, -.infinity, .line)], .decibels)
    #expect((fade.value(at: 480) - -48).magnitude < 1e-12)
    #expect(fade.value(at: 959) > -96 && fade.value(at: 960) == -.infinity)
    let quiet = curve([(0, -120, .step), (960, -96, .line)], before: -100, .decibels)
    #expect(quiet.value(at: -5) == -.infinity && quiet.value(at: 480) == -.infinity)
  }

  @Test func aRatioMovesToInfinityByWayOfAHundred() {
    let ratio = curve([(0, 1, .step), (1000, .infinity, .line)], before: 1, .logarithmic)
    #expect((ratio.value(at: 500) - 10).magnitude < 1e-9)
    #expect(ratio.value(at: 999) < 100 && ratio.value(at: 1000) == .infinity)
    let step = curve([(0, .infinity, .step), (100, 4, .step)], before: 2, .logarithmic)
    for frame in -1..<300 {
      let value = step.value(at: Int64(frame))
      #expect(value >= 2 && (value <= 100 || value == .infinity))
    }
    #expect(step.value(at: 64) == .infinity && step.value(at: 200) == 4)
  }

  @Test func aStepToSilenceIsStraightInAmplitude() {
    let mute = curve([(0, -.infinity, .step)], .decibels)
    for k in 0..<63 {
      let gain = decibelsToGain(mute.value(at: Int64(k)))
      #expect((gain - (1 - Double(k + 1) / 64)).magnitude < 1e-14)
    }
    #expect(mute.value(at: 63) == -.infinity)
  }

  @Test func aStepOntoALineBlendsIntoTheLine() {
    let mixed = curve([(0, 10, .step), (1000, 20, .line)])
    #expect(mixed.value(at: 0) == 10.0 / 64)
    #expect((mixed.value(at: 100) - 11).magnitude < 1e-12)
    for frame in Int64(0)..<1000 {
      #expect((mixed.value(at: frame + 1) - mixed.value(at: frame)).magnitude < 0.2)
    }
  }

  @Test func smoothFollowsItsPolynomial() {
    let smooth = curve([(0, 0, .step), (1000, 1, .smooth)])
    let t = 0.3
    #expect((smooth.value(at: 300) - (3 * t * t - 2 * t * t * t)).magnitude < 1e-12)
  }

  /// Curves of every arrival and domain, crowded enough for moves to cut each other short.
  private func randomCurve(_ seed: UInt64) -> AutomationCurve {
    let noise = Noise(seed: seed, channel: 0, purpose: .test)
    var draw: Int64 = 0
    func next() -> Double {
      draw += 1
      return noise.uniform(at: draw)
    }
    let domain = [CurveDomain.linear, .decibels, .logarithmic][Int(next() * 3)]
    func value() -> Double {
      switch domain {
      case .linear: next() * 2 - 1
      case .decibels: next() < 0.2 ? -.infinity : -110 * next() + 6
      case .logarithmic: 20 + 1000 * next()
      }
    }
    var frame = Int64(next() * 50)
    var points: [CurvePoint] = []
    for _ in 0..<Int(next() * 12) {
      let arrival: CurveArrival =
        switch Int(next() * 5) {
        case 0: .step
        case 1: .line
        case 2: .smooth
        case 3: .over(frames: Int64(next() * 200))
        default: .over(frames: 0)
        }
      points.append(CurvePoint(frame: frame, value: value(), arrival: arrival))
      frame += next() < 0.15 ? 0 : Int64(next() * (next() < 0.5 ? 40 : 300))
    }
    return AutomationCurve(points: points, before: value(), domain: domain)
  }

  @Test(arguments: UInt64(0)..<60)
  func filledValuesEqualValuesFrameByFrame(_ seed: UInt64) {
    let curve = randomCurve(seed)
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 1500)
    for (start, count) in [(Int64(-20), 1500), (37, 64), (200, 1), (333, 500)] {
      let samples = buffer.block(count)[0]
      curve.fill(samples, from: start)
      for i in 0..<count {
        let expected = curve.value(at: start + Int64(i))
        #expect(samples[i].bitPattern == expected.bitPattern)
        #expect(!expected.isNaN && expected < 2000)
      }
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func anExcerptHasTheSameBitsOverItsRange(_ seed: UInt64) {
    let curve = randomCurve(seed)
    for start in stride(from: Int64(-30), to: 900, by: 47) {
      let range = FrameRange(start, start + 90)
      let excerpt = curve.excerpt(over: range)
      for frame in range.start..<range.end {
        #expect(excerpt.value(at: frame).bitPattern == curve.value(at: frame).bitPattern)
      }
      if let constant = curve.constantValue(over: range) {
        for frame in range.start..<range.end { #expect(curve.value(at: frame) == constant) }
        #expect(excerpt.points.isEmpty)
      }
      #expect(excerpt.excerpt(over: range) == excerpt)
    }
  }
}
