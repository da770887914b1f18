/// How cost grows: many tracks, much time, many clips.
struct ScaleBench {
  let settings: BenchSettings
  private let folder: String

  init(_ settings: BenchSettings) {
    self.settings = settings
    folder = settings.output + "/scale"
  }

  func run(into results: inout Results) throws {
    ChildProcess.makeFolder(folder)
    let source = folder + "/audio"
    try Recordings(folder: source, seconds: 24).makeShort()
    for (tracks, seconds) in [(24, 60), (96, 60), (500, 60), (24, 600), (24, 3600)] {
      let text = clips(tracks: tracks, seconds: seconds, clipSeconds: 20, source: source)
      try measure(
        "\(tracks) tracks, \(seconds) s", text, "build mix -j 2 --no-cache", Double(seconds),
        &results)
    }
    let many = clips(tracks: 1000, seconds: 1000, clipSeconds: 20, source: source)
    try measure("check: 1000 tracks, 50000 clips", many, "check", 1000, &results)
    let few = clips(tracks: 100, seconds: 1000, clipSeconds: 20, source: source)
    try measure("check: 100 tracks, 5000 clips", few, "check", 1000, &results)
  }

  private func clips(tracks: Int, seconds: Int, clipSeconds: Int, source: String) -> String {
    var text = "mixdown: 1\nrate: 48 kHz\nlength: \(seconds) s\ntracks:\n"
    for track in 0..<tracks {
      text += "  t\(track):\n    clips:\n"
      var at = 0
      while at < seconds {
        let length = min(clipSeconds, seconds - at)
        text += "      - {source: \(source)/\(Recordings.trackName(track % 4)), in: 0 s, "
        text += "out: \(length) s, at: \(at) s}\n"
        at += clipSeconds
      }
      text +=
        "    strip: {inserts: [eq: [{high-pass: 80 Hz}, {bell: \(400 + track) Hz, gain: 2 dB}], "
      text += "compressor: {threshold: -24 dB}], fader: -24 dB}\n"
    }
    return text + "mix: {tail: none}\n"
  }

  private func measure(
    _ name: String, _ text: String, _ arguments: String, _ seconds: Double,
    _ results: inout Results
  ) throws {
    ChildProcess.say(name)
    try ChildProcess.save(text, to: folder + "/session.yaml")
    let line = "\(ChildProcess.quoted(settings.mixdown)) \(arguments)"
    let cost = try ChildProcess.run(line, in: folder, log: folder + "/log.txt")
    guard cost.status == 0 else {
      throw BenchFailure("'\(name)' ended with \(cost.status); see \(folder)/log.txt")
    }
    results.add("scale", name, cost, seconds: seconds)
  }
}

extension Recordings {
  /// Four tracks alone.
  func makeShort() throws { try makeTracks(0..<4) }
}
