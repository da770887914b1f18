public import Signal

/// What goes into a file beside its audio.
public struct SoundFileMetadata: Hashable, Sendable {
  public enum Key: String, Hashable, Sendable, CaseIterable {
    case title, artist, album
    case albumArtist = "album-artist"
    case composer, lyricist, conductor, arranger, producer, engineer, mixer
    case masteredBy = "mastered-by"
    case label, publisher, genre, date, track, tracks, disc, discs, isrc, upc, catalogue
    case copyright, language, comment, description, url, bpm
    case musicalKey = "key"
  }

  /// A place in the audio with a name; a chapter when it has a length.
  public struct Marker: Hashable, Sendable {
    public var name: String
    public var frame: Int64
    /// One past the last frame; nil: a single instant, or a chapter up to the next one.
    public var end: Int64?
    /// A web address that belongs to it.
    public var link: String?
    public init(_ name: String, at frame: Int64, end: Int64? = nil, link: String? = nil) {
      self.name = name
      self.frame = frame
      self.end = end
      self.link = link
    }
  }

  /// A tag with a name of its own, for formats that allow any (`REPLAYGAIN_TRACK_GAIN`).
  public struct Tag: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The front cover.
  public struct Picture: Hashable, Sendable {
    /// `image/jpeg` or `image/png`.
    public var mediaType: String
    public var bytes: [UInt8]
    public init(mediaType: String, bytes: [UInt8]) {
      self.mediaType = mediaType
      self.bytes = bytes
    }
  }

  public struct Chunk: Hashable, Sendable {
    /// Four ASCII characters.
    public var name: String
    public var bytes: [UInt8]
    public init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Written in the order of `Key`'s cases, whatever order they were set in.
  public var texts: [Key: String]
  public var tags: [Tag] = []
  public var markers: [Marker] = []
  public var picture: Picture?
  /// WAV and RF64 only.
  public var broadcast: BroadcastExtension?
  /// WAV and RF64 only: an `iXML` chunk with the texts.
  public var hasProductionNotes = false
  /// Frames that a player repeats; `smpl` in WAV, `LOOPSTART` and `LOOPLENGTH` in comments.
  public var loop: FrameRange?
  /// What the finished audio measures; written as ReplayGain and R 128 gain where there are tags
  /// for them. `SoundFileWriter.setLoudness` fills it.
  public var loudness: BroadcastExtension.Loudness?
  /// RIFF or IFF chunks between the header and the audio, in this order.
  public var chunks: [Chunk]

  public init(texts: [Key: String] = [:], chunks: [Chunk] = []) {
    self.texts = texts
    self.chunks = chunks
  }

  /// The keys that are set, in their order.
  var entries: [(key: Key, text: String)] {
    Key.allCases.compactMap { key in
      guard let text = texts[key], !text.isEmpty else { return nil }
      return (key, text)
    }
  }

  /// Names and values for formats with free names (FLAC, Vorbis, Opus).
  ///
  /// - Source: Xiph.Org, *Ogg Vorbis I format specification: comment field*, and its customary
  ///   extensions.
  func vorbisComments(rate: Int) -> [(name: String, value: String)] {
    var comments: [(String, String)] = entries.map {
      (SoundFileMetadata.vorbisName($0.key), $0.text)
    }
    comments += tags.map { ($0.name, $0.value) }
    for (index, marker) in markers.enumerated() {
      let number = String(index).leftPadded(to: 3)
      let milliseconds = marker.frame * 1000 / Int64(max(1, rate))
      let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
      let time =
        String(seconds / 3600).leftPadded(to: 2) + ":"
        + String(seconds / 60 % 60).leftPadded(to: 2) + ":"
        + String(seconds % 60).leftPadded(to: 2) + "." + String(rest).leftPadded(to: 3)
      comments.append(("CHAPTER\(number)", time))
      comments.append(("CHAPTER\(number)NAME", marker.name))
      if let link = marker.link { comments.append(("CHAPTER\(number)URL", link)) }
    }
    if let loop, !loop.isEmpty {
      comments.append(("LOOPSTART", "\(loop.start)"))
      comments.append(("LOOPLENGTH", "\(loop.length)"))
    }
    return comments
  }

  private static func vorbisName(_ key: Key) -> String {
    switch key {
    case .albumArtist: "ALBUMARTIST"
    case .masteredBy: "MASTEREDBY"
    case .label: "LABEL"
    case .track: "TRACKNUMBER"
    case .tracks: "TRACKTOTAL"
    case .disc: "DISCNUMBER"
    case .discs: "DISCTOTAL"
    case .upc: "BARCODE"
    case .catalogue: "CATALOGNUMBER"
    case .musicalKey: "INITIALKEY"
    default: key.rawValue.uppercased()
    }
  }
}

extension String {
  func leftPadded(to count: Int) -> String {
    utf8.count >= count ? self : String(repeating: "0", count: count - utf8.count) + self
  }
}
