import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import SessionYAML

extension AlbumJob {
  /// Judges the finished files: of songs that share a gain the loudest meets the target, and the
  /// others stay under it.
  func judge(_ album: Session, _ outcome: inout BuildRun.Outcome) {
    let loudest = loudestFile
    for (index, file) in files.enumerated() {
      guard let facts = file.facts else { continue }
      let measures = DeliveryMeasures(kept: facts.measures)
      var form = file.form
      if delivery.form == .one, isDisc {
        form.tracks = disc().tracks.map { DeliveryForm.Track(title: $0.title, code: $0.isrc) }
      }
      if delivery.isTogether {
        switch delivery.form {
        case .each where index == loudest: break
        case .each:
          form.loudness?.isUpperLimit = true
          form.levelJudgement = .atMost
        case .one, .sides:
          if form.loudness != nil { form.levelJudgement = .elsewhere }
          form.loudness = nil
        }
      }
      outcome.judge(
        DeliveryVerdict.judging(file.lowered, form, path: file.path, measures: measures))
      if file.lowered.from == .master {
        outcome.judge(
          DeliveryVerdict.judging(
            album.master.expect, target: "deliver/\(delivery.name)", path: file.path,
            measures: measures))
      }
    }
    judgeLoudest(&outcome)
  }

  /// Of files of songs that share a gain: the one that decided it, or, where the gain was given, the
  /// one with the highest level.
  private var loudestFile: Int? {
    if let decided = files.firstIndex(where: { $0.extras.first == 1 }) { return decided }
    let metric = files.first?.form.profile?.level?.quantity ?? "integrated"
    let levels = files.map { file in
      file.facts.flatMap { DeliveryMeasures(kept: $0.measures)[metric] } ?? -.infinity
    }
    return levels.indices.max { levels[$0] < levels[$1] }
  }

  /// The loudest song of one file, or of all sides.
  private func judgeLoudest(_ outcome: inout BuildRun.Outcome) {
    guard delivery.isTogether, delivery.form != .each, let first = files.first,
      let target = first.form.loudness
    else { return }
    var loudest: (value: Double, file: File)?
    for file in files {
      for value in file.extras where value.isFinite && value > loudest?.value ?? -.infinity {
        loudest = (value, file)
      }
    }
    let lowered = first.lowered
    var measures = DeliveryMeasures(kept: [])
    measures[target.metric] = loudest?.value
    if var verdicts = DeliveryVerdict.judgingLevel(
      lowered, first.form, path: loudest?.file.path ?? first.path, measures: measures)
    {
      for index in verdicts.indices { verdicts[index].note = "of the loudest song" }
      return outcome.judge(verdicts)
    }
    outcome.judge([
      DeliveryVerdict(
        target: "deliver/\(delivery.name)", quantity: target.metric, measured: loudest?.value,
        relation: target.isUpperLimit
          ? .atMost(target.value + first.form.tolerance)
          : .within(target.value, tolerance: first.form.tolerance),
        rule: "loudness", note: "of the loudest song",
        span: lowered.loudness?.span ?? lowered.profile?.span ?? lowered.span,
        path: loudest?.file.path ?? first.path)
    ])
  }

  /// Whether the delivery can be a disc, when it is to be one; says why not.
  func checkDisc(_ diagnostics: inout DiagnosticList) -> Bool {
    guard isDisc, let form = files.first?.form else { return true }
    let written = delivery.written
    let span = written.cue?.span ?? written.pqSheet?.span ?? written.profile?.span ?? written.span
    if form.isLossyFile || form.format.rate % DiscLayout.framesPerSecond != 0 {
      diagnostics.add(
        .deliveryFormat(
          files[0].path,
          form.isLossyFile
            ? "a disc has no lossy audio"
            : "a disc has 75 frames a second, and \(form.format.rate) Hz is no multiple of that",
          at: written.rate?.span ?? span))
      return false
    }
    if let moved = written.head?.span ?? written.tail?.span {
      diagnostics.add(
        .deliveryFormat(
          files[0].path,
          "'head' and 'tail' move the tracks of a disc, which lie where the programme has them",
          at: moved))
      return false
    }
    let disc = disc()
    var found = DiagnosticList()
    if disc.tracks.count > DiscLayout.mostTracks {
      found.add(
        Diagnostic(
          .discLength, "the album has \(disc.tracks.count) songs; a disc has at most 99 tracks",
          at: span))
    }
    let length = DiscLayout.clock(disc.length)
    if disc.length > DiscLayout.longest {
      found.add(
        Diagnostic(
          .discLength,
          "the programme lasts \(length); a disc holds at most "
            + DiscLayout.clock(DiscLayout.longest), at: span))
    } else if disc.length > DiscLayout.comfortable {
      found.add(
        Diagnostic(
          .discNearlyFull, "the programme lasts \(length); plants vouch for 79:00", at: span))
    }
    for track in disc.tracks where track.length < DiscLayout.shortestTrack {
      found.add(
        Diagnostic(
          .discTrack,
          "track \(track.number), '\(track.title)', lasts \(DiscLayout.clock(track.length)); a track lasts 4 s at least",
          at: span))
    }
    diagnostics.add(contentsOf: found.applying(lints: album.session.lints).all)
    return !found.hasErrors
  }
}
