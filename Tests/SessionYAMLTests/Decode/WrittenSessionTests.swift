import Diagnostics
import SessionModel
import SessionYAML
import Signal
import Testing

@Suite struct WrittenSessionTests {
  @Test func theBandSongReadsWithoutAMessage() throws {
    let loaded = load(WrittenSessions.bandSong)
    #expect(loaded.messages == [])
    let session = try #require(loaded.session)
    #expect(session.metadata["title"]?.value == "Night Train")
    #expect(session.rate?.value == 48000)
    #expect(session.tempo.map(\.bpm) == [Rational(92)])
    #expect(session.barOne?.value == .seconds(Rational(1304, 1000)))
    #expect(session.markers.count == 6)
    #expect(session.tracks.count == 10)
    #expect(session.buses.map(\.name.value) == ["drums", "crush", "plate", "slap"])
    #expect(session.stems.map(\.name.value) == ["drums", "music", "vocals"])
    guard case .cut(let range)? = session.edits.first?.kind else {
      Issue.record("no cut")
      return
    }
    #expect(range.value == .region("middle-8"))
    guard case .between(let from, let to)? = session.regions.first?.range.value else {
      Issue.record("no range")
      return
    }
    #expect(from.value == .bar(45, beat: Rational(1)))
    #expect(to.value == .bar(53, beat: Rational(1)))
  }

  @Test func presetsAndShorthandsOfTheBandSongAreMergedIn() throws {
    let session = try #require(load(WrittenSessions.bandSong).session)
    let kick = try #require(session.track("kick")?.strip.inserts)
    #expect(kick.map(\.processor.value) == ["gate", "compressor"])
    #expect(kick[1].value("threshold") == .number(-18))
    #expect(kick[1].value("attack") == .time(.seconds(Rational(5, 1000))))
    let snare = try #require(session.track("snare")?.strip.inserts)
    #expect(snare[0].value("threshold") == .number(-21))
    #expect(snare[0].value("ratio") == .number(4))
    let eq = try #require(session.master.inserts.first)
    #expect(eq.bands.map(\.processor.value) == ["low-shelf", "high-shelf"])
    #expect(eq.bands[1].value("frequency") == .number(12000))
    #expect(eq.bands[1].value("gain") == .number(1.5))
    #expect(session.track("bass")?.clips.first?.source.channels?.value == [1])
    #expect(session.track("gtr-r")?.shift?.value.isNegative == true)
    #expect(session.bus("slap")?.strip.inserts.first?.value("time") == .time(.note(Rational(1, 8))))
    #expect(session.mix.strip.inserts.first?.value("release") == .word("auto"))
  }

  @Test func theVocalOfTheBandSongHasItsTakesRidesAndSends() throws {
    let session = try #require(load(WrittenSessions.bandSong).session)
    let vocal = try #require(session.track("vocal"))
    #expect(vocal.takes.map(\.name.value) == ["t1", "t2", "punch"])
    #expect(vocal.takes[2].clips[0].at?.value == .bar(8, beat: Rational(1)))
    #expect(vocal.comp.count == 4)
    #expect(vocal.comp[1].from.value == .bar(9, beat: Rational(3)))
    #expect(vocal.comp[1].crossfade?.length.value == .seconds(Rational(15, 1000)))
    #expect(vocal.edits.map(\.kind.word) == ["silence", "gain"])
    #expect(vocal.edits[1].note == "loud breath")
    #expect(vocal.strip.fader.level?.value == -6)
    #expect(vocal.strip.fader.ride.map(\.value.value) == [.number(1.5), .number(0), .number(1)])
    #expect(vocal.strip.fader.ride[2].arrival?.value == .over(.bars(Rational(2))))
    let slap = try #require(vocal.strip.sends.first { $0.target.value == "slap" })
    #expect(slap.level.ride.first?.value.value == .number(-.infinity))
    #expect(slap.level.ride[1].position.value == .bar(36, beat: Rational(4)))
    guard case .automated(let points)? = session.track("keys")?.strip.pan else {
      Issue.record("pan is not automated")
      return
    }
    #expect(points.map(\.value.value) == [.number(-0.2), .number(0.2)])
  }

  @Test func theDeliveriesOfTheBandSongKnowWhatTheyAreLike() throws {
    let session = try #require(load(WrittenSessions.bandSong).session)
    let instrumental = try #require(session.delivery("instrumental"))
    #expect(instrumental.profile?.value == "streaming")
    #expect(instrumental.expect.count == 2)
    #expect(instrumental.gain?.value == .asDelivery("streaming"))
    #expect(instrumental.file?.value == "out/<title> (Instrumental).flac")
    let cd = try #require(session.delivery("cd"))
    #expect(cd.rate?.value == 44100)
    #expect(cd.loudness?.value == LoudnessTarget(metric: "integrated", value: -11))
    #expect(session.delivery("vinyl")?.usesLimiter?.value == false)
    guard case .between(let from, _)? = session.master.fadeOut?.range.value else {
      Issue.record("no fade-out")
      return
    }
    #expect(from.value == .offset(.name("outro"), .bars(Rational(4)), negative: false))
    #expect(session.master.fadeOut?.curve == .exponential)
  }

  @Test func theInterviewReadsWithoutAMessage() throws {
    let loaded = load(WrittenSessions.interview)
    #expect(loaded.messages == [])
    let session = try #require(loaded.session)
    #expect(session.metadata["cover"]?.value == "art/ep12.jpg")
    #expect(session.defaults.crossfade?.value == .seconds(Rational(8, 1000)))
    #expect(session.chapters[1].link?.value == "https://example.org/storm")
    let host = try #require(session.track("host"))
    #expect(host.strip.trim?.value == .toLoudness(-20))
    #expect(host.strip.output?.value == "speech")
    #expect(host.strip.inserts.map(\.processor.value) == ["high-pass", "compressor"])
    #expect(host.edits.first?.kind == .silence(fillsWithRoomTone: true))
    let bed = try #require(session.track("bed"))
    #expect(bed.ripple == .move)
    #expect(
      bed.clips[1].at?.value == .offset(.name("bye"), .seconds(Rational(6)), negative: true))
    #expect(bed.strip.inserts.first?.value("by") == .reference("speech"))
    #expect(session.edits.map(\.kind.word) == ["insert", "cut", "cut"])
    #expect(session.edits.first?.name?.value == "ad")
    #expect(session.delivery("mp3")?.bitRate?.value == 160_000)
    #expect(session.bus("speech") != nil)
  }

  @Test func collectionsAreKnownAndNotRendered() throws {
    let loaded = load(WrittenSessions.gameSounds)
    #expect(loaded.diagnostics.all.map(\.id) == ["kind-not-rendered"])
    #expect(loaded.session?.kind == .collection)
  }

  @Test func theAlbumReadsWithoutAMessage() throws {
    let loaded = load(WrittenSessions.album)
    #expect(loaded.messages == [])
    let session = try #require(loaded.session)
    let album = try #require(session.album)
    #expect(session.kind == .album)
    #expect(session.metadata["upc"]?.value == "0602435710235")
    #expect(album.gap?.value == .seconds(Rational(2)))
    #expect(
      album.songs.map(\.name.value) == [
        "night-train", "harbour", "quarter-past", "interlude", "lantern", "salt", "undertow",
        "last-light", "home",
      ])
    #expect(album.songs[1].gain?.value == -0.5)
    #expect(album.songs[2].gap?.value == .seconds(Rational(8, 10)))
    #expect(album.songs[3].mix?.path.value == "04-interlude/mix.wav")
    #expect(album.songs[3].gap?.value == .seconds(Rational(0)))
    #expect(album.songs[3].metadata["title"]?.value == "Interlude")
    #expect(album.songs[4].inserts.first?.bands.first?.value("frequency") == .number(3000))
    #expect(album.songs[6].overlap?.value == .seconds(Rational(3, 2)))
    #expect(album.songs[7].version?.value == "album")
    #expect(session.master.level?.value == "together")
    #expect(session.master.inserts.count == 1)
    let cd = try #require(session.delivery("cd"))
    #expect(cd.profile?.value == "red-book")
    #expect(cd.files?.value == "one")
    #expect(cd.cue?.value == true && cd.pqSheet?.value == true)
    let sides = try #require(session.delivery("vinyl")?.sides?.value)
    #expect(sides.map(\.name.value) == ["A", "B"])
    #expect(sides[1].songs.map(\.value) == ["salt", "undertow", "last-light", "home"])
    #expect(session.delivery("instrumentals")?.version?.value == "instrumental")
    #expect(session.delivery("instrumentals")?.gain?.value == .asDelivery("streaming"))
  }

  @Test func orderOfMappingsLineEndsAndCommentsChangeNothing() throws {
    let text = WrittenSessions.interview
    let plain = try #require(load(text).session)
    let windows = load(
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\r\n"))
    #expect(windows.messages == [])
    #expect(windows.session?.tracks.count == plain.tracks.count)
    #expect(windows.session?.metadata == plain.metadata)
    let commented = load(
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "# a remark\n\($0)" }.joined(separator: "\n"))
    #expect(commented.messages == [])
    #expect(commented.session?.edits.count == plain.edits.count)
  }
}
