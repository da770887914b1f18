internal import SessionModel

/// Keys are safe from mutes and solo: what listens to a bus or a group hears all that plays into
/// it.
extension GraphCompiler {
  /// For each strip whether it is a bus that is a key, or plays into one, and hears something
  /// that is muted.
  func busesHeardMuted(_ order: [StripID]) -> [Bool] {
    let strips = session.strips
    guard strips.contains(where: \.isMuted) else {
      return Array(repeating: false, count: strips.count)
    }
    var feeders = [[Int]](repeating: [], count: strips.count)
    var isKey = Array(repeating: false, count: strips.count)
    for (index, strip) in strips.enumerated() {
      if let output = strip.output { feeders[output.index].append(index) }
      for send in strip.sends { feeders[send.target.index].append(index) }
    }
    for inserts in strips.map(\.inserts) + [session.mix.inserts, session.masterInserts] {
      for insert in inserts {
        if let key = insert.key { isKey[key.index] = true }
      }
    }
    for insert in session.deliveries.flatMap(\.inserts) {
      if let key = insert.key { isKey[key.index] = true }
    }
    // What feeds a strip comes before it.
    var hearsMuted = Array(repeating: false, count: strips.count)
    for id in order {
      hearsMuted[id.index] = feeders[id.index].contains { strips[$0].isMuted || hearsMuted[$0] }
    }
    for id in order.reversed() where isKey[id.index] {
      for feeder in feeders[id.index] { isKey[feeder] = true }
    }
    return strips.indices.map { strips[$0].kind == .bus && isKey[$0] && hearsMuted[$0] }
  }

  /// A bus with everything sounding that plays into it.
  mutating func buildHeard(_ strip: ResolvedStrip, id: StripID) -> NodeID {
    var heard = strip
    heard.name = "key/\(strip.name)"
    let head = placed(
      terms(into: id, outputs: outputOfStrip, hearsMuted: true), label: "\(heard.name).sum",
      span: strip.span, rounds: false)
    return buildStrip(heard, id: id, input: head)
  }
}
