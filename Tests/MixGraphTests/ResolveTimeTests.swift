import Diagnostics
import SessionModel
import Signal
import Testing

@testable import MixGraph

/// A resolver of positions over a session made by hand.
private func resolver(_ session: Session) -> PositionResolver {
  PositionResolver(session, rate: session.rate?.value ?? 48000, report: Report())
}

@Suite struct ResolveTimeTests {
  let make = SessionMaker()

  @Test func dottedEighthAt120BpmIs18000FramesAt48Kilohertz() {
    let positions = resolver(make.session(bpm: Rational(120)))
    #expect(positions.frames(make.at(.note(Rational(3, 16)))) == 18000)
  }

  @Test(
    arguments: [
      (Position.seconds(Rational(5, 2)), 120_000),
      (.frames(77), 77),
      (.start, 0),
      (.bar(1, beat: Rational(1)), 62592),
      (.bar(2, beat: Rational(1)), 187_809),  // 62592 + 4 · 720000/23 = 187809.39
      (.bar(2, beat: Rational(3)), 250_418),  // + 6 · 720000/23 = 250418.09
      (.bar(17, beat: Rational(1)), 2_066_070),  // + 64 · 720000/23 = 2066070.26
      (.offset(.bar(2, beat: Rational(1)), .note(Rational(1, 8)), negative: false), 203_462),
      (.offset(.bar(2, beat: Rational(1)), .bars(Rational(1)), negative: true), 62592),
      (.offset(.bar(2, beat: Rational(1)), .beats(Rational(1, 2)), negative: true), 172_157),
      (.offset(.seconds(Rational(10)), .seconds(Rational(1, 3)), negative: true), 464_000),
    ] as [(Position, Int64)])
  func positionsAreExactFrames(_ position: Position, _ frame: Int64) {
    var session = make.session(bpm: Rational(92))
    session.barOne = make.at(.seconds(Rational(1304, 1000)))
    let positions = resolver(session)
    #expect(positions.frame(make.at(position)) == frame)
    #expect(positions.report.list.all.isEmpty)
  }

  @Test func halvesOfAFrameRoundUpOnce() {
    let positions = resolver(make.session())
    #expect(positions.frame(make.at(.seconds(Rational(1, 96000)))) == 1)
    #expect(positions.frame(make.at(.seconds(Rational(1, 96001)))) == 0)
    // Two halves make one frame, not two.
    let sum = Position.offset(
      .seconds(Rational(1, 96000)), .seconds(Rational(1, 96000)), negative: false)
    #expect(positions.frame(make.at(sum)) == 1)
  }

  @Test func meterChangesWhatABarIs() {
    var session = make.session(bpm: Rational(60))
    session.meter = [
      MeterPoint(bar: 1, beats: 3, unit: 4, span: make.span()),
      MeterPoint(bar: 3, beats: 7, unit: 8, span: make.span()),
    ]
    let positions = resolver(session)
    #expect(positions.frame(make.at(.bar(3, beat: Rational(1)))) == Int64(6 * 48000))
    #expect(positions.frame(make.at(.bar(4, beat: Rational(1)))) == Int64(6 * 48000 + 168_000))
    #expect(positions.frame(make.at(.bar(3, beat: Rational(3)))) == Int64(7 * 48000))
    // Half a bar of 3/4, then one bar on, is half a bar of 7/8.
    let half = Position.offset(
      .bar(2, beat: Rational(5, 2)), .bars(Rational(1)), negative: false)
    #expect(positions.frame(make.at(half)) == Int64(6 * 48000 + 84000))
  }

  @Test func temposFollowEachOtherAndRampsLastTheirLogarithm() {
    var session = make.session()
    session.tempo = [
      TempoPoint(position: make.at(.start), bpm: Rational(60), span: make.span()),
      TempoPoint(
        position: make.at(.bar(3, beat: Rational(1))), bpm: Rational(120), span: make.span()),
      TempoPoint(
        position: make.at(.bar(5, beat: Rational(1))), bpm: Rational(60), isRamp: true,
        span: make.span()),
    ]
    let positions = resolver(session)
    #expect(positions.frame(make.at(.bar(3, beat: Rational(1)))) == Int64(8 * 48000))
    // 8 quarters from 120 to 60: 60 · 8 / 60 · ln 2 = 5.545177444 s.
    #expect(positions.frame(make.at(.bar(5, beat: Rational(1)))) == Int64(384_000 + 266_169))
    #expect(
      positions.frame(make.at(.bar(6, beat: Rational(1)))) == Int64(384_000 + 266_169 + 192_000))
    // A place inside the ramp and back: 4 quarters in, 60 · 8 / 60 · ln (120/90).
    let inside = positions.frame(make.at(.bar(4, beat: Rational(1))))
    #expect(inside == Int64(494_470))
    let back = positions.tempo?.quarter(atFrame: Exact(494_470))
    #expect(abs((back?.double ?? 0) - 12) < 1e-4)
  }

  @Test func manyTemposWithAwkwardNumbersStayWithinAFrame() {
    var session = make.session()
    var expected = 0.0
    for i in 0..<2000 {
      let bpm = Rational(Int64(9013 + 7 * (i % 97)), 100)
      session.tempo.append(
        TempoPoint(
          position: make.at(i == 0 ? .start : .bar(i + 1, beat: Rational(1))), bpm: bpm,
          span: make.span()))
      expected += 4 * 60 * 48000 / bpm.double
    }
    let end = resolver(session).frame(make.at(.bar(2001, beat: Rational(1))))
    #expect(abs(Double(end ?? 0) - expected) < 0.51)
  }

  @Test func markersReferToMarkersButNotInACircle() {
    var session = make.session(bpm: Rational(120))
    session.markers = [
      NamedPosition(
        name: make.at("a"),
        position: make.at(.offset(.name("b"), .seconds(Rational(1)), negative: true))),
      NamedPosition(name: make.at("b"), position: make.at(.bar(2, beat: Rational(1)))),
      NamedPosition(name: make.at("c"), position: make.at(.name("d"))),
      NamedPosition(name: make.at("d"), position: make.at(.name("c"))),
    ]
    let positions = resolver(session)
    #expect(positions.frame(make.at(.name("a"))) == 48000)
    #expect(positions.frame(make.at(.name("c"))) == nil)
    #expect(positions.report.list.ids == ["name-cycle"])
  }

  @Test func longChainsOfMarkersAreReportedAndDoNotOverflow() {
    var session = make.session()
    for i in 0..<50_000 {
      session.markers.append(
        NamedPosition(
          name: make.at("m\(i)"), position: make.at(i == 49_999 ? .start : .name("m\(i + 1)"))))
    }
    let positions = resolver(session)
    #expect(positions.frame(make.at(.name("m0"))) == nil)
    #expect(positions.frame(make.at(.name("m49950"))) == 0)
  }

  @Test func unknownNamesAreReportedWithTheNearestOnes() throws {
    var session = make.session()
    session.markers = [
      NamedPosition(name: make.at("chorus-1"), position: make.at(.frames(5))),
      NamedPosition(name: make.at("outro"), position: make.at(.frames(9))),
    ]
    let positions = resolver(session)
    let place = make.at(Position.name("chrous-1"))
    #expect(positions.frame(place) == nil)
    let message = try #require(positions.report.list.all.first)
    #expect(message.id == "unknown-marker")
    #expect(message.fixes == [FixIt(place.span, "chorus-1")])
  }

  @Test func positionsOffTheTimelineAreReported() {
    let positions = resolver(make.session())
    let before = Position.offset(.start, .seconds(Rational(1)), negative: true)
    #expect(positions.frame(make.at(before)) == nil)
    #expect(positions.frame(make.at(.seconds(Rational(Int64.max)))) == nil)
    #expect(positions.frame(make.at(.frames(.max))) == nil)
    #expect(positions.frame(make.at(.frames(.min))) == nil)
    #expect(positions.frame(make.at(.bar(4, beat: Rational(1)))) == nil)
    #expect(
      Set(positions.report.list.ids)
        == ["position-before-start", "position-too-far", "bar-needs-tempo"])
  }

  @Test func beatsLieInsideTheirBar() {
    let positions = resolver(make.session(bpm: Rational(120)))
    #expect(positions.frame(make.at(.bar(1, beat: Rational(5)))) == nil)
    #expect(positions.frame(make.at(.bar(1, beat: Rational(9, 2)))) == 84000)
    #expect(positions.report.list.ids == ["beat-outside-bar"])
  }

  @Test func rangesAreHalfOpenAndNeverEmpty() {
    var session = make.session(bpm: Rational(120))
    session.regions = [
      NamedRange(
        name: make.at("middle"),
        range: make.at(
          .between(make.at(.bar(2, beat: Rational(1))), make.at(.bar(4, beat: Rational(1))))))
    ]
    let positions = resolver(session)
    #expect(positions.range(make.at(.region("middle"))) == FrameRange(96000, 288_000))
    #expect(
      positions.range(
        make.at(.lasting(make.at(.name("middle")), make.at(.note(Rational(1, 4))))))
        == FrameRange(96000, 120_000))
    #expect(positions.range(make.frames(9, 9)) == nil)
    #expect(positions.range(make.frames(9, 8)) == nil)
    #expect(positions.report.list.ids == ["empty-range", "empty-range"])
  }

  @Test func exactNumbersClampInsteadOfTrapping() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      func number() -> Exact {
        let n = Int64.random(in: .min...(.max), using: &generator)
        let d = Int64.random(in: 1...(.max), using: &generator)
        return Exact(
          Rational(n == .min ? 0 : n, d >> Int64.random(in: 0...61, using: &generator) | 1))
      }
      let (a, b) = (number(), number())
      for value in [a + b, a - b, a * b, a / b] {
        #expect(value.double.magnitude <= 0x1p56)
        #expect(value.denominator <= 1 << 32)
        _ = value.roundedHalfUp
      }
      #expect((a < b) != (b < a) || a == b)
    }
  }

  @Test func clocksReadAsPeopleWriteThem() {
    #expect(Clock.text(0, rate: 48000) == "0:00.000")
    #expect(Clock.text(62592, rate: 48000) == "0:01.304")
    #expect(Clock.text(48000 * 3723 + 24, rate: 48000) == "1:02:03.001")
    #expect(Clock.milliseconds(480, rate: 48000) == "10 ms")
    #expect(Clock.milliseconds(72, rate: 48000) == "1.5 ms")
    #expect(Clock.milliseconds(1, rate: 48000) == "0.021 ms")
  }
}
