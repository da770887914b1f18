/// A half-open run of frames, `start..<end`, on an axis that the context names.
public struct FrameRange: Hashable, Sendable {
  public var start: Int64
  public var end: Int64

  public init(_ start: Int64, _ end: Int64) {
    self.start = start
    self.end = end
  }

  public var length: Int64 { end - start }
  public var isEmpty: Bool { end <= start }
  public func contains(_ frame: Int64) -> Bool { frame >= start && frame < end }
  public func overlaps(_ other: FrameRange) -> Bool { start < other.end && other.start < end }

  public func intersection(_ other: FrameRange) -> FrameRange {
    FrameRange(max(start, other.start), max(max(start, other.start), min(end, other.end)))
  }

  public func shifted(by frames: Int64) -> FrameRange { FrameRange(start + frames, end + frames) }
}
