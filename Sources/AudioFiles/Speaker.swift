/// Where a channel plays.
public enum Speaker: Hashable, Sendable {
  case left, right, center
  /// Low frequencies alone.
  case effects
  case backLeft, backRight, backCenter
  case sideLeft, sideRight
  /// Further ones in front, above, or not known.
  case other

  /// By the bits of a WAV file's channel mask, lowest first.
  private static let ofMask: [Speaker] = [
    .left, .right, .center, .effects, .backLeft, .backRight, .other, .other, .backCenter,
    .sideLeft, .sideRight,
  ]

  /// The speakers of a WAV file.
  ///
  /// - Returns: nil when the mask does not name `count` channels.
  /// - Source: Microsoft, *Multiple Channel Audio Data and WAVE Files*.
  static func speakers(mask: UInt32, count: Int) -> [Speaker]? {
    let found = (0..<32).filter { mask >> UInt32($0) & 1 == 1 }
      .map { $0 < ofMask.count ? ofMask[$0] : .other }
    return found.count == count ? found : nil
  }

  /// The speakers of Vorbis and Opus streams.
  ///
  /// - Source: Xiph.Org, *Vorbis I specification*, 4.3.9; RFC 7845, 5.1.1.2.
  static func ofVorbis(count: Int) -> [Speaker]? {
    switch count {
    case 3: [.left, .center, .right]
    case 4: [.left, .right, .backLeft, .backRight]
    case 5: [.left, .center, .right, .backLeft, .backRight]
    case 6: [.left, .center, .right, .backLeft, .backRight, .effects]
    case 7: [.left, .center, .right, .sideLeft, .sideRight, .backCenter, .effects]
    case 8: [.left, .center, .right, .sideLeft, .sideRight, .backLeft, .backRight, .effects]
    default: nil
    }
  }
}
