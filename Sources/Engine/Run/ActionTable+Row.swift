internal import MixGraph
internal import Signal

extension ActionTable {
  /// What is known of one segment over all pieces; guarded by its own monitor.
  final class Row {
    let monitor = Monitor()
    let segment: Segment
    let inputRows: [Int]
    let keepsAudio: Bool
    /// Of a frame, in bytes that could be read meanwhile.
    let makingCost: Double
    /// Kept only as far as the disk keeps up: it can be made once more from what it is.
    let mayLeaveAudio: Bool
    /// False: its pieces depend on no state and need not be decided in order.
    let hasState: Bool
    var runner: SegmentRunner?
    /// In the first row of a group: runners side by side, and of which rows.
    var lanes: (members: [Int], lanes: SegmentLanes?)?
    /// The piece after which the runner's state stands; −1: at the start.
    var position = -1
    let results: Results
    /// Recordings that the segment reads itself.
    let recordings: [Int]
    /// Pieces that were found in the store and have not been rendered since.
    var countsAsCached: [Bool]
    /// Everything the row is, over all time; only with a store.
    var deepKey: Digest?
    /// The store knows all results of the row.
    var isKnown = false
    /// It knows less of them than is known now.
    var hasNewResults = false
    /// Pieces rendered in this build.
    var renderedCount = 0
    /// CPU time spent in this build, ns, and frames rendered in it.
    var spent: Int64 = 0
    var frames: Int64 = 0
    /// Of a sum that is not known: pieces of which an earlier build kept what they were.
    var bases: Bases?
    /// Of a large sum: what of its terms is there already.
    var accumulation: SumAccumulation?
    /// States made in this build that the store may not have.
    private var states: [(hash: ContentHash, bytes: [UInt8])] = []

    /// A few of them: where one is missing, rendering begins at an earlier one.
    private static let mostStates = 4

    /// A state that was kept here.
    func state(_ hash: ContentHash) -> [UInt8]? { states.first { $0.hash == hash }?.bytes }

    func keepState(_ hash: ContentHash, _ bytes: [UInt8]) {
      if state(hash) != nil { return }
      if states.count >= Self.mostStates { states.removeFirst() }
      states.append((hash, bytes))
    }

    func hasBase(_ piece: Int) -> Bool { bases?.has(piece) ?? false }

    /// nil: the row is not a sum alone.
    func sumTerms(_ graph: Graph) -> [Term]? {
      guard segment.nodes.count == 1, case .sum(let terms) = graph[segment.nodes[0]].kind else {
        return nil
      }
      return terms
    }

    /// Rows of a sum's terms.
    func termRows(_ terms: [Term]) -> [Int] {
      terms.map { term in segment.inputs.firstIndex(of: term.input).map { inputRows[$0] } ?? 0 }
    }

    init(
      _ segment: Segment, inputRows: [Int], recordings: [Int], keepsAudio: Bool,
      makingCost: Double, mayLeaveAudio: Bool, hasState: Bool, pieceCount: Int
    ) {
      self.recordings = recordings
      self.hasState = hasState
      self.segment = segment
      self.inputRows = inputRows
      self.keepsAudio = keepsAudio
      self.makingCost = makingCost
      self.mayLeaveAudio = mayLeaveAudio
      results = Results(count: pieceCount)
      countsAsCached = [Bool](repeating: false, count: pieceCount)
    }
  }

  /// Results of a row by piece.
  final class Results: @unchecked Sendable {
    // Proof for @unchecked Sendable: `list` is touched inside `monitor`, which nobody holds for
    // longer than that: unlike the row's own, it may be taken while other rows are rendered.
    private let monitor = Monitor()
    private var list: [ActionResult?]

    init(count: Int) { list = Array(repeating: nil, count: count) }

    subscript(piece: Int) -> ActionResult? {
      get { monitor.withLock { list[piece] } }
      set { monitor.withLock { list[piece] = newValue } }
    }

    /// Of all pieces; nil: some are missing.
    var all: [ActionResult]? {
      monitor.withLock {
        let known = list.compactMap(\.self)
        return known.count == list.count ? known : nil
      }
    }

    var isComplete: Bool { monitor.withLock { list.allSatisfy { $0 != nil } } }

    /// - Precondition: one for each piece.
    func fill(_ results: [ActionResult]) { monitor.withLock { list = results } }
  }

  /// The pieces of a sum that may be made from what they were.
  final class Bases: @unchecked Sendable {
    // Proof for @unchecked Sendable: everything is touched inside `monitor`.
    private let monitor = Monitor()
    private var isThere: [Bool]
    /// Terms that were rendered in this build, by piece.
    private var renderedTerms: [Int: Int] = [:]

    init(_ isThere: [Bool]) { self.isThere = isThere }

    func has(_ piece: Int) -> Bool { monitor.withLock { isThere[piece] } }

    /// Counts a term that was rendered at `piece`; beyond `limit` of them what the piece was is of no
    /// use any more.
    ///
    /// - Returns: whether that was known only now.
    func count(_ piece: Int, limit: Int) -> Bool {
      monitor.withLock {
        guard isThere[piece] else { return false }
        let count = (renderedTerms[piece] ?? 0) + 1
        isThere[piece] = count <= limit
        renderedTerms[piece] = count <= limit ? count : nil
        return count > limit
      }
    }

    func forget(_ piece: Int) { monitor.withLock { renderedTerms[piece] = nil } }
  }

  /// What was made for an action.
  struct Made {
    var audio: ChunkAudio
    /// It can be made at little cost from what is kept and need not be kept itself.
    var isFromBase = false
  }
}
