/// Finds the audio in AIFF files and the uncompressed kinds of AIFF-C.
///
/// Source: Apple, *Audio Interchange File Format*, version 1.3 and AIFF-C draft.
enum AiffHeader {
  static func layout(of file: PosixFile, length: Int64, isCompressed: Bool)
    throws(SoundFileError) -> LinearLayout?
  {
    var position: Int64 = 12
    var common: [UInt8]?
    var sound: (start: Int64, bytes: Int64)?
    for _ in 0..<LinearLayout.chunkLimit {
      let head = try file.bytes(at: position, count: 8)
      if head.isEmpty { break }
      guard head.count == 8, head.looksLikeChunkName(0) else { return nil }
      let size = head.big32(4)
      let body = position + 8
      switch head.fourCC(0) {
      case "COMM":
        guard common == nil, size >= (isCompressed ? 22 : 18) else { return nil }
        common = try file.bytes(at: body, count: isCompressed ? 22 : 18)
      case "SSND":
        guard sound == nil, size >= 8 else { return nil }
        let fields = try file.bytes(at: body, count: 8)
        guard fields.count == 8 else { return nil }
        let start = body + 8 + fields.big32(0)
        sound = (start, max(0, min(length, body + size) - start))
      default:
        break
      }
      if common != nil && sound != nil { break }
      position = body + size + size & 1
      if position >= length { break }
    }
    guard let common, let sound, common.count == (isCompressed ? 22 : 18) else { return nil }
    return layout(common: common, sound: sound)
  }

  private static func layout(common: [UInt8], sound: (start: Int64, bytes: Int64))
    -> LinearLayout?
  {
    let channels = common.big16(0)
    let declared = common.big32(2)
    let bits = common.big16(6)
    guard channels >= 1, channels <= LinearLayout.channelLimit, bits >= 1, bits <= 64,
      let rate = extended(common, at: 8), rate >= 1, rate <= LinearLayout.rateLimit
    else { return nil }
    var isBigEndian = true
    var code = LinearLayout.integer(bytes: (bits + 7) / 8, eightBitIsSigned: true)
    if common.count == 22 {
      switch common.fourCC(18) {
      case "NONE", "twos": break
      case "sowt": isBigEndian = false
      case "fl32", "FL32": code = .float32
      case "fl64", "FL64": code = .float64
      case "in24": code = .int24
      case "in32": code = .int32
      default: return nil
      }
    }
    guard let code else { return nil }
    var layout = LinearLayout(
      code: code, isBigEndian: isBigEndian, channelCount: channels, rate: rate,
      dataStart: sound.start, frames: 0, container: "aiff")
    layout.frames = min(declared, sound.bytes / Int64(layout.bytesPerFrame))
    layout.missingFrames = declared - layout.frames
    return layout
  }

  /// A whole number of Hz out of an 80-bit extended float; nil when it is none or is too large.
  private static func extended(_ bytes: [UInt8], at index: Int) -> Int? {
    let exponent = bytes.big16(index) - 16383
    guard exponent >= 0, exponent <= 31 else { return nil }
    let mantissa = UInt64(bytes.big32(index + 2)) << 32 | UInt64(bytes.big32(index + 6))
    let shift = UInt64(63 - exponent)
    let (sum, overflow) = mantissa.addingReportingOverflow(1 << (shift - 1))
    guard !overflow else { return nil }
    return Int(sum >> shift)
  }
}
