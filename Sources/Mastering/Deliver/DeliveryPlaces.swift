internal import AudioFiles
public import Signal

/// Where chapters and a loop lie in the programme, and where that is in a file made from it.
public struct DeliveryPlaces: Hashable, Sendable {
  public struct Chapter: Hashable, Sendable {
    public var title: String
    public var link: String?
    /// Programme frame, at the session's rate.
    public var frame: Int64
    public init(title: String, link: String? = nil, frame: Int64) {
      self.title = title
      self.link = link
      self.frame = frame
    }
  }

  /// By frame.
  public var chapters: [Chapter] = []
  /// Programme frames, at the session's rate.
  public var loop: FrameRange?

  public init(chapters: [Chapter] = [], loop: FrameRange? = nil) {
    self.chapters = chapters
    self.loop = loop
  }

  /// Chapters of a file of `frames` frames. The one that is under way when the file begins begins
  /// with it; those behind its end are not in it.
  func markers(
    frames: Int64, placing: (Int64) -> Int64
  ) -> [SoundFileMetadata.Marker] {
    var placed = chapters.map { (chapter: $0, frame: placing($0.frame)) }
    if let last = placed.lastIndex(where: { $0.frame <= 0 }) {
      placed.removeFirst(last)
      placed[0].frame = 0
    }
    return placed.filter { $0.frame < frames }.map {
      SoundFileMetadata.Marker($0.chapter.title, at: $0.frame, link: $0.chapter.link)
    }
  }

  /// The loop as far as it lies in a file of `frames` frames; nil: none of it does.
  func loop(frames: Int64, placing: (Int64) -> Int64) -> FrameRange? {
    guard let loop else { return nil }
    let placed = FrameRange(placing(loop.start), placing(loop.end))
      .intersection(FrameRange(0, frames))
    return placed.isEmpty ? nil : placed
  }
}
