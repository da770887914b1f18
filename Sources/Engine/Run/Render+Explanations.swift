internal import Diagnostics
internal import MixGraph
internal import SessionModel

extension Render {
  /// Why the rows that `output` depends on are not what they were at the last build.
  ///
  /// - Returns: for each row with differences of its own, in the order of the signal, the settings that
  ///   differ, or else the first thing that does; of a strip also what differs of it in sums that it
  ///   goes into. Empty when nothing changed.
  public func explain(_ output: String?) -> [Explanation] {
    var wanted = Set<Int>()
    var queue: [Int] = []
    for row in 0..<actions.rowCount {
      let label = actions.label(row)
      guard let output else {
        queue.append(row)
        continue
      }
      if Self.belongs(label, to: output) || graph.output(output) == actions.output(row) {
        queue.append(row)
      }
    }
    while let row = queue.popLast() {
      if wanted.insert(row).inserted { queue += actions.inputRows(row) }
    }
    var explanations: [Explanation] = []
    let timeline = actions.timelineExplanation
    // Those that rows were made for, other than this one.
    var programmes = Set<String>()
    for row in 0..<actions.rowCount where actions.hasChanged(row) {
      let isWanted = wanted.contains(row)
      guard isWanted || output.map({ brings($0, to: row) }) ?? false else { continue }
      let label = actions.label(row)
      let other = Self.otherPart(of: label)
      guard let before = actions.lastExplanation(label) else {
        // A sum that was one is two now.
        if isWanted, !label.hasSuffix(Graph.returnsMark) || actions.lastExplanation(other) == nil {
          let own = graph[actions.output(row)].span
          explanations.append(
            Explanation(label: label, field: "", old: nil, new: nil, span: own))
        }
        continue
      }
      let made = before.first { $0.path == ActionTable.timelineField }?.value
      if isWanted, let made, made != timeline.digest { programmes.insert(made) }
      let differences = RowDifferences(
        segmentation.segments[row], of: graph, in: session,
        before: before.filter { $0.path != ActionTable.timelineField },
        now: actions.explanation(row),
        others: (
          RowDifferences.strips(inSum: other, actions.lastExplanation(other) ?? []),
          strips(inSum: other)
        )
      ).all
      // A group's fader is one of each of its members.
      var told = Set<[String?]>()
      for difference in differences where isWanted || difference.strip == output {
        var explanation = difference.explanation
        guard told.insert([explanation.field, explanation.old, explanation.new]).inserted else {
          continue
        }
        explanation.label =
          label.hasSuffix(Graph.returnsMark)
          ? String(label.dropLast(Graph.returnsMark.count)) : label
        explanation.span = explanation.span ?? graph[actions.output(row)].span
        explanations.append(explanation)
      }
    }
    let changes = programmes.sorted().compactMap { programme in
      actions.rememberedTimeline(programme).flatMap {
        ProgrammeChange(from: $0, to: timeline.fields)
      }
    }
    // What follows from other changes is told where there are none.
    if let change = changes.first(where: { $0.isEdit || explanations.isEmpty }) {
      explanations.insert(change.explanation(in: session.programme), at: 0)
    }
    for index in consumers.indices.prefix(requestCount) {
      let request = consumers[index].request
      guard let path = request.path, output == nil || output == request.name else { continue }
      explanations += explain(index, at: path, isAlone: explanations.isEmpty)
    }
    return explanations
  }

  /// What of a file changed besides its audio.
  ///
  /// - Parameter isAlone: nothing else changed.
  private func explain(_ index: Int, at path: String, isAlone: Bool) -> [Explanation] {
    let name = consumers[index].request.name
    func explanation(_ field: String, _ old: String?, _ new: String?) -> Explanation {
      Explanation(label: name, field: field, old: old, new: new, span: nil)
    }
    guard let before = store?.fields(ofFile: path) else { return [] }
    let changed = ownFields(index).differences(from: before).map {
      explanation($0.name, $0.old, $0.new)
    }
    guard changed.isEmpty, isAlone else { return changed }
    guard let stamp = FileStamp(path: path) else { return [explanation("file", path, nil)] }
    if let record = actions.outputRecord(outputKey(index)), record.stamp != stamp {
      return [explanation("file", path, Explanation.changedFile)]
    }
    return []
  }

  /// Why what stands at an address is not what it was: `vocal/fader`, `glue/threshold`.
  ///
  /// - Returns: nil when the address leads to nothing of a strip.
  public func explain(address: String) -> [Explanation]? {
    guard let address = StripAddress(address, in: session, graph) else { return nil }
    var seen = Set<[String?]>()
    return explain(nil).filter { explanation in
      address.matches(explanation.field)
        && seen.insert([explanation.field, explanation.old, explanation.new]).inserted
    }
  }

  /// Whether a name is one that `explain` understands.
  public func knows(_ name: String) -> Bool {
    graph.output(name) != nil
      || (0..<actions.rowCount).contains { row in
        Self.belongs(actions.label(row), to: name)
      }
  }

  private static func belongs(_ label: String, to name: String) -> Bool {
    label == name || label.hasPrefix(name + "/")
      || [".sum", ".sum" + Graph.returnsMark].contains { label == name + $0 }
  }

  /// The label of the other part of a sum whose returns are apart.
  private static func otherPart(of label: String) -> String {
    label.hasSuffix(Graph.returnsMark)
      ? String(label.dropLast(Graph.returnsMark.count)) : label + Graph.returnsMark
  }

  /// Strips that play into the sum of this label; none where there is no such sum.
  private func strips(inSum label: String) -> Set<String> {
    for case .sum(let terms) in graph.nodes.filter({ $0.label == label }).map(\.kind) {
      return Set(terms.map(\.strip))
    }
    return []
  }

  /// Whether a strip's output or a send of it is a term of a row's sum.
  private func brings(_ strip: String, to row: Int) -> Bool {
    segmentation.segments[row].nodes.contains { id in
      guard case .sum(let terms) = graph[id].kind else { return false }
      return terms.contains { $0.strip == strip }
    }
  }
}
