public import SessionModel

/// What is known of a song before it is placed: its sound file, and what it is called.
public struct AlbumMaterial: Sendable {
  /// Of the finished mix, absolute or relative to the working folder.
  public var path: String
  /// At the song's own rate.
  public var frames: Int64
  /// Hz.
  public var rate: Int
  public var channelCount: Int
  /// Of the song's session, in its version.
  public var metadata: Metadata

  public init(
    path: String, frames: Int64, rate: Int, channelCount: Int, metadata: Metadata = Metadata()
  ) {
    self.path = path
    self.frames = frames
    self.rate = rate
    self.channelCount = channelCount
    self.metadata = metadata
  }
}
