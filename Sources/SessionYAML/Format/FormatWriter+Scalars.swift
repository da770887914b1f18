import Diagnostics

extension FormatWriter {
  /// A value between braces or brackets on one line; nil where it cannot be or is far too long.
  func flow(_ node: YAMLNode, field: String, parent: String) -> String? {
    var text = ""
    return flow(node, field: field, parent: parent, into: &text) ? text : nil
  }

  private func flow(
    _ node: YAMLNode, field: String, parent: String, into text: inout String
  ) -> Bool {
    guard text.utf8.count < 8 * SessionFormatter.maximumWidth else { return false }
    guard FormatOrder.mayStandOnOneLine(node, field: field) else { return false }
    switch node.content {
    case .scalar(_, .literal), .scalar(_, .folded): return false
    case .scalar:
      text += scalar(node, field: field, parent: parent, inFlow: true)
    case .sequence(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if item.isMissing { return false }
        if index > 0 { text += ", " }
        if let entry = item.onlyEntry {
          guard flow(entry, parent: field, into: &text) else { return false }
        } else {
          guard flow(item, field: field, parent: parent, into: &text) else { return false }
        }
      }
      text += "]"
    case .mapping(let entries):
      text += "{"
      for (index, entry) in entries.enumerated() {
        if index > 0 { text += ", " }
        guard flow(entry, parent: field, into: &text) else { return false }
      }
      text += "}"
    }
    return true
  }

  private func flow(_ entry: YAMLNode.Entry, parent: String, into text: inout String) -> Bool {
    text += key(entry.key, inFlow: true)
    text += ": "
    return flow(entry.value, field: entry.key.value, parent: parent, into: &text)
  }

  /// A key; quotes stay where its text would not be text to other readers of YAML.
  func key(_ key: Located<String>, inFlow: Bool = false) -> String {
    let text = key.value
    let first = key.span.start < source.bytes.count ? source.bytes[key.span.start] : 0
    let wasQuoted =
      key.span.end > key.span.start && (first == UInt8(ascii: "\"") || first == UInt8(ascii: "'"))
    let keeps = wasQuoted && YAMLQuoting.looksLikeNoText(text)
    return YAMLQuoting.isPlain(text, inFlow: inFlow) && !keeps ? text : YAMLQuoting.quoted(text)
  }

  /// A scalar on one line.
  func scalar(_ node: YAMLNode, field: String, parent: String, inFlow: Bool) -> String {
    guard case .scalar(let text, let style) = node.content else { return "" }
    if text.isEmpty && style == .plain { return "" }
    let isFreeText =
      TextFields.isFreeText(field) || TextFields.holdsFreeText(parent)
      || TextFields.isWordForPeople(field)
    guard YAMLQuoting.isPlain(text, inFlow: inFlow) else { return YAMLQuoting.quoted(text) }
    if style == .plain {
      if isFreeText {
        let isRisky = inFlow && TextFields.isProse(field) && YAMLQuoting.hasPunctuation(text)
        return isRisky ? YAMLQuoting.quoted(text) : text
      }
      return Self.plainMinus(text)
    }
    return isFreeText || YAMLQuoting.looksLikeNoText(text)
      ? YAMLQuoting.quoted(text) : Self.plainMinus(text)
  }

  /// The text with `-` for the typographic minus before a number.
  static func plainMinus(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{2212}") else { return text }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let isBeforeDigit =
        index + 1 < scalars.count && scalars[index + 1].value >= 0x30
        && scalars[index + 1].value <= 0x39
      let isBehindWord = index > 0 && scalars[index - 1].properties.isAlphabetic
      result.append(
        scalar == "\u{2212}" && isBeforeDigit && !isBehindWord ? "-" : scalar)
    }
    return String(result)
  }

  // MARK: Text blocks

  /// The lines of a `|` or `>` block, the first one its head; nil for other scalars and for blocks
  /// that need escapes.
  func textBlock(_ node: YAMLNode, indent: Int) -> [String]? {
    guard case .scalar(let text, let style) = node.content,
      style == .literal || style == .folded, !text.isEmpty, !node.wasReported
    else { return nil }
    guard !text.hasSuffix("\n\n"), let first = text.unicodeScalars.first, first != " ",
      first != "\n", first != "\t"
    else { return nil }
    guard
      !text.unicodeScalars.contains(where: { YAMLQuoting.isSpecial($0) && $0 != "\n" && $0 != "\t" }
      )
    else { return nil }
    var raw: [String]
    if style == .literal {
      raw = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if text.hasSuffix("\n") { raw.removeLast() }
    } else {
      guard let lines = rawLines(of: node) else { return nil }
      raw = lines
    }
    let margin = String(repeating: " ", count: indent)
    let head = (style == .literal ? "|" : ">") + (text.hasSuffix("\n") ? "" : "-")
    return [head + headComment(of: node)]
      + raw.map { $0.allSatisfy { $0 == " " } ? "" : margin + $0 }
  }

  private func headComment(of node: YAMLNode) -> String {
    let end = source.lineEnd(from: node.span.start)
    guard let hash = source.bytes[node.span.start..<end].firstIndex(of: UInt8(ascii: "#")) else {
      return ""
    }
    return "  " + source.text(Span(source.id, hash, source.trimmedEnd(of: hash..<end)))
  }

  /// The lines of a block without their common indentation; nil where an explicit one is written.
  private func rawLines(of node: YAMLNode) -> [String]? {
    var line = source.lineEnd(from: node.span.start)
    let head = source.bytes[node.span.start..<line].prefix { !$0.isBlankOrBreak }
    guard !head.contains(where: \.isDigit) else { return nil }
    var lines: [Range<Int>] = []
    while line < node.span.end {
      let start = source.nextLine(after: line)
      line = source.lineEnd(from: start)
      lines.append(start..<max(start, min(line, node.span.end)))
    }
    guard let first = lines.first else { return nil }
    let indent = source.bytes[first].prefix { $0 == 0x20 }.count
    return lines.map { range in
      let dropped = source.bytes[range].prefix(indent).prefix { $0 == 0x20 }.count
      return String(decoding: source.bytes[range].dropFirst(dropped), as: UTF8.self)
    }
  }
}
