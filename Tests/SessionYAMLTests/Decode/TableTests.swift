import Diagnostics
import Foundation
import SessionModel
import SessionYAML
import Testing

/// Sessions in which one field stands as the table shows it.
enum TableSession {
  /// Where a mapping of the table stands; `%` is its place.
  static let places: [String: String] = [
    "session": "%", "metadata": "metadata: %", "chapter": "chapters: [%]",
    "defaults": "defaults: %", "preset": "presets: {x: %}", "group": "groups: {x: %}",
    "track": "tracks: {x: %}", "file": "tracks: {x: {clips: [{source: %}]}}",
    "source": "tracks: {x: {source: %}}", "clip": "tracks: {x: {clips: [%]}}",
    "fade": "tracks: {x: {clips: [{source: a.wav, fade-in: %}]}}",
    "crossfade": "defaults: {crossfade: %}",
    "comp-entry": "tracks: {x: {takes: {t2: a.wav}, comp: [%]}}",
    "track-edit": "tracks: {x: {source: a.wav, edits: [%]}}",
    "silence": "tracks: {x: {source: a.wav, edits: [silence: %]}}",
    "gain-edit": "tracks: {x: {source: a.wav, edits: [gain: %]}}",
    "reverse": "tracks: {x: {source: a.wav, edits: [reverse: %]}}",
    "replace": "tracks: {x: {source: a.wav, edits: [replace: %]}}",
    "fade-edit": "tracks: {x: {source: a.wav, edits: [fade-in: %]}}",
    "session-edit": "edits: [%]", "cut": "edits: [cut: %]", "insert-gap": "edits: [insert: %]",
    "repeat": "edits: [repeat: %]", "move": "edits: [move: %]",
    "strip": "tracks: {x: {source: a.wav, strip: %}}", "bus": "buses: {x: %}", "mix": "mix: %",
    "level": "mix: {fader: %}", "send": "tracks: {x: {source: a.wav, strip: {sends: {y: %}}}}",
    "expect": "mix: {expect: %}", "master": "master: %", "delivery": "master: {deliver: {x: %}}",
    "loudness": "master: {deliver: {x: {loudness: %}}}", "version": "versions: {x: %}",
    "album": "%", "song": "songs: {x: %}", "album-master": "master: %",
    "album-delivery": "master: {deliver: {x: %}}",
  ]

  /// What the examples refer to.
  static let context = """
    presets: {voice: {strip: {fader: -1 dB}}}
    tracks: {vocal: {source: a.wav}, host: {source: b.wav}}
    versions: {instrumental: {mute: [vocal]}}
    master: {deliver: {streaming: {file: out/a.flac}}}
    """

  /// The same for mappings of albums.
  static let albumContext = """
    kind: album
    songs: {night-train: {mix: a.wav}, harbour: {mix: b.wav}, salt: {mix: c.wav}, home: {mix: d.wav}}
    master: {deliver: {streaming: {file: out/a.flac}}}
    """

  static func text(_ mapping: MappingSpec, _ field: ParameterSpec) -> String {
    let isOfAlbum = ["song", "album-master", "album-delivery"].contains(mapping.name)
    var keys = mapping.fields.filter { $0.isRequired && $0.name != field.name }
    keys.append(field)
    if field.name == "comp" {
      keys.append(
        ParameterSpec("takes", .text, .required, "", example: "{t1: a.wav, t2: b.wav}"))
    }
    if mapping.name == "song" && field.name != "session" && field.name != "mix" {
      keys.append(ParameterSpec("session", .path, .required, "", example: "a/session.yaml"))
    }
    let body = keys.map { "\($0.name): \($0.example)" }.joined(separator: ", ")
    if mapping.name == "session" || mapping.name == "album" {
      return keys.map { "\($0.name): \($0.example)\n" }.joined()
    }
    let place = (places[mapping.name] ?? "").replacing("%", with: "{\(body)}")
    let section = place.prefix { $0 != ":" }
    let others = (isOfAlbum ? albumContext : context).split(separator: "\n").filter {
      !$0.hasPrefix(section + ":")
    }
    return "mixdown: 1\n" + others.map { $0 + "\n" }.joined() + place + "\n"
  }

  static func text(_ processor: ProcessorSpec, _ parameter: ParameterSpec, _ value: String)
    -> String
  {
    let required = processor.parameters.filter { $0.isRequired && $0.name != parameter.name }
    let body = (required.map { "\($0.name): \($0.example)" } + ["\(parameter.name): \(value)"])
      .joined(separator: ", ")
    return "mixdown: 1\nmix: {inserts: [\(processor.name): {\(body)}]}\n"
  }
}

@Suite struct TableTests {
  /// Messages that an example gives only because it stands alone.
  private let accepted = [
    "unknown-preset", "unknown-delivery", "unknown-version", "unknown-lint", "include-missing",
    "unknown-address",
  ]

  @Test func everyFieldReadsAsItsExampleShows() throws {
    for mapping in FieldTable.all where mapping.name != "preset" {
      for field in mapping.fields {
        let text = TableSession.text(mapping, field)
        let loaded = load(text)
        let messages = loaded.diagnostics.sorted.filter { !accepted.contains($0.id) }
        #expect(messages.isEmpty, "\(mapping.name)/\(field.name): \(loaded.messages)\n\(text)")
      }
    }
  }

  @Test func everyParameterReadsAsItsExampleShows() throws {
    for processor in ProcessorTable.all {
      for parameter in processor.parameters {
        let loaded = load(TableSession.text(processor, parameter, parameter.example))
        #expect(loaded.messages == [], "\(processor.name)/\(parameter.name)")
        let insert = try #require(loaded.session?.mix.strip.inserts.first)
        #expect(
          insert.settings[parameter.name] != nil || !insert.bands.isEmpty,
          "\(processor.name)/\(parameter.name)")
        let moving = load(
          TableSession.text(
            processor, parameter, "{automation: [[start, \(parameter.example)]]}"))
        #expect(
          moving.diagnostics.all.map(\.id)
            == (parameter.isAutomatable
              ? [] : [parameter.isList ? "wrong-shape" : "automation-not-possible"]),
          "\(processor.name)/\(parameter.name)")
      }
      let bare = load("mixdown: 1\nmix:\n  inserts:\n    \(Reference.example(processor))\n")
      #expect(bare.messages == [], "\(processor.name)")
    }
  }

  @Test func everySessionOfWrongShapeIsRejected() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("schema/wrong-shapes.txt")
    let lines = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    var cases: [(title: String, text: String)] = []
    for line in lines where !line.hasPrefix("#") {
      if line.hasPrefix("--- ") {
        cases.append((String(line), ""))
      } else if !cases.isEmpty {
        cases[cases.count - 1].text += line + "\n"
      }
    }
    #expect(cases.count >= 50)
    for (title, text) in cases { #expect(load(text).diagnostics.hasErrors, "\(title)") }
  }
}

extension ParameterSpec {
  fileprivate var isList: Bool { if case .list = kind { true } else { false } }
}
