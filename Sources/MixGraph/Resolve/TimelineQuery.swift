public import Diagnostics
public import SessionModel
internal import Signal

/// Translates between session time, programme time, bars, recordings and lines of the session.
public struct TimelineQuery {
  /// A place on one clock.
  public struct ClockReading: Hashable, Sendable {
    public var frame: Int64
    /// `[h:]m:ss.mmm`
    public var text: String
  }

  /// A musical place; the beat is exact to 2^-32.
  public struct BarReading: Hashable, Sendable {
    public var bar: Int64
    /// From 1, with its fraction.
    public var beat: Double
  }

  /// What a track plays at the place.
  public struct TrackReading: Hashable, Sendable {
    public var track: String
    /// Index in `ResolvedSession.recordings`.
    public var recording: Int
    public var path: String
    /// Frame of the recording at the session's rate, and at the file's own.
    public var frame: Int64
    public var fileFrame: Int64
    /// Where the clip or edit is written.
    public var span: Span
  }

  public struct Answer: Hashable, Sendable {
    /// nil in a gap.
    public var session: ClockReading?
    public var bar: BarReading?
    /// The gap's name, when the place lies in one that has a name.
    public var gap: String?
    public var isGap: Bool
    /// The place asked for, or where the session frame first sounds; nil: it was cut away.
    public var programme: ClockReading?
    /// The programme's end.
    public var end: ClockReading
    /// How far behind the end the place lies, where nothing sounds but what rings; nil: it does not.
    public var behindEnd: ClockReading?
    /// All places of the programme where the session frame sounds.
    public var visits: [ClockReading]
    public var tracks: [TrackReading]
    /// Names of the regions that hold the session frame.
    public var regions: [String]
  }

  private let resolved: ResolvedSession
  private let index: ProgrammeIndex
  private let timeline: PositionResolver
  /// Where positions lie in the programme; gaps have their own place there.
  private let axis: TrackAxis
  private let report = Report()

  /// - Parameters:
  ///   - session: the session that `resolved` came from, for its tempo and names.
  public init(_ resolved: ResolvedSession, session: Session) {
    self.resolved = resolved
    index = ProgrammeIndex(resolved.programme)
    timeline = PositionResolver(session, rate: resolved.rate, report: report)
    timeline.end = .frame(resolved.sessionEnd)
    axis = TrackAxis(
      ripple: .move, timeline: timeline, programme: index,
      gaps: ProgrammeBuilder(timeline).gaps(in: resolved.programme))
  }

  /// The session frame of a written position, and what is wrong with it.
  public func sessionFrame(
    of position: Located<Position>
  ) -> (frame: Int64?, diagnostics: DiagnosticList) {
    report.list = DiagnosticList()
    let frame = timeline.frame(position)
    return (frame, report.list)
  }

  /// One past the last session frame of a written range; nil: it has none.
  public func end(of range: Located<RangeExpression>) -> Int64? { timeline.range(range)?.end }

  /// What sounds at a written position, and what is wrong with it.
  public func at(
    _ position: Located<Position>
  ) -> (answer: Answer?, diagnostics: DiagnosticList) {
    report.list = DiagnosticList()
    let isInGap = timeline.instant(position)?.gap != nil
    report.list = DiagnosticList()
    guard let frame = isInGap ? axis.frame(position) : timeline.frame(position) else {
      return (nil, report.list)
    }
    return (isInGap ? at(programme: frame) : at(session: frame), report.list)
  }

  /// What sounds at a programme frame; nil: it lies before the programme.
  public func at(programme frame: Int64) -> Answer? {
    guard frame <= Frames.limit, let place = resolved.programme.place(atProgramme: frame) else {
      return nil
    }
    switch place {
    case .session(let session): return answer(session: session, programme: frame, gap: nil)
    case .gap(let name, _):
      return Answer(
        session: nil, bar: nil, gap: name, isGap: true, programme: clock(frame),
        end: clock(resolved.programme.length), behindEnd: behindEnd(frame), visits: [],
        tracks: tracks(session: nil, programme: frame), regions: [])
    }
  }

  /// Where a session frame is heard and what sounds there.
  public func at(session frame: Int64) -> Answer {
    let frame = min(max(frame, 0), Frames.limit)
    return answer(session: frame, programme: index.visits(ofSession: frame).first, gap: nil)
  }

  private func answer(session: Int64, programme: Int64?, gap: String?) -> Answer {
    Answer(
      session: clock(session), bar: bar(session), gap: gap, isGap: false,
      programme: programme.map { clock($0) }, end: clock(resolved.programme.length),
      behindEnd: programme.flatMap { behindEnd($0) },
      visits: index.visits(ofSession: session).map { clock($0) },
      tracks: tracks(session: session, programme: programme),
      regions: resolved.regions.filter { $0.session.contains(session) }.map(\.name))
  }

  private func behindEnd(_ programme: Int64) -> ClockReading? {
    let behind = programme - resolved.programme.length
    return behind >= 0 ? clock(behind) : nil
  }

  private func clock(_ frame: Int64) -> ClockReading {
    ClockReading(frame: frame, text: Clock.text(frame, rate: resolved.rate))
  }

  private func bar(_ frame: Int64) -> BarReading? {
    guard let tempo = timeline.tempo else { return nil }
    let place = timeline.meter.bar(atQuarter: quarter(atFrame: frame, tempo))
    let beat = place.into * Exact(Rational(place.segment.unit, 4)) + Exact(1)
    return BarReading(bar: place.bar, beat: beat.double)
  }

  /// Quarter notes at a frame. A frame that a place of the grid is rounded to, 1/96 of a beat or a
  /// multiple, stands for that place: bar 3 is bar 3, wherever its frame begins.
  private func quarter(atFrame frame: Int64, _ tempo: TempoMap) -> Exact {
    let quarter = tempo.quarter(atFrame: Exact(frame))
    let place = timeline.meter.bar(atQuarter: quarter)
    let step = Exact(Rational(4, 96 * place.segment.unit))
    let steps = (place.into / step + Exact(Rational(1, 2))).floored
    let near = quarter - place.into + Exact(steps) * step
    return tempo.frame(atQuarter: near).roundedHalfUp == frame ? near : quarter
  }

  private func tracks(session: Int64?, programme: Int64?) -> [TrackReading] {
    var found: [TrackReading] = []
    for strip in resolved.strips where strip.kind == .track {
      guard let frame = strip.ripple == .cut ? session : programme else { continue }
      for reading in strip.readings where reading.range.contains(frame) {
        let distance = frame - reading.range.start
        let source = reading.offset + (reading.isReversed ? -distance : distance)
        let recording = resolved.recordings[reading.recording]
        guard source >= 0 else { continue }
        found.append(
          TrackReading(
            track: strip.name, recording: reading.recording, path: recording.written,
            frame: source,
            fileFrame: Frames.convert(source, from: resolved.rate, to: recording.rate),
            span: reading.span))
      }
    }
    return found
  }
}
