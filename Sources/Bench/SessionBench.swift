/// The whole of W1: from nothing, and again after each kind of change.
struct SessionBench {
  let settings: BenchSettings
  private let folder: String

  init(_ settings: BenchSettings) {
    self.settings = settings
    folder = settings.output + "/session"
  }

  func run(into results: inout Results) throws {
    let base = W1Session(audio: settings.audio, seconds: settings.seconds)
    var fader = base
    fader.firstFader = -8
    var gain = base
    gain.firstGain = -3
    var cut = base
    cut.cut = (settings.seconds / 2)...(settings.seconds / 2 + 4)
    var louder = base
    louder.loudness = -15
    for _ in 0..<settings.runCount {
      try measure("no cache, 1 worker", base, "-j 1 --no-cache", isFresh: true, &results)
      try measure("no cache, 2 workers", base, "-j 2 --no-cache", isFresh: true, &results)
      try measure("cold, 1 worker", base, "-j 1", isFresh: true, &results)
      try measure("cold, 2 workers", base, "-j 2", isFresh: true, &results)
      try measure("nothing changed", base, "-j 2", &results)
      try measure("a fader", fader, "-j 2", &results)
      try measure("undone", base, "-j 2", &results)
      try measure("one filter", gain, "-j 2", &results)
      try measure("undone", base, "-j 2", &results)
      try measure("a cut of 4 s", cut, "-j 2", &results)
      try measure("undone", base, "-j 2", &results)
      try measure("the master alone", louder, "-j 2", &results)
    }
  }

  private func measure(
    _ name: String, _ session: W1Session, _ options: String, isFresh: Bool = false,
    _ results: inout Results
  ) throws {
    if isFresh {
      _ = try ChildProcess.run(
        "rm -rf \(ChildProcess.quoted(folder))", in: "/", log: "/dev/null")
    }
    ChildProcess.makeFolder(folder)
    try ChildProcess.save(session.text, to: folder + "/session.yaml")
    let line = "\(ChildProcess.quoted(settings.mixdown)) build \(options) --cache-dir cache"
    let cost = try ChildProcess.run(line, in: folder, log: folder + "/log.txt")
    guard cost.status == 0 else {
      throw BenchFailure("'\(name)' ended with \(cost.status); see \(folder)/log.txt")
    }
    results.add("W1", name, cost, seconds: Double(settings.seconds))
  }
}
