import Diagnostics
import Engine
import MixGraph
import SessionModel
import SessionYAML

/// A song of an album: its session in each version that the album wants, or its finished mix.
struct AlbumSong {
  let written: Album.Song
  let index: Int
  /// Versions that its session declares.
  private(set) var versionNames: [String] = []
  /// By version; the empty name is the song as the album lists it.
  private(set) var sessions: [String: Version] = [:]
  private var finished: AlbumMaterial?

  struct Version {
    var pipeline: Pipeline
    var compiled: Pipeline.Compiled
    /// Its mix, from the working folder.
    var path: String
    var material: AlbumMaterial
  }

  init(_ written: Album.Song, index: Int) {
    self.written = written
    self.index = index
  }

  /// The key in `sessions` of what plays in a version of the album.
  func key(version: String?) -> String {
    version.flatMap { sessions[$0] == nil ? nil : $0 } ?? ""
  }

  /// Of a session that cannot be read nothing is known.
  func mayHave(version: String) -> Bool {
    written.session != nil && sessions.isEmpty || versionNames.contains(version)
  }

  func material(version: String?) -> AlbumMaterial? {
    finished ?? sessions[key(version: version)]?.material
  }

  /// The ISRC of what plays in a version of the album.
  func code(version: String) -> Located<String>? {
    written.metadata["isrc"] ?? material(version: version)?.metadata["isrc"]
  }

  /// Whether a version of the album plays the same here as for another song.
  func isRecording(of other: AlbumSong, version: String) -> Bool {
    if let mix = written.mix?.path.value { return mix == other.written.mix?.path.value }
    let (own, others) = (key(version: version), other.key(version: version))
    return sessions[own]?.pipeline.sessionPath == other.sessions[others]?.pipeline.sessionPath
      && own == others && (!own.isEmpty || written.version?.value == other.written.version?.value)
  }

  /// Sets what is known of a mix once it is rendered.
  mutating func setFrames(_ frames: Int64, version: String) {
    sessions[version]?.material.frames = frames
  }

  // MARK: Reading

  mutating func read(
    versions: [String], in album: inout AlbumSource, into diagnostics: inout DiagnosticList
  ) {
    if let mix = written.mix { return readMix(mix, album) }
    guard let path = written.session else { return }
    let folder = album.pipeline.directory(of: path.span.source, album.declared.sources)
    var file = Files.join(folder, path.value)
    if Files.isFolder(file) { file = Files.join(file, "session.yaml") }
    let pipeline = Pipeline(
      sessionPath: file, store: album.pipeline.store, isParanoid: album.pipeline.isParanoid,
      assumesRecordings: album.pipeline.assumesRecordings)
    guard let own = load(pipeline, version: nil, &album, &diagnostics) else { return }
    versionNames = own.session?.versions.map(\.name.value) ?? []
    guard let session = own.session, session.kind == .song else {
      if let kind = own.session?.kind {
        diagnostics.add(
          Diagnostic(
            .songKind,
            "'\(path.value)' is of kind \(kind.rawValue); a song is a session of kind song",
            at: path.span))
      }
      return
    }
    if session.master.fadeOut != nil && written.fadeOut == nil {
      var warning = DiagnosticList()
      warning.add(
        Diagnostic(
          .songFadeLeftOut,
          "'\(path.value)' fades out in its master, which the album leaves out", at: path.span,
          notes: [Note("the fade is here", at: session.master.fadeOut?.range.span)]))
      diagnostics.add(contentsOf: warning.applying(lints: album.session.lints).all)
    }
    guard let base = base(own, pipeline, &album, &diagnostics) else { return }
    keep(base, pipeline, version: "", &album, &diagnostics)
    for version in versions where versionNames.contains(version) {
      guard let other = load(pipeline, version: version, &album, &diagnostics) else { continue }
      keep(other, pipeline, version: version, &album, &diagnostics)
    }
  }

  /// The session in the version that the album names.
  private func base(
    _ own: Pipeline.Declared, _ pipeline: Pipeline, _ album: inout AlbumSource,
    _ diagnostics: inout DiagnosticList
  ) -> Pipeline.Declared? {
    guard let version = written.version else { return own }
    guard versionNames.contains(version.value) else {
      diagnostics.add(
        Diagnostic(
          .unknownVersion,
          "'\(written.session?.value ?? "")' has no version named '\(version.value)'",
          at: version.span,
          notes: versionNames.isEmpty
            ? []
            : [
              Note("versions are \(versionNames.map { "'\($0)'" }.joined(separator: ", "))")
            ],
          fixes: Suggestions.nearest(version.value, in: versionNames)
            .map { FixIt(version.span, $0) }))
      return nil
    }
    return load(pipeline, version: version.value, &album, &diagnostics)
  }

  /// Reads the session; its texts are added to the album's.
  private func load(
    _ pipeline: Pipeline, version: String?, _ album: inout AlbumSource,
    _ diagnostics: inout DiagnosticList
  ) -> Pipeline.Declared? {
    guard Files.exists(pipeline.sessionPath) else {
      diagnostics.add(
        Diagnostic(
          .sessionMissing,
          "'\(written.session?.value ?? "")' cannot be read: there is no such file",
          at: written.session?.span))
      return nil
    }
    let declared = pipeline.load(version: version, after: album.declared)
    album.declared.sources = declared.sources
    album.declared.directories = declared.directories
    for file in declared.files where !album.declared.files.contains(file) {
      album.declared.files.append(file)
    }
    return declared
  }

  private mutating func keep(
    _ declared: Pipeline.Declared, _ pipeline: Pipeline, version: String,
    _ album: inout AlbumSource, _ diagnostics: inout DiagnosticList
  ) {
    let compiled = pipeline.compile(declared)
    diagnostics.add(contentsOf: compiled.diagnostics)
    guard let session = compiled.session, let source = written.session?.span.source else { return }
    let file = version.isEmpty ? written.name.value : "\(written.name.value) (\(version))"
    let path = Files.join(album.songsFolder, FileNames.safe(file) + ".wav")
    var frames = session.programme.length
    if case .success(let facts) = pipeline.probe.facts(of: path), facts.rate == session.rate {
      frames = facts.frames
    }
    let folder = album.pipeline.directory(of: source, album.declared.sources)
    sessions[version] = Version(
      pipeline: pipeline, compiled: compiled, path: path,
      material: AlbumMaterial(
        path: RelativePath.of(path, from: folder), frames: frames, rate: session.rate,
        channelCount: 2, metadata: declared.session?.metadata ?? Metadata()))
  }

  private mutating func readMix(_ mix: SourceReference, _ album: AlbumSource) {
    let folder = album.pipeline.directory(of: mix.path.span.source, album.declared.sources)
    // What cannot be read is reported where the programme is resolved.
    var material = AlbumMaterial(path: mix.path.value, frames: 1, rate: 0, channelCount: 2)
    if case .success(let facts) = album.pipeline.probe.facts(
      of: Files.join(folder, mix.path.value))
    {
      material.frames = facts.frames
      material.rate = facts.rate
      material.channelCount = mix.channels?.value.count ?? facts.channelCount
    }
    finished = material
  }
}

extension AlbumSource {
  /// Where the songs' mixes are, from the working folder.
  var songsFolder: String {
    Files.join(pipeline.output ?? Files.join(pipeline.folder, "out"), "songs")
  }
}

/// Paths from one folder to another file.
enum RelativePath {
  /// `path` (from the working folder, or absolute) as a file in `folder` would write it.
  static func of(_ path: String, from folder: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty || folder == "." { return path }
    if path.hasPrefix(folder + "/") { return String(path.dropFirst(folder.count + 1)) }
    let steps = folder.split(separator: "/").filter { $0 != "." }
    if folder.hasPrefix("/") || steps.contains("..") { return Files.absolute(path) }
    return String(repeating: "../", count: steps.count) + path
  }

  /// `path` from `folder`, both seen from the working folder, without `.` and by as few steps upward
  /// as that takes: the same wherever the working folder is.
  static func steps(to path: String, from folder: String) -> String {
    func parts(_ path: String) -> [Substring] {
      var parts: [Substring] = []
      for part in Files.absolute(path).split(separator: "/") where part != "." {
        if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
      }
      return parts
    }
    let (from, to) = (parts(folder), parts(path))
    let common = zip(from, to).prefix { $0 == $1 }.count
    let upward = from.dropFirst(common).map { _ in ".."[...] }
    return (upward + to.dropFirst(common)).joined(separator: "/")
  }
}

extension Files {
  /// `path` seen from the root.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : join(workingFolder, path)
  }
}
