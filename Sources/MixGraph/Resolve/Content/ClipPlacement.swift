import Diagnostics
import SessionModel
import Signal

/// Places clips on a track's axis and joins those that overlap.
struct ClipPlacement {
  let axis: TrackAxis
  let recordings: RecordingTable
  /// Added to every clip's place; frames.
  let shift: Int64

  private var timeline: PositionResolver { axis.timeline }
  private var report: Report { axis.timeline.report }

  /// A clip that has been found and placed.
  private struct Placed {
    var clip: Clip
    var piece: ContentPiece
    /// Where a crossfade with the clip before ends.
    var joinedUntil: Int64
  }

  func place(_ clips: [Clip], nextID: inout Int) -> Content {
    var placed: [Placed] = []
    placed.reserveCapacity(clips.count)
    for clip in clips where !clip.isBypassed {
      if let entry = place(clip, &nextID) { placed.append(entry) }
    }
    placed.sort {
      ($0.piece.range.start, $0.piece.range.end, $0.piece.id)
        < ($1.piece.range.start, $1.piece.range.end, $1.piece.id)
    }
    join(&placed)
    return Content(placed.compactMap { $0.piece.range.isEmpty ? nil : trimmed($0.piece) })
  }

  // MARK: One clip

  private func place(_ clip: Clip, _ nextID: inout Int) -> Placed? {
    guard let (entry, channels) = recordings.find(clip.source) else { return nil }
    let rate = timeline.rate
    guard let first = recordingFrame(clip.in, length: entry.length, otherwise: 0),
      let last = recordingFrame(clip.out, length: entry.length, otherwise: entry.length)
    else { return nil }
    for (frame, written) in [(first, clip.in), (last, clip.out)] where frame > entry.length {
      report.add(
        .clipPastRecording,
        "'\(clip.source.path.value)' is \(Clock.text(entry.length, rate: rate)) long; the clip asks for "
          + Clock.text(frame, rate: rate), at: written?.span ?? clip.span,
        notes: [Note("the recording is named here", at: clip.source.path.span)])
      return nil
    }
    guard first < last else {
      report.add(
        .emptyClip,
        "the clip goes from \(Clock.text(first, rate: rate)) to \(Clock.text(last, rate: rate)) of its "
          + "recording", at: clip.out?.span ?? clip.in?.span ?? clip.span)
      return nil
    }
    var start: Int64 = 0
    if let at = clip.at {
      guard let frame = axis.frame(at) else { return nil }
      start = frame
    }
    start += shift
    let range = FrameRange(start, start + (last - first))
    guard range.end <= Frames.limit else {
      report.add(.positionTooFar, "the clip ends beyond any session", at: clip.span)
      return nil
    }
    var piece = ContentPiece(
      id: nextID, recording: entry.index, recordingLength: entry.length, channels: channels,
      range: range, offset: clip.isReversed ? last - 1 : first, isReversed: clip.isReversed,
      gains: [], span: clip.span)
    nextID += 1
    if let gain = clip.gain, gain.value != 0 {
      piece.gains.append(.constant(decibelsToGain(gain.value)))
    }
    var faded: Int64 = 0
    if let fade = clip.fadeIn, let length = fadeLength(fade, clip, range.length) {
      faded = length
      piece.gains.append(
        .fadeIn(FrameRange(range.start, range.start + length), curve(fade)))
      piece.leading = .faded
    }
    if let fade = clip.fadeOut, let length = fadeLength(fade, clip, range.length) {
      if faded > 0 && faded + length > range.length { reportFades(clip, fade, range.length) }
      piece.gains.append(.fadeOut(FrameRange(range.end - length, range.end), curve(fade)))
      piece.trailing = .faded
    }
    return Placed(clip: clip, piece: piece, joinedUntil: range.start)
  }

  private func reportFades(_ clip: Clip, _ fade: Fade, _ length: Int64) {
    report.add(
      .fadesOverlap,
      "this clip, \(Clock.text(length, rate: timeline.rate)) long, fades out before it has faded in",
      at: fade.length.span,
      notes: clip.fadeIn.map { [Note("it fades in here", at: $0.length.span)] } ?? [])
  }

  /// Fades of clips are straight unless they say otherwise.
  private func curve(_ fade: Fade) -> FadeCurve {
    guard let curve = fade.curve?.value, curve != .auto else { return .linear }
    return curve
  }

  private func fadeLength(_ fade: Fade, _ clip: Clip, _ limit: Int64) -> Int64? {
    guard let frames = axis.frames(fade.length, from: clip.at), frames > 0 else { return nil }
    guard frames > limit else { return frames }
    report.add(
      .fadeShortened,
      "the fade is \(Clock.text(frames, rate: timeline.rate)) long, the clip only "
        + Clock.text(limit, rate: timeline.rate), at: fade.length.span)
    return limit
  }

  /// A position in a recording, in frames at the session's rate; nil after a message.
  func recordingFrame(
    _ position: Located<Position>?, length: Int64, otherwise: Int64
  ) -> Int64? {
    guard let position else { return otherwise }
    var base = position.value
    var moved = Exact.zero
    let rate = Exact(Int64(timeline.rate))
    while case .offset(let inner, let amount, let negative) = base {
      let size: Exact
      switch amount {
      case .seconds(let seconds): size = Exact(seconds) * rate
      case .frames(let frames): size = Exact(frames)
      case .beats, .bars, .note: return misplaced(position)
      }
      moved = negative ? moved - size : moved + size
      base = inner
    }
    let start: Exact
    switch base {
    case .seconds(let seconds): start = Exact(seconds) * rate
    case .frames(let frames): start = Exact(frames)
    case .start: start = .zero
    case .end: start = Exact(length)
    case .bar, .name, .offset: return misplaced(position)
    }
    let frame = (start + moved).roundedHalfUp
    guard frame >= 0 else {
      report.add(
        .positionBeforeStart,
        "this lies \(Clock.text(0 &- frame, rate: timeline.rate)) before the recording's first frame",
        at: position.span)
      return nil
    }
    return frame
  }

  private func misplaced(_ position: Located<Position>) -> Int64? {
    report.add(
      .recordingPosition,
      "a position in a recording is a time, a number of frames, 'start' or 'end'",
      at: position.span)
    return nil
  }

  // MARK: Neighbours

  /// Crossfades and overlaps of clips with the clip before them in time.
  private func join(_ placed: inout [Placed]) {
    for i in placed.indices.dropFirst() {
      let earlier = placed[i - 1]
      let later = placed[i]
      let seamStart = later.piece.range.start
      let overlap = earlier.piece.range.end - seamStart
      if let crossfade = later.clip.crossfade {
        guard overlap >= 0, later.piece.range.end >= earlier.piece.range.end else {
          reportOverlapOrGap(earlier, later, overlap, crossfade)
          continue
        }
        self.crossfade(&placed, i, overlap, crossfade)
      } else if overlap > 0 {
        if timeline.session.hasMisreadPlaces { continue }
        report.add(
          .clipOverlap,
          "this clip begins \(Clock.text(overlap, rate: timeline.rate)) before the clip before it ends",
          at: later.clip.span,
          notes: [
            Note("the clip before it is here", at: earlier.clip.span),
            Note(joining(overlap)),
          ])
      } else if overlap == 0 {
        lintSeam(earlier, later)
      }
      if i >= 2, placed[i - 2].piece.range.end > placed[i].piece.range.start {
        report.add(
          .clipOverlap, "three clips sound at once here; two may, with a crossfade",
          at: later.clip.span,
          notes: [Note("the first of them is here", at: placed[i - 2].clip.span)])
      }
    }
  }

  /// What joins two clips that overlap.
  private func joining(_ overlap: Int64) -> String {
    let short = "'crossfade: 10 ms' joins them"
    guard overlap > Frames.count(Rational(1, 20), rate: timeline.rate) else { return short }
    return "'crossfade: \(Clock.milliseconds(overlap, rate: timeline.rate))' fades from one to the "
      + "other as long as both sound; \(short) in the middle of that"
  }

  private func reportOverlapOrGap(
    _ earlier: Placed, _ later: Placed, _ overlap: Int64, _ crossfade: Fade
  ) {
    if overlap < 0 {
      report.add(
        .crossfadeShortened,
        "there is nothing to crossfade with: the clip before ends "
          + "\(Clock.text(0 &- overlap, rate: timeline.rate)) earlier", at: crossfade.length.span,
        notes: [Note("the clip before is here", at: earlier.clip.span)])
    } else {
      report.add(
        .clipOverlap, "this clip lies inside the clip before it", at: later.clip.span,
        notes: [Note("the clip before it is here", at: earlier.clip.span)])
    }
  }

  private func crossfade(_ placed: inout [Placed], _ i: Int, _ overlap: Int64, _ fade: Fade) {
    let later = placed[i].piece
    let earlier = placed[i - 1].piece
    let seam = later.range.start + overlap / 2
    let length = Crossfades.even(axis.frames(fade.length, from: placed[i].clip.at) ?? 0)
    let wanted = length / 2
    let before = overlap / 2 + later.handleBefore
    let after = (earlier.range.end - seam) + earlier.handleAfter
    let room = min(seam - placed[i - 1].joinedUntil, later.range.end - seam)
    let half = max(0, min(wanted, before, after, room))
    if half < wanted {
      report.add(
        .crossfadeShortened,
        "the crossfade is shortened from \(Clock.milliseconds(2 * wanted, rate: timeline.rate)) to "
          + "\(Clock.milliseconds(2 * half, rate: timeline.rate)): the recordings have no more beside "
          + "this seam", at: fade.length.span)
    }
    let zone = FrameRange(seam - half, seam + half)
    let curve =
      fade.curve?.value ?? timeline.session.defaults.crossfadeCurve?.value ?? .auto
    placed[i - 1].piece = earlier.resized(to: FrameRange(earlier.range.start, zone.end))
    placed[i].piece = later.resized(to: FrameRange(zone.start, later.range.end))
    guard half > 0 else { return }
    placed[i].joinedUntil = zone.end
    if curve == .auto {
      placed[i - 1].piece.gains.append(.autoFadeOut(zone, partner: later.id))
      placed[i].piece.gains.append(.autoFadeIn(zone, partner: earlier.id))
    } else {
      placed[i - 1].piece.gains.append(.fadeOut(zone, curve))
      placed[i].piece.gains.append(.fadeIn(zone, curve))
    }
    placed[i - 1].piece.trailing = .faded
    placed[i].piece.leading = .faded
  }

  /// Warns where two cut recordings are joined exactly and do not go on in each other.
  private func lintSeam(_ earlier: Placed, _ later: Placed) {
    guard case .open = earlier.piece.trailing, case .open = later.piece.leading,
      earlier.piece.handleAfter > 0, later.piece.handleBefore > 0,
      !earlier.piece.continues(into: later.piece)
    else { return }
    report.add(
      .clickAtSeam, "this clip is joined to the clip before it without a crossfade",
      at: later.clip.span, notes: [Note("the clip before it is here", at: earlier.clip.span)])
  }

  /// Without what `shift` pushed before frame 0.
  private func trimmed(_ piece: ContentPiece) -> ContentPiece? {
    guard piece.range.start < 0 else { return piece }
    guard piece.range.end > 0 else { return nil }
    return piece.resized(to: FrameRange(0, piece.range.end))
  }
}
