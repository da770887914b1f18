import ArgumentParser
import Diagnostics
import Engine

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at or tidy the cache that all sessions share.",
    subcommands: [Info.self, Collect.self, Verify.self], defaultSubcommand: Info.self)

  struct Folder: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of the cache; default: MIXDOWN_CACHE, else the platform's.", valueName: "folder"))
    var cacheDir: String?
    @Flag(help: "JSON on standard output.") var json = false

    func open() throws -> Store {
      guard let store = Store(folder: cacheDir) else {
        throw ValidationError("there is no cache folder: set MIXDOWN_CACHE or --cache-dir")
      }
      return store
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What the cache holds.")
    @OptionGroup var folder: Folder

    func run() throws {
      let store = try folder.open()
      let information = store.information()
      if folder.json {
        Console.out(
          JSONValue.object([
            "folder": .string(store.folder), "objects": .integer(Int64(information.objects)),
            "bytes": .integer(information.objectBytes + information.recordBytes),
            "cap": .integer(store.cap),
          ]).pretty)
      } else {
        Console.out(
          "\(store.folder): \(Clocks.count(information.objects)) entries, "
            + "\(megabytes(information.objectBytes)) of audio and states, "
            + "\(megabytes(information.recordBytes)) of records; cap \(megabytes(store.cap))")
      }
    }
  }

  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "gc", abstract: "Give back what was not used for longest, down to the cap.")
    @OptionGroup var folder: Folder
    @Option(help: ArgumentHelp("Megabytes to keep; default: the cap.", valueName: "mb"))
    var keep: Int?

    func run() throws {
      let store = try folder.open()
      let freed = store.collect(downTo: keep.map { Int64(max(0, $0)) << 20 })
      Console.out("gave back \(megabytes(freed))")
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every entry; damaged ones are set aside.")
    @OptionGroup var folder: Folder

    func run() throws {
      let information = try folder.open().verify()
      Console.out(
        "\(Clocks.count(information.objects)) entries read, \(information.damaged) damaged")
      if information.damaged > 0 { throw ExitCode(ExitStatus.targetMissed.rawValue) }
    }
  }
}

private func megabytes(_ bytes: Int64) -> String {
  bytes < 10 << 20
    ? "\(Clocks.number(Double(bytes) / 1_000_000, digits: 2)) MB"
    : "\(Clocks.count(Int(bytes / 1_000_000))) MB"
}
