import Foundation
import Testing

/// `verify` compares: each file with that in its place, and no number with what is asked of it.
struct VerifyTests {
  private func place(_ more: String) throws -> Workplace {
    let place = Workplace()
    try place.writeTone("song/k.wav", seconds: 2, channels: 2)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks: {k: {source: k.wav}}\n" + more, to: "song/session.yaml")
    return place
  }

  private static let alike = """
    master:
      deliver:
        a: {gain: -3 dB, file: out/a.wav}
        b: {gain: -6 dB, file: a.wav}
        c: {gain: -9 dB, file: ../a.wav}
        d: {gain: -12 dB, file: ../out/a.wav}

    """

  @Test func filesOfOneNameInSeveralFoldersAreToldApart() throws {
    let place = try place(Self.alike)
    #expect(place.mixdown("build", "song/session.yaml").status == 0)
    let run = place.mixdown("verify", "song/session.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.text.components(separatedBy: "the same").count == 6, "\(run.account)")
    try FileManager.default.removeItem(at: place["a.wav"])
    try FileManager.default.copyItem(at: place["song/a.wav"], to: place["a.wav"])
    let changed = place.mixdown("verify", "song/session.yaml")
    #expect(changed.status == 1, "\(changed.account)")
    #expect(changed.text.contains("deliver/c a.wav: DIFFERENT"), "\(changed.account)")
    #expect(changed.text.components(separatedBy: "DIFFERENT").count == 2, "\(changed.account)")
  }

  @Test func oneFolderForSeveralFilesOfOneNameIsRefused() throws {
    let place = try place(Self.alike)
    let run = place.mixdown("build", "song/session.yaml", "--output", "other")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains("[duplicate-output]"), "\(run.account)")
    #expect(place.files(in: "other") == [])
  }

  @Test func whatIsMissedIsSaidByTheBuildAlone() throws {
    let place = try place(
      """
      mix: {expect: {integrated: at most -90 LUFS}}
      master:
        expect: {true-peak: at most -60 dBTP, bass-side: at most -90 dB}
        deliver: {a: {expect: {plr: at most 1 LU}, file: out/a.wav}}

      """)
    #expect(place.mixdown("build", "song/session.yaml").status == 1)
    let run = place.mixdown("verify", "song/session.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.standardError == "", "\(run.account)")
  }

  @Test func whatCannotBeMadeIsSaidWithThePathThatItWouldHave() throws {
    let place = try place(
      "master: {deliver: {a: {loudness: -3 LUFS, max-limiting: 0 dB, file: out/a.wav}}}\n")
    let run = place.mixdown("verify", "song/session.yaml")
    #expect(run.status != 0 && run.standardError.contains("target-unreachable"), "\(run.account)")
    #expect(!run.standardError.contains(".verify-"), "\(run.account)")
  }

  @Test func aRangeBetweenMarkersIsKnown() throws {
    let place = try place("markers: {here: 0.5 s, there: 1 s}\n")
    let range = ["song/session.yaml", "mix", "--range", "here..there"]
    for verb in ["plan", "build", "verify"] {
      let run = Program.run([verb] + range, in: place.folder)
      #expect(run.status == 0, "\(verb): \(run.account)")
    }
    #expect(Program.run(["build", "-n"] + range, in: place.folder).text == "nothing to do\n")
  }

  /// What is measured of a delivery for the master's sake is in its key.
  @Test func aPlanSettlesWhateverIsExpected() throws {
    let place = try place(
      "master: {expect: {bass-side: at most 0 dB}, deliver: {a: {file: out/a.wav}}}\n")
    #expect(place.mixdown("plan", "song/session.yaml").text.contains("out/a.wav"))
    #expect(place.mixdown("build", "song/session.yaml").status == 0)
    let run = place.mixdown("plan", "song/session.yaml")
    #expect(run.text == "nothing to do\n", "\(run.account)")
  }
}
