import Diagnostics
import MixGraph
import SessionModel
import Signal
import Testing

@Suite struct AlbumProgrammeTests {
  private let maker = SessionMaker()

  private func song(_ name: String, _ change: (inout Album.Song) -> Void = { _ in }) -> Album.Song {
    var song = Album.Song(name: maker.at(name), span: maker.span())
    song.mix = maker.source("\(name).wav")
    change(&song)
    return song
  }

  private func album(_ songs: [Album.Song], gap: TimeAmount? = nil) -> Session {
    var session = Session(span: Span(SourceID(0), 0, 1))
    session.kind = .album
    var album = Album()
    album.songs = songs
    album.gap = gap.map { maker.at($0) }
    session.album = album
    return session
  }

  private func material(_ frames: Int64, rate: Int = 48_000) -> AlbumMaterial {
    AlbumMaterial(path: "x.wav", frames: frames, rate: rate, channelCount: 2)
  }

  private func place(
    _ album: Session, _ frames: [Int64], rate: Int = 48_000, songs: [Int]? = nil
  ) -> (AlbumProgramme, [String]) {
    var diagnostics = DiagnosticList()
    let materials = Dictionary(
      uniqueKeysWithValues: frames.enumerated().map { ($0.offset, material($0.element)) })
    let programme = AlbumProgramme.place(
      album, songs: songs ?? Array(frames.indices), materials: materials, rate: rate,
      into: &diagnostics)
    return (programme, diagnostics.all.map(\.id))
  }

  @Test func songsFollowEachOtherAfterTheirGap() {
    let album = album(
      [
        song("a"), song("b"),
        song("c") { $0.gap = maker.at(.seconds(Rational(0))) },
        song("d") { $0.gap = maker.at(.frames(77)) },
      ], gap: .seconds(Rational(1, 2)))
    let (programme, messages) = place(album, [1000, 2000, 3000, 4000])
    #expect(messages == [])
    #expect(programme.entries.map(\.start) == [0, 25_000, 27_000, 30_077])
    #expect(programme.entries.map(\.gap) == [0, 24_000, 0, 77])
    #expect(programme.length == 34_077)
  }

  @Test func withoutAWordTheGapIsTwoSeconds() {
    let (programme, _) = place(album([song("a"), song("b")]), [1000, 2000])
    #expect(programme.entries[1].start == 1000 + 96_000)
  }

  @Test func anOverlapBeginsASongBeforeTheOtherEnds() {
    let album = album([
      song("a"), song("b") { $0.overlap = maker.at(.frames(300)) }, song("c"),
    ])
    let (programme, messages) = place(album, [1000, 2000, 10])
    #expect(messages == [])
    #expect(programme.entries[1].start == 700)
    #expect(programme.entries[2].start == 2700 + 96_000)
  }

  @Test func anOverlapIsShorterThanBothSongs() {
    let album = album([song("a"), song("b") { $0.overlap = maker.at(.frames(1000)) }])
    #expect(place(album, [1000, 5000]).1 == ["overlap-too-long"])
    #expect(place(album, [5000, 900]).1 == ["overlap-too-long"])
    #expect(place(album, [1001, 5000]).1 == [])
  }

  @Test func theRangesOfTheSongsAreTheProgramme() {
    let album = album(
      [
        song("a") { $0.gap = maker.at(.frames(50)) }, song("b"),
        song("c") { $0.overlap = maker.at(.frames(100)) },
      ], gap: .frames(10))
    let (programme, _) = place(album, [1000, 2000, 3000])
    #expect(programme.entries[0].start == 50)
    #expect(
      (0..<3).map { programme.range(of: $0) } == [0..<1060, 1060..<2960, 2960..<5960])
  }

  @Test func songsAtOtherRatesAreAsLongAsTheyAre() {
    var diagnostics = DiagnosticList()
    let programme = AlbumProgramme.place(
      album([song("a"), song("b")], gap: .frames(0)), songs: [0, 1],
      materials: [0: material(96_000, rate: 96_000), 1: material(44_100, rate: 44_100)],
      rate: 48_000, into: &diagnostics)
    #expect(programme.entries.map(\.length) == [48_000, 48_000])
  }

  @Test func numbersAreThoseOfTheAlbumWhateverIsLeftOut() {
    let album = album([song("a"), song("b") { $0.isBypassed = true }, song("c"), song("d")])
    let (programme, _) = place(album, [10, 10, 10, 10], songs: [0, 3])
    #expect(programme.entries.map(\.number) == [1, 3])
    #expect(programme.entries.map { $0.metadata["tracks"]?.value } == ["3", "3"])
  }

  @Test func tagsComeFromTheSongTheAlbumAndWhatIsWrittenForTheSong() {
    func tags(_ pairs: [(String, String)]) -> Metadata {
      var metadata = Metadata()
      metadata.entries = pairs.map { (maker.at($0.0), maker.at($0.1)) }
      return metadata
    }
    var session = album([
      song("a") { $0.metadata = tags([("isrc", "NEW")]) }
    ])
    session.metadata = tags([
      ("title", "Album"), ("artist", "Band"), ("upc", "1"), ("date", "2026"), ("genre", "Rock"),
      ("comment", "of the album"),
    ])
    var own = material(10)
    own.metadata = tags([
      ("title", "Song"), ("isrc", "OLD"), ("date", "1999"), ("artist", "Guest"),
    ])
    var diagnostics = DiagnosticList()
    let entry = AlbumProgramme.place(
      session, songs: [0], materials: [0: own], rate: 48_000, into: &diagnostics
    ).entries[0]
    let found = entry.metadata
    #expect(found["title"]?.value == "Song")
    #expect(found["album"]?.value == "Album")
    #expect(found["artist"]?.value == "Guest")
    #expect(found["album-artist"]?.value == "Band")
    #expect(found["isrc"]?.value == "NEW")
    #expect(found["date"]?.value == "2026")
    #expect(found["genre"]?.value == "Rock")
    #expect(found["upc"]?.value == "1")
    #expect(found["track"]?.value == "1")
    #expect(found["comment"] == nil)
  }
}
