import Foundation
import Testing

/// `init`, `set` and `fmt`: sessions that the program writes.
struct NewSessionTests {
  @Test func recordingsThatCannotBeReadAreSaidAndLeftOut() throws {
    let place = Workplace()
    try place.writeTone("n 2/a.wav")
    try place.write("no sound", to: "n 2/b.wav")
    try place.write("", to: "n 2/c.flac")
    try place.write("no sound", to: "n 2/d.m4a")
    try place.write(wav([], rate: 48_000, channels: 1), to: "n 2/e.wav")
    let run = place.mixdown("init", "n 2")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.text == "n 2/session.yaml: 1 track. Next: mixdown build 'n 2'\n")
    let lines = run.standardError.split(separator: "\n").map(String.init)
    #expect(lines.count == 4, "\(run.account)")
    for (line, name) in zip(lines, ["b.wav", "c.flac", "d.m4a", "e.wav"]) {
      #expect(line.hasPrefix("mixdown: warning: '\(name)' is left out: "), "\(line)")
    }
    #expect(place.mixdown("check", "n 2").status == 0)
  }

  @Test func setAddsAKeyToAFileWithAByteOrderMark() throws {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.write(
      "\u{FEFF}mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: a.wav}}\n", to: "session.yaml")
    let run = place.mixdown("set", "tempo", "120 bpm")
    #expect(run.status == 0, "\(run.account)")
    let text = String(decoding: try place.read("session.yaml"), as: UTF8.self)
    #expect(
      text == "\u{FEFF}mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: a.wav}}\ntempo: 120 bpm\n")
  }

  @Test func setSaysInWhichIncludedFileAValueStands() throws {
    let place = Workplace()
    try place.write("mixdown: 1\nincludes: [parts/t.yaml]\nrate: 48 kHz\n", to: "session.yaml")
    try place.write(
      "tracks: {vocal: {source: ../a.wav, strip: {fader: -3 dB}}}\n", to: "parts/t.yaml")
    try place.writeTone("a.wav")
    let run = place.mixdown("set", "vocal/fader", "-5 dB")
    #expect(run.status == 65, "\(run.account)")
    #expect(
      run.standardError.contains("mixdown set parts/t.yaml vocal/fader \"-5 dB\""), "\(run.account)"
    )
    #expect(place.mixdown("set", "parts/t.yaml", "vocal/fader", "-5 dB").status == 0)
    #expect(place.mixdown("set", "vocals/fader", "-5 dB").standardError.contains("vocals"))
  }

  private func small() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.write("mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: a.wav}}\n", to: "session.yaml")
    return place
  }

  @Test func aRecordingThatIsNotThereYetIsSetAndSaid() throws {
    let place = try small()
    let run = place.mixdown("set", "a/source", "nope.wav")
    #expect(run.status == 0, "\(run.account)")
    #expect(
      run.standardError.hasPrefix("session.yaml:3:22: warning: ")
        && run.standardError.contains("[missing-recording]"), "\(run.account)")
    let text = String(decoding: try place.read("session.yaml"), as: UTF8.self)
    #expect(text.contains("source: nope.wav"), "\(text)")
    // It was said.
    let again = place.mixdown("set", "a/fader", "-3 dB")
    #expect(again.status == 0 && again.standardError.isEmpty, "\(again.account)")
  }

  @Test(arguments: [
    ("a/output", "drms", "[unknown-bus]"), ("rate", "fast", "rate"),
  ])
  func aValueThatMakesTheSessionWrongIsRefused(
    _ address: String, _ value: String, _ message: String
  ) throws {
    let place = try small()
    let before = try place.read("session.yaml")
    let run = place.mixdown("set", address, value)
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains(message), "\(run.account)")
    #expect(run.standardError.hasSuffix("session.yaml was left as it is\n"), "\(run.account)")
    #expect(try place.read("session.yaml") == before)
  }

  @Test func nobodyIsNotSoloed() throws {
    let place = Workplace()
    try place.write("mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: a.wav}}\n", to: "session.yaml")
    try place.writeTone("a.wav")
    for option in ["--solo", "--mute"] {
      let run = place.mixdown("build", option, "")
      #expect(run.status == 64, "\(run.account)")
      #expect(run.standardError.contains("\(option) names nobody"), "\(run.account)")
    }
  }

  @Test(arguments: ["set", "fmt"])
  func aSessionKeepsItsPermissionsAndItsLink(_ verb: String) throws {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks: {a:   {source: a.wav, strip: {fader: -1 dB}}}\n",
      to: "real.yaml")
    let files = FileManager.default
    try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place["real.yaml"].path)
    try files.createSymbolicLink(
      atPath: place["session.yaml"].path, withDestinationPath: "real.yaml")
    let before = try place.read("real.yaml")
    let run =
      verb == "set"
      ? place.mixdown("set", "a/fader/level", "-3 dB") : place.mixdown("fmt", "session.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(try place.read("real.yaml") != before)
    #expect(
      try files.destinationOfSymbolicLink(atPath: place["session.yaml"].path) == "real.yaml")
    let mode = try files.attributesOfItem(atPath: place["real.yaml"].path)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o600)
  }
}
