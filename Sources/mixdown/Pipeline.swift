import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import SessionYAML

/// The line from text to files, one function an arrow. Each gives its result and every message.
struct Pipeline {
  /// As the user named it.
  let sessionPath: String
  /// What is known from earlier builds; nil: nothing is.
  var store: Store?
  /// Nothing is believed of a recording that is not read now.
  var isParanoid = false
  /// A recording that cannot be read is taken for one that is long enough.
  var assumesRecordings = false
  /// Folder of an album's outputs; nil: `out` beside its file.
  var output: String?
  /// Folder of the session file; recordings and outputs are relative to it.
  var folder: String { Files.folder(of: sessionPath) }

  struct Declared {
    var session: Session?
    var sources: SourceMap
    var diagnostics: DiagnosticList
    /// The session and everything it includes, as paths from the working folder.
    var files: [String]
    /// The folder of each text of `sources`.
    var directories: [String] = []
  }

  struct Compiled {
    var declared: Declared
    var session: ResolvedSession?
    var graph: Graph?
    var diagnostics: DiagnosticList
    /// What an album is made of; nil: the session is none. Then `session` and `graph` are those
    /// of the songs one after the other.
    var album: AlbumSource?
  }

  // session.yaml → Session
  /// - Parameters:
  ///   - others: sessions read before, into whose texts messages point as well.
  ///   - text: takes the place of reading a file; nil: there is none.
  func load(
    version: String? = nil, after others: Declared? = nil, text: ((String) -> [UInt8]?)? = nil
  ) -> Declared {
    let files = FileList()
    let loaded = SessionLoader.load(
      path: sessionPath, after: others?.sources ?? SourceMap(),
      directories: others?.directories ?? []
    ) { path in
      files.paths.append(path)
      if let text {
        guard let bytes = text(path) else { throw Reason(description: "there is no such file") }
        return bytes
      }
      switch Files.read(path) {
      case .success(let bytes): return bytes
      case .failure(.missing): throw Reason(description: "there is no such file")
      case .failure(.other(let reason)): throw Reason(description: reason)
      }
    }
    var session = loaded.session
    var diagnostics = loaded.diagnostics
    if let version, let declared = session {
      let applied = loaded.applying(version: Located(version, declared.span))
      session = applied.session
      diagnostics.add(contentsOf: applied.diagnostics.all)
    }
    return Declared(
      session: session, sources: loaded.sources,
      diagnostics: diagnostics.filtered { !Self.followsFromUnread($0, session) },
      files: files.paths,
      directories: loaded.directories)
  }

  /// Messages that only follow from what could not be read.
  private static func followsFromUnread(_ diagnostic: Diagnostic, _ session: Session?) -> Bool {
    session?.isUnread == true
      && [Rule.emptySession, .missingRate, .unknownAddress].contains(diagnostic.rule)
  }

  private final class FileList { var paths: [String] = [] }

  private struct Reason: Error, CustomStringConvertible { var description: String }

  // Session → ResolvedSession → Graph
  func compile(
    _ declared: Declared, options: ResolveOptions = ResolveOptions(), isForRendering: Bool = true
  ) -> Compiled {
    var result = Compiled(
      declared: declared, session: nil, graph: nil, diagnostics: declared.diagnostics)
    guard let session = declared.session else { return result }
    if session.kind == .album { return AlbumSource.compile(declared, in: self, options: options) }
    var options = options
    options.profileFormats = Profiles.formats
    let resolved = SessionResolver.resolve(
      session, probe: probe, directory: { directory(of: $0, declared.sources) }, options: options)
    result.session = resolved.session
    let lints = session.lints
    // A track whose source could not be read has none for that reason.
    // What is no path by YAML is no file either.
    let misread = Set(
      declared.diagnostics.all.filter { $0.rule == .yamlAlias || $0.rule == .yamlAnchor }
        .compactMap(\.span))
    result.diagnostics.add(
      contentsOf: resolved.diagnostics.applying(lints: lints).all.filter { diagnostic in
        !(declared.diagnostics.hasErrors && diagnostic.rule == .emptyTrack)
          && !Self.followsFromUnread(diagnostic, session)
          && !(diagnostic.rule == .missingRecording
            && diagnostic.span.map { misread.contains($0) } ?? false)
      })
    if let session = resolved.session {
      result.diagnostics.add(
        contentsOf: DeliveryCheck.diagnostics(of: session).applying(lints: lints).all)
    }
    if let session = resolved.session, !result.diagnostics.hasErrors {
      let compiled = GraphCompiler.compile(session, isForRendering: isForRendering)
      result.graph = compiled.graph
      result.diagnostics.add(contentsOf: compiled.diagnostics.applying(lints: lints).all)
    }
    return result
  }
}

/// Recordings where they are, and in place of those that are not something long.
private struct AssumedRecordings: RecordingProbe {
  let files: FileProbe

  func fileNames(in folder: String) -> [String] { files.fileNames(in: folder) }

  func facts(of path: String) -> Result<RecordingFacts, RecordingProblem> {
    guard case .failure = files.facts(of: path) else { return files.facts(of: path) }
    return .success(RecordingFacts(frames: 1 << 31, rate: 48_000, channelCount: 2))
  }
}

extension Pipeline {
  /// Messages about a version of the session, which say so.
  func messages(of compiled: Compiled, inVersion version: String) -> [Diagnostic] {
    compiled.diagnostics.all.map { diagnostic in
      var named = diagnostic
      named.notes.append(Note("so it is in version '\(version)', which a delivery is made of"))
      return named
    }
  }

  /// What is wrong in the versions that deliveries are made of and not without them.
  func messagesOfVersions(_ compiled: Compiled, options: ResolveOptions) -> [Diagnostic] {
    guard let session = compiled.declared.session, session.kind != .album,
      session.appliedVersion == nil
    else { return [] }
    func same(_ diagnostic: Diagnostic) -> String {
      "\(diagnostic.id) \(diagnostic.span.map { "\($0)" } ?? "") \(diagnostic.message)"
    }
    let known = Set(compiled.diagnostics.all.map(same))
    var names: [String] = []
    for delivery in session.master.deliveries where !delivery.isBypassed {
      if let name = delivery.version?.value, !names.contains(name) { names.append(name) }
    }
    return names.flatMap { name in
      messages(
        of: compile(load(version: name), options: options, isForRendering: false), inVersion: name
      ).filter { !known.contains(same($0)) }
    }
  }

  /// Looks at recordings, through what the store knows of them.
  var probe: any RecordingProbe {
    let files = FileProbe(store: store, paranoid: isParanoid) { Files.names(in: $0) }
    return assumesRecordings ? AssumedRecordings(files: files) : files
  }

  /// The folder to which paths of a source are relative; empty: the working folder.
  func directory(of source: SourceID, _ sources: SourceMap) -> String {
    let own = Files.folder(of: sources[source].path)
    return own == "." ? (folder == "." ? "" : folder) : own
  }

  // ResolvedSession + measurements → ResolvedSession, Graph
  /// Turns `trim: to LEVEL` into gains; measures what the store does not know.
  func measureTrims(_ compiled: Compiled, workers: Int) -> Compiled {
    guard let session = compiled.session, compiled.graph != nil,
      session.strips.contains(where: { $0.trimTarget != nil })
    else { return compiled }
    var result = compiled
    let trimmed = TrimMeasurement.apply(
      to: session, store: store, workers: workers, paranoid: isParanoid)
    for name in trimmed.silent {
      let span = session.strips.first { $0.name == name }?.span
      result.diagnostics.add(.trimOfSilence(name, at: span))
    }
    for failure in trimmed.failures {
      if case .recording(let problem) = failure {
        let reference = session.recordings[problem.recording]
        result.diagnostics.add(
          .recordingDamaged(reference.written, problem.message, at: reference.span))
      }
    }
    result.session = trimmed.session
    let again = GraphCompiler.compile(trimmed.session)
    result.graph = again.graph
    result.diagnostics.add(contentsOf: again.diagnostics.all)
    return result
  }
}
