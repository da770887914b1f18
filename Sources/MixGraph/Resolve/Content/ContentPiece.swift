import Diagnostics
import SessionModel
import Signal

/// One run of a recording on a track's axis while a track's content is worked out.
struct ContentPiece {
  /// What stands at a piece's first or last frame.
  enum Edge {
    /// The recording goes on beyond it, or ends there by itself.
    case open
    /// Something written fades it already.
    case faded
  }

  /// Names this piece in crossfades; unique within a track.
  var id: Int
  var recording: Int
  /// Frames of the recording at the session's rate.
  var recordingLength: Int64
  var channels: [Int]
  var range: FrameRange
  /// The recording's frame that sounds at `range.start`.
  var offset: Int64
  var isReversed: Bool
  var gains: [ResolvedGain]
  var leading: Edge = .open
  var trailing: Edge = .open
  var span: Span

  /// The recording's frame that sounds at `frame`.
  func recordingFrame(at frame: Int64) -> Int64 {
    isReversed ? offset - (frame - range.start) : offset + (frame - range.start)
  }

  /// Frames of the recording before the piece's start.
  var handleBefore: Int64 {
    max(0, isReversed ? recordingLength - 1 - offset : offset)
  }

  /// Frames of the recording after the piece's end.
  var handleAfter: Int64 {
    let last = recordingFrame(at: range.end - 1)
    return max(0, isReversed ? last : recordingLength - 1 - last)
  }

  /// The same material, sounding over `range` instead (which may reach into the handles).
  func resized(to range: FrameRange) -> ContentPiece {
    var piece = self
    piece.offset = recordingFrame(at: range.start)
    if range.start > self.range.start { piece.leading = .open }
    if range.end < self.range.end { piece.trailing = .open }
    piece.range = range
    return piece
  }

  func shifted(by frames: Int64) -> ContentPiece {
    var piece = self
    piece.range = range.shifted(by: frames)
    piece.gains = gains.map { $0.mapped { $0.shifted(by: frames) } }
    return piece
  }

  /// The piece backwards within `sum` = start + end of the range that is turned round.
  func mirrored(_ sum: Int64) -> ContentPiece {
    var piece = self
    piece.offset = recordingFrame(at: range.end - 1)
    piece.isReversed.toggle()
    piece.range = FrameRange(sum - range.end, sum - range.start)
    (piece.leading, piece.trailing) = (trailing, leading)
    piece.gains = gains.map { $0.mirrored(sum) }
    return piece
  }

  /// True when `next` goes on where this piece stops: the same sound as one piece.
  func continues(into next: ContentPiece) -> Bool {
    recording == next.recording && channels == next.channels && isReversed == next.isReversed
      && recordingFrame(at: next.range.start) == next.offset && gains == next.gains
  }
}

extension ResolvedGain {
  /// Where the gain changes; nil: everywhere the same.
  var range: FrameRange? {
    switch self {
    case .constant: nil
    case .fadeIn(let range, _), .fadeOut(let range, _), .autoFadeIn(let range, _),
      .autoFadeOut(let range, _), .region(let range, _, _):
      range
    }
  }

  func mapped(_ transform: (FrameRange) -> FrameRange) -> ResolvedGain {
    switch self {
    case .constant: self
    case .fadeIn(let range, let curve): .fadeIn(transform(range), curve)
    case .fadeOut(let range, let curve): .fadeOut(transform(range), curve)
    case .autoFadeIn(let range, let partner): .autoFadeIn(transform(range), partner: partner)
    case .autoFadeOut(let range, let partner): .autoFadeOut(transform(range), partner: partner)
    case .region(let range, let gain, let ramp): .region(transform(range), gain: gain, ramp: ramp)
    }
  }

  /// Time turned round: a fade in becomes a fade out of the same curve.
  func mirrored(_ sum: Int64) -> ResolvedGain {
    let turned = mapped { FrameRange(sum - $0.end, sum - $0.start) }
    switch turned {
    case .fadeIn(let range, let curve): return .fadeOut(range, curve)
    case .fadeOut(let range, let curve): return .fadeIn(range, curve)
    case .autoFadeIn(let range, let partner): return .autoFadeOut(range, partner: partner)
    case .autoFadeOut(let range, let partner): return .autoFadeIn(range, partner: partner)
    case .constant, .region: return turned
    }
  }

  var partner: Int? {
    switch self {
    case .autoFadeIn(_, let partner), .autoFadeOut(_, let partner): partner
    default: nil
    }
  }

  func withPartner(_ new: Int) -> ResolvedGain {
    switch self {
    case .autoFadeIn(let range, _): .autoFadeIn(range, partner: new)
    case .autoFadeOut(let range, _): .autoFadeOut(range, partner: new)
    default: self
    }
  }

  /// What the gain is over the whole of `range`: 0, 1, or nil when it changes there or is another
  /// number.
  func settled(over range: FrameRange) -> Double? {
    switch self {
    case .constant: return nil
    case .fadeIn(let fade, _), .autoFadeIn(let fade, _):
      return range.start >= fade.end ? 1 : range.end <= fade.start ? 0 : nil
    case .fadeOut(let fade, _), .autoFadeOut(let fade, _):
      return range.end <= fade.start ? 1 : range.start >= fade.end ? 0 : nil
    case .region(let region, _, let ramp):
      let half = (ramp + 1) / 2
      return range.end <= region.start - half || range.start >= region.end + half ? 1 : nil
    }
  }
}

/// The material of a track or take: pieces ascending by start.
struct Content {
  private(set) var pieces: [ContentPiece] = []
  /// The largest end of `pieces[0...i]`.
  private var reach: [Int64] = []

  init(_ pieces: [ContentPiece] = []) {
    self.pieces = pieces.sorted {
      ($0.range.start, $0.range.end, $0.id) < ($1.range.start, $1.range.end, $1.id)
    }
    reach.reserveCapacity(pieces.count)
    for piece in self.pieces {
      reach.append(max(reach.last ?? piece.range.end, piece.range.end))
    }
  }

  var isEmpty: Bool { pieces.isEmpty }
  var end: Int64 { reach.last ?? 0 }

  /// Index of the first piece that ends after `frame`; the count when none does.
  func firstIndex(endingAfter frame: Int64) -> Int {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if reach[middle] <= frame { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Indices of the pieces that touch `range`, in order.
  func indices(touching range: FrameRange) -> [Int] {
    var found: [Int] = []
    var i = firstIndex(endingAfter: range.start)
    while i < pieces.count && pieces[i].range.start < range.end {
      if pieces[i].range.end > range.start { found.append(i) }
      i += 1
    }
    return found
  }
}
