import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import Reporting
import SessionModel
import Signal

/// What is judged when everything else is done: numbers that belong to no single file.
extension BuildRun {
  /// Fills in what chains and stems measure, then says what was missed.
  func finishVerdicts(_ outcome: inout Outcome, store: Store?) {
    if !judges {
      // A delivery that could not be made is no number that was missed.
      for case let message? in outcome.verdicts.map(\.message) { outcome.diagnostics.add(message) }
      return
    }
    judgeChains(&outcome, store: store)
    proveStems(&outcome, store: store)
    for verdict in outcome.verdicts {
      if let diagnostic = verdict.diagnostic { outcome.diagnostics.add(diagnostic) }
    }
  }

  // MARK: Distortion

  private func judgeChains(_ outcome: inout Outcome, store: Store?) {
    let wanted = outcome.verdicts.indices.filter {
      ChainDistortion.quantities.contains(outcome.verdicts[$0].quantity)
    }
    guard !wanted.isEmpty else { return }
    // What the master expects was asked once, whatever is delivered.
    let ofMaster = Set((declared?.master.expect ?? []).map(\.relation.span))
    var known: [String: ChainDistortion] = [:]
    var asked: Set<Span> = []
    var twice: [Int] = []
    for index in wanted {
      let span = outcome.verdicts[index].span
      if ofMaster.contains(span) {
        outcome.verdicts[index].target = "master"
        outcome.verdicts[index].path = "master"
        if !asked.insert(span).inserted {
          twice.append(index)
          continue
        }
      }
      let target = outcome.verdicts[index].target
      let distortion: ChainDistortion
      if let before = known[target] {
        distortion = before
      } else {
        distortion = measured(chain(of: target), store)
        known[target] = distortion
        outcome.streams.append(
          BuildReport.Stream(
            target: "\(target)/chain",
            values: ["thd": distortion.thd, "thd-n": distortion.thdPlusNoise],
            remarks: distortion.tones.map(\.text)))
      }
      let isNoise = outcome.verdicts[index].quantity == "thd-n"
      outcome.verdicts[index].measured = isNoise ? distortion.thdPlusNoise : distortion.thd
      if let worst = distortion.worst(isNoise: isNoise) {
        outcome.verdicts[index].note = "the worst test tone: \(worst.text)"
      }
    }
    for index in twice.reversed() { outcome.verdicts.remove(at: index) }
  }

  /// The inserts that audio passes on the way to a target, without faders and the final limiter.
  private func chain(of target: String) -> [ResolvedInsert] {
    if target == "master" { return session.masterInserts }
    if target == "mix" { return session.mix.inserts }
    let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return [] }
    if parts[0] == "deliver" {
      guard let delivery = session.deliveries.first(where: { $0.name == parts[1] }) else {
        return []
      }
      return (delivery.from == .master ? session.masterInserts : []) + delivery.inserts
    }
    return session.strips.first { $0.name == parts[1] }?.inserts ?? []
  }

  private func measured(_ inserts: [ResolvedInsert], _ store: Store?) -> ChainDistortion {
    var writer = DigestWriter()
    ChainDistortion.write(inserts, rate: session.rate, to: &writer)
    let key = writer.digest
    if let kept = store?.numbers(key).flatMap({ ChainDistortion(kept: $0) }) { return kept }
    let distortion = ChainDistortion(inserts, rate: session.rate)
    store?.keep(distortion.kept, key)
    return distortion
  }

  // MARK: Stems

  /// Takes the finished stems from the finished mix, when a build made all of them.
  private func proveStems(_ outcome: inout Outcome, store: Store?) {
    let isAsked = { (verdict: DeliveryVerdict) in verdict.quantity == "stems-residual" }
    let names = session.stems.map { "stem/\($0.name)" }
    let stems = names.compactMap { name in outcome.files.first { $0.target == name } }
    guard let mix = outcome.files.first(where: { $0.target == "mix" }), !stems.isEmpty,
      stems.count == names.count, !options.isAudition
    else {
      // Judged by the builds that make the stems.
      if !session.stems.isEmpty { outcome.verdicts.removeAll(where: isAsked) }
      return
    }
    guard let proof = proof(mix, stems, store, &outcome) else { return }
    var remarks: [String] = []
    if proof.residual > StemsProof.rounding {
      remarks = StemsProof.explanations(session)
      let place = Clocks.time(proof.frame, rate: session.rate)
      remarks.append("the difference is largest at \(place)")
    }
    outcome.streams.append(
      BuildReport.Stream(
        target: "stems", values: ["stems-residual": proof.residual], remarks: remarks))
    for index in outcome.verdicts.indices
    where isAsked(outcome.verdicts[index]) && outcome.verdicts[index].target == "mix" {
      outcome.verdicts[index].measured = proof.residual
      outcome.verdicts[index].path = "stems"
      outcome.verdicts[index].note = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    }
  }

  private func proof(
    _ mix: File, _ stems: [File], _ store: Store?, _ outcome: inout Outcome
  ) -> StemsProof? {
    var writer = DigestWriter()
    writer.field("stems-residual", 1)
    for file in [mix] + stems { writer.field("file", file.facts.digest) }
    let key = writer.digest
    if let kept = store?.numbers(key), kept.count == 2 {
      return StemsProof(residual: kept[0], frame: Int64(kept[1]))
    }
    do throws(SoundFileError) {
      let proof = try StemsProof.compare(mix: mix.path, stems: stems.map(\.path))
      store?.keep([proof.residual, Double(proof.frame)], key)
      return proof
    } catch {
      outcome.ioFailures.append("\(mix.path): \(error.message)")
      return nil
    }
  }
}
