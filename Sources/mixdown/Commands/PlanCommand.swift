import ArgumentParser
import Diagnostics
import Engine
import MixGraph

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a build would render, without rendering.",
    discussion: """
      A chunk is certain to be rendered, cached, or possible: whether it has to be rendered is
      known only when what it depends on has been.
      """)

  @OptionGroup var options: BuildOptions
  @Argument(help: ArgumentHelp("The session and the targets.", valueName: "arguments"))
  var arguments: [String] = []

  func run() throws {
    try Plan.show(options, arguments)
  }

  static func show(_ options: BuildOptions, _ words: [String]) throws {
    let arguments = try SessionArguments(words)
    let pipeline = options.pipeline(arguments.session)
    defer { pipeline.store?.flush() }
    let compiled = options.compile(pipeline, for: arguments.rest)
    let messages = Messages(sources: compiled.declared.sources)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      messages.write(compiled.diagnostics, asJSON: options.json)
      return try Messages.status(compiled.diagnostics).exit()
    }
    if let album = compiled.album {
      var diagnostics = DiagnosticList()
      let plan = try AlbumRun(
        pipeline: pipeline, album: album, options: options, targets: arguments.rest
      ).plan(&diagnostics)
      messages.print(diagnostics)
      return Console.out(
        options.json
          ? plan.json.pretty : plan.text(workers: options.j ?? RenderOptions.processorCount))
    }
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: options,
      targets: arguments.rest, sources: compiled.declared.sources,
      declared: compiled.declared.session)
    let (plan, versions, diagnostics) = try run.plan()
    if diagnostics.hasErrors {
      messages.write(diagnostics, asJSON: options.json)
      return try Messages.status(diagnostics).exit()
    }
    let workers = options.j ?? RenderOptions.processorCount
    if options.json {
      guard case .object(var members) = json(plan) else { return }
      members.append(
        .init(
          "versions",
          .array(versions.map { .object(["name": .string($0.name), "plan": json($0.plan)]) })))
      return Console.out(JSONValue.object(members).pretty)
    }
    Console.out(text(plan, workers: workers))
    for (name, plan) in versions where !plan.isEmpty {
      Console.out("version \(name):")
      let lines = text(plan, workers: workers).split(separator: "\n").map { "  \($0)" }
      Console.out(lines.joined(separator: "\n"))
    }
  }

  private static func clock(_ plan: RenderPlan, _ pieces: [Int]) -> String {
    plan.ranges(pieces).map { range in
      "\(Clocks.short(range.start, rate: plan.rate))–\(Clocks.short(range.end, rate: plan.rate))"
    }.joined(separator: ", ")
  }

  static func text(_ plan: RenderPlan, workers: Int) -> String {
    if plan.isEmpty { return "nothing to do" }
    var names: [String] = []
    var certain: [String: Set<Int>] = [:]
    var possible: [String: Set<Int>] = [:]
    var counts: [String: Int] = [:]
    for row in plan.rows where !(row.certain.isEmpty && row.possible.isEmpty) {
      let name = Graph.strip(ofLabel: row.label)
      if !names.contains(name) { names.append(name) }
      certain[name, default: []].formUnion(row.certain)
      possible[name, default: []].formUnion(row.possible)
      counts[name, default: 0] += row.certain.count + row.possible.count
    }
    let width = names.map(\.count).max() ?? 0
    var lines = names.map { name in
      let sure = certain[name] ?? []
      let open = (possible[name] ?? []).subtracting(sure)
      var parts: [String] = []
      if !sure.isEmpty { parts.append(clock(plan, sure.sorted())) }
      if !open.isEmpty { parts.append("perhaps \(clock(plan, open.sorted()))") }
      let count = counts[name] ?? 0
      return name + String(repeating: " ", count: width - name.count)
        + "  \(parts.joined(separator: "; ")) (\(Clocks.chunks(count)))"
    }
    for file in plan.files { lines.append("\(file) is put together again") }
    for delivery in plan.deliveries {
      lines.append("\(delivery.path) is made for '\(delivery.name)'")
    }
    lines.append(total(plan, workers: workers))
    return lines.joined(separator: "\n")
  }

  private static func total(_ plan: RenderPlan, workers: Int) -> String {
    let cached = plan.rows.reduce(0) { $0 + $1.cached }
    let certain = plan.rows.reduce(0) { $0 + $1.certain.count }
    let possible = plan.rows.reduce(0) { $0 + $1.possible.count }
    func seconds(_ value: Double) -> String {
      Clocks.fixed(value / Double(workers), digits: value < 10 * Double(workers) ? 2 : 0)
    }
    return "\(Clocks.chunks(cached + certain + possible)): \(Clocks.count(cached)) cached, "
      + "\(Clocks.count(certain)) to render (about \(seconds(plan.seconds(\.certain))) s), "
      + "\(Clocks.count(possible)) perhaps (\(seconds(plan.seconds(\.possible))) s more)"
  }

  static func json(_ plan: RenderPlan) -> JSONValue {
    func ranges(_ pieces: [Int]) -> JSONValue {
      .array(
        plan.ranges(pieces).map {
          .object(["start": .integer($0.start), "end": .integer($0.end)])
        })
    }
    return .object([
      "chunks": .object([
        "cached": .integer(Int64(plan.rows.reduce(0) { $0 + $1.cached })),
        "certain": .integer(Int64(plan.rows.reduce(0) { $0 + $1.certain.count })),
        "possible": .integer(Int64(plan.rows.reduce(0) { $0 + $1.possible.count })),
      ]),
      "seconds": .object([
        "certain": .number(plan.seconds(\.certain)), "possible": .number(plan.seconds(\.possible)),
      ]),
      "segments": .array(
        plan.rows.map {
          .object([
            "name": .string($0.label), "cached": .integer(Int64($0.cached)),
            "certain": ranges($0.certain), "possible": ranges($0.possible),
          ])
        }),
      "files": .array(plan.files.map { .string($0) }),
      "deliveries": .array(
        plan.deliveries.map { .object(["name": .string($0.name), "file": .string($0.path)]) }),
    ])
  }
}
