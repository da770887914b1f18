import ArgumentParser
import Diagnostics

@main
struct Mixdown: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mixdown",
    abstract: "Builds mixes and masters from a session file.",
    discussion: """
      A session is a YAML file that describes tracks, edits, channel strips, buses and mastering
      targets. `mixdown build` renders what changed since the last build. `mixdown help TOPIC`
      explains a command, a message (`mixdown help unknown-bus`) or a processor
      (`mixdown help compressor`).
      """,
    version: "0.1.0",
    subcommands: [
      Init.self, Check.self, Build.self, Plan.self, Explain.self, GraphCommand.self, Where.self,
      Measure.self, ReportCommand.self, Schema.self, Format.self, SetCommand.self,
      ReferenceCommand.self, ProfilesCommand.self, Verify.self, Clean.self, Cache.self,
    ])

  /// Usage mistakes end with 64.
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.count == 2, words[0] == "help", !isCommand(words[1]) {
      if let page = Topics.page(words[1]) {
        Console.out(page)
        return
      }
      let hint = Topics.suggestion(for: words[1]).map { "; did you mean '\($0)'?" } ?? ""
      Console.error("mixdown: there is no page on '\(words[1])'\(hint)")
      exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }
    if let word = words.first, !word.hasPrefix("-"), !isCommand(word) {
      let names = configuration.subcommands.map { $0._commandName }
      let hint = Suggestions.nearest(word, in: names).first.map { "; did you mean '\($0)'?" } ?? ""
      Console.error("mixdown: there is no command '\(word)'\(hint)")
      Console.error("'mixdown help' lists the commands")
      exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }
    var running: (any ParsableCommand.Type)?
    do {
      var command = try parseAsRoot(words.map(expanded).flatMap(\.self))
      running = type(of: command)
      try command.run()
      if Interruption.signal != 0 { throw ExitCode(128 + Interruption.signal) }
    } catch {
      let code = exitCode(for: error)
      if code == .validationFailure {
        Console.error(running.map { text(of: error, in: $0) } ?? fullMessage(for: error))
        exit(withError: ExitCode(ExitStatus.usage.rawValue))
      }
      exit(withError: error)
    }
  }

  /// A mistake that a command found when it ran, as one that was found before.
  private static func text(of error: any Error, in command: any ParsableCommand.Type) -> String {
    let usage = usageString(for: command)
    let name = usage.split(separator: " ").prefix { !"[<-".contains($0.first ?? "-") }
      .joined(separator: " ")
    return "Error: \(message(for: error))\nUsage: \(usage)\n"
      + "  See '\(name) --help' for more information."
  }

  /// `-j2` as make takes it, besides `-j 2`.
  private static func expanded(_ word: String) -> [String] {
    let count = word.dropFirst(2)
    guard word.hasPrefix("-j"), !count.isEmpty, count.allSatisfy(\.isNumber) else { return [word] }
    return ["-j", String(count)]
  }

  private static func isCommand(_ word: String) -> Bool {
    configuration.subcommands.contains { $0._commandName == word } || word == "help"
  }
}
