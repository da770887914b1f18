import ArgumentParser
import Diagnostics
import Mastering

struct ProfilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "Numbers that deliveries may follow, and where they come from.",
    discussion: """
      Without a name: every profile, a line each. With one: its numbers, their source and date, and
      what a miss weighs. `profile: NAME` in a delivery takes the numbers over.
      """)

  @Flag(help: "As JSON on standard output.") var json = false
  @Argument(help: ArgumentHelp("A profile.", valueName: "name")) var name: String?

  func run() throws {
    guard let name else {
      if json {
        Console.out(JSONValue.array(Profiles.all.map(ProfileText.json)).pretty)
      } else {
        Console.out(ProfileText.list(Profiles.all))
      }
      return
    }
    guard let profile = Profiles[name] else {
      let nearest = Suggestions.nearest(name, in: Profiles.all.map(\.name))
      let hint = nearest.first.map { "; did you mean '\($0)'?" } ?? ""
      throw ValidationError("there is no profile '\(name)'\(hint)")
    }
    Console.out(json ? ProfileText.json(profile).pretty : ProfileText.page(profile))
  }
}
