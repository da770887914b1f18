/// Changes to a text that make it readable: stretches that are taken as plain text, and
/// replacements.
struct YAMLEdits {
  var masks: [Range<Int>] = []
  var replacements: [YAMLText.Replacement] = []

  var isEmpty: Bool { masks.isEmpty && replacements.isEmpty }

  mutating func mask(_ range: Range<Int>) { masks.append(range) }

  /// A replacement of the same range made just before is superseded.
  mutating func replace(_ range: Range<Int>, _ text: String) {
    if let last = replacements.suffix(2).lastIndex(where: { $0.range == range }), !range.isEmpty {
      replacements[last].text = Array(text.utf8)
      return
    }
    replacements.append(YAMLText.Replacement(range: range, text: Array(text.utf8)))
  }

  mutating func insert(_ text: String, at offset: Int) {
    replacements.append(YAMLText.Replacement(range: offset..<offset, text: Array(text.utf8)))
  }

  mutating func removeAll(from offset: Int) {
    while let last = masks.last, last.lowerBound >= offset { masks.removeLast() }
    while let last = replacements.last, last.range.lowerBound >= offset {
      replacements.removeLast()
    }
  }

  mutating func formUnion(_ other: YAMLEdits) {
    masks += other.masks
    replacements += other.replacements
  }
}
