import ArgumentParser
import Diagnostics
import SessionYAML

struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change one value of a session in place; everything else stays.",
    discussion: """
      ADDRESS is the path that reports and `explain` use: vocal/fader/level, plate/inserts/reverb/decay,
      glue/threshold. The session is checked with the new value before it is written.

        mixdown set vocal/fader/level "-5 dB"
      """)

  // A level begins with a hyphen: what follows the session is taken as it stands.
  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The session, an address and a value.", valueName: "arguments"))
  var arguments: [String]

  func run() throws {
    let arguments = try SessionArguments(arguments.filter { $0 != "--" })
    guard arguments.rest.count == 2 else {
      throw ValidationError(
        "set takes an address and a value: mixdown set vocal/fader/level \"-5 dB\"")
    }
    let path = arguments.session
    guard case .success(let bytes) = Files.read(path) else {
      Console.error("mixdown: \(path): there is no such file")
      return try ExitStatus.sessionWrong.exit()
    }
    var sources = SourceMap()
    let source = sources.add(path: path, bytes: bytes)
    var diagnostics = DiagnosticList()
    let tree = YAMLTree.parse(source: source, into: &diagnostics)
    guard let tree, !diagnostics.hasErrors else {
      Messages(sources: sources).print(diagnostics)
      return try ExitStatus.sessionWrong.exit()
    }
    switch SessionEditor.set(
      in: source, tree: tree, address: arguments.rest[0], value: arguments.rest[1])
    {
    case .failure(let failure):
      if let other = include(of: tree, beside: path, arguments.rest) {
        Console.error(
          "mixdown: '\(arguments.rest[0])' stands in a file that \(path) includes: "
            + "mixdown set \(other) \(arguments.rest[0]) \"\(arguments.rest[1])\"")
        return try ExitStatus.sessionWrong.exit()
      }
      var found = DiagnosticList()
      found.add(contentsOf: failure.diagnostics)
      Messages(sources: sources).print(found)
      try ExitStatus.sessionWrong.exit()
    case .success(let changed):
      let before = errors(path, bytes)
      let after = errors(path, changed)
      if after.list.count > before.list.count {
        Messages(sources: after.sources).print(after.diagnostics)
        Console.error("mixdown: \(path) was left as it is")
        return try ExitStatus.sessionWrong.exit()
      }
      if let reason = Files.replace(path, with: String(decoding: changed, as: UTF8.self)) {
        Console.error("mixdown: \(path) cannot be written: \(reason)")
        try ExitStatus.ioFailed.exit()
      }
    }
  }

  /// The included file in which the value can be set.
  private func include(of tree: YAMLNode, beside path: String, _ words: [String]) -> String? {
    for item in tree["includes"]?.items ?? [] {
      guard let name = item.text else { continue }
      let other = Files.join(Files.folder(of: path), name)
      guard case .success(let bytes) = Files.read(other) else { continue }
      let source = Source(id: SourceID(0), path: other, bytes: bytes)
      var diagnostics = DiagnosticList()
      guard let inner = YAMLTree.parse(source: source, into: &diagnostics) else { continue }
      if case .success = SessionEditor.set(
        in: source, tree: inner, address: words[0], value: words[1])
      {
        return other
      }
    }
    return nil
  }

  /// What the language says of a text; recordings are not looked at.
  private func errors(
    _ path: String, _ bytes: [UInt8]
  ) -> (list: [Diagnostic], diagnostics: DiagnosticList, sources: SourceMap) {
    struct Reason: Error {}
    let loaded = SessionLoader.load(path: path) { name in
      if name == path { return bytes }
      guard case .success(let other) = Files.read(name) else { throw Reason() }
      return other
    }
    return (
      loaded.diagnostics.all.filter { $0.severity == .error }, loaded.diagnostics, loaded.sources
    )
  }
}
