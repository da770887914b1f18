/// What the header of a Wave64 file promises; libsndfile reads what is there and does not say.
///
/// - Source: Sonic Foundry, *Wave64 file format*.
enum Wave64Header {
  private static let nameTail: [UInt8] = [
    0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A,
  ]

  /// Frames that the header of a linear file promises and the file does not hold.
  static func missingFrames(of file: PosixFile, length: Int64) throws(SoundFileError) -> Int64 {
    var position: Int64 = 40
    var bytesPerFrame = 0
    for _ in 0..<LinearLayout.chunkLimit {
      let head = try file.bytes(at: position, count: 24)
      guard head.count == 24, Array(head[4..<16]) == nameTail else { return 0 }
      // The size counts the head.
      let size = head.little64(16)
      guard 24..<(1 << 62) ~= size else { return 0 }
      switch head.fourCC(0) {
      case "fmt ":
        let format = try file.bytes(at: position + 24, count: 16)
        guard format.count == 16 else { return 0 }
        bytesPerFrame = format.little16(12)
      case "data":
        guard bytesPerFrame > 0 else { return 0 }
        return max(0, Int64(size) - (length - position)) / Int64(bytesPerFrame)
      default:
        break
      }
      position += (Int64(size) + 7) & ~7
      if position > length { return 0 }
    }
    return 0
  }
}
