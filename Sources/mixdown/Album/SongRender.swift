import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel

/// Renders a song's mix for its album, as an ordinary incremental build of its session.
struct SongRender {
  private let album: AlbumRun
  /// `song/NAME`
  let name: String
  private let version: AlbumSong.Version?
  /// nil: the song as it is.
  private let versionName: String?
  /// Tells versions of a session apart in what the store remembers of the last build.
  private let label: String
  private let store: Store?

  init(_ album: AlbumRun, song: Int, version: String, store: Store?) {
    self.album = album
    self.store = store
    label = version.isEmpty ? "" : "#\(version)"
    versionName = version.isEmpty ? nil : version
    self.version = album.album.songs[song]?.sessions[version]
    let written = album.album.written.songs[song].name.value
    name = version.isEmpty ? "song/\(written)" : "song/\(written) (\(version))"
  }

  /// - Returns: the mix's frames; nil when it could not be made, after saying why.
  func perform(_ outcome: inout BuildRun.Outcome) throws -> Int64? {
    guard let (run, render, format) = try prepared(&outcome.diagnostics), let version else {
      return nil
    }
    guard Files.makeFolders(Files.folder(of: version.path)) else {
      outcome.ioFailures.append("\(Files.folder(of: version.path)): the folder cannot be made")
      return nil
    }
    let progress = ProgressLine(programme: run.session.programme.length, rate: run.session.rate)
    let report = render.run { done, total in progress.show(done, of: total) }
    progress.clear()
    if Interruption.signal != 0 { throw ExitCode(128 + Interruption.signal) }
    outcome.add(report)
    for failure in report.failures { run.explain(failure, &outcome) }
    if report.failures.isEmpty {
      PastBuilds(pipeline: version.pipeline).remember(
        album.sources, files: version.compiled.declared.files, version: versionName,
        ResolveOptions())
    }
    for fault in report.cacheFaults { Console.error("mixdown: \(fault)") }
    guard report.failures.isEmpty, let output = report.outputs.first else { return nil }
    outcome.files.append(
      BuildRun.File(target: name, path: version.path, facts: output.facts, format: format))
    return output.facts.frames
  }

  /// The render, not run; nil when the song cannot be.
  func prepared(
    _ diagnostics: inout DiagnosticList
  ) throws -> (run: BuildRun, render: Render, format: SoundFileFormat)? {
    guard let version else { return nil }
    let compiled = version.pipeline.measureTrims(
      version.compiled, workers: album.options.j ?? RenderOptions.processorCount)
    guard let session = compiled.session, let graph = compiled.graph,
      let mix = graph.output("mix"), !compiled.diagnostics.hasErrors
    else {
      diagnostics.add(contentsOf: compiled.diagnostics.all)
      return nil
    }
    let run = BuildRun(
      pipeline: version.pipeline, session: session, graph: graph, options: album.options,
      targets: [], sources: album.sources)
    let format = SoundFileFormat(
      .wav, .float32, rate: session.rate, channelCount: graph[mix].channelCount)
    let path = version.path
    var file = FileRequest(format)
    file.measures = { DeliveryMeasures($0).kept }
    let request = OutputRequest(
      name: name, node: mix.index, endNode: mix.index, path: path,
      fields: [
        FileField("format", "\(format)"), FileField("measures", "\(DeliveryMeasures.keptCount)"),
      ],
      kind: .file(file))
    var options = run.renderOptions(nil)
    options.sessionPath = version.pipeline.sessionPath + label
    // A song is rendered whole, whatever of the album is listened to.
    options.selection = ""
    let render = Render(
      graph, session: session, outputs: [request], options: options, store: store,
      cancellation: Interruption.install())
    return (run, render, format)
  }
}
