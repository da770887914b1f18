internal import Signal

/// Writes chunks on threads of its own, begun in the order they come; at most `limit` bytes wait,
/// and a chunk.
final class AudioWriter: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything is touched inside `monitor`; chunks are immutable.
  private let monitor = Monitor()
  private var queue:
    [(hash: ContentHash, chunk: ChunkAudio, write: (ContentHash, ChunkAudio) -> Void)] = []
  private var chunks: [ContentHash: ChunkAudio] = [:]
  private var threads = 0
  /// Of the queue.
  private var bytes = 0

  /// What was offered since `began`, taken or not, and what was written in `busy` ns: lately, for disks
  /// are faster at first.
  private var offered = 0
  private var began: Int64 = 0
  private var written = 0
  private var busy: Int64 = 0
  private var busySince: Int64 = 0
  private var isMeasured = false
  private let now: () -> Int64

  private static let limit = 128 << 20
  /// Nothing is said of the disk before so much was written.
  private static let sample = 16 << 20
  /// What was offered longer ago counts half.
  private static let lately = 128 << 20
  /// What is not the store's, outputs above all, wants the disk too.
  private static let spare = 1.5
  /// A disk does more when it is asked for more at once; the threads wait most of the time.
  static let mostThreads = 3

  /// - Parameter now: a clock, ns.
  init(now: @escaping () -> Int64 = { Posix.nanoseconds }) { self.now = now }

  /// The chunk of `hash` while it waits.
  func waiting(_ hash: ContentHash) -> ChunkAudio? { monitor.withLock { chunks[hash] } }

  /// Whether the disk would keep up with all that is offered; asked of every chunk that may be left.
  func hasRoom(for count: Int) -> Bool {
    monitor.withLock {
      offer(count)
      guard isMeasured else { return bytes < Self.limit / 2 }
      // Bytes a second written over those offered.
      return Double(written) * Double(now() - began) > Self.spare * Double(offered) * Double(busy)
        && bytes < Self.limit
    }
  }

  private func offer(_ count: Int) {
    let time = now()
    if began == 0 { began = time }
    offered += count
    if threads > 0 { addBusy(until: time) }
    isMeasured = isMeasured || written >= Self.sample
    guard offered >= Self.lately else { return }
    offered /= 2
    written /= 2
    busy /= 2
    began = time - (time - began) / 2
  }

  private func addBusy(until time: Int64) {
    busy += time - busySince
    busySince = time
  }

  /// Waits while too much waits.
  ///
  /// - Parameter wasOffered: `hasRoom` was asked for it.
  func add(
    _ hash: ContentHash, _ chunk: ChunkAudio, wasOffered: Bool,
    write: @escaping (ContentHash, ChunkAudio) -> Void
  ) {
    let begins = monitor.withLock { () -> Bool in
      if chunks[hash] != nil { return false }
      if !wasOffered { offer(chunk.byteCount) }
      while bytes >= Self.limit { monitor.wait() }
      queue.append((hash, chunk, write))
      bytes += chunk.byteCount
      chunks[hash] = chunk
      guard threads < Self.mostThreads else { return false }
      if threads == 0 { busySince = now() }
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
      bytes -= next.chunk.byteCount
      monitor.unlock()
      monitor.broadcast()
      next.write(next.hash, next.chunk)
      monitor.lock()
      chunks[next.hash] = nil
      written += next.chunk.byteCount
    }
    threads -= 1
    if threads == 0 { addBusy(until: now()) }
    monitor.unlock()
    monitor.broadcast()
  }
}
