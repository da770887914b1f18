import ArgumentParser
import Diagnostics
import SessionModel

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of session files, for editors.")

  func run() { Console.write(SessionSchema.json(), to: 1) }
}

struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Print every key and parameter with unit, range and default.")

  func run() { Console.out(Reference.markdown()) }
}

/// `mixdown help TOPIC` for what is no command: a message's id, a processor, a key.
enum Topics {
  /// nil: no such topic.
  static func page(_ topic: String) -> String? {
    if let rule = Catalogue.rule(topic) { return HelpPage.text(for: rule) }
    return Reference.page(for: topic)
  }

  static func suggestion(for topic: String) -> String? {
    let known = Reference.names + Catalogue.all.map(\.id)
    return Suggestions.nearest(topic, in: known).first
  }
}
