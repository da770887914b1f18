import Diagnostics
import SessionModel
import Signal

/// The axis on which a track's content lies, by its `ripple`.
///
/// - `cut`: session frames.
/// - `move`: programme frames; a position lies where the session position maps to.
/// - `stay`: programme frames; a position's number is its programme frame, a gap's name its place
///   in the programme.
struct TrackAxis {
  let ripple: Track.Ripple
  let timeline: PositionResolver
  /// nil for `cut`.
  let programme: ProgrammeIndex?
  /// Programme frame of each gap's start, by index in the session's `edits`.
  let gaps: [Int: Int64]

  /// Whether a written position lies in a gap, where session time has no place.
  func isLostInGap(_ position: Located<Position>) -> Bool {
    ripple == .cut && timeline.instant(position)?.gap != nil
  }

  /// The frame of a written position; nil after a message.
  func frame(_ position: Located<Position>) -> Int64? {
    guard ripple != .cut else { return timeline.frame(position) }
    guard let place = timeline.instant(position),
      let frame = timeline.checked(place.frames.roundedHalfUp, position.span)
    else { return nil }
    return axisFrame(place, frame)
  }

  private func axisFrame(_ place: Instant, _ frame: Int64) -> Int64 {
    if ripple == .cut { return frame }
    if let gap = place.gap, let start = gaps[gap.edit] {
      return start + gap.offset.roundedHalfUp
    }
    if ripple == .move, let programme { return programme.programmeFrame(ofSession: frame) }
    return frame
  }

  /// The frames of a written range; nil after a message, or when nothing of it is left.
  func range(_ range: Located<RangeExpression>) -> FrameRange? {
    if ripple == .cut { return timeline.range(range) }
    guard let (start, end) = timeline.instants(range),
      let first = timeline.checked(start.frames.roundedHalfUp, range.span),
      let last = timeline.checked(end.frames.roundedHalfUp, range.span)
    else { return nil }
    let result = FrameRange(axisFrame(start, first), axisFrame(end, last))
    guard !result.isEmpty else {
      // Nothing is cut out of a gap.
      if start.gap != nil {
        timeline.report.add(
          .emptyRange, timeline.emptyText(result.start, result.end), at: range.span)
      } else if last <= first {
        timeline.report.add(.emptyRange, timeline.emptyText(first, last), at: range.span)
      }
      return nil
    }
    return result
  }

  /// A length at a written position.
  func frames(_ amount: Located<TimeAmount>, from position: Located<Position>?) -> Int64? {
    guard let position else { return timeline.frames(amount) }
    return timeline.frames(amount, from: position)
  }
}
