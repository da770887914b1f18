import Diagnostics
import SessionModel
import Signal

/// Positions of one session: tempo, meter, markers, regions and gap names to session frames.
///
/// Not for two threads at once: resolved names are remembered, messages go to `report`.
final class PositionResolver {
  enum NameKind: Hashable {
    case marker(Int)
    case region(Int)
    case gap(Int)
  }
  enum NameState {
    case open, inProgress, failed
    case done(Instant)
  }
  enum End {
    /// Not known, because nothing says or the content that would say asks for it.
    case unknown
    case frame(Int64)
  }

  let session: Session
  let rate: Int
  let report: Report
  /// nil: the session has no tempo.
  var tempo: TempoMap?
  var meter = MeterMap()
  var end = End.unknown {
    didSet {
      forgetNames()
      regionRanges = [:]
      failedRegions = []
    }
  }
  /// False: what was said already makes it unknown where content ends; what only follows from that
  /// is not said.
  var isEndSure = true
  private(set) var names: [String: NameKind] = [:]
  private var states: [String: NameState] = [:]
  private var depth = 0
  private var regionRanges: [Int: FrameRange] = [:]
  private var failedRegions: Set<Int> = []

  init(_ session: Session, rate: Int, report: Report) {
    self.session = session
    self.rate = rate
    self.report = report
    declareNames()
    buildMeter()
    buildTempo()
    if let length = session.length, let frame = frame(length) { end = .frame(frame) }
  }

  // MARK: Names

  private func declareNames() {
    // Names declared twice have been reported; the first holds.
    func declare(_ name: Located<String>, _ kind: NameKind) {
      if names[name.value] == nil { names[name.value] = kind }
    }
    for (i, marker) in session.markers.enumerated() { declare(marker.name, .marker(i)) }
    for (i, region) in session.regions.enumerated() { declare(region.name, .region(i)) }
    for (i, edit) in session.edits.enumerated() where !edit.isBypassed {
      if case .insert = edit.kind, let name = edit.name { declare(name, .gap(i)) }
    }
  }

  private func namedPlace(_ name: String, at span: Span, isWholeName: Bool) -> Instant? {
    guard let kind = names[name] else {
      if session.misreadNames.contains(name) { return nil }
      report.addUnknown(
        .unknownMarker, "no marker, region or gap is named '\(name)'", name: name, at: span,
        among: names.keys.sorted(), isWholeName: isWholeName)
      return nil
    }
    switch states[name] ?? .open {
    case .done(let instant): return instant
    case .failed: return nil
    case .inProgress:
      report.add(.nameCycle, "'\(name)' is defined by way of itself", at: span)
      states[name] = .failed
      return nil
    case .open: break
    }
    guard depth < 200 else {
      report.add(
        .nameCycle, "'\(name)' is defined by way of more than 200 other names", at: span)
      return nil
    }
    depth += 1
    states[name] = .inProgress
    let instant = declaredPlace(kind)
    depth -= 1
    if case .failed = states[name] ?? .open { return nil }
    states[name] = instant.map { .done($0) } ?? .failed
    return instant
  }

  private func declaredPlace(_ kind: NameKind) -> Instant? {
    switch kind {
    case .marker(let i): return instant(session.markers[i].position)
    case .region(let i):
      switch session.regions[i].range.value {
      case .between(let start, _), .lasting(let start, _): return instant(start)
      case .region(let name):
        return namedPlace(name, at: session.regions[i].range.span, isWholeName: true)
      }
    case .gap(let i):
      guard case .insert(let at, _) = session.edits[i].kind, var place = instant(at) else {
        return nil
      }
      place.gap = Instant.GapPlace(edit: i, offset: .zero)
      return place
    }
  }

  private func forgetNames() { states = [:] }

  // MARK: Tempo and meter

  private func buildMeter() {
    var points: [(bar: Int64, beats: Int64, unit: Int64)] = []
    for point in session.meter {
      guard let bar = bar(point.bar, at: point.span) else { continue }
      if let last = points.last, bar <= last.bar {
        report.add(
          .meterOrder, "bar \(bar) comes after bar \(last.bar); meters are listed by bar",
          at: point.span)
        continue
      }
      points.append((bar, Int64(point.beats), Int64(point.unit)))
    }
    meter = MeterMap(points)
  }

  private func buildTempo() {
    guard let first = session.tempo.first else { return }
    var barOne = Exact.zero
    if let written = session.barOne, let place = instant(written) { barOne = place.frames }
    forgetNames()
    tempo = TempoMap(bpm: bpm(first), barOne: barOne, rate: rate)
    for (i, point) in session.tempo.enumerated() {
      guard i > 0 else {
        if point.isRamp {
          report.add(
            .tempoOrder, "the first tempo has no tempo before it to move from", at: point.span)
        }
        appendFirst(point)
        continue
      }
      guard let place = instant(point.position), let last = tempo?.segments.last else { continue }
      guard place.frames > last.frame else {
        report.add(
          .tempoOrder, "this tempo does not lie after the one before it", at: point.position.span)
        continue
      }
      if !point.isRamp {
        let quarter = place.quarter ?? tempo?.quarter(atFrame: place.frames) ?? .zero
        tempo?.append(bpm: bpm(point), atQuarter: quarter, frame: place.frames)
      } else if let quarter = place.quarter {
        tempo?.appendRamp(to: bpm(point), endingAtQuarter: quarter)
      } else {
        tempo?.appendRamp(to: bpm(point), endingAtFrame: place.frames)
      }
      forgetNames()
    }
  }

  /// The first point matters as the beginning of a ramp to the second.
  private func appendFirst(_ point: TempoPoint) {
    guard session.tempo.count > 1, let place = instant(point.position), let map = tempo else {
      return
    }
    let quarter = place.quarter ?? map.quarter(atFrame: place.frames)
    tempo?.append(bpm: bpm(point), atQuarter: quarter, frame: place.frames)
    forgetNames()
  }

  private func bpm(_ point: TempoPoint) -> Exact {
    guard point.bpm > Rational(0) else {
      report.add(.tempoOrder, "a tempo lies above 0 bpm", at: point.span)
      return Exact(120)
    }
    return Exact(point.bpm)
  }

  private func bar(_ bar: Int, at span: Span) -> Int64? {
    guard bar > -1_000_000 && bar < 1_000_000_000 else {
      report.add(.positionTooFar, "bar \(bar) lies beyond any session", at: span)
      return nil
    }
    return Int64(bar)
  }

  // MARK: Positions

  /// The place of a written position, which may lie before the session's start.
  func instant(_ position: Located<Position>) -> Instant? {
    instant(position.value, at: position.span)
  }

  private func instant(_ position: Position, at span: Span) -> Instant? {
    var base = position
    var amounts: [(TimeAmount, Bool)] = []
    while case .offset(let inner, let amount, let negative) = base {
      amounts.append((amount, negative))
      base = inner
    }
    guard var place = plain(base, at: span, isWhole: amounts.isEmpty) else { return nil }
    for (amount, negative) in amounts.reversed() {
      guard let moved = move(place, by: amount, negative: negative, at: span) else { return nil }
      place = moved
    }
    return place
  }

  private func plain(_ position: Position, at span: Span, isWhole: Bool) -> Instant? {
    switch position {
    case .seconds(let seconds):
      return Instant(Exact(seconds) * Exact(Int64(rate)))
    case .frames(let frames):
      return Instant(Exact(frames))
    case .bar(let number, let beat):
      guard let number = bar(number, at: span) else { return nil }
      guard let tempo else {
        report.add(
          .barNeedsTempo, "a bar has no place here: the session has no tempo", at: span)
        return nil
      }
      let segment = meter.segment(atBar: number)
      guard beat >= Rational(1) && Exact(beat) < Exact(segment.beats + 1) else {
        report.add(
          .beatOutsideBar,
          "bar \(number) has \(segment.beats) beats; a beat lies in 1..\(segment.beats)", at: span)
        return nil
      }
      let quarter = meter.quarter(bar: number, beat: Exact(beat))
      return Instant(tempo.frame(atQuarter: quarter), quarter: quarter)
    case .name(let name):
      return namedPlace(name, at: span, isWholeName: isWhole)
    case .start:
      return Instant(.zero)
    case .end:
      guard case .frame(let frame) = end else {
        report.add(
          .endNeedsLength,
          "'end' is not known here: the content that would decide it depends on it; write 'length:'",
          at: span)
        return nil
      }
      return Instant(Exact(frame))
    case .offset:
      return instant(position, at: span)
    }
  }

  private func move(
    _ place: Instant, by amount: TimeAmount, negative: Bool, at span: Span
  ) -> Instant? {
    func signed(_ value: Exact) -> Exact { negative ? -value : value }
    switch amount {
    case .seconds(let seconds):
      return shift(place, signed(Exact(seconds) * Exact(Int64(rate))), span)
    case .frames(let frames):
      return shift(place, signed(Exact(frames)), span)
    case .beats, .bars, .note:
      guard let tempo else {
        report.add(
          .barNeedsTempo, "a musical length has no size here: the session has no tempo", at: span)
        return nil
      }
      let quarter = place.quarter ?? tempo.quarter(atFrame: place.frames)
      let target: Exact
      switch amount {
      case .bars(let count): target = meter.advance(quarter, bars: signed(Exact(count)))
      case .beats(let count):
        let unit = meter.segment(atQuarter: quarter).unit
        target = quarter + signed(Exact(count) * Exact(Rational(4, unit)))
      case .note(let value): target = quarter + signed(Exact(value) * Exact(4))
      case .seconds, .frames: target = quarter
      }
      let frames = tempo.frame(atQuarter: target)
      if place.gap != nil { return shift(place, frames - place.frames, span) }
      return Instant(frames, quarter: target)
    }
  }

  private func shift(_ place: Instant, _ frames: Exact, _ span: Span) -> Instant? {
    guard let gap = place.gap else { return Instant(place.frames + frames) }
    let offset = gap.offset + frames
    if offset < .zero { return Instant(place.frames + offset) }
    guard case .insert(let at, let length) = session.edits[gap.edit].kind,
      let frames = self.frames(length, from: at)
    else { return nil }
    if offset > Exact(frames) { return Instant(place.frames + offset - Exact(frames)) }
    return Instant(place.frames, gap: Instant.GapPlace(edit: gap.edit, offset: offset))
  }

  /// The session frame of a written position; reports one before the start or too far out.
  func frame(_ position: Located<Position>) -> Int64? {
    switch position.value {
    case .start: return 0
    case .frames(let frames): return checked(frames, position.span)
    case .seconds(let seconds):
      return checked(Frames.count(seconds, rate: rate), position.span)
    default:
      guard let place = instant(position) else { return nil }
      return checked(place.frames.roundedHalfUp, position.span)
    }
  }

  /// `frame` as it is when it lies on the timeline, nil and a message otherwise.
  func checked(_ frame: Int64, _ span: Span) -> Int64? {
    guard frame >= 0 else {
      report.add(
        .positionBeforeStart,
        "this lies \(Clock.text(0 &- frame, rate: rate)) before the start of the session", at: span)
      return nil
    }
    guard frame <= Frames.limit else {
      report.add(.positionTooFar, "this lies beyond any session", at: span)
      return nil
    }
    return frame
  }

  /// True when a position hangs on an end that is not known yet.
  func needsEnd(_ position: Position) -> Bool {
    guard case .unknown = end else { return false }
    var base = position
    for _ in 0..<1000 {
      switch base {
      case .offset(let inner, _, _): base = inner
      case .end: return true
      case .name(let name):
        switch names[name] {
        case .marker(let i)?: base = session.markers[i].position.value
        case .region(let i)?:
          switch session.regions[i].range.value {
          case .between(let start, _), .lasting(let start, _): base = start.value
          case .region(let other): base = .name(other)
          }
        case .gap(let i)?:
          guard case .insert(let at, _) = session.edits[i].kind else { return false }
          base = at.value
        case nil: return false
        }
      case .seconds, .frames, .bar, .start: return false
      }
    }
    return false
  }

  // MARK: Lengths

  /// A length in frames, rounded half up; musical lengths at `place`.
  func frames(_ amount: TimeAmount, at place: Instant, _ span: Span) -> Int64? {
    switch amount {
    case .frames(let frames): return min(max(frames, -Frames.limit), Frames.limit)
    case .seconds(let seconds):
      return min(max(Frames.count(seconds, rate: rate), -Frames.limit), Frames.limit)
    case .beats, .bars, .note:
      var start = place
      start.gap = nil
      guard let end = move(start, by: amount, negative: false, at: span) else { return nil }
      return min((end.frames - start.frames).roundedHalfUp, Frames.limit)
    }
  }

  func frames(_ amount: Located<TimeAmount>, from position: Located<Position>) -> Int64? {
    if case .seconds(let seconds) = amount.value {
      return min(Frames.count(seconds, rate: rate), Frames.limit)
    }
    guard let place = instant(position) else { return nil }
    return frames(amount.value, at: place, amount.span)
  }

  /// A length that belongs to no place: at the session's start.
  func frames(_ amount: Located<TimeAmount>) -> Int64? {
    frames(amount.value, at: Instant(.zero), amount.span)
  }

  // MARK: Ranges

  /// The two places of a range as written, the end not yet checked against the start.
  func instants(_ range: Located<RangeExpression>) -> (start: Instant, end: Instant)? {
    switch range.value {
    case .between(let start, let end):
      let first = instant(start)
      let last = instant(end)
      guard let first, let last else { return nil }
      return (first, last)
    case .lasting(let start, let length):
      guard let first = instant(start) else { return nil }
      guard let last = move(first, by: length.value, negative: false, at: length.span) else {
        return nil
      }
      return (first, last)
    case .region(let name):
      guard case .region(let i)? = names[name] else {
        if names[name] != nil {
          report.add(
            .notARegion, "'\(name)' is a place, not a region: it has no end", at: range.span)
        } else if !session.misreadNames.contains(name) {
          let regions = session.regions.map(\.name.value)
          report.addUnknown(
            .unknownMarker, "no region is named '\(name)'", name: name, at: range.span,
            among: regions)
        }
        return nil
      }
      guard depth < 200 else {
        report.add(.nameCycle, "'\(name)' is defined by way of itself", at: range.span)
        return nil
      }
      depth += 1
      defer { depth -= 1 }
      return instants(session.regions[i].range)
    }
  }

  /// The session frames of a range; reports an empty one.
  func range(_ range: Located<RangeExpression>) -> FrameRange? {
    if case .region(let name) = range.value, case .region(let i)? = names[name] {
      return region(i)
    }
    guard let (start, end) = instants(range) else { return nil }
    return checked(
      start.frames.roundedHalfUp, end.frames.roundedHalfUp, span: range.span)
  }

  private func checked(_ start: Int64, _ end: Int64, span: Span) -> FrameRange? {
    guard let start = checked(start, span), let end = checked(end, span) else { return nil }
    guard start < end else {
      report.add(.emptyRange, emptyText(start, end), at: span)
      return nil
    }
    return FrameRange(start, end)
  }

  func emptyText(_ start: Int64, _ end: Int64) -> String {
    start == end
      ? "this range is empty: it starts and ends at \(Clock.text(start, rate: rate))"
      : "this range ends at \(Clock.text(end, rate: rate)), before it starts at "
        + Clock.text(start, rate: rate)
  }

  /// Session frames of a region by its index; messages come once.
  func region(_ index: Int) -> FrameRange? {
    if let range = regionRanges[index] { return range }
    guard failedRegions.insert(index).inserted else { return nil }
    guard let (start, end) = instants(session.regions[index].range),
      let range = checked(
        start.frames.roundedHalfUp, end.frames.roundedHalfUp,
        span: session.regions[index].range.span)
    else { return nil }
    failedRegions.remove(index)
    regionRanges[index] = range
    return range
  }
}
