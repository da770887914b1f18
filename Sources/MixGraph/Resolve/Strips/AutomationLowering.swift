import Diagnostics
import SessionModel
import Signal

/// Turns written points into curves, on the axis of the strip that they belong to.
struct AutomationLowering {
  /// Session time; programme time for tracks that stay or move with the programme.
  let axis: TrackAxis
  /// One past the last frame of the axis.
  let end: Int64

  private var report: Report { axis.timeline.report }

  /// A ride: in dB, 0 dB before its first point. nil: no points.
  func ride(_ points: [AutomationPoint]) -> AutomationCurve? {
    curve(points, domain: .decibels, before: 0)
  }

  /// - Parameter before: the value before the first point; nil: the first point's.
  func curve(
    _ points: [AutomationPoint], domain: CurveDomain, before: Double? = nil
  ) -> AutomationCurve? {
    var resolved: [(point: CurvePoint, written: AutomationPoint)] = []
    for written in points {
      guard let value = number(written.value.value), let frame = axis.frame(written.position)
      else { continue }
      if frame > end && axis.timeline.isEndSure {
        report.add(
          .rideOutsideSession,
          "this point lies \(Clock.text(frame - end, rate: axis.timeline.rate)) past the end",
          at: written.position.span)
      }
      if axis.isLostInGap(written.position) {
        report.add(
          .pointInGap,
          "this point lies in a gap, where session time stands still; it acts behind the gap",
          at: written.position.span)
      }
      if let last = resolved.last, isBefore(written, frame, last.written, last.point.frame) {
        report.add(
          .automationOrder, "this point lies before the one above it", at: written.position.span,
          notes: [Note("the point above it is here", at: last.written.position.span)])
      }
      resolved.append(
        (CurvePoint(frame: frame, value: value, arrival: arrival(written)), written))
    }
    guard let first = resolved.first else { return nil }
    var sorted = resolved.map(\.point)
    if zip(sorted, sorted.dropFirst()).contains(where: { $0.frame > $1.frame }) {
      sorted = sorted.enumerated().sorted {
        ($0.element.frame, $0.offset) < ($1.element.frame, $1.offset)
      }.map(\.element)
    }
    reportCutShort(resolved)
    let start = atStart(&sorted)
    return AutomationCurve(
      points: sorted, before: start ?? before ?? sorted.first?.value ?? first.point.value,
      domain: domain)
  }

  /// Warns of moves that the next point ends before they arrive, with a jump. A move of its own begins
  /// where the one before it was, and none is heard.
  private func reportCutShort(_ points: [(point: CurvePoint, written: AutomationPoint)]) {
    let sorted = points.enumerated().sorted {
      ($0.element.point.frame, $0.offset) < ($1.element.point.frame, $1.offset)
    }.map(\.element)
    for ((point, written), (next, other)) in zip(sorted, sorted.dropFirst()) {
      guard case .over(let frames) = point.arrival, next.frame - point.frame < frames else {
        continue
      }
      if case .over = next.arrival { continue }
      let rate = axis.timeline.rate
      report.add(
        .moveCutShort,
        "this move takes \(Clock.text(frames, rate: rate)), and the next point comes after "
          + "\(Clock.text(next.frame - point.frame, rate: rate)), with a jump",
        at: written.span, notes: [Note("the next point is here", at: other.span)])
    }
  }

  /// The value that holds from the axis' first frame; nil: no point stands there. There is nothing
  /// before it to come from: the last point that does is reached at once.
  private func atStart(_ points: inout [CurvePoint]) -> Double? {
    guard let last = points.lastIndex(where: { $0.frame <= 0 }) else { return nil }
    if case .over = points[last].arrival { return nil }
    points.removeFirst(last)
    points[0].arrival = .over(frames: 0)
    return points[0].value
  }

  /// Whether a point lies before the one above it. Moves change the order of what they move, which
  /// is not the order of the file.
  private func isBefore(
    _ point: AutomationPoint, _ frame: Int64, _ above: AutomationPoint, _ last: Int64
  ) -> Bool {
    guard axis.ripple == .move else { return frame < last }
    let timeline = axis.timeline
    guard frame < last, let here = timeline.instant(point.position),
      let there = timeline.instant(above.position)
    else { return false }
    if here.frames == there.frames { return here.gap?.edit == there.gap?.edit }
    return here.frames < there.frames
  }

  private func number(_ value: Value) -> Double? {
    switch value {
    case .number(let number): number
    case .word("mute"): -.infinity
    case .time(.seconds(let seconds)): seconds.double
    default: nil
    }
  }

  private func arrival(_ point: AutomationPoint) -> CurveArrival {
    switch point.arrival?.value {
    case nil, .step?: return .step
    case .line?: return .line
    case .smooth?: return .smooth
    case .over(let amount)?:
      let span = point.arrival?.span ?? point.span
      let frames = axis.timeline.frames(Located(amount, span), from: point.position) ?? 0
      return frames > 0 ? .over(frames: frames) : .step
    }
  }
}
