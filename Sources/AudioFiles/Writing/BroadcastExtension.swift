/// The `bext` chunk of a Broadcast Wave file, version 2.
///
/// Nothing in it comes from the clock or the machine.
///
/// - Source: EBU Tech 3285, version 2 (2011).
public struct BroadcastExtension: Hashable, Sendable {
  /// Measured on the audio of the file; nil leaves a field "not set".
  public struct Loudness: Hashable, Sendable {
    /// LUFS, LU, dBTP, LUFS, LUFS.
    public var integrated: Double?
    public var range: Double?
    public var truePeak: Double?
    public var momentaryMax: Double?
    public var shortTermMax: Double?
    public init(
      integrated: Double? = nil, range: Double? = nil, truePeak: Double? = nil,
      momentaryMax: Double? = nil, shortTermMax: Double? = nil
    ) {
      self.integrated = integrated
      self.range = range
      self.truePeak = truePeak
      self.momentaryMax = momentaryMax
      self.shortTermMax = shortTermMax
    }
  }

  public var description = ""
  public var originator = ""
  public var originatorReference = ""
  /// `yyyy-mm-dd` and `hh:mm:ss`; empty when the session has none.
  public var date = ""
  public var time = ""
  /// Frames since midnight.
  public var timeReference: UInt64 = 0
  public var loudness = Loudness()
  /// Lines such as `A=PCM,F=48000,W=24,M=stereo`.
  public var codingHistory = ""

  public init() {}

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendText(description, length: 256)
    bytes.appendText(originator, length: 32)
    bytes.appendText(originatorReference, length: 32)
    bytes.appendText(date, length: 10)
    bytes.appendText(time, length: 8)
    bytes.appendLittle64(timeReference)
    bytes.appendLittle16(2)
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 64))
    for value in [
      loudness.integrated, loudness.range, loudness.truePeak, loudness.momentaryMax,
      loudness.shortTermMax,
    ] {
      bytes.appendLittle16(BroadcastExtension.hundredths(value))
    }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 180))
    bytes.append(contentsOf: codingHistory.utf8)
    return bytes
  }

  /// 100 · value rounded half up; 0x7FFF is "not set".
  private static func hundredths(_ value: Double?) -> UInt16 {
    guard let value, value.isFinite, value.magnitude < 327 else { return 0x7FFF }
    return UInt16(bitPattern: Int16((value * 100 + 0.5).rounded(.down)))
  }
}

extension [UInt8] {
  /// Exactly `length` bytes: the text's first ones, then zeros. No character is cut in two.
  mutating func appendText(_ text: String, length: Int) {
    var kept: [UInt8] = []
    for character in text.unicodeScalars {
      let bytes = Array(String(character).utf8)
      if kept.count + bytes.count > length { break }
      kept.append(contentsOf: bytes)
    }
    append(contentsOf: kept + [UInt8](repeating: 0, count: length - kept.count))
  }
}
