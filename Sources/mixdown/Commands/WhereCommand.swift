import ArgumentParser
import Diagnostics
import MixGraph
import SessionModel
import SessionYAML
import Signal

struct Where: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "where",
    abstract: "Translate a time between the clocks, down to recording, frame and line.",
    discussion: """
      TIME is programme time, what is heard (1:02.5, 12.4 s, 48000 fr). A bar, a marker or a
      region is a place in the session; --session reads TIME as session time.
      """)

  @Flag(help: "TIME is session time, as in the file.") var session = false
  @Flag(help: "JSON on standard output.") var json = false
  @Argument(help: ArgumentHelp("The session and a time.", valueName: "arguments"))
  var arguments: [String]

  func run() throws {
    let arguments = try SessionArguments(arguments)
    guard arguments.rest.count == 1 else { throw ValidationError("name one time") }
    let pipeline = Pipeline(sessionPath: arguments.session)
    let compiled = pipeline.compile(pipeline.load())
    let messages = Messages(sources: compiled.declared.sources)
    guard let resolved = compiled.session, let declared = compiled.declared.session else {
      messages.write(compiled.diagnostics, asJSON: json)
      return try Messages.status(compiled.diagnostics).exit()
    }
    // What is wrong is not in the timeline that the answer is about.
    if compiled.diagnostics.hasErrors { messages.print(compiled.diagnostics) }
    let query = TimelineQuery(resolved, session: declared)
    guard let answer = try answer(arguments.rest[0], query, resolved) else {
      throw ValidationError("'\(arguments.rest[0])' lies before the programme")
    }
    let sources = compiled.declared.sources
    let songs = compiled.album.map { inSongs(answer, $0) } ?? []
    if json {
      Console.out(Self.json(answer, sources, songs).pretty)
      return
    }
    Console.out(Self.text(answer, sources))
    for song in songs {
      Console.out("\n\(song.path):")
      Console.out(Self.text(song.answer, sources))
    }
  }

  /// Where the time lies in the sessions of the songs that sound there.
  private func inSongs(
    _ answer: TimelineQuery.Answer, _ album: AlbumSource
  ) -> [(path: String, answer: TimelineQuery.Answer)] {
    answer.tracks.compactMap { track in
      guard let song = album.songs.values.first(where: { $0.written.name.value == track.track }),
        let version = song.sessions[""], let resolved = version.compiled.session,
        let declared = version.compiled.declared.session,
        let own = TimelineQuery(resolved, session: declared).at(programme: track.fileFrame)
      else { return nil }
      return (version.pipeline.sessionPath, own)
    }
  }

  private func answer(
    _ text: String, _ query: TimelineQuery, _ resolved: ResolvedSession
  ) throws -> TimelineQuery.Answer? {
    var sources = SourceMap()
    let source = sources.add(path: "argument", bytes: Array(text.utf8))
    let located = Located(text, Span(source.id, 0, text.utf8.count))
    var diagnostics = DiagnosticList()
    guard let position = ScalarParser.position(located, into: &diagnostics) else {
      let corrected = ArgumentText.corrected(text) { ScalarParser.position($0, into: &$1) != nil }
      throw ValidationError(
        (diagnostics.all.first?.message ?? "'\(text)' is no position")
          + ArgumentText.hint(corrected))
    }
    if !session {
      switch position {
      case .seconds(let seconds):
        guard seconds.double.magnitude < 1e9 else { throw ValidationError("'\(text)' is too far") }
        return query.at(programme: (seconds * Rational(Int64(resolved.rate))).roundedHalfUp)
      case .frames(let frame): return query.at(programme: frame)
      default: break
      }
    }
    let found = query.at(Located(position, located.span))
    guard let answer = found.answer else {
      let first = found.diagnostics.all.first
      throw ValidationError(
        (first?.message ?? "'\(text)' is no position here")
          + ArgumentText.hint(first?.fixes.first?.replacement))
    }
    return answer
  }

  private static func place(_ span: Span, _ sources: SourceMap) -> String {
    let source = sources[span.source]
    return "\(source.path):\(source.position(of: span.start).line)"
  }

  static func text(_ answer: TimelineQuery.Answer, _ sources: SourceMap) -> String {
    var lines: [String] = []
    func row(_ name: String, _ text: String) {
      lines.append(name + String(repeating: " ", count: max(1, 12 - name.count)) + text)
    }
    if let programme = answer.programme {
      row("programme", "\(programme.text)  frame \(programme.frame)")
    } else {
      row("programme", "cut away")
    }
    if let behind = answer.behindEnd {
      row(
        "behind", "the end at \(answer.end.text), by \(behind.text): only what rings sounds there")
    }
    if let session = answer.session {
      var text = "\(session.text)  frame \(session.frame)"
      if let bar = answer.bar {
        text += "  bar \(bar.bar) beat \(Clocks.number(bar.beat))"
      }
      row("session", text)
    } else if answer.isGap {
      row("session", "none: a gap\(answer.gap.map { " called '\($0)'" } ?? "")")
    }
    if answer.visits.count > 1 {
      row("heard at", answer.visits.map(\.text).joined(separator: ", "))
    }
    if !answer.regions.isEmpty { row("in", answer.regions.joined(separator: ", ")) }
    for track in answer.tracks {
      row(
        track.track,
        "\(track.path)  frame \(track.fileFrame)  (\(place(track.span, sources)))")
    }
    return lines.joined(separator: "\n")
  }

  static func json(
    _ answer: TimelineQuery.Answer, _ sources: SourceMap,
    _ songs: [(path: String, answer: TimelineQuery.Answer)] = []
  ) -> JSONValue {
    func clock(_ reading: TimelineQuery.ClockReading?) -> JSONValue {
      guard let reading else { return .null }
      return .object(["frame": .integer(reading.frame), "time": .string(reading.text)])
    }
    return .object([
      "programme": clock(answer.programme), "end": clock(answer.end),
      "behind_end": clock(answer.behindEnd), "session": clock(answer.session),
      "bar": answer.bar.map {
        .object(["bar": .integer($0.bar), "beat": .number($0.beat)])
      } ?? .null,
      "gap": .optional(answer.gap), "visits": .array(answer.visits.map { clock($0) }),
      "regions": .array(answer.regions.map { .string($0) }),
      "tracks": .array(
        answer.tracks.map {
          .object([
            "track": .string($0.track), "path": .string($0.path), "frame": .integer($0.fileFrame),
            "at": .string(place($0.span, sources)),
          ])
        }),
      "songs": .array(
        songs.map {
          .object(["session": .string($0.path), "answer": json($0.answer, sources)])
        }),
    ])
  }
}
