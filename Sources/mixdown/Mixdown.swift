import ArgumentParser

@main
struct Mixdown: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mixdown",
    abstract: "Builds mixes and masters from a session file.",
    discussion: """
      A session is a YAML file that describes tracks, edits, channel strips, buses and mastering
      targets. `mixdown build` renders what changed since the last build.
      """,
    version: "0.1.0",
    subcommands: [Check.self, Build.self, Plan.self, GraphCommand.self, Cache.self])

  /// Exit codes: usage mistakes end with 64.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      if code == .validationFailure {
        Console.error(fullMessage(for: error))
        exit(withError: ExitCode(ExitStatus.usage.rawValue))
      }
      exit(withError: error)
    }
  }
}
