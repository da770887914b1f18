internal import Signal

/// Keeps the memory of chunks that are done for the next ones: fresh memory costs a page fault every
/// 4 KB. Chunks of full length lie in large pages where the system has them: input and output past
/// the page cache then looks one page up instead of hundreds.
final class ChunkPool: ChunkMemory, @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`.
  private let monitor = Monitor()
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  private var keptBytes = 0
  private var slabs: [UnsafeMutableRawPointer] = []
  let hashesContent: Bool

  /// Bytes that are kept at most, besides those in slabs.
  private static let limit = 64 << 20
  /// What is taken from the system at once for chunks of whole megabytes.
  private static let slabBytes = 8 << 20

  init(hashesContent: Bool) { self.hashesContent = hashesContent }

  deinit {
    for (byteCount, list) in free where !Self.isCarved(byteCount) {
      for memory in list { memory.deallocate() }
    }
    for slab in slabs { slab.deallocate() }
  }

  private static func isCarved(_ byteCount: Int) -> Bool {
    byteCount % (1 << 20) == 0 && byteCount > 0 && byteCount <= slabBytes
  }

  func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let isCarved = Self.isCarved(byteCount)
    let kept = monitor.withLock { () -> UnsafeMutableRawPointer? in
      if isCarved {
        if let memory = free[byteCount]?.popLast() { return memory }
        return carve(byteCount)
      }
      guard let memory = free[byteCount]?.popLast() else { return nil }
      keptBytes -= byteCount
      return memory
    }
    return kept ?? .allocate(byteCount: byteCount, alignment: ChunkAudio.alignment)
  }

  /// A new slab in parts of `byteCount`: one for whoever asks, the others for the next.
  private func carve(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let slab = Posix.largePages(Self.slabBytes)
    slabs.append(slab)
    for part in 1..<max(1, Self.slabBytes / byteCount) {
      free[byteCount, default: []].append(slab + part * byteCount)
    }
    return slab
  }

  func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
    let isKept = monitor.withLock { () -> Bool in
      if Self.isCarved(byteCount) {
        free[byteCount, default: []].append(memory)
        return true
      }
      guard keptBytes + byteCount <= Self.limit else { return false }
      keptBytes += byteCount
      free[byteCount, default: []].append(memory)
      return true
    }
    if !isKept { memory.deallocate() }
  }
}
