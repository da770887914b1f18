import Diagnostics

/// Writes one tree with its comments.
struct FormatWriter {
  let source: Source
  let trivia: YAMLTrivia
  let addresses: FormatAddresses
  var out: [UInt8] = []
  /// Characters on the line that is being written.
  private var column = 0

  init(source: Source, trivia: YAMLTrivia, addresses: FormatAddresses = FormatAddresses()) {
    self.source = source
    self.trivia = trivia
    self.addresses = addresses
  }

  /// A key with its value, or an item of a list.
  private struct Child {
    var entry: YAMLNode.Entry?
    var node: YAMLNode
    var start: Int
    /// Where reading went on before it: behind what the child before it owns.
    var leadStart = 0
    /// Behind its trailing comment and the comments below that belong to its last lines.
    var end = 0
    /// The start of the child behind it.
    var limit = 0
  }

  private enum Lead {
    case blank
    case comment(YAMLTrivia.Comment)

    var comment: YAMLTrivia.Comment? {
      if case .comment(let comment) = self { return comment }
      return nil
    }
    var isComment: Bool { comment != nil }
  }

  mutating func document(_ root: YAMLNode) {
    let end = source.bytes.count
    if hasChildren(root) {
      let last = children(root, indent: 0, from: 0, limit: end, field: "", parent: "")
      leads(lead(from: last, to: end), indent: 0, isFirst: false)
    } else {
      leads(lead(from: 0, to: root.span.start), indent: 0, isFirst: true)
      write(flow(root, field: "", parent: "") ?? source.text(root.span))
      let comment = trivia.trailing(root.span.end, limit: end)
      finishLine(comment)
      leads(
        lead(from: comment?.range.upperBound ?? root.span.end, to: end), indent: 0, isFirst: false)
    }
    while out.count > 1 && out[out.count - 1] == 0x0A && out[out.count - 2] == 0x0A {
      out.removeLast()
    }
  }

  // MARK: Block style

  /// Writes the children of a collection in block style; returns the offset behind what belongs to
  /// them.
  ///
  /// - Parameters: `from` is where their comments begin, `limit` what they cannot reach;
  ///   `firstPrefix` stands in place of the first line's indentation.
  @discardableResult
  private mutating func children(
    _ node: YAMLNode, indent: Int, from: Int, limit: Int, field: String, parent: String,
    continuesLine: Bool = false
  ) -> Int {
    var all = childList(node)
    let inner = hasBrackets(node) ? min(limit, max(node.span.end - 1, from)) : limit
    var next = from
    for i in all.indices {
      all[i].limit = i + 1 < all.count ? all[i + 1].start : inner
      all[i].leadStart = next
      all[i].end = extent(all[i].node, limit: all[i].limit)
      next = max(next, all[i].end)
    }
    let order = FormatOrder.order(of: node, field: field, parent: parent, addresses)
    for (position, index) in order.enumerated() {
      let child = all[index]
      let isFirst = position == 0
      var before = lead(from: child.leadStart, to: child.start)
      if let entry = child.entry, child.node.isScalar || child.node.isFlow {
        before += lead(from: entry.key.span.end, to: child.node.span.start).filter(\.isComment)
      }
      if isFirst && continuesLine {
        pending += before.compactMap(\.comment)
        pendingIndent = indent
      } else {
        leads(before, indent: indent, isFirst: isFirst)
        spaces(indent)
      }
      if let entry = child.entry {
        write(key(entry.key))
        write(":")
        self.value(
          child.node, child, indent: indent, field: entry.key.value,
          parent: field)
      } else {
        item(child, indent: indent, field: field, parent: parent)
      }
    }
    let last = dangling(node, from: next, limit: inner)
    leads(lead(from: next, to: last), indent: indent, isFirst: false)
    return max(next, last)
  }

  /// Writes a value behind its key and ':'.
  private mutating func value(
    _ node: YAMLNode, _ child: Child, indent: Int, field: String, parent: String
  ) {
    if node.isMissing {
      return finishLine(trivia.trailing(node.span.end, limit: child.limit))
    }
    if let lines = textBlock(node, indent: indent + 2) {
      return write(block: lines)
    }
    if let text = inlineText(
      node, room: SessionFormatter.maximumWidth - column - 1, limit: child.limit, field: field,
      parent: parent)
    {
      write(" ")
      write(text)
      return finishLine(trivia.trailing(node.span.end, limit: child.limit))
    }
    let keyEnd = child.entry?.key.span.end ?? node.span.start
    let open = node.isFlow ? node.span.start : keyEnd
    var header = trivia.trailing(open, limit: firstStart(node) ?? node.span.end)
    let from = header?.range.upperBound ?? open
    if hasBrackets(node), let closing = trivia.trailing(node.span.end, limit: child.limit) {
      if header == nil { header = closing } else { pending.append(closing) }
    }
    pendingIndent = indent + 2
    finishLine(header)
    children(
      node, indent: indent + 2, from: from, limit: child.limit, field: field, parent: parent)
  }

  private mutating func item(_ child: Child, indent: Int, field: String, parent: String) {
    let node = child.node
    write("-")
    if node.isMissing {
      return finishLine(trivia.trailing(node.span.end, limit: child.limit))
    }
    if let lines = textBlock(node, indent: indent + 2) { return write(block: lines) }
    let isOneEntry = node.entries?.count == 1
    if !isOneEntry,
      let text = inlineText(
        node, room: SessionFormatter.maximumWidth - column - 1, limit: child.limit, field: field,
        parent: parent, isLine: FormatOrder.lineLists.contains(field))
    {
      write(" ")
      write(text)
      return finishLine(trivia.trailing(node.span.end, limit: child.limit))
    }
    write(" ")
    if hasBrackets(node), let closing = trivia.trailing(node.span.end, limit: child.limit) {
      pending.append(closing)
      pendingIndent = indent + 2
    }
    children(
      node, indent: indent + 2, from: node.span.start, limit: child.limit, field: field,
      parent: parent, continuesLine: true)
  }

  /// Comments whose place goes away with brackets; they follow the next line that ends.
  private var pending: [YAMLTrivia.Comment] = []
  private var pendingIndent = 0

  // MARK: Comments

  /// Own-line comments and blank lines between two offsets.
  private func lead(from start: Int, to end: Int) -> [Lead] {
    var result: [Lead] = []
    var place = start
    var index = trivia.first(from: start)
    while index < trivia.comments.count, trivia.comments[index].range.lowerBound < end {
      let comment = trivia.comments[index]
      if trivia.hasBlankLine(from: place, to: comment.range.lowerBound) { result.append(.blank) }
      result.append(.comment(comment))
      place = comment.range.upperBound
      index += 1
    }
    if place < end && trivia.hasBlankLine(from: place, to: end) { result.append(.blank) }
    return result
  }

  private mutating func leads(_ leads: [Lead], indent: Int, isFirst: Bool) {
    for (index, lead) in leads.enumerated() {
      switch lead {
      case .blank:
        let isDouble = out.count >= 2 && out[out.count - 1] == 0x0A && out[out.count - 2] == 0x0A
        if out.isEmpty || isDouble || (isFirst && index == 0) { continue }
        out.append(0x0A)
      case .comment(let comment):
        spaces(indent)
        out.append(contentsOf: source.bytes[comment.range])
        newLine()
      }
    }
  }

  /// Ends a line, with a comment at its old column where there is room.
  private mutating func finishLine(_ comment: YAMLTrivia.Comment?) {
    if let comment {
      let wanted = comment.column <= 80 ? comment.column : 0
      spaces(max(2, wanted - column))
      out.append(contentsOf: source.bytes[comment.range])
    }
    newLine()
    let behind = pending
    pending.removeAll()
    for comment in behind {
      spaces(pendingIndent)
      out.append(contentsOf: source.bytes[comment.range])
      newLine()
    }
  }

  /// Behind the trailing comment of a value and the comments that belong to its last lines.
  private func extent(_ node: YAMLNode, limit: Int) -> Int {
    if node.style == .literal || node.style == .folded { return node.span.end }
    if !node.isFlow, let last = lastChild(node) {
      let end = extent(last, limit: limit)
      return dangling(node, from: end, limit: limit)
    }
    return trivia.trailing(node.span.end, limit: limit)?.range.upperBound ?? node.span.end
  }

  /// The end of the comments behind the last child of a collection that are indented like it.
  private func dangling(_ node: YAMLNode, from start: Int, limit: Int) -> Int {
    guard let first = firstStart(node), !node.isFlow || hasBrackets(node) else { return start }
    let column = node.isFlow ? 0 : source.column(of: node.isSequence ? dash(before: first) : first)
    var end = start
    var index = trivia.first(from: start)
    while index < trivia.comments.count, trivia.comments[index].range.lowerBound < limit {
      let comment = trivia.comments[index]
      guard node.isFlow || (comment.isOwnLine && comment.column >= max(column, 1)) else { break }
      end = comment.range.upperBound
      index += 1
    }
    return end
  }

  /// The dash before an item of a block list.
  private func dash(before start: Int) -> Int {
    var i = start
    while i > 0 && source.bytes[i - 1].isBlankOrBreak { i -= 1 }
    return i > 0 && source.bytes[i - 1] == UInt8(ascii: "-") ? i - 1 : start
  }

  // MARK: Parts

  private func hasChildren(_ node: YAMLNode) -> Bool {
    switch node.content {
    case .scalar: false
    case .sequence(let items): !items.isEmpty
    case .mapping(let entries): !entries.isEmpty
    }
  }

  private func firstStart(_ node: YAMLNode) -> Int? {
    switch node.content {
    case .scalar: nil
    case .sequence(let items): items.first?.span.start
    case .mapping(let entries): entries.first?.key.span.start
    }
  }

  private func lastChild(_ node: YAMLNode) -> YAMLNode? {
    switch node.content {
    case .scalar: nil
    case .sequence(let items): items.last
    case .mapping(let entries): entries.last?.value
    }
  }

  private func hasBrackets(_ node: YAMLNode) -> Bool {
    guard node.isFlow && node.span.start < source.bytes.count else { return false }
    let first = source.bytes[node.span.start]
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private func childList(_ node: YAMLNode) -> [Child] {
    switch node.content {
    case .scalar: []
    case .sequence(let items): items.map { Child(entry: nil, node: $0, start: $0.span.start) }
    case .mapping(let entries):
      entries.map { Child(entry: $0, node: $0.value, start: $0.key.span.start) }
    }
  }

  /// The text of a value that fits on its line: a scalar, or brackets where they may stay.
  private func inlineText(
    _ node: YAMLNode, room: Int, limit: Int, field: String, parent: String, isLine: Bool = false
  ) -> String? {
    if node.isScalar { return scalar(node, field: field, parent: parent, inFlow: false) }
    guard node.isFlow || isLine || !hasChildren(node) else { return nil }
    guard FormatOrder.mayStandOnOneLine(node, field: field) else { return nil }
    guard !trivia.hasComments(in: node.span.start..<node.span.end) else { return nil }
    guard node.isFlow || extent(node, limit: limit) <= node.span.end else { return nil }
    guard let text = flow(node, field: field, parent: parent) else { return nil }
    return text.unicodeScalars.count <= max(room, hasChildren(node) ? 0 : Int.max) ? text : nil
  }

  // MARK: Writing

  private mutating func write(_ text: String) {
    out.append(contentsOf: text.utf8)
    column += text.unicodeScalars.count
  }

  private mutating func spaces(_ count: Int) {
    out.append(contentsOf: repeatElement(0x20, count: count))
    column += count
  }

  private mutating func newLine() {
    out.append(0x0A)
    column = 0
  }

  private mutating func write(block lines: [String]) {
    write(" ")
    for line in lines.dropLast() {
      write(line)
      newLine()
    }
    write(lines.last ?? "")
    finishLine(nil)
  }
}
