internal import MixGraph
internal import Signal

// Sums made from what they were.
extension ActionTable {
  /// Finds the sums that can be made from what they were when the session was last built.
  func findUpdates() {
    guard let store, let session = options.sessionPath else { return }
    let size = ActionResult.byteCount
    for row in rows where !row.isKnown {
      guard let recipe = row.recipe, let terms = row.sumTerms(graph),
        let bytes = store.record(SumRecipe.key(session: session, label: label(row.segment.index))),
        let earlier = SumRecipe(bytes)
      else { continue }
      row.update = SumUpdate(
        from: earlier, to: recipe, rows: row.termRows(terms),
        channelCount: graph[row.segment.output].channelCount
      ) { key in
        guard let bytes = store.record(key, in: .rows),
          bytes.count == size * timeline.pieces.count
        else { return nil }
        return ActionResult.list(bytes)
      }
    }
  }

  /// A sum made from what it was; nil: it has to be added up.
  func updated(_ row: Row, _ piece: Int) throws(RenderFailure) -> ChunkAudio? {
    guard let step = updateStep(row, piece) else { return nil }
    let began = Posix.threadNanoseconds
    readAhead(row, piece + 1)
    guard let sum = kept(step.before, row.segment.output, piece) else { return nil }
    var terms: [(gain: SteadyGain, audio: ChunkAudio)] = []
    for removed in step.removed {
      if let input = removed.row {
        terms.append((removed.gain.negated, try audio(input, piece)))
        continue
      }
      guard
        let chunk = stored(
          removed.audio.audio, removed.gain.channelCount, isFloat: removed.isFloat, piece)
      else { return nil }
      terms.append((removed.gain.negated, chunk))
    }
    for (gain, input) in step.added { terms.append((gain, try audio(input, piece))) }
    guard let sum = SumUpdate.render(sum, terms, memory) else { return nil }
    row.spent += Posix.threadNanoseconds - began
    row.frames += Int64(sum.frameCount)
    return sum
  }

  /// Has what an update will want of `piece` read meanwhile.
  func readAhead(_ row: Row, _ piece: Int) {
    guard let store, let update = row.update, piece < timeline.pieces.count else { return }
    func ask(_ result: ActionResult, _ channelCount: Int, isFloat: Bool) {
      guard result.isKept, !result.isSilent else { return }
      reader.ask(result.audio, emptyChunk(channelCount, isFloat: isFloat, piece)) { hash, chunk in
        store.audio(hash, into: chunk)
      }
    }
    ask(update.before[piece], graph[row.segment.output].channelCount, isFloat: false)
    for (gain, audio, isFloat) in update.removed {
      ask(audio[piece], gain.channelCount, isFloat: isFloat)
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

  /// How to make a piece of a sum from what it was; nil where what it was is not at hand.
  func updateStep(_ row: Row, _ piece: Int) -> SumUpdate.Step? {
    guard let step = row.update?.step(at: piece, audio: { rows[$0].results[piece] }),
      !graph[row.segment.output].roundsToFloat,
      isAtHand(step.before), step.removed.allSatisfy({ $0.row != nil || isAtHand($0.audio) })
    else { return nil }
    return step
  }

  func isAtHand(_ result: ActionResult) -> Bool {
    result.isSilent || (result.isKept && store?.hasObject(result.audio) ?? false)
  }

  /// Inputs whose audio is needed to render a piece.
  func neededInputs(_ index: Int, _ piece: Int) -> [Int] {
    let row = rows[index]
    return updateStep(row, piece)?.added.map(\.row) ?? row.inputRows
  }
}
