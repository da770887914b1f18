import Foundation
import Testing

/// Ways of writing one session: every file has the same bytes.
struct VariationTests {
  /// Blocks of the text that begin at a key of the top level; comments go with what follows.
  static func blocks(_ text: String) -> [String] {
    var blocks: [String] = []
    var waiting = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isKey = line.first.map(\.isLetter) ?? false
      if isKey {
        blocks.append(waiting + line + "\n")
        waiting = ""
      } else if line.isEmpty || line.hasPrefix("#") || blocks.isEmpty {
        waiting += line + "\n"
      } else {
        blocks[blocks.count - 1] += waiting + line + "\n"
        waiting = ""
      }
    }
    return blocks
  }

  static func key(_ block: String) -> String {
    let line = block.split(separator: "\n").first { $0.first?.isLetter ?? false } ?? ""
    return String(line.prefix { $0 != ":" })
  }

  /// The entries of a mapping written as a block, last first.
  static func reversed(_ block: String) -> String {
    let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
    guard let head = lines.firstIndex(where: { $0.first?.isLetter ?? false }),
      ["tracks", "buses", "presets", "groups", "versions"].contains(key(block)),
      lines[head].drop(while: { $0 != ":" }).dropFirst().allSatisfy({ $0 == " " })
    else { return block }
    var entries: [String] = []
    for line in lines[(head + 1)...] where !line.isEmpty {
      let isEntry = line.hasPrefix("  ") && (line.dropFirst(2).first?.isLetter ?? false)
      if isEntry || entries.isEmpty { entries.append("") }
      entries[entries.count - 1] += line + "\n"
    }
    return lines[...head].joined(separator: "\n") + "\n" + entries.reversed().joined()
  }

  static let variations: [(name: String, make: @Sendable (String) -> [String: String])] = [
    (
      "line ends of two bytes",
      { ["session.yaml": $0.replacingOccurrences(of: "\n", with: "\r\n")] }
    ),
    (
      "comments on every line",
      { text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return [
          "session.yaml": lines.map { "# {a: [remark}: 'and' \"more\"\n\($0)" }.joined(
            separator: "\n\n")
        ]
      }
    ),
    (
      "mappings in another order",
      { ["session.yaml": blocks($0).map(reversed).reversed().joined()] }
    ),
    (
      "three included files",
      { text in
        let edit = ["tempo", "bar-1", "markers", "regions", "edits", "defaults", "chapters"]
        var files = ["edit.yaml": "", "mix.yaml": "", "master.yaml": "", "session.yaml": ""]
        for block in blocks(text) {
          let key = key(block)
          let file =
            edit.contains(key)
            ? "edit.yaml"
            : ["groups", "presets", "buses", "mix", "stems", "versions"].contains(key)
              ? "mix.yaml" : key == "master" ? "master.yaml" : "session.yaml"
          files[file, default: ""] += block
        }
        let parts = ["edit.yaml", "mix.yaml", "master.yaml"].filter { files[$0] != "" }
        for name in files.keys where files[name] == "" { files[name] = nil }
        files["session.yaml", default: ""] += "includes: [\(parts.joined(separator: ", "))]\n"
        return files
      }
    ),
    (
      "other names of the tracks",
      { text in
        let tracks = blocks(text).first { key($0) == "tracks" } ?? ""
        var text = text
        for line in tracks.split(separator: "\n") where line.hasPrefix("  ") {
          guard line.dropFirst(2).first?.isLetter ?? false else { continue }
          let name = String(line.dropFirst(2).prefix { $0 != ":" })
          // Where it stands as a word that is no part of a path or of another name.
          let pattern = "(?<![\\w./-])\(NSRegularExpression.escapedPattern(for: name))(?![\\w./-])"
          text = text.replacingOccurrences(
            of: pattern, with: "renamed-\(name)", options: .regularExpression)
        }
        return ["session.yaml": text]
      }
    ),
  ]

  @Test(arguments: ["song", "spoken-word"])
  func oneSessionWrittenInManyWaysIsOneSession(_ example: String) throws {
    let place = Workplace()
    try place.copyExample(example)
    let text = try String(contentsOf: place["\(example)/session.yaml"], encoding: .utf8)
    let first = place.mixdown("build", example, "--json")
    #expect(first.status == 0, "\(first.account)")
    for (name, make) in Self.variations {
      let folder = "\(example)-\(name.replacingOccurrences(of: " ", with: "-"))"
      for (file, part) in make(text) { try place.write(part, to: "\(folder)/\(file)") }
      try FileManager.default.createSymbolicLink(
        at: place["\(folder)/audio"], withDestinationURL: place["\(example)/audio"])
      let check = place.mixdown("check", folder)
      #expect(check.status == 0, "\(name): \(check.account)")
      let run = place.mixdown("build", folder, "--json")
      #expect(run.status == 0, "\(name): \(run.account)")
      #expect(
        run.made.map(\.sha256).sorted() == first.made.map(\.sha256).sorted(),
        "\(name): other files")
    }
  }
}
