import ArgumentParser
import Diagnostics
import Engine
import MixGraph
import SessionModel

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why something would be rendered again: what changed, from what, to what.",
    discussion: """
      NAME is a target (mix, stem/NAME …), a track, a bus, a processor as `graph` names it, or an
      output file. Without one everything that changed since the last build is listed.
      """)

  @OptionGroup var options: BuildOptions
  @Argument(help: ArgumentHelp("The session and a name.", valueName: "arguments"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    guard arguments.rest.count <= 1 else { throw ValidationError("explain one thing at a time") }
    let pipeline = options.pipeline(arguments.session)
    let compiled = options.compile(pipeline)
    let messages = Messages(sources: compiled.declared.sources)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      messages.print(compiled.diagnostics)
      return try Messages.status(compiled.diagnostics).exit()
    }
    if let album = compiled.album {
      var diagnostics = DiagnosticList()
      let explanations = try AlbumRun(
        pipeline: pipeline, album: album, options: options, targets: []
      ).explain(arguments.rest.first, &diagnostics)
      messages.print(diagnostics)
      return show(explanations, compiled.declared.sources)
    }
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: options, targets: [],
      sources: compiled.declared.sources)
    var name = arguments.rest.first
    if let given = name, let target = try run.chosenTargets().first(where: { $0.path == given }) {
      name = target.name
    }
    if let given = name, let stream = stream(of: given, session, graph, run) { name = stream }
    let render = try run.dryRender()
    if let name, !render.knows(name) {
      let known = graph.outputs.map(\.name) + graph.nodes.map(\.label)
      let hint = Suggestions.nearest(name, in: known).first.map { "; did you mean '\($0)'?" } ?? ""
      throw ValidationError("nothing is called '\(name)'\(hint)")
    }
    show(render.explain(name), compiled.declared.sources)
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
          }).pretty)
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

  /// What the delivery of that name or file is made from: a build target.
  private func stream(
    of name: String, _ session: ResolvedSession, _ graph: Graph, _ run: BuildRun
  ) -> String? {
    let delivery = session.deliveries.first { delivery in
      name == "deliver/\(delivery.name)"
        || delivery.items.contains { item in
          name == item.file || name == Files.join(run.pipeline.folder, item.file)
            || name == Files.join(run.outputFolder, Files.name(of: item.file))
        }
    }
    guard let delivery else { return nil }
    switch delivery.from {
    case .master: return graph.output("master") == nil ? "mix" : "master"
    case .mix, .stems: return "mix"
    case .strip(let id):
      let strip = session.strips[id.index]
      return (strip.kind == .track ? "track/" : "bus/") + strip.name
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
    switch (explanation.old, explanation.new) {
    case (let old?, let new?): return "\(head): \(explanation.field) was \(old), is \(new)"
    case (nil, let new?): return "\(head): \(explanation.field) is new (\(new))"
    case (let old?, nil): return "\(head): \(explanation.field) is gone (\(old))"
    case (nil, nil): return head
    }
  }
}
