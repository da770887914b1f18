import ArgumentParser
import Diagnostics
import Engine

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
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
    let compiled = options.compile(pipeline)
    let messages = Messages(sources: compiled.declared.sources)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      messages.print(compiled.diagnostics)
      return try Messages.status(compiled.diagnostics).exit()
    }
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: options,
      targets: arguments.rest, sources: compiled.declared.sources)
    let plan = try run.plan()
    Console.out(options.json ? json(plan).pretty : text(plan))
  }

  private static func clock(_ plan: RenderPlan, _ pieces: [Int]) -> String {
    plan.ranges(pieces).map { range in
      "\(Clocks.short(range.start, rate: plan.rate))–\(Clocks.short(range.end, rate: plan.rate))"
    }.joined(separator: ", ")
  }

  static func text(_ plan: RenderPlan) -> String {
    if plan.isEmpty { return "nothing to do" }
    var lines: [String] = []
    var (cached, certain, possible) = (0, 0, 0)
    let width = plan.rows.map(\.label.count).max() ?? 0
    for row in plan.rows {
      cached += row.cached
      certain += row.certain.count
      possible += row.possible.count
      var parts: [String] = []
      if !row.certain.isEmpty { parts.append(clock(plan, row.certain)) }
      if !row.possible.isEmpty { parts.append("perhaps \(clock(plan, row.possible))") }
      if parts.isEmpty { continue }
      let name = row.label + String(repeating: " ", count: width - row.label.count)
      lines.append("\(name)  \(parts.joined(separator: "; "))")
    }
    for file in plan.files { lines.append("\(file) is put together again") }
    lines.append(
      "\(Clocks.count(cached + certain + possible)) chunks: \(Clocks.count(cached)) cached, "
        + "\(Clocks.count(certain)) to render, \(Clocks.count(possible)) perhaps")
    return lines.joined(separator: "\n")
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
      "segments": .array(
        plan.rows.map {
          .object([
            "name": .string($0.label), "cached": .integer(Int64($0.cached)),
            "certain": ranges($0.certain), "possible": ranges($0.possible),
          ])
        }),
      "files": .array(plan.files.map { .string($0) }),
    ])
  }
}
