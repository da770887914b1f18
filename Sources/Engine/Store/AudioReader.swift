internal import Signal

/// Reads chunks that will be wanted soon, on threads of its own; a few at most are there or under
/// way.
final class AudioReader: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything is touched inside `monitor`; a chunk is filled by the
  // one thread that took it from the queue and handed on when it is full.
  private let monitor = Monitor()
  private var queue:
    [(hash: ContentHash, piece: Int, chunk: ChunkAudio, read: (ContentHash, ChunkAudio) -> Bool)] =
      []
  private var underWay: Set<ContentHash> = []
  private var there: [(hash: ContentHash, piece: Int, chunk: ChunkAudio)] = []
  private var threads = 0

  /// Some 4 MB each at most.
  static let limit = 16
  /// So many pieces behind the latest that was asked for, nobody comes any more.
  static let reach = 4
  private static let mostThreads = 2

  /// Asks for a chunk of `piece`. Where too many are there already, what was asked for long ago and
  /// never taken makes room; what may still be taken does not: it would be read twice.
  ///
  /// - Parameter read: fills the chunk; false: it is not to be had.
  func ask(
    _ hash: ContentHash, of piece: Int, _ chunk: @autoclosure () -> ChunkAudio,
    read: @escaping (ContentHash, ChunkAudio) -> Bool
  ) {
    let begins = monitor.withLock { () -> Bool in
      guard !underWay.contains(hash), !there.contains(where: { $0.hash == hash }),
        !queue.contains(where: { $0.hash == hash })
      else { return false }
      there.removeAll { $0.piece < piece - Self.reach }
      guard queue.count + underWay.count + there.count < Self.limit else { return false }
      queue.append((hash, piece, chunk(), read))
      guard threads < Self.mostThreads else { return false }
      threads += 1
      return true
    }
    // Without a thread it is read here and now.
    if begins, !WorkerPool.detach({ [self] in work() }) { work() }
  }

  /// The chunk of `hash` if it was asked for and could be read, once; waits where it is under way.
  func take(_ hash: ContentHash) -> ChunkAudio? {
    monitor.lock()
    defer { monitor.unlock() }
    // What has not begun is read by whoever wants it now.
    queue.removeAll { $0.hash == hash }
    while underWay.contains(hash) { monitor.wait() }
    guard let index = there.firstIndex(where: { $0.hash == hash }) else { return nil }
    return there.remove(at: index).chunk
  }

  private func work() {
    monitor.lock()
    while !queue.isEmpty {
      let next = queue.removeFirst()
      underWay.insert(next.hash)
      monitor.unlock()
      let isGood = next.read(next.hash, next.chunk)
      monitor.lock()
      underWay.remove(next.hash)
      if isGood { there.append((next.hash, next.piece, next.chunk)) }
      monitor.broadcast()
    }
    threads -= 1
    monitor.unlock()
  }
}
