import Foundation

/// The format and the bytes of the sample data of a WAV or RF64 file.
struct WaveBytes {
  var channels = 0
  var rate = 0
  var bits = 0
  var isFloat = false
  var data = Data()

  var frameBytes: Int { channels * bits / 8 }
  var frames: Int { frameBytes == 0 ? 0 : data.count / frameBytes }

  init?(_ file: Data) {
    let bytes = [UInt8](file)
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    guard bytes.count > 12,
      ["RIFF", "RF64"].contains(String(decoding: bytes[0..<4], as: UTF8.self))
    else { return nil }
    var at = 12
    while at + 8 <= bytes.count {
      let id = String(decoding: bytes[at..<at + 4], as: UTF8.self)
      let size = number(at + 4, 4)
      let body = at + 8
      if id == "fmt ", body + 16 <= bytes.count {
        var tag = number(body, 2)
        channels = number(body + 2, 2)
        rate = number(body + 4, 4)
        bits = number(body + 14, 2)
        if tag == 0xFFFE, body + 26 <= bytes.count { tag = number(body + 24, 2) }
        isFloat = tag == 3
      }
      if id == "data" {
        data = file.subdata(
          in: body..<min(bytes.count, size == 0xFFFF_FFFF ? bytes.count : body + size))
        return
      }
      at = body + size + size % 2
    }
    return nil
  }

  func bytes(of frames: Range<Int>) -> Data {
    let range = frames.clamped(to: 0..<self.frames)
    return data.subdata(
      in: data.startIndex + range.lowerBound * frameBytes..<data.startIndex + range.upperBound
        * frameBytes)
  }

  /// The first frame from `start` on from which both are equal to the end of the shorter.
  static func equalFrom(_ a: WaveBytes, _ b: WaveBytes, shiftedBy shift: Int, after start: Int)
    -> Int?
  {
    let end = min(a.frames, b.frames - shift)
    guard start < end, a.frameBytes == b.frameBytes else { return nil }
    var frame = end
    while frame > start,
      a.bytes(of: frame - 1..<frame) == b.bytes(of: frame - 1 + shift..<frame + shift)
    {
      frame -= 1
    }
    return frame == end ? nil : frame
  }

  /// Samples of a float file, channels interleaved.
  var floats: [Float] {
    guard isFloat, bits == 32 else { return [] }
    return data.withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        Float(
          bitPattern: UInt32(
            littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }
}
