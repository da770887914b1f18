public import Diagnostics
public import SessionModel

/// A session read from its files, with everything that is wrong with it.
public struct LoadedSession: Sendable {
  /// As far as it can be read; nil when there is no text to read.
  public var session: Session?
  /// All files as one tree, spans into the file that wrote each part; nil like `session`.
  public var tree: YAMLNode?
  /// The session's file first, then includes in the order in which they are named.
  public var sources: SourceMap
  public var diagnostics: DiagnosticList

  /// The folder of each text, as in `Session.directories`.
  public internal(set) var directories: [String]
}

/// Reads a session file and the files it includes: text in, session and diagnostics out.
public enum SessionLoader {
  static let maximumFiles = 256

  /// - Parameters:
  ///   - path: the session file, absolute or relative to the working folder.
  ///   - sources: texts read before, of other sessions that messages point into; `directories`:
  ///     their folders.
  ///   - readFile: the bytes of a file; what it throws becomes part of the message.
  public static func load(
    path: String, after sources: SourceMap = SourceMap(), directories: [String] = [],
    readFile: @escaping (String) throws -> [UInt8]
  ) -> LoadedSession {
    var loaded = LoadedSession(
      sources: sources, diagnostics: DiagnosticList(), directories: directories)
    let bytes: [UInt8]
    do {
      bytes = try readFile(path)
    } catch {
      loaded.diagnostics.add(
        Diagnostic(.sessionMissing, "'\(path)' cannot be read: \(error)", at: nil))
      return loaded
    }
    var reader = IncludeReader(
      loaded: loaded, earlier: sources.sources.count, readFile: readFile)
    let tree = reader.read(path, bytes, within: [])
    loaded = reader.loaded
    loaded.tree = tree
    guard let tree else { return loaded }
    loaded.session = SessionDecoder.decode(
      tree: tree, directories: loaded.directories, into: &loaded.diagnostics)
    loaded.checkVersions()
    if let lints = loaded.session?.lints {
      loaded.diagnostics = loaded.diagnostics.applying(lints: lints)
    }
    return loaded
  }
}

extension DiagnosticList {
  /// These messages with warnings silenced or promoted as `lints` says.
  public func applying(lints: [String: Located<String>]) -> DiagnosticList {
    guard !lints.isEmpty else { return self }
    var result = DiagnosticList()
    for var diagnostic in all {
      if diagnostic.severity == .warning, let verdict = lints[diagnostic.id]?.value {
        if verdict == "silent" { continue }
        if verdict == "error" { diagnostic.severity = .error }
      }
      result.add(diagnostic)
    }
    return result
  }
}

/// The part of a path up to its last `/`, which belongs to it.
func directory(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "" }
  return String(path[...slash])
}

/// `path` without `.` and, where that is possible, without `..`.
func normalised(_ path: String) -> String {
  let isAbsolute = path.hasPrefix("/")
  var parts: [Substring] = []
  for part in path.split(separator: "/") where part != "." {
    if part == "..", let last = parts.last, last != ".." {
      parts.removeLast()
    } else {
      parts.append(part)
    }
  }
  return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
}

private struct IncludeReader {
  var loaded: LoadedSession
  /// Texts of other sessions.
  let earlier: Int
  let readFile: (String) throws -> [UInt8]

  /// The tree of one file with the files it includes merged in.
  mutating func read(_ path: String, _ bytes: [UInt8], within open: [String]) -> YAMLNode? {
    let source = loaded.sources.add(path: path, bytes: bytes)
    loaded.directories.append(directory(of: path))
    guard var tree = YAMLTree.parse(source: source, into: &loaded.diagnostics) else { return nil }
    guard let includes = tree["includes"] else { return tree }
    guard case .sequence(let items) = includes.content else {
      loaded.diagnostics.add(
        Diagnostic(
          .wrongShape, "includes is no list; it must be a list of files", at: includes.span))
      return tree
    }
    let here = open + [normalised(path)]
    for item in items {
      guard let written = item.text, !written.isEmpty else {
        loaded.diagnostics.add(
          Diagnostic(.wrongShape, "an entry of includes must be a path", at: item.span))
        continue
      }
      let target = normalised(
        written.hasPrefix("/") ? written : directory(of: path) + written)
      if here.contains(target) {
        loaded.diagnostics.add(
          Diagnostic(.includeCycle, "'\(written)' includes itself", at: item.span))
        continue
      }
      guard loaded.sources.sources.count - earlier < SessionLoader.maximumFiles else {
        loaded.diagnostics.add(
          Diagnostic(
            .includeCycle, "a session has at most \(SessionLoader.maximumFiles) files",
            at: item.span))
        return tree
      }
      do {
        let bytes = try readFile(target)
        guard let other = read(target, bytes, within: here) else { continue }
        guard other.isMapping else {
          loaded.diagnostics.add(
            Diagnostic(
              .wrongShape, "'\(written)' is \(other.kindName); it must be a mapping", at: item.span)
          )
          continue
        }
        merge(other, into: &tree, path: [])
      } catch {
        loaded.diagnostics.add(
          Diagnostic(.includeMissing, "'\(written)' cannot be read: \(error)", at: item.span))
      }
    }
    return tree
  }

  /// Adds the keys of `other`; what both set must be mappings, or the session's `edits`.
  private mutating func merge(_ other: YAMLNode, into tree: inout YAMLNode, path: [String]) {
    guard case .mapping(var entries) = tree.content, case .mapping(let added) = other.content
    else { return }
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() where places[entry.key.value] == nil {
      places[entry.key.value] = index
    }
    for entry in added {
      let key = entry.key.value
      if path.isEmpty && key == "includes" { continue }
      guard let index = places[key] else {
        places[key] = entries.count
        entries.append(entry)
        continue
      }
      switch (entries[index].value.content, entry.value.content) {
      case (.mapping, .mapping):
        merge(entry.value, into: &entries[index].value, path: path + [key])
      case (.sequence(let first), .sequence(let second)) where path.isEmpty && key == "edits":
        entries[index].value.content = .sequence(first + second)
      default:
        if path.isEmpty && key == "mixdown" && entries[index].value.text == entry.value.text {
          continue
        }
        if entries[index].key.span.source == entry.key.span.source { continue }
        let address = (path + [key]).joined(separator: "/")
        loaded.diagnostics.add(
          Diagnostic(
            .setTwice, "'\(address)' is set in two files", at: entry.key.span,
            notes: [Note("it is set here too", at: entries[index].key.span)]))
      }
    }
    tree.content = .mapping(entries)
  }
}
