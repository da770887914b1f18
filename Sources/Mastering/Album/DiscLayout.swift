/// Where the tracks of a compact disc begin, in frames of 1/75 s.
///
/// A track that starts at sample n begins in frame ⌊n / samples a frame⌋, so that nothing of it is
/// cut; the audio itself is not moved. Silence before a track is its index 0.
///
/// - Source: IEC 60908; ECMA-130.
public struct DiscLayout: Hashable, Sendable {
  public struct Track: Hashable, Sendable {
    /// From 1.
    public var number: Int
    public var title: String
    public var performer: String
    public var isrc: String
    /// Index 1, in frames of the disc.
    public var start: Int64
    /// Frames of index 0 before it; 0: there is none.
    public var pause: Int64
    /// One past the last frame: where the next track's index 1 lies, or the end.
    public var end: Int64
    public var length: Int64 { end - start }
  }

  public static let framesPerSecond = 75
  /// 79:57, the most that plants take.
  public static let longest: Int64 = 359_775
  /// 79:00: plants ask for a waiver beyond it.
  public static let comfortable: Int64 = 79 * 60 * 75
  public static let mostTracks = 99
  /// 4 s.
  public static let shortestTrack: Int64 = 4 * 75

  public var title: String
  public var performer: String
  /// 13 digits, or empty.
  public var upc: String
  public var tracks: [Track]
  /// Frames of the whole programme, the last one filled up with silence.
  public var length: Int64

  /// What a track is made of.
  public struct Song: Sendable {
    public var title: String
    public var performer: String
    public var isrc: String
    /// Its first sample, at the file's rate.
    public var start: Int64
    /// Whole frames of silence before it.
    public var pause: Int64
    public init(title: String, performer: String, isrc: String, start: Int64, pause: Int64) {
      self.title = title
      self.performer = performer
      self.isrc = isrc
      self.start = start
      self.pause = pause
    }
  }

  /// - Parameters:
  ///   - samples: of the whole programme, at the file's rate.
  ///   - frame: samples of a frame: 588 at 44.1 kHz.
  public init(
    title: String, performer: String, upc: String, songs: [Song], samples: Int64, frame: Int64
  ) {
    self.title = title
    self.performer = performer
    self.upc = upc
    let length = (samples + frame - 1) / frame
    self.length = length
    tracks = []
    for (index, song) in songs.enumerated() {
      let start = song.start / frame
      let end = index + 1 < songs.count ? songs[index + 1].start / frame : length
      let earliest = tracks.last?.start ?? 0
      tracks.append(
        Track(
          number: index + 1, title: song.title, performer: song.performer, isrc: song.isrc,
          start: start, pause: min(song.pause, start - earliest), end: end))
    }
  }

  /// `mm:ss:ff`; minutes may pass 59.
  public static func clock(_ frames: Int64) -> String {
    func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(two(frames / 4500)):\(two(frames / 75 % 60)):\(two(frames % 75))"
  }
}
