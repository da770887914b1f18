import ArgumentParser
import Diagnostics
import Mastering
import Reporting
import SessionModel

extension BuildRun {
  static func isDelivery(_ target: String) -> Bool {
    target == "deliveries" || target.hasPrefix("deliver/")
  }

  /// Whether a build without targets makes the deliveries in place of master.wav.
  var deliversByDefault: Bool { !session.deliveries.isEmpty && !options.isAudition }

  /// Deliveries that the targets name, and those whose gain they take.
  func chosenDeliveries() throws -> [ResolvedDelivery] {
    if targets.isEmpty { return deliversByDefault ? session.deliveries : [] }
    var chosen: [String] = []
    for name in targets where BuildRun.isDelivery(name) {
      if options.isAudition {
        throw ValidationError(
          "'\(name)' is not made with --range, --solo, --mute or --version; 'master' is")
      }
      if name == "deliveries" {
        chosen += session.deliveries.map(\.name)
        continue
      }
      let wanted = String(name.dropFirst("deliver/".count))
      guard session.deliveries.contains(where: { $0.name == wanted }) else {
        let nearest = Suggestions.nearest(wanted, in: session.deliveries.map(\.name))
        let hint = nearest.first.map { "; did you mean 'deliver/\($0)'?" } ?? ""
        throw ValidationError("there is no target '\(name)'\(hint)")
      }
      chosen.append(wanted)
    }
    var index = 0
    while index < chosen.count {
      let delivery = session.deliveries.first { $0.name == chosen[index] }
      if case .asDelivery(let other)? = delivery?.gain?.value, !chosen.contains(other) {
        chosen.append(other)
      }
      index += 1
    }
    return session.deliveries.filter { chosen.contains($0.name) }
  }

  /// Where a delivered file goes.
  func path(of delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    path(ofWritten: item.file, at: delivery.span)
  }
}

extension BuildRun.Outcome {
  /// Collects verdicts; what was missed is said when all are in.
  mutating func judge(_ judged: [DeliveryVerdict]) { verdicts += judged }

  /// Counts the pieces of a delivery's files that were made, each as often as it was.
  mutating func note(made count: Int, of delivery: String) {
    guard count > 0 else { return }
    let name = "deliver/\(delivery)"
    if let known = deliveredPieces.firstIndex(where: { $0.name == name }) {
      deliveredPieces[known].rendered += count
    } else {
      deliveredPieces.append(BuildReport.Segment(name: name, rendered: count))
    }
  }
}
