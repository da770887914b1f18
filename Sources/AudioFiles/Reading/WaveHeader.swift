/// Finds the audio in WAV files and their 64-bit forms.
///
/// Source: Microsoft, *Multiple Channel Audio Data and WAVE Files*; EBU Tech 3306 (RF64);
/// ITU-R BS.2088 (BW64).
enum WaveHeader {
  private static let subformatTail: [UInt8] = [
    0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
  ]

  /// Sizes that programs write into a pipe, knowing none.
  private static func isUnknown(_ size: Int64) -> Bool {
    0x7FFF_0000...0x8000_0000 ~= size || size >= 0xFFFF_FF00
  }

  static func layout(of file: PosixFile, length: Int64, isLarge: Bool) throws(SoundFileError)
    -> LinearLayout?
  {
    let riffSize = try file.bytes(at: 4, count: 4)
    guard riffSize.count == 4 else { return nil }
    // A recorder that was cut off leaves sizes at 0 or at their largest value.
    let isUnfinished = [0, 0xFFFF_FFFF].contains(riffSize.little32(0))
    var position: Int64 = 12
    var format: [UInt8]?
    var largeDataSize: Int64?
    for _ in 0..<LinearLayout.chunkLimit {
      let head = try file.bytes(at: position, count: 8)
      guard head.count == 8, head.looksLikeChunkName(0) else { return nil }
      let size = head.little32(4)
      let body = position + 8
      switch head.fourCC(0) {
      case "ds64" where isLarge:
        let fields = try file.bytes(at: body, count: 24)
        guard size >= 24, fields.count == 24 else { return nil }
        // The same marks in 64 bits.
        let (total, audio) = (fields.little64(0), fields.little64(8))
        let isCutOff = total == 0 || total >= 1 << 62
        largeDataSize = audio == 0 && isCutOff || audio >= 1 << 62 ? nil : Int64(audio)
      case "fmt ":
        guard format == nil, size >= 16 else { return nil }
        format = try file.bytes(at: body, count: Int(min(size, 40)))
      case "data":
        guard let format else { return nil }
        let available = max(0, length - body)
        var promised = available
        if isLarge, size == 0xFFFF_FFFF {
          promised = largeDataSize ?? available
        } else if !(size == 0 && isUnfinished) {
          promised = try self.promised(size, at: body, of: available, in: file)
        }
        let there = min(available, promised)
        var found = layout(format: format, dataStart: body, bytes: there, isLarge: isLarge)
        if let bytes = found?.bytesPerFrame {
          found?.missingFrames = (promised - there) / Int64(bytes)
        }
        return found
      default:
        break
      }
      position = body + size + size & 1
      if position > length { return nil }
    }
    return nil
  }

  /// Bytes of audio that a size of 32 bits in front of `available` ones promises.
  private static func promised(
    _ size: Int64, at body: Int64, of available: Int64, in file: PosixFile
  ) throws(SoundFileError) -> Int64 {
    if isUnknown(size) {
      if size > available { return available }
      // As a size it is followed by the next chunk, as a mark by audio.
      let next = try file.bytes(at: body + size + size & 1, count: 4)
      if next.count == 4 && !next.looksLikeChunkName(0) { return available }
    }
    // Beyond 4 GiB sizes begin again at 0.
    return size + max(0, available - size) & ~0xFFFF_FFFF
  }

  private static func layout(format: [UInt8], dataStart: Int64, bytes: Int64, isLarge: Bool)
    -> LinearLayout?
  {
    guard format.count >= 16 else { return nil }
    var tag = format.little16(0)
    var mask: UInt32 = 0
    let channels = format.little16(2)
    let rate = format.little32(4)
    let blockAlign = format.little16(12)
    let bits = format.little16(14)
    if tag == 0xFFFE {
      guard format.count == 40, Array(format[26..<40]) == subformatTail else { return nil }
      tag = format.little16(24)
      mask = UInt32(truncatingIfNeeded: format.little32(20))
    }
    guard channels >= 1, channels <= LinearLayout.channelLimit, rate >= 1,
      rate <= LinearLayout.rateLimit, blockAlign % channels == 0
    else { return nil }
    let bytesPerSample = blockAlign / channels
    let code: LinearLayout.Code
    switch (tag, bytesPerSample, bits) {
    case (1, 1...4, _):
      guard (bits + 7) / 8 == bytesPerSample,
        let integer = LinearLayout.integer(bytes: bytesPerSample, eightBitIsSigned: false)
      else { return nil }
      code = integer
    case (3, 4, 32): code = .float32
    case (3, 8, 64): code = .float64
    default: return nil
    }
    return LinearLayout(
      code: code, isBigEndian: false, channelCount: channels, rate: Int(rate),
      dataStart: dataStart, frames: bytes / Int64(blockAlign),
      container: isLarge ? "rf64" : "wav", channelMask: mask)
  }
}
