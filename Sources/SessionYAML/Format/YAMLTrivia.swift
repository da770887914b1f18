import Diagnostics

/// The comments of a text, and where lines are left blank.
struct YAMLTrivia {
  struct Comment {
    var range: Range<Int>
    /// Columns of the source before it.
    var column: Int
    /// Nothing but blanks stands before it on its line.
    var isOwnLine: Bool
  }

  let source: Source
  private(set) var comments: [Comment] = []

  init(source: Source, tree: YAMLNode) {
    self.source = source
    var scalars: [Range<Int>] = []
    Self.collect(tree, into: &scalars)
    let bytes = source.bytes
    var next = 0
    var i = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var lineStart = i
    var hasContent = false
    while i < bytes.count {
      while next < scalars.count && scalars[next].upperBound <= i { next += 1 }
      if next < scalars.count && scalars[next].contains(i) {
        i = scalars[next].upperBound
        hasContent = true
        continue
      }
      switch bytes[i] {
      case 0x0A, 0x0D:
        i += 1
        lineStart = i
        hasContent = false
      case UInt8(ascii: "#"):
        let end = source.lineEnd(from: i)
        comments.append(
          Comment(
            range: i..<source.trimmedEnd(of: i..<end),
            column: source.characters(from: lineStart, to: i), isOwnLine: !hasContent))
        i = end
      case 0x20, 0x09: i += 1
      default:
        hasContent = true
        i += 1
      }
    }
  }

  private static func collect(_ node: YAMLNode, into ranges: inout [Range<Int>]) {
    switch node.content {
    case .scalar:
      if node.span.end > node.span.start { ranges.append(node.span.start..<node.span.end) }
    case .sequence(let items): for item in items { collect(item, into: &ranges) }
    case .mapping(let entries):
      for entry in entries {
        if entry.key.span.end > entry.key.span.start {
          ranges.append(entry.key.span.start..<entry.key.span.end)
        }
        collect(entry.value, into: &ranges)
      }
    }
  }

  /// The index of the first comment at or after the offset.
  func first(from offset: Int) -> Int {
    var low = 0
    var high = comments.count
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].range.lowerBound < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func hasComments(in range: Range<Int>) -> Bool {
    let index = first(from: range.lowerBound)
    return index < comments.count && comments[index].range.lowerBound < range.upperBound
  }

  /// The comment behind content that ends at `end`, on its line and before `limit`.
  func trailing(_ end: Int, limit: Int) -> Comment? {
    let index = first(from: end)
    guard index < comments.count else { return nil }
    let comment = comments[index]
    guard !comment.isOwnLine && comment.range.lowerBound < limit else { return nil }
    let between = source.bytes[end..<comment.range.lowerBound]
    return between.contains(where: \.isBreak) ? nil : comment
  }

  /// Whether a line between the two offsets is blank, `start` standing at the end of a line.
  func hasBlankLine(from start: Int, to end: Int) -> Bool {
    var breaks = 0
    var i = start
    while i < end {
      switch source.bytes[i] {
      case 0x0A:
        breaks += 1
      case 0x0D:
        if i + 1 >= end || source.bytes[i + 1] != 0x0A { breaks += 1 }
      case 0x20, 0x09: break
      default: breaks = 0
      }
      if breaks >= 2 { return true }
      i += 1
    }
    return false
  }
}

extension Source {
  /// Characters that begin in the range.
  func characters(from start: Int, to end: Int) -> Int {
    var count = 0
    for i in start..<end where bytes[i] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// The column, from 0, of a byte.
  func column(of offset: Int) -> Int { position(of: offset).column - 1 }
}
