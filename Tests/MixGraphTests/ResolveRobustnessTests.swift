import Diagnostics
import MixGraph
import SessionModel
import Signal
import Testing

/// Sessions that nobody would write: the resolver answers with messages, never with a trap.
@Suite struct ResolveRobustnessTests {
  private struct Wild {
    var generator: SeededGenerator
    let make = SessionMaker()

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func pick<T>(_ choices: [T]) -> T {
      choices[Int.random(in: choices.indices, using: &generator)]
    }

    mutating func integer() -> Int64 {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: pick([.max, .min, 0, -1, 1 << 46, 1 << 62])
      case 1: Int64.random(in: .min...(.max), using: &generator)
      default: Int64.random(in: -100...50_000, using: &generator)
      }
    }

    mutating func rational() -> Rational {
      let n = integer()
      return Rational(n == .min ? 1 : n, pick([1, 1, 3, 1000, 48_000, .max]))
    }

    mutating func amount() -> TimeAmount {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: .seconds(rational())
      case 1: .frames(integer())
      case 2: .beats(rational())
      case 3: .bars(rational())
      default: .note(rational())
      }
    }

    mutating func position(_ depth: Int = 0) -> Located<Position> {
      make.at(plainPosition(depth))
    }

    private mutating func plainPosition(_ depth: Int) -> Position {
      switch Int.random(in: 0..<(depth > 3 ? 8 : 10), using: &generator) {
      case 0: .seconds(rational())
      case 1: .bar(Int(truncatingIfNeeded: integer()), beat: rational())
      case 2: .name(pick(["a", "b", "r", "gap", "nowhere"]))
      case 3: .start
      case 4: .end
      case 5, 6, 7: .frames(Int64.random(in: 0...40_000, using: &generator))
      default: .offset(plainPosition(depth + 1), amount(), negative: pick([true, false]))
      }
    }

    mutating func range() -> Located<RangeExpression> {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: return make.at(.lasting(position(), make.at(amount())))
      case 1: return make.at(.region(pick(["r", "a", "none"])))
      default:
        let start = Int64.random(in: 0...30_000, using: &generator)
        return Bool.random(using: &generator)
          ? make.at(.between(position(), position()))
          : make.frames(start, start + Int64.random(in: -5...9000, using: &generator))
      }
    }

    mutating func fade() -> Fade? {
      Bool.random(using: &generator)
        ? nil : Fade(length: make.at(amount()), curve: make.at(pick(FadeCurve.allCases)))
    }

    mutating func clip() -> Clip {
      var clip = Clip(
        source: make.source(pick(["a.wav", "b.wav", "none.wav", "odd.wav"])), span: make.span())
      if Bool.random(using: &generator) { clip.in = position() }
      if Bool.random(using: &generator) { clip.out = position() }
      if Bool.random(using: &generator) { clip.at = position() }
      clip.gain = make.at(pick([-6, 0, -Double.infinity, 400]))
      (clip.fadeIn, clip.fadeOut, clip.crossfade) = (fade(), fade(), fade())
      clip.isReversed = Bool.random(using: &generator)
      return clip
    }

    mutating func clips() -> [Clip] {
      (0..<Int.random(in: 0...4, using: &generator)).map { _ in clip() }
    }

    mutating func trackEdit() -> TrackEdit {
      let kind: TrackEdit.Kind
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: kind = .silence(fillsWithRoomTone: Bool.random(using: &generator))
      case 1: kind = .gain(make.at(-3))
      case 2: kind = .reverse
      case 3: kind = .replace(make.source("a.wav"), in: position())
      case 4: kind = .fadeIn(pick(FadeCurve.allCases))
      default: kind = .fadeOut(pick(FadeCurve.allCases))
      }
      var edit = TrackEdit(kind, range: range(), span: make.span())
      edit.crossfade = fade()
      return edit
    }

    mutating func points() -> [AutomationPoint] {
      (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        AutomationPoint(
          position: position(), value: make.at(.number(pick([0, -.infinity, 3]))),
          arrival: make.at(pick([.step, .line, .smooth, .over(amount())])), span: make.span())
      }
    }

    mutating func track(_ name: String) -> Track {
      var track = make.track(name, clips(), edits: [])
      track.edits = (0..<Int.random(in: 0...4, using: &generator)).map { _ in trackEdit() }
      if Int.random(in: 0..<3, using: &generator) == 0 {
        track.takes = ["t1", "t2"].map { Take(name: make.at($0), clips: clips()) }
        track.comp = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
          var entry = CompEntry(
            from: position(), take: make.at(pick(["t1", "t2", "t3"])), span: make.span())
          if Bool.random(using: &generator) { entry.to = position() }
          entry.crossfade = fade()
          return entry
        }
      }
      track.ripple = pick([.cut, .cut, .move, .stay])
      if Bool.random(using: &generator) { track.roomTone = range() }
      if Bool.random(using: &generator) {
        track.shift = make.at(
          Track.Shift(amount: amount(), isNegative: Bool.random(using: &generator)))
      }
      track.strip.fader.ride = points()
      track.strip.output = make.at(pick(["mix", "bus", "x", "none"]))
      track.strip.sends = [
        Send(target: make.at(pick(["bus", "mix", "g"])), level: Level(), span: make.span())
      ]
      var duck = Insert(processor: make.at("duck"), span: make.span())
      duck.settings["by"] = .constant(make.at(.reference(pick(["g", "bus", "x", "nobody"]))))
      var delay = Insert(processor: make.at("delay"), span: make.span())
      delay.settings["time"] = .constant(make.at(.time(amount())))
      track.strip.inserts = [duck, delay]
      return track
    }

    mutating func session() -> Session {
      var session = make.session(rate: pick([48000, 44100, 1, 10_000_000]))
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        session.tempo.append(
          TempoPoint(
            position: position(), bpm: pick([Rational(120), rational()]),
            isRamp: Bool.random(using: &generator), span: make.span()))
      }
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        session.meter.append(
          MeterPoint(
            bar: Int(truncatingIfNeeded: integer()), beats: Int(truncatingIfNeeded: integer()),
            unit: pick([4, 8, 0, Int(truncatingIfNeeded: integer())]), span: make.span()))
      }
      if Bool.random(using: &generator) { session.barOne = position() }
      if Int.random(in: 0..<4, using: &generator) == 0 { session.length = position() }
      session.markers = ["a", "b", "a"].map {
        NamedPosition(name: make.at($0), position: position())
      }
      session.regions = [NamedRange(name: make.at("r"), range: range())]
      session.chapters = [Chapter(position: position(), title: make.at("t"))]
      session.groups = [
        Group(
          name: make.at("g"), members: [make.at("x"), make.at(pick(["y", "g", "h"]))],
          fader: Level(level: nil, ride: points()))
      ]
      session.tracks = ["x", "y"].map { track($0) }
      session.buses = [Bus(name: make.at("bus"), strip: Strip(), span: make.span())]
      for _ in 0..<Int.random(in: 0...5, using: &generator) {
        var edit: SessionEdit
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: edit = SessionEdit(.cut(range()), span: make.span())
        case 1:
          edit = SessionEdit(
            .insert(at: position(), length: make.at(amount())), span: make.span())
          edit.name = make.at("gap")
        case 2:
          edit = SessionEdit(
            .repeat(range(), times: pick([0, 1, 3, 50_000, .max])), span: make.span())
        default: edit = SessionEdit(.move(range(), to: position()), span: make.span())
        }
        edit.crossfade = fade()
        session.edits.append(edit)
      }
      var delivery = Delivery(name: make.at("d"), span: make.span())
      delivery.range = range()
      delivery.each = make.at("region")
      delivery.head = make.at(amount())
      session.master.deliveries = [delivery]
      session.mix.tail = make.at(.until(level: -60, atMost: amount()))
      return session
    }
  }

  @Test(arguments: 0..<8)
  func wildSessionsGiveMessages(_ part: Int) {
    var probe = TableProbe(["a.wav": (9_000, 48000, 1), "b.wav": (20_000, 44100, 2)])
    probe.files["odd.wav"] = .success(
      RecordingFacts(frames: .max, rate: 1, channelCount: 3))
    var sounding = 0
    for i in 0..<250 {
      var wild = Wild(seed: UInt64(part * 1000 + i))
      let session = wild.session()
      let (resolved, _) = SessionResolver.resolve(session, probe: probe)
      guard let resolved else { continue }
      for strip in resolved.strips {
        for reading in strip.readings {
          #expect(!reading.range.isEmpty && reading.range.start >= 0)
          for case .autoFadeIn(_, let partner) in reading.gains {
            #expect(strip.readings.indices.contains(partner))
          }
        }
      }
      sounding += resolved.strips.count { !$0.readings.isEmpty }
      var end: Int64 = 0
      for stretch in resolved.programme.stretches {
        #expect(stretch.programmeStart == end && stretch.length >= 0)
        end = stretch.programmeEnd
      }
      let query = TimelineQuery(resolved, session: session)
      _ = query.at(programme: wild.integer())
      _ = query.at(session: wild.integer())
    }
    #expect(sounding > 50)
  }
}
