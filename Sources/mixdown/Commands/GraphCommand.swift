import ArgumentParser
import Diagnostics
import MixGraph
import SessionModel

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Print the processing graph a session compiles to.")

  enum Form: String, ExpressibleByArgument, CaseIterable { case text, dot, json }

  @Option(help: "text, dot (for Graphviz) or json.") var format = Form.text
  @Option(help: ArgumentHelp("Compile this version of the session.", valueName: "name"))
  var version: String?
  @Argument(help: ArgumentHelp("The session; default session.yaml.", valueName: "session"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    let pipeline = Pipeline(sessionPath: arguments.session)
    let compiled = pipeline.compile(pipeline.load(version: version))
    guard let graph = compiled.graph else {
      Messages(sources: compiled.declared.sources).print(compiled.diagnostics)
      return try Messages.status(compiled.diagnostics).exit()
    }
    switch format {
    case .text: Console.out(GraphPrinter(graph).text)
    case .dot: Console.out(GraphPrinter(graph).dot)
    case .json: Console.out(GraphPrinter(graph).json.pretty)
    }
  }
}

/// A graph as text, Graphviz or JSON.
struct GraphPrinter {
  let graph: Graph
  init(_ graph: Graph) { self.graph = graph }

  private func kind(_ node: Node) -> String {
    switch node.kind {
    case .source: "source"
    case .stage(let stage): stage.insert.processor
    case .sum(let terms): "sum of \(terms.count)"
    }
  }

  private func traits(_ node: Node) -> String {
    var traits = [node.channelCount == 1 ? "mono" : "stereo"]
    if node.latency > 0 { traits.append("latency \(node.latency)") }
    if node.roundsToFloat { traits.append("Float") }
    return traits.joined(separator: ", ")
  }

  var text: String {
    var lines: [String] = []
    for (index, node) in graph.nodes.enumerated() {
      let inputs = node.inputs.map { "#\($0.index)" }.joined(separator: " ")
      let arrow = inputs.isEmpty ? "" : " ← \(inputs)"
      lines.append("#\(index) \(node.label): \(kind(node)) (\(traits(node)))\(arrow)")
    }
    for output in graph.outputs { lines.append("\(output.name) = #\(output.node.index)") }
    return lines.joined(separator: "\n")
  }

  var dot: String {
    func quoted(_ text: String) -> String {
      "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
    var lines = ["digraph session {", "  rankdir=LR;", "  node [shape=box, fontname=Helvetica];"]
    for (index, node) in graph.nodes.enumerated() {
      lines.append("  n\(index) [label=\(quoted("\(node.label)\n\(kind(node))"))];")
      let keys = if case .stage(let stage) = node.kind { stage.key?.node } else { NodeID?.none }
      for input in node.inputs {
        lines.append("  n\(input.index) -> n\(index)\(input == keys ? " [style=dashed]" : "");")
      }
    }
    for output in graph.outputs where output.name == "mix" || output.name == "master" {
      lines.append("  \(quoted(output.name)) [shape=ellipse];")
      lines.append("  n\(output.node.index) -> \(quoted(output.name));")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  var json: JSONValue {
    .object([
      "rate": .integer(Int64(graph.rate)),
      "nodes": .array(
        graph.nodes.map { node in
          .object([
            "label": .string(node.label), "kind": .string(kind(node)),
            "channels": .integer(Int64(node.channelCount)),
            "latency": .integer(Int64(node.latency)), "float": .bool(node.roundsToFloat),
            "inputs": .array(node.inputs.map { .integer(Int64($0.index)) }),
          ])
        }),
      "outputs": .array(
        graph.outputs.map {
          .object(["name": .string($0.name), "node": .integer(Int64($0.node.index))])
        }),
    ])
  }
}
