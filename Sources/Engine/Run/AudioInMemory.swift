internal import Signal

/// Chunks that wait in memory for who wants them: each is let go with its last use.
final class AudioInMemory: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`.
  private let monitor = Monitor()
  /// How often a chunk of each row is wanted.
  private let uses: [Int]
  private var chunks: [Slot: ChunkAudio] = [:]
  private var usesLeft: [Slot: Int] = [:]
  /// Uses that will not come, of chunks that are not there yet.
  private var usesLost: [Slot: Int] = [:]

  private struct Slot: Hashable {
    var row: Int
    var piece: Int
  }

  init(uses: [Int]) { self.uses = uses }

  /// A chunk that is in memory.
  subscript(row: Int, piece: Int) -> ChunkAudio? {
    monitor.withLock { chunks[Slot(row: row, piece: piece)] }
  }

  /// An action is done: from here on its chunk's uses count.
  ///
  /// - Parameter chunk: nil: it is loaded, or made again, when somebody wants it.
  func expect(_ row: Int, _ piece: Int, _ chunk: ChunkAudio? = nil) {
    guard uses[row] > 0 else { return }
    let slot = Slot(row: row, piece: piece)
    monitor.withLock {
      let left = uses[row] - (usesLost.removeValue(forKey: slot) ?? 0)
      guard left > 0 else { return }
      usesLeft[slot] = left
      if let chunk { chunks[slot] = chunk }
    }
  }

  /// Keeps a chunk that was loaded or made again, if it is wanted any more.
  func keep(_ chunk: ChunkAudio, of row: Int, _ piece: Int) {
    let slot = Slot(row: row, piece: piece)
    monitor.withLock { if usesLeft[slot] != nil { chunks[slot] = chunk } }
  }

  /// One use of a chunk, which may not be there yet, will not come.
  func lose(_ row: Int, _ piece: Int) {
    let slot = Slot(row: row, piece: piece)
    let isThere = monitor.withLock {
      if usesLeft[slot] != nil { return true }
      usesLost[slot, default: 0] += 1
      return false
    }
    if isThere { release(row, piece) }
  }

  /// One use of the chunk is over.
  func release(_ row: Int, _ piece: Int) {
    let slot = Slot(row: row, piece: piece)
    monitor.withLock {
      guard let left = usesLeft[slot] else { return }
      if left == 1 {
        usesLeft[slot] = nil
        chunks[slot] = nil
      } else {
        usesLeft[slot] = left - 1
      }
    }
  }
}
