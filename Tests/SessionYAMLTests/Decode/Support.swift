import Diagnostics
import SessionModel
import SessionYAML
import Testing

/// A text with places: `⟨1⟩` marks the byte behind it and is taken out.
struct Marked {
  var text = ""
  var places: [Int: Int] = [:]

  init(_ marked: String) {
    var rest = Substring(marked)
    while let open = rest.firstIndex(of: "⟨"), let close = rest[open...].firstIndex(of: "⟩") {
      text += rest[..<open]
      places[Int(rest[rest.index(after: open)..<close]) ?? -1] = text.utf8.count
      rest = rest[rest.index(after: close)...]
    }
    text += rest
  }
}

/// A message that a text must give.
struct Wanted {
  var id: String
  var place: Int
  /// The text under the caret.
  var underlined: String?
  /// The first fix's replacement.
  var fix: String?
  init(_ id: String, at place: Int, over underlined: String? = nil, fix: String? = nil) {
    self.id = id
    self.place = place
    self.underlined = underlined
    self.fix = fix
  }
}

struct MissingFile: Error, CustomStringConvertible { var description: String { "no such file" } }

func load(_ files: [String: String], main: String = "session.yaml") -> LoadedSession {
  SessionLoader.load(path: main) { path in
    guard let text = files[path] else { throw MissingFile() }
    return Array(text.utf8)
  }
}

func load(_ text: String) -> LoadedSession { load(["session.yaml": text]) }

/// Checks that a text gives exactly these messages, in the order of their places. Sessions that
/// do not begin with `mixdown:` get it in front.
func expectDiagnostics(
  _ marked: String, _ wanted: [Wanted], sourceLocation: SourceLocation = #_sourceLocation
) {
  let head = marked.hasPrefix("mixdown:") ? "" : "mixdown: 1\n"
  let parsed = Marked(head + marked)
  let loaded = load(parsed.text)
  let found = loaded.diagnostics.sorted
  let listing = found.map { diagnostic in
    let text = diagnostic.span.map { loaded.sources[$0.source].text($0) } ?? ""
    return "\(diagnostic.id) '\(text)': \(diagnostic.message)"
  }
  #expect(
    found.map(\.id) == wanted.map(\.id), "\(listing.joined(separator: "\n"))",
    sourceLocation: sourceLocation)
  guard found.count == wanted.count else { return }
  for (diagnostic, want) in zip(found, wanted) {
    #expect(
      diagnostic.span?.start == parsed.places[want.place], "\(want.id): \(listing)",
      sourceLocation: sourceLocation)
    if let underlined = want.underlined, let span = diagnostic.span {
      #expect(loaded.sources[span.source].text(span) == underlined, sourceLocation: sourceLocation)
    }
    if let fix = want.fix {
      #expect(diagnostic.fixes.first?.replacement == fix, sourceLocation: sourceLocation)
    }
  }
}

/// The text after the first fix of its only message.
func fixed(_ text: String) -> String? {
  let loaded = load(text)
  guard let fix = loaded.diagnostics.sorted.first?.fixes.first else { return nil }
  var bytes = Array(text.utf8)
  bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8))
  return String(decoding: bytes, as: UTF8.self)
}

extension LoadedSession {
  var messages: [String] { diagnostics.sorted.map { "\($0.id): \($0.message)" } }
}

extension Session {
  func track(_ name: String) -> Track? { tracks.first { $0.name.value == name } }
  func bus(_ name: String) -> Bus? { buses.first { $0.name.value == name } }
  func delivery(_ name: String) -> Delivery? {
    master.deliveries.first { $0.name.value == name }
  }
}

extension Insert {
  func value(_ name: String) -> Value? {
    if case .constant(let value)? = settings[name] { value.value } else { nil }
  }
}
