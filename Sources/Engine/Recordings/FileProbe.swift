import AudioFiles
public import SessionModel

/// Looks at real sound files for the resolver: what the store knows by their stamps is not opened.
///
/// - Complexity: one `stat` for a file that is known; else a header is read, and MP3, Ogg and the
///   like are decoded once, which also learns what they hold.
public struct FileProbe: RecordingProbe {
  private let catalogue: RecordingCatalogue
  private let names: @Sendable (String) -> [String]

  /// - Parameters:
  ///   - paranoid: nothing is believed of a file that is not read now.
  ///   - names: the files of a folder, for suggestions.
  public init(
    store: Store?, paranoid: Bool = false,
    names: @escaping @Sendable (String) -> [String] = { _ in [] }
  ) {
    catalogue = RecordingCatalogue(store: store, trustsStamps: !paranoid)
    self.names = names
  }

  public func fileNames(in folder: String) -> [String] { names(folder) }

  public func facts(of path: String) -> Result<RecordingFacts, RecordingProblem> {
    catalogue.facts(of: path).mapError { FileProbe.problem($0) }
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
