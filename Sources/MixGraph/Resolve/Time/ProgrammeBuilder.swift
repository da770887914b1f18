import Diagnostics
import SessionModel
import Signal

/// Turns the session's `edits` into a map from session to programme time.
///
/// Entries commute. Overlapping cuts are their union; any other overlap is an error and the later
/// entry is left out.
struct ProgrammeBuilder {
  /// The crossfade of a seam: in all, in frames (even), and its curve.
  struct Seam {
    var crossfade: Int64
    var curve: FadeCurve
    var span: Span
  }

  /// An edit that takes frames away or repeats them.
  private struct Ranged {
    enum Action {
      case cut, move
      case `repeat`(Int)
    }
    var range: FrameRange
    var action: Action
    var seam: Seam
    var edit: Int
  }

  /// Something that comes in before a session frame.
  private struct Point {
    enum Content {
      case gap(name: String?, length: Int64)
      case moved(FrameRange)
    }
    var frame: Int64
    var content: Content
    var seam: Seam
    var edit: Int
  }

  /// The longest programme in frames, and the most stretches that one has.
  private static let longest: Int64 = 1 << 50
  private static let mostStretches = 1_000_000

  private let timeline: PositionResolver
  private var ranged: [Ranged] = []
  private var points: [Point] = []
  private var report: Report { timeline.report }

  init(_ timeline: PositionResolver) {
    self.timeline = timeline
    collect()
    sortAndCheck()
  }

  // MARK: Collecting

  private mutating func collect() {
    for (i, edit) in timeline.session.edits.enumerated() where !edit.isBypassed {
      switch edit.kind {
      case .cut(let written):
        guard let range = timeline.range(written) else { continue }
        ranged.append(
          Ranged(range: range, action: .cut, seam: seam(edit, at: range.start), edit: i))
      case .repeat(let written, let times):
        guard let range = timeline.range(written) else { continue }
        ranged.append(
          Ranged(
            range: range, action: .repeat(min(max(1, times), 10_000)),
            seam: seam(edit, at: range.start), edit: i))
      case .insert(let at, let length):
        guard let frame = timeline.frame(at),
          let frames = timeline.frames(length, from: at)
        else { continue }
        guard frames > 0 else {
          report.add(.emptyRange, "this gap has no length", at: length.span)
          continue
        }
        points.append(
          Point(
            frame: frame, content: .gap(name: edit.name?.value, length: frames),
            seam: seam(edit, at: frame), edit: i))
      case .move(let written, let to):
        guard let range = timeline.range(written), let frame = timeline.frame(to) else {
          continue
        }
        if frame == range.start || frame == range.end {
          report.add(
            .editWithoutEffect, "this range already lies there: the move does nothing",
            at: to.span)
          continue
        }
        let seam = seam(edit, at: range.start)
        ranged.append(Ranged(range: range, action: .move, seam: seam, edit: i))
        points.append(Point(frame: frame, content: .moved(range), seam: seam, edit: i))
      }
    }
  }

  private func seam(_ edit: SessionEdit, at frame: Int64) -> Seam {
    let defaults = timeline.session.defaults
    let place = Instant(Exact(frame))
    var frames = Crossfades.standard(timeline)
    if let written = edit.crossfade?.length {
      frames = timeline.frames(written.value, at: place, written.span) ?? frames
    }
    let curve = edit.crossfade?.curve?.value ?? defaults.crossfadeCurve?.value ?? .auto
    return Seam(
      crossfade: Crossfades.even(frames), curve: curve,
      span: edit.crossfade?.length.span ?? edit.span)
  }

  // MARK: Checking

  private func span(_ edit: Int) -> Span { timeline.session.edits[edit].span }

  private mutating func sortAndCheck() {
    ranged.sort {
      ($0.range.start, $0.range.end, $0.edit) < ($1.range.start, $1.range.end, $1.edit)
    }
    var kept: [Ranged] = []
    var dropped: Set<Int> = []
    for var entry in ranged {
      guard let last = kept.last, last.range.end > entry.range.start else {
        kept.append(entry)
        continue
      }
      if case .cut = last.action, case .cut = entry.action {
        report.add(
          .overlappingCuts, "these cuts overlap; what either removes is removed",
          at: span(max(last.edit, entry.edit)),
          notes: [Note("the other cut is here", at: span(min(last.edit, entry.edit)))])
        entry.range.start = last.range.start
        entry.range.end = max(entry.range.end, last.range.end)
        entry.seam = longer(last.seam, entry.seam)
        kept[kept.count - 1] = entry
      } else {
        reportOverlap(last.edit, entry.edit)
        dropped.insert(max(last.edit, entry.edit))
        if entry.edit < last.edit { kept[kept.count - 1] = entry }
      }
    }
    ranged = kept
    points.sort { ($0.frame, $0.edit) < ($1.frame, $1.edit) }
    var good: [Point] = []
    for point in points {
      if let last = good.last, last.frame == point.frame {
        reportOverlap(last.edit, point.edit)
        dropped.insert(max(last.edit, point.edit))
        continue
      }
      let i = lastIndex(of: ranged) { $0.range.start < point.frame }
      if i < ranged.count, ranged[i].range.start < point.frame, point.frame < ranged[i].range.end {
        reportOverlap(ranged[i].edit, point.edit)
        dropped.insert(point.edit)
        continue
      }
      good.append(point)
    }
    points = good.filter { !dropped.contains($0.edit) }
    ranged.removeAll { dropped.contains($0.edit) }
  }

  private func reportOverlap(_ a: Int, _ b: Int) {
    report.add(
      .overlappingEdits, "this edit and another one touch the same place", at: span(max(a, b)),
      notes: [Note("the other edit is here", at: span(min(a, b)))])
  }

  private func longer(_ a: Seam, _ b: Seam) -> Seam { b.crossfade > a.crossfade ? b : a }

  // MARK: Building

  /// The map whose last stretch ends at session frame `end`.
  ///
  /// - Parameter isCutOff: content may go on behind the end, because `length` says where it lies.
  func map(end: Int64, isCutOff: Bool = false) -> ProgrammeMap {
    for entry in ranged where end > 0 && entry.range.start >= end && timeline.isEndSure {
      let what =
        switch entry.action {
        case .cut: "the cut does nothing"
        case .repeat: "nothing is repeated"
        case .move: "silence is moved"
        }
      report.add(
        .editWithoutEffect,
        "this range lies behind the end at \(Clock.text(end, rate: timeline.rate)): \(what)",
        at: span(entry.edit))
    }
    for entry in points where end > 0 && entry.frame > end && timeline.isEndSure {
      guard case .gap = entry.content else { continue }
      report.add(
        .editWithoutEffect,
        "this gap lies behind the end at \(Clock.text(end, rate: timeline.rate)): it is put there",
        at: span(entry.edit))
    }
    var run = Run()
    var cursor: Int64 = 0
    var point = points.startIndex
    func emitPoints(upTo frame: Int64, _ run: inout Run) {
      while point < points.endIndex && points[point].frame <= frame {
        let entry = points[point]
        run.session(cursor, min(max(entry.frame, cursor), max(end, cursor)))
        cursor = max(cursor, entry.frame)
        run.cut(entry.seam)
        switch entry.content {
        case .gap(let name, let length): run.gap(name, length)
        case .moved(let range): run.session(range.start, range.end)
        }
        run.cut(entry.seam)
        point += 1
      }
    }
    for entry in ranged {
      emitPoints(upTo: entry.range.start, &run)
      let start = entry.range.start
      let stop = max(start, min(entry.range.end, end))
      run.session(cursor, min(start, max(end, cursor)))
      cursor = max(cursor, entry.range.end)
      switch entry.action {
      case .cut, .move:
        run.cut(entry.seam)
      case .repeat(let times):
        for pass in 0..<times {
          if pass > 0 { run.cut(entry.seam) }
          run.session(start, stop)
          if run.isFull { break }
        }
      }
    }
    emitPoints(upTo: .max, &run)
    run.session(cursor, max(cursor, end))
    if isCutOff {
      run.close(end, fade: Crossfades.declick(timeline.rate), span: timeline.session.span)
    }
    if let last = run.lastSessionEnd, last != end {
      // What follows the last stretch in the session was cut or moved away: tails ring into a gap.
      run.gap(nil, 0)
    }
    if run.isFull {
      report.add(
        .positionTooFar, "the session's edits make a programme beyond any length",
        at: ranged.last.map { span($0.edit) } ?? points.last.map { span($0.edit) })
    }
    if run.stretches.isEmpty {
      run.stretches = [Stretch(content: .session(start: 0), programmeStart: 0, length: 0)]
    }
    var map = ProgrammeMap(stretches: shortened(run), seamSpans: run.spans)
    map.editsSpan = timeline.session.editsSpan
    return map
  }

  /// How far content is heard behind `end`, in crossfades of seams: it is not the end of the sound
  /// there. A fade of what stops after that lies beyond it.
  func handle(behind end: Int64, in map: ProgrammeMap) -> Int64 {
    guard let last = map.stretches.last, last.sessionEnd != end else { return 0 }
    var handle: Int64 = 0
    for (stretch, next) in zip(map.stretches, map.stretches.dropFirst()) {
      guard let stop = stretch.sessionEnd else { continue }
      handle = max(handle, stop + next.crossfade / 2 - end)
    }
    return handle > 0 ? handle + Crossfades.declick(timeline.rate) : 0
  }

  /// Programme frame of each inserted gap's start, by index in the session's `edits`.
  func gaps(in map: ProgrammeMap) -> [Int: Int64] {
    // Gaps come out in the order of the points that make them.
    let made = points.filter { if case .gap = $0.content { true } else { false } }
    let starts = map.stretches.filter {
      if case .gap = $0.content { $0.length > 0 } else { false }
    }.map(\.programmeStart)
    return Dictionary(zip(made.map(\.edit), starts)) { first, _ in first }
  }

  /// Stretches as they come, with the seams between them.
  private struct Run {
    var stretches: [Stretch] = []
    var spans: [Span?] = []
    var pending: Seam?
    var total: Int64 = 0

    var isFull: Bool { total >= longest || stretches.count >= mostStretches }

    var lastSessionEnd: Int64? { stretches.last?.sessionEnd }

    mutating func cut(_ seam: Seam) {
      if let old = pending, old.crossfade >= seam.crossfade { return }
      pending = seam
    }

    mutating func session(_ start: Int64, _ end: Int64) {
      guard end > start else { return }
      if lastSessionEnd == start {
        stretches[stretches.count - 1].length += end - start
        total += end - start
        pending = nil
      } else {
        append(.session(start: start), end - start)
      }
    }

    mutating func gap(_ name: String?, _ length: Int64) {
      append(.gap(name: name), length)
    }

    /// Fades the last stretch out where it ends at `end` and another one before it does too, which
    /// is crossfaded with what follows there and needs the content behind the end.
    mutating func close(_ end: Int64, fade: Int64, span: Span) {
      let half = fade / 2
      guard let last = stretches.last, lastSessionEnd == end, half > 0, last.length > 4 * half,
        stretches.dropLast().contains(where: { $0.sessionEnd == end })
      else { return }
      stretches[stretches.count - 1].length -= half
      total -= half
      pending = Seam(crossfade: 2 * half, curve: .linear, span: span)
      gap(nil, half)
    }

    private mutating func append(_ content: Stretch.Content, _ length: Int64) {
      guard !isFull else { return }
      let seam = stretches.isEmpty ? nil : pending
      stretches.append(
        Stretch(
          content: content, programmeStart: total, length: length,
          crossfade: seam?.crossfade ?? 0, curve: seam?.curve ?? .auto))
      spans.append(seam?.span)
      total += length
      pending = nil
    }
  }

  /// Crossfades made to fit: half of one takes at most half of a stretch between two seams, all of
  /// a stretch with one seam, and begins no earlier than session frame 0.
  private func shortened(_ run: Run) -> [Stretch] {
    var stretches = run.stretches
    let last = stretches.count - 1
    func room(_ i: Int) -> Int64 {
      // The closing gap and the programme's open end have room behind them.
      if i == last { return stretches[i].length == 0 ? .max : stretches[i].length }
      return i == 0 ? stretches[i].length : stretches[i].length / 2
    }
    for i in stretches.indices.dropFirst() {
      let wanted = stretches[i].crossfade / 2
      var half = min(wanted, room(i - 1), room(i))
      if case .session(let start) = stretches[i].content { half = min(half, start) }
      stretches[i].crossfade = 2 * half
      if half < wanted, let span = run.spans[i] {
        let rate = timeline.rate
        report.add(
          .crossfadeShortened,
          "the crossfade is shortened from \(Clock.milliseconds(2 * wanted, rate: rate)) to "
            + "\(Clock.milliseconds(2 * half, rate: rate)): there is no more room beside this seam",
          at: span)
      }
    }
    return stretches
  }
}

/// Lengths of crossfades.
enum Crossfades {
  /// `defaults.crossfade`, or 10 ms; frames.
  static func standard(_ timeline: PositionResolver) -> Int64 {
    if let written = timeline.session.defaults.crossfade, let frames = timeline.frames(written) {
      return max(0, frames)
    }
    return Frames.count(Rational(1, 100), rate: timeline.rate)
  }

  /// The fade where a recording is cut into: 1.5 ms.
  static func declick(_ rate: Int) -> Int64 { Frames.count(Rational(3, 2000), rate: rate) }

  /// The nearest even count, at least 0.
  static func even(_ frames: Int64) -> Int64 {
    let bounded = min(max(0, frames), Frames.limit)
    return bounded + bounded % 2
  }
}
