internal import MixGraph
internal import Signal

// Sums made from what they were.
extension ActionTable {
  /// Finds the pieces of sums that were kept when the session was built before.
  func findBases() {
    guard let store, let session = options.sessionPath else { return }
    for row in rows where !row.isKnown && isUpdatable(row) {
      let label = label(row.segment.index)
      row.bases = Bases(
        timeline.pieces.map {
          store.record(SumBase.key(session: session, label: label, $0), in: .sums) != nil
        })
    }
  }

  /// Whether the row is a sum that can be made from what it was.
  private func isUpdatable(_ row: Row) -> Bool {
    guard !row.hasState, !graph[row.segment.output].roundsToFloat,
      let terms = row.sumTerms(graph)
    else { return false }
    return terms.count >= SumUpdate.leastTerms
  }

  private func base(_ row: Row, _ piece: Int) -> SumBase? {
    guard let store, let session = options.sessionPath else { return nil }
    let key = SumBase.key(
      session: session, label: label(row.segment.index), timeline.pieces[piece])
    return store.record(key, in: .sums).flatMap(SumBase.init)
  }

  /// The terms of a sum that can be heard in a piece.
  private func currentTerms(_ row: Row, _ piece: Int) -> [SumUpdate.Current] {
    guard let terms = row.sumTerms(graph) else { return [] }
    var result: [SumUpdate.Current] = []
    for (term, input) in zip(terms, row.termRows(terms)) {
      let gain = SteadyGain(term)
      let audio = rows[input].results[piece]
      if gain?.isSilent == true || audio?.isSilent == true { continue }
      result.append(
        SumUpdate.Current(
          term: audio.map { audio in
            SumBase.Term(
              identity: identity(term, gain, audio.audio, row, piece), audio: audio.audio,
              gain: gain, isFloat: graph[term.input].roundsToFloat)
          }, gain: gain, channelCount: term.inputChannels, row: input,
          cost: max(
            Double(4 * term.inputChannels),
            audio?.isKept == true ? 0 : rows[input].makingCost)))
    }
    return result
  }

  private func identity(
    _ term: Term, _ gain: SteadyGain?, _ audio: ContentHash, _ row: Row, _ piece: Int
  ) -> ContentHash {
    guard let gain else {
      var writer = DigestWriter()
      manifest.write(
        term, of: row.segment.output, timeline.pieces[piece], audio: audio, to: &writer)
      return ContentHash(of: writer.bytes)
    }
    var writer = StateWriter()
    writer.write(gain.left)
    writer.write(gain.right)
    writer.write(gain.channelCount)
    return ContentHash(of: writer.bytes + audio.bytes)
  }

  /// Remembers what a piece of a sum whose audio is kept was made of.
  func keepBase(_ row: Row, _ piece: Int, _ result: ActionResult) {
    guard let store, let session = options.sessionPath, result.isKept, isUpdatable(row) else {
      return
    }
    let current = currentTerms(row, piece)
    let terms = current.compactMap(\.term)
    // Of a term that is not known it cannot be said whether the sum holds it.
    guard terms.count == current.count else { return }
    let key = SumBase.key(
      session: session, label: label(row.segment.index), timeline.pieces[piece])
    store.put(key, SumBase(sum: result.audio, terms: terms).encoded, in: .sums)
  }

  /// At the end of a build: what sums that are not kept are made from stays in use, and sums that
  /// another session, or another checkout of this one, has kept can be made from here as well.
  func useBases() {
    guard let store, options.sessionPath != nil else { return }
    for row in rows where isUpdatable(row) {
      guard let results = row.results.all else { continue }
      var isFirst = true
      var isForeign = false
      for (piece, result) in results.enumerated() where !result.isSilent {
        if !result.isKept {
          guard let base = base(row, piece) else { continue }
          store.use([base.sum] + base.terms.map(\.audio))
        } else if row.isKnown {
          if isFirst { isForeign = base(row, piece) == nil }
          if isForeign { keepBase(row, piece, result) }
          isFirst = false
        }
      }
    }
  }

  /// A sum made from what it was; nil: it has to be added up.
  func updated(_ row: Row, _ piece: Int) throws(RenderFailure) -> Made? {
    guard let update = update(row, piece) else { return nil }
    let began = Posix.threadNanoseconds
    readAhead(row, piece + 1)
    let channelCount = graph[row.segment.output].channelCount
    guard let sum = stored(update.before, channelCount, isFloat: false, piece) else { return nil }
    var terms: [(gain: SteadyGain, audio: ChunkAudio)] = []
    for removed in update.removed {
      if let input = removed.row {
        terms.append((removed.gain.negated, try audio(input, piece)))
        continue
      }
      guard
        let chunk = stored(
          removed.audio, removed.gain.channelCount, isFloat: removed.isFloat, piece)
          ?? past?.audio(removed.audio, at: timeline.pieces[piece])
      else { return nil }
      terms.append((removed.gain.negated, chunk))
    }
    for (gain, input) in update.added { terms.append((gain, try audio(input, piece))) }
    guard let sum = SumUpdate.render(sum, terms, memory) else { return nil }
    row.spent += Posix.threadNanoseconds - began
    row.frames += Int64(sum.frameCount)
    return Made(audio: sum, isFromBase: update.isSmall)
  }

  /// Has what an update will want of `piece` read meanwhile.
  private func readAhead(_ row: Row, _ piece: Int) {
    guard piece < timeline.pieces.count, let store, let update = update(row, piece) else { return }
    func ask(_ hash: ContentHash, _ channelCount: Int, isFloat: Bool) {
      reader.ask(hash, of: piece, emptyChunk(channelCount, isFloat: isFloat, piece)) {
        hash, chunk in
        store.audio(hash, into: chunk)
      }
    }
    ask(update.before, graph[row.segment.output].channelCount, isFloat: false)
    for removed in update.removed where removed.row == nil {
      ask(removed.audio, removed.gain.channelCount, isFloat: removed.isFloat)
    }
    for row in Set(update.added.map(\.row) + update.removed.compactMap(\.row)) {
      guard rows[row].isKnown, let result = rows[row].results[piece], result.isKept,
        inMemory[row, piece] == nil
      else { continue }
      let node = graph[rows[row].segment.output]
      ask(result.audio, node.channelCount, isFloat: node.roundsToFloat)
    }
  }

  func emptyChunk(_ channelCount: Int, isFloat: Bool, _ piece: Int) -> ChunkAudio {
    ChunkAudio(
      channelCount: channelCount, frameCount: timeline.pieces[piece].length, isFloat: isFloat,
      from: memory)
  }

  /// Audio of the store, in memory of its own; nil: it is not there or damaged.
  func stored(
    _ hash: ContentHash, _ channelCount: Int, isFloat: Bool, _ piece: Int
  ) -> ChunkAudio? {
    if let chunk = reader.take(hash), chunk.channelCount == channelCount, chunk.isFloat == isFloat,
      chunk.frameCount == timeline.pieces[piece].length
    {
      return chunk
    }
    let chunk = emptyChunk(channelCount, isFloat: isFloat, piece)
    return store?.audio(hash, into: chunk) == true ? chunk : nil
  }

  /// Hands a chunk that was rendered now to the sums that take their terms one by one.
  func accumulate(_ index: Int, _ piece: Int, _ chunk: ChunkAudio) {
    for user in accumulatingUsers[index] {
      let sum = rows[user]
      if sum.bases?.count(piece, limit: SumUpdate.mostAdded) == true {
        // What waited for the others need not wait any more.
        for input in sum.inputRows where input != index {
          if let earlier = inMemory[input, piece] { add(input, piece, earlier, to: sum) }
        }
      }
      if !sum.hasBase(piece) { add(index, piece, chunk, to: sum) }
    }
  }

  private func add(_ input: Int, _ piece: Int, _ chunk: ChunkAudio, to sum: Row) {
    if sum.accumulation?.add(input, chunk, piece) == true { inMemory.release(input, piece) }
  }

  /// How to make a piece of a sum from what it was; nil where what it was is not at hand.
  func update(_ row: Row, _ piece: Int) -> SumUpdate? {
    guard row.bases?.has(piece) ?? true, isUpdatable(row), let base = base(row, piece),
      let update = SumUpdate(
        from: base, to: currentTerms(row, piece),
        channelCount: graph[row.segment.output].channelCount,
        isKept: { store?.hasObject($0) == true }),
      store?.hasObject(update.before) == true,
      update.removed.allSatisfy({ $0.row != nil || canHave($0.audio, piece) })
    else { return nil }
    return update
  }

  /// Whether audio that no row has any more can be read or made once more.
  private func canHave(_ audio: ContentHash, _ piece: Int) -> Bool {
    store?.hasObject(audio) == true || past?.has(audio, at: timeline.pieces[piece]) == true
  }

  func isAtHand(_ result: ActionResult) -> Bool {
    result.isSilent || (result.isKept && store?.hasObject(result.audio) ?? false)
  }

  /// Inputs whose audio is needed to render a piece.
  func neededInputs(_ index: Int, _ piece: Int) -> [Int] {
    let row = rows[index]
    guard let update = update(row, piece) else { return row.inputRows }
    return update.added.map(\.row) + update.removed.compactMap(\.row)
  }
}
