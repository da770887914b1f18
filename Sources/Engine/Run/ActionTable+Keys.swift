internal import MixGraph
internal import SessionModel
internal import Signal

// Keys of rows and actions, and what the store knows by them.
extension ActionTable {
  func findKeys() {
    guard store != nil else { return }
    var timelineWriter = DigestWriter()
    manifest.writeTimeline(to: &timelineWriter)
    let timelineDigest = timelineWriter.digest
    for row in rows {
      var writer = DigestWriter()
      writer.field("row", timelineDigest.text)
      manifest.writeWhole(
        row.segment, inputs: row.inputRows.map { deepKey($0) },
        recording: { identities.source($0) }, to: &writer)
      row.deepKey = writer.digest
    }
  }

  /// Looks whole rows up: an unchanged row is decided by one record.
  func recogniseRows() {
    guard let store else { return }
    let size = ActionResult.byteCount
    for row in rows where !row.isKnown {
      guard let key = row.deepKey, let bytes = store.record(key, in: .rows),
        bytes.count == size * timeline.pieces.count
      else { continue }
      row.results.fill(ActionResult.list(bytes))
      row.isKnown = true
    }
  }

  func deepKey(_ row: Int) -> Digest {
    rows[row].deepKey ?? Digest([UInt8](repeating: 0, count: 32))
  }

  /// Waits while another process makes any row that is not known; true when rows were learnt.
  func claimRows(_ isCancelled: () -> Bool) -> Bool {
    let unknown = rows.count { !$0.isKnown }
    guard let store, unknown > 0 else { return false }
    while store.claim(rows.filter { !$0.isKnown }.compactMap(\.deepKey), isCancelled: isCancelled) {
      recogniseRows()
    }
    // Who had a row gives it back when it is known.
    store.reload()
    recogniseRows()
    return rows.count { !$0.isKnown } < unknown
  }

  /// Lets others have the rows that this render claimed; what came of them is found before.
  func releaseRows() { store?.release(rows.compactMap(\.deepKey)) }

  func key(_ row: Row, _ piece: Int) -> Digest {
    var writer = DigestWriter()
    let inputs = row.inputRows.map { rows[$0].results[piece]?.audio ?? ActionResult.silence }
    manifest.write(
      row.segment, timeline.pieces[piece], recordings: identities, inputs: inputs, to: &writer)
    writer.field("state", stateBefore(row, piece))
    return writer.digest
  }

  func stateBefore(_ row: Row, _ piece: Int) -> ContentHash {
    piece == 0 || !row.hasState
      ? ActionResult.silence : row.results[piece - 1]?.state ?? ActionResult.silence
  }

  /// - Parameter isComplete: everything was done, of recordings that did not change meanwhile.
  func conclude(isComplete: Bool) {
    for row in rows where row.frames > 0 {
      store?.keepCost(
        Double(row.spent) / Double(row.frames), CostModel.shape(of: row.segment, graph: graph))
    }
    if isComplete { useBases() }
    // A row that was made of two versions of a recording is none.
    if changedRecording() == nil {
      for row in rows where !row.isKnown || row.hasNewResults {
        guard let key = row.deepKey, let results = row.results.all else { continue }
        store?.put(key, results.flatMap(\.encoded), in: .rows)
      }
      rememberRows()
    }
    // What is still being written is waited for when the build ends.
    store?.flushRecords()
  }
}
