import Diagnostics
import Mastering
import SessionModel
import Signal

// Why a file cannot be made.
extension DeliveryStage {
  func loop(
    of delivery: ResolvedDelivery, _ form: DeliveryForm, isOutside held: FrameRange,
    _ path: String
  ) -> Diagnostic {
    let loop = delivery.loop?.value ?? held
    let rate = run.session.rate
    func times(_ range: FrameRange) -> (start: String, end: String) {
      (Clocks.time(range.start, rate: rate), Clocks.time(range.end, rate: rate))
    }
    let head = form.head != nil && loop.start < held.start
    let tail = form.tail != nil && loop.end > held.end
    let keys = [head ? "'head'" : nil, tail ? "'tail'" : nil].compactMap(\.self)
    let cure =
      keys.isEmpty
      ? "the session ends there; 'length' makes it last longer"
      : "\(keys.joined(separator: " and ")) \(keys.count == 1 ? "takes" : "take") away what is "
        + "silent there; leave out \(keys.count == 1 ? "that" : "both"), or move the loop"
    return .loopOutsideFile(
      path, loop: times(loop), file: times(held), at: delivery.loop?.span, notes: [Note(cure)])
  }

  func explainForm(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item,
    _ outcome: inout BuildRun.Outcome
  ) {
    if case .asDelivery(let other)? = delivery.gain?.value {
      // What stopped the other one has been said.
      outcome.diagnostics.add(
        Diagnostic(
          .targetUnreachable, "'\(item.file)' takes its gain from '\(other)', which has none",
          at: delivery.gain?.span))
    } else {
      let word = delivery.format?.value ?? DeliveryForm.ending(of: item.file)
      outcome.diagnostics.add(
        .deliveryFormat(
          item.file, "'\(word)' is no format of this build",
          at: delivery.format?.span ?? delivery.span))
    }
  }
}
