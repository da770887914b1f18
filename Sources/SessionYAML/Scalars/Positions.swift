import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// Words of positions and ranges that are no names.
  static let positionWords: Set<String> = ["bar", "beat", "for", "tc", "timestamp"]

  static let positionForms = "a position such as 1:02.1, 12.4 s, bar 17 beat 3, a marker or start"

  mutating func position(_ node: YAMLNode, _ field: String) -> Located<Position>? {
    guard let text = scalar(node, field, wanted: Decoder.positionForms),
      let found = position(text, 0, text.bytes.count, field)
    else {
      hasMisreadPlaces = true
      return nil
    }
    return Located(found, node.span)
  }

  /// A place with its offsets: `chorus-1 + 1/8`, `bye - 6 s`.
  mutating func position(
    _ text: ScalarText, _ from: Int, _ to: Int, _ field: String
  ) -> Position? {
    let (low, high) = text.trimmed(from, to)
    guard var sign = offsetSign(text, low, high) else { return base(text, low, high, field) }
    guard var position = base(text, low, sign.start, field) else { return nil }
    while true {
      let next = offsetSign(text, sign.end, high)
      guard
        let amount = amount(
          text, sign.end, next?.start ?? high, field, wanted: Decoder.lengthForms)
      else { return nil }
      position = .offset(position, amount, negative: sign.isNegative)
      guard let next else { return position }
      sign = next
    }
  }

  /// The first ` + ` or ` - `.
  private func offsetSign(
    _ text: ScalarText, _ low: Int, _ high: Int
  ) -> (start: Int, end: Int, isNegative: Bool)? {
    var i = low
    while i + 2 < high {
      if text.bytes[i] == 0x20 {
        let byte = text.bytes[i + 1]
        if (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && text.bytes[i + 2] == 0x20 {
          return (i, i + 3, byte == UInt8(ascii: "-"))
        }
        if byte >= 0x80 && text.hasPrefix("− ", at: i + 1, to: high) { return (i, i + 5, true) }
      }
      i += 1
    }
    return nil
  }

  private mutating func base(
    _ text: ScalarText, _ from: Int, _ to: Int, _ field: String
  ) -> Position? {
    let (low, high) = text.trimmed(from, to)
    guard low < high else {
      report(
        .badPosition, "\(field) has an empty position; it takes \(Decoder.positionForms)",
        at: text.span(from, to))
      return nil
    }
    let first = text.bytes[low]
    if isDigit(first) || first == UInt8(ascii: ".") {
      return timeOfDay(text, low, high, field)
    }
    if first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
      || text.hasPrefix("−", at: low, to: high)
    {
      report(
        .badPosition,
        "\(field) is '\(text.string(low, high))'; positions count from start, and an offset"
          + " follows a position",
        at: text.span(low, high))
      return nil
    }
    if isWord(text, low, high, "start") { return .start }
    if isWord(text, low, high, "end") { return .end }
    if text.hasPrefix("bar ", at: low, to: high) { return bar(text, low, high, field) }
    if text.hasPrefix("tc ", at: low, to: high) {
      reservedTimecode(text, low, high)
      return nil
    }
    if isWord(text, low, high, "timestamp") {
      report(
        .reservedSyntax, "'timestamp' is kept for a later version", at: text.span(low, high))
      return nil
    }
    return name(text, low, high, field).map { .name($0) }
  }

  private mutating func timeOfDay(
    _ text: ScalarText, _ low: Int, _ high: Int, _ field: String
  ) -> Position? {
    switch amount(text, low, high, field, wanted: Decoder.positionForms) {
    case .seconds(let seconds)?: return .seconds(seconds)
    case .frames(let frames)?: return .frames(frames)
    case .beats?, .bars?, .note?:
      report(
        .badPosition,
        "\(field) is the length '\(text.string(low, high))', not a position; bars are 'bar 17"
          + " beat 3'",
        at: text.span(low, high))
      return nil
    case nil: return nil
    }
  }

  /// `bar 17`, `bar 17 beat 3`, `bar 17 beat 3.5`
  private mutating func bar(
    _ text: ScalarText, _ low: Int, _ high: Int, _ field: String
  ) -> Position? {
    func malformed() -> Position? {
      report(
        .badPosition,
        "\(field) is '\(text.string(low, high))'; it must be such as 'bar 17' or 'bar 17 beat"
          + " 3', counted from 1",
        at: text.span(low, high))
      return nil
    }
    guard let token = NumberToken(text, at: low + 4, to: high), !token.hasSign,
      let bar = token.integer, bar >= 1, bar <= TimeLimit.bars
    else { return malformed() }
    if token.end == high { return .bar(Int(bar), beat: Rational(1)) }
    guard text.hasPrefix(" beat ", at: token.end, to: high),
      let beat = NumberToken(text, at: token.end + 6, to: high), !beat.hasSign,
      beat.comma == nil, beat.end == high, beat.scale <= 6, let value = beat.rational(),
      value >= Rational(1), value <= Rational(1000)
    else { return malformed() }
    return .bar(Int(bar), beat: value)
  }

  /// The name of a marker, region or gap inside a position.
  private mutating func name(
    _ text: ScalarText, _ low: Int, _ high: Int, _ field: String
  ) -> String? {
    var end = low
    while end < high && isNameByte(text.bytes[end]) && !text.hasPrefix("..", at: end, to: high) {
      end += 1
    }
    let written = text.string(low, high)
    if end == high && !Decoder.positionWords.contains(written) { return written }
    var fixes: [FixIt] = []
    if end > low && end < high && text.bytes[end] == UInt8(ascii: "+") && text.isExact {
      fixes = [FixIt(text.span(end, end + 1), " + ")]
    } else if end == low + 3 && text.hasPrefix("Bar", at: low, to: high) && text.isExact {
      fixes = [FixIt(text.span(low, end), "bar")]
    }
    if YAMLBoolean.isWord(written) { fixes = [] }
    report(
      .badPosition, "\(field) is '\(written)'; it takes \(Decoder.positionForms)",
      at: text.span(low, high), fixes: fixes)
    return nil
  }

  // MARK: Ranges

  static let rangeForms = "a range: A..B, A for LENGTH, or a region"

  mutating func range(_ node: YAMLNode, _ field: String) -> Located<RangeExpression>? {
    guard let text = scalar(node, field, wanted: Decoder.rangeForms),
      let found = range(text, field)
    else {
      hasMisreadPlaces = true
      return nil
    }
    return Located(found, node.span)
  }

  mutating func range(_ text: ScalarText, _ field: String) -> RangeExpression? {
    let (low, high) = text.trimmed(0, text.bytes.count)
    if let dots = text.find("..", from: low, to: high) {
      if dots + 2 < high && text.bytes[dots + 2] == UInt8(ascii: ".") {
        report(
          .badRange, "\(field) has three dots; a range has two", at: text.span(dots, dots + 3),
          fixes: text.isExact ? [FixIt(text.span(dots, dots + 3), "..")] : [])
        return nil
      }
      let left = located(text, low, dots, field)
      let right = rangeEnd(text, dots + 2, high, after: left?.value, field)
      guard let left, let right else { return nil }
      return .between(left, right)
    }
    if let keyword = text.find(" for ", from: low, to: high) {
      let start = located(text, low, keyword, field)
      let amount = amount(text, keyword + 5, high, field, wanted: Decoder.lengthForms)
      guard let start, let amount else { return nil }
      let (a, b) = text.trimmed(keyword + 5, high)
      return .lasting(start, Located(amount, text.span(a, b)))
    }
    if low < high && isLetter(text.bytes[low])
      && !Decoder.positionWords.contains(text.string(low, high))
      && (low..<high).allSatisfy({ isNameByte(text.bytes[$0]) })
    {
      return .region(text.string(low, high))
    }
    report(
      .badRange, "\(field) is '\(text.string(low, high))'; it must be \(Decoder.rangeForms)",
      at: text.span(low, high), fixes: rangeFix(text, low, high))
    return nil
  }

  /// `A - B`, `A–B`, `A to B` → `A..B`
  private func rangeFix(_ text: ScalarText, _ low: Int, _ high: Int) -> [FixIt] {
    guard text.isExact else { return [] }
    for pattern: StaticString in [" - ", " – ", "–", " to ", "-"] {
      if let at = text.find(pattern, from: low, to: high), at > low,
        at + pattern.utf8CodeUnitCount < high
      {
        // A '-' in a name is none between two times.
        let end = at + pattern.utf8CodeUnitCount
        if end == at + 1, !isDigit(text.bytes[at - 1]) || !isDigit(text.bytes[end]) { continue }
        return [FixIt(text.span(at, at + pattern.utf8CodeUnitCount), "..")]
      }
    }
    return []
  }

  private mutating func located(
    _ text: ScalarText, _ from: Int, _ to: Int, _ field: String
  ) -> Located<Position>? {
    let (low, high) = text.trimmed(from, to)
    return position(text, low, high, field).map { Located($0, text.span(low, high)) }
  }

  /// The end of a range; a bare number behind a bar is a bar.
  private mutating func rangeEnd(
    _ text: ScalarText, _ from: Int, _ to: Int, after start: Position?, _ field: String
  ) -> Located<Position>? {
    let (low, high) = text.trimmed(from, to)
    if case .bar? = start, let token = NumberToken(text, at: low, to: high), token.end == high,
      !token.hasSign, let bar = token.integer, bar >= 1, bar <= TimeLimit.bars
    {
      return Located(.bar(Int(bar), beat: Rational(1)), text.span(low, high))
    }
    return located(text, low, high, field)
  }
}

func isNameByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    || byte == UInt8(ascii: ".")
}
