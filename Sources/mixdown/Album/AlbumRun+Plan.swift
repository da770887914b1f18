import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel

/// What a build of an album would do.
struct AlbumPlan {
  /// Songs in playing order, those without anything to do left out.
  var songs: [(name: String, plan: RenderPlan)] = []
  /// Of the songs one after the other, where that is asked for and no song has to be rendered first.
  var programme: RenderPlan?
  /// Files that would be made; `areCertain`: no song has to be rendered first.
  var files: [String] = []
  var areCertain = true

  /// - Parameter workers: that the estimated seconds are for.
  func text(workers: Int) -> String {
    let programme = programme.flatMap { $0.isEmpty ? nil : $0 }
    if songs.isEmpty && files.isEmpty && programme == nil { return "nothing to do" }
    var lines: [String] = []
    for (name, plan) in songs {
      lines.append("\(name):")
      lines += Plan.text(plan, workers: workers).split(separator: "\n").map { "  \($0)" }
    }
    if let programme {
      lines.append("the songs one after the other:")
      lines += Plan.text(programme, workers: workers).split(separator: "\n").map { "  \($0)" }
    }
    for file in files {
      lines.append(areCertain ? "\(file) is made again" : "perhaps \(file) is made again")
    }
    return lines.joined(separator: "\n")
  }

  var json: JSONValue {
    .object([
      "songs": .array(
        songs.map { .object(["name": .string($0.name), "plan": Plan.json($0.plan)]) }),
      "programme": programme.map { Plan.json($0) } ?? .null,
      "files": .array(files.map { .string($0) }), "certain": .bool(areCertain),
    ])
  }
}

extension AlbumRun {
  func plan(_ diagnostics: inout DiagnosticList) throws -> AlbumPlan {
    var plan = AlbumPlan()
    let chosen = try chosenTargets()
    let store = pipeline.store
    for (song, version) in neededSongs(chosen) {
      let render = SongRender(self, song: song, version: version, store: store)
      guard let (_, prepared, _) = try render.prepared(&diagnostics) else { continue }
      let own = prepared.plan()
      if !own.isEmpty { plan.songs.append((render.name, own)) }
    }
    plan.areCertain = plan.songs.isEmpty
    if !chosen.programme.isEmpty, let run = programmeRun(chosen.programme, &diagnostics) {
      if plan.areCertain {
        plan.programme = try run.plan().whole
      } else {
        plan.files = try run.chosenTargets().map(\.path)
      }
    }
    let stage = AlbumStage(self, store: store)
    plan.files +=
      stage.unmade(chosen.deliveries, assumingAll: !plan.areCertain, &diagnostics)
      + stage.unmadeSheets(chosen.deliveries)
    return plan
  }

  /// Why songs and the programme are not what they were at the last build.
  func explain(_ name: String?, _ diagnostics: inout DiagnosticList) throws -> [Explanation] {
    let store = pipeline.store
    var explanations: [Explanation] = []
    var chosen = try chosenTargets()
    if let name {
      chosen = try AlbumRun(
        pipeline: pipeline, album: album, options: options, targets: [target(writing: name) ?? name]
      ).chosenTargets()
    }
    for (song, version) in neededSongs(chosen) {
      let render = SongRender(self, song: song, version: version, store: store)
      guard let (_, prepared, _) = try render.prepared(&diagnostics) else { continue }
      explanations += prepared.explain(nil).map { explanation in
        var own = explanation
        own.label = "\(render.name): \(explanation.label)"
        return own
      }
    }
    if !chosen.programme.isEmpty, let run = programmeRun(chosen.programme, &diagnostics) {
      explanations += try run.dryRender().explain(nil)
    }
    guard chosen.songs.isEmpty else { return explanations }
    return explanations
      + AlbumStage(self, store: store).explain(chosen.deliveries, &diagnostics)
  }

  /// The target that a file belongs to; nil: none writes it.
  private func target(writing path: String) -> String? {
    for song in album.playing {
      guard let source = album.songs[song] else { continue }
      if source.sessions.values.contains(where: { $0.path == path }) {
        return "song/\(source.written.name.value)"
      }
    }
    for (delivery, file) in album.files where place(file, writtenAt: delivery.span) == path {
      return "deliver/\(delivery.name.value)"
    }
    let folder = options.auditionFolder.map { Files.join(outputFolder, $0) } ?? outputFolder
    return ["mix", "master"].first { Files.join(folder, "\($0).wav") == path }
  }

  /// Every file that a build makes, whatever is there.
  func allFiles(_ diagnostics: inout DiagnosticList) -> [String] {
    var files: [String] = []
    for song in album.playing {
      let versions = album.songs[song]?.sessions.sorted { $0.key < $1.key } ?? []
      files += versions.map(\.value.path)
    }
    let stage = AlbumStage(self, store: nil)
    files += stage.unmade(album.deliveries, assumingAll: true, &diagnostics)
    files += stage.sheets(album.deliveries, &diagnostics)
    return files + ["mix", "master"].map { Files.join(outputFolder, "\($0).wav") }
  }
}

extension AlbumStage {
  /// Files that are not what they would be.
  func unmade(
    _ deliveries: [AlbumDelivery], assumingAll: Bool, _ diagnostics: inout DiagnosticList
  ) -> [String] {
    var outcome = BuildRun.Outcome()
    var solved: [String: [Int: Double]] = [:]
    var files: [String] = []
    for delivery in ordered(deliveries) {
      guard var job = job(delivery, &outcome) else { continue }
      if case .asDelivery(let other)? = delivery.written.gain?.value {
        job.take(gains: solved[other] ?? [:])
      }
      if !assumingAll { job.findKnown(store) }
      for file in job.files {
        guard let facts = file.facts else {
          files.append(file.path)
          continue
        }
        solved[delivery.name, default: [:]][file.item.number] =
          DeliveryMeasures(kept: facts.measures).gain
      }
    }
    diagnostics.add(contentsOf: outcome.diagnostics.all)
    return files
  }

  /// Texts beside the audio that are not what they would be.
  func unmadeSheets(_ deliveries: [AlbumDelivery]) -> [String] {
    // What cannot be made has been said of the audio.
    var outcome = BuildRun.Outcome()
    var unmade: [String] = []
    var found = DiscSums()
    var solved: [String: [Int: Double]] = [:]
    func isThere(_ sheet: (path: String, text: String)) -> Bool {
      guard case .success(let bytes) = Files.read(sheet.path) else { return false }
      return bytes == Array(sheet.text.utf8)
    }
    for delivery in ordered(deliveries) {
      guard var job = job(delivery, &outcome) else { continue }
      if case .asDelivery(let other)? = delivery.written.gain?.value {
        job.take(gains: solved[other] ?? [:])
      }
      job.findKnown(store)
      for file in job.files {
        guard let facts = file.facts else { continue }
        solved[delivery.name, default: [:]][file.item.number] =
          DeliveryMeasures(kept: facts.measures).gain
      }
      let sheets = job.sheets(self)
      let own = sheets.filter { !isThere($0) }.map(\.path)
      unmade += own
      guard job.isSummed, let sums = job.sheetPaths(self).sums else { continue }
      for path in job.files.map(\.path) + sheets.map(\.path) { found.add(path, store) }
      if (!job.isKnown || !own.isEmpty) && !unmade.contains(sums) { unmade.append(sums) }
    }
    return unmade + found.texts.filter { !unmade.contains($0.path) && !isThere($0) }.map(\.path)
  }

  /// Texts that stand beside the audio.
  func sheets(
    _ deliveries: [AlbumDelivery], _ diagnostics: inout DiagnosticList
  ) -> [String] {
    var outcome = BuildRun.Outcome()
    var sheets: [String] = []
    for delivery in deliveries {
      guard let job = job(delivery, &outcome) else { continue }
      sheets += job.sheetPaths(self).all
    }
    return sheets
  }

  func explain(
    _ deliveries: [AlbumDelivery], _ diagnostics: inout DiagnosticList
  ) -> [Explanation] {
    var outcome = BuildRun.Outcome()
    var explanations: [Explanation] = []
    var seen: [ObjectIdentifier] = []
    var solved: [String: [Int: Double]] = [:]
    for delivery in ordered(deliveries) {
      guard var job = job(delivery, &outcome) else { continue }
      if case .asDelivery(let other)? = delivery.written.gain?.value {
        job.take(gains: solved[other] ?? [:])
      }
      job.findKnown(store)
      var nodes: [Explanation] = []
      for file in job.files where !seen.contains(ObjectIdentifier(file.streams)) {
        seen.append(ObjectIdentifier(file.streams))
        nodes += file.streams.explain(file.lowered.from)
      }
      let isGainKnown: Bool
      if case .asDelivery(let other)? = delivery.written.gain?.value {
        isGainKnown = solved[other] != nil
      } else {
        isGainKnown = true
      }
      explanations += nodes + job.explain(store, isGainKnown: isGainKnown)
      for file in job.files {
        guard let facts = file.facts else { continue }
        solved[delivery.name, default: [:]][file.item.number] =
          DeliveryMeasures(kept: facts.measures).gain
      }
    }
    diagnostics.add(contentsOf: outcome.diagnostics.all)
    return explanations
  }
}
