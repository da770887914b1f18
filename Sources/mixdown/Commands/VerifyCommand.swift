import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import Reporting
import SessionModel
import Signal

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Render everything again without the cache and compare with what is there.",
    discussion: """
      Compares the bytes of each output with the file in its place, or with the hashes that
      `build --json` wrote (--against). Ends with 1 when something differs.
      """)

  @OptionGroup var options: BuildOptions
  @Option(
    help: ArgumentHelp(
      "Compare with the hashes in this file, which build --json wrote.", valueName: "file"))
  var against: String?
  @Argument(help: ArgumentHelp("The session and the targets.", valueName: "arguments"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    var fresh = options
    fresh.noCache = true
    let pipeline = fresh.pipeline(arguments.session)
    let compiled = fresh.compile(pipeline, for: arguments.rest)
    let messages = Messages(sources: compiled.declared.sources)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      messages.write(compiled.diagnostics, asJSON: options.json)
      return try Messages.status(compiled.diagnostics).exit()
    }
    let recorded = try readRecorded()
    if compiled.album != nil {
      return try verifyAlbum(pipeline, fresh, arguments.rest, messages, recorded)
    }
    fresh.putAside(beside: pipeline)
    defer { Files.removeTree(fresh.aside?.folder ?? "") }
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: fresh,
      targets: arguments.rest, sources: compiled.declared.sources,
      declared: compiled.declared.session)
    try conclude(try run.perform(), recorded, fresh, messages)
  }

  private func conclude(
    _ outcome: BuildRun.Outcome, _ recorded: RecordedHashes?, _ fresh: BuildOptions,
    _ messages: Messages
  ) throws {
    // What can be said of the sound has been said by the build.
    let errors = outcome.diagnostics.filtered { $0.severity == .error }
    let compared = Comparison(recorded, fresh).files(outcome)
    for failure in outcome.ioFailures { Console.error("mixdown: \(failure)") }
    if options.json {
      Console.out(
        JSONValue.object([
          "diagnostics": messages.json(errors), "files": .array(compared.map(\.json)),
        ]).pretty)
    } else {
      messages.print(errors)
      for file in compared { Console.out(file.text) }
    }
    try outcome.status(Messages.status(outcome.diagnostics)).exit()
    if compared.contains(where: { !$0.isSame }) { try ExitStatus.targetMissed.exit() }
  }

  private func readRecorded() throws -> RecordedHashes? {
    guard let against else { return nil }
    guard case .success(let bytes) = Files.read(against),
      let recorded = RecordedHashes(json: bytes)
    else { throw ValidationError("\(against) is no result of build --json") }
    return recorded
  }

  /// Builds an album again beside its outputs, without the cache, and compares file by file.
  private func verifyAlbum(
    _ pipeline: Pipeline, _ fresh: BuildOptions, _ targets: [String],
    _ messages: Messages, _ recorded: RecordedHashes?
  ) throws {
    var fresh = fresh
    fresh.putAside(beside: pipeline)
    defer { Files.removeTree(fresh.aside?.folder ?? "") }
    let compiled = fresh.compile(pipeline, for: targets)
    guard let again = compiled.album else { return }
    var run = AlbumRun(pipeline: pipeline, album: again, options: fresh, targets: targets)
    try conclude(try run.perform(), recorded, fresh, messages)
  }
}

extension Pipeline.Compiled {
  /// What may only be wrong because nothing is known of a recording.
  private static let rulesOfUnknown: [Rule] = [
    .clipPastRecording, .noSuchChannel, .responseChannels, .responseTooLong, .roomTone,
  ]

  /// Gives a session a graph whose recordings are not all there: names of files do not depend on them.
  fileprivate mutating func leaveRecordingsOut() {
    let errors = diagnostics.all.filter { $0.severity == .error }
    guard let session, !errors.isEmpty,
      errors.allSatisfy({
        Messages.concernsRecording($0) || Self.rulesOfUnknown.contains($0.rule)
      })
    else { return }
    graph = GraphCompiler.compile(session, isForRendering: false).graph
    diagnostics = diagnostics.filtered { $0.severity != .error }
  }
}

extension BuildOptions {
  /// Has everything made in a hidden folder of the outputs.
  fileprivate mutating func putAside(beside pipeline: Pipeline) {
    let output = outputFolder(of: pipeline)
    VerifyFolder.removeDead(in: output)
    let place = Aside(folder: VerifyFolder.path(in: output), output: self.output)
    aside = place
    self.output = place.place(of: output)
  }
}

/// What was made anew beside what was recorded of it, or stands in its place.
private struct Comparison {
  private let recorded: RecordedHashes?
  private let options: BuildOptions

  /// - Parameter options: those that it was made anew with.
  init(_ recorded: RecordedHashes?, _ options: BuildOptions) {
    self.recorded = recorded
    self.options = options
  }

  /// One file that was made anew.
  struct Compared {
    /// Its target and what tells it apart; of a text its name.
    var name: String
    /// From the working folder.
    var path: String
    /// Hash of what it is compared with; nil: there is nothing.
    var wanted: String?
    var made: String?

    var isSame: Bool { wanted != nil && wanted == made }

    var text: String {
      guard wanted != nil else { return "\(name): there is nothing to compare with" }
      return "\(name): \(isSame ? "the same" : "DIFFERENT") (\((made ?? "?").prefix(12)))"
    }

    var json: JSONValue {
      .object([
        "name": .string(name), "path": .string(path), "same": .bool(isSame),
        "sha256": .optional(made), "wanted": .optional(wanted),
      ])
    }
  }

  /// Each file with what it is compared with.
  func files(_ outcome: BuildRun.Outcome) -> [Compared] {
    let names = OutputNames(outcome.files.map { ($0.target, options.original(of: $0.path)) })
    let files = outcome.files.map { file in
      let name = names[file.target, options.original(of: file.path)]
      return compared(
        file.path, recorded.map { $0[file.target, name] } ?? standing(file.path),
        as: "\(file.target) \(name)")
    }
    // Texts are not in what builds record.
    guard recorded == nil else { return files }
    return files
      + outcome.sheets.map { compared($0.path, standing($0.path), as: Files.name(of: $0.path)) }
  }

  /// The hash of what stands in the place of a file that was made anew.
  private func standing(_ path: String) -> String? { Files.sha256(options.original(of: path)) }

  private func compared(_ path: String, _ wanted: String?, as name: String) -> Compared {
    Compared(
      name: name, path: options.original(of: path), wanted: wanted, made: Files.sha256(path))
  }
}

/// Where `verify` builds beside the outputs: a hidden folder of its process.
enum VerifyFolder {
  private static let prefix = ".verify-"

  static func path(in folder: String) -> String {
    Files.join(folder, prefix + "\(Console.processIdentifier)")
  }

  /// Removes those of processes that are gone.
  static func removeDead(in folder: String) {
    for name in Files.names(in: folder, hidden: true) where name.hasPrefix(prefix) {
      guard let process = Int32(name.dropFirst(prefix.count)), !Console.isRunning(process) else {
        continue
      }
      Files.removeTree(Files.join(folder, name))
    }
  }
}

/// The hashes in a result of `build --json`, read back: by target and by what tells its files apart.
struct RecordedHashes {
  private var byFile: [String: String] = [:]

  init?(json bytes: [UInt8]) {
    guard case .array(let recorded)? = JSONValue(parsing: bytes)?["files"] else { return nil }
    var files: [(target: String, path: String, hash: String)] = []
    for file in recorded {
      guard let target = file["target"]?.text, let path = file["path"]?.text,
        let hash = file["sha256"]?.text
      else { return nil }
      files.append((target, path, hash))
    }
    let names = OutputNames(files.map { ($0.target, $0.path) })
    for file in files { byFile["\(file.target)/\(names[file.target, file.path])"] = file.hash }
  }

  /// - Parameter name: by `OutputNames`.
  subscript(target: String, name: String) -> String? { byFile["\(target)/\(name)"] }
}

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Remove the files that a build of the session makes; the cache stays.")

  @Option(
    help: ArgumentHelp(
      "Folder of the outputs; default: out, beside the session.", valueName: "folder"))
  var output: String?
  @Argument(help: ArgumentHelp("The session; default session.yaml.", valueName: "session"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    var pipeline = Pipeline(sessionPath: arguments.session, output: output)
    var compiled = pipeline.compile(pipeline.load())
    if compiled.diagnostics.all.contains(where: Messages.concernsRecording) {
      pipeline.assumesRecordings = true
      compiled = pipeline.compile(pipeline.load())
      compiled.leaveRecordingsOut()
    }
    guard let session = compiled.session, let graph = compiled.graph else {
      Messages(sources: compiled.declared.sources).print(compiled.diagnostics)
      return try Messages.status(compiled.diagnostics).exit()
    }
    var words: [String] = []
    if let output { words = ["--output", output] }
    let options = try BuildOptions.parse(words)
    let check = options.outputCheck(compiled, pipeline, [])
    if let found = check?.diagnostics(), found.hasErrors {
      Messages(sources: compiled.declared.sources).print(found)
      return try Messages.status(found).exit()
    }
    if let album = compiled.album { return clean(pipeline, album, options, check) }
    let run = BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: options,
      targets: graph.outputs.map(\.name), sources: compiled.declared.sources)
    var removed = 0
    for target in try run.chosenTargets() where Files.remove(target.path) { removed += 1 }
    for delivery in session.deliveries {
      for item in delivery.items {
        let path = run.path(of: delivery, item)
        for made in [path, path + BuildReport.ending] where Files.remove(made) { removed += 1 }
        Files.removeEmptyFolder(Files.folder(of: path))
      }
    }
    removed += removeAuditions(in: run.outputFolder, check)
    VerifyFolder.removeDead(in: run.outputFolder)
    removed += removeParts(in: run.outputFolder)
    for folder in ["stems", "tracks", "buses"] {
      Files.removeEmptyFolder(Files.join(run.outputFolder, folder))
    }
    Files.removeEmptyFolder(run.outputFolder)
    Console.out("removed \(removed) file\(removed == 1 ? "" : "s")")
  }

  private func clean(
    _ pipeline: Pipeline, _ album: AlbumSource, _ options: BuildOptions, _ check: OutputCheck?
  ) {
    let run = AlbumRun(pipeline: pipeline, album: album, options: options, targets: [])
    var diagnostics = DiagnosticList()
    var removed = 0
    var folders: Set<String> = [run.outputFolder, album.songsFolder]
    for file in run.allFiles(&diagnostics) {
      if Files.remove(file) { removed += 1 }
      folders.insert(Files.folder(of: file))
    }
    removed += removeAuditions(in: run.outputFolder, check)
    VerifyFolder.removeDead(in: run.outputFolder)
    removed += removeParts(in: run.outputFolder)
    for folder in folders.sorted(by: >) { Files.removeEmptyFolder(folder) }
    Console.out("removed \(removed) file\(removed == 1 ? "" : "s")")
  }

  /// Sound files of auditions, in the folders that `build` names itself: what else lies there, what the
  /// session reads, and what a link leads to stays.
  private func removeAuditions(in folder: String, _ check: OutputCheck?) -> Int {
    let auditions = Files.join(folder, "audition")
    guard !Files.isLink(auditions) else { return 0 }
    var removed = 0
    for name in Files.names(in: auditions, hidden: true)
    where BuildOptions.auditionMarks.contains(where: { name.hasPrefix($0) }) {
      removed += removeSounds(in: Files.join(auditions, name), check)
    }
    Files.removeEmptyFolder(auditions)
    return removed
  }

  private func removeSounds(in folder: String, _ check: OutputCheck?) -> Int {
    guard !Files.isLink(folder) else { return 0 }
    var removed = 0
    for name in Files.names(in: folder, hidden: true) {
      let path = Files.join(folder, name)
      if Files.isFolder(path) {
        removed += removeSounds(in: path, check)
      } else if DeliveryForm.isSoundFile(name) || name == "MD5SUMS"
        || [BuildReport.ending, ".cue", " PQ.txt", ".part"].contains(where: name.hasSuffix)
      {
        if check?.input(at: path) == nil, Files.remove(path) { removed += 1 }
      }
    }
    Files.removeEmptyFolder(folder)
    return removed
  }

  /// What builds left behind that were killed while they wrote: hidden files of their own.
  private func removeParts(in folder: String) -> Int {
    var removed = 0
    for name in Files.names(in: folder, hidden: true) {
      let path = Files.join(folder, name)
      if name.hasPrefix(".") && name.hasSuffix(".part") {
        if Files.remove(path) { removed += 1 }
      } else if ["stems", "tracks", "buses", "songs"].contains(name) {
        removed += removeParts(in: path)
      }
    }
    return removed
  }
}
