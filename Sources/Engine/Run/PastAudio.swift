public import MixGraph
public import SessionModel
internal import Signal

/// A session as an earlier build compiled it.
public struct PastSession: Sendable {
  public var graph: Graph
  public var session: ResolvedSession

  public init(graph: Graph, session: ResolvedSession) {
    self.graph = graph
    self.session = session
  }
}

/// Audio that earlier builds had and nobody kept, made once more as they made it: what a sum loses
/// may be gone from the session and from the store.
final class PastAudio: @unchecked Sendable {
  // Proof for @unchecked Sendable: `tables` and `left` are touched inside `monitor`; a table and what it
  // knows of its pieces guard themselves or change no more.
  private let monitor = Monitor()
  private var tables: [Known] = []
  private var left: [@Sendable () -> PastSession?]
  private let makeTable: (PastSession) -> ActionTable

  /// - Parameters:
  ///   - sessions: the latest first; each is asked for once, when those before it know nothing.
  ///   - makeTable: the session's actions, as far as the store knows them.
  init(
    _ sessions: [@Sendable () -> PastSession?], makeTable: @escaping (PastSession) -> ActionTable
  ) {
    left = sessions
    self.makeTable = makeTable
  }

  /// Whether the audio of `hash` at a piece can be made from what is at hand.
  func has(_ hash: ContentHash, at piece: Piece) -> Bool { find(hash, piece) != nil }

  /// nil: it cannot be made.
  func audio(_ hash: ContentHash, at piece: Piece) -> ChunkAudio? {
    guard let (table, row, index) = find(hash, piece),
      let chunk = try? table.audio(row, index)
    else { return nil }
    // What was read may have changed since.
    return chunk.contentHash() == hash ? chunk : nil
  }

  private func find(_ hash: ContentHash, _ piece: Piece) -> (ActionTable, row: Int, piece: Int)? {
    monitor.lock()
    defer { monitor.unlock() }
    for known in tables {
      if let (row, index) = known.find(hash, piece) { return (known.table, row, index) }
    }
    while !left.isEmpty {
      guard let session = left.removeFirst()() else { continue }
      let known = Known(makeTable(session))
      tables.append(known)
      if let (row, index) = known.find(hash, piece) { return (known.table, row, index) }
    }
    return nil
  }

  private final class Known {
    let table: ActionTable
    /// By where they lie on the axis; what a session repeats lies there several times.
    private let pieces: [Place: [Int]]

    private struct Place: Hashable {
      var axis: FrameRange
      var isGap: Bool
      init(_ piece: Piece) {
        axis = piece.axis
        isGap = piece.isGap
      }
    }

    init(_ table: ActionTable) {
      self.table = table
      var pieces: [Place: [Int]] = [:]
      for piece in table.timeline.pieces { pieces[Place(piece), default: []].append(piece.index) }
      self.pieces = pieces
    }

    func find(_ hash: ContentHash, _ piece: Piece) -> (row: Int, piece: Int)? {
      for index in pieces[Place(piece)] ?? [] {
        if let row = table.row(makingAtOnce: hash, index) { return (row, index) }
      }
      return nil
    }
  }
}

extension ActionTable {
  /// A known row that has the audio of `hash` at a piece and needs no other row to be rendered for
  /// it, nor an earlier piece.
  fileprivate func row(makingAtOnce hash: ContentHash, _ piece: Int) -> Int? {
    rows.indices.first { index in
      let row = rows[index]
      return row.isKnown && row.results[piece]?.audio == hash
        && row.inputRows.allSatisfy { rows[$0].results[piece].map(isAtHand) ?? false }
        && (row.position == piece - 1 || hasState(index, before: piece))
    }
  }
}
