import Foundation
import Testing

/// `plan` of an album: songs, what is made of them, and the texts beside it.
struct AlbumPlanTests {
  private static let album = """
    mixdown: 1
    kind: album
    gap: none
    metadata: {title: Both, artist: Somebody}
    songs: {one: {session: one}, two: {session: two}}
    master:
      deliver:
        cd: {rate: 44.1 kHz, cue: true, pq-sheet: true, gain: -3 dB, file: out/cd/<nn>.wav}
        lp: {sides: {A: [one], B: [two]}, record: 12-inch 33, gain: -3 dB, file: out/lp/<side>.wav}

    """

  private func place() throws -> Workplace {
    let place = Workplace()
    for (name, frequency) in [("one", 300.0), ("two", 400.0)] {
      try place.writeTone("\(name)/k.wav", seconds: 4.5, frequency: frequency)
      try place.write(
        "mixdown: 1\nrate: 48 kHz\nmix: {tail: none}\ntracks: {k: {source: k.wav}}\n",
        to: "\(name)/session.yaml")
    }
    try place.write(Self.album, to: "session.yaml")
    let run = place.mixdown("build")
    #expect(run.status == 0, "\(run.account)")
    #expect(place.mixdown("plan").text == "nothing to do\n")
    return place
  }

  @Test func theSongsOneAfterTheOtherAreInThePlan() throws {
    let place = try place()
    for (words, file) in [
      (["mix"], "out/mix.wav"), (["--solo", "two"], "out/audition/solo-two/master.wav"),
    ] {
      let before = Program.run(["plan"] + words, in: place.folder)
      #expect(before.text.contains("\(file) is put together again"), "\(before.account)")
      let json = Program.run(["plan", "--json"] + words, in: place.folder).object
      #expect((json["programme"] as? [String: Any])?["files"] as? [String] == [file], "\(json)")
      #expect(Program.run(["build"] + words, in: place.folder).status == 0)
      let after = Program.run(["plan"] + words, in: place.folder)
      #expect(after.text == "nothing to do\n", "\(after.account)")
    }
    try place.writeTone("one/k.wav", seconds: 4.5, frequency: 500)
    let run = place.mixdown("plan", "mix")
    #expect(run.text.contains("song/one:\n"), "\(run.account)")
    #expect(run.text.contains("perhaps out/mix.wav is made again\n"), "\(run.account)")
  }

  @Test func textsBesideTheAudioAreInThePlan() throws {
    let place = try place()
    try FileManager.default.removeItem(at: place["out/cd/Both.cue"])
    try place.write("something else", to: "out/lp/timing.txt")
    let run = place.mixdown("plan")
    #expect(
      run.text
        == """
        out/cd/Both.cue is made again
        out/cd/MD5SUMS is made again
        out/lp/timing.txt is made again

        """, "\(run.account)")
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("plan").text == "nothing to do\n")
    try place.write(
      Self.album.replacingOccurrences(of: "12-inch 33", with: "12-inch 45"), to: "session.yaml")
    #expect(place.mixdown("plan").text.contains("out/lp/timing.txt is made again\n"))
  }
}
