extension AutomationCurve {
  /// A curve with the same bits over `range` and as few points as that takes; equal excerpts mean
  /// equal values. Where the curve does not move in the range, no point is left.
  public func excerpt(over range: FrameRange) -> AutomationCurve {
    if let value = constantValue(over: range) {
      return AutomationCurve(points: [], before: value, domain: domain)
    }
    var end = points.count
    while end > 0 && points[end - 1].frame >= range.end { end -= 1 }
    if end < points.count && isRamp(into: end) { end += 1 }
    guard let last = lastPoint(at: range.start) else {
      return AutomationCurve(
        points: Array(points[0..<end]), before: domain.canonical(before), domain: domain)
    }
    if settled(after: last) <= range.start {
      var kept = Array(points[last..<end])
      kept[0].arrival = .over(frames: 0)
      return AutomationCurve(
        points: kept, before: domain.canonical(kept[0].value), domain: domain)
    }
    let first = firstOfChain(to: last)
    var kept = Array(points[first..<end])
    if isRamp(into: first) { kept[0].arrival = .over(frames: 0) }
    return AutomationCurve(points: kept, before: startValue(of: first), domain: domain)
  }

  /// The same curve `frames` later.
  public func shifted(by frames: Int64) -> AutomationCurve {
    var curve = self
    for index in curve.points.indices { curve.points[index].frame += frames }
    return curve
  }
}
