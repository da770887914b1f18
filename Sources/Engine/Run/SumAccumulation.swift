internal import MixGraph
internal import Signal

/// A large sum under way: what arrives is added, a few terms at a time, and need not wait in memory
/// for the rest. Sums are exact, so that the order in which terms come changes no bit.
final class SumAccumulation: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`.
  private let monitor = Monitor()
  private let runner: SumRunner
  private let timeline: Timeline
  private let channelCount: Int
  private let latency: Int64
  private let blockFrames: Int
  private let memory: any ChunkMemory
  /// Terms by the row of their input.
  private let termsOfRow: [Int: [Int]]
  private var partials: [Int: Partial] = [:]
  /// Pieces that nobody will ask for.
  private var closed: Set<Int> = []

  private struct Partial {
    var sum: ChunkAudio?
    var rows = Set<Int>()
    /// Terms that came and are not added yet.
    var waiting: [(term: Int, audio: ChunkAudio)] = []
    var isBad = false
  }

  /// Sums of fewer terms wait for all of them.
  static let leastTerms = 12
  private static let batch = ExactSum.width

  init(
    _ terms: [Term], rows: [Int], node: Node, graph: Graph, timeline: Timeline, blockFrames: Int,
    memory: any ChunkMemory
  ) {
    runner = SumRunner(
      terms, timeline: timeline, onProgramme: terms.map { graph.isOnProgramme($0.input) },
      blockFrames: blockFrames)
    self.timeline = timeline
    self.blockFrames = blockFrames
    self.memory = memory
    channelCount = node.channelCount
    latency = Int64(node.latency)
    var termsOfRow: [Int: [Int]] = [:]
    for (term, row) in rows.enumerated() { termsOfRow[row, default: []].append(term) }
    self.termsOfRow = termsOfRow
  }

  /// Takes the audio of a row at a piece, once.
  ///
  /// - Returns: false: it was taken before, or nobody will ask for the sum.
  @discardableResult
  func add(_ row: Int, _ audio: ChunkAudio, _ piece: Int) -> Bool {
    monitor.withLock {
      if closed.contains(piece) { return false }
      var partial = partials[piece] ?? Partial()
      guard partial.rows.insert(row).inserted else { return false }
      if !audio.isSilent && !partial.isBad {
        for term in termsOfRow[row] ?? [] { partial.waiting.append((term, audio)) }
        let isLast = partial.rows.count == termsOfRow.count
        if partial.waiting.count >= Self.batch || isLast { addWaiting(&partial, piece) }
      }
      partials[piece] = partial
      return true
    }
  }

  /// Rows that were taken at a piece.
  func rows(at piece: Int) -> Set<Int> { monitor.withLock { partials[piece]?.rows ?? [] } }

  func discard(_ piece: Int) { monitor.withLock { partials[piece] = nil } }

  /// Takes nothing more at a piece.
  ///
  /// - Returns: the rows that were taken.
  func close(_ piece: Int) -> Set<Int> {
    monitor.withLock {
      closed.insert(piece)
      return partials.removeValue(forKey: piece)?.rows ?? []
    }
  }

  /// The sum of what was taken at a piece; nil: a term may be too large or not finite.
  func take(_ piece: Int) -> ChunkAudio? {
    monitor.withLock {
      var partial = partials.removeValue(forKey: piece) ?? Partial()
      if !partial.isBad && !partial.waiting.isEmpty { addWaiting(&partial, piece) }
      if partial.isBad { return nil }
      guard let sum = partial.sum else {
        return ChunkAudio(
          silentChannels: channelCount, frameCount: timeline.pieces[piece].length, isFloat: false)
      }
      sum.dropIfSilent()
      return sum
    }
  }

  private func addWaiting(_ partial: inout Partial, _ index: Int) {
    let piece = timeline.pieces[index]
    let isFirst = partial.sum == nil
    let isLast = partial.rows.count == termsOfRow.count
    let sum =
      partial.sum
      ?? ChunkAudio(
        channelCount: channelCount, frameCount: piece.length, isFloat: false, from: memory)
    partial.sum = sum
    let isGood = sum.withDoubles { whole -> Bool in
      var done = 0
      while done < piece.length {
        let count = SegmentRunner.blockLength(piece, done, blockFrames)
        let block = whole.slice(done..<(done + count))
        let culprit = runner.add(
          partial.waiting, to: block, anew: isFirst, offset: done,
          programme: piece.programmeStart + Int64(done) - latency)
        if culprit != nil { return false }
        done += count
        if isLast { sum.hash(upTo: done) }
      }
      return true
    }
    if isGood != true { partial.isBad = true }
    partial.waiting.removeAll(keepingCapacity: true)
  }
}
