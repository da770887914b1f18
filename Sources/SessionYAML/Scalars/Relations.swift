import Diagnostics
import SessionModel

extension Decoder {
  /// `at least 9 dB`, `at most …`, `between A and B`, `A ± B`; numbers in `unit`.
  mutating func relation(
    _ node: YAMLNode, _ unit: Unit, _ field: String
  ) -> Located<Expectation.Relation>? {
    let wanted = "'at most', 'at least', 'between A and B' or 'A ± B'"
    guard let text = scalar(node, field, wanted: wanted) else { return nil }
    let high = text.bytes.count
    let spec = NumberSpec(unit, -1_000_000...1_000_000)
    func found(_ relation: Expectation.Relation) -> Located<Expectation.Relation> {
      Located(relation, node.span)
    }
    if text.hasPrefix("at most ", at: 0, to: high) {
      return limit(text, 8, high, spec, field).map { found(.atMost($0)) }
    }
    if text.hasPrefix("at least ", at: 0, to: high) {
      return limit(text, 9, high, spec, field).map { found(.atLeast($0)) }
    }
    if text.hasPrefix("between ", at: 0, to: high),
      let keyword = text.find(" and ", from: 8, to: high)
    {
      let lower = limit(text, 8, keyword, spec, field)
      let upper = limit(text, keyword + 5, high, spec, field)
      guard let lower, let upper else { return nil }
      if lower > upper {
        report(
          .wrongRelation,
          "\(field) lies between \(Plain.number(lower)) and \(Plain.number(upper)); the smaller"
            + " number comes first",
          at: node.span)
        return nil
      }
      return found(.between(lower, upper))
    }
    for sign: StaticString in ["±", "+-"] {
      guard let at = text.find(sign, from: 0, to: high) else { continue }
      let value = limit(text, 0, at, spec, field)
      let tolerance = limit(
        text, at + sign.utf8CodeUnitCount, high,
        NumberSpec(unit.difference, 0...1_000_000), field)
      guard let value, let tolerance else { return nil }
      return found(.within(value, tolerance: tolerance))
    }
    let fixes = text.isExact ? relationFix(text) : []
    report(
      .wrongRelation, "\(field) is '\(text.text)'; it must begin with \(wanted)", at: node.span,
      fixes: fixes)
    return nil
  }

  private mutating func limit(
    _ text: ScalarText, _ from: Int, _ to: Int, _ spec: NumberSpec, _ field: String
  ) -> Double? {
    guard case .number(let value)? = number(text, from, to, spec, field) else { return nil }
    return value
  }

  /// `>= 9 dB`, `<3 dB`, `max 3 dB` … in the language's words.
  private func relationFix(_ text: ScalarText) -> [FixIt] {
    let words: [(StaticString, String)] = [
      ("<=", "at most "), ("<", "at most "), ("≤", "at most "), (">=", "at least "),
      (">", "at least "), ("≥", "at least "), ("max ", "at most "), ("min ", "at least "),
      ("no more than ", "at most "), ("not more than ", "at most "), ("less than ", "at most "),
      ("more than ", "at least "), ("under ", "at most "), ("over ", "at least "),
    ]
    for (pattern, word) in words where text.hasPrefix(pattern, at: 0, to: text.bytes.count) {
      var end = pattern.utf8CodeUnitCount
      while end < text.bytes.count && isBlank(text.bytes[end]) { end += 1 }
      return [FixIt(text.span(0, end), word)]
    }
    return []
  }

  /// `-14 LUFS`, `at most -16 LUFS`
  mutating func loudness(
    _ node: YAMLNode, metric: String, _ unit: Unit, _ field: String
  ) -> Located<LoudnessTarget>? {
    guard let text = scalar(node, field, wanted: "a loudness such as -14 \(unit.rawValue)") else {
      return nil
    }
    let isLimit = text.hasPrefix("at most ", at: 0, to: text.bytes.count)
    let spec = NumberSpec(unit, -70...0)
    guard
      case .number(let value)? = number(text, isLimit ? 8 : 0, text.bytes.count, spec, field)
    else { return nil }
    return Located(
      LoudnessTarget(metric: metric, value: value, isUpperLimit: isLimit), node.span)
  }

  /// A level, or `to -20 LUFS`.
  mutating func trim(_ node: YAMLNode, _ field: String) -> Located<Strip.Trim>? {
    let spec = NumberSpec(.decibels, -96...60)
    guard let text = scalar(node, field, wanted: "a number in dB, or 'to -20 LUFS'") else {
      return nil
    }
    let high = text.bytes.count
    if text.hasPrefix("to ", at: 0, to: high) {
      guard case .number(let value)? = number(text, 3, high, NumberSpec(.loudness, -70...0), field)
      else { return nil }
      return Located(.toLoudness(value), node.span)
    }
    if text.text.hasSuffix(" LUFS") {
      report(
        .wrongValue, "\(field) is '\(text.text)'; a loudness to reach is written 'to -20 LUFS'",
        at: node.span, fixes: text.isExact ? [FixIt(text.span(0, 0), "to ")] : [])
      return nil
    }
    guard case .number(let value)? = number(text, 0, high, spec, field) else { return nil }
    return Located(.gain(value), node.span)
  }

  /// `none`, a length, or `until -90 dBFS, at most 15 s`.
  mutating func tail(_ node: YAMLNode, _ field: String) -> Located<MixStrip.Tail>? {
    let wanted = "none, a length, or 'until -90 dBFS, at most 15 s'"
    guard let text = scalar(node, field, wanted: wanted) else { return nil }
    let high = text.bytes.count
    if text.text == "none" { return Located(.none, node.span) }
    guard text.hasPrefix("until ", at: 0, to: high) else {
      return amount(text, 0, high, field, wanted: wanted).map { Located(.length($0), node.span) }
    }
    guard let keyword = text.find(", at most ", from: 6, to: high) else {
      report(
        .wrongValue,
        "\(field) is '\(text.text)'; it must be such as 'until -90 dBFS, at most 15 s'",
        at: node.span)
      return nil
    }
    let level = number(text, 6, keyword, NumberSpec(.fullScale, -144 ... -20), field)
    let most = amount(text, keyword + 10, high, field, wanted: Decoder.lengthForms)
    guard case .number(let value)? = level, let most else { return nil }
    return Located(.until(level: value, atMost: most), node.span)
  }

  /// A number in dB, or `as NAME`.
  mutating func deliveryGain(_ node: YAMLNode, _ field: String) -> Located<DeliveryGain>? {
    guard let text = scalar(node, field, wanted: "a number in dB, or 'as DELIVERY'") else {
      return nil
    }
    let high = text.bytes.count
    if text.hasPrefix("as ", at: 0, to: high) {
      let (a, b) = text.trimmed(3, high)
      return Located(.asDelivery(text.string(a, b)), text.span(a, b))
    }
    guard
      case .number(let value)? = number(text, 0, high, NumberSpec(.decibels, -96...60), field)
    else { return nil }
    return Located(.fixed(value), node.span)
  }
}
