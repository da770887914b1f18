public import Diagnostics
public import SessionModel
import Signal

/// What an audition changes: who sounds. Names of tracks, buses and groups.
public struct ResolveOptions: Hashable, Sendable {
  public var solo: [String]
  public var mute: [String]
  /// The format that a profile asks for, by the profile's name; endings of file names follow it.
  public var profileFormats: [String: String]

  public init(
    solo: [String] = [], mute: [String] = [], profileFormats: [String: String] = [:]
  ) {
    self.solo = solo
    self.mute = mute
    self.profileFormats = profileFormats
  }

  /// Whether all of the session sounds.
  var isWhole: Bool { solo.isEmpty && mute.isEmpty }
}

/// Binds the names of a session and resolves its positions to frames.
public enum SessionResolver {
  /// The session as the compiler takes it, and every message about it.
  ///
  /// A session with errors gives a result too, without what the errors are about, so that later
  /// checks can go on; nil: it has no usable rate.
  ///
  /// - Parameters:
  ///   - probe: looks at recordings.
  ///   - directory: the folder of a source file, to which its paths are relative; empty: the
  ///     working folder.
  /// - Complexity: O(n log n) in tracks, clips, edits and points.
  public static func resolve(
    _ session: Session, probe: some RecordingProbe, directory: @escaping (SourceID) -> String,
    options: ResolveOptions = ResolveOptions()
  ) -> (session: ResolvedSession?, diagnostics: DiagnosticList) {
    let report = Report()
    // What else is wrong is found out at any rate.
    var rate = 48_000
    if let written = session.rate?.value {
      rate = written
    } else if !session.hasWrongRate {
      let agreed = agreedRate(of: session, probe: probe, directory: directory)
      rate = agreed ?? rate
      reportMissingRate(session, agreed, report)
    }
    guard rate > 0 && rate <= 10_000_000 else {
      reportMissingRate(session, nil, report)
      return (nil, report.list)
    }
    let resolved = Resolution(
      session, rate: rate, report: report, options: options,
      recordings: RecordingTable(
        rate: rate, report: report, probe: probe, directory: directory)
    ).resolve()
    return (resolved, report.list)
  }

  /// As above, with all source files in one folder.
  public static func resolve(
    _ session: Session, probe: some RecordingProbe, directory: String = "",
    options: ResolveOptions = ResolveOptions()
  ) -> (session: ResolvedSession?, diagnostics: DiagnosticList) {
    resolve(session, probe: probe, directory: { _ in directory }, options: options)
  }
}

extension SessionResolver {
  /// The rate of all recordings that tracks play; nil: they differ, or there are none.
  private static func agreedRate(
    of session: Session, probe: some RecordingProbe, directory: (SourceID) -> String
  ) -> Int? {
    let clips = session.tracks.flatMap { $0.clips + $0.takes.flatMap(\.clips) }
    var rates = Set<Int>()
    var seen = Set<String>()
    for source in clips.map(\.source) + [session.mix.source].compactMap(\.self) {
      let path = Paths.joined(directory(source.path.span.source), source.path.value)
      guard seen.insert(path).inserted, case .success(let facts) = probe.facts(of: path) else {
        continue
      }
      rates.insert(facts.rate)
    }
    return rates.count == 1 ? rates.first : nil
  }

  private static func reportMissingRate(_ session: Session, _ agreed: Int?, _ report: Report) {
    let start = Span(session.span.source, session.span.start, session.span.start)
    func text(_ rate: Int) -> String {
      let hundreds = rate % 1000 / 100
      if rate % 100 != 0 { return "\(rate) Hz" }
      return hundreds == 0 ? "\(rate / 1000) kHz" : "\(rate / 1000).\(hundreds) kHz"
    }
    let fixes = agreed.map { [FixIt(start, "rate: \(text($0))\n")] } ?? []
    report.add(
      .missingRate, "the session has no sample rate", at: session.rate?.span ?? session.span,
      notes: agreed.map { [Note("all its recordings have \(text($0))")] } ?? [], fixes: fixes)
  }
}

/// One run of the resolver: places, then content, then the programme, then strips.
struct Resolution {
  let session: Session
  let rate: Int
  let report: Report
  let options: ResolveOptions
  let recordings: RecordingTable
  let timeline: PositionResolver

  init(
    _ session: Session, rate: Int, report: Report, options: ResolveOptions,
    recordings: RecordingTable
  ) {
    self.session = session
    self.rate = rate
    self.report = report
    self.options = options
    self.recordings = recordings
    timeline = PositionResolver(session, rate: rate, report: report)
  }

  func resolve() -> ResolvedSession {
    let isMixGiven = session.mix.source != nil
    let tracks = isMixGiven ? [] : session.tracks
    if let source = session.mix.source, let track = session.tracks.first {
      report.add(
        .mixIsGiven,
        "'\(source.path.value)' is the whole mix: "
          + (session.tracks.count == 1
            ? "track '\(track.name.value)' is not heard"
            : "the \(session.tracks.count) tracks are not heard"),
        at: source.path.span, notes: [Note("they stand here", at: track.name.span)])
    }
    var materials = [TrackContent.Material?](repeating: nil, count: session.tracks.count)

    // Content in session time, which decides where the session ends.
    let sessionAxis = TrackAxis(ripple: .cut, timeline: timeline, programme: nil, gaps: [:])
    let content = TrackContent(axis: sessionAxis, recordings: recordings, report: report)
    var contentEnd: Int64 = 0
    for track in tracks where track.clips.isEmpty && track.takes.isEmpty {
      report.add(
        .emptyTrack, "track '\(track.name.value)' has no source, clips or takes; it is silent",
        at: track.name.span)
    }
    for (i, track) in tracks.enumerated() where track.ripple == .cut {
      let material = content.material(of: track)
      contentEnd = max(contentEnd, material.end)
      materials[i] = material
    }
    let mixSource = session.mix.source.map { finishedMix($0) }
    if let reading = mixSource?.first { contentEnd = max(contentEnd, reading.range.end) }
    timeline.isEndSure = !session.hasMisreadPlaces && !report.list.hasErrors
    var hasLength = false
    var sessionEnd = contentEnd
    if case .frame(let frame) = timeline.end {
      hasLength = true
      sessionEnd = frame
    }
    timeline.end = .frame(sessionEnd)

    // The programme, and content that lies in programme time.
    let builder = ProgrammeBuilder(timeline)
    let map = builder.map(end: sessionEnd, isCutOff: hasLength)
    var programme = ProgrammeIndex(map)
    let gaps = builder.gaps(in: map)
    var programmeEnd = map.length
    for (i, track) in tracks.enumerated() where track.ripple != .cut {
      let axis = TrackAxis(
        ripple: track.ripple, timeline: timeline, programme: programme, gaps: gaps)
      let material = TrackContent(axis: axis, recordings: recordings, report: report)
        .material(of: track)
      programmeEnd = max(programmeEnd, material.end)
      materials[i] = material
    }
    if !hasLength && programmeEnd > map.length {
      programme = ProgrammeIndex(extended(map, to: programmeEnd, &sessionEnd))
      timeline.end = .frame(sessionEnd)
    }
    let cutEnd = sessionEnd + builder.handle(behind: sessionEnd, in: programme.map)
    if programme.map.length == 0 && sessionEnd > 0 && timeline.isEndSure { reportNothingLeft() }
    let readings = session.tracks.enumerated().map { i, track -> [ResolvedReading] in
      guard let material = materials[i] else { return [] }
      let axis = TrackAxis(
        ripple: track.ripple, timeline: timeline, programme: programme, gaps: gaps)
      return TrackContent(axis: axis, recordings: recordings, report: report).readings(
        of: track, material, end: track.ripple == .cut ? cutEnd : programme.map.length)
    }

    return assemble(
      programme: programme, gaps: gaps, sessionEnd: sessionEnd, readings: readings,
      mixSource: mixSource.map { ended($0, at: cutEnd) })
  }

  private func reportNothingLeft() {
    for edit in session.edits where !edit.isBypassed {
      guard case .cut(let range) = edit.kind else { continue }
      report.add(.emptyRange, "nothing of the session is left by its cuts", at: range.span)
      return
    }
  }

  /// The programme made longer for tracks in programme time that outlast it.
  private func extended(
    _ map: ProgrammeMap, to end: Int64, _ sessionEnd: inout Int64
  ) -> ProgrammeMap {
    var stretches = map.stretches
    let more = end - map.length
    if case .session(let start)? = stretches.last?.content,
      start + (stretches.last?.length ?? 0) == sessionEnd
    {
      sessionEnd += more
    }
    stretches[stretches.count - 1].length += more
    return ProgrammeMap(stretches: stretches)
  }

  private func finishedMix(_ source: SourceReference) -> [ResolvedReading] {
    guard let (entry, channels) = recordings.find(source) else { return [] }
    return [
      ResolvedReading(
        recording: entry.index, channels: channels, range: FrameRange(0, entry.length), offset: 0,
        span: source.path.span)
    ]
  }

  /// A finished mix that goes on behind `end`, faded out there as a track is.
  private func ended(_ readings: [ResolvedReading], at end: Int64) -> [ResolvedReading] {
    readings.compactMap { reading in
      guard reading.range.end > end else { return reading }
      guard reading.range.start < end else { return nil }
      var result = reading
      result.range.end = end
      let fade = min(Crossfades.declick(rate), result.range.length / 2)
      result.gains.append(.fadeOut(FrameRange(end - fade, end), .linear))
      return result
    }
  }

  // MARK: Strips and the rest

  private func assemble(
    programme: ProgrammeIndex, gaps: [Int: Int64], sessionEnd: Int64,
    readings: [[ResolvedReading]], mixSource: [ResolvedReading]?
  ) -> ResolvedSession {
    let names = StripNames(session, report: report)
    let lowering = StripLowering(
      timeline: timeline, names: names, programme: programme, gaps: gaps, sessionEnd: sessionEnd,
      recordings: recordings)
    var strips = lowering.strips(readings: readings)
    Audition.mute(names.strips(options.mute, of: "--mute"), in: &strips)
    if !options.solo.isEmpty {
      Audition.solo(names.strips(options.solo, of: "--solo"), in: &strips)
    }

    var resolved = ResolvedSession(
      rate: rate, programme: programme.map, sessionEnd: sessionEnd, mix: lowering.mix())
    if options.isWhole {
      RoutingLints.check(
        strips, named: session.tracks.count + session.buses.count, report: report)
      StemLints(session, strips: strips, report: report).check()
    }
    resolved.strips = strips
    resolved.mixSource = mixSource
    resolved.mixBits = session.mix.bits?.value ?? 32
    resolved.mixFile = session.mix.file.map { mixFile($0) }
    resolved.tail = tail()
    resolved.masterInserts = lowering.inserts(session.master.inserts)
    if let fade = session.master.fadeOut, let range = timeline.range(fade.range) {
      resolved.masterFadeOut = (range, fade.curve == .auto ? .exponential : fade.curve)
      checkFade(range, programme, sessionEnd: sessionEnd, at: fade.range.span)
    }
    resolved.masterCeiling = session.master.truePeak?.value ?? -1
    resolved.stems = session.stems.map {
      ResolvedStem(name: $0.name.value, members: names.strips($0.members))
    }
    resolved.metadata = session.metadata
    resolved.version = session.appliedVersion?.name
    addPlaces(
      to: &resolved,
      TrackAxis(ripple: .move, timeline: timeline, programme: programme, gaps: gaps))
    resolved.deliveries = DeliveryLowering(
      timeline: timeline, names: names, programme: programme, gaps: gaps, strips: lowering,
      stems: resolved.stems, profileFormats: options.profileFormats
    ).deliveries()
    resolved.recordings = recordings.references
    if mixSource == nil && readings.allSatisfy(\.isEmpty) && timeline.isEndSure
      && !report.list.hasErrors
    {
      report.add(.emptySession, "no track plays anything", at: session.span)
    }
    return resolved
  }

  /// Warns of a master that fades where nothing is, or is silent for long after it.
  private func checkFade(
    _ range: FrameRange, _ programme: ProgrammeIndex, sessionEnd: Int64, at span: Span
  ) {
    func text(_ frame: Int64) -> String { Clock.text(frame, rate: rate) }
    guard timeline.isEndSure else { return }
    if range.start >= sessionEnd {
      report.add(
        .rangePastEnd,
        "this fade-out begins at \(text(range.start)), behind the end at \(text(sessionEnd))",
        at: span)
      return
    }
    let (first, last) = (
      programme.programmeFrame(ofSession: range.start),
      programme.programmeFrame(ofSession: range.end)
    )
    if last <= first && first < programme.map.length {
      report.add(
        .silentAfterFade,
        "nothing of this fade-out is left by the session's edits: all is silent at once from "
          + "\(text(first)) of the programme on", at: span)
      return
    }
    let rest = programme.map.length - last
    if rest > 30 * Int64(rate) {
      report.add(
        .silentAfterFade,
        "this fade-out ends at \(text(range.end)), and \(text(rest)) of silence follow up to the "
          + "end at \(text(sessionEnd))", at: span,
        notes: [Note("'length: \(text(range.end))' ends the session there")])
    }
  }

  /// - Parameter heard: where positions lie in the programme; gaps have their own place there.
  private func addPlaces(to resolved: inout ResolvedSession, _ heard: TrackAxis) {
    for marker in session.markers {
      guard let frame = timeline.frame(marker.position),
        let programme = heard.frame(marker.position)
      else { continue }
      resolved.markers.append((marker.name.value, frame, programme))
    }
    for (i, region) in session.regions.enumerated() {
      guard let range = timeline.region(i) else { continue }
      resolved.regions.append((region.name.value, range))
    }
    var chapters: [Int64: Span] = [:]
    for chapter in session.chapters {
      guard let frame = timeline.frame(chapter.position),
        let programme = heard.frame(chapter.position)
      else { continue }
      if let other = chapters[programme] {
        report.add(
          .chapterWithoutLength, "another chapter begins here too: one of them has no length",
          at: chapter.position.span, notes: [Note("the other one is here", at: other)])
      }
      chapters[programme] = chapter.position.span
      if frame >= resolved.sessionEnd && timeline.isEndSure {
        report.add(
          .chapterPastEnd,
          "this chapter begins at \(Clock.text(frame, rate: rate)), behind the end at "
            + "\(Clock.text(resolved.sessionEnd, rate: rate)); it is in no file",
          at: chapter.position.span)
      }
      resolved.chapters.append(
        ResolvedChapter(
          title: chapter.title.value, link: chapter.link?.value, session: frame,
          programme: programme))
    }
    resolved.chapters = resolved.chapters.enumerated().sorted {
      ($0.element.programme, $0.offset) < ($1.element.programme, $1.offset)
    }.map(\.element)
  }

  private func mixFile(_ written: Located<String>) -> Located<String> {
    var values: [String: String] = [:]
    for entry in session.metadata.entries { values[entry.key.value] = entry.value.value }
    return Located(
      NamePattern.expand(written.value, values: values, at: written.span, report), written.span)
  }

  /// How long the mix rings: until −90 dBFS, at most 15 s, unless written.
  private func tail() -> ResolvedTail {
    guard let written = session.mix.tail else {
      return .until(level: -90, atMost: Frames.count(Rational(15), rate: rate))
    }
    switch written.value {
    case .none: return .none
    case .length(let amount):
      return .frames(max(0, timeline.frames(Located(amount, written.span)) ?? 0))
    case .until(let level, let atMost):
      return .until(
        level: level, atMost: max(0, timeline.frames(Located(atMost, written.span)) ?? 0))
    }
  }
}
