import Diagnostics
import SessionModel

extension YAMLNode {
  /// This node with the keys of `base` that it does not have itself; mappings inside are merged
  /// alike, lists and values stand as they are.
  func merged(over base: YAMLNode, except kept: [String] = []) -> YAMLNode {
    guard case .mapping(let own) = content, case .mapping(let others) = base.content else {
      return self
    }
    var entries = own
    var places: [String: Int] = [:]
    for (index, entry) in own.enumerated() where places[entry.key.value] == nil {
      places[entry.key.value] = index
    }
    for other in others where !kept.contains(other.key.value) {
      if let index = places[other.key.value] {
        entries[index].value = entries[index].value.merged(over: other.value)
      } else {
        entries.append(other)
      }
    }
    return YAMLNode(content: .mapping(entries), span: span, isFlow: isFlow)
  }
}

extension Decoder {
  /// Reads the table of presets before anything uses it.
  mutating func collectPresets(_ node: YAMLNode) {
    guard let entries = entries(node, "presets") else { return }
    for entry in entries {
      check(name: entry.key, .item, "a preset")
      guard let body = single(entry.value, Specs.preset, "preset '\(entry.key.value)'") else {
        continue
      }
      if presets[entry.key.value] == nil {
        presets[entry.key.value] = (body.key, body.value)
      }
    }
  }

  /// `node` with the keys of the preset its `like` names, and of those that one is like.
  ///
  /// - Returns: the merged node, and whether every preset was found.
  mutating func applyingPresets(
    _ node: YAMLNode, kind: String
  ) -> (node: YAMLNode, isComplete: Bool) {
    guard let like = node["like"] else { return (node, true) }
    var merged = node
    var visited: Set<String> = []
    var next: YAMLNode? = like
    while let node = next {
      guard let name = scalar(node, "like", wanted: "the name of a preset") else {
        return (merged, false)
      }
      guard let preset = presets[name.text] else {
        let kin = presets.filter { $0.value.kind.value == kind }.keys
        let near = Suggestions.nearest(name.text, in: kin.sorted())
        report(
          .unknownPreset, "no preset is named '\(name.text)'", at: node.span,
          notes: near.isEmpty ? Suggestions.list(kin.sorted()).map { [Note($0)] } ?? [] : [],
          fixes: near.map { FixIt(node.span, $0) })
        return (merged, false)
      }
      guard preset.kind.value == kind else {
        report(
          .presetKind, "preset '\(name.text)' is of kind \(preset.kind.value), not \(kind)",
          at: node.span, notes: [Note("'\(name.text)' is declared here", at: preset.kind.span)])
        return (merged, false)
      }
      guard visited.insert(name.text).inserted else {
        report(
          .likeCycle, "preset '\(name.text)' is like itself", at: node.span,
          notes: [Note("'\(name.text)' is declared here", at: preset.kind.span)])
        return (merged, false)
      }
      merged = merged.merged(over: preset.node, except: ["like", "name", "note"])
      next = preset.node["like"]
    }
    return (merged, true)
  }
}
