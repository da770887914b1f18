/// The bit rates that a lossy form can be asked for.
public enum BitRates: Hashable, Sendable {
  /// bit/s, rising; no others exist.
  case choices([Int])
  /// bit/s; the encoder comes near any of them.
  case range(ClosedRange<Int>)

  /// Those of `format`'s container, rate, channels and mode; nil: it is not lossy, or the container
  /// has no such rate.
  ///
  /// - Source: ISO/IEC 11172-3, 2.4.2.3 and ISO/IEC 13818-3, 2.4.2.3 (Layer III); RFC 6716,
  ///   section 2.1.1; nominal rates of libvorbis' qualities 0 to 10.
  public init?(_ format: SoundFileFormat) {
    let channels = format.channelCount
    switch format.container {
    case .mp3 where format.isVariableBitRate:
      self = .range(65_000 * channels / 2...245_000 * channels / 2)
    case .mp3:
      guard SoundFileFormat.rates(of: .mp3).contains(format.rate) else { return nil }
      let kilobits =
        format.rate >= 32_000
        ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        : format.rate >= 16_000
          ? [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
          : [8, 16, 24, 32, 40, 48, 56, 64]
      self = .choices(kilobits.map { $0 * 1000 })
    case .ogg: self = .range(64_000 * channels / 2...500_000 * channels / 2)
    case .opus: self = .range(6_000 * channels...256_000 * channels)
    case .wav, .rf64, .aiff, .caf, .flac: return nil
    }
  }

  /// The allowed rate nearest to `wanted`, the lower one of two that are as near.
  public func nearest(to wanted: Int) -> Int {
    switch self {
    case .choices(let choices):
      choices.min { abs($0 - wanted) < abs($1 - wanted) } ?? wanted
    case .range(let range): max(range.lowerBound, min(range.upperBound, wanted))
    }
  }
}

extension SoundFileFormat {
  /// Hz, rising; empty: any.
  public static func rates(of container: Container) -> [Int] {
    switch container {
    case .mp3: [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]
    case .opus: [8_000, 12_000, 16_000, 24_000, 48_000]
    case .wav, .rf64, .aiff, .caf, .flac, .ogg: []
    }
  }
}
