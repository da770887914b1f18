import Foundation
import Testing

/// Recordings that are not what they should be are named, at the line that wants them.
struct RecordingTests {
  @Test func aBadSampleIsPlacedInTheTimeOfItsFile() throws {
    let place = Workplace()
    var samples = [Float](repeating: 0.1, count: 48_000)
    samples[36_000] = .nan
    try place.write(floatWav(rate: 24_000, [samples]), to: "a.wav")
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {source: a.wav}\n", to: "session.yaml")
    for more in [[], ["--no-cache"]] {
      let run = Program.run(["build"] + more, in: place.folder)
      #expect(run.status == 66, "\(run.account)")
      #expect(run.standardError.contains("at frame 36000 (0:01.500)"), "\(run.account)")
    }
  }

  @Test func aBadRecordingKeepsOnlyFromBeingMadeWhatReadsIt() throws {
    let place = Workplace()
    var samples = [Float](repeating: 0.1, count: 48_000)
    try place.write(floatWav(rate: 48_000, [samples]), to: "good.wav")
    samples[36_000] = .nan
    try place.write(floatWav(rate: 48_000, [samples]), to: "bad.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        good: {source: good.wav}
        bad: {source: bad.wav}
      mix: {tail: none}
      stems: {good: [good], bad: [bad]}

      """, to: "session.yaml")
    for more in [[], ["--no-cache"]] {
      let alone = Program.run(["build", "stem/good"] + more, in: place.folder)
      #expect(alone.status == 0, "\(alone.account)")
      try FileManager.default.removeItem(at: place["out"])
      let both = Program.run(["build", "-k", "stem/good", "stem/bad"] + more, in: place.folder)
      #expect(both.status == 66, "\(both.account)")
      #expect(
        FileManager.default.fileExists(atPath: place["out/stems/good.wav"].path), "\(both.account)")
      #expect(!FileManager.default.fileExists(atPath: place["out/stems/bad.wav"].path))
      try FileManager.default.removeItem(at: place["out"])
    }
  }

  func build(_ prepare: (Workplace) throws -> Void, source: String = "a.wav") throws -> Run {
    let place = Workplace()
    try prepare(place)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {source: \(source)}\n", to: "session.yaml")
    return place.mixdown("build", "--json")
  }

  @Test func aGitLFSPointerIsToldFromARecording() throws {
    let run = try build {
      try $0.write(
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345

        """, to: "a.wav")
    }
    #expect(run.status == 66, "\(run.account)")
    #expect((run.text + run.standardError).contains("git lfs pull"), "\(run.account)")
  }

  @Test func emptyTextAndTruncatedFilesAreUnreadable() throws {
    #expect(try build { try $0.write("", to: "a.wav") }.status == 66)
    #expect(try build { try $0.write("not audio", to: "a.wav") }.status == 66)
    #expect(try build { try $0.write("RIFF", to: "a.wav") }.status == 66)
    #expect(try build { try $0.write("x", to: "a.wav/inside") }.status == 66)
  }

  @Test func aRecordingThatWasCutOffIsBuiltAndSaid() throws {
    let run = try build {
      try $0.writeTone("whole.wav", seconds: 4)
      let whole = try $0.read("whole.wav")
      try $0.write(whole.prefix(whole.count / 4), to: "a.wav")
    }
    #expect(run.status == 0, "\(run.account)")
    #expect(run.diagnosticIDs == ["recording-cut-off"], "\(run.account)")
    #expect(run.text.contains("its header promises 0:04"), "\(run.account)")
  }

  @Test func measuringSaysThatAFileIsCutOff() throws {
    let place = Workplace()
    try place.writeTone("whole.wav", seconds: 4)
    let whole = try place.read("whole.wav")
    try place.write(whole.prefix(44 + 2 * 48_000), to: "a.wav")
    let text = place.mixdown("measure", "a.wav")
    #expect(
      text.status == 0 && text.text.contains("it is cut off: its header promises 0:04.000"),
      "\(text.account)")
    let frames = place.mixdown("measure", "a.wav", "whole.wav", "--json").array
    #expect(frames.map { $0["missing_frames"] as? Int } == [144_000, 0])
  }

  @Test func aNonFiniteSampleStopsTheBuildWithItsPlace() throws {
    guard let data = Package.sharedData else {
      print("skipped: no shared/data beside the package")
      return
    }
    let source = data.appendingPathComponent("hostile/float-stem-one-nan.wav").path
    let run = try build({ _ in }, source: source)
    #expect(run.status == 66, "\(run.account)")
    #expect(run.diagnosticIDs == ["recording-not-finite"], "\(run.account)")
    #expect(run.text.contains("at frame 113"), "\(run.account)")
  }

  @Test func everyHostileFileIsBuiltOrNamedAndNothingCrashes() throws {
    guard let data = Package.sharedData else {
      print("skipped: no shared/data beside the package")
      return
    }
    let hostile = data.appendingPathComponent("hostile")
    let files = (FileManager.default.subpaths(atPath: hostile.path) ?? []).sorted()
      .filter {
        [".wav", ".flac", ".mp3", ".ogg", ".aiff", ".bogus"].contains(where: $0.hasSuffix)
      }
    for file in files {
      let run = try build({ _ in }, source: "\"\(hostile.appendingPathComponent(file).path)\"")
      #expect([0, 65, 66].contains(run.status), "\(file): \(run.account)")
      #expect(run.seconds < 20, "\(file)")
    }
  }
}
