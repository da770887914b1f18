internal import Signal

/// A run of nodes rendered as one: each but the first reads the one before it.
public struct Segment: Sendable, Hashable {
  public var index: Int
  public var nodes: [NodeID]
  /// Nodes of other segments that it reads, each once, in order of first use.
  public var inputs: [NodeID]

  public init(index: Int, nodes: [NodeID], inputs: [NodeID]) {
    self.index = index
    self.nodes = nodes
    self.inputs = inputs
  }

  public var output: NodeID { nodes[nodes.count - 1] }
}

/// The graph cut into segments. Where the cuts lie changes no bit.
public struct Segmentation: Sendable {
  public var segments: [Segment]
  /// Segment whose output is the node; nil for nodes inside a segment or not needed.
  public var segmentOfOutput: [Int?]

  public enum Policy: Sendable {
    /// Runs end at Float borders, sums, taps and outputs.
    case standard
    /// Cuts and fusions drawn from a seed, for tests of the law above.
    case random(seed: UInt64)
    /// Every node alone.
    case single
  }

  /// Segments for everything that `targets` need, in an order in which inputs come before users
  /// and what belongs together stays together (depth first from the targets).
  public init(_ graph: Graph, targets: [NodeID], policy: Policy = .standard) {
    // Depth-first order from the targets.
    var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    var order: [NodeID] = []
    for target in targets {
      var stack: [(node: NodeID, next: Int)] = []
      if !isNeeded[target.index] {
        isNeeded[target.index] = true
        stack.append((target, 0))
      }
      while let (node, next) = stack.last {
        let inputs = graph[node].inputs
        if next < inputs.count {
          stack[stack.count - 1].next += 1
          if !isNeeded[inputs[next].index] {
            isNeeded[inputs[next].index] = true
            stack.append((inputs[next], 0))
          }
        } else {
          order.append(node)
          stack.removeLast()
        }
      }
    }
    var userCount = [Int](repeating: 0, count: graph.nodes.count)
    for node in order { for input in graph[node].inputs { userCount[input.index] += 1 } }
    for target in targets { userCount[target.index] += 1 }

    var state: UInt64 = 0
    if case .random(let seed) = policy {
      state = seed
    }
    func draw() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }

    var chain: [Int: Int] = [:]  // last node of a chain → chain index
    var chains: [[NodeID]] = []
    for node in order {
      if case .stage(let stage) = graph[node].kind {
        let input = stage.input
        let sole = userCount[input.index] == 1 && stage.key?.node != input
        var joins = sole
        switch policy {
        case .single: joins = false
        case .standard:
          if graph[input].roundsToFloat { joins = false }
          if case .sum = graph[input].kind { joins = false }
        case .random: joins = sole && draw() % 3 != 0
        }
        if joins, let index = chain[input.index] {
          chains[index].append(node)
          chain[input.index] = nil
          chain[node.index] = index
          continue
        }
      }
      chain[node.index] = chains.count
      chains.append([node])
    }
    // A chain may be used only after all its inputs: order chains by their last node's place.
    var place = [Int](repeating: 0, count: graph.nodes.count)
    for (index, node) in order.enumerated() { place[node.index] = index }
    chains.sort { place[$0[$0.count - 1].index] < place[$1[$1.count - 1].index] }

    segmentOfOutput = [Int?](repeating: nil, count: graph.nodes.count)
    segments = []
    for nodes in chains {
      var inputs: [NodeID] = []
      let inside = Set(nodes)
      for node in nodes {
        for input in graph[node].inputs where !inside.contains(input) && !inputs.contains(input) {
          inputs.append(input)
        }
      }
      segmentOfOutput[nodes[nodes.count - 1].index] = segments.count
      segments.append(Segment(index: segments.count, nodes: nodes, inputs: inputs))
    }
  }
}
