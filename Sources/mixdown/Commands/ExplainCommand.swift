import ArgumentParser
import Diagnostics
import Engine
import MixGraph
import Reporting
import SessionModel

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why something would be rendered again: what changed, from what, to what.",
    discussion: """
      NAME is a target (mix, stem/NAME, deliver/NAME …), a track, a bus, a processor as `graph`
      names it, an address (vocal/fader), or an output file. Of a delivery it says what changed in its sound and in the
      delivery itself. Without a name everything that changed since the last build is listed.
      """)

  @OptionGroup var options: BuildOptions
  @Argument(help: ArgumentHelp("The session and a name.", valueName: "arguments"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    guard arguments.rest.count <= 1 else { throw ValidationError("explain one thing at a time") }
    let pipeline = options.pipeline(arguments.session)
    defer { pipeline.store?.flush() }
    let compiled = options.compile(pipeline, for: [])
    let messages = Messages(sources: compiled.declared.sources)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      messages.write(compiled.diagnostics, asJSON: options.json)
      return try Messages.status(compiled.diagnostics).exit()
    }
    if let album = compiled.album {
      var diagnostics = DiagnosticList()
      let explanations = try AlbumRun(
        pipeline: pipeline, album: album, options: options, targets: []
      ).explain(arguments.rest.first, &diagnostics)
      messages.print(diagnostics)
      if isFirst(pipeline) {
        let run = AlbumRun(pipeline: pipeline, album: album, options: options, targets: [])
        let files = try run.plan(&diagnostics).files
        return showFirst(files.isEmpty ? [Files.join(run.outputFolder, "master.wav")] : files)
      }
      return self.show(explanations, compiled.declared.sources)
    }
    func run(_ targets: [String]) -> BuildRun {
      BuildRun(
        pipeline: pipeline, session: session, graph: graph, options: options, targets: targets,
        sources: compiled.declared.sources, declared: compiled.declared.session)
    }
    var outcome = BuildRun.Outcome()
    let whole = run([])
    /// The explanations of what these targets make, or that nothing of them was made yet.
    func show(_ found: [Explanation], made targets: [String] = []) throws {
      guard isFirst(pipeline) else { return self.show(found, compiled.declared.sources) }
      let build = run(targets)
      showFirst(
        try build.chosenTargets().map(\.path)
          + build.chosenDeliveries().flatMap { delivery in
            delivery.items.map { build.path(of: delivery, $0) }
          })
    }
    guard let name = arguments.rest.first else {
      let found =
        try whole.dryRender().explain(nil) + deliveries(whole, &outcome)
      messages.print(outcome.diagnostics)
      return try show(once(found))
    }
    if let delivery = delivery(named: name, session, whole) {
      let found = try deliveries(run(["deliver/\(delivery.name)"]), &outcome)
      messages.print(outcome.diagnostics)
      return try show(once(found), made: ["deliver/\(delivery.name)"])
    }
    let files = try run(graph.outputs.map(\.name)).chosenTargets()
    let file = files.first { $0.path == name || $0.name == name }
    let target = file?.name ?? name
    let render = try (file.map { run([$0.name]) } ?? whole).dryRender()
    if !render.knows(target) {
      if let found = try whole.dryRender().explain(address: target) {
        return try show(found)
      }
      if let found = try explanations(at: target, session, whole, &outcome) {
        messages.print(outcome.diagnostics)
        return try show(once(found))
      }
      let known =
        graph.outputs.map(\.name) + session.deliveries.map { "deliver/\($0.name)" }
        + graph.nodes.map(\.label)
      let hint =
        Suggestions.nearest(target, in: known).first.map { "; did you mean '\($0)'?" } ?? ""
      throw ValidationError("nothing is called '\(target)'\(hint)")
    }
    try show(render.explain(target), made: file.map { [$0.name] } ?? [])
  }

  /// Whether the cache knows of no build of the session, so that there is nothing that could have
  /// changed. As JSON that is told row by row.
  private func isFirst(_ pipeline: Pipeline) -> Bool {
    guard !options.json, let store = pipeline.store else { return false }
    return PastBuilds(pipeline: pipeline).builds.isEmpty
      && LastReport.of(pipeline.sessionPath, in: store)?.files.isEmpty ?? true
  }

  private func showFirst(_ files: [String]) {
    let shown = 8
    var names = files.prefix(shown).joined(separator: ", ")
    if files.count > shown { names += " and \(files.count - shown) more" }
    Console.out("nothing was built yet; a build makes \(names)")
  }

  private func deliveries(
    _ run: BuildRun, _ outcome: inout BuildRun.Outcome
  ) throws -> [Explanation] {
    DeliveryStage(run, deliveries: try run.chosenDeliveries(), store: run.pipeline.store)
      .explain(&outcome)
  }

  /// What changed at an address that leads to nothing of a strip: a key of a delivery, a tag, or
  /// something that all may depend on. nil: it leads nowhere.
  private func explanations(
    at address: String, _ session: ResolvedSession, _ whole: BuildRun,
    _ outcome: inout BuildRun.Outcome
  ) throws -> [Explanation]? {
    var steps = address.split(separator: "/").map(String.init)
    if steps.count > 2, steps[0] == "master", steps[1] == "deliver" { steps.removeFirst() }
    if steps.count > 2, steps[0] == "deliver" {
      let label = "deliver/\(steps[1])"
      guard session.deliveries.contains(where: { $0.name == steps[1] }),
        FieldTable["delivery"]?[steps[2]] != nil
      else { return nil }
      let field = steps.dropFirst(2).joined(separator: "/")
      return try deliveries(whole, &outcome).filter {
        ($0.label == label || $0.label.hasPrefix(label + " ")) && $0.field == field
      }
    }
    guard let first = steps.first, FieldTable["session"]?[first] != nil,
      !["tracks", "buses", "groups"].contains(first)
    else { return nil }
    if steps.count > 1, first == "mix" || first == "master",
      FieldTable[first]?[steps[1]] == nil
    {
      return nil
    }
    let found = try whole.dryRender().explain(nil) + deliveries(whole, &outcome)
    if first == "metadata" {
      let field = steps.last == "cover" ? "cover" : address
      return found.filter { $0.field == field || $0.field.hasPrefix(field + "/") }
    }
    return found
  }

  /// Nodes that several files are made from are told once.
  private func once(_ explanations: [Explanation]) -> [Explanation] {
    var seen = Set<[String?]>()
    return explanations.filter { seen.insert([$0.label, $0.field, $0.old, $0.new]).inserted }
  }

  private func show(_ explanations: [Explanation], _ sources: SourceMap) {
    if options.json {
      Console.out(
        JSONValue.array(
          explanations.map {
            .object([
              "name": .string($0.label), "field": .string($0.field), "old": .optional($0.old),
              "new": .optional($0.new), "at": .string(place($0.span, sources)),
            ])
          }
        ).pretty)
      return
    }
    if explanations.isEmpty {
      Console.out("nothing changed since the last build")
      return
    }
    for explanation in explanations {
      Console.out(text(explanation, sources))
    }
  }

  private func delivery(
    named name: String, _ session: ResolvedSession, _ run: BuildRun
  ) -> ResolvedDelivery? {
    session.deliveries.first { delivery in
      name == "deliver/\(delivery.name)"
        || delivery.items.contains { item in
          name == item.file || name == run.path(of: delivery, item)
            || name == Files.join(run.pipeline.folder, item.file)
            || name == Files.join(run.outputFolder, Files.name(of: item.file))
        }
    }
  }

  private func place(_ span: Span?, _ sources: SourceMap) -> String {
    guard let span else { return "" }
    let source = sources[span.source]
    return "\(source.path):\(source.position(of: span.start).line)"
  }

  private func text(_ explanation: Explanation, _ sources: SourceMap) -> String {
    let at = place(explanation.span, sources)
    let head = at.isEmpty ? explanation.label : "\(at): \(explanation.label)"
    if explanation.field.isEmpty { return "\(head): was not built before" }
    if explanation.field == "file", explanation.new == nil {
      return "\(head): \(explanation.old ?? "the file") is not there any more"
    }
    if explanation.field == "file", explanation.new == Explanation.changedFile {
      return "\(head): \(explanation.old ?? "the file") was \(Explanation.changedFile)"
    }
    switch (explanation.old, explanation.new) {
    case (let old?, let new?): return "\(head): \(explanation.field) was \(old), is \(new)"
    case ("", nil): return "\(head): \(explanation.field) is gone"
    case (nil, ""): return "\(head): \(explanation.field) is new"
    case (nil, let new?): return "\(head): \(explanation.field) is new (\(new))"
    case (let old?, nil): return "\(head): \(explanation.field) is gone (\(old))"
    case (nil, nil): return head
    }
  }
}
