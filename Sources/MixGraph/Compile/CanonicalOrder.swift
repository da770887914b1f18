internal import SessionModel
public import Signal

extension Graph {
  /// Puts the terms of every sum into an order that neither names nor the file decide, so that
  /// sessions that differ in those alone have equal graphs, keys and states; and lets users of
  /// equal nodes (a stem's part that is the mix's too) share one of them.
  mutating func canonicalise() {
    let recordings = recordings
    canonicalise(sharesTwins: true) { ContentHash(of: Array(recordings[$0].path.utf8)) }
  }

  /// The same graph with the terms of its sums in an order that no path decides: by what the
  /// recordings hold. Nodes keep their indices.
  ///
  /// - Parameter recording: the identity of all that a recording holds.
  public func ordered(by recording: (Int) -> ContentHash) -> Graph {
    var graph = self
    graph.canonicalise(sharesTwins: false, recording)
    return graph
  }

  private mutating func canonicalise(sharesTwins: Bool, _ recording: (Int) -> ContentHash) {
    let timeline = Timeline(programme, extension: 0)
    var digests: [Digest] = []
    digests.reserveCapacity(nodes.count)
    var first: [Digest: NodeID] = [:]
    var shared = nodes.indices.map { NodeID($0) }
    for index in nodes.indices {
      nodes[index].readInputs(from: shared)
      if case .sum(let terms) = nodes[index].kind, terms.count > 1 {
        let manifest = SegmentManifest(self, timeline: timeline)
        let keyed = terms.map { term in
          var writer = DigestWriter()
          manifest.writeWhole(term, input: digests[term.input.index].text, to: &writer)
          return (digest: writer.digest, term: term)
        }
        nodes[index].kind = .sum(keyed.sorted { $0.digest < $1.digest }.map(\.term))
      }
      var writer = DigestWriter()
      let inputs = nodes[index].inputs
      SegmentManifest(self, timeline: timeline).writeWhole(
        Segment(index: 0, nodes: [NodeID(index)], inputs: inputs),
        inputs: inputs.map { digests[$0.index] },
        recording: recording, to: &writer)
      let digest = writer.digest
      digests.append(digest)
      if let twin = first[digest], sharesTwins {
        shared[index] = twin
      } else {
        first[digest] = NodeID(index)
      }
    }
    for index in outputs.indices { outputs[index].node = shared[outputs[index].node.index] }
    masterStream = masterStream.map { shared[$0.index] }
  }
}

extension Node {
  /// Replaces each input by the node that stands for it.
  mutating func readInputs(from shared: [NodeID]) {
    switch kind {
    case .source: break
    case .stage(var stage):
      stage.input = shared[stage.input.index]
      if let key = stage.key { stage.key?.node = shared[key.node.index] }
      kind = .stage(stage)
    case .sum(var terms):
      for index in terms.indices { terms[index].input = shared[terms[index].input.index] }
      kind = .sum(terms)
    }
  }
}
