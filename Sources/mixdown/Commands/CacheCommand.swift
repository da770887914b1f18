import ArgumentParser
import Diagnostics
import Engine

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Look at or tidy the cache that all sessions share.",
    subcommands: [Info.self, Collect.self, Verify.self], defaultSubcommand: Info.self)

  struct Folder: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Folder of the cache; default: MIXDOWN_CACHE, else the platform's.", valueName: "folder"))
    var cacheDir: String?
    @Flag(help: "JSON on standard output.") var json = false

    func validate() throws {
      if cacheDir == "" { throw ValidationError("--cache-dir names no folder") }
    }

    func open() throws -> Store {
      guard let store = Store(folder: cacheDir) else {
        throw ValidationError("there is no cache folder: set MIXDOWN_CACHE or --cache-dir")
      }
      return store
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "What the cache holds.")
    @OptionGroup var folder: Folder

    func run() throws {
      let store = try folder.open()
      let information = store.information()
      if folder.json {
        Console.out(
          JSONValue.object([
            "folder": .string(store.folder), "objects": .integer(Int64(information.objects)),
            "bytes": .integer(information.bytes), "cap": .integer(store.cap),
            "kinds": .array(
              information.kinds.map {
                .object(["name": .string($0.name), "bytes": .integer($0.bytes)])
              }),
            "builds": .array(
              information.roots.map {
                .object(["session": .string($0.session), "bytes": .integer($0.bytes)])
              }),
          ]).pretty)
        return
      }
      Console.out(
        "\(store.folder): \(Clocks.count(information.objects)) entries, "
          + "\(megabytes(information.bytes)) of at most \(megabytes(store.cap))")
      for kind in information.kinds where kind.bytes > 0 {
        Console.out("  \(column(megabytes(kind.bytes)))  \(kind.name)")
      }
      if information.roots.isEmpty { return }
      Console.out(
        "kept for \(Clocks.count(information.roots.count)) builds, the newest first, each with what "
          + "it adds to those above it:")
      let shown = 20
      for root in information.roots.prefix(shown) {
        let name = root.session.isEmpty ? "no session" : root.session
        Console.out("  \(column(megabytes(root.bytes)))  \(name)")
      }
      if information.roots.count > shown {
        let rest = information.roots.dropFirst(shown)
        Console.out(
          "  \(column(megabytes(rest.reduce(0) { $0 + $1.bytes })))  "
            + "\(Clocks.count(rest.count)) more")
      }
    }
  }

  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "gc",
      abstract:
        "Give back what recent builds did not use, and the oldest of them, down to the cap.",
      discussion: """
        The cap is a fifth of the disk, within 20 and 60 GiB, or MIXDOWN_CACHE_CAP megabytes. Builds may run meanwhile.
        """)
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
      commandName: "verify",
      abstract: "Read every entry; damaged ones are set aside.")
    @OptionGroup var folder: Folder

    func run() throws {
      let information = try folder.open().verify()
      Console.out(
        "\(Clocks.count(information.objects)) entries and \(Clocks.count(information.records)) "
          + "records read, \(information.damaged) damaged")
      if information.damaged > 0 { throw ExitCode(ExitStatus.targetMissed.rawValue) }
    }
  }
}

private func column(_ text: String) -> String {
  String(repeating: " ", count: max(0, 10 - text.count)) + text
}

private func megabytes(_ bytes: Int64) -> String {
  bytes < 10 << 20
    ? "\(Clocks.number(Double(bytes) / 1_000_000, digits: 2)) MB"
    : "\(Clocks.count(Int(bytes / 1_000_000))) MB"
}
