import Diagnostics
import SessionModel
import Signal

/// Applies a track's in-place edits. They commute: what replaces sound (silence, reverse, replace)
/// may not overlap, what scales it (gain, fades) multiplies whatever sounds.
struct TrackEditLowering {
  let axis: TrackAxis
  let placement: ClipPlacement
  let report: Report

  private var timeline: PositionResolver { axis.timeline }

  private struct Edit {
    var range: FrameRange
    var written: TrackEdit
  }

  /// Room tone shorter than this is not looped.
  private static let shortestRoomTone = Rational(1, 10)

  func apply(_ track: Track, to content: Content, nextID: inout Int) -> Content {
    guard !track.edits.isEmpty else { return content }
    var replacing: [Edit] = []
    var scaling: [Edit] = []
    for edit in track.edits where !edit.isBypassed {
      guard let range = axis.range(edit.range) else { continue }
      checkPlace(edit, range, content, track)
      switch edit.kind {
      case .silence, .reverse, .replace: replacing.append(Edit(range: range, written: edit))
      case .gain, .fadeIn, .fadeOut: scaling.append(Edit(range: range, written: edit))
      }
    }
    var result = content
    if !replacing.isEmpty {
      result = replace(track, result, disjoint(replacing), &nextID)
    }
    if !scaling.isEmpty {
      // In an order that does not depend on the file's, so that products have the same bits.
      scaling.sort { rank($0) < rank($1) }
      result = scale(result, scaling, &nextID)
    }
    return result
  }

  /// Warns where nothing sounds that the edit could change.
  private func checkPlace(
    _ edit: TrackEdit, _ range: FrameRange, _ content: Content, _ track: Track
  ) {
    switch edit.kind {
    case .silence(fillsWithRoomTone: true), .replace: return
    case .silence, .reverse, .gain, .fadeIn, .fadeOut: break
    }
    let isBehind = range.start >= content.end
    let isMostBehind = range.end - content.end > content.end - range.start && isOfTimes(edit)
    guard !content.pieces.isEmpty, isBehind || isMostBehind, timeline.isEndSure else { return }
    report.add(
      .editPastTrack,
      "\(isBehind ? "this edit" : "most of this edit") lies behind the end of "
        + "'\(track.name.value)' at " + Clock.text(content.end, rate: timeline.rate),
      at: edit.range.span)
  }

  /// Whether an edit says how far it goes; `end` and regions are the session's, not the track's.
  private func isOfTimes(_ edit: TrackEdit) -> Bool {
    switch edit.range.value {
    case .between(_, let end): end.value != .end
    case .lasting: true
    case .region: false
    }
  }

  private func rank(_ edit: Edit) -> (Int64, Int64, Int, Double) {
    switch edit.written.kind {
    case .gain(let decibels): (edit.range.start, edit.range.end, 0, decibels.value)
    case .fadeIn: (edit.range.start, edit.range.end, 1, 0)
    case .fadeOut: (edit.range.start, edit.range.end, 2, 0)
    case .silence, .reverse, .replace: (edit.range.start, edit.range.end, 3, 0)
    }
  }

  // MARK: What replaces sound

  private func disjoint(_ edits: [Edit]) -> [Edit] {
    let sorted = edits.enumerated().sorted {
      ($0.element.range.start, $0.element.range.end, $0.offset)
        < ($1.element.range.start, $1.element.range.end, $1.offset)
    }.map(\.element)
    var kept: [Edit] = []
    for edit in sorted {
      if let last = kept.last, last.range.end > edit.range.start {
        if case .silence(false) = last.written.kind, case .silence(false) = edit.written.kind {
          kept[kept.count - 1].range.end = max(last.range.end, edit.range.end)
          continue
        }
        let (first, second) =
          last.written.span.start <= edit.written.span.start
          ? (last.written, edit.written) : (edit.written, last.written)
        report.add(
          .overlappingEdits, "this edit and another one touch the same place", at: second.span,
          notes: [Note("the other edit is here", at: first.span)])
        continue
      }
      kept.append(edit)
    }
    return kept
  }

  private func replace(
    _ track: Track, _ content: Content, _ edits: [Edit], _ nextID: inout Int
  ) -> Content {
    var contents = [content]
    var sections: [Assembly.Section] = []
    var seams: [Assembly.Seam?] = []
    var cursor: Int64 = 0
    var lastSeam: Assembly.Seam?
    let roomTone = RoomTone(track, axis: axis, content: content)
    func append(_ range: FrameRange, _ index: Int, _ seam: Assembly.Seam?) {
      guard !range.isEmpty else { return }
      if !sections.isEmpty { seams.append(seam) }
      sections.append(Assembly.Section(range: range, content: index))
    }
    for edit in edits {
      let seam = seam(of: edit)
      guard let inner = inner(edit, seam, content, roomTone, &nextID) else { continue }
      contents.append(inner)
      // Between two edits that touch, the longer crossfade holds.
      let between = cursor == edit.range.start ? longer(lastSeam, seam) : seam
      if cursor < edit.range.start { append(FrameRange(cursor, edit.range.start), 0, lastSeam) }
      append(edit.range, contents.count - 1, between)
      cursor = edit.range.end
      lastSeam = seam
    }
    let end = max(content.end, cursor + 1)
    append(FrameRange(cursor, end), 0, lastSeam)
    return Assembly(contents: contents, rate: timeline.rate, report: report)
      .join(sections, seams: seams, nextID: &nextID)
  }

  private func longer(_ a: Assembly.Seam?, _ b: Assembly.Seam) -> Assembly.Seam {
    if let a, a.length > b.length { return a }
    return b
  }

  private func seam(of edit: Edit) -> Assembly.Seam {
    let fade = edit.written.crossfade
    var length = Crossfades.standard(timeline)
    if let written = fade?.length, let frames = axis.frames(written, from: nil) {
      length = frames
    }
    return Assembly.Seam(
      length: Crossfades.even(length),
      curve: fade?.curve?.value ?? timeline.session.defaults.crossfadeCurve?.value ?? .auto,
      isWritten: fade != nil, span: fade?.length.span ?? edit.written.span)
  }

  /// What sounds inside an edit's range; nil after a message.
  private func inner(
    _ edit: Edit, _ seam: Assembly.Seam, _ content: Content, _ roomTone: RoomTone,
    _ nextID: inout Int
  ) -> Content? {
    let handle = min(seam.length, edit.range.length)
    let reach = FrameRange(edit.range.start - handle, edit.range.end + handle)
    switch edit.written.kind {
    case .silence(fillsWithRoomTone: false):
      return Content()
    case .silence(fillsWithRoomTone: true):
      return roomTone.fill(reach, at: edit.written.span, nextID: &nextID)
    case .reverse:
      let sum = edit.range.start + edit.range.end
      return renamed(
        content.indices(touching: reach).map { content.pieces[$0].mirrored(sum) }, &nextID)
    case .replace(let source, let start):
      return replacement(edit, source, start, &nextID)
    case .gain, .fadeIn, .fadeOut:
      return nil
    }
  }

  private func replacement(
    _ edit: Edit, _ source: SourceReference, _ start: Located<Position>?, _ nextID: inout Int
  ) -> Content? {
    guard let (entry, channels) = placement.recordings.find(source),
      let offset = placement.recordingFrame(start, length: entry.length, otherwise: 0)
    else { return nil }
    let needed = edit.range.length
    guard offset <= entry.length - needed else {
      report.add(
        .clipPastRecording,
        "'\(source.path.value)' is \(Clock.text(entry.length, rate: timeline.rate)) long; the range asks "
          + "for \(Clock.text(needed, rate: timeline.rate)) from "
          + Clock.text(offset, rate: timeline.rate), at: edit.written.range.span,
        notes: [Note("the recording is named here", at: source.path.span)])
      return nil
    }
    let piece = ContentPiece(
      id: nextID, recording: entry.index, recordingLength: entry.length, channels: channels,
      range: edit.range, offset: offset, isReversed: false, gains: [], span: edit.written.span)
    nextID += 1
    return Content([piece])
  }

  /// The same pieces under new ids, so that they can sound beside their originals.
  private func renamed(_ pieces: [ContentPiece], _ nextID: inout Int) -> Content {
    var ids: [Int: Int] = [:]
    for piece in pieces {
      ids[piece.id] = nextID
      nextID += 1
    }
    return Content(
      pieces.map { original in
        var piece = original
        piece.id = ids[original.id] ?? original.id
        piece.gains = original.gains.map { gain in
          guard let partner = gain.partner else { return gain }
          return ids[partner].map { gain.withPartner($0) } ?? gain.withoutPartner
        }
        return piece
      })
  }

  // MARK: What scales sound

  private func scale(_ content: Content, _ edits: [Edit], _ nextID: inout Int) -> Content {
    var result = content
    // A fade acts inside its range alone, so pieces end where a fade begins or ends at silence.
    var cuts: Set<Int64> = []
    for edit in edits {
      if case .fadeIn = edit.written.kind { cuts.insert(edit.range.start) }
      if case .fadeOut = edit.written.kind { cuts.insert(edit.range.end) }
    }
    if !cuts.isEmpty { result = split(result, at: cuts.sorted(), &nextID) }
    var pieces = result.pieces
    for edit in edits {
      var range = edit.range
      var ramp: Int64 = 0
      if case .gain = edit.written.kind {
        ramp = min(seam(of: edit).length, range.length)
        range = FrameRange(range.start - ramp / 2, range.end + ramp / 2)
      }
      for i in result.indices(touching: range) {
        switch edit.written.kind {
        case .gain(let decibels):
          pieces[i].gains.append(
            .region(edit.range, gain: decibelsToGain(decibels.value), ramp: ramp))
        case .fadeIn(let curve):
          pieces[i].gains.append(.fadeIn(edit.range, curve == .auto ? .linear : curve))
          if pieces[i].range.start == edit.range.start { pieces[i].leading = .faded }
        case .fadeOut(let curve):
          pieces[i].gains.append(.fadeOut(edit.range, curve == .auto ? .linear : curve))
          if pieces[i].range.end == edit.range.end { pieces[i].trailing = .faded }
        case .silence, .reverse, .replace: break
        }
      }
    }
    return Content(pieces)
  }

  private func split(_ content: Content, at cuts: [Int64], _ nextID: inout Int) -> Content {
    var sections: [Assembly.Section] = []
    var start = Int64(0)
    for cut in cuts where cut > start {
      sections.append(Assembly.Section(range: FrameRange(start, cut), content: 0))
      start = cut
    }
    if content.end > start {
      sections.append(Assembly.Section(range: FrameRange(start, content.end), content: 0))
    }
    return Assembly(contents: [content], rate: timeline.rate, report: report)
      .join(
        sections, seams: Array(repeating: nil, count: max(0, sections.count - 1)),
        nextID: &nextID, merges: false)
  }

  /// The track's room tone, made as long as it is needed.
  private struct RoomTone {
    let track: Track
    let axis: TrackAxis
    let content: Content

    init(_ track: Track, axis: TrackAxis, content: Content) {
      self.track = track
      self.axis = axis
      self.content = content
    }

    /// Loops of the room-tone range over `range`: each begins before the last has ended and is
    /// crossfaded with it, at equal power, over 50 ms or a quarter of the range.
    func fill(_ range: FrameRange, at span: Span, nextID: inout Int) -> Content? {
      let timeline = axis.timeline
      guard let written = track.roomTone else {
        timeline.report.add(
          .roomTone, "'\(track.name.value)' says no 'room-tone' to fill with", at: span)
        return nil
      }
      guard let tone = axis.range(written) else { return nil }
      let rate = timeline.rate
      guard tone.length >= Frames.count(TrackEditLowering.shortestRoomTone, rate: rate) else {
        timeline.report.add(
          .roomTone,
          "the room tone is \(Clock.milliseconds(tone.length, rate: rate)) long; it takes 100 ms or more",
          at: written.span)
        return nil
      }
      let indices = content.indices(touching: tone)
      guard !indices.isEmpty else {
        timeline.report.add(
          .roomTone, "'\(track.name.value)' is silent where its room tone should be",
          at: written.span)
        return nil
      }
      let overlap = min(Frames.count(Rational(1, 20), rate: rate), tone.length / 4)
      let period = tone.length - overlap
      guard range.length / period < 100_000 else {
        timeline.report.add(
          .roomTone, "the room tone would be looped \(range.length / period) times", at: span)
        return nil
      }
      var pieces: [ContentPiece] = []
      var start = range.start
      while start < range.end {
        let distance = start - tone.start
        let isFirst = start == range.start
        let isLast = start + period >= range.end
        var ids: [Int: Int] = [:]
        let from = pieces.count
        for index in indices {
          let original = content.pieces[index]
          var piece = original.resized(to: original.range.intersection(tone))
          piece = piece.shifted(by: distance)
          ids[original.id] = nextID
          piece.id = nextID
          nextID += 1
          if !isFirst && piece.range.start < start + overlap {
            piece.gains.append(.fadeIn(FrameRange(start, start + overlap), .equalPower))
            piece.leading = .faded
          }
          if !isLast && piece.range.end > start + period {
            piece.gains.append(
              .fadeOut(FrameRange(start + period, start + tone.length), .equalPower))
            piece.trailing = .faded
          }
          piece.span = span
          pieces.append(piece)
        }
        for i in pieces.indices[from...] {
          pieces[i].gains = pieces[i].gains.map { gain in
            guard let partner = gain.partner else { return gain }
            return ids[partner].map { gain.withPartner($0) } ?? gain.withoutPartner
          }
        }
        start += period
      }
      return Content(pieces)
    }
  }
}
