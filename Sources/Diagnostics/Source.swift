/// A source text's index in its `SourceMap`.
public struct SourceID: Hashable, Sendable, Comparable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: SourceID, b: SourceID) -> Bool { a.index < b.index }
}

/// A half-open range of UTF-8 bytes in one source text.
public struct Span: Hashable, Sendable {
  public var source: SourceID
  public var start: Int
  public var end: Int

  public init(_ source: SourceID, _ start: Int, _ end: Int) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// The smallest span that holds both; they must lie in the same source.
  public func joined(_ other: Span) -> Span {
    Span(source, min(start, other.start), max(end, other.end))
  }

  /// Whether `other` lies inside this one.
  public func contains(_ other: Span) -> Bool {
    source == other.source && start <= other.start && other.end <= end
  }
}

/// A value and where it was written.
public struct Located<Value> {
  public var value: Value
  public var span: Span

  public init(_ value: Value, _ span: Span) {
    self.value = value
    self.span = span
  }

  public func map<New>(_ transform: (Value) throws -> New) rethrows -> Located<New> {
    Located<New>(try transform(value), span)
  }
}

extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
extension Located: Sendable where Value: Sendable {}

/// One text that a message can point into.
public struct Source: Sendable {
  public let id: SourceID
  /// As the user named it, or relative to the session's folder for includes.
  public let path: String
  public let bytes: [UInt8]
  /// Offset of the first byte of each line; lines end at LF, CR LF or CR.
  public let lineStarts: [Int]

  public init(id: SourceID, path: String, bytes: [UInt8]) {
    self.id = id
    self.path = path
    self.bytes = bytes
    var starts = [0]
    var i = 0
    while i < bytes.count {
      if bytes[i] == 0x0A {
        starts.append(i + 1)
      } else if bytes[i] == 0x0D && !(i + 1 < bytes.count && bytes[i + 1] == 0x0A) {
        starts.append(i + 1)
      }
      i += 1
    }
    lineStarts = starts
  }

  /// The line, from 1, that holds the byte.
  public func line(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// Line and column, both from 1; the column counts characters (extended grapheme clusters are
  /// not formed: it counts Unicode scalars). A byte order mark is none.
  public func position(of offset: Int) -> (line: Int, column: Int) {
    let line = line(of: offset)
    let start = textStart(ofLine: line)
    return (line, 1 + characters(in: start..<max(start, offset)))
  }

  /// Offset of the first byte of `line` (from 1) that is text: behind a byte order mark.
  func textStart(ofLine line: Int) -> Int {
    let start = lineStarts[line - 1]
    return start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start
  }

  /// Unicode scalars that begin in the range.
  func characters(in range: Range<Int>) -> Int {
    var count = 0
    for i in range.clamped(to: 0..<bytes.count) where bytes[i] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// The text of `line` (from 1) without its line end.
  public func text(ofLine line: Int) -> String {
    guard line >= 1 && line <= lineStarts.count else { return "" }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] : bytes.count
    while end > start && (bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D) { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  public func text(_ span: Span) -> String {
    String(decoding: bytes[span.start..<min(span.end, bytes.count)], as: UTF8.self)
  }
}

/// All texts of one run, by id.
public struct SourceMap: Sendable {
  public private(set) var sources: [Source] = []

  public init() {}

  @discardableResult
  public mutating func add(path: String, bytes: [UInt8]) -> Source {
    let source = Source(id: SourceID(sources.count), path: path, bytes: bytes)
    sources.append(source)
    return source
  }

  public subscript(id: SourceID) -> Source { sources[id.index] }
}
