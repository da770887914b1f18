import Diagnostics
import Engine
import MixGraph
import SessionModel
import SessionYAML
import Signal

/// Ranges on the command line. Times are programme time; bars and names are places of the session.
struct RangeArgument {
  struct Problem: Error {
    var what: String
    /// What may be meant: the whole range, or a name.
    var suggestion: String?

    init(_ what: String, suggestion: String? = nil) {
      self.what = what
      self.suggestion = suggestion
    }

    var message: String { what + ArgumentText.hint(suggestion) }
  }

  private let session: ResolvedSession
  private let query: TimelineQuery
  private let index: ProgrammeIndex

  /// - Parameter declared: the session that `session` came from.
  init(_ session: ResolvedSession, declared: Session) {
    self.session = session
    query = TimelineQuery(session, session: declared)
    index = ProgrammeIndex(session.programme)
  }

  func resolve(_ text: String) throws(Problem) -> RenderOptions.FrameRangeOption {
    if let region = session.regions.first(where: { $0.name == text }) {
      return try programmeRange(region.session, text)
    }
    let (start, end) = try ends(of: text)
    if isPlace(start.value) && isPlace(end.value) {
      let first = try sessionFrame(start)
      let last = try sessionFrame(end)
      guard first < last else { throw empty(text, first, last) }
      return try programmeRange(FrameRange(first, last), text)
    }
    let range = RenderOptions.FrameRangeOption(
      start: try programmeFrame(start), end: try programmeFrame(end))
    guard range.start < range.end else { throw empty(text, range.start, range.end) }
    return try checked(range, text)
  }

  private func empty(_ text: String, _ start: Int64, _ end: Int64) -> Problem {
    func clock(_ frame: Int64) -> String { Clocks.time(frame, rate: session.rate) }
    if start == end {
      return Problem("the range '\(text)' is empty: it starts and ends at \(clock(start))")
    }
    let parts = text.split(separator: "..", omittingEmptySubsequences: false).map { part in
      part.split(separator: " ").joined(separator: " ")
    }
    return Problem(
      "the range '\(text)' is empty: it ends at \(clock(end)), before it starts at \(clock(start))",
      suggestion: parts.count == 2 ? "\(parts[1])..\(parts[0])" : nil)
  }

  // MARK: Text

  private func ends(
    of text: String
  ) throws(Problem) -> (start: Located<Position>, end: Located<Position>) {
    var sources = SourceMap()
    let source = sources.add(path: "argument", bytes: Array(text.utf8))
    var diagnostics = DiagnosticList()
    let located = Located(text, Span(source.id, 0, text.utf8.count))
    switch ScalarParser.range(located, into: &diagnostics) {
    case .between(let start, let end)?: return (start, end)
    case .lasting(let start, let length)?:
      return (start, Located(.offset(start.value, length.value, negative: false), start.span))
    case .region(let name)?:
      let near = Suggestions.nearest(name, in: session.regions.map(\.name))
      throw Problem(
        "--range takes A..B, A for LENGTH or a region; no region is named '\(name)'",
        suggestion: near.first)
    case nil:
      var problem = problem(diagnostics, "'\(text)' is no range: write A..B, or a region")
      problem.suggestion = ArgumentText.corrected(text) {
        ScalarParser.range($0, into: &$1) != nil
      }
      // What is written in the right way may still be the wrong way round.
      if let corrected = problem.suggestion {
        do throws(Problem) { _ = try resolve(corrected) } catch {
          problem.suggestion = error.suggestion ?? corrected
        }
      }
      throw problem
    }
  }

  private func problem(_ diagnostics: DiagnosticList, _ otherwise: String) -> Problem {
    guard let first = diagnostics.all.first else { return Problem(otherwise) }
    return Problem(first.message, suggestion: first.fixes.first?.replacement)
  }

  // MARK: Places

  /// Programme frame at which a gap of that name begins.
  private func gap(_ name: String) -> Int64? {
    session.programme.stretches.first { $0.content == .gap(name: name) }?.programmeStart
  }

  /// Whether a position is a place of the session, whatever its edits do; times are heard times, and
  /// gaps are only there.
  private func isPlace(_ position: Position) -> Bool {
    switch position {
    case .bar: true
    case .name(let name): gap(name) == nil
    case .offset(let base, _, _): isPlace(base)
    case .seconds, .frames, .start, .end: false
    }
  }

  private func sessionFrame(_ position: Located<Position>) throws(Problem) -> Int64 {
    let found = query.sessionFrame(of: position)
    guard let frame = found.frame else {
      throw problem(found.diagnostics, "this is no position of the session")
    }
    return frame
  }

  private func programmeFrame(_ position: Located<Position>) throws(Problem) -> Int64 {
    switch position.value {
    case .start: return 0
    case .end: return session.programme.length
    case .frames, .seconds: return try sessionFrame(position)
    case .offset(let base, _, _) where !isPlace(base):
      let base = Located(base, position.span)
      return try programmeFrame(base) + sessionFrame(position) - sessionFrame(base)
    case .name(let name) where gap(name) != nil: return gap(name) ?? 0
    case .bar, .name, .offset:
      return index.programmeFrame(ofSession: try sessionFrame(position))
    }
  }

  private func programmeRange(
    _ range: FrameRange, _ text: String
  ) throws(Problem) -> RenderOptions.FrameRangeOption {
    guard let found = index.programmeRange(ofSession: range) else {
      throw Problem("nothing of '\(text)' is left by the session's edits")
    }
    return try checked(.init(start: found.start, end: found.end), text)
  }

  private func checked(
    _ range: RenderOptions.FrameRangeOption, _ text: String
  ) throws(Problem) -> RenderOptions.FrameRangeOption {
    guard range.start < session.programme.length else {
      let end = Clocks.time(session.programme.length, rate: session.rate)
      throw Problem("the range '\(text)' begins behind the end at \(end)")
    }
    return range
  }
}
