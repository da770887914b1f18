internal import Signal

/// Keeps the memory of chunks that are done for the next ones: fresh memory costs a page fault every
/// 4 KB.
final class ChunkPool: ChunkMemory, @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`.
  private let monitor = Monitor()
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  private var keptBytes = 0
  let hashesContent: Bool

  /// Bytes that are kept at most.
  private static let limit = 64 << 20

  init(hashesContent: Bool) { self.hashesContent = hashesContent }

  deinit { for list in free.values { for memory in list { memory.deallocate() } } }

  func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let kept = monitor.withLock { () -> UnsafeMutableRawPointer? in
      guard let memory = free[byteCount]?.popLast() else { return nil }
      keptBytes -= byteCount
      return memory
    }
    return kept ?? .allocate(byteCount: byteCount, alignment: ChunkAudio.alignment)
  }

  func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
    let isKept = monitor.withLock { () -> Bool in
      guard keptBytes + byteCount <= Self.limit else { return false }
      keptBytes += byteCount
      free[byteCount, default: []].append(memory)
      return true
    }
    if !isKept { memory.deallocate() }
  }
}
