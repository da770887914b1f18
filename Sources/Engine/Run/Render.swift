public import Diagnostics
public import MixGraph
public import SessionModel
internal import Signal
internal import Synchronization

/// How a render is to run. Nothing here changes a bit of the result.
public struct RenderOptions: Sendable {
  /// Worker threads, at least 1.
  public var workers: Int
  /// Frames of the inner blocks.
  public var blockFrames: Int
  public var segmentation: Segmentation.Policy
  /// After a failure, go on with what does not depend on it.
  public var keepsGoing: Bool
  /// The session file, so that a later build can say what changed.
  public var sessionPath: String?
  /// What of the session sounds where that is not all: remembered by itself, so that a later build is
  /// compared with its like.
  public var selection = ""
  /// Hash every recording, whatever its stamp says.
  public var paranoid = false
  /// What the build has measured so far; used where there is no store.
  public var memory: BuildMemory?
  /// Programme frames wanted of every output; nil: all.
  public var range: FrameRangeOption?
  /// Sessions that were built before, the latest first: what they had and was not kept is made once
  /// more where that is less work than doing without.
  public var past: [@Sendable () -> PastSession?] = []

  public struct FrameRangeOption: Sendable {
    public var start: Int64
    public var end: Int64
    public init(start: Int64, end: Int64) {
      self.start = start
      self.end = end
    }
  }

  public init(workers: Int = RenderOptions.processorCount) {
    self.workers = workers
    blockFrames = SegmentRunner.standardBlock
    segmentation = .standard
    keepsGoing = false
    range = nil
  }

  public static var processorCount: Int { WorkerPool.processorCount }
}

/// What a render did.
public struct RenderReport: Sendable {
  public var rendered = 0
  public var cached = 0
  /// Segments of which chunks were rendered, in the order of the signal.
  public var segments: [SegmentCount] = []
  /// Failures, the earliest first; with `keepsGoing` there can be several.
  public var failures: [RenderFailure] = []
  /// Frames of the outputs, tail included.
  public var end: Int64 = 0
  public var wasCancelled = false
  /// What went wrong with the cache, once each; never a reason to fail.
  public var cacheFaults: [String] = []
  /// Files that are complete, in the order asked for.
  public var outputs: [OutputOutcome] = []

  /// How many chunks of a segment were rendered.
  public struct SegmentCount: Hashable, Sendable {
    public var name: String
    public var rendered: Int
  }

  public init() {}
}

/// A switch that stops a render from outside: set by a signal handler, read by the workers.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  public init() {}
  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// Renders outputs of a graph: segments over pieces, on a wavefront; what the store knows is not
/// rendered again.
public final class Render: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes during a run is touched inside
  // `table` or, for consumers, by one row's actions, which the scheduler runs one after the other.
  let graph: Graph
  let session: ResolvedSession
  let options: RenderOptions
  let timeline: Timeline
  let segmentation: Segmentation
  let cancellation: Cancellation
  let actions: ActionTable
  let consumers: [OutputConsumer]
  private let consumerSegments: [Int]
  /// Consumers that write files; each has a row more for each part of its measuring.
  private let fileConsumers: [Int]
  let store: Store?
  /// The first so many consumers are what was asked for.
  let requestCount: Int
  private let table = Monitor()
  private var failures: [RenderFailure] = []

  public init(
    _ graph: Graph, session: ResolvedSession, outputs: [OutputRequest], options: RenderOptions,
    store: Store? = nil, cancellation: Cancellation = Cancellation()
  ) {
    let identities = RecordingIdentities(
      session.recordings, rate: session.rate, store: store, paranoid: options.paranoid,
      isCancelled: { cancellation.isCancelled })
    if store != nil { identities.prepare(workers: options.workers) }
    // Keys and states know no paths.
    let graph = store == nil ? graph : graph.ordered { identities.whole($0) }
    self.graph = graph
    self.session = session
    self.options = options
    self.cancellation = cancellation
    var targets: [NodeID] = []
    for output in outputs {
      for node in [output.node, Self.endNode(of: output, session)] {
        if !targets.contains(NodeID(node)) { targets.append(NodeID(node)) }
      }
    }
    let segmentation = Segmentation(graph, targets: targets, policy: options.segmentation)
    self.segmentation = segmentation
    // Of everything that the session can give: what is asked for moves no piece.
    let all = graph.outputs.map(\.node) + [graph.masterStream].compactMap(\.self)
    let extra = Render.extensionFrames(graph, session: session, targets: all)
    timeline = Timeline(session.programme, extension: extra)
    var consumers: [OutputConsumer] = []
    var consumerSegments: [Int] = []
    var detectors: [Int: EndDetector] = [:]
    func feeder(of end: Int) -> Bool {
      consumers.contains { $0.feedsDetector && $0.request.node == end }
    }
    let wanted =
      options.range.map { FrameRange($0.start, $0.end) } ?? FrameRange(0, Int64.max)
    func consume(_ output: OutputRequest, feeds: Bool, _ detector: EndDetector) {
      let node = graph[NodeID(output.node)]
      consumers.append(
        OutputConsumer(
          output, channelCount: node.channelCount, latency: node.latency, detector: detector,
          feedsDetector: feeds, range: wanted))
      consumerSegments.append(segmentation.segmentOfOutput[output.node] ?? 0)
    }
    for output in outputs {
      let end = Self.endNode(of: output, session)
      let detector =
        detectors[end]
        ?? EndDetector(tail: session.tail, programmeLength: session.programme.length)
      detectors[end] = detector
      consume(output, feeds: end == output.node && !feeder(of: end), detector)
    }
    // A node that only decides an end gets a consumer of its own.
    for end in detectors.keys.sorted() where !feeder(of: end) {
      guard let detector = detectors[end] else { continue }
      consume(
        OutputRequest(name: graph[NodeID(end)].label, node: end, kind: .end), feeds: true,
        detector)
    }
    self.consumers = consumers
    self.store = store
    fileConsumers = consumers.indices.filter {
      if case .file = consumers[$0].request.kind { true } else { false }
    }
    requestCount = outputs.count
    self.consumerSegments = consumerSegments
    actions = ActionTable(
      graph, session: session, timeline: timeline, segmentation: segmentation,
      consumerSegments: consumerSegments, options: options, store: store,
      identities: identities)
    guard let store, !options.past.isEmpty else { return }
    let names = outputs.map { output in
      graph.outputs.first { $0.node.index == output.node }?.name
    }
    var plain = options
    plain.past = []
    plain.sessionPath = nil
    plain.range = nil
    actions.past = PastAudio(options.past) { [plain] past in
      // The same outputs, since what is asked for may decide where segments end.
      let nodes = names.map { $0.map { past.graph.output($0) } ?? past.graph.masterStream }
      return Render(
        past.graph, session: past.session,
        outputs: nodes.compactMap(\.self).map {
          OutputRequest(name: "past", node: $0.index, kind: .end)
        }, options: plain, store: store, cancellation: cancellation
      ).actions
    }
  }

  /// The node that decides where an output ends: its own where that is certain without listening.
  private static func endNode(of output: OutputRequest, _ session: ResolvedSession) -> Int {
    guard case .until = session.tail else { return output.node }
    return output.endNode ?? output.node
  }

  /// What `run` would do.
  public func plan() -> RenderPlan {
    var files: [String] = []
    for index in 0..<requestCount {
      guard let path = consumers[index].request.path else { continue }
      let isSame =
        actions.outputRecord(outputKey(index)).map { FileStamp(path: path) == $0.stamp } ?? false
      if !isSame { files.append(path) }
    }
    // Files are put together when anything is rendered or any of them is not what it was.
    // Streams are wanted for files that are made from them.
    let hasStreams = consumers.prefix(requestCount).contains { $0.request.path == nil }
    let isUnchanged = files.isEmpty && !hasStreams && actions.isAllKnown
    let rows = actions.plan(published: isUnchanged ? [:] : published(), pieceCount: lastPiece())
    return RenderPlan(
      rows: rows, timeline: timeline, files: files, rate: graph.rate,
      frames: session.programme.length)
  }

  /// Rows whose audio goes into outputs, and how sure it is that all of it is asked for: a file
  /// takes pieces over from the one in its place, and what reads a stream may know its results.
  private func published() -> [Int: Certainty] {
    var result: [Int: Certainty] = [:]
    for (row, consumer) in zip(consumerSegments, consumers) {
      var need = Certainty.possible
      if let path = consumer.request.path {
        let layout = store.flatMap { FileLayout(of: path, in: $0) }
        if layout == nil || layout?.stamp != FileStamp(path: path) { need = .certain }
      }
      result[row] = max(result[row] ?? .no, need)
    }
    return result
  }

  /// Hexadecimal content hash of each recording of the session.
  public func recordingHashes() -> [String] {
    session.recordings.indices.map { actions.recordingHash($0).hexadecimal }
  }

  /// Frames to render beyond the programme: what outputs lag, and the longest tail that can sound.
  static func extensionFrames(
    _ graph: Graph, session: ResolvedSession, targets: [NodeID]
  ) -> Int64 {
    let latency = Int64(targets.map { graph[$0].latency }.max() ?? 0)
    switch session.tail {
    case .none: return latency
    case .frames(let count): return count + latency
    case .until(_, let atMost):
      var tails = [Int64](repeating: 0, count: graph.nodes.count)
      for (index, node) in graph.nodes.enumerated() {
        var longest: Int64 = 0
        for input in node.inputs { longest = max(longest, tails[input.index]) }
        if case .stage(let stage) = node.kind { longest += Int64(stage.tail) }
        tails[index] = longest
      }
      // −60 dB tails, and the level asked for may lie twice as deep.
      let longest = targets.map { tails[$0.index] }.max() ?? 0
      return min(atMost, 2 * longest) + latency
    }
  }

  /// Runs to the end, a failure or cancellation.
  ///
  /// - Parameter progress: called now and then on the caller's thread with actions done and in all.
  public func run(progress: ((Int, Int) -> Void)? = nil) -> RenderReport {
    if let report = unchanged() { return report }
    // Whoever waits for rows holds none: two builds never wait for each other.
    defer { actions.releaseRows() }
    if actions.claimRows({ cancellation.isCancelled }), let report = unchanged() { return report }
    for (index, consumer) in consumers.enumerated() {
      let row = consumerSegments[index]
      if consumers[..<index].contains(where: { consumer.mirror($0) }) { continue }
      do throws(RenderFailure) {
        try consumer.open(timeline.pieces, store: store, memory: options.memory) { [actions] in
          actions.identity(row, $0)
        }
      } catch {
        for consumer in consumers { consumer.abandon() }
        var report = RenderReport()
        report.failures = [error]
        return report
      }
    }
    let segments = segmentation.segments
    var rows = segments.map { segment in
      ScheduleRow(
        group: actions.groups[segment.index],
        inputs: segment.inputs.compactMap { segmentation.segmentOfOutput[$0.index] })
    }
    for segment in consumerSegments { rows.append(ScheduleRow(group: nil, inputs: [segment])) }
    for consumer in fileConsumers {
      for _ in LevelMeasurement.Part.allCases {
        rows.append(ScheduleRow(group: nil, inputs: [segments.count + consumer]))
      }
    }
    let scheduler = Scheduler(
      rows: rows, pieceCount: lastPiece(), window: 2 + options.workers,
      keepsGoing: options.keepsGoing)
    let show = ProgressBox(progress)
    WorkerPool.run(options.workers) { [self] worker in
      while true {
        let batch = scheduler.next()
        if batch.isEmpty { break }
        if cancellation.isCancelled {
          scheduler.finish(batch, succeeded: batch.map { _ in false })
          scheduler.stop()
          break
        }
        let results = perform(batch)
        table.withLock { failures += results.compactMap { $0 } }
        drop(scheduler.finish(batch, succeeded: results.map { $0 == nil }))
        if worker == 0 { show.call(scheduler.progress) }
      }
    }
    return conclude(scheduler)
  }

  /// Everything is known and every file is what it was: nothing is read or written.
  private func unchanged() -> RenderReport? {
    guard options.range == nil, actions.isAllKnown else { return nil }
    var report = RenderReport()
    for index in 0..<requestCount {
      guard let path = consumers[index].request.path,
        let record = actions.outputRecord(outputKey(index)), FileStamp(path: path) == record.stamp
      else { return nil }
      report.outputs.append(
        OutputOutcome(name: consumers[index].request.name, path: path, facts: record.facts))
    }
    report.cached = segmentation.segments.count * timeline.pieces.count
    report.cacheFaults = actions.cacheFaults
    return report
  }

  func outputKey(_ index: Int) -> Digest {
    let consumer = consumers[index]
    let feeder = consumers.firstIndex { $0.detector === consumer.detector && $0.feedsDetector }
    return OutputRecord.key(
      path: consumer.request.path ?? "", fields: ownFields(index),
      audio: actions.deepKey(consumerSegments[index]),
      end: actions.deepKey(consumerSegments[feeder ?? index]))
  }

  /// What the bytes of an output depend on besides audio.
  func ownFields(_ index: Int) -> [FileField] {
    let consumer = consumers[index]
    var fields = consumer.request.fields
    fields.append(FileField("length", "\(session.programme.length) frames"))
    fields.append(FileField("tail", "\(session.tail)"))
    fields.append(FileField("latency", "\(consumer.latency) frames"))
    if options.range != nil {
      fields.append(
        FileField("range", "frames \(consumer.range.start)..\(consumer.range.end)"))
    }
    return fields
  }

  /// What the frames of an output depend on, wherever they go.
  func streamDigest(_ index: Int) -> Digest {
    let consumer = consumers[index]
    let feeder = consumers.firstIndex { $0.detector === consumer.detector && $0.feedsDetector }
    var writer = DigestWriter()
    writer.field("stream", actions.deepKey(consumerSegments[index]).text)
    writer.field("end", actions.deepKey(consumerSegments[feeder ?? index]).text)
    writer.field("length", session.programme.length)
    writer.field("tail", "\(session.tail)")
    writer.field("latency", consumer.latency)
    writer.field("from", consumer.range.start)
    writer.field("to", consumer.range.end)
    return writer.digest
  }

  private func conclude(_ scheduler: Scheduler) -> RenderReport {
    var report = RenderReport()
    report.wasCancelled = cancellation.isCancelled
    report.rendered = actions.rendered
    report.cached = actions.cached
    report.segments = actions.renderedSegments
    report.failures = failures.map(explained)
    let first = segmentation.segments.count
    if let changed = actions.changedRecording(),
      !report.failures.contains(.recordingChanged(recording: changed))
    {
      report.failures.append(.recordingChanged(recording: changed))
    }
    let mayPublish =
      !report.wasCancelled
      && !report.failures.contains { failure in
        if case .recordingChanged = failure { true } else { false }
      }
    var complete: [Int] = []
    for (index, consumer) in consumers.enumerated() {
      let feeder = consumers.firstIndex { $0.detector === consumer.detector && $0.feedsDetector }
      var rows = [first + index, first + (feeder ?? index)]
      if let place = fileConsumers.firstIndex(of: index) {
        let count = LevelMeasurement.Part.allCases.count
        for part in 0..<count { rows.append(first + consumers.count + count * place + part) }
      }
      if mayPublish && rows.allSatisfy({ scheduler.isDone(row: $0) }) {
        complete.append(index)
      } else {
        consumer.abandon()
      }
    }
    report.failures += finish(complete)
    for index in complete {
      let consumer = consumers[index]
      if let facts = consumer.facts {
        if index < requestCount {
          report.outputs.append(
            OutputOutcome(name: consumer.request.name, path: consumer.request.path, facts: facts))
        }
        if let path = consumer.request.path, let stamp = FileStamp(path: path) {
          actions.remember(outputKey(index), OutputRecord(stamp: stamp, facts: facts))
          store?.keep(ownFields(index), ofFile: path)
        }
      }
      report.end = max(report.end, consumer.detector.end)
    }
    actions.conclude(isComplete: !report.wasCancelled && report.failures.isEmpty)
    report.cacheFaults = actions.cacheFaults
    return report
  }

  /// A recording that was replaced meanwhile is not damaged.
  private func explained(_ failure: RenderFailure) -> RenderFailure {
    guard case .recording(let problem) = failure, actions.identities.hasChanged(problem.recording)
    else { return failure }
    return .recordingChanged(recording: problem.recording)
  }

  /// Completes outputs, several at a time: most of it is hashing and waiting for the disk.
  private func finish(_ complete: [Int]) -> [RenderFailure] {
    let next = Atomic<Int>(0)
    let failed = Failures()
    WorkerPool.run(min(options.workers, complete.count)) { [self] _ in
      while true {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < complete.count else { return }
        do throws(RenderFailure) {
          try consumers[complete[place]].finish()
        } catch {
          table.withLock { failed.all.append(error) }
          consumers[complete[place]].abandon()
        }
      }
    }
    return failed.all
  }

  private final class Failures: @unchecked Sendable {
    // Proof for @unchecked Sendable: touched inside `table` while there are workers.
    var all: [RenderFailure] = []
  }

  func consumer(_ index: Int) -> OutputConsumer { consumers[index] }

  func segment(ofOutput index: Int) -> Int { consumerSegments[index] }

  /// Pieces that the wanted range needs: all before its end.
  private func lastPiece() -> Int {
    guard let range = options.range else { return timeline.pieces.count }
    let latency = consumers.map(\.latency).max() ?? 0
    return timeline.pieces.firstIndex { $0.programmeStart >= range.end + latency }
      ?? timeline.pieces.count
  }

  /// Actions that will not be done, for something they need failed.
  private func drop(_ skipped: [ActionID]) {
    for action in skipped {
      if action.row < segmentation.segments.count {
        actions.drop(action.row, action.piece)
      } else if action.row - segmentation.segments.count < consumers.count {
        actions.inMemory.lose(
          consumerSegments[action.row - segmentation.segments.count], action.piece)
      }
    }
  }

  /// What went wrong with each action; nil: nothing.
  private func perform(_ batch: [ActionID]) -> [RenderFailure?] {
    if batch.count > 1 { return actions.perform(batch.map(\.row), batch[0].piece) }
    do throws(RenderFailure) {
      try perform(batch[0])
      return [nil]
    } catch {
      return [error]
    }
  }

  private func perform(_ action: ActionID) throws(RenderFailure) {
    if action.row < segmentation.segments.count {
      try actions.perform(action.row, action.piece)
      return
    }
    let index = action.row - segmentation.segments.count
    guard index < consumers.count else {
      let parts = LevelMeasurement.Part.allCases
      let (place, part) = (index - consumers.count).quotientAndRemainder(dividingBy: parts.count)
      if case .file(let output) = consumers[fileConsumers[place]].target,
        let unit = output.unit(of: action.piece)
      {
        try output.measure(unit, parts[part])
      }
      return
    }
    let segment = consumerSegments[index]
    defer { actions.inMemory.release(segment, action.piece) }
    let consumer = consumers[index]
    let piece = timeline.pieces[action.piece]
    if !consumer.wants(piece) { return }
    let load: () throws(RenderFailure) -> ChunkAudio = { [actions] () throws(RenderFailure) in
      try actions.audio(segment, piece.index)
    }
    try consumer.consume(piece, audio: load) { () throws(RenderFailure) in
      actions.hasStore ? actions.inMemory[segment, piece.index] : try load()
    }
  }
}

/// Why a row of the graph is rendered again.
public struct Explanation: Sendable {
  public var label: String
  /// Path of the first field that differs; empty: the row is new.
  public var field: String
  public var old: String?
  public var new: String?
  public var span: Span?

  /// What is new of a `file` that somebody else has written since.
  public static let changedFile = "changed since it was made"

  public init(label: String, field: String, old: String?, new: String?, span: Span?) {
    self.label = label
    self.field = field
    self.old = old
    self.new = new
    self.span = span
  }
}

private final class ProgressBox: @unchecked Sendable {
  // Proof for @unchecked Sendable: called by worker 0 only, which is the caller's thread.
  private let body: ((Int, Int) -> Void)?
  init(_ body: ((Int, Int) -> Void)?) { self.body = body }
  func call(_ progress: (done: Int, total: Int)) { body?(progress.done, progress.total) }
}
