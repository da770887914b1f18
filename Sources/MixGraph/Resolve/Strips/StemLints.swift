import Diagnostics
import SessionModel

/// Warnings about stems that do not sum to the mix, as far as that is in what they are made of.
struct StemLints {
  private let session: Session
  private let strips: [ResolvedStrip]
  private let report: Report
  /// Strips of each stem, and where they are written.
  private var members: [[StripID: Span]] = []
  /// The stems of each strip, ascending.
  private var holders: [StripID: [Int]] = [:]

  init(_ session: Session, strips: [ResolvedStrip], report: Report) {
    self.session = session
    self.strips = strips
    self.report = report
    // What is wrong with the names has been said.
    let names = StripNames(session, report: Report())
    for stem in session.stems {
      var own: [StripID: Span] = [:]
      for member in stem.members {
        for id in names.strips([member]) where own[id] == nil { own[id] = member.span }
      }
      for id in own.keys { holders[id, default: []].append(members.count) }
      members.append(own)
    }
  }

  func check() {
    for stem in members.indices { checkOverlap(of: stem) }
    checkMissing()
  }

  private func name(_ stem: Int) -> String { "stem '\(session.stems[stem].name.value)'" }

  private func name(_ id: StripID) -> String { strips[id.index].name }

  // MARK: Heard twice

  private func checkOverlap(of stem: Int) {
    for (id, span) in members[stem].sorted(by: { $0.key < $1.key })
    where !strips[id.index].isMuted {
      if let other = holders[id]?.first, other != stem {
        report.add(
          .stemsOverlap,
          "'\(name(id))' is in \(name(other)) and in \(name(stem)): what it plays counts twice",
          at: span, notes: [Note("it is in the other one here", at: members[other][id])])
      } else if let (bus, other) = nextHeld(after: id, besides: stem) {
        report.add(
          .stemsOverlap,
          "'\(name(id))' of \(name(stem)) plays into '\(name(bus))', which is in "
            + "\(name(other)): what it plays counts twice",
          at: span,
          notes: [Note("'\(name(bus))' is in the other one here", at: members[other][bus])])
      }
    }
  }

  /// The nearest bus of another stem that a strip plays into, by its output or a send.
  private func nextHeld(after id: StripID, besides stem: Int) -> (bus: StripID, stem: Int)? {
    var seen: Set<StripID> = [id]
    var open = [id]
    var next = 0
    while next < open.count {
      let strip = strips[open[next].index]
      next += 1
      for target in [strip.output].compactMap(\.self) + strip.sends.map(\.target)
      where target.index < strips.count && seen.insert(target).inserted {
        if strips[target.index].isMuted { continue }
        if let other = holders[target]?.first(where: { $0 != stem }) { return (target, other) }
        open.append(target)
      }
    }
    return nil
  }

  // MARK: Heard in none

  /// Stems may be some of the parts. They are meant to be all of them where that is expected of
  /// the mix, and seem to be where two or more of them hold most of the tracks.
  private func checkMissing() {
    guard let first = session.stems.first else { return }
    let playing = strips.indices.filter {
      strips[$0].kind == .track && !strips[$0].readings.isEmpty && !strips[$0].isMuted
    }
    let missing = playing.filter { !isInAStem(StripID($0)) }
    let asked = session.mix.expect.first { $0.quantity.value == "stems-residual" }
    let isMost = session.stems.count > 1 && missing.count * 2 < playing.count
    guard !missing.isEmpty, asked != nil || isMost else { return }
    let names = missing.map { "'\(strips[$0].name)'" }.joined(separator: ", ")
    let reason =
      asked != nil
      ? "the stems cannot sum to the mix, which is expected of it"
      : "most tracks are in stems, and these do not sum to the mix"
    report.add(
      .stemsIncomplete, "\(names) \(missing.count == 1 ? "is" : "are") in no stem: \(reason)",
      at: first.name.span, notes: asked.map { [Note("here", at: $0.quantity.span)] } ?? [])
  }

  /// Whether a strip, or a bus on its way to the mix, is in a stem.
  private func isInAStem(_ id: StripID) -> Bool {
    var seen: Set<StripID> = []
    var next: StripID? = id
    while let strip = next, seen.insert(strip).inserted {
      if holders[strip] != nil { return true }
      next = strips[strip.index].output
    }
    return false
  }
}
