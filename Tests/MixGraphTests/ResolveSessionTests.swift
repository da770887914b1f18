import Diagnostics
import MixGraph
import SessionModel
import SessionYAML
import Signal
import Testing

/// Whole sessions, from their text.
@Suite struct ResolveSessionTests {
  private func resolve(
    _ text: String, _ probe: TableProbe
  ) throws -> (session: ResolvedSession, messages: DiagnosticList) {
    var sources = SourceMap()
    var messages = DiagnosticList()
    let source = sources.add(path: "session.yaml", bytes: Array(text.utf8))
    let tree = try #require(YAMLTree.parse(source: source, into: &messages))
    let declared = SessionDecoder.decode(tree: tree, into: &messages)
    let (resolved, found) = SessionResolver.resolve(declared, probe: probe)
    messages.add(contentsOf: found.all)
    return (try #require(resolved), messages)
  }

  private let ten = TableProbe(["a.wav": (480_000, 48_000, 1)])

  @Test func placesInAGapLieInTheGap() throws {
    let (session, messages) = try resolve(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: a.wav}}
      markers: {m: ad, n: ad + 1 s, behind: ad + 4 s}
      edits: [insert: {at: 2 s, length: 3 s, name: ad}, cut: 1 s..1.5 s]
      chapters:
        - {at: ad, title: Advert}
        - {at: 2 s, title: Two}
        - {at: ad + 1 s, title: Mid}
      """, ten)
    #expect(messages.all.isEmpty)
    #expect(session.chapters.map(\.title) == ["Advert", "Mid", "Two"])
    #expect(session.chapters.map(\.programme) == [72_000, 120_000, 216_000])
    #expect(session.markers.map(\.programme) == [72_000, 120_000, 264_000])
    #expect(session.markers.map(\.session) == [96_000, 96_000, 144_000])
  }

  @Test func aPointInAGapOfSessionTimeIsSaid() throws {
    let (_, messages) = try resolve(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a: {source: a.wav, strip: {fader: {ride: [[ad + 1 s, -6 dB]]}}}
        b: {ripple: move, source: a.wav, strip: {fader: {ride: [[ad + 1 s, -6 dB]]}}}
      edits: [insert: {at: 2 s, length: 3 s, name: ad}]
      """, ten)
    #expect(messages.ids == ["point-in-gap"])
  }

  @Test func aRangeInAGapThatIsEmptyIsSaid() throws {
    let (_, messages) = try resolve(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a: {source: a.wav}
        b: {ripple: move, source: a.wav, edits: [silence: ad + 1 s..ad + 0.5 s]}
      edits: [insert: {at: 2 s, length: 3 s, name: ad}]
      """, ten)
    #expect(messages.ids == ["empty-range"])
  }

  @Test func pointsOfATrackThatMovesKeepTheOrderOfTheFile() throws {
    let (session, messages) = try resolve(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a: {source: a.wav}
        b:
          ripple: move
          source: a.wav
          strip: {fader: {ride: [[1 s, -1 dB], [2 s, -2 dB], [8.5 s, -3 dB]]}}
      edits: [move: {range: 8 s..9 s, to: 0.5 s}]
      """, ten)
    #expect(messages.all.isEmpty)
    let ride = try #require(session.strips[1].fader.rides.first)
    #expect(ride.points.map(\.frame) == [48_000, 96_000, 144_000])
    #expect(ride.points.map(\.value) == [-3, -1, -2])
  }

  @Test func aFadeOutThatEditsCutAwayIsSaid() throws {
    func said(_ fade: String) throws -> [String] {
      try resolve(
        """
        mixdown: 1
        rate: 48 kHz
        tracks: {a: {source: a.wav}}
        edits: [cut: 2 s..4 s]
        master: {fade-out: \(fade)}
        """, ten
      ).messages.ids
    }
    #expect(try said("2.5 s..3.5 s") == ["silent-after-fade"])
    #expect(try said("3 s..5 s") == [])
  }

  @Test func aCompEntryThatEndsBeforeItBeginsIsSaidAtItsEnd() throws {
    for end in ["1 s", "2 s"] {
      let text = """
        mixdown: 1
        rate: 48 kHz
        tracks:
          a:
            takes: {t: a.wav}
            comp: [{from: start, take: t, to: 1 s}, {from: 2 s, take: t, to: \(end)}]
        """
      let found = try resolve(text, ten).messages.sorted
      #expect(found.map(\.id) == ["empty-range"])
      let at = text.utf8.count - "}]".utf8.count - end.utf8.count
      #expect(found.first?.span?.start == at)
    }
  }

  @Test func aPointAtTheFirstFrameHoldsFromThere() throws {
    let (session, messages) = try resolve(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a: {source: a.wav, strip: {fader: {ride: [[start, -6 dB], [1 s, 0 dB]]}}}
        b: {source: a.wav, strip: {fader: {ride: [[start, -6 dB, over 1 s]]}}}
        c: {source: a.wav, strip: {fader: {ride: [[1 fr, -6 dB]]}}}
      """, ten)
    #expect(messages.all.isEmpty)
    let rides = session.strips.compactMap(\.fader.rides.first)
    #expect(rides.map(\.before) == [-6, 0, 0])
    #expect(rides[0].value(at: 0) == -6 && rides[1].value(at: 0) == 0)
  }

  @Test func aBandSongResolvesAsItsAuthorExpects() throws {
    let names = [
      "kick", "snare", "oh", "bass", "gtr-l", "gtr-r", "keys", "vox-1", "vox-2", "bv", "tamb",
    ]
    var files: [String: (frames: Int64, rate: Int, channels: Int)] = [:]
    for name in names {
      let channels = ["oh", "keys", "bv"].contains(name) ? 2 : 1
      files["audio/\(name).wav"] = (200 * 48000, 48000, channels)
    }
    files["audio/vox-3.wav"] = (20 * 44100, 44100, 1)
    let (session, messages) = try resolve(bandSong, TableProbe(files))
    #expect(messages.all.isEmpty)
    // Eight bars of 4 · 60/92 s are gone.
    let bars = Int64((Double(8 * 4 * 60 * 48000) / 92).rounded())
    #expect(abs(session.programme.length - (200 * 48000 - bars)) <= 1)
    #expect(session.programme.stretches.count == 2)
    #expect(session.programme.stretches[1].crossfade == 480)
    #expect(session.strips.map(\.name).prefix(4) == ["kick", "snare", "oh", "bass"])
    let vocal = try #require(session.strips.first { $0.name == "vocal" })
    // Silence to bar 5, then t1, punch, t1, t2.
    #expect(vocal.readings.count == 4)
    let bar5 = Int64(((1.304 + 16 * 60.0 / 92) * 48000).rounded())
    #expect(vocal.readings[0].range.start == bar5)
    #expect(vocal.readings[0].gains.contains(.fadeIn(FrameRange(bar5, bar5 + 72), .linear)))
    #expect(vocal.readings[1].recording != vocal.readings[0].recording)
    #expect(vocal.fader.constant == -6)
    #expect(vocal.fader.rides.first?.points.count == 3)
    #expect(vocal.sends.map { session.strips[$0.target.index].name }.sorted() == ["plate", "slap"])
    let slap = try #require(session.strips.first { $0.name == "slap" })
    // An eighth at 92 bpm: 15652.17 frames.
    #expect(slap.inserts.first?.settings["time"] == .frames(15652))
    #expect(session.strips.first { $0.name == "gtr-r" }?.readings[0].offset == 101)
    #expect(session.stems.map(\.name) == ["drums", "music", "vocals"])
    #expect(session.stems[0].members == [StripID(0), StripID(1), StripID(2)])
    #expect(
      session.deliveries.map { $0.items.map(\.file) } == [
        ["out/Night Train.flac"], ["out/Night Train 44-16.wav"], ["out/Night Train vinyl.wav"],
        ["out/Night Train (Instrumental).flac"],
      ])
    #expect(session.masterFadeOut?.curve == .exponential)
    #expect(session.masterInserts.map(\.name) == ["eq/low-shelf", "eq/high-shelf"])
  }

  @Test func anInterviewResolvesAsItsAuthorExpects() throws {
    let minute: Int64 = 60 * 48000
    let (session, messages) = try resolve(
      interview,
      TableProbe([
        "audio/ep12-poly.wav": (48 * minute, 48000, 2),
        "audio/ep12-guest.wav": (48 * minute, 48000, 1),
        "audio/theme.wav": (150 * 48000, 48000, 2), "audio/ad-42.wav": (30 * 48000, 48000, 2),
      ]))
    #expect(messages.all.isEmpty)
    let programme = ProgrammeIndex(session.programme)
    // Two cuts of 18 s, a gap of 32 s.
    #expect(session.programme.stretches.map(\.crossfade) == [0, 384, 384, 384, 384])
    let bed = try #require(session.strips.first { $0.name == "bed" })
    let gap = programme.programmeFrame(ofSession: 14 * minute + 5 * 48000) - 32 * 48000
    #expect(
      bed.readings.map(\.range.start) == [
        0, gap, 46 * minute + 10 * 48000 - 6 * 48000 - 36 * 48000 + 32 * 48000,
      ])
    #expect(bed.readings[1].gains.isEmpty)
    let host = try #require(session.strips.first { $0.name == "host" })
    #expect(host.channelCount == 1)
    #expect(host.trimTarget == -20)
    #expect(host.readings.count == 3)
    #expect(host.readings[1].offset > 190 * 48000 - 48000)
    #expect(
      bed.inserts.first?.key
        == session.strips.firstIndex { $0.name == "speech" }.map { StripID($0) })
    #expect(session.chapters.map(\.title) == ["Who keeps the light?", "Storm, 1953"])
    #expect(session.deliveries.first?.items.first?.file == "out/ep12.mp3")
  }

  private let bandSong = """
    mixdown: 1
    metadata: {title: Night Train, artist: The Example Band, isrc: USS1Z2600001, date: 2026-11-22}
    rate: 48 kHz
    tempo: 92 bpm
    bar-1: 1.304 s
    markers: {verse-1: bar 5, chorus-1: bar 17, verse-2: bar 25, chorus-2: bar 37, chorus-3: bar 53, outro: bar 61}
    regions: {middle-8: bar 45..53}
    groups: {kit: [kick, snare, oh], voices: [vocal, bv]}
    presets: {tight: {compressor: {threshold: -18 dB, ratio: 4, attack: 5 ms, release: 80 ms, knee: 6 dB}}}
    edits:
      - cut: middle-8
    tracks:
      kick: {source: audio/kick.wav, strip: {inserts: [gate: {threshold: -38 dB, hold: 40 ms, release: 120 ms}, compressor: {like: tight}], output: drums, sends: {crush: 0 dB}}}
      snare: {source: audio/snare.wav, strip: {inserts: [compressor: {like: tight, threshold: -21 dB}], fader: -3 dB, output: drums, sends: {crush: 0 dB, plate: -14 dB}}}
      oh: {source: audio/oh.wav, strip: {inserts: [high-pass: {frequency: 250 Hz, slope: 12 dB/oct}], fader: -6 dB, output: drums, sends: {crush: -3 dB}}}
      bass: {source: {file: audio/bass.wav, channel: 1}, strip: {inserts: [duck: {by: kick, amount: 4 dB, attack: 1 ms, release: 120 ms}], fader: -4 dB}}
      gtr-l: {source: audio/gtr-l.wav, strip: {fader: -7 dB, pan: 80 L}}
      gtr-r: {source: audio/gtr-r.wav, shift: -2.1 ms, strip: {fader: -7 dB, pan: 80 R}}
      keys: {source: audio/keys.wav, strip: {fader: -9 dB, pan: {automation: [[start, 20 L], [chorus-1, 20 R, over 1 bar]]}}}
      vocal:
        takes: {t1: audio/vox-1.wav, t2: audio/vox-2.wav, punch: {source: audio/vox-3.wav, at: bar 8}}
        comp:
          - {from: start, take: t1}
          - {from: bar 9 beat 3, take: punch, crossfade: 15 ms}
          - {from: bar 11, take: t1}
          - {from: chorus-1, take: t2}
        edits:
          - silence: start..bar 5
          - gain: {range: 1:02.1..1:02.9, by: -3 dB, note: loud breath}
        strip:
          inserts: [high-pass: {frequency: 80 Hz, slope: 12 dB/oct}, compressor: {name: leveling, threshold: -20 dB, ratio: 3, attack: 10 ms, release: 120 ms, makeup: 3 dB}]
          fader:
            level: -6 dB
            ride:
              - [chorus-1, +1.5 dB]
              - [verse-2, 0 dB]
              - [outro, +1 dB, over 2 bars]
          sends: {plate: -12 dB, slap: {level: -14 dB, ride: [[start, mute], [bar 36 beat 4, 0 dB], [chorus-2, mute]]}}
      bv: {source: audio/bv.wav, strip: {fader: -10 dB, width: 140 %, sends: {plate: -10 dB}}}
      tamb: {source: audio/tamb.wav, strip: {fader: -14 dB, pan: 35 R}}
    buses:
      drums: {fader: -1 dB}
      crush: {inserts: [compressor: {threshold: -30 dB, ratio: 10, attack: 1 ms, release: 60 ms, makeup: 12 dB}], fader: -10 dB, output: drums}
      plate: {inserts: [reverb: {kind: plate, decay: 1.8 s, pre-delay: 20 ms}]}
      slap: {inserts: [delay: {time: 1/8, feedback: 25 %, low-pass: 5 kHz}]}
    mix: {inserts: [compressor: {name: glue, threshold: -10 dB, ratio: 1.5, attack: 30 ms, release: auto}]}
    stems: {drums: [kit], music: [bass, gtr-l, gtr-r, keys, tamb], vocals: [voices]}
    versions:
      instrumental: {mute: [voices], metadata: {isrc: USS1Z2600002}}
      vocal-up: {set: {vocal/fader/level: -5 dB}}
    master:
      inserts: [eq: [{low-shelf: 90 Hz, gain: -1 dB}, {high-shelf: 12 kHz, gain: 1.5 dB}]]
      fade-out: {range: outro + 4 bars..bar 73, shape: exponential}
      deliver:
        streaming: {profile: streaming, file: out/<title>.flac, expect: {crest-factor: at least 9 dB, mono-drop: at most 3 dB}}
        cd: {loudness: -11 LUFS, true-peak: -0.3 dBTP, rate: 44.1 kHz, bits: 16, file: out/<title> 44-16.wav}
        vinyl: {from: mix, inserts: [mono-below: {frequency: 150 Hz}], limiter: none, true-peak: -3 dBTP, file: out/<title> vinyl.wav}
        instrumental: {like: streaming, version: instrumental, gain: as streaming, file: out/<title> (Instrumental).flac}
    """

  private let interview = """
    mixdown: 1
    metadata: {title: "Episode 12: The Lighthouse", artist: Talk of the Coast, date: 2026-11-22, cover: art/ep12.jpg}
    rate: 48 kHz
    defaults: {crossfade: 8 ms}
    markers: {hello: 0:41.2, part-2: 14:05, part-3: 27:30, bye: 46:10}
    chapters:
      - {at: hello, title: "Who keeps the light?"}
      - {at: part-2, title: "Storm, 1953", link: https://example.org/storm}
    presets:
      voice: {strip: {trim: to -20 LUFS, inserts: [high-pass: {frequency: 80 Hz, slope: 12 dB/oct}, compressor: {threshold: -24 dB, ratio: 3, attack: 8 ms, release: 150 ms}], output: speech}}
    tracks:
      host:
        source: {file: audio/ep12-poly.wav, channel: 1}
        room-tone: 3:10..3:16
        edits:
          - silence: {range: 5:02.1..5:02.9, fill: room-tone, note: cough under the guest}
        strip: {like: voice}
      guest: {source: {file: audio/ep12-guest.wav, at: 0:00.350}, strip: {like: voice}}
      bed:
        ripple: move
        clips:
          - {source: audio/theme.wav, in: 0:00, out: 0:58, at: start, fade-out: 4 s}
          - {source: audio/theme.wav, in: 1:00, out: 2:30, at: bye - 6 s, fade-in: 3 s, fade-out: 6 s}
          - {source: audio/ad-42.wav, at: ad}
        strip: {inserts: [duck: {by: speech, amount: 12 dB, look-ahead: 200 ms, attack: 150 ms, hold: 600 ms, release: 1.2 s}], fader: -8 dB}
    buses: {speech: {}}
    master:
      deliver:
        mp3: {loudness: -16 LUFS, true-peak: -1 dBTP, format: mp3, bit-rate: 160 kbps, channels: stereo, file: out/ep12.mp3}
    edits:
      - insert: {at: part-2, length: 32 s, name: ad}
      - cut: 2:07.53..2:25.53
      - cut: 2:59.64..3:17.64
    """
}
