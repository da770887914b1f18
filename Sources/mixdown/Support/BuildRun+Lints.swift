import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

/// Warnings that need audio: found by builds, and repeated by those that render nothing.
extension BuildRun {
  func lintAudio(_ outcome: inout Outcome, store: Store?) {
    guard let declared, judges, outcome.report.failures.isEmpty else { return }
    if !isSilenced("clipping-into-master", declared) { lintLevels(&outcome) }
    if !isSilenced("clipped-file", declared) { lintClipping(&outcome) }
    if !options.isAudition, !isSilenced("polarity-suspicion", declared) {
      lintPolarity(&outcome, declared, store: store)
      lintSeams(&outcome, declared, store)
    }
    if !options.isAudition, !isSilenced("sound-after-fade", declared) {
      lintFades(&outcome, declared, store)
    }
  }

  private func isSilenced(_ id: String, _ declared: Session) -> Bool {
    declared.lints[id]?.value == "silent"
  }

  /// The mix as it is handed to the master.
  private func lintLevels(_ outcome: inout Outcome) {
    guard let mix = outcome.files.first(where: { $0.target == "mix" }),
      let peak = mix.samplePeak, peak > 0
    else { return }
    outcome.diagnostics.add(
      .clippingIntoMaster(
        peak: peak, at: declared?.mix.span ?? declared?.master.span ?? session.mix.span))
  }

  /// Files that are not deliveries, which say it themselves.
  private func lintClipping(_ outcome: inout Outcome) {
    for file in outcome.files where !BuildRun.isDelivery(file.target) {
      outcome.warnIfClipped(file, at: span(of: file.target))
    }
  }

  private func span(of target: String) -> Span {
    let name = target.split(separator: "/", maxSplits: 1).last.map(String.init) ?? target
    let isStrip = target.hasPrefix("track/") || target.hasPrefix("bus/")
    let strip = isStrip ? session.strips.first { $0.name == name } : nil
    return strip?.span ?? declared?.mix.span ?? session.mix.span
  }

  private func lintPolarity(_ outcome: inout Outcome, _ declared: Session, store: Store?) {
    func members(into bus: StripID?) -> [StripID] {
      session.strips.indices.filter { session.strips[$0].output == bus }.map { StripID($0) }
    }
    // Every pair is read and compared: what a large mix's would cost is more than a fader's rebuild.
    let direct = members(into: nil).filter { session.strips[$0.index].kind == .track }
    var sums = direct.count <= PolarityCheck.mostDirectTracks ? [direct] : []
    for (index, strip) in session.strips.enumerated() where strip.kind == .bus {
      sums.append(members(into: StripID(index)))
    }
    for group in declared.groups {
      guard let found = declared.strips(named: group.name.value) else { continue }
      let names = Set(found.tracks.map { declared.tracks[$0].name.value })
      sums.append(
        session.strips.indices.filter { names.contains(session.strips[$0].name) }
          .map { StripID($0) })
    }
    let suspects = PolarityCheck.suspects(
      in: session, sums: sums, store: store)
    for suspect in suspects {
      let first = session.strips[suspect.first.index]
      let second = suspect.second.map { session.strips[$0.index] }
      outcome.diagnostics.add(
        .polaritySuspicion(
          first.name, second?.name, correlation: suspect.correlation,
          at: (second ?? first).span, other: second == nil ? nil : first.span))
    }
  }
}

extension BuildRun {
  /// Takes that cancel each other where a comp goes from one to the other.
  private func lintSeams(_ outcome: inout Outcome, _ declared: Session, _ store: Store?) {
    let timeline = TimelineQuery(session, session: declared)
    var seams: [(seam: SeamCheck.Seam, takes: (ending: String, beginning: String), span: Span)] = []
    for track in declared.tracks where track.ripple == .cut && track.comp.count > 1 {
      guard
        let strip = session.strips.firstIndex(where: {
          $0.kind == .track && $0.name == track.name.value
        })
      else { continue }
      let entries = track.comp.compactMap { entry in
        timeline.sessionFrame(of: entry.from).frame.map { (frame: $0, entry: entry) }
      }.sorted { $0.frame < $1.frame }
      for (last, next) in zip(entries, entries.dropFirst())
      where last.entry.take.value != next.entry.take.value {
        seams.append(
          (
            SeamCheck.Seam(StripID(strip), at: next.frame),
            (last.entry.take.value, next.entry.take.value), next.entry.from.span
          ))
      }
    }
    if seams.isEmpty { return }
    let suspects = SeamCheck.suspects(in: session, seams: seams.map(\.seam), store: store)
    for (seam, takes, span) in seams {
      guard let correlation = suspects[seam] else { continue }
      outcome.diagnostics.add(
        .polaritySuspicion(takes: takes, correlation: correlation, at: span))
    }
  }
}

extension BuildRun {
  /// Fade-outs inside of a recording that goes on behind them.
  private func lintFades(_ outcome: inout Outcome, _ declared: Session, _ store: Store?) {
    let findings = FadeCheck.findings(in: session, store: store)
    if findings.isEmpty { return }
    let timeline = TimelineQuery(session, session: declared)
    for finding in findings {
      let name = session.strips[finding.strip.index].name
      let edits = declared.tracks.first { $0.name.value == name }?.edits ?? []
      let edit = edits.first { edit in
        guard case .fadeOut = edit.kind else { return false }
        return timeline.end(of: edit.range) == finding.frame
      }
      outcome.diagnostics.add(
        .soundAfterFade(
          name, peak: gainToDecibels(finding.peak),
          time: Clocks.time(finding.frame, rate: session.rate),
          at: edit?.range.span ?? finding.span))
    }
  }
}

extension BuildRun.Outcome {
  /// A loudness that would need more limiting is not made; a gain is.
  mutating func warnIfLimited(
    _ path: String, _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ measures: DeliveryMeasures
  ) {
    guard form.usesLimiter, form.loudness == nil, let reduction = measures["gain-reduction"],
      reduction > form.maxLimiting + 0.05
    else { return }
    var gain: Double? = measures.gain
    if case .asDelivery? = delivery.gain?.value { gain = nil }
    diagnostics.add(
      .heavyLimiting(
        path, reduction: reduction, allowed: form.maxLimiting, gain: gain,
        at: delivery.maxLimiting?.span ?? delivery.gain?.span ?? delivery.span))
  }

  mutating func warnIfClipped(_ file: BuildRun.File, at span: Span?) {
    let count = Int(clamping: file.facts.clippedSamples)
    if count > 0 { diagnostics.add(.clippedFile(file.path, count: count, at: span)) }
    // An encoder keeps what is over full scale; whoever plays the file cuts it off.
    if file.format.container.isLossy,
      let peak = DeliveryMeasures(kept: file.facts.measures)["sample-peak"], peak > 0
    {
      diagnostics.add(.clippedFile(file.path, decodedPeak: peak, at: span))
    }
  }
}
