import Diagnostics
import MixGraph
import SessionModel
import Signal

/// Recordings by path: frames, rate, channels.
struct TableProbe: RecordingProbe {
  var files: [String: Result<RecordingFacts, RecordingProblem>] = [:]

  init(_ files: [String: (frames: Int64, rate: Int, channels: Int)] = [:]) {
    for (path, facts) in files {
      self.files[path] = .success(
        RecordingFacts(frames: facts.frames, rate: facts.rate, channelCount: facts.channels))
    }
  }

  func facts(of path: String) -> Result<RecordingFacts, RecordingProblem> {
    files[path] ?? .failure(.missing)
  }

  func fileNames(in folder: String) -> [String] {
    files.keys.filter { $0.hasPrefix(folder.isEmpty ? "" : folder + "/") }
      .map { String($0.dropFirst(folder.isEmpty ? 0 : folder.count + 1)) }
      .filter { !$0.contains("/") }.sorted()
  }
}

/// A generator with a fixed sequence for each seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Makes sessions by hand; every value gets a span of its own, in the order of making.
final class SessionMaker {
  private var next = 0

  func span() -> Span {
    next += 10
    return Span(SourceID(0), next, next + 5)
  }

  func at<Value>(_ value: Value) -> Located<Value> { Located(value, span()) }

  func session(rate: Int = 48000, bpm: Rational? = nil) -> Session {
    var session = Session(span: Span(SourceID(0), 0, 1))
    session.rate = at(rate)
    if let bpm { session.tempo = [TempoPoint(position: at(.start), bpm: bpm, span: span())] }
    return session
  }

  func frames(_ a: Int64, _ b: Int64) -> Located<RangeExpression> {
    at(.between(at(.frames(a)), at(.frames(b))))
  }

  func source(_ path: String, channels: [Int]? = nil) -> SourceReference {
    SourceReference(path: at(path), channels: channels.map { at($0) })
  }

  func clip(
    _ path: String, in start: Int64? = nil, out end: Int64? = nil, at place: Int64? = nil,
    gain: Double? = nil, crossfade: Int64? = nil, curve: FadeCurve? = nil
  ) -> Clip {
    var clip = Clip(source: source(path), span: span())
    clip.in = start.map { at(.frames($0)) }
    clip.out = end.map { at(.frames($0)) }
    clip.at = place.map { at(.frames($0)) }
    clip.gain = gain.map { at($0) }
    clip.crossfade = crossfade.map { fade($0, curve) }
    return clip
  }

  func fade(_ frames: Int64, _ curve: FadeCurve? = nil) -> Fade {
    Fade(length: at(.frames(frames)), curve: curve.map { at($0) })
  }

  func track(_ name: String, _ clips: [Clip], edits: [TrackEdit] = []) -> Track {
    var track = Track(name: at(name), span: span())
    track.clips = clips
    track.edits = edits
    return track
  }

  func edit(
    _ kind: TrackEdit.Kind, _ a: Int64, _ b: Int64, crossfade: Int64? = nil,
    curve: FadeCurve? = nil
  ) -> TrackEdit {
    var edit = TrackEdit(kind, range: frames(a, b), span: span())
    edit.crossfade = crossfade.map { fade($0, curve) }
    return edit
  }

  func cut(_ a: Int64, _ b: Int64, crossfade: Int64? = nil) -> SessionEdit {
    sessionEdit(.cut(frames(a, b)), crossfade)
  }

  func insert(_ place: Int64, _ length: Int64, name: String? = nil) -> SessionEdit {
    var edit = sessionEdit(.insert(at: at(.frames(place)), length: at(.frames(length))), nil)
    edit.name = name.map { at($0) }
    return edit
  }

  func repeated(_ a: Int64, _ b: Int64, times: Int) -> SessionEdit {
    sessionEdit(.repeat(frames(a, b), times: times), nil)
  }

  func move(_ a: Int64, _ b: Int64, to place: Int64) -> SessionEdit {
    sessionEdit(.move(frames(a, b), to: at(.frames(place))), nil)
  }

  private func sessionEdit(_ kind: SessionEdit.Kind, _ crossfade: Int64?) -> SessionEdit {
    var edit = SessionEdit(kind, span: span())
    edit.crossfade = crossfade.map { fade($0) }
    return edit
  }
}

extension DiagnosticList {
  var ids: [String] { sorted.map(\.id) }
}
