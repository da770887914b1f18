public import Diagnostics

/// Writes a session in the form that merges: two spaces for a level; one clip, edit or point to a
/// line; lists of clips, edits and comp entries in order of time, unless an address counts their
/// items; braces and brackets up to 100 columns, block style beyond.
///
/// Keeps what the session says, the order of keys, every comment and single blank lines. Formatting
/// twice gives the bytes of formatting once. Lines end with LF.
public enum SessionFormatter {
  static let maximumWidth = 100

  /// - Parameters:
  ///   - tree: that of `source`, read without errors.
  ///   - addresses: those of other files of the session.
  public static func format(
    source: Source, tree: YAMLNode, addresses: FormatAddresses = FormatAddresses()
  ) -> [UInt8] {
    rewritten(source: source, tree: tree, addresses: addresses) ?? withUnixLineEnds(source.bytes)
  }

  /// The text in its new form; nil where that would lose a comment or change what is said (keys
  /// longer than YAML reads, say).
  static func rewritten(
    source: Source, tree: YAMLNode, addresses: FormatAddresses = FormatAddresses()
  ) -> [UInt8]? {
    let trivia = YAMLTrivia(source: source, tree: tree)
    var all = addresses
    all.add(from: tree)
    var writer = FormatWriter(source: source, trivia: trivia, addresses: all)
    writer.document(tree)
    return isFaithful(writer.out, to: source, tree: tree, trivia) ? writer.out : nil
  }

  /// Whether the new text has the comments and the meaning of the old one.
  private static func isFaithful(
    _ bytes: [UInt8], to source: Source, tree: YAMLNode, _ trivia: YAMLTrivia
  ) -> Bool {
    let new = Source(id: source.id, path: source.path, bytes: bytes)
    var diagnostics = DiagnosticList()
    guard let newTree = YAMLTree.parse(source: new, into: &diagnostics) else { return false }
    guard canonical(tree, field: "") == canonical(newTree, field: "") else { return false }
    let newTrivia = YAMLTrivia(source: new, tree: newTree)
    return texts(trivia) == texts(newTrivia)
  }

  private static func texts(_ trivia: YAMLTrivia) -> [String] {
    trivia.comments.map {
      String(decoding: trivia.source.bytes[$0.range], as: UTF8.self)
    }.sorted()
  }

  /// What a tree says, the same for texts that differ only as formatting may make them differ.
  private static func canonical(_ node: YAMLNode, field: String) -> String {
    switch node.content {
    case .scalar(let text, let style):
      let kind = text.isEmpty && style == .plain ? "~" : "="
      return kind + FormatWriter.plainMinus(text) + "\u{0}"
    case .sequence(let items):
      let parts = items.map { canonical($0, field: field) }
      let ordered = FormatOrder.sortedLists.contains(field) ? parts.sorted() : parts
      return "[" + ordered.joined() + "]"
    case .mapping(let entries):
      return "{"
        + entries.map { $0.key.value + "\u{0}" + canonical($0.value, field: $0.key.value) }
        .joined() + "}"
    }
  }

  private static func withUnixLineEnds(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D {
        if index + 1 < bytes.count && bytes[index + 1] == 0x0A { continue }
        result.append(0x0A)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
