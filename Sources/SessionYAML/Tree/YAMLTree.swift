public import Diagnostics

/// Reads YAML text into a located tree.
public enum YAMLTree {
  static let maximumSize = 12 << 20
  static let maximumDepth = 64
  static let maximumValues = 600_000
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
          .tooManyProblems, "the problems behind the first \(maximumProblems) are not listed",
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
    var edits = YAMLEdits()
    for problem in found {
      // What is no text is read as if it were, so that the rest can be checked.
      if let span = problem.span { edits.mask(span.start..<span.end) }
    }
    checkDirectives(from: start, into: &found, &edits)
    var attempt = build(start, edits)
    if attempt.failure != nil {
      attempt = repair(from: start, into: &found, &edits)
    }
    guard let root = attempt.root else {
      found.append(contentsOf: attempt.diagnostics)
      if found.isEmpty {
        found.append(
          Diagnostic(.emptyFile, "the file holds no session", at: Span(source.id, start, start)))
      }
      return nil
    }
    var lints = YAMLLints(source: source)
    lints.check(root)
    found.append(contentsOf: lints.diagnostics)
    if !lints.edits.isEmpty {
      edits.formUnion(lints.edits)
      let second = build(start, edits)
      if second.failure == nil { attempt = second }
    }
    found.append(contentsOf: attempt.diagnostics)
    return attempt.root
  }

  private func build(_ start: Int, _ edits: YAMLEdits) -> YAMLBuilder.Attempt {
    let text = YAMLText(
      source.bytes, start: start, masks: edits.masks, replacements: edits.replacements)
    return YAMLBuilder.build(source: source, text: text)
  }

  /// Looks for what libyaml stumbled over, and parses again without it; what is left over after
  /// that is blanked line by line, as long as it does not take too long.
  private func repair(
    from start: Int, into found: inout [Diagnostic], _ edits: inout YAMLEdits
  ) -> YAMLBuilder.Attempt {
    var repair = YAMLRepair(source)
    repair.run(from: start)
    found.append(contentsOf: repair.diagnostics)
    edits.formUnion(repair.edits)
    var attempt = build(start, edits)
    var budget = 32 << 20
    var blanked: Set<Int> = []
    while let failure = attempt.failure {
      budget -= source.bytes.count + 4096
      let offsets = [failure.problemOffset, failure.contextOffset].compactMap { $0 }
      let lines = offsets.map { source.lineStart(of: $0) }
      let next = lines.firstIndex { line in
        !blanked.contains(line) && source.trimmedEnd(of: line..<source.lineEnd(from: line)) > line
      }
      let offset = next.map { offsets[$0] } ?? failure.problemOffset
      report(failure, at: offset, into: &found)
      guard let next, budget > 0, blanked.count < 64 else { break }
      let line = lines[next]
      blanked.insert(line)
      let end = source.lineEnd(from: line)
      edits.masks.removeAll { $0.lowerBound >= line && $0.lowerBound <= end }
      edits.replacements.removeAll { $0.range.lowerBound >= line && $0.range.lowerBound <= end }
      edits.replace(line..<end, "")
      attempt = build(start, edits)
    }
    return attempt
  }

  private func report(_ failure: YAMLFailure, at offset: Int, into found: inout [Diagnostic]) {
    let end = max(offset, source.trimmedEnd(of: offset..<source.lineEnd(from: offset)))
    let message: String
    switch failure.problem {
    case "mapping values are not allowed in this context":
      message = "':' makes a key here, where a value is expected"
    case "block sequence entries are not allowed in this context":
      message = "'- ' makes a list here, where a value is expected"
    case "mapping keys are not allowed in this context":
      message = "'? ' makes a key here, where a value is expected"
    case "could not find expected ':'": message = "':' is missing behind a key"
    case "did not find expected key": message = "a key is expected here"
    case "did not find expected '-' indicator": message = "a list item with '- ' is expected here"
    case "did not find expected ',' or '}'": message = "',' or '}' is expected here"
    case "did not find expected ',' or ']'": message = "',' or ']' is expected here"
    case "found unexpected end of stream": message = "the file ends inside quotes or brackets"
    case "found undefined tag handle": message = "'!' begins a YAML tag"
    default: message = "this cannot be read as part of a session"
    }
    found.append(Diagnostic(.yamlSyntax, message, at: Span(source.id, offset, end)))
  }

  /// Reports lines with '%' before the session, and turns them into comments.
  private func checkDirectives(
    from start: Int, into found: inout [Diagnostic], _ edits: inout YAMLEdits
  ) {
    var i = start
    while i < source.bytes.count && found.count <= YAMLTree.maximumProblems {
      let end = source.lineEnd(from: i)
      var content = i
      while content < end && source.bytes[content].isBlank { content += 1 }
      if content < end && source.bytes[content] != UInt8(ascii: "#") {
        guard content == i && source.bytes[i] == UInt8(ascii: "%") else { return }
        let span = Span(source.id, i, source.trimmedEnd(of: i..<end))
        let all = Span(source.id, i, source.nextLine(after: end))
        found.append(
          Diagnostic(
            .yamlDirective, "'\(source.text(span))' instructs a YAML parser; delete the line",
            at: span, fixes: [FixIt(all, "")]))
        edits.replace(i..<i + 1, "#")
      }
      i = source.nextLine(after: end)
    }
  }

  /// The offset of the first byte after a byte order mark; nil when the bytes are no text.
  func checkBytes(into found: inout [Diagnostic]) -> Int? {
    let bytes = source.bytes
    func report(_ rule: Rule, _ message: String, _ start: Int, _ end: Int) {
      found.append(Diagnostic(rule, message, at: Span(source.id, start, end)))
    }
    if bytes.count > YAMLTree.maximumSize {
      let size = bytes.count >> 20
      report(.fileTooLarge, "the file has \(size) MB; a session has at most 12 MB", 0, 0)
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
        report(
          .controlCharacter, "character U+\(code.count < 2 ? "000" : "00")\(code) is no text", i,
          i + 1)
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
