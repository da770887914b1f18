public import MixGraph
internal import Signal

/// Something that a file's bytes depend on besides its audio, by the word that a session has for it.
public struct FileField: Hashable, Sendable {
  public var name: String
  public var value: String
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension DigestWriter {
  public mutating func fields(_ fields: [FileField]) {
    for field in fields {
      self.field("name", field.name)
      self.field("value", field.value)
    }
  }
}

extension Array where Element == FileField {
  /// Fields of `self` that are other than they were, with both values; nil: it was, or is, not there.
  public func differences(
    from before: [FileField]
  ) -> [(name: String, old: String?, new: String?)] {
    let old = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
    let new = Dictionary(map { ($0.name, $0.value) }) { first, _ in first }
    let changed = filter { old[$0.name] != $0.value }.map {
      (name: $0.name, old: old[$0.name], new: Optional($0.value))
    }
    let gone = before.filter { new[$0.name] == nil }.map {
      (name: $0.name, old: Optional($0.value), new: String?.none)
    }
    return changed + gone
  }
}

extension Store {
  /// What the file at `path` was when it was last made; nil: it is not known.
  public func fields(ofFile path: String) -> [FileField]? {
    guard let text = text("delivery", for: path) else { return nil }
    let parts = text.split(separator: "\0", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return nil }
    return stride(from: 0, to: parts.count - 1, by: 2).map {
      FileField(String(parts[$0]), String(parts[$0 + 1]))
    }
  }

  /// Remembers what the file at `path` was made as.
  public func keep(_ fields: [FileField], ofFile path: String) {
    func plain(_ text: String) -> String {
      text.split(separator: "\0").joined(separator: "\u{FFFD}")
    }
    keepText(
      fields.map { "\(plain($0.name))\0\(plain($0.value))\0" }.joined(), "delivery", for: path)
  }
}
