public import Diagnostics
internal import SessionModel

/// Why a value could not be written; the messages have no place in a file.
public struct SessionEditFailure: Error, Sendable {
  public var diagnostics: [Diagnostic]

  init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  init(_ message: String) {
    diagnostics = [Diagnostic(.unknownAddress, message, at: nil)]
  }
}

/// Writes single values into the text of a session and leaves every other byte as it is.
public enum SessionEditor {
  /// The text with `value` at the address: `vocal/fader/level`, `mix/inserts/glue/threshold`,
  /// `metadata/title`, `glue/threshold` where one insert only has that name.
  ///
  /// A scalar is replaced where it stands. A key that is missing is added at the end of its
  /// mapping, in the style of that mapping; mappings between are written as `{…}`. Values that a
  /// strip takes from a preset are written at the strip, where they win.
  ///
  /// - Parameters: `tree` is that of `source`, read without errors; `value` is text as it is meant,
  ///   without YAML's quotes.
  public static func set(
    in source: Source, tree: YAMLNode, address: String, value: String
  ) -> Result<[UInt8], SessionEditFailure> {
    let address = completed(address, in: tree)
    let nowhere = Span(source.id, 0, 0)
    let isPlain = YAMLQuoting.isPlain(value, inFlow: true)
    let node = YAMLNode(
      content: .scalar(value, isPlain ? .plain : .doubleQuoted), span: nowhere)
    var finder = AddressEditor(tree: tree.withoutPresets)
    var changed = tree
    let place: AddressPlace
    if let preset = presetPlace(address, in: tree) {
      place = preset
    } else {
      changed = finder.setting(Located(address, nowhere), to: node)
      guard let found = finder.place, !finder.diagnostics.hasErrors else {
        return .failure(SessionEditFailure(finder.diagnostics.sorted.map(withoutPlace)))
      }
      place = found
    }
    let writer = EditWriter(source: source, tree: tree)
    let edit: FixIt
    switch writer.edit(place, value: value, changed: changed) {
    case .success(let found): edit = found
    case .failure(let failure): return .failure(failure)
    }
    var bytes = source.bytes
    bytes.replaceSubrange(edit.span.start..<edit.span.end, with: Array(edit.replacement.utf8))
    guard says(bytes, value, at: address, path: source.path) else {
      return .failure(SessionEditFailure("'\(value)' cannot be written at '\(address)'"))
    }
    return .success(bytes)
  }

  /// The same with the address in parts.
  public static func set(
    in source: Source, tree: YAMLNode, path: [String], value: String
  ) -> Result<[UInt8], SessionEditFailure> {
    set(in: source, tree: tree, address: path.joined(separator: "/"), value: value)
  }

  /// An address as reports write it, in full: with the strip before the name of an insert that only
  /// one strip has, `inserts` before that of an insert, `master` before a delivery.
  private static func completed(_ address: String, in tree: YAMLNode) -> String {
    let keys = address.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if keys.count > 2, keys[0] == "deliver" { return "master/\(address)" }
    if keys.count > 2, let strip = strip(keys[0], in: tree), strip.node["inserts"] != nil,
      !strip.keys.contains(keys[1])
    {
      return ([keys[0], "inserts"] + keys.dropFirst()).joined(separator: "/")
    }
    guard let slash = address.firstIndex(of: "/") else { return address }
    let first = String(address[..<slash])
    let isStrip = ["tracks", "buses", "groups"].contains { tree[$0]?.entry(first) != nil }
    if isStrip || tree.entry(first) != nil { return address }
    var strips: [(name: String, node: YAMLNode?)] = []
    for entry in tree["tracks"]?.entries ?? [] {
      strips.append((entry.key.value, entry.value["strip"]))
    }
    for entry in tree["buses"]?.entries ?? [] { strips.append((entry.key.value, entry.value)) }
    strips += [("mix", tree["mix"]), ("master", tree["master"])]
    let owners = strips.filter { strip in
      (strip.node?["inserts"]?.items ?? []).contains { item in
        item["name"]?.text == first
          || item.entries?.contains { $0.value["name"]?.text == first } == true
      }
    }
    return owners.count == 1 ? "\(owners[0].name)/inserts/\(address)" : address
  }

  /// The strip of a track, a bus, the mix or the master, and the keys that may follow its name.
  private static func strip(
    _ name: String, in tree: YAMLNode
  ) -> (node: YAMLNode, keys: [String])? {
    if let track = tree["tracks"]?[name] {
      return track["strip"].map { ($0, Specs.track.names + Specs.strip.names) }
    }
    if let bus = tree["buses"]?[name] { return (bus, Specs.bus.names) }
    switch name {
    case "mix": return tree["mix"].map { ($0, Specs.mix.names) }
    case "master": return tree["master"].map { ($0, Specs.master.names) }
    default: return nil
    }
  }

  /// The place of `presets/NAME/KIND/KEY`, which follows the keys as they are written; nil for
  /// other addresses and for presets that are not there.
  private static func presetPlace(_ address: String, in tree: YAMLNode) -> AddressPlace? {
    let keys = address.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard keys.count > 2, keys[0] == "presets", tree["presets"]?[keys[1]] != nil else { return nil }
    var node = tree
    for (index, key) in keys.enumerated() {
      guard let next = node[key] else {
        let isMapping = node.isMapping && !keys[index...].contains("")
        return isMapping ? .absent(keys: Array(keys[index...]), in: node) : nil
      }
      node = next
    }
    return .value(node)
  }

  /// Whether the new text reads without errors and has the value at the address.
  private static func says(
    _ bytes: [UInt8], _ value: String, at address: String, path: String
  ) -> Bool {
    let source = Source(id: SourceID(0), path: path, bytes: bytes)
    var diagnostics = DiagnosticList()
    guard let tree = YAMLTree.parse(source: source, into: &diagnostics), !diagnostics.hasErrors
    else { return false }
    var finder = AddressEditor(tree: tree.withoutPresets)
    let place =
      presetPlace(address, in: tree) ?? finder.find(Located(address, Span(source.id, 0, 0)))
    guard case .value(let node)? = place else { return false }
    return node.text == value
  }

  /// Addresses come from a command line: what would be a fix there is told as a note.
  private static func withoutPlace(_ diagnostic: Diagnostic) -> Diagnostic {
    var result = diagnostic
    result.span = nil
    result.fixes = []
    let names = diagnostic.fixes.prefix(4).map { "'\($0.replacement)'" }
    if !names.isEmpty {
      result.notes.append(Note("did you mean \(names.joined(separator: " or "))?"))
    }
    return result
  }
}

/// Finds the bytes to replace.
struct EditWriter {
  let source: Source
  let tree: YAMLNode

  func edit(
    _ place: AddressPlace, value: String, changed: YAMLNode
  ) -> Result<FixIt, SessionEditFailure> {
    switch place {
    case .value(let node):
      guard node.isScalar else {
        let keys = node.entries?.map { "'\($0.key.value)'" }.joined(separator: ", ") ?? ""
        return .failure(
          SessionEditFailure(
            "the address names \(node.kindName)" + (keys.isEmpty ? "" : "; it has \(keys)")))
      }
      let text = YAMLQuoting.scalar(value, inFlow: isInFlow(node.span))
      return .success(FixIt(node.span, node.isMissing ? " " + text : text))
    case .bareWord(let node, let key):
      let word = YAMLQuoting.scalar(node.text ?? "", inFlow: true)
      return .success(FixIt(node.span, "\(word): {\(entry([key], value))}"))
    case .short(let node, _):
      guard let mapping = find(in: changed, where: { $0.span == node.span && $0.isMapping }),
        let text = FormatWriter(source: source, trivia: YAMLTrivia(source: source, tree: tree))
          .flow(mapping, field: "", parent: "")
      else { return .failure(SessionEditFailure("this value has no parts")) }
      return .success(FixIt(node.span, text))
    case .absent(var keys, let parent):
      // A level alone is written without its mapping: `fader: -6 dB`.
      if keys.count > 1 && keys.last == "level" { keys.removeLast() }
      guard let mapping = find(in: tree, where: { $0.span == parent.span && $0.isMapping }) else {
        return .failure(SessionEditFailure("there is no mapping to write '\(keys[0])' in"))
      }
      return .success(insertion(of: keys, value, in: mapping))
    }
  }

  /// Adds a key behind the last one of a mapping.
  private func insertion(of keys: [String], _ value: String, in mapping: YAMLNode) -> FixIt {
    let text = entry(keys, value)
    guard mapping.isFlow else {
      let first = mapping.entries?.first?.key.span.start ?? mapping.span.start
      let place = source.lineEnd(from: mapping.span.end)
      let lineText = entry(keys, value, inFlow: false)
      let margin = String(repeating: " ", count: source.column(of: first))
      return FixIt(Span(source.id, place, place), lineEnd + margin + lineText)
    }
    let hasBraces = source.bytes[mapping.span.start] == UInt8(ascii: "{")
    guard let last = mapping.entries?.last, hasBraces else {
      let inner = hasBraces ? "" : source.text(mapping.span) + ", "
      return FixIt(mapping.span, "{\(inner)\(text)}")
    }
    let place = last.span.end
    return FixIt(Span(source.id, place, place), (last.value.isMissing ? " , " : ", ") + text)
  }

  /// `a: {b: value}`; only the outermost key stands in the style around it.
  private func entry(_ keys: [String], _ value: String, inFlow: Bool = true) -> String {
    let isNested = keys.count > 1
    var text = YAMLQuoting.scalar(value, inFlow: inFlow || isNested)
    for (index, key) in keys.enumerated().reversed() {
      let name = YAMLQuoting.scalar(key, inFlow: inFlow || index > 0)
      text = index == 0 ? "\(name): \(text)" : "{\(name): \(text)}"
    }
    return text
  }

  /// CR LF where the file has it.
  private var lineEnd: String {
    guard let first = source.bytes.firstIndex(of: 0x0A), first > 0 else { return "\n" }
    return source.bytes[first - 1] == 0x0D ? "\r\n" : "\n"
  }

  private func isInFlow(_ span: Span) -> Bool {
    find(in: tree) { $0.isFlow && $0.span.start <= span.start && span.end <= $0.span.end } != nil
  }

  /// The first node, outermost first, that fits.
  private func find(in node: YAMLNode, where fits: (YAMLNode) -> Bool) -> YAMLNode? {
    if fits(node) { return node }
    switch node.content {
    case .scalar: return nil
    case .sequence(let items):
      for item in items { if let found = find(in: item, where: fits) { return found } }
    case .mapping(let entries):
      for entry in entries { if let found = find(in: entry.value, where: fits) { return found } }
    }
    return nil
  }
}

extension YAMLNode {
  /// A session in which every strip says only what is written at it.
  var withoutPresets: YAMLNode {
    guard case .mapping(let entries) = content else { return self }
    var result = self
    result.content = .mapping(entries.filter { $0.key.value != "presets" })
    return result
  }
}
