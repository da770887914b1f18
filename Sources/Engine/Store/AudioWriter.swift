internal import Signal

/// Writes chunks on threads of its own, begun in the order they come; at most `limit` wait.
final class AudioWriter: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything is touched inside `monitor`; chunks are immutable.
  private let monitor = Monitor()
  private var queue:
    [(hash: ContentHash, chunk: ChunkAudio, write: (ContentHash, ChunkAudio) -> Void)] = []
  private var chunks: [ContentHash: ChunkAudio] = [:]
  private var threads = 0

  /// Some 4 MB each at most.
  private static let limit = 12
  /// A disk does more when it is asked for more at once; the threads wait most of the time.
  private static let mostThreads = 3

  /// The chunk of `hash` while it waits.
  func waiting(_ hash: ContentHash) -> ChunkAudio? { monitor.withLock { chunks[hash] } }

  /// Waits while too many wait.
  func add(
    _ hash: ContentHash, _ chunk: ChunkAudio, write: @escaping (ContentHash, ChunkAudio) -> Void
  ) {
    let begins = monitor.withLock { () -> Bool in
      if chunks[hash] != nil { return false }
      while queue.count >= Self.limit { monitor.wait() }
      queue.append((hash, chunk, write))
      chunks[hash] = chunk
      guard threads < Self.mostThreads else { return false }
      threads += 1
      return true
    }
    // Without a thread it is written here and now.
    if begins, !WorkerPool.detach({ [self] in work() }) { work() }
  }

  func drain() {
    monitor.lock()
    while threads > 0 { monitor.wait() }
    monitor.unlock()
  }

  private func work() {
    monitor.lock()
    while !queue.isEmpty {
      let next = queue.removeFirst()
      monitor.unlock()
      monitor.broadcast()
      next.write(next.hash, next.chunk)
      monitor.lock()
      chunks[next.hash] = nil
    }
    threads -= 1
    monitor.unlock()
    monitor.broadcast()
  }
}
