import ArgumentParser
import Diagnostics
import SessionYAML

struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change one value of a session in place; everything else stays.",
    discussion: """
      ADDRESS is the path that reports and `explain` use: vocal/fader/level, plate/inserts/reverb/decay,
      glue/threshold. The session is checked with the new value before it is written: one that makes it
      wrong is refused, and a recording that is not there yet is said.

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
      let before = compiled(path, bytes)
      let after = compiled(path, changed)
      let messages = Messages(sources: after.declared.sources)
      if let wrong = wrong(in: after, notIn: before) {
        messages.print(wrong)
        Console.error("mixdown: \(path) was left as it is")
        return try ExitStatus.sessionWrong.exit()
      }
      messages.print(unreadable(in: after, notIn: before))
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

  /// The session as it would be with a text in place of its own.
  private func compiled(_ path: String, _ bytes: [UInt8]) -> Pipeline.Compiled {
    let pipeline = Pipeline(sessionPath: path)
    let declared = pipeline.load { name in
      if name == path { return bytes }
      guard case .success(let other) = Files.read(name) else { return nil }
      return other
    }
    return pipeline.compile(declared, isForRendering: false)
  }

  /// What the new text gets wrong; nil: nothing that the old one did not.
  private func wrong(
    in after: Pipeline.Compiled, notIn before: Pipeline.Compiled
  ) -> DiagnosticList? {
    func errors(_ list: DiagnosticList) -> [Diagnostic] {
      list.all.filter { $0.severity == .error && !Messages.concernsRecording($0) }
    }
    if errors(after.declared.diagnostics).count > errors(before.declared.diagnostics).count {
      return after.declared.diagnostics
    }
    // A text that is included elsewhere may name what it has not itself.
    guard errors(before.diagnostics).isEmpty, !errors(after.diagnostics).isEmpty else { return nil }
    return after.diagnostics.filtered { $0.severity == .error && !Messages.concernsRecording($0) }
  }

  /// Files that the new text names and that cannot be read, as warnings: they may come.
  private func unreadable(
    in after: Pipeline.Compiled, notIn before: Pipeline.Compiled
  ) -> DiagnosticList {
    let known = Set(before.diagnostics.all.map(\.message))
    var list = DiagnosticList()
    for var diagnostic in after.diagnostics.all
    where Messages.concernsRecording(diagnostic) && !known.contains(diagnostic.message) {
      diagnostic.severity = .warning
      list.add(diagnostic)
    }
    return list
  }
}
