internal import MixGraph
internal import SessionModel
internal import Signal

// What can be said of actions before anything is rendered.
extension ActionTable {
  /// Whether an action is known, as far as that can be said before anything is rendered; rows
  /// and pieces have to be asked in order.
  func state(of index: Int, at piece: Int) -> Certainty {
    let row = rows[index]
    if row.isKnown { return .no }
    let inputsKnown = row.inputRows.allSatisfy { rows[$0].results[piece] != nil }
    let stateKnown = piece == 0 || !row.hasState || row.results[piece - 1] != nil
    guard inputsKnown && stateKnown else { return .possible }
    guard let known = store?.record(key(row, piece), in: .actions).flatMap(ActionResult.init) else {
      return .certain
    }
    row.results[piece] = known
    return .no
  }

  /// Whether the audio of a known action can be had without rendering it.
  func hasAudio(_ index: Int, _ piece: Int) -> Bool {
    rows[index].results[piece].map(isAtHand) ?? false
  }

  /// Whether the state before `piece` can be had without rendering what comes before.
  func hasState(_ index: Int, before piece: Int) -> Bool {
    let row = rows[index]
    guard piece > 0 && row.hasState else { return true }
    guard let hash = row.results[piece - 1]?.state else { return false }
    return hash == ActionResult.silence
      || store?.record(StateKey.digest(hash), in: .states) != nil
      || store?.hasObject(hash) ?? false
  }

  /// CPU time of a frame of a row: measured by earlier builds, else estimated.
  func nanoseconds(_ index: Int) -> Double {
    let segment = rows[index].segment
    return store?.cost(CostModel.shape(of: segment, graph: graph))
      ?? CostModel.nanoseconds(segment, graph: graph)
  }

  /// Fields of a row's whole manifest, for people.
  func explanation(_ index: Int) -> [ExplanationWriter.Field] {
    let row = rows[index]
    var writer = ExplanationWriter()
    manifest.writeWhole(
      row.segment, inputs: row.inputRows.map { _ in Digest([UInt8](repeating: 0, count: 32)) },
      recording: { identities.source($0) }, to: &writer)
    return writer.fields
  }

  /// What is remembered of rows goes by this name; nil: nothing is.
  private var rememberedSession: String? {
    options.sessionPath.map { options.selection.isEmpty ? $0 : "\($0)#\(options.selection)" }
  }

  static func explanationKey(_ session: String, _ label: String) -> Digest {
    var writer = DigestWriter()
    writer.field("explanation-of", Posix.absolute(session))
    writer.field("label", label)
    return writer.digest
  }

  private static func timelineKey(_ digest: String) -> Digest {
    var writer = DigestWriter()
    writer.field("timeline", digest)
    return writer.digest
  }

  /// Name of the field of a row that tells which programme it was made for.
  static let timelineField = "timeline"

  /// Fields of the programme, for people, and what tells it apart.
  var timelineExplanation: (fields: [ExplanationWriter.Field], digest: String) {
    var fields = ExplanationWriter()
    manifest.writeTimeline(to: &fields)
    var writer = DigestWriter()
    manifest.writeTimeline(to: &writer)
    return (fields.fields, writer.digest.text)
  }

  /// The programme that rows were made for; nil: it is not known.
  func rememberedTimeline(_ digest: String) -> [ExplanationWriter.Field]? {
    store?.record(Self.timelineKey(digest)).map { bytes in
      Self.lines(bytes).map { ExplanationWriter.Field(path: $0, value: $1) }
    }
  }

  private func rowKey(_ session: String, _ label: String) -> Digest {
    var writer = DigestWriter()
    writer.field("row-of", Posix.absolute(session))
    writer.field("label", label)
    return writer.digest
  }

  /// Whether a row is something else than when this session was last built.
  func hasChanged(_ index: Int) -> Bool {
    guard let session = rememberedSession,
      let last = store?.record(rowKey(session, label(index)))
    else { return !isKnown(index) }
    return last != deepKey(index).bytes
  }

  /// Remembers what the rows are, for `explain`.
  func rememberRows() {
    // A part of the programme makes no file that anybody asks about.
    guard let store, let session = rememberedSession, options.range == nil else { return }
    let (timeline, digest) = timelineExplanation
    var isTimelineKept = false
    for row in rows where row.results.isComplete {
      let index = row.segment.index
      guard let key = row.deepKey, store.record(rowKey(session, label(index))) != key.bytes else {
        continue
      }
      store.put(rowKey(session, label(index)), key.bytes)
      let own =
        [ExplanationWriter.Field(path: Self.timelineField, value: digest)]
        + RowDifferences.parts(row.segment, in: graph)
      store.put(Self.explanationKey(session, label(index)), Self.bytes(explanation(index) + own))
      if !isTimelineKept { store.put(Self.timelineKey(digest), Self.bytes(timeline)) }
      isTimelineKept = true
    }
  }

  private static func bytes(_ fields: [ExplanationWriter.Field]) -> [UInt8] {
    Array(fields.map { "\($0.path)\t\($0.value)" }.joined(separator: "\n").utf8)
  }

  /// Names and values, a line each, with a tab between them.
  private static func lines(_ bytes: [UInt8]) -> [(String, String)] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
  }

  /// What the row was when this session was last built; nil: it was not.
  func lastExplanation(_ label: String) -> [ExplanationWriter.Field]? {
    guard let session = rememberedSession,
      let bytes = store?.record(Self.explanationKey(session, label))
    else { return nil }
    return Self.lines(bytes).map { ExplanationWriter.Field(path: $0, value: $1) }
  }

  func recordingHash(_ index: Int) -> ContentHash { identities.whole(index) }

  func inputRows(_ index: Int) -> [Int] { rows[index].inputRows }
  func isKnown(_ index: Int) -> Bool { rows[index].isKnown }
  func label(_ index: Int) -> String { graph[rows[index].segment.output].label }
  func output(_ index: Int) -> NodeID { rows[index].segment.output }
  var rowCount: Int { rows.count }
}
