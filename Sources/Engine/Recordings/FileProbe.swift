import AudioFiles
public import SessionModel

/// Looks at real sound files for the resolver.
///
/// - Complexity: a header is read; MP3, Ogg and the like are decoded once to count their frames.
public struct FileProbe: RecordingProbe {
  public init() {}

  public func facts(of path: String) -> Result<RecordingFacts, RecordingProblem> {
    switch SoundFileProbe.facts(of: path) {
    case .success(let facts):
      .success(
        RecordingFacts(frames: facts.frames, rate: facts.rate, channelCount: facts.channelCount))
    case .failure(let error):
      .failure(FileProbe.problem(error))
    }
  }

  static func problem(_ error: SoundFileError) -> RecordingProblem {
    switch error {
    case .missing: .missing
    case .lfsPointer: .lfsPointer
    case .isFolder: .isFolder
    case .unsupported(let reason): .unsupported(reason)
    case .unreadable(let reason): .unreadable(reason)
    case .damaged, .notFinite, .notWritten: .unreadable(error.message)
    }
  }
}
