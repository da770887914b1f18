import Diagnostics
import Engine
import MixGraph
import SessionModel
import SessionYAML
import Signal

/// Positions and ranges on the command line: programme time, or names of the session.
enum RangeArgument {
  struct Problem: Error { var message: String }

  static func resolve(
    _ text: String, pipeline: Pipeline, session: ResolvedSession
  ) -> Result<RenderOptions.FrameRangeOption, Problem> {
    if let region = session.regions.first(where: { $0.name == text }) {
      return programmeRange(region.session, session)
    }
    let parts = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      return .failure(Problem(message: "--range takes A..B or a region, not '\(text)'"))
    }
    var ends: [Int64] = []
    for part in parts {
      guard let frame = frame(part.trimmed, session) else {
        return .failure(
          Problem(message: "'\(part)' is no position: write m:ss, seconds like 12.4 s, or a marker")
        )
      }
      ends.append(frame)
    }
    guard ends[0] < ends[1] else {
      return .failure(Problem(message: "the range '\(text)' is empty"))
    }
    guard ends[0] < session.programme.length else {
      let end = Clocks.time(session.programme.length, rate: session.rate)
      return .failure(Problem(message: "the range '\(text)' begins behind the end at \(end)"))
    }
    return .success(.init(start: ends[0], end: ends[1]))
  }

  /// Programme frame of a written position.
  static func frame(_ text: String, _ session: ResolvedSession) -> Int64? {
    if text == "start" { return 0 }
    if text == "end" { return session.programme.length }
    if let marker = session.markers.first(where: { $0.name == text }) {
      return marker.programme
    }
    let gap = session.programme.stretches.first { $0.content == .gap(name: text) }
    if let gap { return gap.programmeStart }
    var sources = SourceMap()
    let source = sources.add(path: "argument", bytes: Array(text.utf8))
    var diagnostics = DiagnosticList()
    let located = Located(text, Span(source.id, 0, text.utf8.count))
    guard let position = ScalarParser.position(located, into: &diagnostics) else { return nil }
    switch position {
    case .seconds(let seconds):
      guard seconds.double >= 0 && seconds.double < 1e9 else { return nil }
      return (seconds * Rational(Int64(session.rate))).roundedHalfUp
    case .frames(let frames): return frames
    default: return nil
    }
  }

  private static func programmeRange(
    _ range: FrameRange, _ session: ResolvedSession
  ) -> Result<RenderOptions.FrameRangeOption, Problem> {
    guard let found = ProgrammeIndex(session.programme).programmeRange(ofSession: range)
    else { return .failure(Problem(message: "that region has been cut")) }
    return .success(.init(start: found.start, end: found.end))
  }
}

extension String {
  var trimmed: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
