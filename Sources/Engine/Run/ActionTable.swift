internal import MixGraph
internal import SessionModel
internal import Signal
internal import Synchronization

/// All actions of one render: their keys, results, states and the audio that is at hand.
///
/// An action is looked up by its key first. Audio of a known action is loaded or made again only
/// when somebody needs it, from the nearest state that can be had.
final class ActionTable: @unchecked Sendable {
  // Proof for @unchecked Sendable: rows are guarded by their own monitor, the audio table by
  // `monitor`; a row's monitor is taken before those of rows it reads, never the other way round.
  let graph: Graph
  let timeline: Timeline
  let segmentation: Segmentation
  let manifest: SegmentManifest
  let identities: RecordingIdentities
  private let library: RecordingLibrary
  let store: Store?
  /// Tells tables of one process apart.
  private let serial = ActionTable.serials.add(1, ordering: .relaxed).newValue
  private static let serials = Atomic<UInt64>(0)
  let options: RenderOptions
  let rows: [Row]
  private let monitor = Monitor()
  let memory: ChunkPool
  let reader = AudioReader()
  /// Set before anything is done; nil: what earlier builds had is not to be had.
  var past: PastAudio?
  let inMemory: AudioInMemory
  /// Rows with an accumulation that read a row.
  private(set) var accumulatingUsers: [[Int]] = []
  private(set) var rendered = 0
  private(set) var cached = 0
  /// Rows that are rendered side by side where they can be: a number for each group.
  let groups: [Int?]

  init(
    _ graph: Graph, session: ResolvedSession, timeline: Timeline, segmentation: Segmentation,
    consumerSegments: [Int], options: RenderOptions, store: Store?,
    identities: RecordingIdentities
  ) {
    self.graph = graph
    self.timeline = timeline
    self.segmentation = segmentation
    self.options = options
    self.store = store
    memory = ChunkPool(hashesContent: store != nil)
    manifest = SegmentManifest(graph, timeline: timeline)
    self.identities = identities
    library = RecordingLibrary(
      session.recordings, rate: session.rate,
      decoded: store.map { DecodedRecordings(identities, store: $0) })
    var uses = [Int](repeating: 0, count: segmentation.segments.count)
    var feedsLargeSum = [Bool](repeating: false, count: segmentation.segments.count)
    for segment in segmentation.segments {
      for input in segment.inputs {
        guard let row = segmentation.segmentOfOutput[input.index] else { continue }
        uses[row] += 1
        if case .sum(let terms) = graph[segment.nodes[0]].kind,
          terms.count >= 4 || terms.contains(where: \.isPart)
        {
          feedsLargeSum[row] = true
        }
      }
    }
    for row in consumerSegments { uses[row] += 1 }
    inMemory = AudioInMemory(uses: uses)
    let published = Set(consumerSegments)
    let keepsAudio = CostModel.keepsAudio(
      segmentation.segments, graph: graph, published: published, feedsLargeSum: feedsLargeSum,
      frames: timeline.pieces.reduce(0) { $0 + Int64($1.length) }, cap: store?.cap ?? 0)
    rows = segmentation.segments.map { segment in
      Row(
        segment,
        inputRows: segment.inputs.map { segmentation.segmentOfOutput[$0.index] ?? 0 },
        recordings: Self.recordings(segment, graph),
        keepsAudio: keepsAudio[segment.index],
        makingCost: SumUpdate.cost(
          ofMaking: CostModel.nanoseconds(segment, graph: graph)
            * Double(graph[segment.output].channelCount)),
        mayLeaveAudio: segment.inputs.isEmpty && !published.contains(segment.index),
        hasState: segment.nodes.contains { id in
          switch graph[id].kind {
          case .source: false
          case .sum(let terms): terms.contains { $0.delay > 0 }
          case .stage: true
          }
        }, pieceCount: timeline.pieces.count)
    }
    groups = LaneGroups.groups(segmentation.segments, graph: graph, workers: options.workers)
    findKeys()
    recogniseRows()
    findBases()
    findAccumulations()
  }

  /// What a segment reads: the recordings of its clips, and impulse responses.
  private static func recordings(_ segment: Segment, _ graph: Graph) -> [Int] {
    var found = Set<Int>()
    for id in segment.nodes {
      switch graph[id].kind {
      case .source(let content): for reading in content.readings { found.insert(reading.recording) }
      case .stage(let stage):
        for case .response(let response) in stage.insert.settings.values {
          found.insert(response.recording)
        }
      case .sum: break
      }
    }
    return found.sorted()
  }

  private func findAccumulations() {
    accumulatingUsers = [[Int]](repeating: [], count: rows.count)
    for row in rows where !row.isKnown && !row.hasState {
      let node = graph[row.segment.output]
      guard let terms = row.sumTerms(graph), terms.count >= SumAccumulation.leastTerms,
        !node.roundsToFloat
      else { continue }
      row.accumulation = SumAccumulation(
        terms, rows: row.termRows(terms), node: node, graph: graph, timeline: timeline,
        blockFrames: options.blockFrames, memory: memory)
      for input in row.inputRows { accumulatingUsers[input].append(row.segment.index) }
    }
  }

  /// How many pieces of each row were rendered, the rows with any.
  var renderedSegments: [RenderReport.SegmentCount] {
    rows.filter { $0.renderedCount > 0 }.map {
      RenderReport.SegmentCount(name: label($0.segment.index), rendered: $0.renderedCount)
    }
  }

  var isAllKnown: Bool { store != nil && rows.allSatisfy(\.isKnown) }

  var hasStore: Bool { store != nil }

  func outputRecord(_ key: Digest) -> OutputRecord? {
    store?.record(key).flatMap(OutputRecord.init)
  }

  func remember(_ key: Digest, _ record: OutputRecord) { store?.put(key, record.encoded) }

  var cacheFaults: [String] { store?.faults ?? [] }

  /// A recording that changed on disk while it was being read.
  func changedRecording() -> Int? {
    identities.firstChanged(of: identities.references.indices)
  }

  // MARK: Actions

  /// Decides action (row, piece): known, or rendered now.
  func perform(_ index: Int, _ piece: Int) throws(RenderFailure) {
    let row = rows[index]
    row.monitor.lock()
    defer { row.monitor.unlock() }
    // Their use ended when they were added.
    var over = row.accumulation?.rows(at: piece) ?? []
    defer {
      row.accumulation?.discard(piece)
      row.bases?.forget(piece)
      for input in row.inputRows where !over.contains(input) { inMemory.release(input, piece) }
    }
    let (isKnown, key) = try decide(row, piece)
    if isKnown { return }
    let sum = try summed(row, piece) { input in
      if over.insert(input).inserted { inMemory.release(input, piece) }
    }
    if let sum {
      try conclude(row, piece, key, Made(audio: sum))
    } else {
      try conclude(row, piece, key, try render(row, piece))
    }
  }

  /// A large sum: what is there already and the other terms, one after the other; nil where it has
  /// to be rendered at once.
  ///
  /// - Parameter added: called with each input that is done with.
  private func summed(
    _ row: Row, _ piece: Int, added: (Int) -> Void
  ) throws(RenderFailure) -> ChunkAudio? {
    guard let accumulation = row.accumulation, !row.hasBase(piece) else { return nil }
    let there = accumulation.rows(at: piece)
    remakeTogether(row.inputRows.filter { !there.contains($0) }, piece)
    for input in row.inputRows where !there.contains(input) {
      accumulation.add(input, try audio(input, piece), piece)
      added(input)
    }
    let began = Posix.threadNanoseconds
    let chunk = accumulation.take(piece)
    row.spent += Posix.threadNanoseconds - began
    row.frames += Int64(timeline.pieces[piece].length)
    return chunk
  }

  /// Decides the actions of several rows without inputs at one piece. What has to be rendered is
  /// rendered side by side where that is possible.
  ///
  /// - Returns: what went wrong with each.
  func perform(_ indices: [Int], _ piece: Int) -> [RenderFailure?] {
    var failures = [RenderFailure?](repeating: nil, count: indices.count)
    // In ascending order: whoever holds several of these rows took them in this way.
    for index in indices { rows[index].monitor.lock() }
    defer { for index in indices.reversed() { rows[index].monitor.unlock() } }
    var wanted: [(place: Int, key: Digest?)] = []
    for (place, index) in indices.enumerated() {
      do throws(RenderFailure) {
        let (isKnown, key) = try decide(rows[index], piece)
        if !isKnown { wanted.append((place, key)) }
      } catch { failures[place] = error }
    }
    let members = wanted.map { indices[$0.place] }
    if let chunks = renderTogether(members, piece) {
      for ((place, key), (index, chunk)) in zip(wanted, zip(members, chunks)) {
        do throws(RenderFailure) {
          try conclude(rows[index], piece, key, Made(audio: chunk))
        } catch { failures[place] = error }
      }
      return failures
    }
    for (place, key) in wanted {
      do throws(RenderFailure) {
        let row = rows[indices[place]]
        try conclude(row, piece, key, try render(row, piece))
      } catch { failures[place] = error }
    }
    return failures
  }

  /// nil: these rows, or this piece, are not for lanes; whoever asks renders them one by one.
  func renderTogether(_ members: [Int], _ piece: Int) -> [ChunkAudio]? {
    guard members.count >= SegmentLanes.least else { return nil }
    let first = rows[members[0]]
    do throws(RenderFailure) {
      let runners = members.map { runner(rows[$0]) }
      let place = timeline.pieces[piece]
      if runners.contains(where: { $0.isSilent(in: place) }) { return nil }
      if first.lanes?.members != members {
        first.lanes = (members, SegmentLanes(runners, blockFrames: options.blockFrames))
      }
      guard let lanes = first.lanes?.lanes else { return nil }
      for (member, runner) in zip(members, runners) where rows[member].position != piece - 1 {
        try bring(rows[member], runner, to: piece)
      }
      for member in members { rows[member].position = -2 }
      let chunks: [ChunkAudio]
      let began = Posix.threadNanoseconds
      do throws(RecordingFailure) {
        chunks = try lanes.process(place)
      } catch { return nil }
      let each = (Posix.threadNanoseconds - began) / Int64(members.count)
      for member in members {
        rows[member].spent += each
        rows[member].frames += Int64(place.length)
      }
      for member in members { rows[member].position = piece }
      return chunks
    } catch { return nil }
  }

  /// Looks an action up: whether it is known, and its key where there is a store.
  private func decide(_ row: Row, _ piece: Int) throws(RenderFailure) -> (Bool, Digest?) {
    guard let store else { return (false, nil) }
    let index = row.segment.index
    if row.isKnown {
      inMemory.expect(index, piece)
      countCached(row, piece)
      return (true, nil)
    }
    let key = key(row, piece)
    if let failure = identities.failure(of: row.recordings) { throw .recording(failure) }
    if let known = store.record(key, in: .actions).flatMap(ActionResult.init) {
      row.results[piece] = known
      inMemory.expect(index, piece)
      countCached(row, piece)
      return (true, key)
    }
    return (false, key)
  }

  /// Takes what was rendered.
  private func conclude(
    _ row: Row, _ piece: Int, _ key: Digest?, _ made: Made
  ) throws(RenderFailure) {
    let chunk = made.audio
    try checkRecordings(of: row)
    if let store, let key {
      let result = keep(row, piece, made)
      row.results[piece] = result
      store.put(key, result.encoded, in: .actions)
    }
    inMemory.expect(row.segment.index, piece, chunk)
    accumulate(row.segment.index, piece, chunk)
    row.renderedCount += 1
    monitor.withLock { rendered += 1 }
  }

  /// What was read is what the keys say: nothing is remembered of a file that was written meanwhile.
  func checkRecordings(of row: Row) throws(RenderFailure) {
    if store != nil, let changed = identities.firstChanged(of: row.recordings) {
      throw .recordingChanged(recording: changed)
    }
  }

  /// Renders with the row's runner standing at the right state.
  private func render(_ row: Row, _ piece: Int) throws(RenderFailure) -> Made {
    if let made = try updated(row, piece) { return made }
    let runner = runner(row)
    if row.position != piece - 1 { try bring(row, runner, to: piece) }
    var inputs: [ChunkAudio] = []
    for input in row.inputRows { inputs.append(try audio(input, piece)) }
    row.position = -2  // not usable if this throws
    let began = Posix.threadNanoseconds
    let chunk = try runner.process(timeline.pieces[piece], inputs: inputs)
    if !chunk.isSilent {
      row.spent += Posix.threadNanoseconds - began
      row.frames += Int64(timeline.pieces[piece].length)
    }
    row.position = piece
    return Made(audio: chunk)
  }

  private func runner(_ row: Row) -> SegmentRunner {
    if let runner = row.runner { return runner }
    let runner = SegmentRunner(
      row.segment, graph: graph, timeline: timeline, library: library,
      blockFrames: options.blockFrames, memory: memory)
    row.runner = runner
    return runner
  }

  /// Brings the runner to the state before `piece`: from the store, or by rendering from the
  /// nearest piece whose state can be had.
  private func bring(_ row: Row, _ runner: SegmentRunner, to piece: Int) throws(RenderFailure) {
    if piece == 0 || !row.hasState {
      runner.reset()
      row.position = piece - 1
      return
    }
    if let bytes = state(row, stateBefore(row, piece)) {
      do throws(RenderFailure) {
        try runner.restore(bytes)
        row.position = piece - 1
        return
      } catch {}
    }
    var start = piece - 1
    while start > 0 {
      if let bytes = state(row, stateBefore(row, start)), (try? runner.restore(bytes)) != nil {
        break
      }
      start -= 1
    }
    if start == 0 { runner.reset() }
    row.position = start - 1
    for earlier in start..<piece {
      _ = try renderAndKeep(row, earlier)
      countRemade(row, earlier)
    }
  }

  /// The bytes of a state: of this build, or of the store.
  private func state(_ row: Row, _ hash: ContentHash) -> [UInt8]? {
    if hash == ActionResult.silence { return [] }
    if let bytes = row.state(hash) { return bytes }
    return store?.blob(hash)
  }

  private func renderAndKeep(
    _ row: Row, _ piece: Int
  ) throws(RenderFailure) -> (ChunkAudio, ActionResult) {
    let made = try render(row, piece)
    try checkRecordings(of: row)
    return (made.audio, keep(row, piece, made))
  }

  /// Puts the state that the row's runner stands at, and audio that is to be kept, into the store.
  func keep(_ row: Row, _ piece: Int, _ made: Made) -> ActionResult {
    let chunk = made.audio
    guard let store else {
      return ActionResult(
        isSilent: chunk.isSilent, audio: ActionResult.silence, state: ActionResult.silence,
        isKept: false)
    }
    // A sum may have been made without its runner; it has no state.
    let state = row.hasState ? row.runner?.encodedState() ?? [] : []
    let stateHash = state.isEmpty ? ActionResult.silence : ContentHash(of: state)
    if !state.isEmpty && stateHash != stateBefore(row, piece) {
      if !store.keepBlob(state, stateHash) { row.keepState(stateHash, state) }
    }
    var hash = ActionResult.silence
    var isKept = false
    if !chunk.isSilent {
      hash = chunk.contentHash()
      if row.keepsAudio && !made.isFromBase {
        isKept = store.putAudio(hash, chunk, ifRoom: row.mayLeaveAudio)
      }
    }
    let result = ActionResult(
      isSilent: chunk.isSilent, audio: hash, state: stateHash, isKept: isKept)
    keepBase(row, piece, result)
    return result
  }

  // MARK: Audio

  /// The identity of a decided action's audio; without a store, of the action in this build.
  func identity(_ index: Int, _ piece: Int) -> ContentHash? {
    if store != nil { return rows[index].results[piece]?.audio }
    return ContentHash(low: serial, high: UInt64(index) << 32 | UInt64(piece))
  }

  /// The audio of an action that is done: at hand, from the store, or made again.
  func audio(_ index: Int, _ piece: Int) throws(RenderFailure) -> ChunkAudio {
    if let chunk = inMemory[index, piece] { return chunk }
    let row = rows[index]
    row.monitor.lock()
    defer { row.monitor.unlock() }
    if let chunk = inMemory[index, piece] { return chunk }
    guard let result = row.results[piece] else { return try render(row, piece).audio }
    if let chunk = kept(result, row.segment.output, piece) {
      if !chunk.isSilent { inMemory.keep(chunk, of: index, piece) }
      return chunk
    }
    let (chunk, remade) = try renderAndKeep(row, piece)
    noteRemade(row, piece, chunk, remade)
    return chunk
  }

  /// The audio of a node over a piece as the store has it; nil: it has not.
  func kept(_ result: ActionResult, _ node: NodeID, _ piece: Int) -> ChunkAudio? {
    let node = graph[node]
    let length = timeline.pieces[piece].length
    if result.isSilent {
      return ChunkAudio(
        silentChannels: node.channelCount, frameCount: length, isFloat: node.roundsToFloat)
    }
    guard store != nil, result.isKept else { return nil }
    return stored(result.audio, node.channelCount, isFloat: node.roundsToFloat, piece)
  }

  /// A known action had to be rendered after all: its audio or state was not kept.
  func countRemade(_ row: Row, _ piece: Int) {
    // Earlier pieces of a row are only ever decided before; each counts once.
    guard row.countsAsCached[piece] else { return }
    row.countsAsCached[piece] = false
    row.renderedCount += 1
    monitor.withLock {
      rendered += 1
      cached -= 1
    }
  }

  private func countCached(_ row: Row, _ piece: Int) {
    row.countsAsCached[piece] = true
    monitor.withLock { cached += 1 }
  }

  /// An action will not be done: nothing waits in memory for it.
  func drop(_ index: Int, _ piece: Int) {
    let row = rows[index]
    let there = row.accumulation?.close(piece) ?? []
    for input in row.inputRows where !there.contains(input) { inMemory.lose(input, piece) }
  }
}
