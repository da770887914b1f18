import Diagnostics
import Foundation
import SessionYAML
import Testing

/// A text, its tree and what was said about it.
struct ParsedText {
  let source: Source
  let tree: YAMLNode?
  let diagnostics: [Diagnostic]

  init(_ text: String) { self.init(Array(text.utf8)) }

  init(_ bytes: [UInt8]) {
    source = Source(id: SourceID(0), path: "song.yaml", bytes: bytes)
    var list = DiagnosticList()
    tree = YAMLTree.parse(source: source, into: &list)
    diagnostics = list.sorted
  }

  var ids: [String] { diagnostics.map(\.id) }

  func text(_ span: Span?) -> String { span.map { source.text($0) } ?? "" }

  /// Every node below and including `node`.
  static func nodes(_ node: YAMLNode) -> [YAMLNode] {
    switch node.content {
    case .scalar: [node]
    case .sequence(let items): [node] + items.flatMap(nodes)
    case .mapping(let entries): [node] + entries.flatMap { nodes($0.value) }
    }
  }

  /// The source with the first fix of every message applied, last one first.
  func fixed() -> [UInt8] {
    var bytes = source.bytes
    var limit = Int.max
    for fix in diagnostics.compactMap(\.fixes.first).sorted(by: { $0.span.start > $1.span.start })
    where fix.span.end <= limit {
      bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8))
      limit = fix.span.start
    }
    return bytes
  }
}

/// Long runs are asked for by an environment variable.
let isLong = ProcessInfo.processInfo.environment["MIXDOWN_LONG_TESTS"] == "1"
