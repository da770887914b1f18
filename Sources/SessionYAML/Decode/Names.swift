import Diagnostics
import SessionModel

extension Decoder {
  /// Checks the two sets of names: tracks, buses and groups; markers, regions and gaps.
  mutating func checkNames(_ session: Session) {
    let strips =
      session.tracks.map { ($0.name, "track") } + session.buses.map { ($0.name, "bus") }
      + session.groups.map { ($0.name, "group") }
    for (name, kind) in strips { check(name: name, .strip, "a \(kind)") }
    unique(strips, folded: true)

    let gaps = session.edits.compactMap { edit -> (Located<String>, String)? in
      guard case .insert = edit.kind, let name = edit.name else { return nil }
      return (name, "gap")
    }
    for (name, kind) in gaps { check(name: name, .place, "a \(kind)") }
    let places =
      session.markers.map { ($0.name, "marker") } + session.regions.map { ($0.name, "region") }
    unique(places + gaps, folded: false)
    unique(session.stems.map { ($0.name, "stem") }, folded: true)
    unique(session.master.deliveries.map { ($0.name, "delivery") }, folded: true)
    unique(session.versions.map { ($0.name, "version") }, folded: true)
  }

  /// Reports names that stand for two things. A key that stands twice in one mapping has been
  /// reported when the text was read.
  mutating func unique(_ names: [(name: Located<String>, kind: String)], folded: Bool) {
    let plurals = ["bus": "buses", "delivery": "deliveries"]
    var first: [String: (name: Located<String>, kind: String)] = [:]
    for entry in names {
      let key = folded ? entry.name.value.lowercased() : entry.name.value
      guard let earlier = first[key] else {
        first[key] = entry
        continue
      }
      if earlier.kind == entry.kind && earlier.name.value == entry.name.value { continue }
      let hint =
        earlier.name.value == entry.name.value ? "" : "; upper and lower case are the same in names"
      let kinds =
        entry.kind == earlier.kind
        ? "two \(plurals[entry.kind] ?? entry.kind + "s")"
        : "a \(entry.kind) and a \(earlier.kind)"
      report(
        .duplicateName, "'\(entry.name.value)' names \(kinds)\(hint)",
        at: entry.name.span,
        notes: [Note("the \(earlier.kind) '\(earlier.name.value)' is here", at: earlier.name.span)])
    }
  }
}
