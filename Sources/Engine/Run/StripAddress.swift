internal import MixGraph
internal import SessionModel

/// The address of something of a strip, in the form that explanations use: `vocal/fader` for
/// `tracks/vocal/strip/fader/level`.
struct StripAddress {
  private let text: String
  /// Explanations of what a track plays name no key of the session.
  private let isContent: Bool

  /// - Returns: nil when it leads to nothing of a strip.
  init?(_ address: String, in session: ResolvedSession, _ graph: Graph) {
    var steps = address.split(separator: "/").map(String.init)
    if let first = steps.first, ["tracks", "buses", "groups"].contains(first) {
      steps.removeFirst()
    }
    guard let first = steps.first, steps.count > 1 else { return nil }
    let labels = Set(graph.nodes.map(\.label))
    let isStrip = session.strips.contains { $0.name == first }
    guard isStrip || first == "mix" || first == "master" else {
      guard let text = Self.ofNoStrip(steps, session, graph, labels) else { return nil }
      self.text = text
      isContent = false
      return
    }
    var rest = Array(steps.dropFirst().filter { $0 != "strip" && $0 != "inserts" })
    if rest.count > 1, rest.last == "level" { rest.removeLast() }
    guard let key = rest.first else {
      self.text = first
      isContent = false
      return
    }
    let own = ([first] + rest).joined(separator: "/")
    let isKey =
      first != "master" && FieldTable["strip"]?[key] != nil && (rest.count == 1 || key == "sends")
      || rest == ["fader", "ride"]
    let node = (1...rest.count).last {
      labels.contains(([first] + rest.prefix($0)).joined(separator: "/"))
    }
    let isContent = isStrip && FieldTable["strip"]?[key] == nil && FieldTable["track"]?[key] != nil
    guard isKey || isContent || Self.leads(first, rest, node, graph) else { return nil }
    self.text = ["output", "mute"].contains(key) ? first : isContent ? "\(first)/clip" : own
    self.isContent = isContent
  }

  /// Whether the keys behind those that name a node are none or a parameter of it.
  private static func leads(
    _ strip: String, _ keys: [String], _ node: Int?, _ graph: Graph
  ) -> Bool {
    guard let node else { return false }
    let label = ([strip] + keys.prefix(node)).joined(separator: "/")
    let parameter = keys.dropFirst(node).joined(separator: "/")
    if parameter.isEmpty { return true }
    return graph.nodes.contains { candidate in
      guard candidate.label == label, case .stage(let stage) = candidate.kind else { return false }
      return stage.insert.settings[parameter] != nil
        || ProcessorTable[stage.insert.processor]?[parameter] != nil
    }
  }

  /// An address that begins with no strip: a group's fader, or an insert that one strip alone has.
  private static func ofNoStrip(
    _ steps: [String], _ session: ResolvedSession, _ graph: Graph, _ labels: Set<String>
  ) -> String? {
    var steps = steps
    if steps.count > 1, steps.last == "level" { steps.removeLast() }
    let text = steps.joined(separator: "/")
    let isGroup = session.strips.contains { strip in
      strip.fader.parts.contains { text == $0.address || text == $0.address + "/ride" }
    }
    if isGroup { return text }
    let owners = labels.filter { label in
      label.hasSuffix("/" + steps[0]) && label.split(separator: "/").count == 2
    }
    guard owners.count == 1, let strip = owners.first?.split(separator: "/").first,
      leads(String(strip), steps, 1, graph)
    else { return nil }
    return "\(strip)/\(steps.joined(separator: "/"))"
  }

  /// Whether the field of an explanation is what the address names, a part of it, or what it is a part
  /// of.
  func matches(_ field: String) -> Bool {
    field == text || field.hasPrefix(text + "/")
      || !isContent && field.contains("/") && text.hasPrefix(field + "/")
  }
}
