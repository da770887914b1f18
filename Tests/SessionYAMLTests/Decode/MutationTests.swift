import Diagnostics
import Foundation
import SessionModel
import SessionYAML
import Testing

@Suite struct MutationTests {
  /// Seeded changes of whole sessions: bytes and words lost, doubled, swapped and replaced.
  private struct Mutator {
    var state: UInt64
    let pieces = [
      "{", "}", "[", "]", ":", ": ", ", ", "- ", "..", "-", "+", "99999999999999999999", "0", "#",
      "\"", "'", "\n", "  ", "mute", "like", "bar ", " dB", "ms", "-inf", "null", "true", "é", "§",
      "automation", "&a", "*a", "!t", "|", ">", "%", "@", "~", "..5", "1/0", "set", "{}", "[]",
    ]

    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return bound > 0 ? Int((state >> 33) % UInt64(bound)) : 0
    }

    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
      var result = bytes
      for _ in 0..<(1 + next(4)) where !result.isEmpty {
        let at = next(result.count)
        let length = min(1 + next(12), result.count - at)
        switch next(5) {
        case 0: result.removeSubrange(at..<at + length)
        case 1: result.insert(contentsOf: Array(pieces[next(pieces.count)].utf8), at: at)
        case 2:
          result.replaceSubrange(
            at..<at + length, with: Array(pieces[next(pieces.count)].utf8))
        case 3: result.insert(contentsOf: result[at..<at + length], at: next(result.count))
        default: result[at] = UInt8(next(256))
        }
      }
      return result
    }
  }

  @Test func noChangeOfASessionMakesItTrap() {
    let isLong = ProcessInfo.processInfo.environment["MIXDOWN_LONG_TESTS"] != nil
    var mutator = Mutator(state: 7)
    let texts = [WrittenSessions.bandSong, WrittenSessions.interview].map { Array($0.utf8) }
    for round in 0..<(isLong ? 100_000 : 150) {
      let bytes = mutator.mutate(texts[round % texts.count])
      let loaded = SessionLoader.load(path: "session.yaml") { path in
        guard path == "session.yaml" else { throw MissingFile() }
        return bytes
      }
      for diagnostic in loaded.diagnostics.all {
        #expect(Catalogue.rule(diagnostic.id) != nil, "\(diagnostic.id)")
        for span in [diagnostic.span].compactMap({ $0 }) + diagnostic.fixes.map(\.span) {
          let isInside = span.start >= 0 && span.start <= span.end && span.end <= bytes.count
          #expect(isInside, "\(diagnostic.id) at \(span) of \(bytes.count)")
        }
      }
    }
  }
}
