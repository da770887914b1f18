import Foundation
import SessionModel
import Testing

@Suite struct ReferenceTests {
  @Test func theCommittedSchemaIsWrittenFromTheTables() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("schema/session.schema.json")
    let schema = SessionSchema.json()
    if ProcessInfo.processInfo.environment["MIXDOWN_RECORD"] != nil {
      try schema.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded schema/session.schema.json")
      return
    }
    let committed = try String(contentsOf: file, encoding: .utf8)
    #expect(
      committed == schema,
      "record it again: MIXDOWN_RECORD=1 swift test --filter theCommittedSchema")
  }

  @Test func everyMappingThatAFieldNamesIsInTheTable() {
    func check(_ kind: ValueKind) {
      switch kind {
      case .mapping(let name), .oneOf(let name): #expect(FieldTable[name] != nil, "\(name)")
      case .named(let kind), .list(let kind): check(kind)
      case .either(let kinds): kinds.forEach(check)
      default: break
      }
    }
    for mapping in FieldTable.all {
      #expect(Set(mapping.names).count == mapping.names.count, "\(mapping.name)")
      for field in mapping.fields { check(field.kind) }
    }
  }

  @Test func theReferenceShowsUnitRangeDefaultAndExample() throws {
    let text = Reference.markdown()
    for processor in ProcessorTable.all { #expect(text.contains("#### \(processor.name)\n")) }
    #expect(
      text.contains(
        "| `threshold` ~ | -80...0 dBFS | required | the level where it begins | `threshold: -18 dB` |"
      ))
    #expect(text.contains("| `attack` | 0 ms...1 s | 10 ms |"))
    #expect(text.contains("| `frequency` ~ | 10...24000 Hz | required |"))
  }

  @Test func theReferenceSaysWhatIsTakenAndNotWhatIsRefused() throws {
    let rows = Reference.markdown().split(separator: "\n")
    func lines(of key: String, _ example: String) -> [Substring] {
      rows.filter { $0.hasPrefix("| `\(key)` |") && $0.contains(example) }
    }
    for example in ["audio/theme.wav", "audio/retake.wav", "in/mix.wav"] {
      let found = lines(of: "source", "source: \(example)")
      #expect(
        !found.isEmpty
          && found.allSatisfy { $0.contains("| path; or a mapping of file, channel, channels |") })
    }
    let outputs = lines(of: "output", "output: drums")
    #expect(!outputs.isEmpty && outputs.allSatisfy { $0.contains("| name of a bus, or mix |") })
    let times = lines(of: "time", "1/8")
    #expect(!times.isEmpty && times.allSatisfy { $0.contains("| 0.0052 ms...10 s, also") })
  }

  @Test func aProcessorsPageHasItsParameters() throws {
    let page = try #require(Reference.page(for: "compressor"))
    #expect(page.hasPrefix("compressor: Lowers what is louder than a threshold.\n"))
    #expect(page.contains("  ratio         ~ dB in over the threshold for one dB out"))
    #expect(page.contains("1...100, inf; default: 2\n"))
    #expect(Reference.page(for: "clip") != nil)
    #expect(Reference.page(for: "crest-factor") != nil)
    #expect(Reference.page(for: "flux") == nil)
  }
}
