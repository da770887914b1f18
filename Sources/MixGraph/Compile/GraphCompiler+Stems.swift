internal import Diagnostics
internal import SessionModel

extension GraphCompiler {
  /// The whole mix with only the stem's members sounding: shared dynamics keep hearing the full
  /// mix, so that stems sum to it.
  mutating func buildStem(_ stem: ResolvedStem, _ order: [StripID]) -> NodeID {
    let members = Set(stem.members)
    var outputs: [StripID: NodeID] = [:]
    for id in order {
      let strip = session.strips[id.index]
      guard !strip.isMuted else { continue }
      if strip.kind == .track {
        if members.contains(id) { outputs[id] = outputOfStrip[id] }
        continue
      }
      if members.contains(id) {
        outputs[id] = outputOfStrip[id]
        continue
      }
      let terms = terms(into: id, outputs: outputs)
      if terms.isEmpty { continue }
      if isAll(terms, of: id) {
        outputs[id] = outputOfStrip[id]
        continue
      }
      let head = placed(
        terms, label: "stem/\(stem.name)/\(strip.name).sum", span: strip.span, rounds: false)
      outputs[id] = rounded(shared(strip, id: id, after: head, prefix: "stem/\(stem.name)/"))
    }
    let head = placed(
      terms(into: nil, outputs: outputs), label: "stem/\(stem.name)/mix.sum",
      span: session.mix.span, rounds: false)
    let last = shared(session.mix, id: nil, after: head, prefix: "stem/\(stem.name)/")
    let term = term(of: session.mix, node: last, levels: [session.mix.fader])
    return placed([term], label: "stem/\(stem.name)", span: session.mix.span)
  }

  /// Whether everything sounds that plays into a bus in the full mix: its output is the mix's then.
  private func isAll(_ terms: [Term], of id: StripID?) -> Bool {
    guard let head = headOfStrip[id], case .sum(let all) = nodes[head.index].kind else {
      return false
    }
    return all.map(\.input) == terms.map(\.input)
  }

  /// The strip's inserts on part of its input, dynamics keyed by the full mix's signal.
  private mutating func shared(
    _ strip: ResolvedStrip, id: StripID?, after start: NodeID, prefix: String
  ) -> NodeID {
    var node = start
    if strip.trim != 0 || strip.isPolarityInverted { node = addGain(strip, after: node) }
    for (index, insert) in strip.inserts.enumerated() {
      let full = stageInputs[StageAddress(strip: id, insert: index)]
      let key = KernelFactory.listens(insert.processor) ? full : nil
      if KernelFactory.isNonlinear(insert.processor), told.insert(insert.span).inserted {
        diagnostics.add(.stemsDiffer(insert.name, in: strip.name, at: insert.span))
      }
      node = addStage(
        insert, label: "\(prefix)\(strip.name)/\(insert.name)", after: node, key: key)
    }
    return node
  }
}
