extension Graph {
  /// Fewer dry terms than this are not worth a sum of their own.
  static let leastDryTerms = 8
  /// What the label of a sum ends with whose dry terms have a sum of their own, under its label.
  public static let returnsMark = "/returns"

  /// Takes large sums apart: what every track brings once, and equally late, becomes a sum of its own,
  /// which the returns (reverbs, parallel buses, whatever is late) are added to. Sums are exact: no bit
  /// changes.
  ///
  /// A change of a track changes one dry term and all returns that it is sent to. The dry sum is made
  /// from what it was by reading that alone, and none of the returns as they were; and it stands still
  /// where a return with latency delays all that is dry.
  mutating func separateReturns() {
    let sources = sourcesHeard()
    var all: [Node] = []
    all.reserveCapacity(nodes.count)
    /// Where each node has gone.
    var places: [NodeID] = []
    for node in nodes {
      var node = node
      node.readInputs(from: places)
      if case .sum(let terms) = nodes[places.count].kind, case .sum(let moved) = node.kind {
        let dry = Self.dryTerms(terms.map { ($0, sources[$0.input.index]) })
        if let first = dry.first, dry.count >= Self.leastDryTerms, dry.count < terms.count {
          let delay = terms[first].delay
          all.append(Self.part(dry.map { moved[$0] }, of: node, delay: delay))
          let part = Term(
            input: NodeID(all.count - 1), levels: [], placement: nil, delay: delay,
            inputChannels: node.channelCount, strip: node.label, isPart: true)
          let isDry = Set(dry)
          node.kind = .sum([part] + moved.indices.filter { !isDry.contains($0) }.map { moved[$0] })
          node.label += Self.returnsMark
        }
      }
      places.append(NodeID(all.count))
      all.append(node)
    }
    nodes = all
    for index in outputs.indices { outputs[index].node = places[outputs[index].node.index] }
    masterStream = masterStream.map { places[$0.index] }
  }

  /// A sum of some terms of `sum` that are all delayed by `delay` frames in it.
  private static func part(_ terms: [Term], of sum: Node, delay: Int) -> Node {
    var part = sum
    part.kind = .sum(
      terms.map { term in
        var term = term
        term.delay = 0
        return term
      })
    part.roundsToFloat = false
    part.latency -= delay
    return part
  }

  /// Indices of the terms that no source plays into twice and that are equally late; of all ways to
  /// choose them one that has many.
  private static func dryTerms(_ terms: [(term: Term, sources: Set<Int>)]) -> [Int] {
    // Tracks before buses of them.
    let order = terms.indices.sorted { a, b in
      (terms[a].sources.count, a) < (terms[b].sources.count, b)
    }
    var heard = Set<Int>()
    var byDelay: [Int: [Int]] = [:]
    for index in order where heard.isDisjoint(with: terms[index].sources) {
      heard.formUnion(terms[index].sources)
      byDelay[terms[index].term.delay, default: []].append(index)
    }
    let largest = byDelay.max { a, b in (a.value.count, -a.key) < (b.value.count, -b.key) }
    return largest?.value.sorted() ?? []
  }

  /// Sources that each node's audio is made of, keys left out.
  private func sourcesHeard() -> [Set<Int>] {
    var heard: [Set<Int>] = []
    heard.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      switch node.kind {
      case .source: heard.append([index])
      case .stage(let stage): heard.append(heard[stage.input.index])
      case .sum(let terms):
        heard.append(terms.reduce(into: []) { $0.formUnion(heard[$1.input.index]) })
      }
    }
    return heard
  }
}
