import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import MixGraph
import SessionModel
import Signal

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Render everything again without the cache and compare with what is there.",
    discussion: """
      Compares the bytes of each output with the file in its place, or with the hashes that
      `build --json` wrote (--against). Ends with 1 when something differs.
      """)

  @OptionGroup var options: BuildOptions
  @Option(help: ArgumentHelp("Compare with the hashes in this file, which build --json wrote.", valueName: "file"))
  var against: String?
  @Argument(help: ArgumentHelp("The session and the targets.", valueName: "arguments"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    var fresh = options
    fresh.noCache = true
    let pipeline = fresh.pipeline(arguments.session)
    let compiled = fresh.compile(pipeline)
    let messages = Messages(sources: compiled.declared.sources)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      messages.print(compiled.diagnostics)
      return try Messages.status(compiled.diagnostics).exit()
    }
    let place = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: options,
      targets: arguments.rest, sources: compiled.declared.sources)
    let expected = try expectations(place)
    fresh.output = Files.join(place.outputFolder, ".verify-\(Console.processIdentifier)")
    defer { Files.removeTree(fresh.output ?? "") }
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: fresh,
      targets: arguments.rest, sources: compiled.declared.sources)
    let outcome = try run.perform()
    messages.print(outcome.diagnostics)
    var differences = 0
    for file in outcome.files {
      guard let wanted = expected[file.target] else {
        Console.out("\(file.target): there is nothing to compare with")
        differences += 1
        continue
      }
      let same = wanted == file.facts.sha256
      if !same { differences += 1 }
      Console.out("\(file.target): \(same ? "the same" : "DIFFERENT") (\(file.facts.sha256.prefix(12)))")
    }
    try outcome.status(Messages.status(outcome.diagnostics)).exit()
    if differences > 0 { try ExitStatus.targetMissed.exit() }
  }

  /// SHA-256 by target.
  private func expectations(_ run: BuildRun) throws -> [String: String] {
    var expected: [String: String] = [:]
    if let against {
      guard case .success(let bytes) = Files.read(against),
        let recorded = RecordedHashes(json: bytes)
      else { throw ValidationError("\(against) is no result of build --json") }
      return recorded.byTarget
    }
    for target in try run.chosenTargets() {
      if let hash = Files.sha256(target.path) { expected[target.name] = hash }
    }
    return expected
  }
}

/// The hashes in a result of `build --json`, read back.
struct RecordedHashes {
  var byTarget: [String: String] = [:]

  init?(json bytes: [UInt8]) {
    // The results are written by this program: one member a line.
    var target: String?
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if let value = Self.member("target", line) { target = value }
      if let value = Self.member("sha256", line), let name = target {
        byTarget[name] = value
        target = nil
      }
    }
    if byTarget.isEmpty { return nil }
  }

  private static func member(_ name: String, _ line: Substring) -> String? {
    let text = line.drop { $0 == " " }
    guard text.hasPrefix("\"\(name)\": \"") else { return nil }
    let rest = text.dropFirst(name.count + 5)
    guard let end = rest.firstIndex(of: "\"") else { return nil }
    return String(rest[..<end])
  }
}

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove the files that a build of the session makes; the cache stays.")

  @Option(help: ArgumentHelp("Folder of the outputs; default: out, beside the session.", valueName: "folder"))
  var output: String?
  @Argument(help: ArgumentHelp("The session; default session.yaml.", valueName: "session"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    let pipeline = Pipeline(sessionPath: arguments.session)
    let compiled = pipeline.compile(pipeline.load())
    guard let session = compiled.session, let graph = compiled.graph else {
      Messages(sources: compiled.declared.sources).print(compiled.diagnostics)
      return try Messages.status(compiled.diagnostics).exit()
    }
    var words: [String] = []
    if let output { words = ["--output", output] }
    let options = try BuildOptions.parse(words)
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: options,
      targets: graph.outputs.map(\.name), sources: compiled.declared.sources)
    var removed = 0
    for target in try run.chosenTargets() where Files.remove(target.path) { removed += 1 }
    for delivery in session.deliveries {
      for item in delivery.items
      where Files.remove(Files.join(pipeline.folder, item.file)) { removed += 1 }
    }
    Files.removeTree(Files.join(run.outputFolder, "audition"))
    removed += removeParts(in: run.outputFolder)
    for folder in ["stems", "tracks", "buses"] {
      Files.removeEmptyFolder(Files.join(run.outputFolder, folder))
    }
    Files.removeEmptyFolder(run.outputFolder)
    Console.out("removed \(removed) file\(removed == 1 ? "" : "s")")
  }

  /// What builds left behind that were killed while they wrote: hidden files of their own.
  private func removeParts(in folder: String) -> Int {
    var removed = 0
    for name in Files.names(in: folder) {
      let path = Files.join(folder, name)
      if name.hasPrefix(".") && name.hasSuffix(".part") {
        if Files.remove(path) { removed += 1 }
      } else if ["stems", "tracks", "buses"].contains(name) {
        removed += removeParts(in: path)
      }
    }
    return removed
  }
}
