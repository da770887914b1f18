/// Random numbers that are the same on every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// Writes random well-formed texts: every nesting, style, indentation and comment place that a
/// person may come up with.
struct RandomText {
  var numbers: SeededNumbers
  private var comments = 0

  init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

  mutating func text() -> String {
    var text = ""
    if numbers.chance(10) { text += "\u{FEFF}" }
    if numbers.chance(10) { text += "---\n" }
    text += gap(indent: 0)
    text += block(depth: 0, indent: 0, asList: numbers.chance(10), field: "")
    text += gap(indent: 0)
    if numbers.chance(10) { text += "...\n" }
    if numbers.chance(20) { text = text.replacing("\n", with: "\r\n") }
    return text
  }

  private let keys = [
    "tracks", "clips", "edits", "comp", "ride", "strip", "inserts", "fader", "note", "title",
    "source", "at", "from", "take", "metadata", "x", "a b", "\"q: x\"", "'it''s'", "ü", "bar-1",
    "vocal/fader", "<n>", "\"12\"", "automation", "range",
  ]

  private let plain = [
    "-6 dB", "1:02.5", "0:59", "bar 17", "bar 4 beat 2", "start", "12.4 s", "1:00..1:02", "x",
    "−3 dB", "a..b", "take one", "über", "9'59", "a#b", "50 %", "a:b", "-", "kick", "true", "no",
    "audio/kick 1.wav", "?a", "日本", "don't \"x\"",
  ]

  private let quoted = [
    "\"\"", "''", "\"a: b\"", "'#1'", "\"-6 dB\"", "\"tab\\t\"", "\"\\u00e9\"", "'it''s'",
    "\"{x}\"", "\"12\"", "\"two\\nlines\"", "\"a, b\"", "' x '", "\"\\\\\"",
  ]

  private mutating func comment() -> String {
    comments += 1
    return numbers.pick(["# c\(comments)", "#c\(comments): x", "#", "# \"c\(comments) {"])
  }

  /// Comments and blank lines before a line.
  private mutating func gap(indent: Int) -> String {
    var text = ""
    while numbers.chance(15) {
      text +=
        numbers.chance(50)
        ? "\n"
        : String(repeating: " ", count: numbers.chance(70) ? indent : numbers.below(7)) + comment()
          + "\n"
    }
    return text
  }

  private mutating func lineEnd() -> String {
    let blanks = String(repeating: " ", count: 1 + numbers.below(4))
    return (numbers.chance(20) ? blanks + comment() : numbers.chance(10) ? blanks : "") + "\n"
  }

  private mutating func scalar(inFlow: Bool) -> String {
    if numbers.chance(25) { return numbers.pick(quoted) }
    let text = numbers.pick(plain)
    return inFlow && (text == "-" || text.hasPrefix("?")) ? "x" : text == "-" ? "y" : text
  }

  private mutating func uniqueKeys(_ count: Int) -> [String] {
    Array(keys.shuffled(using: &numbers).prefix(count))
  }

  private mutating func block(depth: Int, indent: Int, asList: Bool, field: String) -> String {
    var text = ""
    let margin = String(repeating: " ", count: indent)
    if asList {
      for index in 0..<1 + numbers.below(4) {
        text += (index == 0 ? "" : gap(indent: indent)) + margin + "-"
        text += value(depth: depth, indent: indent, field: field, isItem: true)
      }
    } else {
      let keys = uniqueKeys(1 + numbers.below(4))
      for (index, key) in keys.enumerated() {
        text += (index == 0 ? "" : gap(indent: indent)) + margin + key + ":"
        text += value(depth: depth, indent: indent, field: key, isItem: false)
      }
    }
    return text
  }

  private mutating func value(depth: Int, indent: Int, field: String, isItem: Bool) -> String {
    let step = 1 + numbers.below(4)
    switch numbers.below(depth > 3 ? 5 : 9) {
    case 0: return lineEnd()
    case 1, 2: return " " + scalar(inFlow: false) + lineEnd()
    case 3, 4:
      let isMultiline = numbers.chance(30)
      return " " + flow(depth: depth, indent: isMultiline ? indent + step : nil, field: field)
        + lineEnd()
    case 5 where numbers.chance(60):
      let margin = String(repeating: " ", count: indent + step)
      let head = numbers.pick(["|", "|-", ">", ">-"])
      return " \(head)\n\(margin)first line\n\(margin)  # no comment\n\n\(margin)last\n"
    case 6 where isItem:
      // A mapping that begins on the line of its dash.
      let inner = block(depth: depth + 1, indent: indent + 2, asList: false, field: field)
      return " " + inner.dropFirst(indent + 2)
    default:
      return lineEnd() + gap(indent: indent + step)
        + block(depth: depth + 1, indent: indent + step, asList: numbers.chance(45), field: field)
    }
  }

  /// Between brackets; over several lines when `indent` is given.
  private mutating func flow(depth: Int, indent: Int?, field: String) -> String {
    let isList = numbers.chance(50)
    func margin(_ extra: Int) -> String { String(repeating: " ", count: (indent ?? 0) + extra) }
    var text = isList ? "[" : "{"
    let keys = uniqueKeys(numbers.below(5))
    for (index, key) in keys.enumerated() {
      if indent != nil { text += lineEnd() + gap(indent: indent ?? 0) + margin(0) }
      if !isList || numbers.chance(20) { text += key + ": " }
      if depth < 4 && numbers.chance(25) {
        text += flow(depth: depth + 1, indent: indent.map { $0 + 1 }, field: key)
      } else {
        text += scalar(inFlow: true)
      }
      if index + 1 < keys.count { text += numbers.chance(70) ? ", " : " , " }
    }
    if indent != nil && !keys.isEmpty { text += lineEnd() + margin(0) }
    return text + (isList ? "]" : "}")
  }
}
