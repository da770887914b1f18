public import MixGraph
public import Signal

/// Work over a stream piece after piece, each beginning in the state that the one before left.
public protocol ChainedWork: AnyObject {
  /// Writes everything that the piece's result depends on besides the state before it.
  ///
  /// - Returns: false when that is not known; nothing is remembered then.
  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool
  /// Canonical bytes; empty for work without memory.
  func encodedState() -> [UInt8]
  /// Takes over the state before `piece`; nil: that of the beginning.
  func restore(_ bytes: [UInt8]?, before piece: Int) throws(StateError)
  /// Does the piece and gives its result.
  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8]
}

/// Chained work that remembers: what the store knows is not done again, and as soon as a state
/// equals the one that was there before a change, the following pieces are known again.
///
/// - Not safe for use by several threads at once.
public final class Chain {
  private let work: any ChainedWork
  private let store: (any PieceMemory)?
  private var states: [ContentHash?]
  /// States of this build that the store may not have.
  private var kept: [ContentHash: [UInt8]] = [:]
  /// The piece after which the work's state stands; −1: at the start; −2: unusable.
  private var position = -1
  public private(set) var performed = 0

  private static let noState = ContentHash(low: 0, high: 0)

  public init(_ work: any ChainedWork, pieceCount: Int, store: (any PieceMemory)?) {
    self.work = work
    self.store = store
    states = Array(repeating: nil, count: pieceCount)
  }

  /// Decides `piece`: known, or done now. Pieces come in order.
  ///
  /// - Parameter accepts: whether a known result will do; otherwise the piece is done again.
  public func advance(
    _ piece: Int, accepts: ([UInt8]) throws(RenderFailure) -> Bool = { _ in true }
  ) throws(RenderFailure) -> [UInt8] {
    var key: Digest?
    if let store {
      var writer = DigestWriter()
      if work.writeKey(piece, to: &writer), let before = stateBefore(piece) {
        writer.field("state", before)
        key = writer.digest
      }
      if let key, let known = store.result(key).flatMap(Record.init),
        let result = known.result ?? store.state(known.resultHash)
      {
        states[piece] = known.state
        if try accepts(result) { return result }
      }
    }
    let result = try done(piece)
    performed += 1
    guard let store, let key, let state = states[piece] else { return result }
    var record = Record(state: state, result: result, resultHash: Self.noState)
    if result.count > Record.inlineLimit {
      record = Record(state: state, result: nil, resultHash: ContentHash(of: result))
      if !store.keepState(result, record.resultHash) { return result }
    }
    store.keepResult(key, record.encoded)
    return result
  }

  private func stateBefore(_ piece: Int) -> ContentHash? {
    piece == 0 ? Self.noState : states[piece - 1]
  }

  /// Does `piece`, from the nearest state that can be had.
  private func done(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    if position != piece - 1 {
      var start = piece
      while start > 0 && !restored(before: start) { start -= 1 }
      if start == 0 {
        position = -2
        guard (try? work.restore(nil, before: 0)) != nil else {
          throw .damagedState(node: "chain")
        }
        position = -1
      }
      while start < piece {
        _ = try run(start)
        start += 1
      }
    }
    return try run(piece)
  }

  private func restored(before piece: Int) -> Bool {
    guard let hash = states[piece - 1] else { return false }
    let bytes = hash == Self.noState ? [] : kept[hash] ?? store?.state(hash)
    guard let bytes, (try? work.restore(bytes, before: piece)) != nil else { return false }
    position = piece - 1
    return true
  }

  private func run(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    position = -2
    let result = try work.perform(piece)
    position = piece
    if let store {
      let state = work.encodedState()
      let hash = state.isEmpty ? Self.noState : ContentHash(of: state)
      if !state.isEmpty && hash != stateBefore(piece) && !store.keepState(state, hash) {
        kept[hash] = state
      }
      states[piece] = hash
    }
    return result
  }

  /// What the store keeps of a piece that is done.
  private struct Record {
    static let inlineLimit = 256
    var state: ContentHash
    var result: [UInt8]?
    var resultHash: ContentHash

    init(state: ContentHash, result: [UInt8]?, resultHash: ContentHash) {
      self.state = state
      self.result = result
      self.resultHash = resultHash
    }

    var encoded: [UInt8] {
      state.bytes + (result.map { [1] + $0 } ?? [0] + resultHash.bytes)
    }

    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 17 else { return nil }
      state = ContentHash(bytes: bytes[0..<16])
      if bytes[16] == 1 {
        result = Array(bytes[17...])
        resultHash = Chain.noState
        return
      }
      guard bytes.count == 33 else { return nil }
      resultHash = ContentHash(bytes: bytes[17..<33])
    }
  }
}
