public import Diagnostics
public import Signal

/// A run of programme time: a range of session time, or a gap that `insert` made.
public struct Stretch: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// Session frames `start ..< start + length`.
    case session(start: Int64)
    /// No session frames: silence with a name of its own.
    case gap(name: String?)
  }
  public var content: Content
  /// First programme frame.
  public var programmeStart: Int64
  public var length: Int64
  /// The crossfade with the stretch before, centred on the seam, fed from what lies beyond it on
  /// both sides. Frames in all (even); 0 for the first stretch.
  public var crossfade: Int64
  public var curve: FadeCurve

  public init(
    content: Content, programmeStart: Int64, length: Int64, crossfade: Int64 = 0,
    curve: FadeCurve = .auto
  ) {
    self.content = content
    self.programmeStart = programmeStart
    self.length = length
    self.crossfade = crossfade
    self.curve = curve
  }

  public var programmeEnd: Int64 { programmeStart + length }

  /// One past the last session frame; nil: a gap.
  public var sessionEnd: Int64? {
    if case .session(let start) = content { start + length } else { nil }
  }
}

/// The map from session time to programme time: stretches in programme order, contiguous from
/// programme frame 0. Without session edits it is one stretch from session frame 0.
///
/// The last stretch is open-ended for tails: frames beyond `length` continue its axis.
public struct ProgrammeMap: Hashable, Sendable {
  public var stretches: [Stretch]
  /// What makes the seam before each stretch, as far as that is written; empty: nothing is.
  public var seamSpans: [Span?]
  /// Where the edits are written that made it; nil: there are none.
  public var editsSpan: Span?

  public init(stretches: [Stretch], seamSpans: [Span?] = []) {
    self.stretches = stretches
    self.seamSpans = seamSpans
  }

  /// Frames of programme, tails not counted.
  public var length: Int64 { stretches.last?.programmeEnd ?? 0 }
}
