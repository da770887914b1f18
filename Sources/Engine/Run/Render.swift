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
  /// Programme frames wanted of every output; nil: all.
  public var range: FrameRangeOption?

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
    blockFrames = 512
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
  /// Failures, the earliest first; with `keepsGoing` there can be several.
  public var failures: [RenderFailure] = []
  /// Frames of the outputs, tail included.
  public var end: Int64 = 0
  public var wasCancelled = false
}

/// A switch that stops a render from outside: set by a signal handler, read by the workers.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  public init() {}
  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// Renders outputs of a graph: segments over pieces, on a wavefront.
public final class Render: @unchecked Sendable {
  // Proof for @unchecked Sendable: the chunk table is touched inside `table` only; runners and
  // consumers are used by their row's actions, which the scheduler runs one after the other.
  let graph: Graph
  let session: ResolvedSession
  let options: RenderOptions
  let timeline: Timeline
  let segmentation: Segmentation
  let library: RecordingLibrary
  let cancellation: Cancellation
  private var consumers: [OutputConsumer] = []
  private var consumerSegments: [Int] = []
  private var detectors: [Int: EndDetector] = [:]
  private var runners: [SegmentRunner?]
  private let table = Monitor()
  private var chunks: [[Int: ChunkAudio]]
  private var uses: [Int]
  private var failures: [RenderFailure] = []
  private var renderedCount = 0

  public init(
    _ graph: Graph, session: ResolvedSession, outputs: [OutputRequest], options: RenderOptions,
    cancellation: Cancellation = Cancellation()
  ) {
    self.graph = graph
    self.session = session
    self.options = options
    self.cancellation = cancellation
    var targets: [NodeID] = []
    for output in outputs {
      for node in [output.node, output.endNode ?? output.node] {
        if !targets.contains(NodeID(node)) { targets.append(NodeID(node)) }
      }
    }
    segmentation = Segmentation(graph, targets: targets, policy: options.segmentation)
    let extra = Render.extensionFrames(graph, session: session, targets: targets)
    timeline = Timeline(session.programme, extension: extra)
    library = RecordingLibrary(session.recordings, rate: session.rate)
    runners = [SegmentRunner?](repeating: nil, count: segmentation.segments.count)
    chunks = [[Int: ChunkAudio]](repeating: [:], count: segmentation.segments.count)
    uses = [Int](repeating: 0, count: segmentation.segments.count)
    let wanted =
      options.range.map { FrameRange($0.start, $0.end) } ?? FrameRange(0, Int64.max)
    for output in outputs {
      let end = output.endNode ?? output.node
      var feeds = false
      let detector: EndDetector
      if let known = detectors[end] {
        detector = known
        feeds = end == output.node && !consumers.contains { $0.feedsDetector && $0.request.node == end }
      } else {
        detector = EndDetector(tail: session.tail, programmeLength: session.programme.length)
        detectors[end] = detector
        feeds = end == output.node
      }
      let node = graph[NodeID(output.node)]
      consumers.append(
        OutputConsumer(
          output, channelCount: node.channelCount, latency: node.latency, detector: detector,
          feedsDetector: feeds, range: wanted))
      consumerSegments.append(segmentation.segmentOfOutput[output.node] ?? 0)
    }
    // A node that only decides an end gets a consumer of its own.
    for end in detectors.keys.sorted() {
      guard let detector = detectors[end], !consumers.contains(where: { $0.feedsDetector && $0.request.node == end })
      else { continue }
      let node = graph[NodeID(end)]
      consumers.append(
        OutputConsumer(
          OutputRequest(name: node.label, node: end, sink: NullSink()),
          channelCount: node.channelCount, latency: node.latency, detector: detector,
          feedsDetector: true, range: wanted))
      consumerSegments.append(segmentation.segmentOfOutput[end] ?? 0)
    }
    for segment in segmentation.segments {
      for input in segment.inputs {
        if let source = segmentation.segmentOfOutput[input.index] { uses[source] += 1 }
      }
    }
    for segment in consumerSegments { uses[segment] += 1 }
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
  /// - Parameter progress: called now and then by worker 0 with actions done and in all.
  public func run(progress: ((Int, Int) -> Void)? = nil) -> RenderReport {
    let segments = segmentation.segments
    var rows = segments.map { segment in
      ScheduleRow(inputs: segment.inputs.compactMap { segmentation.segmentOfOutput[$0.index] })
    }
    for segment in consumerSegments { rows.append(ScheduleRow(inputs: [segment])) }
    let last = lastPiece()
    let scheduler = Scheduler(
      rows: rows, pieceCount: last, window: 2 + options.workers, keepsGoing: options.keepsGoing)
    let show = ProgressBox(progress)
    WorkerPool.run(options.workers) { [self] worker in
      while let action = scheduler.next() {
        if cancellation.isCancelled {
          scheduler.finish(action, succeeded: false)
          scheduler.stop()
          break
        }
        var succeeded = true
        do throws(RenderFailure) {
          try perform(action)
        } catch {
          succeeded = false
          table.withLock { failures.append(error) }
        }
        scheduler.finish(action, succeeded: succeeded)
        if worker == 0 { show.call(scheduler.progress) }
      }
    }
    var report = RenderReport()
    report.wasCancelled = cancellation.isCancelled
    report.rendered = renderedCount
    report.failures = failures
    for (index, consumer) in consumers.enumerated() {
      let complete =
        !report.wasCancelled && scheduler.isDone(row: segments.count + index)
        && scheduler.isDone(row: segments.count + detectorRow(of: consumer))
      if complete {
        do throws(RenderFailure) {
          try consumer.finish()
        } catch {
          report.failures.append(error)
          consumer.request.sink.abandon()
        }
        report.end = max(report.end, consumer.detector.end)
      } else {
        consumer.request.sink.abandon()
      }
    }
    return report
  }

  private func detectorRow(of consumer: OutputConsumer) -> Int {
    consumers.firstIndex { $0.detector === consumer.detector && $0.feedsDetector } ?? 0
  }

  /// Pieces that the wanted range needs: all before its end.
  private func lastPiece() -> Int {
    guard let range = options.range else { return timeline.pieces.count }
    let latency = consumers.map(\.latency).max() ?? 0
    return timeline.pieces.firstIndex { $0.programmeStart >= range.end + latency }
      ?? timeline.pieces.count
  }

  private func perform(_ action: ActionID) throws(RenderFailure) {
    let piece = timeline.pieces[action.piece]
    if action.row >= segmentation.segments.count {
      let index = action.row - segmentation.segments.count
      let segment = consumerSegments[index]
      let chunk = take(segment, action.piece)
      defer { release(segment, action.piece) }
      try consumers[index].consume(chunk, piece)
      return
    }
    let segment = segmentation.segments[action.row]
    var inputs: [ChunkAudio] = []
    for input in segment.inputs {
      inputs.append(take(segmentation.segmentOfOutput[input.index] ?? 0, action.piece))
    }
    let runner: SegmentRunner
    if let known = runners[action.row] {
      runner = known
    } else {
      runner = SegmentRunner(
        segment, graph: graph, timeline: timeline, library: library,
        blockFrames: options.blockFrames)
      runners[action.row] = runner
    }
    let output = try runner.process(piece, inputs: inputs)
    table.withLock {
      if uses[action.row] > 0 {
        chunks[action.row][action.piece] = output
        remaining[Slot(action.row, action.piece)] = uses[action.row]
      }
      renderedCount += 1
    }
    for input in segment.inputs {
      release(segmentation.segmentOfOutput[input.index] ?? 0, action.piece)
    }
  }

  private struct Slot: Hashable {
    var segment: Int
    var piece: Int
    init(_ segment: Int, _ piece: Int) {
      self.segment = segment
      self.piece = piece
    }
  }

  /// Uses of a chunk that are still to come.
  private var remaining: [Slot: Int] = [:]

  private func take(_ segment: Int, _ piece: Int) -> ChunkAudio {
    table.withLock {
      chunks[segment][piece]
        ?? ChunkAudio(
          silentChannels: 2, frameCount: timeline.pieces[piece].length, isFloat: true)
    }
  }

  private func release(_ segment: Int, _ piece: Int) {
    table.withLock {
      let slot = Slot(segment, piece)
      guard let count = remaining[slot] else { return }
      if count == 1 {
        remaining[slot] = nil
        chunks[segment][piece] = nil
      } else {
        remaining[slot] = count - 1
      }
    }
  }
}

private final class NullSink: OutputSink {
  func write(_ block: Block) {}
  func finish() {}
  func abandon() {}
}

private final class ProgressBox: @unchecked Sendable {
  // Proof for @unchecked Sendable: called by worker 0 only, which is the caller's thread.
  private let body: ((Int, Int) -> Void)?
  init(_ body: ((Int, Int) -> Void)?) { self.body = body }
  func call(_ progress: (done: Int, total: Int)) { body?(progress.done, progress.total) }
}
