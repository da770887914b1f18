public import Engine
public import Loudness
public import SessionModel
internal import Signal

/// Finds the gain that brings a programme to its loudness.
///
/// The gain is defined, not found: the first multiple of 0.1 dB, from target − I₀ upward, whose
/// loudness after the limiter reaches the target, or its lower neighbour where that is nearer. A
/// limiter only takes away, so no smaller gain can reach it. The search begins where estimates say
/// that it will end, and jumps; it is the programme's alone, whatever was searched for before.
public struct GainSolver {
  public let programme: LimitedProgramme
  public let target: LoudnessTarget
  /// dB that the limiter may take away.
  public let maxLimiting: Double
  /// Whether an obstacle says what it would take, which costs another search.
  private let explains: Bool

  public init(
    _ programme: LimitedProgramme, target: LoudnessTarget, maxLimiting: Double,
    explains: Bool = true
  ) {
    self.explains = explains
    self.programme = programme
    self.target = target
    self.maxLimiting = maxLimiting
  }

  public struct Solution: Hashable, Sendable {
    /// dB, a multiple of 0.1.
    public var gain: Double
    /// In the target's unit, after the limiter.
    public var value: Double
    /// dB; the most that the limiter takes away.
    public var reduction: Double
  }

  /// Why there is no gain.
  public enum Obstacle: Error, Hashable, Sendable {
    /// The programme is silent, or too quiet to be measured.
    case silence
    /// The programme is too short for the metric.
    case tooShort
    /// The limiter would have to take away more than it may.
    ///
    /// - `needed`: dB of limiting; nil: more than `mostExplored`, or none does because more gain
    ///   hardly makes it louder, or it was not looked for.
    /// - `reachable`: the best of the metric's values at gains that are allowed, and `gain` that gain.
    case beyondLimiting(needed: Double?, reachable: Double, gain: Double)
    /// More gain hardly makes it louder any more.
    case exhausted(reachable: Double, gain: Double)
    /// Once it is encoded the limiter would have to take away more than it may, or there is none.
    ///
    /// - `lowered`: dB under the ceiling asked for that the limiter keeps, because the encoder lifts
    ///   peaks.
    /// - `reachable`: what the encoded file measured at `gain`.
    case beyondEncoding(lowered: Double, reachable: Double, gain: Double)

    /// dB that come nearest to the target; nil: none can be told to.
    public var nearestGain: Double? {
      switch self {
      case .silence, .tooShort: nil
      case .beyondLimiting(_, _, let gain), .exhausted(_, let gain),
        .beyondEncoding(_, _, let gain):
        (gain * 10).rounded() / 10
      }
    }
  }

  /// Least rise of the loudness for each dB of gain.
  static let leastSlope = 0.1

  /// dB of limiting up to which it is looked for what a loudness would take.
  public static let mostExplored = 24.0

  public func solve() throws(RenderFailure) -> Result<Solution, Obstacle> {
    let start: Start
    switch try begin() {
    case .failure(let obstacle): return .failure(obstacle)
    case .success(.done(let solution)): return .success(solution)
    case .success(.search(let found)): start = found
    }
    // Below the first step the target is not reached; above `high`, if there is one, it is.
    var low = start.first - 1
    var high: Int?
    var best = (step: start.first, value: -Double.infinity)
    var step = try GainGuess(
      programme: programme, target: target, first: start.first, last: start.last
    ).step()
    while true {
      // The step below is asked for in any case: both are found side by side.
      try programme.prepare(gains: [Double(step) / 10, Double(step - 1) / 10])
      let value = try measured(step)
      let below = try measured(step - 1)
      let slope = (value - below) / 0.1
      if value >= target.value {
        if below < target.value || step - 1 <= low {
          return .success(nearer(step, value: value, lower: below))
        }
        high = step - 1
        step = step - 1 - jump((below - target.value) / max(slope, GainSolver.leastSlope))
        step = max(low + 1, step)
        continue
      }
      for tried in [(step - 1, below), (step, value)] where tried.1 > best.value { best = tried }
      if step >= start.last {
        return .failure(
          .beyondLimiting(
            needed: try needed(), reachable: best.value, gain: 0.1 * Double(best.step)))
      }
      if slope < GainSolver.leastSlope && high == nil {
        return .failure(.exhausted(reachable: best.value, gain: 0.1 * Double(best.step)))
      }
      low = step
      step += jump((target.value - value) / max(slope, GainSolver.leastSlope))
      step = min(step, high ?? start.last)
    }
  }

  // MARK: Parts

  private struct Start {
    /// Tenths of a dB.
    var first: Int
    var last: Int
  }

  private enum Beginning {
    case done(Solution)
    case search(Start)
  }

  private func begin() throws(RenderFailure) -> Result<Beginning, Obstacle> {
    guard let plain = GainSolver.value(of: target.metric, in: programme.report) else {
      return .failure(.tooShort)
    }
    let most = programme.largestGain(limiting: maxLimiting) * 10
    guard plain.isFinite, plain > -100 else {
      // Silence is below every limit, and is left as it is.
      guard target.isUpperLimit else { return .failure(.silence) }
      return .success(.done(Solution(gain: 0, value: plain, reduction: 0)))
    }
    let wanted = (target.value - plain) * 10
    if target.isUpperLimit {
      let step = Int((min(0, wanted, most) + 1e-6).rounded(.down))
      return .success(.done(solution(step, value: try measured(step))))
    }
    let first = Int((wanted - 1e-6).rounded(.up))
    let last = most.isFinite ? Int((most + 1e-6).rounded(.down)) : first + 400
    if last < first {
      return .failure(
        .beyondLimiting(
          needed: try needed(), reachable: try measured(last), gain: 0.1 * Double(last)))
    }
    return .success(.search(Start(first: first, last: last)))
  }

  /// dB of limiting at the first step that reaches the target.
  private func needed() throws(RenderFailure) -> Double? {
    guard explains, programme.isLimited, maxLimiting < GainSolver.mostExplored else { return nil }
    let wide = GainSolver(
      try programme.withHeadroom(GainSolver.mostExplored), target: target,
      maxLimiting: GainSolver.mostExplored, explains: false)
    guard case .success(let solution) = try wide.solve() else { return nil }
    // The step above the nearer neighbour is the one that has to be allowed.
    return solution.reduction + (solution.value < target.value ? 0.1 : 0)
  }

  private func nearer(_ step: Int, value: Double, lower: Double) -> Solution {
    (lower - target.value).magnitude < (value - target.value).magnitude
      ? solution(step - 1, value: lower) : solution(step, value: value)
  }

  private func solution(_ step: Int, value: Double) -> Solution {
    let gain = Double(step) / 10
    return Solution(gain: gain, value: value, reduction: programme.reduction(gain: gain))
  }

  private func jump(_ decibels: Double) -> Int {
    max(1, min(30, Int((decibels * 10).rounded(.up))))
  }

  private func measured(_ step: Int) throws(RenderFailure) -> Double {
    let report = try programme.measure(gain: Double(step) / 10)
    return GainSolver.value(of: target.metric, in: report) ?? -.infinity
  }

  /// The metric's reading; nil when the programme is too short for it.
  public static func value(of metric: String, in report: MeterReport) -> Double? {
    switch metric {
    case "momentary-max": report.momentaryMax
    case "short-term-max": report.shortTermMax
    case "rms": report.rms
    case "sample-peak": report.samplePeak
    default: report.integrated
    }
  }
}
