public import Diagnostics

/// Reads YAML text into a located tree.
public enum YAMLTree {
  static let maximumSize = 16 << 20
  static let maximumDepth = 64
  static let maximumValues = 1_000_000
  /// A file with more problems than this is no session; the last message says so.
  static let maximumProblems = 500

  /// Reads one source and reports everything that is wrong with it as YAML.
  ///
  /// - Returns: as much of the tree as could be read, also after problems; nil when there is
  ///   nothing (an empty file, a file that is not text).
  public static func parse(source: Source, into diagnostics: inout DiagnosticList) -> YAMLNode? {
    var found: [Diagnostic] = []
    let node = YAMLReader(source: source).read(into: &found)
    found.sort { ($0.span?.start ?? 0) < ($1.span?.start ?? 0) }
    diagnostics.add(contentsOf: found.prefix(maximumProblems))
    if found.count > maximumProblems {
      let place = found[maximumProblems].span
      diagnostics.add(
        Diagnostic(
          .tooManyProblems, "\(found.count - maximumProblems) more problems are not listed",
          at: place))
    }
    return node
  }
}

/// One reading of one source: check the bytes, parse, repair and parse again while that helps.
struct YAMLReader {
  let source: Source

  func read(into found: inout [Diagnostic]) -> YAMLNode? {
    guard let start = checkBytes(into: &found) else { return nil }
    let text = YAMLText(source.bytes, start: start)
    let attempt = YAMLBuilder.build(source: source, text: text)
    found.append(contentsOf: attempt.diagnostics)
    if let failure = attempt.failure {
      found.append(
        Diagnostic(
          .yamlSyntax, failure.problem,
          at: Span(source.id, failure.problemOffset, failure.problemOffset)))
    }
    return attempt.root
  }

  /// The offset of the first byte after a byte order mark; nil when the bytes are no text.
  func checkBytes(into found: inout [Diagnostic]) -> Int? {
    let bytes = source.bytes
    func report(_ rule: Rule, _ message: String, _ start: Int, _ end: Int) {
      found.append(Diagnostic(rule, message, at: Span(source.id, start, end)))
    }
    if bytes.count > YAMLTree.maximumSize {
      let size = bytes.count >> 20
      report(.fileTooLarge, "the file has \(size) MB; a session has at most 16 MB", 0, 0)
      return nil
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      report(.notUTF8, "the file is UTF-16; it must be UTF-8", 0, 0)
      return nil
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var i = start
    var problems = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09 {
        i += 1
        continue
      }
      if byte < 0x80 {
        problems += 1
        let code = String(byte, radix: 16, uppercase: true)
        report(.controlCharacter, "character U+\(code.count < 2 ? "000" : "00")\(code) is no text", i, i + 1)
        i += 1
      } else {
        let length = Self.validLength(bytes, at: i)
        if length == 0 {
          problems += 1
          var end = i + 1
          while end < bytes.count && bytes[end] & 0xC0 == 0x80 { end += 1 }
          report(.notUTF8, "byte 0x\(String(byte, radix: 16)) is not UTF-8", i, end)
          i = end
        } else {
          i += length
        }
      }
      if problems >= 20 { return nil }
    }
    return start
  }

  /// The length of the well-formed UTF-8 sequence at `i`; 0 when there is none.
  static func validLength(_ bytes: [UInt8], at i: Int) -> Int {
    let first = bytes[i]
    let length: Int
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return 0
    }
    guard i + length <= bytes.count else { return 0 }
    for j in 1..<length where bytes[i + j] & 0xC0 != 0x80 { return 0 }
    let second = bytes[i + 1]
    switch first {
    case 0xE0: return second >= 0xA0 ? length : 0
    case 0xED: return second < 0xA0 ? length : 0
    case 0xF0: return second >= 0x90 ? length : 0
    case 0xF4: return second < 0x90 ? length : 0
    default: return length
    }
  }
}
