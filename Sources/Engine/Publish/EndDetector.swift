internal import SessionModel
internal import Signal

/// Where the programme ends once its tail is known: the last frame that is heard, plus one.
final class EndDetector: @unchecked Sendable {
  // Proof for @unchecked Sendable: fed by one row's actions, which run one after the other, and
  // read only after all actions are done.
  let tail: ResolvedTail
  let programmeLength: Int64
  private let threshold: Double
  private var lastLoud: Int64 = -1

  init(tail: ResolvedTail, programmeLength: Int64) {
    self.tail = tail
    self.programmeLength = programmeLength
    if case .until(let level, _) = tail {
      threshold = decibelsToGain(level)
    } else {
      threshold = .infinity
    }
  }

  func observe(_ block: Block, at frame: Int64) {
    guard case .until = tail, frame + Int64(block.frameCount) > programmeLength else { return }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      var i = samples.count - 1
      while i >= 0 && frame + Int64(i) > lastLoud {
        if samples[i].magnitude > threshold {
          lastLoud = frame + Int64(i)
          break
        }
        i -= 1
      }
    }
  }

  var end: Int64 {
    switch tail {
    case .none: programmeLength
    case .frames(let count): programmeLength + count
    case .until(_, let atMost):
      min(programmeLength + atMost, max(programmeLength, lastLoud + 1))
    }
  }
}
