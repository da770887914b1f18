internal import SessionModel
internal import Signal

extension Graph {
  /// Puts the terms of every sum into an order that neither names nor the file decide, so that
  /// sessions that differ in those alone have equal graphs, keys and states.
  mutating func sortTerms() {
    let manifest = SegmentManifest(self, timeline: Timeline(programme, extension: 0))
    var digests: [Digest] = []
    digests.reserveCapacity(nodes.count)
    for index in nodes.indices {
      if case .sum(let terms) = nodes[index].kind, terms.count > 1 {
        let keyed = terms.map { term in
          var writer = DigestWriter()
          manifest.writeWhole(term, input: digests[term.input.index].text, to: &writer)
          return (digest: writer.digest, term: term)
        }
        nodes[index].kind = .sum(keyed.sorted { $0.digest < $1.digest }.map(\.term))
      }
      var writer = DigestWriter()
      let inputs = nodes[index].inputs
      SegmentManifest(self, timeline: manifest.timeline).writeWhole(
        Segment(index: 0, nodes: [NodeID(index)], inputs: inputs),
        inputs: inputs.map { digests[$0.index] },
        recording: { ContentHash(of: Array(recordings[$0].written.utf8)) }, to: &writer)
      digests.append(writer.digest)
    }
  }
}
