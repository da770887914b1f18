import Diagnostics
import Engine
import MixGraph
import SessionModel

/// The mix and the master of one programme of an album, kept aside while files are made of them.
final class AlbumProgrammeStreams {
  let programme: AlbumProgramme
  let session: ResolvedSession
  let graph: Graph
  private let options: RenderOptions
  private let folder: String
  private let store: Store?
  private var kept: [ResolvedDelivery.From: PieceSpill] = [:]
  private var keys: [ResolvedDelivery.From: Digest] = [:]

  /// - Parameter label: told apart by it in what the store remembers of the last build.
  init(
    _ run: AlbumRun, _ programme: AlbumProgramme, session: ResolvedSession, graph: Graph,
    store: Store?, label: String
  ) {
    self.programme = programme
    self.session = session
    self.graph = graph
    self.store = store
    folder = run.outputFolder
    let plain = BuildRun(
      pipeline: run.pipeline, session: session, graph: graph, options: run.options, targets: [],
      sources: run.sources)
    var options = plain.renderOptions(nil)
    options.sessionPath = run.pipeline.sessionPath + label
    self.options = options
  }

  private func node(_ from: ResolvedDelivery.From) -> NodeID? {
    from == .mix ? graph.output("mix") : graph.masterStream
  }

  /// A key of everything that the stream is made of; nil without a store.
  func key(_ from: ResolvedDelivery.From) -> Digest? {
    if let known = keys[from] { return known }
    guard store != nil, let node = node(from) else { return nil }
    let render = Render(
      graph, session: session, outputs: [request(node, from)], options: options, store: store)
    keys[from] = render.streamKey(0)
    return keys[from]
  }

  private func request(_ node: NodeID, _ from: ResolvedDelivery.From) -> OutputRequest {
    OutputRequest(
      name: "stream/\(from)", node: node.index, endNode: graph.output("mix")?.index,
      kind: .stream(folder: folder))
  }

  /// Why it is not what it was at the last build.
  func explain(_ from: ResolvedDelivery.From) -> [Explanation] {
    guard let node = node(from) else { return [] }
    return Render(
      graph, session: session, outputs: [request(node, from)], options: options, store: store
    ).explain(nil)
  }

  /// The stream, rendered where it is not at hand; nil after a failure.
  func stream(
    _ from: ResolvedDelivery.From, _ run: AlbumRun, _ cancellation: Cancellation,
    _ outcome: inout BuildRun.Outcome
  ) -> PieceSpill? {
    if let spill = kept[from] { return spill }
    guard let node = node(from) else { return nil }
    let render = Render(
      graph, session: session, outputs: [request(node, from)], options: options, store: store,
      cancellation: cancellation)
    let progress = ProgressLine(programme: session.programme.length, rate: session.rate)
    let report = render.run { done, total in progress.show(done, of: total) }
    progress.clear()
    outcome.add(report)
    for failure in report.failures { explain(failure, run, &outcome) }
    guard report.failures.isEmpty, !report.wasCancelled else { return nil }
    kept[from] = render.stream(0)
    return kept[from]
  }

  func explain(_ failure: RenderFailure, _ run: AlbumRun, _ outcome: inout BuildRun.Outcome) {
    BuildRun(
      pipeline: run.pipeline, session: session, graph: graph, options: run.options, targets: [],
      sources: run.sources
    ).explain(failure, &outcome)
  }
}
