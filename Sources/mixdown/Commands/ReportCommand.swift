import ArgumentParser
import Diagnostics
import Engine
import Reporting

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Print what the last build of a session made, measured and found.",
    discussion: """
      Renders nothing. Formats: text, json, markdown (for a pull request), junit, sarif, html.
      Ends with 66 when no build of the session is known, else with 0. A file that was changed or
      removed since is named on standard error.
      """)

  @Option(help: "text, json, markdown, junit, sarif or html.") var format = ReportFormat.text
  @Flag(help: "The same as --format json.") var json = false
  @Option(
    help: ArgumentHelp(
      "Folder of the cache; default: MIXDOWN_CACHE, else the platform's.", valueName: "folder"))
  var cacheDir: String?
  @Argument(help: ArgumentHelp("The session; default session.yaml.", valueName: "session"))
  var arguments: [String] = []

  func run() throws {
    let arguments = try SessionArguments(arguments)
    if let extra = arguments.rest.first {
      throw ValidationError("'\(extra)' is neither a .yaml file nor a folder")
    }
    guard let store = Store(folder: cacheDir),
      var report = LastReport.of(arguments.session, in: store)
    else {
      Console.error("mixdown: no build of '\(arguments.session)' is known; run mixdown build")
      return try ExitStatus.recordingMissing.exit()
    }
    for (index, file) in report.files.enumerated() {
      report.files[index].stamp = nil
      guard let stamp = FileStampText.of(file.path) else {
        Console.error("mixdown: \(file.path) is gone since that build")
        continue
      }
      if stamp == file.stamp, file.sha256.isEmpty {
        report.files[index].sha256 = Files.sha256(file.path, store) ?? ""
      } else if stamp != file.stamp, file.sha256 != Files.sha256(file.path, store) {
        // Without a hash of what was built, one that was only touched cannot be told apart.
        let what = file.sha256.isEmpty ? "touched or changed" : "changed"
        Console.error("mixdown: \(file.path) was \(what) since that build")
      }
    }
    Console.write(report.text(json ? .json : format), to: 1)
  }
}
