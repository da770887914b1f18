public import Diagnostics

extension YAMLNode {
  /// The text of a scalar; nil for lists and mappings.
  public var text: String? {
    if case .scalar(let text, _) = content { return text }
    return nil
  }

  public var style: ScalarStyle? {
    if case .scalar(_, let style) = content { return style }
    return nil
  }

  /// The items of a list; nil for scalars and mappings.
  public var items: [YAMLNode]? {
    if case .sequence(let items) = content { return items }
    return nil
  }

  /// The entries of a mapping, in file order; nil for scalars and lists.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// True where a key or dash has no value (`drums:`), as opposed to an empty text (`""`).
  public var isMissing: Bool {
    if case .scalar(let text, .plain) = content { return text.isEmpty }
    return false
  }

  public var isScalar: Bool { text != nil }
  public var isSequence: Bool { items != nil }
  public var isMapping: Bool { entries != nil }

  /// The first entry with that key; nil when there is none or this is no mapping.
  public func entry(_ key: String) -> Entry? { entries?.first { $0.key.value == key } }

  /// The value of the first entry with that key.
  public subscript(key: String) -> YAMLNode? { entry(key)?.value }

  /// The item at that index of a list; nil out of range.
  public subscript(index: Int) -> YAMLNode? {
    guard let items, items.indices.contains(index) else { return nil }
    return items[index]
  }

  /// The only entry of a mapping of one (`compressor: {…}` as a list item).
  public var onlyEntry: Entry? {
    guard let entries, entries.count == 1 else { return nil }
    return entries[0]
  }

  /// A scalar's text with its place.
  public var located: Located<String>? { text.map { Located($0, span) } }

  /// What the node is, as a message says it.
  public var kindName: String {
    switch content {
    case .scalar(let text, .plain) where text.isEmpty: "nothing"
    case .scalar: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension YAMLNode.Entry {
  /// Key and value together.
  public var span: Span { key.span.joined(value.span) }
}

extension YAMLNode {
  /// True when both say the same: places, comments, quoting and layout do not count.
  public func hasSameMeaning(as other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a, let s), .scalar(let b, let t)):
      return a == b && (!a.isEmpty || (s == .plain) == (t == .plain))
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.hasSameMeaning(as: $1) }
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count
        && zip(a, b).allSatisfy {
          $0.key.value == $1.key.value && $0.value.hasSameMeaning(as: $1.value)
        }
    default: return false
    }
  }
}
