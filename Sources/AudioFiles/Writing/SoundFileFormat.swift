/// The form a file is written in.
public struct SoundFileFormat: Hashable, Sendable {
  public enum Container: String, Hashable, Sendable {
    /// Becomes RF64 by itself where it passes 4 GiB.
    case wav
    case aiff
    case flac
  }

  public var container: Container
  /// `.integer(bits: 16)`, `.integer(bits: 24)`, `.integer(bits: 32)` (not FLAC) or `.float32`
  /// (not FLAC).
  public var encoding: SampleEncoding
  /// Hz.
  public var rate: Int
  public var channelCount: Int

  public init(_ container: Container, _ encoding: SampleEncoding, rate: Int, channelCount: Int) {
    self.container = container
    self.encoding = encoding
    self.rate = rate
    self.channelCount = channelCount
  }

  var bytesPerSample: Int {
    switch encoding {
    case .integer(let bits): bits / 8
    case .float32: 4
    case .float64: 8
    case .coded: 0
    }
  }

  var bytesPerFrame: Int { bytesPerSample * channelCount }

  /// Why this form cannot be written; nil when it can.
  var problem: String? {
    guard rate >= 1, rate <= LinearLayout.rateLimit else { return "the rate is \(rate) Hz" }
    guard channelCount >= 1, channelCount <= LinearLayout.channelLimit else {
      return "the channel count is \(channelCount)"
    }
    switch (container, encoding) {
    case (.wav, .integer(16)), (.wav, .integer(24)), (.wav, .integer(32)), (.wav, .float32),
      (.aiff, .integer(16)), (.aiff, .integer(24)), (.aiff, .integer(32)), (.aiff, .float32),
      (.flac, .integer(16)), (.flac, .integer(24)):
      return container == .flac && channelCount > 8 ? "FLAC has 8 channels at most" : nil
    default:
      return "\(container.rawValue) is not written with \(encoding.name) samples"
    }
  }
}

/// Text about the audio that goes into the file, and chunks that were made elsewhere.
public struct SoundFileMetadata: Hashable, Sendable {
  public enum Key: String, Hashable, Sendable, CaseIterable {
    case title, artist, album, date, genre, comment, track, copyright
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
  /// RIFF or IFF chunks between the header and the audio, in this order.
  public var chunks: [Chunk]

  public init(texts: [Key: String] = [:], chunks: [Chunk] = []) {
    self.texts = texts
    self.chunks = chunks
  }
}
