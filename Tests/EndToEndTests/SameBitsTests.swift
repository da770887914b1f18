import Foundation
import Testing

/// One session and one set of recordings give the same bytes.
@Suite(.serialized)
struct SameBitsTests {
  @Test(arguments: ["first-mix", "spoken-word"])
  func workerCountDoesNotMatter(_ name: String) throws {
    let place = Workplace()
    try place.copyExample(name)
    let one = place.mixdown("build", name, "-j", "1", "--no-cache", "--json", "--output", "one")
    #expect(one.status == 0 && !one.hashes.isEmpty, "\(one.account)")
    for workers in ["2", "8"] {
      let more = place.mixdown(
        "build", name, "-j", workers, "--no-cache", "--json", "--output", workers)
      #expect(more.hashes == one.hashes)
    }
  }

  @Test func twoRunsAndAMovedFolderGiveTheSameFiles() throws {
    let place = Workplace()
    try place.copyExample("first-mix")
    let first = place.mixdown("build", "first-mix", "--json", "--no-cache")
    let files = place.files(in: "first-mix/out")
    let bytes = try files.map { try place.read("first-mix/out/\($0)") }
    try FileManager.default.moveItem(at: place["first-mix"], to: place["moved"])
    try FileManager.default.removeItem(at: place["moved/out"])
    let second = place.mixdown("build", "moved", "--json", "--no-cache")
    #expect(first.hashes == second.hashes && !first.hashes.isEmpty, "\(first.account)")
    #expect(try files.map { try place.read("moved/out/\($0)") } == bytes)
  }

  @Test func orderOfTracksCommentsAndSpellingDoNotMatter() throws {
    let place = Workplace()
    for (name, file) in [("a", "a.wav"), ("b", "b.wav"), ("c", "c.wav")] {
      try place.writeTone(file, seconds: 3, frequency: ["a": 220, "b": 331, "c": 1003][name] ?? 1)
    }
    func session(_ tracks: [String]) -> String {
      "mixdown: 1\nrate: 48 kHz\ntracks:\n" + tracks.joined()
        + "buses: {room: {inserts: [reverb]}}\n"
    }
    let a = "  a: {source: a.wav, strip: {fader: -3 dB, pan: 20 L, sends: {room: -10 dB}}}\n"
    let b = "  b: {source: b.wav, strip: {fader: -1500 mdB, pan: 35 R}}\n"
      .replacingOccurrences(of: "-1500 mdB", with: "-1.5 dB")
    let c = "  c: {source: c.wav, strip: {inserts: [bell: {frequency: 1 kHz, gain: 3 dB}]}}\n"
    let c2 = """
        # the same again, spelled otherwise
        c:
          strip:
            inserts:
              - bell: 1000 Hz   # as above
                gain: 3.0 dB
          source: "c.wav"

      """
    try place.write(session([a, b, c]), to: "one/session.yaml")
    try place.write(
      session([c2, b, a]).replacingOccurrences(of: "\n", with: "\r\n"), to: "two/session.yaml")
    for folder in ["one", "two"] {
      for file in ["a.wav", "b.wav", "c.wav"] {
        try place.write(try place.read(file), to: "\(folder)/\(file)")
      }
    }
    let one = place.mixdown("build", "one", "--json")
    let two = place.mixdown("build", "two", "--json")
    #expect(one.status == 0 && !one.hashes.isEmpty, "\(one.account)")
    #expect(two.status == 0, "\(two.account)")
    #expect(one.hashes == two.hashes)
  }

  @Test func aCutLeavesWhatIsBehindItsSeamAsItWas() throws {
    // The song is 64 s; two bars at its middle are gone in the example and there without the cut.
    let place = Workplace()
    try place.copyExample("song")
    let cut = place.mixdown("build", "song", "mix", "--json")
    #expect(cut.status == 0, "\(cut.account)")
    let text = try String(contentsOf: place["song/session.yaml"], encoding: .utf8)
    let whole = text.replacingOccurrences(
      of: "  - cut: turn ", with: "  - cut: {range: turn, bypass: true} ")
    #expect(whole != text)
    let mixed = try #require(WaveBytes(try place.read("song/out/mix.wav")))
    try place.write(whole, to: "song/session.yaml")
    let uncut = place.mixdown("build", "song", "mix", "--json")
    #expect(uncut.status == 0, "\(uncut.account)")
    let unmixed = try #require(WaveBytes(try place.read("song/out/mix.wav")))

    let shift = 2 * 4 * 60 * 44_100 / 108  // two bars of 108 bpm
    let seam = Int(44_100 * (0.5 + 20 * 4 * 60.0 / 108))
    #expect(unmixed.frames - mixed.frames == shift)
    #expect(mixed.bytes(of: 0..<seam - 44_100) == unmixed.bytes(of: 0..<seam - 44_100))
    let equal = try #require(WaveBytes.equalFrom(mixed, unmixed, shiftedBy: shift, after: seam))
    #expect(equal < seam + 4 << 18, "equal from \(equal), seam at \(seam)")
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["MIXDOWN_DEBUG_BINARY"] != nil))
  func debugAndReleaseBuildsGiveTheSameFiles() throws {
    let place = Workplace()
    try place.copyExample("first-mix")
    let debug = ProcessInfo.processInfo.environment["MIXDOWN_DEBUG_BINARY"] ?? ""
    let arguments = ["build", "first-mix", "--json", "--no-cache"]
    let release = Program.run(arguments, in: place.folder)
    let other = Program.run(arguments, in: place.folder, binary: debug)
    #expect(release.hashes == other.hashes && !release.hashes.isEmpty, "\(other.account)")
  }
}
