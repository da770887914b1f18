internal import Engine
internal import Loudness
internal import SessionModel
internal import Signal

/// Says where a search for a gain best begins: at the first step of 0.1 dB at which the programme is
/// estimated to reach its target.
///
/// The limiter is tried at whole dB, where a programme that was changed a little has been tried before;
/// between them the energies of tenths of a second are interpolated. What gates of the loudness
/// do on the way is seen: parts that come through one lower it, so that it may fall as the gain rises.
struct GainGuess {
  let programme: LimitedProgramme
  let target: LoudnessTarget
  /// Tenths of a dB.
  let first: Int
  let last: Int

  /// A gain that was tried.
  private struct Trial {
    /// Tenths of a dB.
    var step: Int
    /// Of tenths of a second, in dB.
    var energies: [Double]
    /// In the target's unit.
    var value: Double
  }

  /// Tenths of a dB: between gains that are tried.
  private static let grid = 10

  /// The first step that reaches the target by estimate; where none does, the best.
  func step() throws(RenderFailure) -> Int {
    guard programme.reduction(gain: Double(first) / 10) > 0 else { return first }
    var best: (step: Int, value: Double)?
    var low = try trial((Double(first) / Double(Self.grid)).rounded(.down) * Double(Self.grid))
    while low.step < last, low.value.isFinite {
      if low.value >= target.value, low.step >= first { return low.step }
      // A dB of gain lifts a programme by no more than that.
      let missing = min(100, target.value - low.value)
      if missing >= 1 {
        let step = low.step + Self.grid * Int(missing)
        if step >= last { return best?.step ?? last }
        low = try trial(Double(step))
        continue
      }
      let high = try trial(Double(min(last, low.step + Self.grid)))
      for step in max(first, low.step + 1)...max(first, high.step) {
        let value = value(at: step, between: low, high)
        if value >= target.value { return step }
        if value > best?.value ?? -.infinity { best = (step, value) }
      }
      // All of it is held down already.
      if (high.value - low.value).magnitude < GainSolver.leastSlope { break }
      low = high
    }
    return best?.step ?? min(last, max(first, low.step))
  }

  private func trial(_ step: Double) throws(RenderFailure) -> Trial {
    let gain = step / 10
    let energies = try programme.energies(gain: gain)
    let report = programme.report(gain: gain, energies: energies)
    return Trial(
      step: Int(step), energies: energies.map { powerToDecibels($0) },
      value: GainSolver.value(of: target.metric, in: report) ?? -.infinity)
  }

  private func value(at step: Int, between low: Trial, _ high: Trial) -> Double {
    if step >= high.step { return high.value }
    let part = Double(step - low.step) / Double(high.step - low.step)
    let energies = zip(low.energies, high.energies).map { low, high in
      low.isFinite && high.isFinite ? decibelsToGain(2 * (low + part * (high - low))) : 0
    }
    let report = programme.report(gain: Double(step) / 10, energies: energies)
    return GainSolver.value(of: target.metric, in: report) ?? -.infinity
  }
}
