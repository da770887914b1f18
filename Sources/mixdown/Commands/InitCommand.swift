import ArgumentParser
import Diagnostics
import Engine
import SessionModel

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a session for a folder of recordings.",
    discussion: """
      One track a sound file, nothing that changes sound. The rate is the one most recordings
      have. An existing session is never overwritten.
      """)

  @Argument(
    help: ArgumentHelp("Folder with the recordings; default: this one.", valueName: "folder"))
  var folder = "."

  func run() throws {
    guard Files.isFolder(folder) else { throw ValidationError("'\(folder)' is no folder") }
    let path = Files.join(folder, "session.yaml")
    if Files.exists(path) { throw ValidationError("there is a session already: \(path)") }
    var found: [(path: String, facts: RecordingFacts)] = []
    let probe = FileProbe(store: nil)
    for name in soundFiles(in: folder) {
      switch probe.facts(of: Files.join(folder, name)) {
      case .success(let facts) where facts.frames == 0: leaveOut(name, "it holds no frames")
      case .success(let facts): found.append((name, facts))
      case .failure(let problem): leaveOut(name, reason(problem))
      }
    }
    guard !found.isEmpty else {
      Console.error("mixdown: there is no sound file in \(folder)")
      return try ExitStatus.recordingMissing.exit()
    }
    if let reason = Files.replace(path, with: text(found)) {
      Console.error("mixdown: \(path) cannot be written: \(reason)")
      return try ExitStatus.ioFailed.exit()
    }
    let tracks = "\(found.count) track\(found.count == 1 ? "" : "s")"
    let place = folder == "." ? "" : " \(ShellWord.quoted(folder))"
    Console.out("\(path): \(tracks). Next: mixdown build\(place)")
  }

  private func leaveOut(_ name: String, _ reason: String) {
    Console.error("mixdown: warning: '\(name)' is left out: \(reason)")
  }

  private func reason(_ problem: RecordingProblem) -> String {
    switch problem {
    case .missing: "there is no such file"
    case .lfsPointer: "it is a pointer of Git LFS, not audio; 'git lfs pull' fetches the audio"
    case .isFolder: "it is a folder"
    case .unreadable(let reason): "it cannot be read: \(reason)"
    case .unsupported(let reason): "it is not audio that can be read: \(reason)"
    }
  }

  /// Of sound files, those that cannot be read among them: these are said.
  private static let endings = [
    ".wav", ".wave", ".bwf", ".aif", ".aiff", ".aifc", ".flac", ".ogg", ".oga", ".mp3", ".caf",
    ".rf64", ".w64", ".opus", ".au", ".snd", ".m4a", ".aac", ".wma", ".ape", ".wv",
  ]

  /// Names in the folder and in folders directly below it, sorted.
  private func soundFiles(in folder: String) -> [String] {
    var names: [String] = []
    for name in Files.names(in: folder) where !name.hasPrefix(".") && name != "out" {
      let inner = Files.join(folder, name)
      if Files.isFolder(inner) {
        names += Files.names(in: inner).filter { isSound($0) }.map { "\(name)/\($0)" }
      } else if isSound(name) {
        names.append(name)
      }
    }
    return names
  }

  private func isSound(_ name: String) -> Bool {
    let lower = name.lowercased()
    return !name.hasPrefix(".") && Self.endings.contains { lower.hasSuffix($0) }
  }

  private func text(_ found: [(path: String, facts: RecordingFacts)]) -> String {
    var counts: [Int: Int] = [:]
    for (_, facts) in found { counts[facts.rate, default: 0] += 1 }
    let rate = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 48_000
    var lines = ["mixdown: 1", "rate: \(rateText(rate))", "tracks:"]
    var names = Set<String>()
    for (path, facts) in found {
      var name = trackName(path)
      var number = 2
      while !names.insert(name).inserted {
        name = "\(trackName(path))-\(number)"
        number += 1
      }
      // More than two channels: the first is taken; the others are for the engineer to place.
      let source =
        facts.channelCount > 2
        ? "{file: \(quoted(path)), channel: 1}" : quoted(path)
      var line = "  \(name): {source: \(source)}"
      if facts.channelCount > 2 { line += "  # \(facts.channelCount) channels" }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func rateText(_ rate: Int) -> String {
    rate % 100 == 0 ? "\(Clocks.number(Double(rate) / 1000)) kHz" : "\(rate) Hz"
  }

  /// The file's name as a track's: lower case, words joined by hyphens.
  private func trackName(_ path: String) -> String {
    var base = Files.name(of: path)
    if let dot = base.lastIndex(of: ".") { base = String(base[..<dot]) }
    var name = ""
    for character in base.lowercased() {
      if character.isLetter || character.isNumber {
        name.append(character)
      } else if !name.isEmpty && !name.hasSuffix("-") {
        name.append("-")
      }
    }
    while name.hasSuffix("-") { name.removeLast() }
    let isReserved = FieldTable.reservedNames.contains(name)
    if isReserved || name.allSatisfy(\.isNumber) { name = "track-\(name)" }
    while name.hasSuffix("-") { name.removeLast() }
    return name
  }

  private func quoted(_ path: String) -> String {
    let plain = path.allSatisfy { character in
      character.isLetter || character.isNumber || "/._-".contains(character)
    }
    if plain { return path }
    return "\"" + path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}
