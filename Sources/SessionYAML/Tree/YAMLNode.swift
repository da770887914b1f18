public import Diagnostics

/// A node of the located tree: what the YAML text says, with the exact bytes of every key and
/// value. Scalars stay text; the field that reads one decides what it means.
public struct YAMLNode: Sendable {
  public enum ScalarStyle: Sendable, Hashable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  public struct Entry: Sendable {
    public var key: Located<String>
    public var value: YAMLNode
    public init(key: Located<String>, value: YAMLNode) {
      self.key = key
      self.value = value
    }
  }

  public enum Content: Sendable {
    /// The text after unquoting and unescaping; an empty plain scalar is a missing value.
    case scalar(String, ScalarStyle)
    case sequence([YAMLNode])
    /// In file order; duplicate keys have been reported and all are kept.
    case mapping([Entry])
  }

  public var content: Content
  /// The value's own bytes, quotes and brackets included; a block collection ends where its last
  /// child ends.
  public var span: Span
  /// True for `{…}` and `[…]`.
  public var isFlow: Bool
  /// True where the text itself has been reported (an alias, a `&name` without a value): further
  /// complaints about what it says are noise.
  public var wasReported = false

  public init(content: Content, span: Span, isFlow: Bool = false) {
    self.content = content
    self.span = span
    self.isFlow = isFlow
  }

  /// Whether the value that is written at `place` is this one, a part of it, or holds it.
  func overlaps(_ place: Span) -> Bool {
    if place.source == span.source && place.start <= span.start && span.end <= place.end {
      return true
    }
    switch content {
    case .scalar: return false
    case .sequence(let items): return items.contains { $0.overlaps(place) }
    case .mapping(let entries): return entries.contains { $0.value.overlaps(place) }
    }
  }
}
