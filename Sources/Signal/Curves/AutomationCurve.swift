/// The unit law by which a curve moves between its breakpoints.
public enum CurveDomain: UInt8, Hashable, Sendable {
  /// Straight in the parameter's own unit.
  case linear
  /// Values in dB; straight in dB. Anything at or below −96 dB, and −∞, is silence: a segment to
  /// or from it runs straight in dB between −96 dB and its other end, and is silent only there. A
  /// step is de-zippered straight in amplitude.
  case decibels
  /// Values in Hz or ratios; straight in log2. A segment to or from an infinite ratio runs between
  /// 100 and its other end, and is infinite only there.
  case logarithmic
}

/// How a breakpoint's value is reached.
public enum CurveArrival: Hashable, Sendable {
  /// At once, de-zippered over the 64 frames that start at the breakpoint (reached in the last of
  /// them). So is a `line` or `smooth` that has no previous point, or none before its own frame.
  case step
  /// Straight from the previous breakpoint.
  case line
  /// 3t² − 2t³ from the previous breakpoint.
  case smooth
  /// Holds the previous value until the breakpoint, then moves straight within this many frames;
  /// 0 frames: at once, without de-zippering.
  case over(frames: Int64)
}

public struct CurvePoint: Hashable, Sendable {
  /// On the curve's axis (session frames, or programme frames of a track that stays).
  public var frame: Int64
  /// In the parameter's canonical unit; −inf for silence of a level.
  public var value: Double
  public var arrival: CurveArrival

  public init(frame: Int64, value: Double, arrival: CurveArrival) {
    self.frame = frame
    self.value = value
    self.arrival = arrival
  }
}

/// A parameter over time: breakpoints in ascending frames, evaluated in closed form at any frame.
///
/// Before the first point the value is `before`; after the last it is the last point's value. A
/// step or `over` that is still moving when the next one starts hands over the value it has
/// reached; a `line` or `smooth` that follows begins at its point's value, and the movement towards
/// it ends by the segment's end.
public struct AutomationCurve: Hashable, Sendable {
  public var points: [CurvePoint]
  public var before: Double
  public var domain: CurveDomain

  public init(points: [CurvePoint], before: Double, domain: CurveDomain) {
    self.points = points
    self.before = before
    self.domain = domain
  }
}
