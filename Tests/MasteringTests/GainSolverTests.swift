import Engine
import Loudness
import SessionModel
import Signal
import Testing

@testable import Mastering

struct GainSolverTests {
  private let rate = 8000

  private func programme(
    crest: Double, seed: UInt64, ceiling: Double = -1, limiting: Double = 12, _ place: Workplace
  ) throws -> LimitedProgramme {
    try LimitedProgramme(
      MemorySource.programme(rate: rate, seconds: 4, level: 0.05, crest: crest, seed: seed),
      rate: rate, ceiling: ceiling, headroom: limiting, environment: place.environment())
  }

  /// The answer by its definition: the first step from target − I₀ upward whose loudness reaches
  /// the target, or the step below where that is nearer; nil: no step that may be limited does.
  private func defined(
    _ programme: LimitedProgramme, _ target: Double, limiting: Double
  ) throws -> (gain: Double, value: Double)? {
    func loudness(_ step: Int) throws -> Double {
      try #require(try programme.measure(gain: Double(step) / 10).integrated)
    }
    let plain = try #require(programme.report.integrated)
    var step = Int(((target - plain) * 10 - 1e-6).rounded(.up))
    while programme.reduction(gain: Double(step) / 10) <= limiting {
      let value = try loudness(step)
      if value >= target {
        let below = try loudness(step - 1)
        return abs(below - target) < abs(value - target)
          ? (Double(step - 1) / 10, below) : (Double(step) / 10, value)
      }
      step += 1
    }
    return nil
  }

  @Test(arguments: [(2.0, 1), (4.0, 2), (8.0, 3)], [-23.0, -16.0, -12.0])
  func theSearchGivesWhatTryingEveryStepGives(
    _ material: (crest: Double, seed: UInt64), _ target: Double
  ) throws {
    let place = Workplace()
    let programme = try programme(crest: material.crest, seed: material.seed, place)
    let walked = try defined(programme, target, limiting: 12)
    switch try search(programme, target, limiting: 12) {
    case .success(let found):
      #expect(found.gain == walked?.gain && found.value == walked?.value)
      #expect(abs(found.value - target) <= 0.06)
      #expect(found.reduction <= 12)
    case .failure(let obstacle):
      #expect(walked == nil, "\(obstacle)")
    }
  }

  private func search(
    _ programme: LimitedProgramme, _ target: Double, limiting: Double
  ) throws -> Result<GainSolver.Solution, GainSolver.Obstacle> {
    try GainSolver(
      programme, target: LoudnessTarget(metric: "integrated", value: target),
      maxLimiting: limiting
    ).solve()
  }

  /// Loud noise, then quiet noise that comes through the gate once the loud one is held down: the
  /// loudness falls there as the gain rises.
  private func gatedProgramme(
    quiet: Double, seconds: (Int, Int) = (20, 3), lift: Double = 1, _ place: Workplace,
    _ store: Store? = nil
  ) throws -> LimitedProgramme {
    var state: UInt64 = 31
    func draw() -> Double {
      (0..<6).reduce(0.0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(Int64(bitPattern: state) >> 11) / Double(1 << 52) * 0.707
      }
    }
    let channels = (0..<2).map { _ in
      (0..<((seconds.0 + seconds.1) * rate)).map { i in
        lift * decibelsToGain(i < seconds.0 * rate ? -20 : quiet) * draw()
      }
    }
    return try LimitedProgramme(
      MemorySource(channels), rate: rate, ceiling: -1, headroom: 12,
      environment: place.environment(store))
  }

  @Test(arguments: [-7.8, -7.6, -7.4, -7.2, -7, -6.8])
  func theFirstOfSeveralGainsIsTaken(_ target: Double) throws {
    let place = Workplace()
    let programme = try gatedProgramme(quiet: -31.2, place)
    let walked = try defined(programme, target, limiting: 12)
    let found = try? search(programme, target, limiting: 12).get()
    #expect(found?.gain == walked?.gain && found?.value == walked?.value)
  }

  /// Where the loudness falls again the best of it is what is reachable.
  @Test func whatIsReachableIsTheBestAndNotTheLast() throws {
    let place = Workplace()
    let programme = try gatedProgramme(quiet: -36, seconds: (10, 30), place)
    var best = -Double.infinity
    var step = 0.0
    while programme.reduction(gain: step) <= 12 {
      best = max(best, try #require(try programme.measure(gain: step).integrated))
      step += 0.1
    }
    switch try search(programme, best + 0.1, limiting: 12) {
    case .success(let solution): Issue.record("\(solution)")
    case .failure(.beyondLimiting(_, let reachable, let gain)),
      .failure(.exhausted(let reachable, let gain)):
      #expect(reachable > best - 0.1)
      #expect(try programme.measure(gain: gain).integrated == reachable)
    case .failure(let other): Issue.record("\(other)")
    }
  }

  @Test(arguments: [0.8, 0.86, 1.1])
  func whatWasSearchedForBeforeChangesNothing(_ before: Double) throws {
    let place = Workplace()
    let store = Store(folder: place.path + "/cache")
    _ = try search(
      gatedProgramme(quiet: -31.2, lift: before, place, store), -7.2, limiting: 12)
    let found = try search(gatedProgramme(quiet: -31.2, place, store), -7.2, limiting: 12)
    let fresh = try search(gatedProgramme(quiet: -31.2, place), -7.2, limiting: 12)
    #expect(found == fresh)
  }

  /// A search costs a few candidates, however far the gain is from where nothing is held down.
  @Test(arguments: [(2.0, 1), (4.0, 2), (8.0, 3)], [-23.0, -16.0, -12.0])
  func fewCandidatesAreTried(
    _ material: (crest: Double, seed: UInt64), _ target: Double
  ) throws {
    let place = Workplace()
    let programme = try programme(crest: material.crest, seed: material.seed, place)
    if case .success = try search(programme, target, limiting: 12) {
      #expect(programme.renderCount <= 4)
    }
  }

  /// What an obstacle says it would take is what it takes, and what it says is reachable is.
  @Test func whatItWouldTakeIsWhatItTakes() throws {
    let place = Workplace()
    let programme = try programme(crest: 4, seed: 12, limiting: 3, place)
    func solve(_ target: Double, _ limiting: Double) throws -> Result<
      GainSolver.Solution, GainSolver.Obstacle
    > {
      let own = try self.programme(crest: 4, seed: 12, limiting: limiting, place)
      return try GainSolver(
        own, target: LoudnessTarget(metric: "integrated", value: target), maxLimiting: limiting
      ).solve()
    }
    let target = try #require(programme.report.integrated) + programme.largestGain(limiting: 6)
    guard case .failure(.beyondLimiting(let needed?, let reachable, _)) = try solve(target, 3)
    else {
      Issue.record("nothing was in the way")
      return
    }
    #expect(needed > 3)
    let enough = try solve(target, (needed * 10).rounded(.up) / 10).get()
    #expect(abs(enough.value - target) <= 0.06)
    guard case .failure = try solve(target, needed - 0.15) else {
      Issue.record("less was enough")
      return
    }
    let less = (reachable * 10).rounded(.down) / 10
    #expect(try solve(less, 3).get().reduction <= 3)
  }

  @Test func everyMetricIsReached() throws {
    let place = Workplace()
    let programme = try programme(crest: 3, seed: 9, place)
    for (metric, value) in [
      ("integrated", -18.0), ("momentary-max", -15.0), ("short-term-max", -17.0), ("rms", -20.0),
      ("sample-peak", -3.0),
    ] {
      let target = LoudnessTarget(metric: metric, value: value)
      let solver = GainSolver(programme, target: target, maxLimiting: 12)
      let solution = try solver.solve().get()
      #expect(abs(solution.value - value) <= 0.06, "\(metric)")
      #expect(abs(solution.gain * 10 - (solution.gain * 10).rounded()) < 1e-9)
    }
  }

  @Test func whatCannotBeReachedSaysWhatCan() throws {
    let place = Workplace()
    let programme = try programme(crest: 8, seed: 4, place)
    let solver = GainSolver(
      programme, target: LoudnessTarget(metric: "integrated", value: -4), maxLimiting: 6)
    guard case .failure(.beyondLimiting(let needed, let reachable, let gain)) = try solver.solve()
    else {
      Issue.record("it was reached")
      return
    }
    #expect(needed ?? 24 > 6)
    #expect(reachable < -4 && reachable > -30)
    #expect(programme.reduction(gain: gain) <= 6)
  }

  @Test func silenceIsNeverTurnedUp() throws {
    let place = Workplace()
    let silence = MemorySource([[Double](repeating: 0, count: 32_000)])
    let programme = try LimitedProgramme(
      silence, rate: rate, ceiling: -1, headroom: 6, environment: place.environment())
    let solver = GainSolver(
      programme, target: LoudnessTarget(metric: "integrated", value: -14), maxLimiting: 6)
    #expect(try solver.solve() == .failure(.silence))
    let short = MemorySource([[Double](repeating: 0.1, count: 1000)])
    let blink = try LimitedProgramme(
      short, rate: rate, ceiling: -1, headroom: 6, environment: place.environment())
    let again = GainSolver(
      blink, target: LoudnessTarget(metric: "integrated", value: -14), maxLimiting: 6)
    #expect(try again.solve() == .failure(.tooShort))
  }

  /// Without a limiter the gain keeps the ceiling, and with one what it may take away.
  @Test(arguments: [true, false])
  func anUpperLimitKeepsTheCeilingToo(_ isLimited: Bool) throws {
    let place = Workplace()
    let programme = try LimitedProgramme(
      MemorySource.programme(rate: rate, seconds: 4, level: 0.4, crest: 3, seed: 5), rate: rate,
      ceiling: -9, isLimited: isLimited, headroom: 2, environment: place.environment())
    let target = LoudnessTarget(metric: "integrated", value: 0, isUpperLimit: true)
    let limiting = isLimited ? 2.0 : 0
    let solution = try GainSolver(programme, target: target, maxLimiting: limiting).solve().get()
    let most = programme.largestGain(limiting: limiting)
    #expect(most < -1 && solution.gain <= most && solution.gain > most - 0.1001)
  }

  @Test func silenceIsBelowEveryUpperLimit() throws {
    let place = Workplace()
    let silence = try LimitedProgramme(
      MemorySource([[Double](repeating: 0, count: 32_000)]), rate: rate, ceiling: -1, headroom: 6,
      environment: place.environment())
    let target = LoudnessTarget(metric: "integrated", value: -14, isUpperLimit: true)
    let solution = try GainSolver(silence, target: target, maxLimiting: 6).solve().get()
    #expect(solution.gain == 0 && solution.value == -.infinity)
  }

  @Test func anUpperLimitOnlyTurnsDown() throws {
    let place = Workplace()
    let programme = try programme(crest: 2, seed: 5, place)
    let plain = try #require(programme.report.integrated)
    for (value, isTurnedDown) in [(plain + 3, false), (plain - 3, true)] {
      let target = LoudnessTarget(metric: "integrated", value: value, isUpperLimit: true)
      let solution = try GainSolver(programme, target: target, maxLimiting: 6).solve().get()
      #expect(isTurnedDown ? solution.gain < 0 : solution.gain == 0)
      #expect(solution.value <= value + 1e-9)
    }
  }

  @Test func whatAGainMeasuresDoesNotDependOnTheGainsTriedBefore() throws {
    let place = Workplace()
    let tried = try programme(crest: 6, seed: 6, place)
    for gain in [4.0, 14, 1, 9] {
      let fresh = try programme(crest: 6, seed: 6, place)
      let (one, other) = (try tried.measure(gain: gain), try fresh.measure(gain: gain))
      #expect(one.integrated == other.integrated && one.samplePeak == other.samplePeak)
      #expect(try tried.energies(gain: gain) == fresh.energies(gain: gain))
    }
  }

  /// Estimates are made of fewer frames; they are off by less than the steps of the search.
  @Test(arguments: [44_100, 48_000, 96_000]) func anEstimateIsNearWhatIsMeasured(
    _ rate: Int
  ) throws {
    let place = Workplace()
    let noise = MemorySource.programme(rate: rate, seconds: 12, level: 0.05, crest: 6, seed: 9)
    let programme = try LimitedProgramme(
      noise, rate: rate, ceiling: -1, headroom: 14, environment: place.environment())
    #expect(LimitedPart.step(rate: rate) > 1)
    for gain in [9.0, 14] {
      let measured = try #require(try programme.measure(gain: gain).integrated)
      let estimate = programme.report(gain: gain, energies: try programme.energies(gain: gain))
      #expect(programme.reduction(gain: gain) > 3)
      #expect(abs(try #require(estimate.integrated) - measured) < 0.1)
    }
  }

  /// What one worker remembers of two candidates is what two would have found.
  @Test(arguments: [3.0, 3.1]) func candidatesMeasureTheSameWithAnyNumberOfWorkers(
    _ other: Double
  ) throws {
    let place = Workplace()
    let noise = MemorySource.programme(rate: rate, seconds: 40, level: 0.2, crest: 6, seed: 7)
    // Pieces of several parts.
    let source = MemorySource(noise.channels, piece: 90_000)
    let found = try [1, 2, 3].map { workers -> [[UInt8]] in
      let environment = DeliveryEnvironment(folder: place.path, store: nil, workers: workers)
      let programme = try LimitedProgramme(
        source, rate: rate, ceiling: -1, headroom: 12, environment: environment)
      let pair = CandidatePair(
        try programme.pieces(gain: 3), try programme.pieces(gain: other), rate: rate,
        environment: environment)
      return try (0...source.pieces.count).flatMap { [try pair.perform($0), pair.encodedState()] }
    }
    #expect(found[0].allSatisfy { !$0.isEmpty })
    #expect(found[1] == found[0] && found[2] == found[0])
  }

  @Test func heightsKeepTheCeilingAtEveryGain() throws {
    let place = Workplace()
    let programme = try programme(crest: 6, seed: 6, place)
    for gain in [0.0, 6, 10, 14] {
      let pieces = try programme.pieces(gain: gain)
      let meter = LoudnessMeter(rate: rate, channelCount: 2)
      let room = AudioBuffer(channelCount: 2, frameCapacity: pieces.longestPiece)
      for piece in 0..<pieces.pieceCount {
        let whole = room.block(Int(pieces.range(piece).length))
        try pieces.perform(piece, in: whole) { block, _ in meter.process(block) }
      }
      let report = MeterReport(meter.finish(), rate: rate, channelCount: 2)
      #expect(report.truePeak <= -1)
    }
  }
}
