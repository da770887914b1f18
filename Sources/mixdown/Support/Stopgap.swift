import Diagnostics
import SessionModel
import SessionYAML

enum DiagnosticText {
  static func render(_ d: Diagnostic, sources: SourceMap, colour: Bool) -> String {
    var text = ""
    func place(_ span: Span?) -> String {
      guard let span else { return "" }
      let source = sources[span.source]
      let at = source.position(of: span.start)
      return "\(source.path):\(at.line):\(at.column): "
    }
    text += "\(place(d.span))\(d.severity.rawValue): \(d.message) [\(d.id)]"
    if let span = d.span {
      let source = sources[span.source]
      let at = source.position(of: span.start)
      text += "\n\(at.line) | \(source.text(ofLine: at.line))"
    }
    for note in d.notes { text += "\n\(place(note.span))note: \(note.message)" }
    return text
  }
}

enum DiagnosticJSON {
  static func value(_ d: Diagnostic, sources: SourceMap) -> JSONValue {
    .object(["id": .string(d.id), "severity": .string(d.severity.rawValue), "message": .string(d.message)])
  }
}

enum SessionLoader {
  enum Problem: Error { case missing, unreadable(String) }
  static func load(path: String, readFile: (String) -> Result<[UInt8], Problem>) -> (
    session: Session?, sources: SourceMap, diagnostics: DiagnosticList
  ) {
    var sources = SourceMap()
    var diagnostics = DiagnosticList()
    guard case .success(let bytes) = readFile(path) else { return (nil, sources, diagnostics) }
    let source = sources.add(path: path, bytes: bytes)
    guard let tree = YAMLTree.parse(source: source, into: &diagnostics) else {
      return (nil, sources, diagnostics)
    }
    return (SessionDecoder.decode(tree: tree, into: &diagnostics), sources, diagnostics)
  }
}

extension Session {
  func applying(version: String) -> (session: Session, diagnostics: DiagnosticList) {
    (self, DiagnosticList())
  }
}

