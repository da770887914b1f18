import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import MixGraph
import Reporting
import SessionModel
import SessionYAML
import Signal

/// Options that `build` and `plan` share.
struct BuildOptions: ParsableArguments {
  @Option(
    name: [.short, .customLong("jobs")],
    help: ArgumentHelp("Worker threads; default: all cores.", valueName: "n"))
  var j: Int?
  @Option(
    help: ArgumentHelp(
      "Render only this part: times as heard, bars and names of the session; under out/audition/.",
      valueName: "a..b"))
  var range: String?
  @Option(
    help: ArgumentHelp(
      "Only these tracks, buses or groups sound; under out/audition/.", valueName: "names"))
  var solo: [String] = []
  @Option(
    help: ArgumentHelp(
      "These tracks, buses or groups are silent; under out/audition/.", valueName: "names"))
  var mute: [String] = []
  @Option(
    help: ArgumentHelp("Build this version of the session; under out/audition/.", valueName: "name")
  )
  var version: String?
  @Option(
    help: ArgumentHelp(
      "Folder of the outputs; default: out, beside the session.", valueName: "folder"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Folder of the cache; default: MIXDOWN_CACHE, else the platform's.", valueName: "folder"))
  var cacheDir: String?
  @Flag(help: "Neither use nor fill the cache.") var noCache = false
  @Flag(help: "Hash every recording, whatever its date says.") var paranoid = false
  @Flag(help: "The result as JSON on standard output.") var json = false
  @Option(help: .hidden) var blockFrames: Int?
  @Option(help: .hidden) var segmentation: String?
  /// What only a build has, as it takes it over from its own options.
  var keepGoing = false
  var lock = false
  var frozen = false
  /// Where `verify` makes everything again.
  var aside: Aside?

  func validate() throws {
    if let j, j < 1 || j > 1024 { throw ValidationError("-j takes 1 to 1024 workers") }
    if output == "" { throw ValidationError("--output names no folder; '--output .' is this one") }
    for (option, names) in [("--solo", solo), ("--mute", mute)]
    where names.contains(where: { $0.allSatisfy { $0 == "," || $0 == " " } }) {
      throw ValidationError("\(option) names nobody; leave it out to hear everything")
    }
    if cacheDir == "" { throw ValidationError("--cache-dir names no folder") }
    if let blockFrames, blockFrames < 64 || blockFrames % 64 != 0 {
      throw ValidationError("--block-frames takes a multiple of 64")
    }
  }

  var isAudition: Bool {
    range != nil || !solo.isEmpty || !mute.isEmpty || version != nil
  }

  var resolveOptions: ResolveOptions {
    ResolveOptions(solo: Self.names(solo), mute: Self.names(mute))
  }

  /// Folder of the outputs, those of auditions in folders of it.
  func outputFolder(of pipeline: Pipeline) -> String {
    output ?? Files.join(pipeline.folder, "out")
  }

  /// Where a file goes that a session in `folder` writes as `file`.
  func place(_ file: String, writtenIn folder: String) -> String {
    if let aside {
      return aside.place(
        of: aside.output.map { Files.place(file, below: $0) } ?? Files.join(folder, file))
    }
    return output.map { Files.place(file, below: $0) } ?? Files.join(folder, file)
  }

  /// The path that a file is meant to stand at, for people.
  func original(of path: String) -> String { aside?.original(of: path) ?? path }

  private static func names(_ list: [String]) -> [String] {
    list.flatMap { $0.split(separator: ",").map { String($0) } }
  }

  /// Where an audition goes in the folder of outputs, each kind of it to a place of its own:
  /// `audition/version-live`, `audition/solo-bass,drums+range-hook`; nil: it is none.
  var auditionFolder: String? {
    let parts = [selection, range.map { "range-\($0)" } ?? ""].filter { !$0.isEmpty }
    guard !parts.isEmpty else { return nil }
    var name = FileNames.safe(String(parts.joined(separator: "+").map { $0 == " " ? "-" : $0 }))
    if name.utf8.count > 120 {
      let rest = ContentHash(of: Array(name.utf8)).hexadecimal.prefix(8)
      name = "\(name.prefix(40))-\(rest)"
    }
    return Files.join("audition", name)
  }

  /// What the names of audition folders begin with.
  static let auditionMarks = ["version-", "solo-", "mute-", "range-"]

  /// What of the session sounds: `version-live`, `solo-bass,drums`; empty: all of it.
  var selection: String {
    [version.map { "version-\($0)" }, Self.part("solo", solo), Self.part("mute", mute)]
      .compactMap(\.self).joined(separator: "+")
  }

  private static func part(_ option: String, _ list: [String]) -> String? {
    list.isEmpty ? nil : "\(option)-\(names(list).sorted().joined(separator: ","))"
  }

  /// Text to graph, with what has to be measured on the way.
  ///
  /// - Parameter targets: what will be made of it; nothing of that may be a file that is read.
  func compile(_ pipeline: Pipeline, for targets: [String]) -> Pipeline.Compiled {
    var pipeline = pipeline
    pipeline.output = output
    var compiled = pipeline.compile(pipeline.load(version: version), options: resolveOptions)
    if let check = outputCheck(compiled, pipeline, targets) {
      compiled.diagnostics.add(contentsOf: check.diagnostics())
    }
    if compiled.album != nil || compiled.diagnostics.hasErrors { return compiled }
    return pipeline.measureTrims(
      compiled, workers: j ?? RenderOptions.processorCount)
  }

  /// What the targets write and what is read for them; nil: the session is wrong.
  func outputCheck(
    _ compiled: Pipeline.Compiled, _ pipeline: Pipeline, _ targets: [String]
  ) -> OutputCheck? {
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else { return nil }
    if let album = compiled.album {
      return AlbumRun(pipeline: pipeline, album: album, options: self, targets: targets)
        .outputCheck()
    }
    return BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: self, targets: targets,
      sources: compiled.declared.sources, declared: compiled.declared.session
    ).outputCheck(compiled.declared.files)
  }

  /// The line from the session's text, with the cache that these options ask for.
  func pipeline(_ session: String) -> Pipeline {
    Pipeline(
      sessionPath: session, store: noCache ? nil : Store(folder: cacheDir, session: session),
      isParanoid: paranoid)
  }
}

struct Build: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Render mix, master, stems and deliveries.",
    discussion: """
      Targets: mix, master, stems, stem/NAME, track/NAME, bus/NAME, deliver/NAME. Without one:
      the mix, the master (or the deliveries) and the declared stems. Only what changed since the
      last build is rendered.
      """)

  @OptionGroup var options: BuildOptions
  @Flag(
    name: [.customShort("k"), .long], help: "After a failure go on with what does not depend on it."
  )
  var keepGoing = false
  @Flag(help: "Write mixdown.lock beside the session: hashes of recordings, kernels and outputs.")
  var lock = false
  @Flag(
    help:
      "End with 1 when anything is not as mixdown.lock says; before rendering, where it is known then."
  )
  var frozen = false
  @OptionGroup var reports: ReportOptions
  @Flag(name: .short, help: "Only say what would be done; the same as plan.") var n = false
  @Flag(help: "Say what streaming services will make of each delivery.") var services = false
  @Option(
    name: .customLong("MF", withSingleDash: true),
    help: ArgumentHelp(
      "Write a rule for make or ninja that lists every file read.", valueName: "file"))
  var depfile: String?
  @Option(
    name: .customLong("MT", withSingleDash: true),
    help: ArgumentHelp(
      "What that rule is for, in place of the files made: a stamp, say.", valueName: "file"))
  var depfileTarget: String?
  @Argument(help: ArgumentHelp("The session and the targets.", valueName: "arguments"))
  var arguments: [String] = []

  func validate() throws {
    let word = lock ? "--lock" : "--frozen"
    if lock && frozen {
      throw ValidationError("--lock writes what --frozen compares with; take one")
    }
    if depfileTarget != nil && depfile == nil {
      throw ValidationError("-MT names what the rule of -MF is for; write both")
    }
    if n {
      let unmade = [
        reports.report.isEmpty ? nil : "--report", depfile.map { _ in "-MF" },
        services ? "--services" : nil,
      ].compactMap(\.self)
      if let option = unmade.first {
        throw ValidationError("-n renders nothing; leave \(option) out")
      }
    }
    guard lock || frozen else { return }
    if n { throw ValidationError("-n renders nothing; leave \(word) out") }
    if options.isAudition {
      throw ValidationError(
        "\(word) is for whole builds, without --range, --solo, --mute and --version")
    }
  }

  func run() throws {
    if n { return try Plan.show(options, arguments) }
    var options = options
    options.keepGoing = keepGoing
    options.lock = lock
    options.frozen = frozen
    let arguments = try SessionArguments(arguments)
    let started = Console.seconds
    var pipeline = options.pipeline(arguments.session)
    defer { pipeline.store?.flush() }
    pipeline.output = options.output
    var compiled = options.compile(pipeline, for: arguments.rest)
    try reports.check(
      against: compiled, options.outputCheck(compiled, pipeline, arguments.rest), depfile: depfile)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else {
      let status = Messages.status(compiled.diagnostics)
      try conclude(
        BuildRun.Outcome(), compiled, arguments, status, pipeline, didRun: false, since: started)
      return
    }
    defer { pipeline.store?.conclude() }
    var outcome: BuildRun.Outcome
    if let album = compiled.album {
      var run = AlbumRun(
        pipeline: pipeline, album: album, options: options, targets: arguments.rest)
      outcome = try run.perform()
      if let depfile, !outcome.files.isEmpty {
        let reason = BuildRun.writeDepfile(
          depfile, inputs: run.inputs,
          outputs: depfileTarget.map { [$0] }
            ?? (outcome.files.map(\.path) + outcome.sheets.map(\.path)))
        if let reason { outcome.ioFailures.append("\(depfile): \(reason)") }
      }
    } else {
      let run = BuildRun(
        pipeline: pipeline, session: session, graph: graph, options: options,
        targets: arguments.rest, sources: compiled.declared.sources,
        declared: compiled.declared.session)
      outcome = try run.perform()
      if let depfile, !outcome.files.isEmpty {
        let reason = run.writeDepfile(
          depfile, files: compiled.declared.files, outcome,
          outputs: depfileTarget.map { [$0] } ?? outcome.files.map(\.path))
        if let reason { outcome.ioFailures.append("\(depfile): \(reason)") }
      }
    }
    let lints = compiled.declared.session?.lints ?? [:]
    compiled.diagnostics.add(contentsOf: outcome.diagnostics.applying(lints: lints).all)
    let status = outcome.status(Messages.status(compiled.diagnostics))
    try conclude(outcome, compiled, arguments, status, pipeline, didRun: true, since: started)
  }

  /// Says and writes what came of it, and ends with its status.
  private func conclude(
    _ outcome: BuildRun.Outcome, _ compiled: Pipeline.Compiled, _ arguments: SessionArguments,
    _ status: ExitStatus, _ pipeline: Pipeline, didRun: Bool, since started: Double
  ) throws {
    let messages = Messages(sources: compiled.declared.sources)
    let besides = compiled.session?.deliveries.contains(where: \.writesReport) ?? false
    var report = outcome.buildReport(
      session: arguments.session, messages: messages.json(compiled.diagnostics),
      sources: compiled.declared.sources, exitCode: status,
      hashing: options.json || !reports.report.isEmpty || besides, store: pipeline.store)
    if !options.isAudition { LastReport.keep(report, in: pipeline.store) }
    let failed = reports.write(report) || !report.writeBeside(compiled.session?.deliveries ?? [])
    if options.json {
      report.seconds = Console.seconds - started
      Console.out(report.json.pretty)
    } else {
      messages.print(compiled.diagnostics)
      if didRun { outcome.print(since: started) }
      if services { Console.out(ServiceTable.text(report.files)) }
    }
    if failed && status == .done { try ExitStatus.ioFailed.exit() }
    try status.exit()
  }
}
