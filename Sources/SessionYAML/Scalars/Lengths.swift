import Diagnostics
import SessionModel
import Signal

/// Limits that keep exact time far from the ends of 64-bit integers.
enum TimeLimit {
  static let seconds = Rational(10_000_000)
  static let frames: Int64 = 4_000_000_000_000
  static let bars: Int64 = 1_000_000
}

extension Decoder {
  static let lengthForms = "a length such as 10 ms, 1.2 s, 1/8 or 2 bars"

  /// A length of `spec`, or one of its words.
  ///
  /// - Parameter usual: what holds when nothing is written.
  mutating func time(
    _ node: YAMLNode, _ spec: TimeSpec, _ field: String, usual: Rational? = nil
  ) -> Located<Value>? {
    guard let text = scalar(node, field, wanted: wanted(spec)) else { return nil }
    if !spec.words.isEmpty && spec.words.contains(text.text) {
      return Located(.word(text.text), node.span)
    }
    guard
      let (amount, isNegative) = signedLength(
        text, 0, text.bytes.count, spec, field, usual: usual)
    else { return nil }
    if isNegative { return nil }
    return Located(.time(amount), node.span)
  }

  /// A length without words or sign.
  mutating func length(
    _ node: YAMLNode, _ field: String, spec: TimeSpec = TimeSpec(to: nil, musical: true)
  ) -> Located<TimeAmount>? {
    guard let value = time(node, spec, field), case .time(let amount) = value.value else {
      return nil
    }
    return Located(amount, value.span)
  }

  /// A length whose sign `spec` may allow.
  mutating func signedLength(
    _ text: ScalarText, _ from: Int, _ to: Int, _ spec: TimeSpec, _ field: String,
    usual: Rational? = nil
  ) -> (amount: TimeAmount, isNegative: Bool)? {
    var (low, high) = text.trimmed(from, to)
    let span = text.span(low, high)
    var isNegative = false
    if low < high && text.bytes[low] == UInt8(ascii: "-") {
      isNegative = true
      low += 1
    } else if text.hasPrefix("−", at: low, to: high) {
      isNegative = true
      low += 3
    } else if low < high && text.bytes[low] == UInt8(ascii: "+") && spec.allowsNegative {
      low += 1
    }
    if isNegative && !spec.allowsNegative {
      report(
        .outOfRange, "\(field) is \(text.string(from, high)); it must not be negative", at: span)
      return nil
    }
    guard
      let amount = amount(
        text, low, high, field, wanted: wanted(spec), likely: { Self.likelyUnit($0, spec, usual) })
    else { return nil }
    switch amount {
    case .seconds(let seconds):
      let tooLong = spec.maximum.map { seconds > $0 } ?? false
      if seconds < spec.minimum || tooLong {
        report(
          .outOfRange, "\(field) is \(Plain.seconds(seconds)); it must \(limits(spec))", at: span)
        return nil
      }
    case .frames(let frames):
      // Frames are at most 4e12 and the rate 384,000: the product fits.
      let (slowest, fastest) = (frameRates.lowerBound, frameRates.upperBound)
      let isTooLong = spec.maximum.map { Rational(frames) > $0 * Rational(fastest) } ?? false
      if Rational(frames) < spec.minimum * Rational(slowest) || isTooLong {
        report(.outOfRange, "\(field) is \(frames) fr; it must \(limits(spec))", at: span)
        return nil
      }
    case .beats, .bars, .note:
      if !spec.allowsMusical {
        report(
          .wrongUnit,
          "\(field) is '\(text.string(low, high))'; it takes ms, s or fr, not a musical length",
          at: span)
        return nil
      }
    }
    return (amount, isNegative)
  }

  /// The unit that a number without one most likely has: the one which makes it a length that is
  /// allowed; of two the one which brings it nearer to what is usual. nil: neither does.
  private static func likelyUnit(
    _ value: Double, _ spec: TimeSpec, _ usual: Rational?
  ) -> String? {
    let low = spec.allowsNegative ? 0 : spec.minimum.double
    let high = spec.maximum?.double ?? TimeLimit.seconds.double
    let fitting = [("s", value), ("ms", value / 1000)].filter { low <= $0.1 && $0.1 <= high }
    guard fitting.count == 2, value > 0 else { return fitting.first?.0 }
    // Where nothing is usual, short lengths are those of fades and crossfades.
    let known = usual.map(\.double) ?? 0
    let middle = known > 0 ? known : high <= 10 ? 0.01 : 1
    func distance(_ seconds: Double) -> Double { max(seconds / middle, middle / seconds) }
    return distance(fitting[0].1) <= distance(fitting[1].1) ? "s" : "ms"
  }

  private func limits(_ spec: TimeSpec) -> String {
    guard let maximum = spec.maximum else { return "be at least \(Plain.seconds(spec.minimum))" }
    return "lie in \(Plain.seconds(spec.minimum))...\(Plain.seconds(maximum))"
  }

  /// A length without a sign: `10 ms`, `1.2 s`, `1:02.1`, `48000 fr`, `1/8.`, `2 bars`.
  ///
  /// - Parameter likely: the unit to offer for a number that has none.
  mutating func amount(
    _ text: ScalarText, _ from: Int, _ to: Int, _ field: String, wanted: String,
    likely: (Double) -> String? = { _ in "s" }
  ) -> TimeAmount? {
    let (low, high) = text.trimmed(from, to)
    guard low < high else {
      report(.wrongValue, "\(field) has no length; it takes \(wanted)", at: text.span(from, to))
      return nil
    }
    if text.hasPrefix("tc ", at: low, to: high) {
      reservedTimecode(text, low, high)
      return nil
    }
    guard let token = numberToken(text, low, high, wanted: wanted, field) else { return nil }
    if token.hasSign {
      report(
        .wrongValue, "\(field) is '\(text.string(low, high))'; a length has no sign",
        at: text.span(low, high))
      return nil
    }
    if token.end < high && text.bytes[token.end] == UInt8(ascii: ":") {
      return clock(text, low, high, field).map { .seconds($0) }
    }
    if token.comma != nil { return nil }
    if token.end < high && text.bytes[token.end] == UInt8(ascii: "/") {
      return note(text, token, high, field)
    }
    let units = ["ms", "s", "fr", "beats", "beat", "bars", "bar"]
    var start = token.end
    while start < high && isBlank(text.bytes[start]) { start += 1 }
    if start == high {
      report(
        .missingUnit,
        "\(field) is \(text.string(low, token.end)) without a unit; it takes s, ms, fr, beats or"
          + " bars",
        at: text.span(low, token.end),
        fixes: text.isExact
          ? likely(token.value()).map { [FixIt(text.span(token.end, token.end), " " + $0)] } ?? []
          : [])
      return nil
    }
    let unit = text.string(start, high)
    guard units.contains(unit) else {
      wrongUnit(text, start, high, unit, ["s", "ms", "fr", "beats", "bars"], field)
      return nil
    }
    if start != token.end + 1 {
      report(
        .unitSpacing, "\(field) needs one space between number and unit",
        at: text.span(low, high),
        fixes: text.isExact ? [FixIt(text.span(token.end, start), " ")] : [])
      return nil
    }
    switch unit {
    case "fr":
      guard let frames = token.integer, frames <= TimeLimit.frames else {
        return unfit(text, low, high, field, "a whole number of at most \(TimeLimit.frames) fr")
      }
      return .frames(frames)
    case "ms": return seconds(text, token, high, over: 1000, digits: 3, field).map { .seconds($0) }
    case "s": return seconds(text, token, high, over: 1, digits: 6, field).map { .seconds($0) }
    default:
      guard token.scale <= 6, let count = token.rational(),
        count <= Rational(TimeLimit.bars)
      else {
        return unfit(text, low, high, field, "at most \(TimeLimit.bars) \(unit), six digits")
      }
      return unit.hasPrefix("beat") ? .beats(count) : .bars(count)
    }
  }

  private mutating func unfit(
    _ text: ScalarText, _ low: Int, _ high: Int, _ field: String, _ limit: String
  ) -> TimeAmount? {
    report(
      .outOfRange, "\(field) is \(text.string(low, high)); it must be \(limit)",
      at: text.span(low, high))
    return nil
  }

  /// Exact seconds of a decimal number, at most to the microsecond.
  private mutating func seconds(
    _ text: ScalarText, _ token: NumberToken, _ high: Int, over divisor: Int64, digits: Int,
    _ field: String
  ) -> Rational? {
    let span = text.span(token.start, high)
    if token.scale > digits && !token.isHuge && token.value().magnitude < 1e7 {
      let kept = token.end - (token.scale - digits)
      report(
        .tooFine, "\(field) is finer than a microsecond", at: span,
        fixes: text.isExact ? [FixIt(text.span(kept, token.end), "")] : [])
      return nil
    }
    guard let seconds = token.rational(over: divisor), seconds <= TimeLimit.seconds else {
      report(
        .outOfRange,
        "\(field) is \(text.string(token.start, high)); times end at"
          + " \(TimeLimit.seconds.numerator) s",
        at: span)
      return nil
    }
    return seconds
  }

  /// `[h:]m:ss[.fff]` as seconds.
  mutating func clock(_ text: ScalarText, _ low: Int, _ high: Int, _ field: String) -> Rational? {
    var fields: [(start: Int, end: Int)] = []
    var start = low
    while true {
      var i = start
      while i < high && isDigit(text.bytes[i]) { i += 1 }
      fields.append((start, i))
      if i < high && text.bytes[i] == UInt8(ascii: ":") {
        start = i + 1
      } else {
        break
      }
    }
    let span = text.span(low, high)
    func malformed() -> Rational? {
      report(
        .badPosition,
        "\(field) is '\(text.string(low, high))'; clock time is [h:]m:ss[.fff], such as 1:02.1",
        at: span)
      return nil
    }
    guard let last = fields.last, fields.count <= 3,
      let tail = NumberToken(text, at: last.start, to: high), !tail.hasSign
    else { return malformed() }
    if let comma = tail.comma {
      report(
        .decimalComma, "\(field) has a decimal comma", at: span,
        fixes: text.isExact ? [FixIt(text.span(comma, comma + 1), ".")] : [])
      return nil
    }
    guard tail.end == high, fields.dropFirst().allSatisfy({ $0.end - $0.start == 2 }),
      fields.allSatisfy({ $0.end > $0.start && $0.end - $0.start <= 6 })
    else { return malformed() }
    guard let rest = seconds(text, tail, high, over: 1, digits: 6, field) else { return nil }
    var whole: Int64 = 0
    for part in fields.dropLast() {
      whole = whole * 60 + (Int64(text.string(part.start, part.end)) ?? 0)
    }
    if fields.dropFirst().contains(where: { text.bytes[$0.start] >= UInt8(ascii: "6") }) {
      report(
        .badPosition,
        "\(field) is '\(text.string(low, high))'; minutes behind an hour and seconds go up to 59",
        at: span)
      return nil
    }
    let total = Rational(whole * 60) + rest
    guard total <= TimeLimit.seconds else {
      report(
        .outOfRange,
        "\(field) is \(text.string(low, high)); times end at \(TimeLimit.seconds.numerator) s",
        at: span)
      return nil
    }
    return total
  }

  /// `1/8`, `1/8.`, `1/8t`
  private mutating func note(
    _ text: ScalarText, _ numerator: NumberToken, _ high: Int, _ field: String
  ) -> TimeAmount? {
    let span = text.span(numerator.start, high)
    let start = numerator.end + 1
    guard let over = NumberToken(text, at: start, to: high), !over.hasSign, over.scale == 0,
      let top = numerator.integer, let bottom = over.integer, top >= 1, top <= 1024, bottom >= 1,
      bottom <= 1024
    else {
      report(
        .wrongValue,
        "\(field) is '\(text.string(numerator.start, high))'; a note value is such as 1/8, 1/8."
          + " or 1/8t",
        at: span)
      return nil
    }
    let plain = Rational(top, bottom)
    if over.end == high { return .note(plain) }
    if isWord(text, over.end, high, ".") { return .note(plain * Rational(3, 2)) }
    if isWord(text, over.end, high, "t") { return .note(plain * Rational(2, 3)) }
    report(
      .wrongValue,
      "\(field) is '\(text.string(numerator.start, high))'; behind a note value only '.'"
        + " (dotted) or 't' (triplet) may stand",
      at: text.span(over.end, high))
    return nil
  }

  mutating func reservedTimecode(_ text: ScalarText, _ low: Int, _ high: Int) {
    report(
      .reservedSyntax, "timecode ('\(text.string(low, high))') is kept for a later version",
      at: text.span(low, high))
  }

  func wanted(_ spec: TimeSpec) -> String {
    var kinds = [
      spec.allowsMusical ? Decoder.lengthForms : "a length such as 10 ms, 1.2 s or 480 fr"
    ]
    kinds += spec.words
    return kinds.joined(separator: ", ")
  }
}
