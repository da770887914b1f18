import Foundation
import Testing

/// Sessions broken on purpose, and what is said about them. `make golden` records new texts.
struct MessageTests {
  static let folder = Package.root.appendingPathComponent("Tests/EndToEndTests/Messages")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

  @Test(arguments: names)
  func readsAsRecorded(_ name: String) throws {
    let place = Workplace()
    try place.write(
      try Data(contentsOf: Self.folder.appendingPathComponent("\(name).yaml")), to: "session.yaml")
    for file in ["a.wav", "b.wav"] { try place.writeTone(file, seconds: 2) }
    let run = place.mixdown("check")
    #expect(run.status == 65, "\(run.account)")
    let text = Self.folder.appendingPathComponent("\(name).txt")
    let recorded = (try? String(contentsOf: text, encoding: .utf8)) ?? ""
    if recorded == run.standardError { return }
    if Recording.isOn {
      try run.standardError.write(to: text, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name): commit the change if it is meant")
    } else {
      Issue.record("\(name): expected\n\(recorded)\nand got\n\(run.standardError)")
    }
  }
}
