internal import MixGraph
internal import SessionModel
internal import Signal

/// Linear gains of a sum's term that stand still over all time: what its first and its last channel
/// are multiplied by on their way to the sum's left and right.
struct SteadyGain: Hashable, Sendable {
  var left: Double
  var right: Double
  /// Channels of the term, 1 or 2.
  var channelCount: Int

  /// nil: the term's level, pan or width moves, or it is delayed.
  init?(_ term: Term) {
    guard term.delay == 0, term.levels.allSatisfy(\.rides.isEmpty) else { return nil }
    channelCount = term.inputChannels
    var level = 0.0
    for part in term.levels { level += part.constant }
    guard level != -.infinity else {
      (left, right) = (0, 0)
      return
    }
    let gain = decibelsToGain(level)
    guard let placement = term.placement else {
      (left, right) = (gain, gain)
      return
    }
    guard case .number(let pan) = placement.pan else { return nil }
    if term.inputChannels == 2 {
      guard case .number(100) = placement.width else { return nil }
    }
    let sides = Placing.gains(pan: pan, law: placement.law, inputChannels: term.inputChannels)
    (left, right) = (gain * sides.left, gain * sides.right)
  }

  init(left: Double, right: Double, channelCount: Int) {
    self.left = left
    self.right = right
    self.channelCount = channelCount
  }

  var isSilent: Bool { left == 0 && right == 0 }

  /// Takes out what `self` adds: sums are exact, so that nothing of it is left.
  var negated: SteadyGain {
    SteadyGain(left: -left, right: -right, channelCount: channelCount)
  }
}
