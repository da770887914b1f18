import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import SessionYAML

/// An album with the sessions of its songs read and compiled.
struct AlbumSource {
  let pipeline: Pipeline
  /// The album's file; its texts are followed by those of the songs.
  var declared: Pipeline.Declared
  /// By index in `Album.songs`, bypassed ones left out.
  var songs: [Int: AlbumSong] = [:]
  var deliveries: [AlbumDelivery] = []
  /// What the deliveries write, as far as it is known before anything is rendered.
  var files: [(delivery: Delivery, file: String)] = []
  /// Hz; nil: the songs do not agree.
  var rate: Int?

  var session: Session { declared.session ?? Session(span: Span(SourceID(0), 0, 0)) }
  var written: Album { session.album ?? Album() }

  /// Songs that play, in order.
  var playing: [Int] { songs.keys.sorted() }

  // Session → songs' sessions → one programme
  static func compile(
    _ declared: Pipeline.Declared, in pipeline: Pipeline, options: ResolveOptions
  ) -> Pipeline.Compiled {
    var diagnostics = declared.diagnostics
    var album = AlbumSource(pipeline: pipeline, declared: declared)
    album.readSongs(into: &diagnostics)
    var own = DiagnosticList()
    album.checkCodes(into: &own)
    album.findRate(into: &own)
    album.deliveries = AlbumDelivery.all(
      of: album.session, hasVersion: { album.songs[$0]?.mayHave(version: $1) ?? false },
      into: &own)
    if album.playing.isEmpty, let written = declared.session?.album, !written.songs.isEmpty {
      own.add(
        Diagnostic(.emptyAlbum, "every song of the album is bypassed", at: written.songs[0].span))
    }
    diagnostics.add(contentsOf: own.applying(lints: album.session.lints).all)
    var result = Pipeline.Compiled(
      declared: album.declared, session: nil, graph: nil, diagnostics: diagnostics)
    guard album.rate != nil, !album.playing.isEmpty else { return result }
    let whole = album.compile(
      AlbumSelection(songs: album.playing), options: options)
    result.session = whole.session
    result.graph = diagnostics.hasErrors ? nil : whole.graph
    result.diagnostics.add(contentsOf: whole.diagnostics.all)
    album.checkFiles(into: &result.diagnostics)
    result.album = album
    return result
  }

  /// One programme of the album: its session and graph.
  struct Part {
    var programme: AlbumProgramme
    var session: ResolvedSession?
    var graph: Graph?
    var diagnostics: DiagnosticList
  }

  func compile(_ selection: AlbumSelection, options: ResolveOptions = ResolveOptions()) -> Part {
    var diagnostics = DiagnosticList()
    let materials = materials(version: selection.version)
    let programme = AlbumProgramme.place(
      session, songs: selection.songs, materials: materials, rate: rate ?? 48_000,
      into: &diagnostics)
    var part = Part(programme: programme, session: nil, graph: nil, diagnostics: diagnostics)
    let sources = declared.sources
    let resolved = SessionResolver.resolve(
      programme.session(of: session), probe: AlbumProbe(self, version: selection.version),
      directory: { pipeline.directory(of: $0, sources) }, options: options)
    part.session = resolved.session
    // Why none of the songs plays has been said where they were read.
    part.diagnostics.add(
      contentsOf: resolved.diagnostics.filtered {
        $0.rule != .emptySession || !programme.entries.isEmpty
      }.all)
    if let session = resolved.session {
      part.diagnostics.add(contentsOf: DeliveryCheck.diagnostics(of: session).all)
    }
    if let session = resolved.session, !part.diagnostics.hasErrors {
      let compiled = GraphCompiler.compile(session)
      part.graph = compiled.graph
      part.diagnostics.add(contentsOf: compiled.diagnostics.all)
    }
    part.diagnostics = part.diagnostics.applying(lints: session.lints)
    return part
  }

  func materials(version: String?) -> [Int: AlbumMaterial] {
    songs.compactMapValues { $0.material(version: version) }
  }

  // MARK: Reading

  private mutating func readSongs(into diagnostics: inout DiagnosticList) {
    let versions = Set(
      session.master.deliveries.filter { !$0.isBypassed }
        .compactMap { $0.version?.value })
    for (index, written) in written.songs.enumerated() where !written.isBypassed {
      var song = AlbumSong(written, index: index)
      song.read(versions: versions.sorted(), in: &self, into: &diagnostics)
      songs[index] = song
      diagnostics.add(contentsOf: DeliveryCheck.codes(of: written.metadata))
    }
  }

  /// Says where two songs have one code in what a version of the album plays.
  private func checkCodes(into diagnostics: inout DiagnosticList) {
    let versions = Set(songs.values.flatMap(\.sessions.keys)).union([""])
    for version in versions.sorted() {
      var known: [String: (song: AlbumSong, code: Located<String>)] = [:]
      for song in playing.compactMap({ songs[$0] }) {
        guard let code = song.code(version: version), let text = RecordingCode(code.value)?.text
        else { continue }
        guard let first = known[text] else {
          known[text] = (song, code)
          continue
        }
        if song.isRecording(of: first.song, version: version) { continue }
        // Two versions of a session may have the code of that.
        let isOne = place(code.span) == place(first.code.span)
        diagnostics.add(
          Diagnostic(
            .isrcTwice,
            "'\(song.written.name.value)' has the ISRC of '\(first.song.written.name.value)', \(text)",
            at: isOne ? song.written.name.span : code.span,
            notes: [
              Note(
                isOne ? "both have it from here" : "'\(first.song.written.name.value)' has it here",
                at: first.code.span)
            ]))
      }
    }
  }

  /// A text that is read for two songs is two sources.
  private func place(_ span: Span) -> String {
    "\(declared.sources[span.source].path) \(span.start)"
  }

  private mutating func findRate(into diagnostics: inout DiagnosticList) {
    rate = session.rate?.value
    guard rate == nil else { return }
    var first: (rate: Int, name: String)?
    for index in playing {
      guard let material = songs[index]?.material(version: nil), material.rate > 0 else { continue }
      let name = written.songs[index].name
      guard let known = first else {
        first = (material.rate, name.value)
        continue
      }
      if known.rate != material.rate {
        let here = "\(Clocks.number(Double(material.rate) / 1000)) kHz"
        let there = "\(Clocks.number(Double(known.rate) / 1000)) kHz"
        diagnostics.add(
          Diagnostic(
            .albumRate, "'\(name.value)' is at \(here) and '\(known.name)' at \(there)",
            at: name.span, notes: [Note("'rate: \(there)' in the album converts the others")]))
        return
      }
    }
    rate = first?.rate
  }

  /// Names of files, as far as they can be known before anything is rendered.
  private mutating func checkFiles(into diagnostics: inout DiagnosticList) {
    var found = DiagnosticList()
    var files: [String: Span] = [:]
    for delivery in deliveries {
      let lowered = ResolvedDelivery(name: delivery.name, span: delivery.written.span)
      let span = delivery.written.file?.span ?? delivery.written.span
      for part in delivery.parts {
        let placed = compile(part.selection)
        found.add(contentsOf: placed.diagnostics.all)
        let items = delivery.items(
          of: part, placed.programme, album: session, lowered: lowered, into: &found)
        for item in items {
          if let other = files[item.file] {
            found.add(
              Diagnostic(
                .duplicateOutput, "two files would be written to '\(item.file)'", at: span,
                notes: [Note("the other one is written here", at: other)]))
          } else {
            files[item.file] = span
          }
          self.files.append((delivery.written, item.file))
        }
        if let first = items.first?.file, delivery.isDisc {
          let sheets = delivery.discSheets(beside: first, album: session)
          for sheet in [sheets.cue, sheets.pq].compactMap(\.self) {
            if let other = files[sheet], other != span {
              found.add(
                Diagnostic(
                  .duplicateOutput, "two files would be written to '\(sheet)'", at: span,
                  notes: [Note("the other one belongs to what is written here", at: other)]))
            } else {
              files[sheet] = span
            }
          }
        }
      }
    }
    diagnostics.add(contentsOf: found.applying(lints: session.lints).all)
  }
}

extension AlbumDelivery {
  /// Whether a cue sheet, a PQ sheet or a disc image belongs to it.
  var isDisc: Bool {
    written.cue?.value == true || written.pqSheet?.value == true
      || written.profile?.value == "red-book"
  }

  /// Where the cue sheet and the PQ sheet go; nil: there is none.
  ///
  /// - Parameter first: its first file.
  func discSheets(beside first: String, album: Session) -> (cue: String?, pq: String?) {
    var base = first
    if form == .each {
      let title = album.metadata["title"]?.value ?? name
      base = Files.join(Files.folder(of: first), FileNames.safe(title))
    } else if let dot = base.lastIndex(of: "."), dot > base.lastIndex(of: "/") ?? base.startIndex {
      base = String(base[..<dot])
    }
    return (
      written.cue?.value == true ? base + ".cue" : nil,
      written.pqSheet?.value == true ? base + " PQ.txt" : nil
    )
  }
}

/// Looks at sound files; songs that are not rendered yet are as long as their programme.
struct AlbumProbe: RecordingProbe {
  private var planned: [String: RecordingFacts] = [:]
  private let files: any RecordingProbe

  init(_ album: AlbumSource, version: String?) {
    files = album.pipeline.probe
    for song in album.songs.values where song.written.session != nil {
      guard let material = song.material(version: version), let span = song.written.session?.span
      else { continue }
      let folder = album.pipeline.directory(of: span.source, album.declared.sources)
      planned[Files.join(folder, material.path)] = RecordingFacts(
        frames: max(1, material.frames), rate: material.rate, channelCount: material.channelCount)
    }
  }

  func fileNames(in folder: String) -> [String] { files.fileNames(in: folder) }

  func facts(of path: String) -> Result<RecordingFacts, RecordingProblem> {
    planned[path].map { .success($0) } ?? files.facts(of: path)
  }
}
