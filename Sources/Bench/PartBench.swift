/// The parts of W1, each as one run of the program without a cache.
struct PartBench {
  let settings: BenchSettings
  private let folder: String

  init(_ settings: BenchSettings) {
    self.settings = settings
    folder = settings.output + "/parts"
  }

  struct Part {
    var name: String
    /// Of `mixdown`; run in a folder of the part's own.
    var arguments: String
    var session: String?
  }

  /// W1a … W1g.
  var parts: [Part] {
    let (audio, seconds) = (settings.audio, settings.seconds)
    func one(_ file: String, _ strip: String, rate: String, _ rest: String) -> String {
      """
      mixdown: 1
      rate: \(rate)
      length: \(seconds) s
      tracks:
        a: {source: \(audio)/\(file)\(strip)}
      \(rest)
      """
    }
    func build(_ targets: String, workers: Int) -> String {
      "build \(targets) -j \(workers) --no-cache"
    }
    let filters = W1Session(extent: .filters, audio: audio, seconds: seconds).text
    let compressors = W1Session(extent: .compressors, audio: audio, seconds: seconds).text
    let mix24 = "mix: {tail: none, bits: 24}\n"
    let master = """
      mix: {tail: none}
      master: {deliver: {w1: {loudness: -14 LUFS, true-peak: -1 dBTP, max-limiting: 40 dB, bits: 24, file: out/w1.wav}}}

      """
    return [
      Part(name: "W1a", arguments: build("mix", workers: 1), session: filters),
      Part(name: "W1a, 2 workers", arguments: build("mix", workers: 2), session: filters),
      Part(name: "W1b", arguments: build("mix", workers: 1), session: compressors),
      Part(name: "W1b, 2 workers", arguments: build("mix", workers: 2), session: compressors),
      Part(name: "W1c", arguments: "measure \(ChildProcess.quoted(audio + "/mix.wav"))"),
      Part(
        name: "W1d", arguments: build("deliver/w1", workers: 2),
        session: one("mix.wav", "", rate: "48 kHz", master)),
      Part(
        name: "W1e", arguments: build("mix", workers: 2),
        session: one("src96.wav", "", rate: "44.1 kHz", mix24)),
      Part(
        name: "W1f", arguments: build("mix", workers: 2),
        session: one(
          "mix.wav", ", strip: {inserts: [reverb: {kind: hall, decay: 1.8 s}]}", rate: "48 kHz",
          mix24)),
      Part(
        name: "W1g", arguments: build("mix", workers: 2),
        session: one(
          "mix.wav",
          ", strip: {inserts: [convolution: {ir: \(audio)/ir.wav, normalise: false}]}",
          rate: "48 kHz", mix24)),
    ]
  }

  func run(into results: inout Results) throws {
    for _ in 0..<settings.runCount {
      for part in parts {
        results.add("parts", part.name, try run(part), seconds: Double(settings.seconds))
      }
    }
  }

  func run(_ part: Part) throws -> Cost {
    let name = String(part.name.filter { $0 != " " && $0 != "," })
    let own = folder + "/" + name
    ChildProcess.makeFolder(own)
    if let session = part.session { try ChildProcess.save(session, to: own + "/session.yaml") }
    let line = "\(ChildProcess.quoted(settings.mixdown)) \(part.arguments)"
    let cost = try ChildProcess.run(line, in: own, log: own + "/log.txt")
    guard cost.status == 0 else {
      throw BenchFailure("'\(part.name)' ended with \(cost.status); see \(own)/log.txt")
    }
    return cost
  }
}
