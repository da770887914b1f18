import AudioFiles
import Engine
import Mastering
import MixGraph
import SessionModel

/// What is expected of mix and master.
extension BuildRun {
  /// Judges mix and master by what is expected of them.
  func judgeFiles(_ outcome: inout Outcome, store: Store?) {
    guard let declared, judges else { return }
    let expectations = ["mix": declared.mix.expect, "master": declared.master.expect]
    for file in outcome.files {
      guard let expected = expectations[file.target], !expected.isEmpty else { continue }
      outcome.judge(
        DeliveryVerdict.judging(
          expected, target: file.target, path: file.path,
          measures: measures(of: file, for: expected, store, &outcome)))
    }
  }

  /// What is known of a finished file, with what only its whole says where that is asked for.
  private func measures(
    of file: File, for expected: [Expectation], _ store: Store?, _ outcome: inout Outcome
  ) -> DeliveryMeasures {
    var measures = DeliveryMeasures(kept: file.facts.measures)
    guard measures.lacksPressing(for: expected) else { return measures }
    var writer = DigestWriter()
    writer.field("pressing", 1)
    writer.field("file", file.facts.digest)
    let key = writer.digest
    if let kept = store?.numbers(key), kept.count == DeliveryMeasures.keptCount {
      return DeliveryMeasures(kept: kept)
    }
    do throws(SoundFileError) {
      try measures.addPressing(of: file.path)
      store?.keep(measures.kept, key)
    } catch {
      outcome.ioFailures.append("\(file.path): \(error.message)")
    }
    return measures
  }
}
