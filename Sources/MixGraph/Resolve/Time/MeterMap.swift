import Signal

/// Bars to quarter notes and back. Quarter note 0 is the first beat of bar 1.
struct MeterMap: Sendable {
  struct Segment: Sendable {
    var bar: Int64
    /// Quarter notes from bar 1 to this bar.
    var quarter: Exact
    var beats: Int64
    var unit: Int64
    /// Quarter notes of one bar.
    var barLength: Exact
  }

  /// Ascending by bar; never empty. The first also holds before its bar.
  private(set) var segments: [Segment] = []

  /// - Parameter points: ascending by bar; 4/4 holds from bar 1 to the first.
  init(_ points: [(bar: Int64, beats: Int64, unit: Int64)] = []) {
    if points.first.map({ $0.bar > 1 }) ?? true { append(bar: 1, beats: 4, unit: 4) }
    for point in points { append(bar: point.bar, beats: point.beats, unit: point.unit) }
  }

  private mutating func append(bar: Int64, beats: Int64, unit: Int64) {
    let beats = min(max(1, beats), 10_000)
    let unit = min(max(1, unit), 10_000)
    let length = Exact(Rational(4 * beats, unit))
    var quarter = Exact(bar - 1) * length
    if let last = segments.last {
      quarter = last.quarter + Exact(bar - last.bar) * last.barLength
    }
    segments.append(
      Segment(bar: bar, quarter: quarter, beats: beats, unit: unit, barLength: length))
  }

  func segment(atBar bar: Int64) -> Segment {
    segments[lastIndex(of: segments) { $0.bar <= bar }]
  }

  func segment(atQuarter quarter: Exact) -> Segment {
    segments[lastIndex(of: segments) { $0.quarter <= quarter }]
  }

  func quarter(bar: Int64, beat: Exact) -> Exact {
    let segment = segment(atBar: bar)
    return segment.quarter + Exact(bar - segment.bar) * segment.barLength
      + (beat - Exact(1)) * Exact(Rational(4, segment.unit))
  }

  /// The bar that holds `quarter`, and how far into it in quarter notes.
  func bar(atQuarter quarter: Exact) -> (bar: Int64, into: Exact, segment: Segment) {
    let segment = segment(atQuarter: quarter)
    let distance = quarter - segment.quarter
    let bars = (distance / segment.barLength).floored
    return (segment.bar + bars, distance - Exact(bars) * segment.barLength, segment)
  }

  /// Moves `quarter` by a number of bars: a whole bar keeps the place in the bar.
  func advance(_ quarter: Exact, bars: Exact) -> Exact {
    let here = bar(atQuarter: quarter)
    let place = Exact(here.bar) + here.into / here.segment.barLength + bars
    let bar = place.floored
    let target = segment(atBar: bar)
    return self.quarter(bar: bar, beat: Exact(1)) + (place - Exact(bar)) * target.barLength
  }
}

/// The last index whose element is `true` under a predicate that is true up to some place, or 0.
func lastIndex<Element>(of array: [Element], where isBefore: (Element) -> Bool) -> Int {
  var low = 0
  var high = array.count
  while high - low > 1 {
    let middle = (low + high) / 2
    if isBefore(array[middle]) { low = middle } else { high = middle }
  }
  return low
}
