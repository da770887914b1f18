import Foundation
import Testing

/// The examples of this package, as a newcomer builds them.
struct ExampleTests {
  static let names = ["first-mix", "song", "spoken-word"]

  @Test(arguments: names + ["album"])
  func checksWithoutAWarningAndIsFormatted(_ name: String) throws {
    let place = Workplace()
    let session = Package.root.appendingPathComponent("examples/\(name)").path
    let run = place.mixdown("check", session)
    #expect(run.status == 0, "\(run.account)")
    #expect(!run.standardError.contains("warning:"), "\(run.account)")
    #expect(place.mixdown("fmt", "--check", session).status == 0)
  }

  @Test(arguments: names)
  func buildsItsMixAndItsMastersAsRecorded(_ name: String) throws {
    let place = Workplace()
    try place.copyExample(name)
    let run = place.mixdown("build", name, "--json")
    #expect(run.status == 0, "\(run.account)")
    #expect(!run.made.isEmpty)
    for file in run.made {
      #expect(FileManager.default.fileExists(atPath: place[file.path].path), "\(file.path)")
      #expect(file.frames > file.rate * 20, "\(file)")
      let peak = try #require(file.samplePeak)
      #expect(peak > -30 && peak < 6, "\(file)")
      if file.target != "mix", let truePeak = file.truePeak { #expect(truePeak <= 0, "\(file)") }
    }
    #expect(run.made.contains { $0.target == "mix" })
    try Golden.compare(name, run)
  }

  @Test func theAlbumBuildsItsFilesItsDiscAndItsRecord() throws {
    let place = Workplace()
    for name in ["first-mix", "song"] { try place.copyExample(name) }
    try place.write(
      try Data(contentsOf: Package.root.appendingPathComponent("examples/album/session.yaml")),
      to: "album/session.yaml")
    let run = place.mixdown("build", "album", "--json")
    #expect(run.status == 0, "\(run.account)")
    #expect(
      place.files(in: "album/out") == [
        "01 First Mix.flac", "02 Late Ferry.flac", "cd/MD5SUMS", "cd/Short Crossings PQ.txt",
        "cd/Short Crossings.cue", "cd/Short Crossings.wav", "songs/first-mix.wav",
        "songs/late-ferry.wav", "vinyl/Short Crossings A.wav", "vinyl/Short Crossings B.wav",
        "vinyl/Short Crossings timing.txt",
      ])
    try Golden.compare("album", run)
  }

  @Test func aSongsStemsAddUpToTheMixBeforeItsSharedCompressor() throws {
    let place = Workplace()
    try place.copyExample("song")
    let run = place.mixdown("build", "song", "stems", "--json")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.made.map(\.target).sorted() == ["stem/harmony", "stem/melody", "stem/rhythm"])
  }
}
