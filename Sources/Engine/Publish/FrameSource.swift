public import Signal

/// Audio that can be read at random; silence outside its frames.
public protocol FrameSource: AnyObject {
  var channelCount: Int { get }
  var frames: Int64 { get }
  /// - Parameter block: as many frames as the range and at most the source's channels.
  func read(_ range: FrameRange, into block: Block) throws(RenderFailure)
}

/// A run of a stream's frames with one identity.
public struct StreamPiece: Hashable, Sendable {
  /// Frames of the stream.
  public var range: FrameRange
  /// Everything that the frames are made of; nil: not known, nothing of them can be remembered.
  public var content: ContentHash?
  /// Where in that content the range begins.
  public var offset: Int64
  /// Added to a frame of the stream it gives its place on the axis that dither and roundings count
  /// by: the session's, which a cut of the programme leaves where it was.
  public var shift: Int64

  public init(range: FrameRange, content: ContentHash?, offset: Int64, shift: Int64 = 0) {
    self.range = range
    self.content = content
    self.offset = offset
    self.shift = shift
  }

  /// The same frames in a stream that begins with `frame` of this one.
  public func counted(from frame: Int64) -> StreamPiece {
    StreamPiece(
      range: range.shifted(by: -frame), content: content, offset: offset, shift: shift + frame)
  }

  /// The part of it that lies in `wanted`.
  public func clipped(to wanted: FrameRange) -> StreamPiece {
    let inside = range.intersection(wanted)
    return StreamPiece(
      range: inside, content: content, offset: offset + inside.start - range.start, shift: shift)
  }
}

/// A source whose frames are known by content, piece by piece. Reading is safe from several
/// threads at once.
public protocol PiecedSource: FrameSource, Sendable {
  /// In order, without gaps, from frame 0 to the end.
  var pieces: [StreamPiece] { get }
}

extension PiecedSource {
  /// What the frames `range` are made of, as `identity` of the pieces says it.
  public func identity(of range: FrameRange) -> ContentHash? { pieces.identity(of: range) }
}

extension [StreamPiece] {
  /// What the frames `range` are made of, canonically; nil when some of it is not known. Frames
  /// outside the stream are silence.
  func identity(of range: FrameRange) -> ContentHash? {
    var writer = StateWriter()
    writer.write(Int(range.length))
    var at = range.start
    if at < 0 {
      writer.write(Int(Swift.min(0, range.end) - at))
      at = 0
    }
    // The first piece that ends behind `at`.
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].range.end <= at { low = middle + 1 } else { high = middle }
    }
    while low < count, self[low].range.start < range.end {
      let piece = self[low].clipped(to: range)
      if !piece.range.isEmpty {
        guard let content = piece.content else { return nil }
        writer.write(content.low)
        writer.write(content.high)
        writer.write(Int(piece.offset))
        writer.write(Int(piece.range.length))
      }
      low += 1
    }
    return ContentHash(of: writer.bytes)
  }
}
