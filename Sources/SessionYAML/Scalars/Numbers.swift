import Diagnostics
import SessionModel

/// A way to write a unit, and what one of it is in the canonical unit: `factor` times.
struct UnitSpelling {
  var text: String
  var factor: Int64
  init(_ text: String, _ factor: Int64 = 1) {
    self.text = text
    self.factor = factor
  }
}

extension Unit {
  var spellings: [UnitSpelling] {
    switch self {
    case .decibels: [UnitSpelling("dB")]
    case .fullScale: [UnitSpelling("dBFS"), UnitSpelling("dB")]
    case .truePeak: [UnitSpelling("dBTP")]
    case .loudness: [UnitSpelling("LUFS")]
    case .loudnessUnits: [UnitSpelling("LU")]
    case .hertz: [UnitSpelling("Hz"), UnitSpelling("kHz", 1000)]
    case .percent: [UnitSpelling("%")]
    case .bpm: [UnitSpelling("bpm")]
    case .bitRate: [UnitSpelling("kbps", 1000)]
    case .seconds: [UnitSpelling("s")]
    case .plain, .ratio: []
    }
  }

  /// As messages print a value: in the canonical unit.
  var canonical: String {
    switch self {
    case .plain, .ratio: ""
    case .bitRate: "bit/s"
    default: rawValue
    }
  }

  var isLevel: Bool { self == .decibels || self == .fullScale || self == .truePeak }
}

extension Decoder {
  /// A number of `spec` with its unit, or one of its words; in the canonical unit.
  mutating func number(_ node: YAMLNode, _ spec: NumberSpec, _ field: String) -> Located<Value>? {
    guard let text = scalar(node, field, wanted: wanted(spec)) else { return nil }
    return number(text, 0, text.bytes.count, spec, field).map { Located($0, node.span) }
  }

  /// Like `number` where no word can stand.
  mutating func double(_ node: YAMLNode, _ spec: NumberSpec, _ field: String) -> Located<Double>? {
    guard let value = number(node, spec, field), case .number(let number) = value.value else {
      return nil
    }
    return Located(number, value.span)
  }

  mutating func integer(_ node: YAMLNode, _ spec: NumberSpec, _ field: String) -> Located<Int>? {
    guard let value = double(node, spec, field), let integer = Int(exactly: value.value) else {
      return nil
    }
    return Located(integer, value.span)
  }

  mutating func number(
    _ text: ScalarText, _ from: Int, _ to: Int, _ spec: NumberSpec, _ field: String
  ) -> Value? {
    let (low, high) = text.trimmed(from, to)
    if spec.allowsMinusInfinity
      && (isWord(text, low, high, "mute") || isMinusInfinity(text, low, high))
    {
      return .number(-.infinity)
    }
    if spec.allowsInfinity && isWord(text, low, high, "inf") { return .number(.infinity) }
    if !spec.words.isEmpty {
      let word = text.string(low, high)
      if spec.words.contains(word) { return .word(word) }
    }
    guard let token = numberToken(text, low, high, wanted: wanted(spec), field) else { return nil }
    let factor: Int64
    if spec.unit == .ratio && text.hasPrefix(":1", at: token.end, to: high) && token.end + 2 == high
    {
      factor = 1
    } else if let found = unit(text, token, high, spec.unit, field, range: spec.range) {
      factor = found
    } else {
      return nil
    }
    if token.comma != nil { return nil }
    let value = token.value(times: factor)
    let first = text.isExact && low < high ? text.bytes[low] : nil
    guard inRange(value, spec, field, at: text.span(low, high), first: first) else { return nil }
    return .number(value)
  }

  /// - Parameter first: the value's first byte, where its bytes are those of the text.
  private mutating func inRange(
    _ value: Double, _ spec: NumberSpec, _ field: String, at span: Span, first: UInt8?
  ) -> Bool {
    let unit = spec.unit.canonical
    if !spec.choices.isEmpty {
      if spec.choices.contains(value) { return true }
      report(
        .outOfRange,
        "\(field) is \(Plain.quantity(value, unit)); it must be "
          + "\(Plain.choice(spec.choices.map { Plain.number($0) }))", at: span)
      return false
    }
    if !spec.range.contains(value) {
      let limits =
        spec.range.lowerBound == spec.range.upperBound
        ? "be \(Plain.number(spec.range.lowerBound))"
        : "lie in \(Plain.number(spec.range.lowerBound))...\(Plain.quantity(spec.range.upperBound, unit))"
      // Levels below full scale are often written without their sign.
      let isUnsigned = value > 0 && spec.range.upperBound <= 0 && spec.range.contains(-value)
      // Amounts that are taken away are often written as what they do.
      let isNegative = value < 0 && spec.range.lowerBound >= 0 && spec.range.contains(-value)
      report(
        .outOfRange, "\(field) is \(Plain.quantity(value, unit)); it must \(limits)", at: span,
        fixes: isUnsigned && first.map(isDigit) == true
          ? [FixIt(Span(span.source, span.start, span.start), "-")]
          : isNegative && first == UInt8(ascii: "-")
            ? [FixIt(Span(span.source, span.start, span.start + 1), "")] : [])
      return false
    }
    if spec.isInteger && value != value.rounded() {
      report(
        .outOfRange, "\(field) is \(Plain.quantity(value, unit)); it must be a whole number",
        at: span)
      return false
    }
    return true
  }

  /// The number that begins a value; reports what stands there instead, and decimal commas.
  mutating func numberToken(
    _ text: ScalarText, _ low: Int, _ high: Int, wanted: String, _ field: String
  ) -> NumberToken? {
    guard let token = NumberToken(text, at: low, to: high) else {
      notANumber(text, low, high, wanted: wanted, field)
      return nil
    }
    if let comma = token.comma {
      report(
        .decimalComma, "\(field) has a decimal comma", at: text.span(token.start, token.end),
        fixes: text.isExact ? [FixIt(text.span(comma, comma + 1), ".")] : [])
    }
    return token
  }

  private mutating func notANumber(
    _ text: ScalarText, _ low: Int, _ high: Int, wanted: String, _ field: String
  ) {
    let written = text.string(low, high)
    let span = text.span(low, high)
    if YAMLBoolean.isWord(written) {
      let silent = wanted.contains("mute") ? [FixIt(span, "mute")] : []
      report(
        .booleanWord,
        "\(field) is '\(written)', which YAML readers disagree about; it takes \(wanted)",
        at: span, fixes: silent)
    } else {
      report(.wrongValue, "\(field) is '\(written)'; it takes \(wanted)", at: span)
    }
  }

  /// The factor of the unit behind `token`; reports a missing, wrong or badly spaced one.
  ///
  /// - Parameter range: what the number may be; a missing unit is likely the one that gives such.
  mutating func unit(
    _ text: ScalarText, _ token: NumberToken, _ high: Int, _ unit: Unit, _ field: String,
    range: ClosedRange<Double>? = nil
  ) -> Int64? {
    let accepted = unit.spellings
    var start = token.end
    while start < high && isBlank(text.bytes[start]) { start += 1 }
    if start == high {
      let likely = accepted.first { range?.contains(token.value(times: $0.factor)) ?? true }
      guard let first = likely ?? accepted.first else { return 1 }
      report(
        .missingUnit,
        "\(field) is \(text.string(token.start, token.end)) without a unit; it takes "
          + Plain.choice(accepted.map(\.text)), at: text.span(token.start, token.end),
        fixes: text.isExact ? [FixIt(text.span(token.end, token.end), " " + first.text)] : [])
      return nil
    }
    let written = text.string(start, high)
    if let spelling = accepted.first(where: { $0.text == written }) {
      if start != token.end + 1 {
        report(
          .unitSpacing, "\(field) needs one space between number and unit",
          at: text.span(token.start, high),
          fixes: text.isExact ? [FixIt(text.span(token.end, start), " ")] : [])
        return nil
      }
      return spelling.factor
    }
    wrongUnit(text, start, high, written, accepted.map(\.text), field)
    return nil
  }

  mutating func wrongUnit(
    _ text: ScalarText, _ start: Int, _ high: Int, _ written: String, _ accepted: [String],
    _ field: String
  ) {
    let span = text.span(start, high)
    if accepted.isEmpty {
      report(.wrongUnit, "\(field) has no unit, but '\(written)' follows its number", at: span)
      return
    }
    var fixes: [FixIt] = []
    let folded = written.lowercased()
    let synonyms = [
      "db": "dB", "dbs": "dB", "decibel": "dB", "decibels": "dB", "lkfs": "LUFS", "hertz": "Hz",
      "sec": "s", "secs": "s", "second": "s",
      "seconds": "s", "msec": "ms", "percent": "%", "samples": "fr", "frames": "fr", "smp": "fr",
      "k": "kHz", "kbit/s": "kbps", "dbfs": "dBFS", "dbtp": "dBTP",
    ]
    if let same = accepted.first(where: { $0.lowercased() == folded }) {
      fixes = [FixIt(span, same)]
    } else if let same = synonyms[folded], accepted.contains(same) {
      fixes = [FixIt(span, same)]
    } else if folded == "db" && accepted.count == 1 && ["dBTP", "LUFS"].contains(accepted[0]) {
      fixes = [FixIt(span, accepted[0])]
    } else if accepted == ["kbps"] && ["k", "kbit", "kbits", "kb/s", "kb"].contains(folded) {
      fixes = [FixIt(span, "kbps")]
    }
    report(
      .wrongUnit, "\(field) is in '\(written)'; it takes \(Plain.choice(accepted))", at: span,
      fixes: text.isExact ? fixes : [])
  }

  /// What a field of `spec` takes, for messages.
  func wanted(_ spec: NumberSpec) -> String {
    var kinds: [String] = []
    switch spec.unit {
    case .plain: kinds.append(spec.isInteger ? "a whole number" : "a plain number")
    case .ratio: kinds.append("a ratio such as 4")
    case .percent: kinds.append("a number in %")
    default:
      kinds.append("a number in " + Plain.choice(spec.unit.spellings.map(\.text)))
    }
    if spec.allowsMinusInfinity { kinds.append("-inf, mute") }
    if spec.allowsInfinity { kinds.append("inf") }
    kinds += spec.words
    return kinds.joined(separator: ", ")
  }

  func isWord(_ text: ScalarText, _ low: Int, _ high: Int, _ word: StaticString) -> Bool {
    high - low == word.utf8CodeUnitCount && text.hasPrefix(word, at: low, to: high)
  }

  private func isMinusInfinity(_ text: ScalarText, _ low: Int, _ high: Int) -> Bool {
    guard low < high else { return false }
    let first = text.bytes[low]
    return first == UInt8(ascii: "-")
      ? isWord(text, low, high, "-inf") : first >= 0x80 && isWord(text, low, high, "−inf")
  }
}

/// The words that YAML 1.1 readers take for booleans.
enum YAMLBoolean {
  static func isWord(_ text: String) -> Bool {
    switch text.lowercased() {
    case "yes", "no", "on", "off", "y", "n", "true", "false": true
    default: false
    }
  }

  static func isTrue(_ text: String) -> Bool {
    switch text.lowercased() {
    case "yes", "on", "y", "true": true
    default: false
    }
  }
}
