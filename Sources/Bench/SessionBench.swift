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
    var caches = 0
    for _ in 0..<settings.runCount {
      // A cache of its own for each, and none removed before the end: some file systems look at
      // every file that was removed a minute ago whenever they make a new one.
      func fresh(_ name: String, _ options: String) throws {
        caches += 1
        try measure(name, base, options, cache: caches, isFresh: true, &results)
      }
      func measured(_ name: String, _ session: W1Session) throws {
        try measure(name, session, "-j 2", cache: caches, &results)
      }
      try fresh("no cache, 1 worker", "-j 1 --no-cache")
      try fresh("no cache, 2 workers", "-j 2 --no-cache")
      try fresh("cold, 1 worker", "-j 1")
      try fresh("cold, 2 workers", "-j 2")
      try measured("nothing changed", base)
      try measured("a fader", fader)
      try measured("undone", base)
      try measured("one filter", gain)
      try measured("undone", base)
      try measured("a cut of 4 s", cut)
      try measured("undone", base)
      try measured("the master alone", louder)
    }
    _ = try ChildProcess.run("rm -rf \(ChildProcess.quoted(folder))", in: "/", log: "/dev/null")
  }

  private func measure(
    _ name: String, _ session: W1Session, _ options: String, cache: Int, isFresh: Bool = false,
    _ results: inout Results
  ) throws {
    if isFresh {
      _ = try ChildProcess.run(
        "rm -rf \(ChildProcess.quoted(folder + "/out"))", in: "/", log: "/dev/null")
    }
    ChildProcess.makeFolder(folder)
    try ChildProcess.save(session.text, to: folder + "/session.yaml")
    let line =
      "\(ChildProcess.quoted(settings.mixdown)) build \(options) --cache-dir cache-\(cache)"
    let cost = try ChildProcess.run(line, in: folder, log: folder + "/log.txt")
    guard cost.status == 0 else {
      throw BenchFailure("'\(name)' ended with \(cost.status); see \(folder)/log.txt")
    }
    results.add("W1", name, cost, seconds: Double(settings.seconds))
  }
}
