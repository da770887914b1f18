import Signal

/// A place on the timeline: exact session frames, and what else is known of it.
struct Instant: Hashable, Sendable {
  /// Exact session frames; rounded half up once, where a position is used.
  var frames: Exact
  /// The same place in quarter notes from bar 1, when it was written musically.
  var quarter: Exact?
  /// Set: the place lies in a gap that `insert` made, this many frames after the gap's start. The
  /// session frame is then the one that the gap stands before.
  var gap: GapPlace?

  struct GapPlace: Hashable, Sendable {
    /// Index in the session's `edits`.
    var edit: Int
    var offset: Exact
  }

  init(_ frames: Exact, quarter: Exact? = nil, gap: GapPlace? = nil) {
    self.frames = frames
    self.quarter = quarter
    self.gap = gap
  }
}
