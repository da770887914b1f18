import Diagnostics
import SessionModel
import Signal

/// Chooses takes over time as a track's `comp` says.
struct CompLowering {
  let axis: TrackAxis
  let report: Report

  private struct Entry {
    var range: FrameRange
    var take: Int
    var written: CompEntry
  }

  /// The comped content; without a comp, the only take.
  ///
  /// - Parameters: `end`: where the last entry ends, `sessionEnd`: where the session does; on the
  ///   track's axis.
  func content(
    of track: Track, takes: [Content], end: Int64, sessionEnd: Int64, nextID: inout Int
  ) -> Content {
    guard !track.comp.isEmpty else {
      if track.takes.count > 1 { reportMissingComp(track) }
      return takes.first ?? Content()
    }
    let entries = entries(of: track, end: end, sessionEnd: sessionEnd)
    var sections: [Assembly.Section] = []
    var seams: [Assembly.Seam?] = []
    let standard = Crossfades.standard(axis.timeline)
    for (i, entry) in entries.enumerated() {
      if i > 0 {
        let fade = entry.written.crossfade
        var length = standard
        if let written = fade?.length {
          length = axis.frames(written, from: entry.written.from) ?? standard
        }
        let curve =
          fade?.curve?.value ?? axis.timeline.session.defaults.crossfadeCurve?.value ?? .auto
        seams.append(
          Assembly.Seam(
            length: Crossfades.even(length), curve: curve, isWritten: fade != nil,
            span: fade?.length.span ?? entry.written.span))
      }
      sections.append(Assembly.Section(range: entry.range, content: entry.take))
    }
    return Assembly(contents: takes, rate: axis.timeline.rate, report: report)
      .join(sections, seams: seams, nextID: &nextID)
  }

  /// Which take sounds is not for the order in the file to say.
  private func reportMissingComp(_ track: Track) {
    let names = track.takes.map { "'\($0.name.value)'" }
    report.add(
      .compMissing,
      "'\(track.name.value)' has \(track.takes.count) takes and no comp that says which one sounds",
      at: track.name.span,
      notes: [
        Note(
          "takes are \(names.joined(separator: ", ")); "
            + "'comp: [{from: start, take: \(track.takes[0].name.value)}]' plays one of them")
      ])
  }

  private func entries(of track: Track, end: Int64, sessionEnd: Int64) -> [Entry] {
    var names: [String: Int] = [:]
    for (i, take) in track.takes.enumerated() where names[take.name.value] == nil {
      names[take.name.value] = i
    }
    var found: [(start: Int64, stop: Int64?, take: Int, written: CompEntry)] = []
    for entry in track.comp {
      let start = axis.frame(entry.from)
      let stop = entry.to.flatMap { axis.frame($0) }
      guard let take = names[entry.take.value] else {
        report.addUnknown(
          .unknownTake, "'\(track.name.value)' has no take '\(entry.take.value)'",
          name: entry.take.value, at: entry.take.span, among: track.takes.map(\.name.value))
        continue
      }
      guard let start else { continue }
      if let stop, stop <= start {
        report.add(
          .emptyRange, axis.timeline.emptyText(start, stop),
          at: entry.to?.span ?? entry.span)
        continue
      }
      if start >= sessionEnd, axis.timeline.isEndSure {
        let late = Clock.text(start - sessionEnd, rate: axis.timeline.rate)
        report.add(
          .compPastEnd,
          "this entry begins \(start > sessionEnd ? "\(late) past" : "at") the end of the session",
          at: entry.from.span)
      }
      found.append((start, stop, take, entry))
    }
    found.sort { $0.start < $1.start }
    var entries: [Entry] = []
    for (i, entry) in found.enumerated() {
      let next = i + 1 < found.count ? found[i + 1].start : nil
      var stop = entry.stop ?? next ?? max(end, entry.start)
      if let next {
        if let written = entry.stop, written > next {
          report.add(
            .compOverlap, "this entry lasts beyond the beginning of the next, which wins",
            at: entry.written.to?.span ?? entry.written.span,
            notes: [Note("the next entry is here", at: found[i + 1].written.span)])
        } else if let written = entry.stop, written < next {
          report.add(
            .compGap, "nothing plays between this entry and the next",
            at: entry.written.to?.span ?? entry.written.span,
            notes: [Note("the next entry is here", at: found[i + 1].written.span)])
        }
        stop = min(stop, next)
      }
      guard stop > entry.start else {
        if next == entry.start {
          report.add(
            .compOverlap, "two entries begin at the same place; this one is not heard",
            at: entry.written.span,
            notes: [Note("the other entry is here", at: found[i + 1].written.span)])
        }
        continue
      }
      entries.append(
        Entry(range: FrameRange(entry.start, stop), take: entry.take, written: entry.written))
    }
    return entries
  }
}
