import ArgumentParser
import Diagnostics
import SessionYAML

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Put session files into the form that merges.",
    discussion: """
      One clip, edit or point a line, in order of time; comments and blank lines stay, and so does
      the order of a list whose items a version's `set` counts (`edits/cut-2`). A file with errors
      is left alone. --check ends with 1 when a file would change.
      """)

  @Flag(help: "Change nothing; end with 1 when something would change.") var check = false
  @Argument(help: ArgumentHelp("Session files; default session.yaml.", valueName: "file"))
  var files: [String] = []

  func run() throws {
    let paths = files.isEmpty ? ["session.yaml"] : files
    var status = ExitStatus.done
    for path in paths {
      let path = Files.isFolder(path) ? Files.join(path, "session.yaml") : path
      switch Files.read(path) {
      case .failure(.missing):
        Console.error("mixdown: \(path): there is no such file")
        status = .sessionWrong
      case .failure(.other(let reason)):
        Console.error("mixdown: \(path): \(reason)")
        status = .sessionWrong
      case .success(let bytes):
        let result = try format(path, bytes)
        if status == .done { status = result }
      }
    }
    try status.exit()
  }

  private func format(_ path: String, _ bytes: [UInt8]) throws -> ExitStatus {
    var sources = SourceMap()
    let source = sources.add(path: path, bytes: bytes)
    var diagnostics = DiagnosticList()
    let tree = YAMLTree.parse(source: source, into: &diagnostics)
    guard let tree, !diagnostics.hasErrors else {
      Messages(sources: sources).print(diagnostics)
      return .sessionWrong
    }
    let formatted = SessionFormatter.format(
      source: source, tree: tree, addresses: addresses(around: path))
    if formatted == bytes { return .done }
    if check {
      Console.out("\(path) would be changed")
      return .targetMissed
    }
    if let reason = Files.replace(path, with: String(decoding: formatted, as: UTF8.self)) {
      Console.error("mixdown: \(path) cannot be written: \(reason)")
      return .ioFailed
    }
    Console.out("\(path) formatted")
    return .done
  }

  /// The addresses of the session that a file is or belongs to: what it includes, and the
  /// `session.yaml` beside it.
  private func addresses(around path: String) -> FormatAddresses {
    var addresses = FormatAddresses()
    let session = Files.join(Files.folder(of: path), "session.yaml")
    for path in Set([path, session] + files) {
      let loaded = SessionLoader.load(path: path) { path in
        guard case .success(let bytes) = Files.read(path) else { throw Unread() }
        return bytes
      }
      if let tree = loaded.tree { addresses.add(from: tree) }
    }
    return addresses
  }

  private struct Unread: Error {}
}
