import ArgumentParser
import Diagnostics
import Mastering
import MixGraph
import SessionModel
import SessionYAML

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a session without rendering anything.",
    discussion: """
      Reports everything that is wrong, each at its line with the offending text underlined.
      Of many messages of one kind the first 20 are written out. Ends with 65 when the session is
      wrong, 66 when only recordings are missing or unreadable.
      """)

  @Flag(help: "Messages as JSON on standard output.") var json = false
  @Flag(help: "Write every message out, however many there are of a kind.") var allMessages = false
  @OptionGroup var reports: ReportOptions
  @Option(help: ArgumentHelp("Check this version of the session.", valueName: "name"))
  var version: String?
  @Argument(help: ArgumentHelp("The session; default session.yaml.", valueName: "session"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    if let extra = arguments.rest.first {
      throw ValidationError("'\(extra)' is neither a .yaml file nor a folder")
    }
    let pipeline = Pipeline(sessionPath: arguments.session)
    var compiled = pipeline.compile(pipeline.load(version: version), isForRendering: false)
    if !compiled.diagnostics.hasErrors {
      compiled.diagnostics.add(
        contentsOf: pipeline.messagesOfVersions(compiled, options: ResolveOptions()))
    }
    let options = try BuildOptions.parse(version.map { ["--version", $0] } ?? [])
    let places = options.outputCheck(compiled, pipeline, [])
    try reports.check(against: compiled, places, depfile: nil)
    if let check = places {
      compiled.diagnostics.add(contentsOf: check.diagnostics())
    }
    // What the files of an album are is known when it is laid out.
    if let session = compiled.session, compiled.album == nil, !compiled.diagnostics.hasErrors {
      compiled.diagnostics.add(
        contentsOf: DeliveryCheck.misses(of: session)
          .applying(lints: compiled.declared.session?.lints ?? [:]).all)
    }
    let messages = Messages(sources: compiled.declared.sources)
    if json {
      Console.out(
        JSONValue.object(["diagnostics": messages.json(compiled.diagnostics)]).pretty)
    } else {
      messages.print(compiled.diagnostics, all: allMessages)
      if !compiled.diagnostics.hasErrors, let session = compiled.session {
        let path = arguments.session
        let warnings = compiled.diagnostics.all.count
        Console.out(
          compiled.album.map { SessionSummary.text($0, session, path: path, warnings: warnings) }
            ?? SessionSummary.text(session, path: path, warnings: warnings))
      }
    }
    let status = Messages.status(compiled.diagnostics)
    let report = BuildRun.Outcome().buildReport(
      session: arguments.session, messages: messages.json(compiled.diagnostics),
      sources: compiled.declared.sources, exitCode: status)
    if reports.write(report) && status == .done { try ExitStatus.ioFailed.exit() }
    try status.exit()
  }
}
