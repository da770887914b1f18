/// The unit law by which a curve moves between its breakpoints.
public enum CurveDomain: UInt8, Hashable, Sendable {
  /// Straight in the parameter's own unit.
  case linear
  /// Values in dB; straight in dB. −inf and anything at or below −96 dB is silence, and a segment
  /// that reaches it is straight in amplitude below −96 dB.
  case decibels
  /// Values in Hz or ratios; straight in log2.
  case logarithmic
}

/// How a breakpoint's value is reached.
public enum CurveArrival: Hashable, Sendable {
  /// At once, de-zippered over the 64 frames that start at the breakpoint.
  case step
  /// Straight from the previous breakpoint.
  case line
  /// 3t² − 2t³ from the previous breakpoint.
  case smooth
  /// Holds the previous value until the breakpoint, then moves straight within this many frames.
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
/// Before the first point the value is `before`; after the last it is the last point's value.
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
