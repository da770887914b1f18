internal import CContentHash

/// The content hash of a chunk's samples while they are made: of their first and their second half of
/// bytes apart. The channels of a stereo chunk are these halves, so both grow side by side and are
/// hashed while they are still in the cache.
final class AudioHash {
  private let byteCount: Int
  private var first: OpaquePointer?
  private var second: OpaquePointer?

  /// - Parameter byteCount: of the whole chunk.
  /// - Returns: nil without memory.
  init?(byteCount: Int) {
    self.byteCount = byteCount
    first = content_hash_begin()
    second = content_hash_begin()
    if first == nil || second == nil { return nil }
  }

  deinit {
    if let first { _ = content_hash_end(first) }
    if let second { _ = content_hash_end(second) }
  }

  /// Where the second half begins.
  static func half(_ byteCount: Int) -> Int { byteCount / 2 & ~3 }

  /// Takes bytes that stand at `offset` of the chunk; those of each half in their order.
  func add(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    let inFirst = min(bytes.count, max(0, Self.half(byteCount) - offset))
    if inFirst > 0 { content_hash_add(first, bytes.baseAddress, inFirst) }
    if inFirst < bytes.count {
      content_hash_add(second, bytes.baseAddress.map { $0 + inFirst }, bytes.count - inFirst)
    }
  }

  /// The hash of all bytes; nothing can be added afterwards.
  func finish() -> ContentHash {
    let halves = [first, second].map { part -> ContentHash in
      let hash = content_hash_end(part)
      return ContentHash(low: hash.low, high: hash.high)
    }
    (first, second) = (nil, nil)
    return ContentHash(combining: halves)
  }
}

extension ContentHash {
  /// The hash of a chunk's samples as they stand in memory: of the hashes of its halves.
  public init(ofAudio bytes: UnsafeRawBufferPointer) {
    let half = AudioHash.half(bytes.count)
    self.init(combining: [
      ContentHash(of: UnsafeRawBufferPointer(rebasing: bytes[..<half])),
      ContentHash(of: UnsafeRawBufferPointer(rebasing: bytes[half...])),
    ])
  }
}
