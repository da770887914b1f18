internal import MixGraph
internal import Signal

/// A large sum under way: what arrives is added, a few terms at a time, and need not wait in memory
/// for the rest. Sums are exact, so that the order in which terms come changes no bit.
final class SumAccumulation: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`, but a
  // partial's sum: it is touched by the one thread that set `isAdding`, and read when it is not.
  private let monitor = Monitor()
  /// Those that nobody uses now.
  private var runners: [SumRunner] = []
  private let newRunner: () -> SumRunner
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

  private final class Partial {
    var sum: ChunkAudio?
    var rows = Set<Int>()
    /// Terms that came and are not added yet.
    var waiting: [(term: Int, audio: ChunkAudio)] = []
    var isBad = false
    /// A thread adds; who brings terms meanwhile leaves them to it.
    var isAdding = false
  }

  /// Sums of fewer terms wait for all of them.
  static let leastTerms = 12
  private static let batch = ExactSum.width

  init(
    _ terms: [Term], rows: [Int], node: Node, graph: Graph, timeline: Timeline, blockFrames: Int,
    memory: any ChunkMemory
  ) {
    newRunner = {
      SumRunner(
        terms, timeline: timeline, onProgramme: terms.map { graph.isOnProgramme($0.input) },
        blockFrames: blockFrames)
    }
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
    monitor.lock()
    defer { monitor.unlock() }
    if closed.contains(piece) { return false }
    let partial = partials[piece] ?? Partial()
    guard partial.rows.insert(row).inserted else { return false }
    partials[piece] = partial
    if !audio.isSilent && !partial.isBad {
      for term in termsOfRow[row] ?? [] { partial.waiting.append((term, audio)) }
    }
    guard !partial.isAdding else { return true }
    while isDue(partial) { addWaiting(partial, piece) }
    return true
  }

  /// Enough waits to be added, or all that will come.
  private func isDue(_ partial: Partial) -> Bool {
    partial.waiting.count >= Self.batch || (isComplete(partial) && !partial.waiting.isEmpty)
  }

  private func isComplete(_ partial: Partial) -> Bool { partial.rows.count == termsOfRow.count }

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
    monitor.lock()
    defer { monitor.unlock() }
    let partial = partials.removeValue(forKey: piece) ?? Partial()
    while partial.isAdding { monitor.wait() }
    if !partial.waiting.isEmpty { addWaiting(partial, piece) }
    if partial.isBad { return nil }
    guard let sum = partial.sum else {
      return ChunkAudio(
        silentChannels: channelCount, frameCount: timeline.pieces[piece].length, isFloat: false)
    }
    sum.dropIfSilent()
    return sum
  }

  /// Adds what waits, with `monitor` given back meanwhile.
  private func addWaiting(_ partial: Partial, _ index: Int) {
    let terms = partial.waiting
    partial.waiting = []
    guard !partial.isBad else { return }
    partial.isAdding = true
    let isLast = isComplete(partial)
    let runner = runners.popLast() ?? newRunner()
    monitor.unlock()
    let isGood = add(terms, to: partial, isLast: isLast, index, runner)
    monitor.lock()
    runners.append(runner)
    partial.isAdding = false
    if !isGood { partial.isBad = true }
    monitor.broadcast()
  }

  private func add(
    _ terms: [(term: Int, audio: ChunkAudio)], to partial: Partial, isLast: Bool, _ index: Int,
    _ runner: SumRunner
  ) -> Bool {
    let piece = timeline.pieces[index]
    let isFirst = partial.sum == nil
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
          terms, to: block, anew: isFirst, offset: done,
          programme: piece.programmeStart + Int64(done) - latency)
        if culprit != nil { return false }
        done += count
        if isLast { sum.hash(upTo: done) }
      }
      return true
    }
    return isGood == true
  }
}
