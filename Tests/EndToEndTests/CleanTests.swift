import Foundation
import Testing

/// `clean` removes what a build of the same options makes, and nothing else.
struct CleanTests {
  private func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("k.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      includes: [sub/more.yaml]
      tracks: {k: {source: k.wav}}
      mix: {tail: none}
      master: {deliver: {a: {file: out/a.flac}, b: {file: deliver/b.wav}}}

      """, to: "session.yaml")
    try place.write("master: {deliver: {c: {file: out/c.wav}}}\n", to: "sub/more.yaml")
    return place
  }

  private static let own = ["k.wav", "session.yaml", "sub/more.yaml"]

  @Test func whatLiesElsewhereStaysWhenAFolderIsCleaned() throws {
    let place = try place()
    #expect(place.mixdown("build").status == 0)
    let before = place.files(in: "")
    #expect(before.contains("deliver/b.wav") && before.contains("sub/out/c.wav"), "\(before)")
    #expect(place.mixdown("build", "--output", "other").status == 0)
    #expect(place.files(in: "other") == ["a.flac", "c.wav", "deliver/b.wav", "mix.wav"])
    let run = place.mixdown("clean", "--output", "other")
    #expect(run.text == "removed 4 files\n", "\(run.account)")
    #expect(place.files(in: "") == before)
    #expect(!FileManager.default.fileExists(atPath: place["other"].path))
  }

  @Test func aDeliveryOfAnIncludedTextIsRemovedWhereItIsBuilt() throws {
    let place = try place()
    #expect(place.mixdown("build").status == 0)
    let run = place.mixdown("clean")
    #expect(run.text == "removed 4 files\n", "\(run.account)")
    #expect(place.files(in: "") == Self.own)
  }
}
