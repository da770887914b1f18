/// Other programs on the same recordings, run in turn with ours: A B A B.
///
/// Their scripts are not part of this package: `--peers` names a folder with `mkgraph.py` (graphs for
/// command-line mixers), `small.sh` (single tasks), `pb_mix.py` and `full.sh`.
struct PeerBench {
  let settings: BenchSettings
  private let folder: String

  init(_ settings: BenchSettings) {
    self.settings = settings
    folder = settings.output + "/peers"
  }

  struct Peer {
    var work: String
    var name: String
    /// Programs that must be there; a word that begins with `python:` is a module.
    var needs: [String]
    /// Run once, not timed.
    var setUp = "true"
    var line: String
  }

  private var peers: [Peer] {
    guard let scripts = settings.peers else { return [] }
    let s = ChildProcess.quoted(scripts)
    let a = ChildProcess.quoted(settings.audio)
    let o = ChildProcess.quoted(folder)
    func graph(_ peer: String, _ work: String, _ options: String = "") -> String {
      "(cd \(s) && PYTHONDONTWRITEBYTECODE=1 python3 mkgraph.py \(peer) \(work) \(a) \(o) \(options))"
    }
    func small(_ name: String) -> String { "sh \(s)/small.sh \(name) \(a) \(o)" }
    let pedalboard = "PYTHONDONTWRITEBYTECODE=1 python3 \(s)/pb_mix.py"
    var list: [Peer] = []
    for work in ["a", "b"] {
      let w1 = "W1\(work)"
      list += [
        Peer(
          work: w1, name: "ffmpeg", needs: ["ffmpeg", "python3"], setUp: graph("ffmpeg", work),
          line: "sh \(o)/ffmpeg_\(work).sh \(o)/ff_\(work).wav"),
        Peer(
          work: w1, name: "sox", needs: ["sox", "python3"], setUp: graph("sox", work),
          line: "sh \(o)/sox_\(work).sh \(o)/sox_\(work).wav"),
        Peer(
          work: w1, name: "ecasound", needs: ["ecasound", "python3"],
          setUp: graph("ecasound", work),
          line: "sh \(o)/ecasound_\(work).sh \(o)/eca_\(work).wav"),
        Peer(
          work: w1, name: "csound", needs: ["csound", "python3"], setUp: graph("csound", work),
          line: "csound -d -m0 -W -f -o \(o)/cs_\(work).wav \(o)/csound_\(work).csd"),
        Peer(
          work: w1, name: "pedalboard, streaming", needs: ["python:pedalboard"],
          line: "\(pedalboard) \(work) \(a) \(o)/pb_\(work).wav mode=stream"),
        Peer(
          work: w1, name: "pedalboard, 2 threads", needs: ["python:pedalboard"],
          line: "\(pedalboard) \(work) \(a) \(o)/pb_\(work).wav mode=mem threads=2"),
      ]
    }
    let ebur = "cc -O2 -o \(o)/ebur \(s)/ebur.c -lebur128 -lsndfile -lm"
    list += [
      Peer(
        work: "W1c", name: "libebur128", needs: ["cc", "header:ebur128.h"], setUp: ebur,
        line: "\(o)/ebur \(a)/mix.wav"),
      Peer(work: "W1c", name: "ffmpeg ebur128", needs: ["ffmpeg"], line: small("c-ffmpeg-ebur128")),
      Peer(
        work: "W1d", name: "ffmpeg alimiter 4x", needs: ["ffmpeg", "bc"],
        line: small("d-ffmpeg-alimiter4x")),
      Peer(
        work: "W1d", name: "pedalboard", needs: ["python:pedalboard", "python:pyloudnorm"],
        line: small("d-pedalboard")),
      Peer(work: "W1e", name: "ffmpeg soxr 28", needs: ["ffmpeg"], line: small("e-ffmpeg-soxr28")),
      Peer(work: "W1e", name: "sox rate -v", needs: ["sox"], line: small("e-sox-v")),
      Peer(work: "W1f", name: "sox reverb", needs: ["sox"], line: small("f-sox-reverb")),
      Peer(
        work: "W1f", name: "csound reverbsc", needs: ["csound"], line: small("f-csound-reverbsc")),
      Peer(
        work: "W1f", name: "pedalboard", needs: ["python:pedalboard"], line: small("f-pedalboard")),
      Peer(work: "W1g", name: "ffmpeg afir", needs: ["ffmpeg"], line: small("g-ffmpeg-afir")),
      Peer(
        work: "W1g", name: "pedalboard", needs: ["python:pedalboard"], line: small("g-pedalboard")),
      Peer(
        work: "W1g", name: "scipy oaconvolve", needs: ["python:scipy", "python:soundfile"],
        line: small("g-scipy-oaconvolve")),
      Peer(
        work: "W1", name: "csound + ffmpeg", needs: ["csound", "ffmpeg", "python3", "bc"],
        setUp: graph("csound", "full"), line: "sh \(s)/full.sh csound \(a) \(o)"),
      Peer(
        work: "W1", name: "pedalboard + pyloudnorm",
        needs: ["python:pedalboard", "python:pyloudnorm"],
        line: "PYTHONDONTWRITEBYTECODE=1 sh \(s)/full.sh pedalboard \(a) \(o)"),
    ]
    return list.filter { settings.only.isEmpty || "\($0.work) \($0.name)".contains(settings.only) }
  }

  func run(into results: inout Results) throws {
    guard let scripts = settings.peers, ChildProcess.isThere(scripts + "/mkgraph.py") else {
      ChildProcess.say("no scripts for other programs: give their folder with --peers")
      return
    }
    ChildProcess.makeFolder(folder)
    let parts = PartBench(settings)
    for peer in peers {
      guard peer.needs.allSatisfy(isThere) else {
        ChildProcess.say("\(peer.work): \(peer.name) is not installed")
        continue
      }
      guard
        try ChildProcess.run(peer.setUp, in: folder, log: folder + "/setup.txt").status == 0
      else {
        ChildProcess.say("\(peer.work): \(peer.name) could not be set up")
        continue
      }
      for _ in 0..<settings.runCount {
        let own = try ours(peer.work, parts)
        let other = try ChildProcess.run(peer.line, in: folder, log: folder + "/log.txt")
        guard other.status == 0 else {
          ChildProcess.say("\(peer.work): \(peer.name) ended with \(other.status)")
          break
        }
        results.addPair(peer.work, peer.name, own: own, other: other)
      }
    }
  }

  /// Our run of the same work, on all cores as anybody would run it.
  private func ours(_ work: String, _ parts: PartBench) throws -> Cost {
    if work == "W1" {
      let session = W1Session(audio: settings.audio, seconds: settings.seconds).text
      return try parts.run(
        PartBench.Part(name: "W1", arguments: "build deliver/w1 --no-cache", session: session))
    }
    let two = parts.parts.first { $0.name == "\(work), 2 workers" }
    guard let part = two ?? parts.parts.first(where: { $0.name == work }) else {
      throw BenchFailure("there is no part \(work)")
    }
    return try parts.run(part)
  }

  private func isThere(_ need: String) -> Bool {
    if need.hasPrefix("python:") {
      let line = "python3 -c 'import \(need.dropFirst(7))'"
      return ((try? ChildProcess.run(line, in: "/", log: "/dev/null"))?.status ?? 1) == 0
    }
    if need.hasPrefix("header:") {
      let line = "printf '#include <\(need.dropFirst(7))>\\n' | cc -E -"
      return ((try? ChildProcess.run(line, in: "/", log: "/dev/null"))?.status ?? 1) == 0
    }
    return ChildProcess.hasProgram(need)
  }
}
