import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

/// One build of an album: its songs' mixes, then what is made of them.
struct AlbumRun {
  let pipeline: Pipeline
  var album: AlbumSource
  let options: BuildOptions
  let targets: [String]

  var sources: SourceMap { album.declared.sources }

  /// Folder that outputs go to.
  var outputFolder: String { options.outputFolder(of: pipeline) }

  /// Where a file goes that is written as `file` in the session.
  func place(_ file: String, writtenAt span: Span) -> String {
    options.place(file, writtenIn: Files.folder(of: sources[span.source].path))
  }

  // MARK: Targets

  struct Targets {
    /// Indices of songs whose mixes are asked for by name.
    var songs: [Int] = []
    var deliveries: [AlbumDelivery] = []
    /// `mix`, `master` and the like, of the songs one after the other.
    var programme: [String] = []
  }

  func chosenTargets() throws -> Targets {
    var chosen = Targets()
    if targets.isEmpty {
      if album.deliveries.isEmpty || options.isAudition {
        chosen.programme = ["master"]
      } else {
        chosen.deliveries = album.deliveries
      }
      return chosen
    }
    var names: [String] = []
    for target in targets {
      switch target {
      case "songs": chosen.songs = album.playing
      case "deliveries": names += album.deliveries.map(\.name)
      case "mix", "master": chosen.programme.append(target)
      case _ where target.hasPrefix("song/"):
        let name = String(target.dropFirst(5))
        guard let index = album.playing.first(where: { album.written.songs[$0].name.value == name })
        else { throw unknown(target) }
        chosen.songs.append(index)
      case _ where target.hasPrefix("deliver/"):
        let name = String(target.dropFirst(8))
        guard album.deliveries.contains(where: { $0.name == name }) else { throw unknown(target) }
        names.append(name)
      default: throw unknown(target)
      }
    }
    if options.isAudition && !names.isEmpty {
      throw ValidationError(
        "deliveries are not made with --range, --solo or --mute; 'master' is")
    }
    // Those whose gain others take.
    var index = 0
    while index < names.count {
      let delivery = album.deliveries.first { $0.name == names[index] }
      if case .asDelivery(let other)? = delivery?.written.gain?.value, !names.contains(other) {
        names.append(other)
      }
      index += 1
    }
    chosen.deliveries = album.deliveries.filter { names.contains($0.name) }
    return chosen
  }

  private func unknown(_ target: String) -> ValidationError {
    let known =
      ["songs", "deliveries", "mix", "master"]
      + album.playing.map { "song/\(album.written.songs[$0].name.value)" }
      + album.deliveries.map { "deliver/\($0.name)" }
    let hint = Suggestions.nearest(target, in: known).first.map { "; did you mean '\($0)'?" } ?? ""
    return ValidationError("there is no target '\(target)'\(hint)")
  }

  /// Songs and versions that the targets need, in order.
  func neededSongs(_ chosen: Targets) -> [(song: Int, version: String)] {
    var needed: [(song: Int, version: String)] = []
    func need(_ song: Int, _ version: String?) {
      let key = album.songs[song]?.key(version: version) ?? ""
      guard album.songs[song]?.sessions[key] != nil,
        !needed.contains(where: { $0 == (song, key) })
      else { return }
      needed.append((song, key))
    }
    for song in chosen.songs { need(song, nil) }
    if !chosen.programme.isEmpty { for song in album.playing { need(song, nil) } }
    for delivery in chosen.deliveries {
      for part in delivery.parts {
        for song in part.selection.songs { need(song, part.selection.version) }
      }
    }
    return needed
  }

  // MARK: Building

  mutating func perform() throws -> BuildRun.Outcome {
    var outcome = BuildRun.Outcome()
    outcome.rate = album.rate ?? 48_000
    let chosen = try chosenTargets()
    let store = pipeline.store
    VerifyFolder.removeDead(in: outputFolder)
    guard Files.makeFolders(outputFolder) else {
      outcome.ioFailures.append("\(outputFolder): the folder cannot be made")
      return outcome
    }
    var lock = LockStep(session: pipeline.sessionPath, options)
    if lock.isAsked {
      guard let made = try lockedInputs(&outcome) else { return outcome }
      guard lock.begin(made, &outcome) else { return outcome }
    }
    var failed: [(song: Int, version: String)] = []
    for (song, version) in neededSongs(chosen) {
      let made = try SongRender(self, song: song, version: version, store: store)
        .perform(&outcome)
      guard let frames = made else {
        failed.append((song, version))
        if options.keepGoing { continue }
        return outcome
      }
      album.songs[song]?.setFrames(frames, version: version)
    }
    if !failed.isEmpty {
      // What is made of other songs alone does not depend on those.
      let made = chosen.deliveries.filter { delivery in
        let needed = neededSongs(Targets(deliveries: [delivery]))
        return !needed.contains { need in failed.contains { $0 == need } }
      }
      // What went wrong with the others keeps none of these back.
      var rest = BuildRun.Outcome()
      if !made.isEmpty { try AlbumStage(self, store: store).perform(made, &rest) }
      outcome.add(rest)
      outcome.sheets += rest.sheets
      return outcome
    }
    if !chosen.programme.isEmpty, let run = programmeRun(chosen.programme, &outcome.diagnostics) {
      outcome.add(try run.perform())
    }
    if !chosen.deliveries.isEmpty, !outcome.diagnostics.hasErrors {
      try AlbumStage(self, store: store).perform(chosen.deliveries, &outcome)
    }
    if lock.isAsked, !outcome.diagnostics.hasErrors { lock.end(&outcome, store) }
    return outcome
  }

  /// What the album is made from: recordings and kernels of all songs, and its own kernels and
  /// profiles; nil: a song cannot be made, which has been said.
  private func lockedInputs(_ outcome: inout BuildRun.Outcome) throws -> LockFile? {
    var lock = LockFile()
    for song in album.playing {
      guard let source = album.songs[song] else { continue }
      let name = source.written.name.value
      for version in source.sessions.keys.sorted() {
        let render = SongRender(self, song: song, version: version, store: pipeline.store)
        guard let (run, prepared, _) = try render.prepared(&outcome.diagnostics) else { return nil }
        lock.add(
          run.session, run.graph, recordingHashes: prepared.recordingHashes(),
          in: run.pipeline.folder, song: name)
      }
      if let mix = source.written.mix {
        let path = Files.join(
          pipeline.directory(of: mix.path.span.source, sources), mix.path.value)
        lock.add(
          recording: path, written: mix.path.value, Files.sha256(path, pipeline.store) ?? "",
          in: pipeline.folder, song: name)
      }
    }
    let whole = album.compile(AlbumSelection(songs: album.playing))
    if let session = whole.session { lock.add(profilesOf: session) }
    if let graph = whole.graph { lock.add(kernelsOf: graph) }
    return lock
  }

  /// Every file that the album is made of, from the working folder.
  var inputs: [String] {
    var inputs = album.declared.files
    for song in album.playing {
      guard let source = album.songs[song] else { continue }
      for (_, version) in source.sessions.sorted(by: { $0.key < $1.key }) {
        inputs += version.compiled.session?.recordings.map(\.path) ?? []
      }
      if let mix = source.written.mix {
        let folder = pipeline.directory(of: mix.path.span.source, sources)
        inputs.append(Files.join(folder, mix.path.value))
      }
    }
    // Of the album's own recordings those that are settings: the others are mixes of songs.
    let whole = album.compile(AlbumSelection(songs: album.playing))
    for case .stage(let stage) in whole.graph?.nodes.map(\.kind) ?? [] {
      for case .response(let response) in stage.insert.settings.values {
        if let session = whole.session {
          inputs.append(session.recordings[response.recording].path)
        }
      }
    }
    let tags = [album.session.metadata] + album.deliveries.compactMap(\.written.metadata)
    return inputs + tags.compactMap { $0["cover"] }.map { album.session.resolved($0) }
  }

  /// The songs one after the other, mix or master: a build of its own; nil: it cannot be, which has
  /// been said.
  func programmeRun(_ names: [String], _ diagnostics: inout DiagnosticList) -> BuildRun? {
    let part = album.compile(
      AlbumSelection(songs: album.playing), options: options.resolveOptions)
    guard let session = part.session, let graph = part.graph, !part.diagnostics.hasErrors else {
      diagnostics.add(contentsOf: part.diagnostics.all)
      return nil
    }
    // The album's lock says all of it.
    var own = options
    own.lock = false
    own.frozen = false
    return BuildRun(
      pipeline: pipeline, session: session, graph: graph, options: own, targets: names,
      sources: sources, declared: part.programme.session(of: album.session))
  }
}

extension BuildRun.Outcome {
  /// Takes in what a part of the build did.
  mutating func add(_ other: BuildRun.Outcome) {
    files += other.files
    diagnostics.add(contentsOf: other.diagnostics.all)
    ioFailures += other.ioFailures
    moved += other.moved
    verdicts += other.verdicts
    add(other.report)
  }

  mutating func add(_ other: RenderReport) {
    report.rendered += other.rendered
    report.cached += other.cached
    report.failures += other.failures
    report.wasCancelled = report.wasCancelled || other.wasCancelled
  }
}
