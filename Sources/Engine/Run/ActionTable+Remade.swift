internal import MixGraph
internal import Signal

// Audio that is known and was not kept.
extension ActionTable {
  /// Takes audio of a known action that was made once more; what was wanted twice may be kept now.
  func noteRemade(_ row: Row, _ piece: Int, _ chunk: ChunkAudio, _ result: ActionResult) {
    countRemade(row, piece)
    inMemory.keep(chunk, of: row.segment.index, piece)
    guard let store, let before = row.results[piece], result.isKept, !before.isKept else { return }
    row.results[piece] = result
    row.hasNewResults = true
    store.put(key(row, piece), result.encoded, in: .actions)
  }

  /// Makes audio of known rows once more, side by side where that is possible.
  func remakeTogether(_ inputs: [Int], _ piece: Int) {
    func isMissing(_ index: Int) -> Bool {
      guard let result = rows[index].results[piece] else { return false }
      return !isAtHand(result) && inMemory[index, piece] == nil
    }
    let missing = inputs.filter { groups[$0] != nil && isMissing($0) }
    for (_, indices) in Dictionary(grouping: missing, by: { groups[$0] }) {
      let indices = Set(indices).sorted()
      for index in indices { rows[index].monitor.lock() }
      defer { for index in indices.reversed() { rows[index].monitor.unlock() } }
      let members = indices.filter(isMissing)
      guard let chunks = renderTogether(members, piece) else { continue }
      for (index, chunk) in zip(members, chunks) {
        let row = rows[index]
        guard (try? checkRecordings(of: row)) != nil else { continue }
        noteRemade(row, piece, chunk, keep(row, piece, Made(audio: chunk)))
      }
    }
  }
}
