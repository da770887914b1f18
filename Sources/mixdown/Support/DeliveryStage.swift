import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

/// The deliveries of one build: streams kept aside, then file after file.
final class DeliveryStage {
  let run: BuildRun
  let deliveries: [ResolvedDelivery]
  let store: Store?
  private var contexts: [String: Context] = [:]
  /// Solved gains in dB, by delivery and number of the item.
  private var gains: [String: [Int: Double]] = [:]
  private var failed: Set<String> = []
  /// Streams that the build's own render gives.
  private var requested: [Stream] = []
  private var cancellation = Cancellation()
  private lazy var environment = DeliveryEnvironment(
    folder: run.outputFolder, store: store, memory: run.memory,
    workers: run.options.j ?? RenderOptions.processorCount, cancellation: cancellation)

  /// The session in one version, and its streams.
  final class Context {
    let session: ResolvedSession
    let graph: Graph
    let version: String?
    var streams: [StreamName: Stream] = [:]
    init(session: ResolvedSession, graph: Graph, version: String?) {
      self.session = session
      self.graph = graph
      self.version = version
    }
  }

  final class Stream {
    let node: NodeID
    var key: Digest?
    /// Once it was rendered.
    var source: PieceSpill?
    /// Whether that was tried: where nothing came of it, it has been said why.
    var isTried = false
    init(node: NodeID) { self.node = node }
  }

  enum StreamName: Hashable {
    case master
    case output(String)
  }

  init(_ run: BuildRun, deliveries: [ResolvedDelivery], store: Store?) {
    self.run = run
    self.deliveries = deliveries
    self.store = store
  }

  // MARK: Streams

  func name(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ session: ResolvedSession
  ) -> StreamName {
    if !delivery.inserts.isEmpty {
      return .output(session.nameOfInserts(delivery, item))
    }
    return session.nameOfSource(delivery, item).map { .output($0) } ?? .master
  }

  func context(
    of version: String?, _ outcome: inout BuildRun.Outcome
  ) -> Context? {
    if let known = contexts[version ?? ""] { return known }
    let made: Context
    if let version {
      let compiled = run.pipeline.compile(
        run.pipeline.load(version: version), options: run.options.resolveOptions)
      guard let session = compiled.session, let graph = compiled.graph,
        !compiled.diagnostics.hasErrors
      else {
        outcome.diagnostics.add(
          contentsOf: run.pipeline.messages(of: compiled, inVersion: version)
            .filter { $0.severity == .error })
        return nil
      }
      made = Context(session: session, graph: graph, version: version)
    } else {
      made = Context(session: run.session, graph: run.graph, version: nil)
    }
    for delivery in deliveries where delivery.version?.value == version {
      let own = made.session.deliveries.first { $0.name == delivery.name } ?? delivery
      for item in own.items {
        let name = name(own, item, made.session)
        guard made.streams[name] == nil else { continue }
        let node: NodeID? =
          switch name {
          case .master: made.graph.masterStream
          case .output(let output): made.graph.output(output)
          }
        if let node { made.streams[name] = Stream(node: node) }
      }
    }
    let streams = Array(made.streams.values)
    let render = Render(
      made.graph, session: made.session, outputs: requests(streams, made),
      options: renderOptions(of: made), store: store)
    for (index, stream) in streams.enumerated() { stream.key = render.streamKey(index) }
    contexts[version ?? ""] = made
    return made
  }

  /// Of a version other things are remembered than of the session: its nodes have the same names.
  func renderOptions(of context: Context) -> RenderOptions {
    var options = run.renderOptions(nil)
    if let version = context.version {
      let own = PastSession(graph: run.graph, session: run.session)
      options.past =
        [{ own }] + PastBuilds(pipeline: run.pipeline).sessions(version: version)
      options.sessionPath = "\(run.pipeline.sessionPath) (\(version))"
    }
    return options
  }

  func requests(_ streams: [Stream], _ context: Context) -> [OutputRequest] {
    streams.enumerated().map { index, stream in
      OutputRequest(
        name: "stream/\(index)", node: stream.node.index,
        endNode: context.graph.output("mix")?.index, kind: .stream(folder: run.outputFolder))
    }
  }

  /// Takes over the streams that `spillRequests` asked for.
  func adopt(_ render: Render, firstOutput: Int) {
    for (index, stream) in requested.enumerated() {
      stream.source = render.stream(firstOutput + index)
      stream.isTried = true
    }
  }

  /// Streams that the session itself has to give, to be rendered along with its files.
  func spillRequests(_ outcome: inout BuildRun.Outcome) -> [OutputRequest] {
    guard !deliveries.isEmpty else { return [] }
    guard Files.makeFolders(run.outputFolder) else {
      outcome.ioFailures.append("\(run.outputFolder): the folder cannot be made")
      return []
    }
    requested = unmade(of: nil, &outcome).streams
    guard !requested.isEmpty, let context = context(of: nil, &outcome) else { return [] }
    return requests(requested, context)
  }

  /// Compiles the versions that the deliveries are made of, to say before anything is rendered what is
  /// wrong in them.
  func prepareVersions(_ outcome: inout BuildRun.Outcome) {
    for delivery in deliveries where delivery.version != nil {
      _ = context(of: delivery.version?.value, &outcome)
    }
  }

  private func render(
    _ context: Context, _ outcome: inout BuildRun.Outcome, _ cancellation: Cancellation
  ) {
    let missing = context.streams.values.filter { !$0.isTried }
    let render = Render(
      context.graph, session: context.session, outputs: requests(missing, context),
      options: renderOptions(of: context), store: store, cancellation: cancellation)
    let report = render.run()
    outcome.report.rendered += report.rendered
    outcome.report.cached += report.cached
    outcome.report.wasCancelled = outcome.report.wasCancelled || report.wasCancelled
    outcome.report.failures += report.failures
    for failure in report.failures { run.explain(failure, &outcome) }
    for (index, stream) in missing.enumerated() {
      stream.source = render.stream(index)
      stream.isTried = true
    }
  }

  // MARK: Files

  /// Makes every file that is not what it was.
  func perform(_ outcome: inout BuildRun.Outcome, _ cancellation: Cancellation) {
    self.cancellation = cancellation
    defer { store?.flush() }
    let order = ordered(deliveries)
    let circle = deliveries.filter { delivery in !order.contains { $0.name == delivery.name } }
    if let first = circle.first {
      outcome.diagnostics.add(
        .deliveryCircle(
          circle.map { "'\($0.name)'" }.joined(separator: ", "),
          at: first.gain?.span ?? first.span))
    }
    for delivery in order {
      guard let context = context(of: delivery.version?.value, &outcome) else { continue }
      if context.version != nil { outcome.inputs += context.session.filesRead }
      let own = context.session.deliveries.first { $0.name == delivery.name } ?? delivery
      for item in own.items {
        if cancellation.isCancelled { return }
        if !make(own, item, context, &outcome, cancellation) { failed.insert(own.name) }
      }
    }
    let targets = deliveries.map { "deliver/\($0.name)" }
    outcome.files =
      outcome.files.filter { !BuildRun.isDelivery($0.target) }
      + targets.flatMap { target in outcome.files.filter { $0.target == target } }
  }

  private func make(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ context: Context,
    _ outcome: inout BuildRun.Outcome, _ cancellation: Cancellation
  ) -> Bool {
    let path = path(delivery, item)
    guard let form = form(delivery, item, context, gains: gains) else {
      explainForm(delivery, item, &outcome)
      return false
    }
    guard let stream = context.streams[name(delivery, item, context.session)] else { return false }
    var facts = known(form, stream, path)
    if facts == nil, let obstacle = knownObstacle(form, stream) {
      outcome.judge(
        [obstacle.verdict(delivery, form, path: run.options.original(of: path))])
      return false
    }
    if facts == nil {
      if !stream.isTried { render(context, &outcome, cancellation) }
      guard let source = stream.source else { return false }
      guard Files.makeFolders(Files.folder(of: path)) else {
        outcome.ioFailures.append("\(Files.folder(of: path)): the folder cannot be made")
        return false
      }
      let before = environment.madePieces
      defer { outcome.note(made: environment.madePieces - before, of: delivery.name) }
      do throws(DeliveryRender.Failure) {
        let result = try DeliveryRender(
          form, path: path, environment: environment, sound: sound(form, stream)
        ).run(source)
        facts = result.facts
        if let key = key(form, stream) {
          store?.keep(result.facts, ofFile: path, key: key)
          store?.keep(
            form.fields + [audio(stream)].compactMap { $0 } + DeliveryExplanation.stamp(of: path),
            ofFile: path)
        }
      } catch {
        switch error {
        case .unreachable(let obstacle):
          outcome.judge(
            [obstacle.verdict(delivery, form, path: run.options.original(of: path))])
          if let key = obstacleKey(form, stream) { store?.keep(obstacle.encoded, key) }
        case .loop(let held):
          outcome.diagnostics.add(
            self.loop(of: delivery, form, isOutside: held, run.options.original(of: path)))
        case .file(let reason):
          outcome.diagnostics.add(
            .deliveryFormat(
              run.options.original(of: path), reason, at: delivery.format?.span ?? delivery.span))
        case .render(let failure): run.explain(failure, &outcome)
        }
        return false
      }
    }
    guard let facts else { return false }
    remember(path, of: delivery, item)
    let measures = DeliveryMeasures(kept: facts.measures)
    gains[delivery.name, default: [:]][item.number] = measures.gain
    let file = BuildRun.File(
      target: "deliver/\(delivery.name)", path: path, facts: facts, format: form.format)
    outcome.files.append(file)
    outcome.warnIfClipped(file, at: delivery.span)
    outcome.warnIfLimited(path, delivery, form, measures)
    outcome.judge(
      DeliveryVerdict.judging(delivery, form, path: path, measures: measures)
        .map { $0.remarking(on: form) })
    if delivery.from == .master, let declared = run.declared {
      outcome.judge(
        DeliveryVerdict.judging(
          declared.master.expect, target: "deliver/\(delivery.name)", path: path,
          measures: measures))
    }
    return true
  }
}
