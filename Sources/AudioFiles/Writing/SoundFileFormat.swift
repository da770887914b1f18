/// The form a file is written in.
public struct SoundFileFormat: Hashable, Sendable {
  public enum Container: String, Hashable, Sendable, CaseIterable {
    /// Becomes RF64 by itself where it passes 4 GiB.
    case wav
    /// RF64 at any length.
    case rf64
    case aiff
    case caf
    case flac
    case mp3
    /// Ogg Vorbis.
    case ogg
    case opus

    /// Whether decoding gives other samples than were written.
    public var isLossy: Bool { self == .mp3 || self == .ogg || self == .opus }

    /// Whether samples stand in the file as they are, one frame after the other.
    public var isLinear: Bool {
      switch self {
      case .wav, .rf64, .aiff, .caf: true
      case .flac, .mp3, .ogg, .opus: false
      }
    }

    /// The coding that lossy containers hold.
    var coding: SampleEncoding? {
      switch self {
      case .mp3: .coded("mp3")
      case .ogg: .coded("vorbis")
      case .opus: .coded("opus")
      default: nil
      }
    }
  }

  public var container: Container
  /// `.integer(bits: 16)`, `.integer(bits: 24)`, `.integer(bits: 32)` (not FLAC) or `.float32`
  /// (not FLAC); lossy containers have their own coding and take samples of any kind.
  public var encoding: SampleEncoding
  /// Hz.
  public var rate: Int
  public var channelCount: Int
  /// bit/s of lossy containers; nil: 320 000 for MP3, 256 000 for Vorbis, 192 000 for Opus, half
  /// of that for one channel, or the nearest that the rate allows.
  public var bitRate: Int?
  /// MP3 only: quality follows the bit rate, which is then an average.
  public var isVariableBitRate = false

  public init(_ container: Container, _ encoding: SampleEncoding, rate: Int, channelCount: Int) {
    self.container = container
    self.encoding = container.coding ?? encoding
    self.rate = rate
    self.channelCount = channelCount
  }

  /// A lossy form.
  public init(_ container: Container, rate: Int, channelCount: Int, bitRate: Int? = nil) {
    self.init(container, .integer(bits: 24), rate: rate, channelCount: channelCount)
    self.bitRate = bitRate
  }

  var bytesPerSample: Int {
    switch encoding {
    case .integer(let bits): bits / 8
    case .float32: 4
    case .float64: 8
    case .coded: 0
    }
  }

  /// Of linear codings.
  public var bytesPerFrame: Int { bytesPerSample * channelCount }

  /// bit/s that a lossy encoder is asked for.
  var wantedBitRate: Int { bitRate ?? usualBitRate }

  /// bit/s where none is asked for: transparent to most ears, and one the form has.
  public var usualBitRate: Int {
    let stereo =
      switch container {
      case .mp3: isVariableBitRate ? 245_000 : 320_000
      case .opus: 192_000
      default: 256_000
      }
    let wanted = stereo * channelCount / 2
    return BitRates(self)?.nearest(to: wanted) ?? wanted
  }

  /// Why this form cannot be written; nil when it can.
  public var problem: String? {
    guard rate >= 1, rate <= LinearLayout.rateLimit else { return "the rate is \(rate) Hz" }
    guard channelCount >= 1, channelCount <= LinearLayout.channelLimit else {
      return "the channel count is \(channelCount)"
    }
    switch container {
    case .flac:
      if channelCount > 8 { return "FLAC has 8 channels at most" }
      if rate > 655_350 { return "FLAC has no rate above 655350 Hz" }
    case .mp3:
      if channelCount > 2 { return "MP3 has 2 channels at most" }
      if !SoundFileFormat.rates(of: .mp3).contains(rate) {
        return "MP3 has no rate of \(rate) Hz"
      }
    case .opus:
      if channelCount > 8 { return "Opus has 8 channels at most" }
      if !SoundFileFormat.rates(of: .opus).contains(rate) {
        return "Opus has no rate of \(rate) Hz; 48000 Hz is its own"
      }
    case .ogg:
      if channelCount > 8 || rate > 200_000 { return "Vorbis has no such rate or channels" }
    default: break
    }
    if container.isLossy { return nil }
    switch (container, encoding) {
    case (.flac, .integer(16)), (.flac, .integer(24)): return nil
    case (.flac, _): break
    case (_, .integer(16)), (_, .integer(24)), (_, .integer(32)), (_, .float32): return nil
    default: break
    }
    return "\(container.rawValue) is not written with \(encoding.name) samples"
  }
}
