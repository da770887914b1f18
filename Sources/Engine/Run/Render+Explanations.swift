internal import Diagnostics
internal import MixGraph
internal import SessionModel

extension Render {
  /// Why the rows that `output` depends on are not what they were at the last build.
  ///
  /// - Returns: for each row with a difference of its own, in the order of the signal, the first
  ///   differing field; empty when nothing changed.
  public func explain(_ output: String?) -> [Explanation] {
    var wanted = Set<Int>()
    var queue: [Int] = []
    for row in 0..<actions.rowCount {
      let label = actions.label(row)
      guard let output else {
        queue.append(row)
        continue
      }
      let isMeant =
        label == output || label.hasPrefix(output + "/") || label == output + ".sum"
        || graph.output(output) == actions.output(row)
      if isMeant { queue.append(row) }
    }
    while let row = queue.popLast() {
      if wanted.insert(row).inserted { queue += actions.inputRows(row) }
    }
    var explanations: [Explanation] = []
    let timeline = actions.timelineExplanation
    // Those that rows were made for, other than this one.
    var programmes = Set<String>()
    for row in wanted.sorted() where actions.hasChanged(row) {
      let now = actions.explanation(row)
      let label = actions.label(row)
      let own = graph[actions.output(row)].span
      guard let before = actions.lastExplanation(row) else {
        explanations.append(
          Explanation(label: label, field: "", old: nil, new: nil, span: own))
        continue
      }
      let made = before.first { $0.path == ActionTable.timelineField }?.value
      if let made, made != timeline.digest { programmes.insert(made) }
      guard
        let difference = Self.difference(
          before.filter { $0.path != ActionTable.timelineField }, now)
      else { continue }
      var explanation = difference
      explanation.label = label
      explanation.span = span(of: difference.field, in: row) ?? own
      explanations.append(explanation)
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
      return [explanation("file", path, "changed since it was made")]
    }
    return []
  }

  /// Whether a name is one that `explain` understands.
  public func knows(_ name: String) -> Bool {
    graph.output(name) != nil
      || (0..<actions.rowCount).contains { row in
        let label = actions.label(row)
        return label == name || label.hasPrefix(name + "/") || label == name + ".sum"
      }
  }

  private static func difference(
    _ before: [ExplanationWriter.Field], _ now: [ExplanationWriter.Field]
  ) -> Explanation? {
    // By path, not by place: the order of a sum's terms is no property of it.
    func values(_ fields: [ExplanationWriter.Field]) -> [String: [String]] {
      var values: [String: [String]] = [:]
      for field in fields where !field.path.hasSuffix("/input") && field.path != "input" {
        values[field.path, default: []].append(field.value)
      }
      return values
    }
    let old = values(before)
    let new = values(now)
    for field in now {
      guard let value = new[field.path], old[field.path] != value else { continue }
      let known = old[field.path] ?? []
      // Where one list goes on behind the other, with what follows there.
      let at = zip(known, value).prefix { $0 == $1 }.count
      return Explanation(
        label: "", field: field.path, old: at < known.count ? known[at] : nil,
        new: at < value.count ? value[at] : nil, span: nil)
    }
    for field in before where new[field.path] == nil && old[field.path] != nil {
      return Explanation(label: "", field: field.path, old: field.value, new: nil, span: nil)
    }
    return nil
  }

  /// The line of the node or strip that a field's path names.
  private func span(of field: String, in row: Int) -> Span? {
    for strip in session.strips where field.contains("/\(strip.name)/") { return strip.span }
    for id in segmentation.segments[row].nodes where field.hasPrefix(graph[id].label + "/") {
      return graph[id].span
    }
    return nil
  }
}
