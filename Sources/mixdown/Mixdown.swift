import ArgumentParser

@main
struct Mixdown: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mixdown", abstract: "Builds mixes and masters from a session file.")
}
