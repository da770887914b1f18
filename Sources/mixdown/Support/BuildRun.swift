import ArgumentParser
import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import Reporting
import SessionModel
import Signal

/// One build: outputs chosen, rendered and put in place.
struct BuildRun {
  let pipeline: Pipeline
  let session: ResolvedSession
  let graph: Graph
  let options: BuildOptions
  let targets: [String]
  let sources: SourceMap
  /// As written; nil: nothing is judged but deliveries.
  var declared: Session?
  /// What is made only to be compared is not.
  var judges: Bool { options.aside == nil }
  let memory = BuildMemory()

  struct File {
    var target: String
    var path: String
    var facts: FileFacts
    var format: SoundFileFormat
  }

  /// A text that stands beside the audio.
  struct Sheet {
    /// The delivery that it belongs to; empty: it belongs to all in its folder.
    var target: String
    var path: String
  }

  struct Outcome {
    var files: [File] = []
    var report = RenderReport()
    var diagnostics = DiagnosticList()
    var ioFailures: [String] = []
    /// What `--frozen` found moved.
    var moved: [String] = []
    var verdicts: [DeliveryVerdict] = []
    /// Pieces of deliveries that were made.
    var deliveredPieces: [BuildReport.Segment] = []
    /// What was measured and is no file.
    var streams: [BuildReport.Stream] = []
    /// Texts that were written beside the audio: cue sheets, timing sheets, checksums.
    var sheets: [Sheet] = []
    /// Recordings and pictures that only versions of the session read.
    var inputs: [String] = []
    var rate = 48000

    func status(_ session: ExitStatus) -> ExitStatus {
      if session != .done && session != .targetMissed { return session }
      if report.wasCancelled || !ioFailures.isEmpty { return .ioFailed }
      return moved.isEmpty ? session : .targetMissed
    }
  }

  /// Folder that outputs go to.
  var outputFolder: String {
    let base = options.outputFolder(of: pipeline)
    return options.auditionFolder.map { Files.join(base, $0) } ?? base
  }

  // MARK: Targets

  struct Target {
    var name: String
    var node: NodeID
    var path: String
    var format: SoundFileFormat
    var endNode: NodeID?
  }

  func chosenTargets() throws -> [Target] {
    var names = targets
    if names.isEmpty {
      names = deliversByDefault ? ["mix"] : ["mix", "master"]
      names += session.stems.map { "stem/\($0.name)" }
    }
    names = names.filter { !BuildRun.isDelivery($0) }.flatMap { name in
      name == "stems" ? session.stems.map { "stem/\($0.name)" } : [name]
    }
    var chosen: [Target] = []
    for name in names where !chosen.contains(where: { $0.name == name }) {
      guard let node = graph.output(name) else {
        let known =
          graph.outputs.map(\.name) + ["stems"] + session.deliveries.map { "deliver/\($0.name)" }
        let nearest = Suggestions.nearest(name, in: known)
        let hint = nearest.first.map { "; did you mean '\($0)'?" } ?? ""
        throw ValidationError("there is no target '\(name)'\(hint)")
      }
      let isMix = name == "mix" || name == "master" || name.hasPrefix("stem/")
      chosen.append(
        Target(
          name: name, node: node, path: path(of: name), format: format(of: name, node),
          endNode: isMix ? graph.output("mix") : nil))
    }
    return chosen
  }

  func path(of target: String) -> String {
    if target == "mix", let file = session.mixFile {
      if options.isAudition {
        return Files.join(outputFolder, "mix.\(DeliveryForm.ending(of: file.value))")
      }
      return path(ofWritten: file.value, at: file.span)
    }
    let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
    let folders = ["stem": "stems", "track": "tracks", "bus": "buses"]
    if parts.count == 2, let folder = folders[parts[0]] {
      return Files.join(outputFolder, "\(folder)/\(FileNames.safe(parts[1])).wav")
    }
    return Files.join(outputFolder, "\(target).wav")
  }

  /// Where a file goes that the session writes as `file`.
  func path(ofWritten file: String, at span: Span) -> String {
    options.place(file, writtenIn: Files.folder(of: sources[span.source].path))
  }

  private func format(of target: String, _ node: NodeID) -> SoundFileFormat {
    let bits = target == "master" ? 24 : session.mixBits
    let encoding: SampleEncoding = bits == 32 ? .float32 : .integer(bits: bits)
    var container = SoundFileFormat.Container.wav
    if target == "mix", let file = session.mixFile {
      container = SoundFileFormat.Container(rawValue: DeliveryForm.ending(of: file.value)) ?? .wav
    }
    return SoundFileFormat(
      container, encoding, rate: session.rate, channelCount: graph[node].channelCount)
  }

  // MARK: Rendering

  func perform() throws -> Outcome {
    var outcome = Outcome()
    outcome.rate = session.rate
    let targets = try chosenTargets()
    let stage = DeliveryStage(self, deliveries: try chosenDeliveries(), store: pipeline.store)
    VerifyFolder.removeDead(in: outputFolder)
    let range = try wantedRange(&outcome.diagnostics)
    if outcome.diagnostics.hasErrors { return outcome }
    var requests: [OutputRequest] = []
    for target in targets {
      let folder = Files.folder(of: target.path)
      guard Files.makeFolders(folder) else {
        outcome.ioFailures.append("\(folder): the folder cannot be made")
        return outcome
      }
      requests.append(request(target, range))
    }
    stage.prepareVersions(&outcome)
    if outcome.diagnostics.hasErrors && !options.keepGoing { return outcome }
    // What the deliveries read stands right behind the files: `adopt` counts from there.
    requests += stage.spillRequests(&outcome)
    let streams = StreamStage(self, store: stage.store)
    requests += streams.requests()
    if outcome.diagnostics.hasErrors { return outcome }
    let render = renderOptions(range)
    let cancellation = Interruption.install()
    let run = Render(
      graph, session: session, outputs: requests, options: render, store: stage.store,
      cancellation: cancellation)
    var lock = LockStep(session: pipeline.sessionPath, options)
    if lock.isAsked, !lock.begin(lockedInputs(run), &outcome) {
      stage.store?.flush()
      return outcome
    }
    let progress = ProgressLine(programme: session.programme.length, rate: session.rate)
    if !requests.isEmpty {
      outcome.report = run.run { done, total in progress.show(done, of: total) }
    }
    progress.clear()
    if cancellation.isCancelled { throw ExitCode(128 + Interruption.signal) }
    for failure in outcome.report.failures { explain(failure, &outcome) }
    for fault in outcome.report.cacheFaults { Console.error("mixdown: \(fault)") }
    stage.adopt(run, firstOutput: targets.count)
    for output in outcome.report.outputs {
      guard let target = targets.first(where: { $0.name == output.name }) else { continue }
      outcome.files.append(
        File(target: target.name, path: target.path, facts: output.facts, format: target.format))
    }
    judgeFiles(&outcome, store: stage.store)
    streams.judge(&outcome)
    if outcome.report.failures.isEmpty || options.keepGoing {
      stage.perform(&outcome, cancellation)
    }
    if cancellation.isCancelled { throw ExitCode(128 + Interruption.signal) }
    finishVerdicts(&outcome, store: stage.store)
    lintAudio(&outcome, store: stage.store)
    if outcome.report.failures.isEmpty {
      PastBuilds(pipeline: pipeline).remember(
        sources, version: options.version, options.resolveOptions)
    }
    stage.store?.flush()
    if lock.isAsked {
      lock.end(&outcome, stage.store, all: self.targets.isEmpty ? allTargets : nil)
    }
    return outcome
  }

  private var allTargets: [String] {
    graph.outputs.map(\.name) + session.deliveries.map { "deliver/\($0.name)" }
  }

  /// What the build is made from, for the lock.
  private func lockedInputs(_ run: Render) -> LockFile {
    var lock = LockFile()
    lock.add(session, graph, recordingHashes: run.recordingHashes(), in: pipeline.folder)
    return lock
  }

  func renderOptions(_ range: RenderOptions.FrameRangeOption?) -> RenderOptions {
    var render = RenderOptions(workers: options.j ?? RenderOptions.processorCount)
    render.keepsGoing = options.keepGoing
    render.paranoid = options.paranoid
    render.sessionPath = pipeline.sessionPath
    render.past = PastBuilds(pipeline: pipeline).sessions()
    render.selection = options.selection
    // Only deliveries measure again what files have measured.
    render.memory = session.deliveries.isEmpty ? nil : memory
    memory.spill(into: outputFolder)
    if let blockFrames = options.blockFrames { render.blockFrames = blockFrames }
    if options.segmentation == "single" { render.segmentation = .single }
    if let text = options.segmentation, let seed = UInt64(text) {
      render.segmentation = .random(seed: seed)
    }
    render.range = range
    return render
  }

  /// What `perform` would do.
  ///
  /// - Returns: the plan of the session itself, those of its versions that deliveries need, and what
  ///   is wrong in these.
  func plan() throws -> (
    whole: RenderPlan, versions: [(name: String, plan: RenderPlan)], diagnostics: DiagnosticList
  ) {
    let stage = DeliveryStage(self, deliveries: try chosenDeliveries(), store: pipeline.store)
    let planned = stage.planned()
    var plan = try dryRender(planned.streams).plan()
    plan.deliveries = planned.files
    return (plan, planned.versions, planned.diagnostics)
  }

  /// The render of this build, not run.
  ///
  /// - Parameter streams: what it has to give besides its files.
  func dryRender(_ streams: [OutputRequest] = []) throws -> Render {
    var diagnostics = DiagnosticList()
    let range = try wantedRange(&diagnostics)
    let requests = try chosenTargets().map { request($0, range) }
    return Render(
      graph, session: session, outputs: requests + streams, options: renderOptions(range),
      store: pipeline.store)
  }

  private func request(
    _ target: Target, _ range: RenderOptions.FrameRangeOption?
  ) -> OutputRequest {
    let metadata = metadata(of: target)
    let fields =
      [("format", target.format.container.rawValue), ("bits", target.format.encoding.name)]
      .map { FileField($0, $1) }
      + [
        FileField("rate", "\(target.format.rate) Hz"),
        FileField("measures", "\(DeliveryMeasures.keptCount)"),
      ]
      + SoundFileMetadata.Key.allCases.compactMap { key in
        metadata.texts[key].map { FileField("metadata/\(key.rawValue)", $0) }
      }
    var file = FileRequest(target.format, metadata: metadata)
    file.measures = { DeliveryMeasures($0).kept }
    return OutputRequest(
      name: target.name, node: target.node.index, endNode: target.endNode?.index,
      path: target.path, fields: fields, kind: .file(file))
  }

  private func metadata(of target: Target) -> SoundFileMetadata {
    var metadata = SoundFileMetadata()
    guard target.name == "master" else { return metadata }
    for key in SoundFileMetadata.Key.allCases {
      if let text = session.metadata[key.rawValue] { metadata.texts[key] = text.value }
    }
    return metadata
  }

  private func wantedRange(
    _ diagnostics: inout DiagnosticList
  ) throws -> RenderOptions.FrameRangeOption? {
    guard let text = options.range else { return nil }
    let argument = RangeArgument(session, declared: declared ?? Session(span: session.mix.span))
    do throws(RangeArgument.Problem) {
      return try argument.resolve(text)
    } catch {
      throw ValidationError(error.message)
    }
  }

  func explain(_ failure: RenderFailure, _ outcome: inout Outcome) {
    func clock(_ frame: Int64) -> String { Clocks.time(frame, rate: session.rate) }
    switch failure {
    case .recording(let problem):
      let reference = session.recordings[problem.recording]
      outcome.diagnostics.add(
        problem.isNotFinite
          ? .recordingNotFinite(
            reference.written, time: Clocks.time(problem.frame ?? 0, rate: reference.rate),
            frame: problem.frame ?? 0, at: reference.span)
          : .recordingDamaged(reference.written, problem.message, at: reference.span))
    case .recordingChanged(let index):
      let reference = session.recordings[index]
      outcome.diagnostics.add(.recordingChanged(reference.written, at: reference.span))
    case .overload(let strip, let frame):
      let span = session.strips.first { $0.name == strip }?.span ?? session.mix.span
      outcome.diagnostics.add(.overload(strip, time: clock(frame), at: span))
    case .damagedState(let node):
      outcome.ioFailures.append("the state of '\(node)' could not be read back")
    case .io(let message): outcome.ioFailures.append(message)
    case .cancelled: break
    }
  }

  // MARK: Depfile

  /// A rule that make and ninja read: outputs on the left, everything that was read on the right.
  ///
  /// - Returns: why it cannot be written.
  func writeDepfile(
    _ path: String, files: [String], _ outcome: Outcome, outputs: [String]
  ) -> String? {
    Self.writeDepfile(path, inputs: files + session.filesRead + outcome.inputs, outputs: outputs)
  }

  static func writeDepfile(_ path: String, inputs: [String], outputs: [String]) -> String? {
    func escaped(_ path: String) -> String {
      var text = ""
      for character in path {
        switch character {
        case " ", "#", ":", "\\": text += "\\\(character)"
        case "$": text += "$$"
        default: text.append(character)
        }
      }
      return text
    }
    /// Neither make nor ninja reads these in a name, however they are written.
    func canStand(_ path: String) -> Bool { !path.contains { $0.isNewline || $0 == ";" } }
    var seen = Set<String>()
    let unique = inputs.filter { canStand($0) && seen.insert($0).inserted }
    var text = outputs.map(escaped).joined(separator: " ") + ":"
    for input in unique { text += " \\\n  \(escaped(input))" }
    text += "\n"
    // An input that is there no more is no mistake: a rule without a recipe makes it.
    for input in unique { text += "\n\(escaped(input)):\n" }
    return Files.replace(path, with: text)
  }
}

extension ResolvedSession {
  /// Recordings and pictures, from the working folder.
  var filesRead: [String] {
    recordings.map(\.path) + deliveries.compactMap { $0.cover?.value }
  }
}

/// Names that can be files on every system.
enum FileNames {
  static func safe(_ name: String) -> String {
    let bad: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|"]
    let text = String(name.map { bad.contains($0) || $0.isNewline ? "-" : $0 })
    return text == "." || text == ".." || text.isEmpty ? "_" : text
  }
}
