import Diagnostics
import SessionModel
import Signal

/// Works out what a track plays: clips or comped takes, in-place edits, de-click fades.
struct TrackContent {
  let axis: TrackAxis
  let recordings: RecordingTable
  let report: Report

  private var timeline: PositionResolver { axis.timeline }

  /// Clips and takes on the axis, before comp and edits.
  struct Material {
    var takes: [Content]
    var nextID: Int
    /// Where the track's content ends.
    var end: Int64
  }

  func material(of track: Track) -> Material {
    let placement = placement(for: track)
    var nextID = 0
    if track.takes.isEmpty {
      let content = placement.place(track.clips, nextID: &nextID)
      let end = max(content.end, endOfReplacements(track))
      return Material(takes: [content], nextID: nextID, end: end)
    }
    let takes = track.takes.map { placement.place($0.clips, nextID: &nextID) }
    let end = max(end(of: track, takes), endOfReplacements(track))
    return Material(takes: takes, nextID: nextID, end: end)
  }

  /// Where the last `replace` ends, as far as that does not hang on the session's end: it has exactly
  /// its range's length, also behind what the track plays otherwise.
  private func endOfReplacements(_ track: Track) -> Int64 {
    var end: Int64 = 0
    for edit in track.edits where !edit.isBypassed {
      guard case .replace = edit.kind, !needsEnd(edit.range.value),
        let range = axis.range(edit.range)
      else { continue }
      end = max(end, range.end)
    }
    return end
  }

  private func needsEnd(_ range: RangeExpression) -> Bool {
    var range = range
    // Regions may name each other in a circle, which is said elsewhere.
    for _ in timeline.session.regions.indices {
      guard case .region(let name) = range,
        let region = timeline.session.regions.first(where: { $0.name.value == name })
      else { break }
      range = region.range.value
    }
    return switch range {
    case .between(let start, let end):
      timeline.needsEnd(start.value) || timeline.needsEnd(end.value)
    case .lasting(let start, _): timeline.needsEnd(start.value)
    case .region: true
    }
  }

  private func placement(for track: Track) -> ClipPlacement {
    var shift: Int64 = 0
    if let written = track.shift,
      let frames = timeline.frames(Located(written.value.amount, written.span))
    {
      shift = written.value.isNegative ? -frames : frames
    }
    return ClipPlacement(axis: axis, recordings: recordings, shift: shift)
  }

  /// Where a comp's content ends, as far as that does not hang on the session's end.
  private func end(of track: Track, _ takes: [Content]) -> Int64 {
    guard !track.comp.isEmpty else { return takes.first?.end ?? 0 }
    var names: [String: Int] = [:]
    for (i, take) in track.takes.enumerated() where names[take.name.value] == nil {
      names[take.name.value] = i
    }
    var entries: [(start: Int64, stop: Int64?, end: Int64)] = []
    for entry in track.comp where !timeline.needsEnd(entry.from.value) {
      guard let take = names[entry.take.value], let start = axis.frame(entry.from) else { continue }
      let stop = entry.to.flatMap { timeline.needsEnd($0.value) ? nil : axis.frame($0) }
      entries.append((start, stop, takes[take].end))
    }
    entries.sort { $0.start < $1.start }
    var end: Int64 = 0
    for (i, entry) in entries.enumerated() {
      var stop = min(entry.end, entry.stop ?? .max)
      if i + 1 < entries.count { stop = min(stop, entries[i + 1].start) }
      if stop > entry.start { end = max(end, stop) }
    }
    return end
  }

  /// The track's content up to `end` on its axis, as readings.
  func readings(of track: Track, _ material: Material, end: Int64) -> [ResolvedReading] {
    var nextID = material.nextID
    var content: Content
    if track.takes.isEmpty {
      content = material.takes.first ?? Content()
    } else {
      content = CompLowering(axis: axis, report: report)
        .content(
          of: track, takes: material.takes, end: max(end, material.end), sessionEnd: end,
          nextID: &nextID)
    }
    if !track.edits.isEmpty {
      content = TrackEditLowering(axis: axis, placement: placement(for: track), report: report)
        .apply(track, to: content, nextID: &nextID)
    }
    if content.end > end {
      content = Assembly(contents: [content], rate: timeline.rate, report: report).join(
        [Assembly.Section(range: FrameRange(0, max(0, end)), content: 0)], seams: [],
        nextID: &nextID)
    }
    return finished(content)
  }

  /// De-click fades where a recording was cut into and nothing adjoins, and pieces as readings.
  private func finished(_ content: Content) -> [ResolvedReading] {
    var pieces = content.pieces
    addDeclicks(&pieces, Crossfades.declick(timeline.rate))
    var order: [Int: Int] = [:]
    for (i, piece) in pieces.enumerated() { order[piece.id] = i }
    return pieces.map { piece in
      ResolvedReading(
        recording: piece.recording, channels: piece.channels, range: piece.range,
        offset: piece.offset, isReversed: piece.isReversed,
        gains: piece.gains.map { gain in
          guard let partner = gain.partner else { return gain }
          return order[partner].map { gain.withPartner($0) } ?? gain.withoutPartner
        }, span: piece.span)
    }
  }

  private func addDeclicks(_ pieces: inout [ContentPiece], _ length: Int64) {
    // Where sound ends without a fade, and where it begins without one.
    var starts: Set<Int64> = []
    var ends: Set<Int64> = []
    for piece in pieces {
      if case .open = piece.leading { starts.insert(piece.range.start) }
      if case .open = piece.trailing { ends.insert(piece.range.end) }
    }
    for i in pieces.indices {
      let piece = pieces[i]
      let half = min(length, piece.range.length / 2)
      guard half > 0 else { continue }
      if case .open = piece.leading, piece.handleBefore > 0, !ends.contains(piece.range.start) {
        pieces[i].gains.append(
          .fadeIn(FrameRange(piece.range.start, piece.range.start + half), .linear))
      }
      if case .open = piece.trailing, piece.handleAfter > 0, !starts.contains(piece.range.end) {
        pieces[i].gains.append(
          .fadeOut(FrameRange(piece.range.end - half, piece.range.end), .linear))
      }
    }
  }
}
