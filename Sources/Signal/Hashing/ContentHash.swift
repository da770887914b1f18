internal import CContentHash

/// The 128-bit XXH3 hash of audio or other bytes: an identity among trusted content, not a seal.
///
/// Samples are hashed by their little-endian bytes, so equal bits give equal hashes on every
/// machine the package runs on (all are little-endian).
public struct ContentHash: Hashable, Sendable, Comparable {
  public var low: UInt64
  public var high: UInt64

  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Digital silence of any length has one identity.
  public static let silence = ContentHash(low: 0, high: 0)

  public init(of bytes: UnsafeRawBufferPointer) {
    let hash = content_hash(bytes.baseAddress, bytes.count)
    self.init(low: hash.low, high: hash.high)
  }

  public init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { ContentHash(of: $0) }
  }

  public init(of samples: Samples) {
    self.init(of: UnsafeRawBufferPointer(start: samples.address, count: samples.count * 8))
  }

  public init(of samples: UnsafeBufferPointer<Float>) {
    self.init(of: UnsafeRawBufferPointer(samples))
  }

  /// The hash of all channels: of the channels' hashes, in channel order.
  public init(of block: Block) {
    self.init(combining: (0..<block.channelCount).map { ContentHash(of: block[$0]) })
  }

  /// One hash for a list: of the concatenated bytes of its members.
  public init(combining hashes: [ContentHash]) {
    var words: [UInt64] = []
    words.reserveCapacity(2 * hashes.count)
    for hash in hashes {
      words.append(hash.low.littleEndian)
      words.append(hash.high.littleEndian)
    }
    self = words.withUnsafeBytes { ContentHash(of: $0) }
  }

  public static func < (a: ContentHash, b: ContentHash) -> Bool {
    (a.high, a.low) < (b.high, b.low)
  }

  /// 32 hexadecimal digits, most significant first.
  public var hexadecimal: String { hexadecimalDigits(high) + hexadecimalDigits(low) }

  /// From what `bytes` gave.
  ///
  /// - Precondition: 16 bytes.
  public init(bytes: ArraySlice<UInt8>) {
    precondition(bytes.count == 16)
    var words: (UInt64, UInt64) = (0, 0)
    for (place, byte) in bytes.enumerated() {
      if place < 8 {
        words.0 |= UInt64(byte) << UInt64(8 * place)
      } else {
        words.1 |= UInt64(byte) << UInt64(8 * (place - 8))
      }
    }
    self.init(low: words.0, high: words.1)
  }

  /// 16 bytes, least significant first.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    withUnsafeBytes(of: low.littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: high.littleEndian) { bytes.append(contentsOf: $0) }
    return bytes
  }
}

func hexadecimalDigits(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
