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

  @Test func nothingOfTheRecordingsHasToBeThere() throws {
    let place = try place()
    #expect(place.mixdown("build").status == 0)
    try FileManager.default.removeItem(at: place["k.wav"])
    let run = place.mixdown("clean")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.text == "removed 4 files\n" && run.standardError.isEmpty, "\(run.account)")
    #expect(place.files(in: "") == ["session.yaml", "sub/more.yaml"])
  }

  @Test func regionsAndStemsAreRemovedWithoutTheirRecordings() throws {
    let place = try place()
    try place.writeTone("b.wav", seconds: 0.5)
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      regions: {one: 0 s..0.2 s, two: 0.4 s..end}
      tracks: {k: {source: {file: k.wav, channel: 1}}, b: {clips: [{source: b.wav, in: 0.1 s, at: k-end}]}}
      markers: {k-end: 0.6 s}
      stems: {k: [k], b: [b]}
      master: {deliver: {a: {each: region, file: out/<region>.flac}, s: {from: stems, file: out/s/<stem>.wav}}}

      """, to: "session.yaml")
    #expect(place.mixdown("build").status == 0)
    let made = place.files(in: "out")
    #expect(made.count == 7, "\(made)")
    for file in ["k.wav", "b.wav"] { try FileManager.default.removeItem(at: place[file]) }
    let run = place.mixdown("clean")
    #expect(run.text == "removed 7 files\n", "\(run.account)")
    #expect(place.files(in: "out").isEmpty)
  }

  @Test func anAlbumIsCleanedWithoutTheRecordingsOfItsSongs() throws {
    let place = try place()
    try place.write(
      """
      mixdown: 1
      kind: album
      songs: {one: {session: song.yaml}}
      master: {deliver: {each: {gain: -3 dB, file: out/<nn>.wav}}}

      """, to: "album.yaml")
    try place.write("mixdown: 1\nrate: 48 kHz\ntracks: {k: {source: k.wav}}\n", to: "song.yaml")
    let before = place.files(in: "")
    #expect(place.mixdown("build", "album.yaml").status == 0)
    try FileManager.default.removeItem(at: place["k.wav"])
    let run = place.mixdown("clean", "album.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.files(in: "") == before.filter { $0 != "k.wav" }, "\(run.account)")
  }

  @Test func aRecordingUnderADeliverysNameIsLeftAloneWhereAnotherOneIsMissing() throws {
    let place = try place()
    try place.writeTone("b.wav")
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks: {k: {source: k.wav}, b: {source: b.wav}}\n"
        + "master: {deliver: {b: {file: b.wav}}}\n", to: "session.yaml")
    try FileManager.default.removeItem(at: place["k.wav"])
    let run = place.mixdown("clean")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains("[overwrites-input]"), "\(run.account)")
    #expect(place.files(in: "").contains("b.wav"))
  }

  @Test func aDeliveryOfAnIncludedTextIsRemovedWhereItIsBuilt() throws {
    let place = try place()
    #expect(place.mixdown("build").status == 0)
    let run = place.mixdown("clean")
    #expect(run.text == "removed 4 files\n", "\(run.account)")
    #expect(place.files(in: "") == Self.own)
  }

  /// Of auditions what builds put there goes; other people's files, recordings and what links lead to
  /// stay.
  @Test func onlyAuditionsOfItsOwnAreRemoved() throws {
    let place = Workplace()
    try place.writeTone("k.wav")
    try place.writeTone("out/audition/range-mine/take.wav")
    try place.writeTone("out/audition/mine.wav")
    try place.write("mine", to: "out/audition/solo-k/notes.txt")
    try place.writeTone("elsewhere/range-0-s..1-s/other.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {k: {source: k.wav}, l: {source: out/audition/range-mine/take.wav}}
      mix: {tail: none}

      """, to: "session.yaml")
    let before = place.files(in: "")
    #expect(place.mixdown("build", "--solo", "k").status == 0)
    #expect(place.mixdown("build", "--range", "0 s..0.5 s", "mix").status == 0)
    #expect(place.files(in: "").count > before.count)
    let run = place.mixdown("clean")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.files(in: "") == before, "\(run.account)")
    try FileManager.default.removeItem(at: place["out"])
    try place.write("mixdown: 1\nrate: 48 kHz\ntracks: {k: {source: k.wav}}\n", to: "session.yaml")
    try place.write("", to: "out/x")
    try FileManager.default.createSymbolicLink(
      atPath: place["out/audition"].path, withDestinationPath: "../elsewhere")
    #expect(place.mixdown("clean").status == 0)
    #expect(place.files(in: "elsewhere") == ["range-0-s..1-s/other.wav"])
  }
}
