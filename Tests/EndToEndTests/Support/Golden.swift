import Foundation
import Testing

/// What the examples sound like, as hashes; `make golden` records them.
enum Golden {
  static let file = Package.root.appendingPathComponent("Tests/EndToEndTests/Goldens/examples.json")

  static func compare(_ name: String, _ run: Run) throws {
    // FLAC bytes are libFLAC's, of whatever version is installed; WAV bytes are ours.
    let own = run.made.filter { $0.path.hasSuffix(".wav") }
    let hashes = Dictionary(own.map { ($0.target, $0.sha256) }, uniquingKeysWith: { a, _ in a })
    let recorded =
      (try? JSONSerialization.jsonObject(with: Data(contentsOf: file)))
      as? [String: [String: String]]
      ?? [:]
    if recorded[name] == hashes { return }
    guard Recording.isOn else {
      Issue.record(
        "\(name): \(hashes) is not \(recorded[name] ?? [:]); `make golden` records what is meant")
      return
    }
    try Recording.lock.withLock {
      var all =
        (try? JSONSerialization.jsonObject(with: Data(contentsOf: file)))
        as? [String: [String: String]]
        ?? [:]
      all[name] = hashes
      let options: JSONSerialization.WritingOptions = [
        .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
      ]
      try JSONSerialization.data(withJSONObject: all, options: options).write(to: file)
    }
    Issue.record("recorded \(name): commit the change if it is meant")
  }
}

/// Whether tests write down what they see instead of comparing; a run that does so fails.
enum Recording {
  static let isOn = ProcessInfo.processInfo.environment["MIXDOWN_RECORD"] != nil
  static let lock = NSLock()
}
