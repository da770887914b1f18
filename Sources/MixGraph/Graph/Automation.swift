internal import DSP
public import SessionModel
public import Signal

/// Values of curves and levels along programme time, through the seams.
///
/// A seam is a control point: where a ride jumps there, it moves straight over the seam's
/// crossfade, from and to silence straight in amplitude. Positions before the programme's start
/// take the first stretch's axis.
public struct AutomationReader {
  let timeline: Timeline
  /// True: the curves' axis is programme time (tracks that stay or move with the programme).
  let onProgramme: Bool

  public init(_ timeline: Timeline, onProgramme: Bool) {
    self.timeline = timeline
    self.onProgramme = onProgramme
  }

  /// Fills `samples` with the curve's values for programme frames from `start`.
  public func fill(_ samples: Samples, with curve: AutomationCurve, from start: Int64) {
    if onProgramme || timeline.stretches.count == 1 {
      let offset = onProgramme ? 0 : timeline.sessionFrame(stretch: 0, at: 0)
      curve.fill(samples, from: start + offset)
      return
    }
    for run in timeline.runs(FrameRange(start, start + Int64(samples.count))) {
      let part = samples.slice(
        Int(run.programme.start - start)..<Int(run.programme.end - start))
      if let seam = run.seam {
        let zone = timeline.crossfade(seam)
        for i in part.indices {
          let frame = run.programme.start + Int64(i)
          let a = value(of: curve, stretch: seam - 1, at: frame)
          let b = value(of: curve, stretch: seam, at: frame)
          let t = (Double(frame - zone.start) + 0.5) / Double(zone.length)
          part[i] = Self.blend(a, b, t, in: curve.domain)
        }
      } else if case .gap = timeline.stretches[run.stretch].content {
        part.fill(value(of: curve, inGap: run.stretch))
      } else {
        curve.fill(
          part, from: timeline.sessionFrame(stretch: run.stretch, at: run.programme.start))
      }
    }
  }

  /// The value that holds in a gap, where session time stands still.
  func value(of curve: AutomationCurve, inGap stretch: Int) -> Double {
    curve.value(stoppedBefore: timeline.gapFrame(stretch))
  }

  /// The value that a stretch has at a programme frame, its axis continued beyond both ends.
  private func value(of curve: AutomationCurve, stretch: Int, at frame: Int64) -> Double {
    if case .gap = timeline.stretches[stretch].content {
      return value(of: curve, inGap: stretch)
    }
    return curve.value(at: timeline.sessionFrame(stretch: stretch, at: frame))
  }

  /// Straight in the parameter's unit; from and to silence straight in amplitude.
  static func blend(_ a: Double, _ b: Double, _ t: Double, in domain: CurveDomain) -> Double {
    if a == b { return a }
    if a.isInfinite || b.isInfinite { return domain.blend(a, b, t) }
    return a + (b - a) * t
  }

  /// The curve's value if it is the same at every frame of `programme`.
  public func constant(_ curve: AutomationCurve, over programme: FrameRange) -> Double? {
    if onProgramme || timeline.stretches.count == 1 {
      let offset = onProgramme ? 0 : timeline.sessionFrame(stretch: 0, at: 0)
      return curve.constantValue(over: programme.shifted(by: offset))
    }
    var value: Double?
    for run in timeline.runs(programme) {
      var candidates: [Double?] = []
      if let seam = run.seam {
        for side in [seam - 1, seam] {
          if case .gap = timeline.stretches[side].content {
            candidates.append(self.value(of: curve, inGap: side))
            continue
          }
          let first = timeline.sessionFrame(stretch: side, at: run.programme.start)
          let last = timeline.sessionFrame(stretch: side, at: run.programme.end - 1)
          candidates.append(curve.constantValue(over: FrameRange(first, last + 1)))
        }
      } else if case .gap = timeline.stretches[run.stretch].content {
        candidates.append(self.value(of: curve, inGap: run.stretch))
      } else {
        let first = timeline.sessionFrame(stretch: run.stretch, at: run.programme.start)
        candidates.append(
          curve.constantValue(over: FrameRange(first, first + run.programme.length)))
      }
      for candidate in candidates {
        guard let candidate else { return nil }
        if let value, value != candidate { return nil }
        value = candidate
      }
    }
    return value
  }

  /// A level's gain over a block: constant, or one linear gain a frame in `scratch`.
  ///
  /// gain(n) = 10^((Σ constants + Σ rides(n)) / 20); silence where any part is −inf.
  public func gain(
    of levels: [ResolvedLevel], from start: Int64, scratch: Samples, curveScratch: Samples
  ) -> BlockGain {
    var constant = 0.0
    for level in levels { constant += level.constant }
    if constant == -.infinity { return .constant(0) }
    let range = FrameRange(start, start + Int64(scratch.count))
    var moving = false
    for level in levels {
      for ride in level.rides {
        if let value = self.constant(ride, over: range) {
          constant += value
        } else {
          moving = true
        }
      }
    }
    if constant == -.infinity { return .constant(0) }
    if !moving { return .constant(decibelsToGain(constant)) }
    // The same order of additions for every frame: constants, then rides as declared.
    var base = 0.0
    for level in levels { base += level.constant }
    scratch.fill(base)
    for level in levels {
      for ride in level.rides {
        fill(curveScratch, with: ride, from: start)
        for i in scratch.indices { scratch[i] += curveScratch[i] }
      }
    }
    for i in scratch.indices { scratch[i] = decibelsToGain(scratch[i]) }
    return .varying
  }
}

/// What `AutomationReader.gain` found.
public enum BlockGain: Equatable {
  /// One linear gain for the whole block.
  case constant(Double)
  /// The scratch block holds one linear gain a frame.
  case varying
}
