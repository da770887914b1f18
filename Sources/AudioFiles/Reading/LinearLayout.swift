/// Where a file's uncompressed samples lie and how each is coded.
struct LinearLayout: Hashable {
  enum Code: Hashable {
    case unsigned8, signed8
    case int16, int24, int32
    case float32, float64
  }

  var code: Code
  var isBigEndian: Bool
  var channelCount: Int
  var rate: Int
  /// Byte of the first sample.
  var dataStart: Int64
  var frames: Int64
  var container: String
  /// Frames that the header promises and the file does not hold.
  var missingFrames: Int64 = 0
  /// Of a WAV file; 0: it names none.
  var channelMask: UInt32 = 0

  var bytesPerSample: Int {
    switch code {
    case .unsigned8, .signed8: 1
    case .int16: 2
    case .int24: 3
    case .int32, .float32: 4
    case .float64: 8
    }
  }

  var bytesPerFrame: Int { bytesPerSample * channelCount }

  var encoding: SampleEncoding {
    switch code {
    case .unsigned8, .signed8: .integer(bits: 8)
    case .int16: .integer(bits: 16)
    case .int24: .integer(bits: 24)
    case .int32: .integer(bits: 32)
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The integer coding of `bytes` bytes a sample.
  static func integer(bytes: Int, eightBitIsSigned: Bool) -> Code? {
    switch bytes {
    case 1: eightBitIsSigned ? .signed8 : .unsigned8
    case 2: .int16
    case 3: .int24
    case 4: .int32
    default: nil
    }
  }

  /// The layout of the file's audio when it is a plain WAV, RF64, BW64 or AIFF file; nil when it
  /// is anything else or anything about its header is odd.
  static func find(in file: PosixFile, length: Int64) throws(SoundFileError) -> LinearLayout? {
    let head = try file.bytes(at: 0, count: 12)
    guard head.count == 12 else { return nil }
    switch (head.fourCC(0), head.fourCC(8)) {
    case ("RIFF", "WAVE"), ("RF64", "WAVE"), ("BW64", "WAVE"):
      return try WaveHeader.layout(of: file, length: length, isLarge: head.fourCC(0) != "RIFF")
    case ("FORM", "AIFF"), ("FORM", "AIFC"):
      return try AiffHeader.layout(of: file, length: length, isCompressed: head[11] == 0x43)
    default:
      return nil
    }
  }

  /// More chunks than any honest file has; a walk stops there.
  static let chunkLimit = 4096
  static let channelLimit = 1024
  static let rateLimit = 10_000_000
}

extension [UInt8] {
  /// The four characters at `index`; bytes beyond ASCII become `?`.
  func fourCC(_ index: Int) -> String {
    String(
      decoding: self[index..<(index + 4)].map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
  }

  func little16(_ index: Int) -> Int { Int(self[index]) | Int(self[index + 1]) << 8 }
  func little32(_ index: Int) -> Int64 {
    Int64(little16(index)) | Int64(little16(index + 2)) << 16
  }
  func little64(_ index: Int) -> UInt64 {
    UInt64(little32(index)) | UInt64(little32(index + 4)) << 32
  }
  func big16(_ index: Int) -> Int { Int(self[index]) << 8 | Int(self[index + 1]) }
  func big32(_ index: Int) -> Int64 { Int64(big16(index)) << 16 | Int64(big16(index + 2)) }

  /// Whether the four bytes at `index` could be a chunk's name.
  func looksLikeChunkName(_ index: Int) -> Bool {
    self[index..<(index + 4)].allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }
}
