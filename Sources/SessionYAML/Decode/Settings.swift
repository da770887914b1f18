import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// A parameter's value or automation.
  mutating func setting(_ node: YAMLNode, _ spec: ParameterSpec) -> Setting? {
    if case .mapping(let entries) = node.content {
      if let automation = entries.first(where: { $0.key.value == "automation" }) {
        for entry in entries where entry.key.value != "automation" {
          report(
            .unknownKey, "'\(entry.key.value)' is not a key of an automation", at: entry.key.span)
        }
        guard spec.isAutomatable else {
          report(
            .automationNotPossible, "\(spec.name) cannot be automated", at: automation.key.span)
          return nil
        }
        return points(automation.value, spec.name) { decoder, node in
          decoder.constant(node, spec.moving)
        }.map { .automated($0) }
      }
      let wanted = spec.isAutomatable ? "a value or {automation: […]}" : "a value"
      report(
        .wrongShape, "\(spec.name) is a mapping; it must be \(wanted)", at: node.span)
      return nil
    }
    return constant(node, spec).map { .constant($0) }
  }

  /// One value of a parameter.
  mutating func constant(_ node: YAMLNode, _ spec: ParameterSpec) -> Located<Value>? {
    switch spec.kind {
    case .number(let number): return self.number(node, number, spec.name)
    case .time(let time):
      var usual: Rational?
      if case .time(.seconds(let seconds))? = spec.defaultValue { usual = seconds }
      return self.time(node, time, spec.name, usual: usual)
    case .word(let words):
      return word(node, words, spec.name).map { Located(.word($0.value), $0.span) }
    case .flag: return flag(node, spec.name).map { Located(.flag($0.value), $0.span) }
    case .reference:
      return reference(node, spec.name).map { Located(.reference($0.value), $0.span) }
    case .path: return path(node, spec.name).map { Located(.path($0.value), $0.span) }
    case .range: return range(node, spec.name).map { Located(.range($0.value), $0.span) }
    case .pan: return pan(node, spec.name)
    default:
      wrongShape(node, spec.name, wanted: "a value")
      return nil
    }
  }

  /// A list of `[position, value, how]`.
  mutating func points(
    _ node: YAMLNode, _ field: String,
    value: (inout Decoder, YAMLNode) -> Located<Value>?
  ) -> [AutomationPoint]? {
    let form = "points: [[position, value], [position, value, how], …]"
    guard case .sequence(let items) = node.content else {
      wrongShape(node, field, wanted: "a list of \(form)")
      return nil
    }
    var points: [AutomationPoint] = []
    for item in items {
      guard case .sequence(let parts) = item.content else {
        wrongShape(item, "an entry of \(field)", wanted: "a point: [position, value, how]")
        if case .scalar = item.content { return nil }
        continue
      }
      if parts.count > 2, let text = parts[2].text, joinsDecimals(parts[1], text, parts[2].span) {
        continue
      }
      guard parts.count == 2 || parts.count == 3 else {
        report(
          .wrongShape,
          "a point of \(field) has \(parts.count) parts; it must be [position, value] or"
            + " [position, value, how]",
          at: item.span)
        continue
      }
      let place = position(parts[0], field)
      let amount = value(&self, parts[1])
      let arrival = parts.count == 3 ? arrival(parts[2], field) : nil
      guard let place, let amount else { continue }
      points.append(
        AutomationPoint(position: place, value: amount, arrival: arrival, span: item.span))
    }
    return points
  }

  /// `line`, `smooth`, `over 2 bars`
  private mutating func arrival(_ node: YAMLNode, _ field: String) -> Located<Arrival>? {
    guard let text = scalar(node, field, wanted: "line, smooth or over LENGTH") else { return nil }
    switch text.text {
    case "line": return Located(.line, node.span)
    case "smooth": return Located(.smooth, node.span)
    case "step": return Located(.step, node.span)
    default: break
    }
    let high = text.bytes.count
    if text.hasPrefix("over ", at: 0, to: high) {
      return amount(text, 5, high, field, wanted: Decoder.lengthForms)
        .map { Located(.over($0), node.span) }
    }
    let near = Suggestions.nearest(text.text, in: ["line", "smooth", "step"])
    report(
      .unknownWord,
      "a point of \(field) arrives by '\(text.text)'; it must be line, smooth or over LENGTH",
      at: node.span, fixes: near.map { FixIt(node.span, $0) })
    return nil
  }

  /// A level, or the entries `level` and `ride` of a mapping.
  mutating func level(_ node: YAMLNode, _ field: String) -> Level {
    guard case .mapping = node.content else {
      return Level(level: double(node, levelSpec, field))
    }
    guard let mapping = mapping(node, Specs.level, field) else { return Level() }
    return level(mapping, field)
  }

  mutating func level(_ mapping: Mapping, _ field: String) -> Level {
    var level = Level()
    if let node = mapping.node("level") { level.level = double(node, levelSpec, field) }
    if let node = mapping.node("ride") { level.ride = ride(node) }
    return level
  }

  mutating func ride(_ node: YAMLNode) -> [AutomationPoint] {
    let spec = levelSpec
    return points(node, "ride") { decoder, node in decoder.number(node, spec, "ride") } ?? []
  }

  private var levelSpec: NumberSpec { FieldTable.level }
}
