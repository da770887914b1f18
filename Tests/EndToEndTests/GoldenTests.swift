import Foundation
import Testing

/// What the examples sound like, as hashes; `make golden` records them.
@Suite(.serialized)
struct GoldenTests {
  static let file = Package.root.appendingPathComponent("Tests/EndToEndTests/Goldens/examples.json")

  @Test(arguments: ExampleTests.names)
  func hashesAreTheRecordedOnes(_ name: String) throws {
    let place = Workplace()
    try place.copyExample(name)
    let run = place.mixdown("build", name, "--json")
    try #require(run.status == 0, "\(run.account)")
    let hashes = run.hashes.filter { isOurOwnFormat($0.key, in: run) }
    var all =
      (try? JSONSerialization.jsonObject(with: Data(contentsOf: Self.file)))
      as? [String: [String: String]] ?? [:]
    if all[name] == hashes { return }
    if Recording.isOn {
      all[name] = hashes
      try JSONSerialization.data(
        withJSONObject: all, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      )
      .write(to: Self.file)
      Issue.record("recorded \(name): commit the change if it is meant")
      return
    }
    Issue.record(
      "\(name): \(hashes) is not \(all[name] ?? [:]); `make golden` records a change that is meant")
  }

  /// FLAC bytes are libFLAC's, of whatever version is installed; WAV bytes are ours.
  func isOurOwnFormat(_ target: String, in run: Run) -> Bool {
    run.made.contains { $0.target == target && $0.path.hasSuffix(".wav") }
  }
}

/// Whether tests write down what they see instead of comparing; a run that does so fails.
enum Recording {
  static let isOn = ProcessInfo.processInfo.environment["MIXDOWN_RECORD"] != nil
}
