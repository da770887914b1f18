import Foundation
import Testing

/// What the README shows is true.
struct ReadmeTests {
  static let text =
    (try? String(contentsOf: Package.root.appendingPathComponent("README.md"), encoding: .utf8))
    ?? ""

  /// The fenced blocks of one language.
  static func blocks(_ language: String) -> [String] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let lines = current {
          blocks.append(lines.joined(separator: "\n") + "\n")
          current = nil
        } else if line.dropFirst(3) == language {
          current = []
        }
      } else {
        current?.append(line)
      }
    }
    return blocks
  }

  /// A block that opens with the language's version begins a session; those behind it are parts of it.
  static let sessions: [[String]] = blocks("yaml").reduce(into: []) { sessions, block in
    if block.hasPrefix("mixdown: 1") || sessions.isEmpty {
      sessions.append([block])
    } else {
      sessions[sessions.count - 1].append(block)
    }
  }

  @Test(arguments: sessions.indices)
  func everySnippetIsTheLanguageAsItIs(_ index: Int) throws {
    let place = Workplace()
    let parts = Self.sessions[index]
    for (number, part) in parts.enumerated().dropFirst() {
      try place.write(part, to: "part-\(number).yaml")
    }
    let includes = (1..<max(1, parts.count)).map { "part-\($0).yaml" }.joined(separator: ", ")
    try place.write(
      parts[0] + (includes.isEmpty ? "" : "includes: [\(includes)]\n"), to: "session.yaml")
    try place.writeTone("tone.wav", seconds: 64)
    for match in parts.joined().matches(of: /[a-z0-9-]+\/session\.yaml/) {
      let song = """
        mixdown: 1
        rate: 48 kHz
        tracks: {a: {source: ../tone.wav}, b: {source: ../tone.wav}}
        versions: {instrumental: {mute: [b]}}

        """
      try place.write(song, to: String(match.0))
    }
    for match in parts.joined().matches(of: /[a-z0-9-]+\/mix\.wav/) {
      try place.writeTone(String(match.0), seconds: 5)
    }
    for match in parts.joined().matches(of: /ir\/[a-z0-9-]+\.wav/) {
      try place.writeTone(String(match.0), channels: 2)
    }
    for match in parts.joined().matches(of: /audio\/[a-z0-9-]+\.(wav|flac)/) {
      let file = place[String(match.0)]
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      if !FileManager.default.fileExists(atPath: file.path) {
        try FileManager.default.linkItem(at: place["tone.wav"], to: file)
      }
    }
    let run = place.mixdown("check")
    #expect(run.status == 0, "\(run.account)")
    let mix = place.mixdown("build", "mix", "--range", "0:00..0:03")
    #expect(mix.status == 0, "\(mix.account)")
  }

  @Test func everyCommandItNamesExists() throws {
    let commands = Self.text.matches(of: /(?:^ {4}|`)mixdown ([a-z]+)/.anchorsMatchLineEndings())
    let verbs = Set(commands.map { String($0.1) })
    #expect(verbs.count > 3)
    for verb in verbs.sorted() where verb != "help" {
      let run = Workplace().mixdown(verb, "--help")
      #expect(run.status == 0, "\(verb): \(run.account)")
    }
  }

  @Test func everyMakeTargetItNamesExists() throws {
    let makefile = try String(
      contentsOf: Package.root.appendingPathComponent("Makefile"), encoding: .utf8)
    for match in Self.text.matches(of: /(?:^ {4}|`)make ([a-z-]+)/.anchorsMatchLineEndings()) {
      #expect(makefile.contains("\n\(match.1):"), "make \(match.1)")
    }
  }
}
