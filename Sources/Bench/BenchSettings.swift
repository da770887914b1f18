/// The command line of the benchmarks.
struct BenchSettings {
  static let usage = """
    usage: mixdown-bench [kernels] [session] [parts] [scale] [peers] [options]
      --mixdown FILE   the program to measure (.build/release/mixdown)
      --audio FOLDER   recordings; made there when missing (bench-out/audio)
      --out FOLDER     sessions, outputs, results (bench-out)
      --peers FOLDER   scripts that run other tools on the same recordings
      --runs N         runs of each measurement, of which the median counts (3)
      --seconds N      length of the recordings (240)
      --only TEXT      peers whose name contains this
    Without a group: kernels, session and parts.
    """
  static let groups = ["kernels", "session", "parts", "scale", "peers"]

  var mixdown = ".build/release/mixdown"
  var audio = "bench-out/audio"
  var output = "bench-out"
  var peers: String?
  var runCount = 3
  var seconds = 240
  var only = ""
  private var chosen: [String] = []

  /// nil: the arguments make no sense.
  init?(_ arguments: some Sequence<String>) {
    var rest = Array(arguments)
    while !rest.isEmpty {
      let word = rest.removeFirst()
      if Self.groups.contains(word) {
        chosen.append(word)
        continue
      }
      guard word.hasPrefix("--"), !rest.isEmpty else { return nil }
      let value = rest.removeFirst()
      switch word {
      case "--mixdown": mixdown = value
      case "--audio": audio = value
      case "--out": output = value
      case "--peers": peers = value
      case "--only": only = value
      case "--runs":
        guard let count = Int(value), count > 0 else { return nil }
        runCount = count
      case "--seconds":
        guard let count = Int(value), count >= 8 else { return nil }
        seconds = count
      default: return nil
      }
    }
    if chosen.isEmpty { chosen = ["kernels", "session", "parts"] }
  }

  func runs(_ group: String) -> Bool { chosen.contains(group) }

  /// Makes paths absolute, and the recordings.
  mutating func prepare() throws {
    mixdown = ChildProcess.absolute(mixdown)
    audio = ChildProcess.absolute(audio)
    output = ChildProcess.absolute(output)
    peers = peers.map(ChildProcess.absolute)
    ChildProcess.makeFolder(output)
    if chosen == ["kernels"] { return }
    guard ChildProcess.isThere(mixdown) else {
      throw BenchFailure("\(mixdown) is missing; make build")
    }
    if runs("session") || runs("parts") || runs("peers") {
      try Recordings(folder: audio, seconds: seconds).make()
    }
  }
}
