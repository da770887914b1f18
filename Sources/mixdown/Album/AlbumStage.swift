import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

/// The deliveries of an album: streams of its programmes, then file after file.
final class AlbumStage {
  let run: AlbumRun
  let store: Store?
  private let cancellation = Interruption.install()
  private var programmes: [AlbumSelection: AlbumProgrammeStreams] = [:]
  /// Solved gains in dB, by delivery and number of the song.
  private var gains: [String: [Int: Double]] = [:]
  var sums = DiscSums()

  init(_ run: AlbumRun, store: Store?) {
    self.run = run
    self.store = store
  }

  var album: AlbumSource { run.album }

  func perform(_ deliveries: [AlbumDelivery], _ outcome: inout BuildRun.Outcome) throws {
    let order = ordered(deliveries)
    let circle = deliveries.filter { delivery in !order.contains { $0.name == delivery.name } }
    if let first = circle.first {
      outcome.diagnostics.add(
        .deliveryCircle(
          circle.map { "'\($0.name)'" }.joined(separator: ", "),
          at: first.written.gain?.span ?? first.written.span))
    }
    for delivery in order {
      if cancellation.isCancelled { throw ExitCode(128 + Interruption.signal) }
      try make(delivery, &outcome)
    }
    sums.write(&outcome)
    sayVerdicts(&outcome)
    let targets = deliveries.map { "deliver/\($0.name)" }
    outcome.files =
      outcome.files.filter { !BuildRun.isDelivery($0.target) }
      + targets.flatMap { target in outcome.files.filter { $0.target == target } }
  }

  /// Fills in what the master's chain measures, and says what was missed; the chain is the same in
  /// every programme.
  private func sayVerdicts(_ outcome: inout BuildRun.Outcome) {
    guard let streams = programmes.values.first else { return }
    BuildRun(
      pipeline: run.pipeline, session: streams.session, graph: streams.graph,
      options: run.options, targets: [], sources: run.sources, declared: album.session
    ).finishVerdicts(&outcome, store: store)
  }

  /// Those whose gain others take first; without those that go in a circle.
  func ordered(_ deliveries: [AlbumDelivery]) -> [AlbumDelivery] {
    var order: [AlbumDelivery] = []
    var rest = deliveries
    while !rest.isEmpty {
      let ready = rest.filter { delivery in
        guard case .asDelivery(let other)? = delivery.written.gain?.value else { return true }
        return !rest.contains { $0.name == other }
      }
      if ready.isEmpty { break }
      order += ready
      rest.removeAll { delivery in ready.contains { $0.name == delivery.name } }
    }
    return order
  }

  /// One programme, compiled once.
  private func streams(
    _ selection: AlbumSelection, _ outcome: inout BuildRun.Outcome
  ) -> AlbumProgrammeStreams? {
    if let known = programmes[selection] { return known }
    let part = album.compile(selection)
    outcome.diagnostics.add(contentsOf: part.diagnostics.all)
    guard let session = part.session, let graph = part.graph, !part.diagnostics.hasErrors else {
      return nil
    }
    let made = AlbumProgrammeStreams(
      run, part.programme, session: session, graph: graph, store: store,
      label: programmes.isEmpty ? "" : "#\(programmes.count)")
    programmes[selection] = made
    return made
  }

  // MARK: One delivery

  private func make(_ delivery: AlbumDelivery, _ outcome: inout BuildRun.Outcome) throws {
    guard var job = job(delivery, &outcome) else { return }
    if !job.checkDisc(&outcome.diagnostics) { return }
    if case .asDelivery(let other)? = delivery.written.gain?.value {
      guard let solved = gains[other], !solved.isEmpty else {
        outcome.diagnostics.add(
          Diagnostic(
            .targetUnreachable,
            "'\(delivery.name)' takes its gain from '\(other)', which has none",
            at: delivery.written.gain?.span))
        return
      }
      job.take(gains: solved)
    }
    job.findKnown(store)
    if !job.isKnown, let failure = try job.render(run, cancellation, store, &outcome) {
      explain(failure, job, &outcome)
      return
    }
    if cancellation.isCancelled { throw ExitCode(128 + Interruption.signal) }
    for file in job.files {
      guard let facts = file.facts else { continue }
      let measures = DeliveryMeasures(kept: facts.measures)
      gains[delivery.name, default: [:]][file.item.number] = measures.gain
      let made = BuildRun.File(
        target: "deliver/\(delivery.name)", path: file.path, facts: facts,
        format: file.form.format)
      outcome.files.append(made)
      outcome.warnIfClipped(made, at: file.lowered.span)
      outcome.warnIfLimited(file.path, file.lowered, file.form, measures)
    }
    job.judge(album.session, &outcome)
    job.writeSheets(self, &outcome)
  }

  func job(_ delivery: AlbumDelivery, _ outcome: inout BuildRun.Outcome) -> AlbumJob? {
    var job = AlbumJob(delivery, album)
    for part in delivery.parts {
      guard let streams = streams(part.selection, &outcome),
        let lowered = streams.session.deliveries.first(where: { $0.name == delivery.name })
      else { return nil }
      let items = delivery.items(
        of: part, streams.programme, album: album.session, lowered: lowered,
        into: &outcome.diagnostics)
      if outcome.diagnostics.hasErrors { return nil }
      for item in items {
        guard let form = form(lowered, item, streams, &outcome) else { return nil }
        job.add(item, form, lowered, streams, side: part.side, path: path(lowered, item))
      }
    }
    return job
  }

  private func path(_ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    place(item.file, writtenAt: delivery.span)
  }

  /// Where a file goes that is written as `file` in the session.
  func place(_ file: String, writtenAt span: Span) -> String {
    run.place(file, writtenAt: span)
  }

  private func form(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item,
    _ streams: AlbumProgrammeStreams, _ outcome: inout BuildRun.Outcome
  ) -> DeliveryForm? {
    var own = delivery
    own.metadata = item.metadata ?? delivery.metadata
    if var form = DeliveryForm(
      own, item: item, sessionRate: streams.session.rate,
      profile: delivery.profile.flatMap { Profiles[$0.value] })
    {
      form.addPlaces(of: streams.session, own)
      if own.from == .master { form.addMeasures(for: album.session.master.expect) }
      return form
    }
    let word = delivery.format?.value ?? DeliveryForm.ending(of: item.file)
    outcome.diagnostics.add(
      .deliveryFormat(
        item.file, "'\(word)' is no format of this build",
        at: delivery.format?.span ?? delivery.span))
    return nil
  }

  private func explain(
    _ failure: AlbumJob.Failure, _ job: AlbumJob, _ outcome: inout BuildRun.Outcome
  ) {
    switch failure {
    case .said: break
    case .unreachable(let obstacle, let file):
      outcome.judge([
        obstacle.verdict(
          file.lowered, file.form, path: run.options.original(of: file.path))
      ])
    case .file(let reason, let file):
      outcome.diagnostics.add(
        .deliveryFormat(
          run.options.original(of: file.path), reason,
          at: file.lowered.format?.span ?? file.lowered.span))
    case .render(let failure, let streams): streams.explain(failure, run, &outcome)
    }
  }
}
