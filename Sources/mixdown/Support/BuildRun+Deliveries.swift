import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import Reporting
import SessionModel
import Signal

extension BuildRun {
  static func isDelivery(_ target: String) -> Bool {
    target == "deliveries" || target.hasPrefix("deliver/")
  }

  /// Whether a build without targets makes the deliveries in place of master.wav.
  var deliversByDefault: Bool { !session.deliveries.isEmpty && !options.isAudition }

  /// Deliveries that the targets name, and those whose gain they take.
  func chosenDeliveries() throws -> [ResolvedDelivery] {
    if targets.isEmpty { return deliversByDefault ? session.deliveries : [] }
    var chosen: [String] = []
    for name in targets where BuildRun.isDelivery(name) {
      if options.isAudition {
        throw ValidationError(
          "'\(name)' is not made with --range, --solo, --mute or --version; 'master' is")
      }
      if name == "deliveries" {
        chosen += session.deliveries.map(\.name)
        continue
      }
      let wanted = String(name.dropFirst("deliver/".count))
      guard session.deliveries.contains(where: { $0.name == wanted }) else {
        let nearest = Suggestions.nearest(wanted, in: session.deliveries.map(\.name))
        let hint = nearest.first.map { "; did you mean 'deliver/\($0)'?" } ?? ""
        throw ValidationError("there is no target '\(name)'\(hint)")
      }
      chosen.append(wanted)
    }
    var index = 0
    while index < chosen.count {
      let delivery = session.deliveries.first { $0.name == chosen[index] }
      if case .asDelivery(let other)? = delivery?.gain?.value, !chosen.contains(other) {
        chosen.append(other)
      }
      index += 1
    }
    return session.deliveries.filter { chosen.contains($0.name) }
  }

  /// Where a delivered file goes.
  func path(of delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    path(ofWritten: item.file, at: delivery.span)
  }
}

extension BuildRun.Outcome {
  /// Collects verdicts; what was missed is said when all are in.
  mutating func judge(_ judged: [DeliveryVerdict]) { verdicts += judged }

  /// Counts the pieces of a delivery's files that were made, each as often as it was.
  mutating func note(made count: Int, of delivery: String) {
    guard count > 0 else { return }
    let name = "deliver/\(delivery)"
    if let known = deliveredPieces.firstIndex(where: { $0.name == name }) {
      deliveredPieces[known].rendered += count
    } else {
      deliveredPieces.append(BuildReport.Segment(name: name, rendered: count))
    }
  }
}

/// The deliveries of one build: streams kept aside, then file after file.
final class DeliveryStage {
  private let run: BuildRun
  private let deliveries: [ResolvedDelivery]
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
  private final class Context {
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

  private final class Stream {
    let node: NodeID
    var key: Digest?
    /// Once it was rendered.
    var source: PieceSpill?
    /// Whether that was tried: where nothing came of it, it has been said why.
    var isTried = false
    init(node: NodeID) { self.node = node }
  }

  private enum StreamName: Hashable {
    case master
    case output(String)
  }

  init(_ run: BuildRun, deliveries: [ResolvedDelivery], store: Store?) {
    self.run = run
    self.deliveries = deliveries
    self.store = store
  }

  // MARK: Streams

  private func name(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ session: ResolvedSession
  ) -> StreamName {
    if !delivery.inserts.isEmpty {
      return .output(session.nameOfInserts(delivery, item))
    }
    return session.nameOfSource(delivery, item).map { .output($0) } ?? .master
  }

  private func context(
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
  private func renderOptions(of context: Context) -> RenderOptions {
    var options = run.renderOptions(nil)
    if let version = context.version {
      let own = PastSession(graph: run.graph, session: run.session)
      options.past =
        [{ own }] + PastBuilds(pipeline: run.pipeline).sessions(version: version)
      options.sessionPath = "\(run.pipeline.sessionPath) (\(version))"
    }
    return options
  }

  private func requests(_ streams: [Stream], _ context: Context) -> [OutputRequest] {
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

  /// What a build would make.
  struct Planned {
    var files: [(name: String, path: String)] = []
    /// Streams that it would need of the session itself.
    var streams: [OutputRequest] = []
    /// What it would render of the session's versions.
    var versions: [(name: String, plan: RenderPlan)] = []
    var diagnostics = DiagnosticList()
  }

  /// Compiles the versions that the deliveries are made of, to say before anything is rendered what is
  /// wrong in them.
  func prepareVersions(_ outcome: inout BuildRun.Outcome) {
    for delivery in deliveries where delivery.version != nil {
      _ = context(of: delivery.version?.value, &outcome)
    }
  }

  func planned() -> Planned {
    var outcome = BuildRun.Outcome()
    var planned = Planned()
    var needed: [String: [Stream]] = [:]
    var gains: [String: [Int: Double]] = [:]
    // Deliveries that cannot be made, and those that take their gain from them.
    var stuck = Set<String>()
    for delivery in ordered(deliveries) {
      let version = delivery.version?.value
      guard let context = context(of: version, &outcome) else { continue }
      let own = context.session.deliveries.first { $0.name == delivery.name } ?? delivery
      if case .asDelivery(let other)? = own.gain?.value, stuck.contains(other) {
        stuck.insert(own.name)
        continue
      }
      for item in own.items {
        guard let stream = context.streams[name(own, item, context.session)] else { continue }
        let path = path(own, item)
        if let form = form(own, item, context, gains: gains) {
          if let facts = known(form, stream, path) {
            gains[own.name, default: [:]][item.number] =
              DeliveryMeasures(kept: facts.measures).gain
            continue
          }
          if knownObstacle(form, stream) != nil {
            stuck.insert(own.name)
            continue
          }
        }
        planned.files.append((own.name, path))
        if needed[version ?? "", default: []].contains(where: { $0 === stream }) { continue }
        needed[version ?? "", default: []].append(stream)
      }
    }
    for (version, streams) in needed.sorted(by: { $0.key < $1.key }) {
      guard let context = context(of: version.isEmpty ? nil : version, &outcome) else { continue }
      if version.isEmpty {
        planned.streams = requests(streams, context)
        continue
      }
      let render = Render(
        context.graph, session: context.session, outputs: requests(streams, context),
        options: renderOptions(of: context), store: store)
      planned.versions.append((version, render.plan()))
    }
    planned.diagnostics = outcome.diagnostics
    return planned
  }

  /// Files of one version of the session that are not what they would be, and the streams that they
  /// are made from.
  private func unmade(
    of version: String?, _ outcome: inout BuildRun.Outcome
  ) -> (files: [(name: String, path: String)], streams: [Stream]) {
    let own = deliveries.filter { $0.version?.value == version }
    guard !own.isEmpty, let context = context(of: version, &outcome) else { return ([], []) }
    var files: [(name: String, path: String)] = []
    var needed: [Stream] = []
    var gains: [String: [Int: Double]] = [:]
    for delivery in ordered(own) {
      for item in delivery.items {
        guard let stream = context.streams[name(delivery, item, context.session)],
          let form = form(delivery, item, context, gains: gains)
        else { continue }
        let path = path(delivery, item)
        if let facts = known(form, stream, path) {
          gains[delivery.name, default: [:]][item.number] =
            DeliveryMeasures(kept: facts.measures).gain
        } else if knownObstacle(form, stream) == nil {
          files.append((delivery.name, path))
          if !needed.contains(where: { $0 === stream }) { needed.append(stream) }
        }
      }
    }
    return (files, needed)
  }

  /// Why files are not what they would be: what changed in their streams, and in the deliveries.
  func explain(_ outcome: inout BuildRun.Outcome) -> [Explanation] {
    var explanations: [Explanation] = []
    var gains: [String: [Int: Double]] = [:]
    for delivery in ordered(deliveries) {
      guard let context = context(of: delivery.version?.value, &outcome) else { continue }
      let own = context.session.deliveries.first { $0.name == delivery.name } ?? delivery
      for item in own.items {
        let exact = form(own, item, context, gains: gains)
        guard let stream = context.streams[name(own, item, context.session)],
          let form = exact ?? form(ofAnyGain: own, item, context)
        else { continue }
        let path = path(own, item)
        if let facts = known(form, stream, path) {
          gains[own.name, default: [:]][item.number] =
            DeliveryMeasures(kept: facts.measures).gain
          continue
        }
        if knownObstacle(form, stream) != nil { continue }
        var before = store?.fields(ofFile: path)
        let former = before == nil ? rememberedPath(own, item) : nil
        if let former { before = store?.fields(ofFile: former) }
        let nodes = Render(
          context.graph, session: context.session, outputs: requests([stream], context),
          options: renderOptions(of: context), store: store
        ).explain(nil)
        let differences = DeliveryExplanation(
          delivery: own, item: item, path: path,
          declared: run.declared?.master.deliveries.first { $0.name.value == own.name },
          isGainKnown: exact != nil
        ).explain(form, before: before, audio: audio(stream), formerPath: former)
        let isAudioExplained = !nodes.isEmpty
        explanations += nodes
        explanations += differences.filter {
          !(isAudioExplained
            && ($0.field == Self.audioField || $0.field == "file" && $0.new != path))
        }
      }
    }
    return explanations
  }

  private func form(
    ofAnyGain delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ context: Context
  ) -> DeliveryForm? {
    var delivery = delivery
    // Which it is does not matter: that there is one leaves a loudness out.
    delivery.gain = delivery.gain.map { Located(.fixed(0), $0.span) }
    return form(delivery, item, context, gains: [:])
  }

  private static let audioField = "audio"

  /// The content of a stream, to be kept with what the file was made as.
  private func audio(_ stream: Stream) -> FileField? {
    stream.key.map { FileField(Self.audioField, String($0.text.prefix(16))) }
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

  private func path(_ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    run.path(of: delivery, item)
  }

  private func form(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ context: Context,
    gains: [String: [Int: Double]]
  ) -> DeliveryForm? {
    let profile = delivery.profile.flatMap { Profiles[$0.value] }
    guard
      var form = DeliveryForm(
        delivery, item: item, sessionRate: context.session.rate, profile: profile)
    else { return nil }
    form.addPlaces(of: context.session, delivery)
    if delivery.from == .master, let declared = run.declared {
      form.addMeasures(for: declared.master.expect)
    }
    if case .asDelivery(let other)? = delivery.gain?.value {
      guard let gain = gain(of: delivery, item, from: other, gains) else { return nil }
      form.gain = gain
    }
    return form
  }

  /// The gain that was solved for the same region or stem of another delivery, or for its one file.
  private func gain(
    of delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, from other: String,
    _ gains: [String: [Int: Double]]
  ) -> Double? {
    guard let solved = gains[other] else { return nil }
    let isAlike = deliveries.contains { $0.name == other && $0.each == delivery.each }
    return isAlike ? solved[item.number] : solved.min { $0.key < $1.key }?.value
  }

  private static let pathKind = "delivery-path"

  /// Names a file of the session by its place in it, whatever it is called.
  private func pathKey(_ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    let folder = run.options.output.map { " in \($0)" } ?? ""
    return "\(run.pipeline.sessionPath): \(delivery.name)/\(item.number)\(folder)"
  }

  /// Where the file was last made.
  private func rememberedPath(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item
  ) -> String? {
    store?.text(Self.pathKind, for: pathKey(delivery, item))
  }

  private func remember(
    _ path: String, of delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item
  ) {
    guard rememberedPath(delivery, item) != path else { return }
    store?.keepText(path, Self.pathKind, for: pathKey(delivery, item))
  }

  private func key(_ form: DeliveryForm, _ stream: Stream) -> Digest? {
    digest(of: stream) { form.write(to: &$0) }
  }

  /// Of what sounds in the file.
  private func sound(_ form: DeliveryForm, _ stream: Stream) -> Digest? {
    digest(of: stream) { form.writeSound(to: &$0) }
  }

  private func digest(of stream: Stream, _ write: (inout DigestWriter) -> Void) -> Digest? {
    guard let audio = stream.key else { return nil }
    var writer = DigestWriter()
    write(&writer)
    writer.field("audio", audio.text)
    return writer.digest
  }

  private func known(_ form: DeliveryForm, _ stream: Stream, _ path: String) -> FileFacts? {
    guard let store, let key = key(form, stream) else { return nil }
    return store.facts(ofFile: path, key: key)
  }

  /// What kept the delivery from its loudness when it was last made of the same.
  private func knownObstacle(_ form: DeliveryForm, _ stream: Stream) -> GainSolver.Obstacle? {
    guard let store, let key = obstacleKey(form, stream), let numbers = store.numbers(key) else {
      return nil
    }
    return GainSolver.Obstacle(encoded: numbers)
  }

  private func obstacleKey(_ form: DeliveryForm, _ stream: Stream) -> Digest? {
    guard let key = key(form, stream) else { return nil }
    var writer = DigestWriter()
    writer.field("obstacle", key.text)
    return writer.digest
  }

  /// Those whose gain others take first.
  private func ordered(_ deliveries: [ResolvedDelivery]) -> [ResolvedDelivery] {
    var result: [ResolvedDelivery] = []
    var rest = deliveries
    while !rest.isEmpty {
      let ready = rest.filter { delivery in
        guard case .asDelivery(let other)? = delivery.gain?.value else { return true }
        return !rest.contains { $0.name == other }
      }
      if ready.isEmpty { break }
      result += ready
      rest.removeAll { delivery in ready.contains { $0.name == delivery.name } }
    }
    return result
  }

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

  private func loop(
    of delivery: ResolvedDelivery, _ form: DeliveryForm, isOutside held: FrameRange,
    _ path: String
  ) -> Diagnostic {
    let loop = delivery.loop?.value ?? held
    let rate = run.session.rate
    func times(_ range: FrameRange) -> (start: String, end: String) {
      (Clocks.time(range.start, rate: rate), Clocks.time(range.end, rate: rate))
    }
    let head = form.head != nil && loop.start < held.start
    let tail = form.tail != nil && loop.end > held.end
    let keys = [head ? "'head'" : nil, tail ? "'tail'" : nil].compactMap(\.self)
    let cure =
      keys.isEmpty
      ? "the session ends there; 'length' makes it last longer"
      : "\(keys.joined(separator: " and ")) \(keys.count == 1 ? "takes" : "take") away what is "
        + "silent there; leave out \(keys.count == 1 ? "that" : "both"), or move the loop"
    return .loopOutsideFile(
      path, loop: times(loop), file: times(held), at: delivery.loop?.span, notes: [Note(cure)])
  }

  private func explainForm(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item,
    _ outcome: inout BuildRun.Outcome
  ) {
    if case .asDelivery(let other)? = delivery.gain?.value {
      // What stopped the other one has been said.
      outcome.diagnostics.add(
        Diagnostic(
          .targetUnreachable, "'\(item.file)' takes its gain from '\(other)', which has none",
          at: delivery.gain?.span))
    } else {
      let word = delivery.format?.value ?? DeliveryForm.ending(of: item.file)
      outcome.diagnostics.add(
        .deliveryFormat(
          item.file, "'\(word)' is no format of this build",
          at: delivery.format?.span ?? delivery.span))
    }
  }
}
