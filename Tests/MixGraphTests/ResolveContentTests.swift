import Diagnostics
import SessionModel
import Signal
import Testing

@testable import MixGraph

/// Evaluates readings and declared edits frame by frame, the slow and obvious way.
private enum Oracle {
  /// Frame of a recording and the gain with which it sounds.
  typealias Sound = [SoundKey: Double]
  struct SoundKey: Hashable {
    var path: String
    var frame: Int64
  }

  static func gain(_ gain: ResolvedGain, at frame: Int64) -> Double {
    func curve(_ range: FrameRange, _ curve: FadeCurve) -> Double {
      if frame < range.start { return 0 }
      if frame >= range.end { return 1 }
      let t = (Double(frame - range.start) + 0.5) / Double(range.length)
      return curve == .linear ? t : 3 * t * t - 2 * t * t * t
    }
    switch gain {
    case .constant(let value): return value
    case .fadeIn(let range, let shape): return curve(range, shape)
    case .fadeOut(let range, let shape):
      if frame < range.start { return 1 }
      if frame >= range.end { return 0 }
      let t = (Double(range.end - frame) - 0.5) / Double(range.length)
      return shape == .linear ? t : 3 * t * t - 2 * t * t * t
    case .autoFadeIn(let range, _): return curve(range, .linear)
    case .autoFadeOut(let range, _): return self.gain(.fadeOut(range, .linear), at: frame)
    case .region(let range, let gain, let ramp):
      let half = Double(ramp) / 2
      let position = Double(frame) + 0.5
      func rise(_ edge: Int64) -> Double {
        guard ramp > 0 else { return position > Double(edge) ? 1 : 0 }
        return min(1, max(0, (position - Double(edge) + half) / Double(ramp)))
      }
      let inside = rise(range.start) - rise(range.end)
      return 1 + (gain - 1) * inside
    }
  }

  static func sound(
    _ readings: [ResolvedReading], _ recordings: [RecordingReference], at frame: Int64
  ) -> Sound {
    var sound: Sound = [:]
    for reading in readings where reading.range.contains(frame) {
      let distance = frame - reading.range.start
      let source = reading.isReversed ? reading.offset - distance : reading.offset + distance
      let recording = recordings[reading.recording]
      guard source >= 0 && source < recording.frames else { continue }
      let gain = reading.gains.reduce(1) { $0 * self.gain($1, at: frame) }
      if gain != 0 {
        sound[SoundKey(path: recording.path, frame: source), default: 0] += gain
      }
    }
    return sound
  }
}

@Suite struct ResolveContentTests {
  let make = SessionMaker()
  let probe = TableProbe([
    "a.wav": (10_000, 48000, 1), "b.wav": (8_000, 48000, 2), "c.wav": (4_410, 44100, 1),
    "poly.wav": (100, 48000, 4), "long.wav": (1_000_000, 48000, 1),
  ])

  private func resolve(
    _ tracks: [Track], _ change: (inout Session) -> Void = { _ in }
  ) throws -> (session: ResolvedSession, messages: DiagnosticList) {
    var session = make.session()
    session.tracks = tracks
    change(&session)
    let (resolved, messages) = SessionResolver.resolve(session, probe: probe)
    return (try #require(resolved), messages)
  }

  @Test func aWholeSourceIsOneReadingWithoutGains() throws {
    let (session, messages) = try resolve([make.track("x", [make.clip("a.wav")])])
    #expect(messages.all.isEmpty)
    let reading = try #require(session.strips[0].readings.first)
    #expect(session.strips[0].readings.count == 1)
    #expect(reading.range == FrameRange(0, 10_000))
    #expect(reading.offset == 0)
    #expect(reading.gains.isEmpty)
    #expect(session.sessionEnd == 10_000)
    #expect(session.programme.length == 10_000)
  }

  @Test func recordingsAtAnotherRateHaveTheirLengthAtTheSessionsRate() throws {
    let (session, _) = try resolve([make.track("x", [make.clip("c.wav")])])
    #expect(session.strips[0].readings[0].range.length == 4800)
    #expect(session.recordings[0].frames == 4410)
  }

  @Test func deClicksLieOnlyWhereARecordingWasCutInto() throws {
    let (session, _) = try resolve([
      make.track(
        "x", [make.clip("a.wav", out: 4000, at: 0), make.clip("a.wav", in: 6000, at: 9000)])
    ])
    let readings = session.strips[0].readings
    #expect(readings[0].gains == [.fadeOut(FrameRange(3928, 4000), .linear)])
    #expect(readings[1].gains == [.fadeIn(FrameRange(9000, 9072), .linear)])
  }

  @Test func clipsSideBySideAreJoinedExactlyAndAJumpIsALint() throws {
    let (session, messages) = try resolve([
      make.track(
        "x",
        [
          make.clip("a.wav", in: 100, out: 4000, at: 0),
          make.clip("a.wav", in: 4000, out: 5000, at: 3900),
          make.clip("a.wav", in: 7000, at: 4900),
        ])
    ])
    #expect(messages.ids == ["click-at-seam"])
    let readings = session.strips[0].readings
    #expect(readings.map(\.gains.count) == [1, 0, 0])
    #expect(readings[0].gains == [.fadeIn(FrameRange(0, 72), .linear)])
  }

  @Test func overlappingClipsWithoutACrossfadeAreAnErrorThatNamesBoth() throws {
    let first = make.clip("a.wav", at: 0)
    let second = make.clip("b.wav", at: 9000)
    let (_, messages) = try resolve([make.track("x", [first, second])])
    let message = try #require(messages.all.first)
    #expect(message.id == "clip-overlap")
    #expect(message.span == second.span)
    #expect(message.notes.first?.span == first.span)
  }

  @Test func aCrossfadeIsCentredInTheOverlap() throws {
    let (session, messages) = try resolve([
      make.track(
        "x",
        [make.clip("a.wav", at: 0), make.clip("b.wav", at: 9000, crossfade: 200)])
    ])
    #expect(messages.all.isEmpty)
    let readings = session.strips[0].readings
    let zone = FrameRange(9400, 9600)
    #expect(readings[0].range == FrameRange(0, 9600))
    #expect(readings[1].range == FrameRange(9400, 17_000))
    #expect(readings[1].offset == 400)
    // The mono clip beside a stereo one is as loud as in the centre of a mono track.
    #expect(
      readings[0].gains == [
        .autoFadeOut(zone, partner: 1), .constant(decibelsToGain(-PanLaw.minus3.centreLoss)),
      ])
    #expect(readings[1].gains == [.autoFadeIn(zone, partner: 0)])
  }

  @Test func aCrossfadeOfAdjoiningClipsIsFedFromTheirHandles() throws {
    let (session, messages) = try resolve([
      make.track(
        "x",
        [
          make.clip("a.wav", out: 4000, at: 0),
          make.clip("a.wav", in: 6000, out: 8000, at: 4000, crossfade: 100, curve: .linear),
        ])
    ])
    #expect(messages.all.isEmpty)
    let readings = session.strips[0].readings
    #expect(readings[0].range == FrameRange(0, 4050))
    #expect(readings[1].range == FrameRange(3950, 6000))
    #expect(readings[1].offset == 5950)
    // Without handles it becomes shorter, on both sides.
    let (short, warned) = try resolve([
      make.track(
        "x",
        [
          make.clip("a.wav", out: 4000, at: 0),
          make.clip("a.wav", in: 20, out: 2000, at: 4000, crossfade: 100),
        ])
    ])
    #expect(warned.ids == ["crossfade-shortened"])
    #expect(short.strips[0].readings[0].range.end == 4020)
    #expect(short.strips[0].readings[1].range.start == 3980)
  }

  @Test func aClipPastItsRecordingSaysHowLongThatIs() throws {
    let (_, messages) = try resolve([make.track("x", [make.clip("a.wav", out: 10_001)])])
    #expect(messages.ids.contains("clip-past-recording"))
    #expect(messages.all.first?.message.contains("0:00.208") ?? false)
  }

  @Test func problemsOfRecordingsHaveMessagesOfTheirOwn() throws {
    var probe = probe
    probe.files["audio/vocal.wav"] = .success(
      RecordingFacts(frames: 5, rate: 48000, channelCount: 1))
    probe.files["empty.wav"] = .success(
      RecordingFacts(frames: 0, rate: 48000, channelCount: 1))
    probe.files["lfs.wav"] = .failure(.lfsPointer)
    probe.files["notes.txt"] = .failure(.unsupported("not audio"))
    var session = make.session()
    var picked = Clip(source: make.source("b.wav", channels: [3]), span: make.span())
    picked.at = nil
    session.tracks = [
      make.track("1", [make.clip("audio/vocla.wav")]), make.track("2", [make.clip("empty.wav")]),
      make.track("3", [make.clip("lfs.wav")]), make.track("4", [make.clip("notes.txt")]),
      make.track("5", [make.clip("poly.wav")]), make.track("6", [picked]),
    ]
    let (resolved, messages) = SessionResolver.resolve(session, probe: probe)
    #expect(resolved != nil)
    #expect(
      Set(messages.ids)
        == [
          "missing-recording", "empty-recording", "recording-git-lfs", "unreadable-recording",
          "pick-channels", "no-such-channel",
        ])
    let missing = messages.all.first { $0.id == "missing-recording" }
    #expect(missing?.fixes.first?.replacement == "audio/vocal.wav")
  }

  @Test func aReplacedRangeIsExactlyAsLongAsTheRange() throws {
    let (session, messages) = try resolve([
      make.track(
        "x", [make.clip("a.wav")],
        edits: [
          make.edit(
            .replace(make.source("long.wav"), in: make.at(.frames(500))), 2000, 3000,
            crossfade: 100, curve: .linear)
        ])
    ])
    #expect(messages.all.isEmpty)
    let readings = session.strips[0].readings
    #expect(
      readings.map(\.range) == [
        FrameRange(0, 2050), FrameRange(1950, 3050), FrameRange(2950, 10_000),
      ])
    #expect(readings.map(\.offset) == [0, 450, 2950])
  }

  @Test func silenceFilledWithRoomToneLoopsIt() throws {
    var track = make.track(
      "x", [make.clip("long.wav")],
      edits: [make.edit(.silence(fillsWithRoomTone: true), 100_000, 130_000)])
    track.roomTone = make.frames(10_000, 20_000)
    let (session, messages) = try resolve([track])
    #expect(messages.all.isEmpty)
    let readings = session.strips[0].readings
    // Before, five loops of 10,000 with 2,400 in common, after.
    #expect(readings.count == 2 + 5)
    for frame in stride(from: Int64(100_500), to: 129_500, by: 7) {
      let sound = Oracle.sound(readings, session.recordings, at: frame)
      #expect(sound.keys.allSatisfy { $0.frame >= 10_000 && $0.frame < 20_000 })
      #expect(!sound.isEmpty)
    }
    // Without room tone there is nothing to fill with.
    track.roomTone = nil
    #expect(try resolve([track]).messages.ids == ["room-tone"])
  }

  @Test func compsCrossfadeTheirTakesAtTheSeams() throws {
    var track = make.track("vox", [])
    track.takes = [
      Take(name: make.at("t1"), clips: [make.clip("long.wav")]),
      Take(name: make.at("t2"), clips: [make.clip("long.wav", in: 50_000)]),
    ]
    track.comp = [
      CompEntry(from: make.at(.start), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.frames(20_000)), take: make.at("t2"), span: make.span()),
      CompEntry(from: make.at(.frames(40_000)), take: make.at("t1"), span: make.span()),
    ]
    track.comp[1].crossfade = make.fade(720)
    let (session, messages) = try resolve([track])
    #expect(messages.all.isEmpty)
    let readings = session.strips[0].readings
    #expect(
      readings.map(\.range) == [
        FrameRange(0, 20_360), FrameRange(19_640, 40_240), FrameRange(39_760, 1_000_000),
      ])
    #expect(readings.map(\.offset) == [0, 69_640, 39_760])
    #expect(readings[0].gains == [.autoFadeOut(FrameRange(19_640, 20_360), partner: 1)])
    #expect(
      readings[1].gains == [
        .autoFadeIn(FrameRange(19_640, 20_360), partner: 0),
        .autoFadeOut(FrameRange(39_760, 40_240), partner: 2),
      ])
  }

  @Test func compsWithoutHandlesShortenTheirCrossfadesAndWarn() throws {
    var track = make.track("vox", [])
    track.takes = [
      Take(name: make.at("t1"), clips: [make.clip("a.wav")]),
      Take(name: make.at("punch"), clips: [make.clip("long.wav", in: 100, at: 5000)]),
    ]
    track.comp = [
      CompEntry(from: make.at(.start), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.frames(5000)), take: make.at("punch"), span: make.span()),
    ]
    let (session, messages) = try resolve([track])
    #expect(messages.ids == ["crossfade-shortened"])
    #expect(session.strips[0].readings.map(\.range.start) == [0, 4900])
    #expect(session.strips[0].readings[0].range.end == 5100)
    #expect(session.strips[0].readings[1].offset == 0)
  }

  @Test func gapsAndOverlapsOfCompsAreLints() throws {
    var track = make.track("vox", [])
    track.takes = [Take(name: make.at("t1"), clips: [make.clip("long.wav")])]
    track.comp = [
      CompEntry(from: make.at(.start), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.frames(5000)), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.frames(9000)), take: make.at("t3"), span: make.span()),
      CompEntry(from: make.at(.frames(9500)), take: make.at("t1"), span: make.span()),
    ]
    track.comp[0].to = make.at(.frames(4000))
    track.comp[1].to = make.at(.frames(9900))
    let (_, messages) = try resolve([track])
    #expect(messages.ids.sorted() == ["comp-gap", "comp-overlap", "unknown-take"])
  }

  @Test func entriesOfACompBehindTheEndAreReported() throws {
    var track = make.track("vox", [])
    track.takes = [
      Take(name: make.at("t1"), clips: [make.clip("long.wav")]),
      Take(name: make.at("t2"), clips: [make.clip("long.wav", at: 5000)]),
    ]
    track.comp = [
      CompEntry(from: make.at(.start), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.frames(1_002_000)), take: make.at("t2"), span: make.span()),
      CompEntry(from: make.at(.frames(1_100_000)), take: make.at("t1"), span: make.span()),
    ]
    // The second entry plays the last of its take.
    let (_, messages) = try resolve([track])
    #expect(messages.ids == ["comp-past-end"])
  }

  @Test func aTakeThatGoesOnIsNotCrossfadedWithItself() throws {
    var track = make.track("vox", [])
    track.takes = [Take(name: make.at("t1"), clips: [make.clip("long.wav")])]
    track.comp = [
      CompEntry(from: make.at(.start), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.frames(5000)), take: make.at("t1"), span: make.span()),
    ]
    let (session, _) = try resolve([track])
    #expect(session.strips[0].readings.count == 1)
    #expect(session.strips[0].readings[0].gains.isEmpty)
  }

  @Test func shiftMovesTheRecordingAndNothingElse() throws {
    var track = make.track("x", [make.clip("a.wav")])
    track.shift = make.at(
      Track.Shift(amount: .seconds(Rational(21, 10_000)), isNegative: true))
    let (session, _) = try resolve([track])
    #expect(session.strips[0].readings[0].range == FrameRange(0, 10_000 - 101))
    #expect(session.strips[0].readings[0].offset == 101)
  }

  @Test func lengthEndsTheContent() throws {
    let (session, _) = try resolve([make.track("x", [make.clip("a.wav")])]) {
      $0.length = make.at(.frames(6000))
    }
    #expect(session.sessionEnd == 6000)
    #expect(session.strips[0].readings[0].range == FrameRange(0, 6000))
    #expect(session.strips[0].readings[0].gains == [.fadeOut(FrameRange(5928, 6000), .linear)])
  }

  @Test func theEndIsWhereTheLastClipEndsUnlessAClipDependsOnIt() throws {
    var vox = make.track("vox", [])
    vox.takes = [Take(name: make.at("t1"), clips: [make.clip("a.wav")])]
    vox.comp = [
      CompEntry(from: make.at(.start), take: make.at("t1"), span: make.span()),
      CompEntry(from: make.at(.name("bye")), take: make.at("t1"), span: make.span()),
    ]
    let bye = NamedPosition(
      name: make.at("bye"), position: make.at(.offset(.end, .frames(1000), negative: true)))
    let good = try resolve([vox, make.track("x", [make.clip("b.wav")])]) { $0.markers = [bye] }
    #expect(good.messages.all.isEmpty)
    #expect(good.session.markers.first?.session == 9000)
    var late = make.clip("b.wav")
    late.at = make.at(.name("bye"))
    let bad = try resolve([vox, make.track("x", [late])]) { $0.markers = [bye] }
    #expect(bad.messages.ids == ["end-needs-length"])
    let told = try resolve([vox, make.track("x", [late])]) {
      $0.markers = [bye]
      $0.length = make.at(.frames(30_000))
    }
    #expect(told.session.strips[1].readings[0].range.start == 29_000)
  }

  // MARK: Tracks in programme time

  @Test func tracksThatMoveAreNeverCutInto() throws {
    var bed = make.track("bed", [make.clip("b.wav", at: 3000), make.clip("a.wav")])
    bed.clips[1].at = make.at(.name("ad"))
    bed.ripple = .move
    var stay = make.track("stay", [make.clip("b.wav", at: 3000)])
    stay.ripple = .stay
    let voice = make.track("voice", [make.clip("long.wav", out: 30_000)])
    let (session, messages) = try resolve([bed, stay, voice]) {
      $0.edits = [
        make.cut(1000, 2000), make.insert(20_000, 11_000, name: "ad"), make.cut(4000, 9000),
      ]
    }
    #expect(messages.all.isEmpty)
    #expect(
      session.strips[0].readings.map(\.range) == [
        FrameRange(2000, 10_000), FrameRange(14_000, 24_000),
      ])
    #expect(session.strips[1].readings[0].range == FrameRange(3000, 11_000))
    #expect(session.strips[2].readings[0].range == FrameRange(0, 30_000))
    #expect(session.programme.length == 30_000 - 6000 + 11_000)
  }

  @Test func aTrackThatMovesMakesTheProgrammeAsLongAsItPlays() throws {
    var bed = make.track("bed", [make.clip("a.wav", at: 9000)])
    bed.ripple = .move
    let voice = make.track("voice", [make.clip("a.wav")])
    let (session, _) = try resolve([bed, voice]) { $0.edits = [make.cut(1000, 2000)] }
    #expect(session.programme.length == 18_000)
    #expect(session.sessionEnd == 19_000)
  }

  // MARK: Against the oracle

  /// What a declared track sounds like at a frame: clips do not overlap, edits are apart from each
  /// other, so that every crossfade has two plain sides.
  private func declared(
    _ clips: [(path: String, start: Int64, offset: Int64, length: Int64, gain: Double)],
    _ edits: [TrackEdit], at frame: Int64
  ) -> [String: Double] {
    func base(_ frame: Int64) -> [(String, Int64, Double)] {
      clips.filter { frame >= $0.start && frame < $0.start + $0.length }
        .map { ($0.path, $0.offset + frame - $0.start, $0.gain) }
    }
    var sound: [String: Double] = [:]
    func add(_ parts: [(String, Int64, Double)], _ weight: Double) {
      for (path, source, gain) in parts where weight * gain != 0 {
        sound["\(path)@\(source)", default: 0] += weight * gain
      }
    }
    var scale = 1.0
    var isDone = false
    for edit in edits {
      guard case .between(let from, let to) = edit.range.value, case .frames(let a) = from.value,
        case .frames(let b) = to.value, case .frames(let fade)? = edit.crossfade?.length.value
      else { continue }
      if case .gain(let decibels) = edit.kind {
        scale *= Oracle.gain(
          .region(
            FrameRange(a, b), gain: decibelsToGain(decibels.value), ramp: min(fade, b - a)),
          at: frame)
        continue
      }
      let half = fade / 2
      guard frame >= a - half && frame < b + half, !isDone else { continue }
      isDone = true
      // The weight of the inside, linear over the crossfades.
      var inside = 1.0
      if frame < a + half {
        inside = (Double(frame - (a - half)) + 0.5) / Double(fade)
      } else if frame >= b - half {
        inside = (Double(b + half - frame) - 0.5) / Double(fade)
      }
      switch edit.kind {
      case .reverse: add(base(a + b - 1 - frame), inside)
      case .replace(let source, let start):
        if case .frames(let offset)? = start?.value {
          add([(source.path.value, offset + frame - a, 1)], inside)
        }
      default: break
      }
      add(base(frame), 1 - inside)
    }
    if !isDone { add(base(frame), 1) }
    return sound.mapValues { $0 * scale }.filter { $0.value != 0 }
  }

  @Test func loweredContentIsWhatWasDeclaredFrameByFrame() throws {
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<60 {
      // Adjoining clips out of the middle of a long recording, so that handles are always there.
      var clips: [Clip] = []
      var plain: [(path: String, start: Int64, offset: Int64, length: Int64, gain: Double)] = []
      var place: Int64 = 0
      let gain = -6.0
      for _ in 0..<4 {
        let length = Int64.random(in: 300...900, using: &generator)
        let offset = Int64.random(in: 5_000...900_000, using: &generator)
        clips.append(
          make.clip("long.wav", in: offset, out: offset + length, at: place, gain: gain))
        plain.append(("long.wav", place, offset, length, decibelsToGain(gain)))
        place += length
      }
      var edits: [TrackEdit] = []
      var cursor: Int64 = 150
      while cursor < place - 400 {
        let a = cursor + Int64.random(in: 0...100, using: &generator)
        let b = a + Int64.random(in: 60...150, using: &generator)
        let fade = 2 * Int64.random(in: 0...15, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: edits.append(make.edit(.reverse, a, b, crossfade: fade, curve: .linear))
        case 1:
          edits.append(
            make.edit(
              .replace(make.source("long.wav"), in: make.at(.frames(1000 + a))), a, b,
              crossfade: fade, curve: .linear))
        default: edits.append(make.edit(.gain(make.at(-3)), a, b, crossfade: fade))
        }
        cursor = b + 60
      }
      // One gain over everything, to lie across the others.
      edits.append(make.edit(.gain(make.at(2)), 10, place - 10, crossfade: 8))
      edits.shuffle(using: &generator)
      let (session, messages) = try resolve([make.track("x", clips, edits: edits)])
      #expect(!messages.hasErrors)
      #expect(!messages.ids.contains("crossfade-shortened"))
      let readings = session.strips[0].readings
      var wrong: [Int64] = []
      // De-click fades take the first and last 72 frames.
      for frame in 72..<(place - 72) {
        let sound = Oracle.sound(readings, session.recordings, at: frame)
        var named: [String: Double] = [:]
        for (key, value) in sound { named["\(key.path)@\(key.frame)"] = value }
        let expected = declared(plain, edits, at: frame)
        let keys = Set(named.keys).union(expected.keys)
        if keys.contains(where: { abs((named[$0] ?? 0) - (expected[$0] ?? 0)) > 1e-9 }) {
          wrong.append(frame)
        }
      }
      #expect(wrong.isEmpty)
    }
  }

  @Test func theOrderOfEditsInTheFileChangesNothing() throws {
    var generator = SeededGenerator(seed: 29)
    let edits = [
      make.edit(.gain(make.at(-3)), 100, 900), make.edit(.gain(make.at(1.5)), 300, 2000),
      make.edit(.reverse, 3000, 4000), make.edit(.silence(fillsWithRoomTone: false), 5000, 5500),
      make.edit(.fadeIn(.linear), 0, 800), make.edit(.fadeOut(.sCurve), 8000, 10_000),
    ]
    let reference = try resolve([make.track("x", [make.clip("a.wav")], edits: edits)])
    for _ in 0..<20 {
      let other = try resolve([
        make.track("x", [make.clip("a.wav")], edits: edits.shuffled(using: &generator))
      ])
      let plain = { (readings: [ResolvedReading]) in
        readings.map { [$0.range.start, $0.range.end, $0.offset] }
      }
      #expect(
        plain(other.session.strips[0].readings) == plain(reference.session.strips[0].readings))
      #expect(
        other.session.strips[0].readings.map(\.gains)
          == reference.session.strips[0].readings.map(\.gains))
    }
  }

  @Test func reversingTwiceIsTheOriginal() {
    let piece = ContentPiece(
      id: 0, recording: 0, recordingLength: 1000, channels: [0], range: FrameRange(50, 250),
      offset: 300, isReversed: false, gains: [.fadeIn(FrameRange(50, 70), .linear)],
      span: make.span())
    let twice = piece.mirrored(777).mirrored(777)
    #expect(twice.range == piece.range)
    #expect(twice.offset == piece.offset)
    #expect(twice.gains == piece.gains)
    #expect(!twice.isReversed)
  }
}
