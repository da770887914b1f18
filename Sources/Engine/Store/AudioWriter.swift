internal import Signal

/// Writes chunks on a thread of its own, in the order they come; at most `limit` wait.
final class AudioWriter: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything is touched inside `monitor`; chunks are immutable.
  private let monitor = Monitor()
  private var queue: [(hash: ContentHash, chunk: ChunkAudio, write: (ContentHash, ChunkAudio) -> Void)] = []
  private var chunks: [ContentHash: ChunkAudio] = [:]
  private var isRunning = false

  /// 8 chunks: some 16 MB at most.
  private static let limit = 8

  /// The chunk of `hash` while it waits.
  func waiting(_ hash: ContentHash) -> ChunkAudio? { monitor.withLock { chunks[hash] } }

  /// Waits while too many wait.
  func add(
    _ hash: ContentHash, _ chunk: ChunkAudio, write: @escaping (ContentHash, ChunkAudio) -> Void
  ) {
    monitor.lock()
    defer { monitor.unlock() }
    if chunks[hash] != nil { return }
    while queue.count >= Self.limit { monitor.wait() }
    queue.append((hash, chunk, write))
    chunks[hash] = chunk
    if !isRunning {
      isRunning = true
      WorkerPool.detach { [self] in work() }
    }
  }

  func drain() {
    monitor.lock()
    while isRunning { monitor.wait() }
    monitor.unlock()
  }

  private func work() {
    while true {
      monitor.lock()
      guard let next = queue.first else {
        isRunning = false
        monitor.unlock()
        monitor.broadcast()
        return
      }
      monitor.unlock()
      next.write(next.hash, next.chunk)
      monitor.lock()
      queue.removeFirst()
      chunks[next.hash] = nil
      monitor.unlock()
      monitor.broadcast()
    }
  }
}
