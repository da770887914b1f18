import Signal

/// Quarter notes to frames and back: constant tempos exactly, ramps (linear in quarter notes) to
/// 2^-32 of a frame.
struct TempoMap: Sendable {
  struct Segment: Sendable {
    var quarter: Exact
    var frame: Exact
    /// Quarter notes a minute at the segment's start.
    var bpm: Exact
    /// Set: the tempo moves straight to `bpm` over `length` quarter notes.
    var ramp: (bpm: Exact, length: Exact)?
    var framesPerQuarter: Exact
  }

  /// Frames of a minute.
  let framesPerMinute: Exact
  /// Ascending; never empty. The first also holds before its start.
  private(set) var segments: [Segment]

  /// A constant tempo with quarter note 0 at `barOne`.
  init(bpm: Exact, barOne: Exact, rate: Int) {
    framesPerMinute = Exact(60 * Int64(rate))
    segments = []
    segments.append(segment(quarter: .zero, frame: barOne, bpm: bpm))
  }

  private func segment(quarter: Exact, frame: Exact, bpm: Exact) -> Segment {
    Segment(quarter: quarter, frame: frame, bpm: bpm, framesPerQuarter: framesPerMinute / bpm)
  }

  /// A new tempo at once, from `frame` (= `quarter` of this map) on.
  mutating func append(bpm: Exact, atQuarter quarter: Exact, frame: Exact) {
    segments.append(segment(quarter: quarter, frame: frame, bpm: bpm))
  }

  /// A ramp from the last segment's tempo, beginning where that segment begins.
  ///
  /// - Parameter quarter: where the ramp ends.
  mutating func appendRamp(to bpm: Exact, endingAtQuarter quarter: Exact) {
    guard let last = segments.last, quarter > last.quarter else { return }
    let length = quarter - last.quarter
    segments[segments.count - 1].ramp = (bpm, length)
    let end = frame(atQuarter: quarter)
    segments.append(segment(quarter: quarter, frame: end, bpm: bpm))
  }

  /// A ramp from the last segment's tempo that reaches `bpm` at `frame`.
  mutating func appendRamp(to bpm: Exact, endingAtFrame frame: Exact) {
    guard let last = segments.last, frame > last.frame else { return }
    let duration = (frame - last.frame).double / framesPerMinute.double
    let from = last.bpm.double
    let to = bpm.double
    let length =
      from == to || from <= 0 || to <= 0
      ? duration * from : duration * (to - from) / Maths.log(to / from)
    let quarters = Exact(nearest: length)
    guard quarters > .zero else { return }
    segments[segments.count - 1].ramp = (bpm, quarters)
    segments.append(segment(quarter: last.quarter + quarters, frame: frame, bpm: bpm))
  }

  func frame(atQuarter quarter: Exact) -> Exact {
    let segment = segments[lastIndex(of: segments) { $0.quarter <= quarter }]
    let distance = quarter - segment.quarter
    guard let ramp = segment.ramp, distance > .zero else {
      return segment.frame + distance * segment.framesPerQuarter
    }
    return segment.frame
      + Exact(nearest: rampFrames(distance.double, from: segment.bpm.double, ramp))
  }

  func quarter(atFrame frame: Exact) -> Exact {
    let segment = segments[lastIndex(of: segments) { $0.frame <= frame }]
    let distance = frame - segment.frame
    guard let ramp = segment.ramp, distance > .zero else {
      return segment.quarter + distance / segment.framesPerQuarter
    }
    var low = 0.0
    var high = ramp.length.double
    let wanted = distance.double
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if rampFrames(middle, from: segment.bpm.double, ramp) < wanted {
        low = middle
      } else {
        high = middle
      }
    }
    return segment.quarter + Exact(nearest: high)
  }

  /// Frames of the first `quarters` of a ramp: ∫ 60·rate / (b₀ + (b₁−b₀)·x/L) dx.
  private func rampFrames(
    _ quarters: Double, from bpm: Double, _ ramp: (bpm: Exact, length: Exact)
  ) -> Double {
    let slope = (ramp.bpm.double - bpm) / ramp.length.double
    let growth = slope * quarters / bpm
    if growth.magnitude < 1e-9 || growth <= -1 { return framesPerMinute.double * quarters / bpm }
    return framesPerMinute.double / slope * Maths.log(1 + growth)
  }
}
