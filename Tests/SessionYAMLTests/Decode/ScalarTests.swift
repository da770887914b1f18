import Diagnostics
import SessionModel
import SessionYAML
import Signal
import Testing

private func position(_ text: String) -> Position? {
  var diagnostics = DiagnosticList()
  let span = Span(SourceID(0), 0, text.utf8.count)
  let value = ScalarParser.position(Located(text, span), into: &diagnostics)
  #expect((value == nil) == diagnostics.hasErrors, "\(text)")
  return value
}

private func range(_ text: String) -> RangeExpression? {
  var diagnostics = DiagnosticList()
  let span = Span(SourceID(0), 0, text.utf8.count)
  let value = ScalarParser.range(Located(text, span), into: &diagnostics)
  #expect((value == nil) == diagnostics.hasErrors, "\(text)")
  return value
}

private func length(_ text: String) -> TimeAmount? {
  var diagnostics = DiagnosticList()
  let span = Span(SourceID(0), 0, text.utf8.count)
  return ScalarParser.length(Located(text, span), into: &diagnostics)
}

@Suite struct ScalarTests {
  @Test(arguments: [
    ("10 ms", TimeAmount.seconds(Rational(1, 100))), ("1.2 s", .seconds(Rational(6, 5))),
    (".5 s", .seconds(Rational(1, 2))), ("1:02.1", .seconds(Rational(621, 10))),
    ("1:00:00", .seconds(Rational(3600))), ("90:00", .seconds(Rational(5400))),
    ("48000 fr", .frames(48000)), ("1/8", .note(Rational(1, 8))),
    ("1/8.", .note(Rational(3, 16))), ("1/8t", .note(Rational(1, 12))),
    ("2 bars", .bars(Rational(2))), ("1 bar", .bars(Rational(1))),
    ("1 beat", .beats(Rational(1))), ("2.5 beats", .beats(Rational(5, 2))),
    ("0.001 ms", .seconds(Rational(1, 1_000_000))),
  ])
  func lengthsAreExact(_ text: String, _ wanted: TimeAmount) {
    #expect(length(text) == wanted)
  }

  @Test(arguments: [
    ("start", Position.start), ("end", .end), ("bar 17", .bar(17, beat: Rational(1))),
    ("bar 17 beat 3", .bar(17, beat: Rational(3))),
    ("bar 2 beat 2.5", .bar(2, beat: Rational(5, 2))),
    ("12:40.2", .seconds(Rational(7602, 10))), ("1:02:03", .seconds(Rational(3723))),
    ("12.4 s", .seconds(Rational(124, 10))), ("48000 fr", .frames(48000)),
    ("chorus-1", .name("chorus-1")), ("Übergang", .name("Übergang")),
    ("chorus-1 + 1/8", .offset(.name("chorus-1"), .note(Rational(1, 8)), negative: false)),
    ("bye - 6 s", .offset(.name("bye"), .seconds(Rational(6)), negative: true)),
    ("bye − 6 s", .offset(.name("bye"), .seconds(Rational(6)), negative: true)),
    (
      "bar 3 + 1 beat - 2 ms",
      .offset(
        .offset(.bar(3, beat: Rational(1)), .beats(Rational(1)), negative: false),
        .seconds(Rational(2, 1000)), negative: true)
    ),
  ])
  func positionsAreRead(_ text: String, _ wanted: Position) { #expect(position(text) == wanted) }

  @Test func rangesAreReadWithTheirEnds() {
    guard case .between(let a, let b)? = range("outro + 4 bars..bar 73") else {
      Issue.record("no range")
      return
    }
    #expect(a.value == .offset(.name("outro"), .bars(Rational(4)), negative: false))
    #expect(b.value == .bar(73, beat: Rational(1)))
    #expect(b.span == Span(SourceID(0), 16, 22))
    #expect(range("middle-8") == .region("middle-8"))
    guard case .between(_, let bar)? = range("bar 45..53") else {
      Issue.record("no range")
      return
    }
    #expect(bar.value == .bar(53, beat: Rational(1)))
    guard case .lasting(let start, let length)? = range("0:12 for 2 bars") else {
      Issue.record("no range")
      return
    }
    #expect(start.value == .seconds(Rational(12)))
    #expect(length.value == .bars(Rational(2)))
  }

  @Test(arguments: [
    "", " ", "12", "12.4", "1:2", "1:60", "1:02:3", "bar", "bar 0", "bar -1", "bar 1 beat 0",
    "bar 17 bet 3", "-3 s", "chorus+1/8", "a b", "a + ", "1/8", "2 bars", "tc 10:01:12:05",
    "timestamp", "99999999999999999999 s", "1e9 s", "1.23456789 s", "..", "+", "a - - b",
    "18446744073709551616 fr", "bar 99999999999999999999", "1:02,1",
  ])
  func whatIsNoPositionIsReported(_ text: String) { #expect(position(text) == nil) }

  @Test(arguments: [
    "1..2", "..", "a..", "..b", "0:12...0:15", "0:12-0:15", "0:12", "a for b", "for", "bar 3",
    "0:1..0:2", "a b", "12 for 3 s",
  ])
  func whatIsNoRangeIsReported(_ text: String) { #expect(range(text) == nil) }

  @Test(arguments: [
    "10", "10ms", "10  ms", "10 hz", "-1 s", "1/0", "1/8x", "0/8", "1/2000", "1,5 s", "x", "s",
    "1e3 ms", "999999999999999999999999 s",
  ])
  func whatIsNoLengthIsReported(_ text: String) { #expect(length(text) == nil) }

  @Test func levelsFrequenciesAndRatiosAreInCanonicalUnits() throws {
    let session = try #require(
      load(
        """
        mixdown: 1
        tracks:
          a:
            source: a.wav
            strip:
              trim: −3.5 dB
              fader: -inf
              pan: 35 R
              width: 140 %
              inserts:
                - compressor: {threshold: -18 dBFS, ratio: "4:1", attack: 48 fr}
                - gain: -3 dB
                - {gain: +2 dB, bell: 3.15 kHz, q: 1.4}
                - dc-removal
                - compressor: {threshold: -18 dB, ratio: inf}
        """
      ).session)
    let strip = try #require(session.track("a")?.strip)
    #expect(strip.trim?.value == .gain(-3.5))
    #expect(strip.fader.level?.value == -.infinity)
    guard case .constant(let pan)? = strip.pan, case .constant(let width)? = strip.width else {
      Issue.record("no pan")
      return
    }
    #expect(pan.value == .number(0.35))
    #expect(width.value == .number(140))
    #expect(
      strip.inserts.map(\.processor.value) == [
        "compressor", "gain", "bell", "dc-removal", "compressor",
      ])
    #expect(strip.inserts[0].value("ratio") == .number(4))
    #expect(strip.inserts[0].value("threshold") == .number(-18))
    #expect(strip.inserts[0].value("attack") == .time(.frames(48)))
    #expect(strip.inserts[1].value("gain") == .number(-3))
    #expect(strip.inserts[2].value("frequency") == .number(3150))
    #expect(strip.inserts[2].value("gain") == .number(2))
    #expect(strip.inserts[4].value("ratio") == .number(.infinity))
    #expect(strip.inserts.names == ["compressor", "gain", "bell", "dc-removal", "compressor-2"])
  }

  @Test func relationsTempoAndMeterAreRead() throws {
    let loaded = load(
      """
      mixdown: 1
      tempo: [[start, 92.125 bpm], [bar 9, 100 bpm, line]]
      meter: [[bar 1, 4/4], [bar 17, 7/8]]
      tracks: {a: {source: a.wav}}
      mix:
        tail: until -80 dBFS, at most 4 s
        expect: {crest-factor: at least 9 dB, integrated: -14 LUFS +- 0.5 LU}
        advise: {loudness-range: between 4 LU and 18 LU, correlation: at least 0.2}
      """)
    #expect(loaded.messages == [])
    let session = try #require(loaded.session)
    #expect(session.tempo.map(\.bpm) == [Rational(92125, 1000), Rational(100)])
    #expect(session.tempo[1].isRamp)
    #expect(session.meter.map(\.beats) == [4, 7])
    #expect(session.mix.tail?.value == .until(level: -80, atMost: .seconds(Rational(4))))
    #expect(
      session.mix.expect.map(\.relation.value)
        == [.atLeast(9), .within(-14, tolerance: 0.5), .between(4, 18), .atLeast(0.2)])
    #expect(session.mix.expect.map(\.isAdvice) == [false, false, true, true])
  }

  @Test func noTextMakesAParserTrap() {
    let alphabet: [String] = [
      "bar ", "beat ", " + ", " - ", "..", " for ", "1", "9", "99999999999", ".", ",", ":", "/",
      "t", "s", " ms", " s", " fr", " bars", "start", "end", "−", "±", "-", "+", " ", "x-1", "Ü",
      "\u{0}", "inf", "mute", "until ", "at most ", "dB", "%", "\"", "🎧",
    ]
    var state: UInt64 = 42
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    for _ in 0..<20_000 {
      let text = (0..<(1 + next() % 7)).map { _ in alphabet[next() % alphabet.count] }.joined()
      let span = Span(SourceID(0), 0, text.utf8.count)
      var diagnostics = DiagnosticList()
      let located = Located(text, span)
      let results: [Bool] = [
        ScalarParser.position(located, into: &diagnostics) != nil,
        ScalarParser.range(located, into: &diagnostics) != nil,
        ScalarParser.length(located, into: &diagnostics) != nil,
      ]
      #expect(results.contains(true) || diagnostics.hasErrors)
      for diagnostic in diagnostics.all {
        guard let place = diagnostic.span else { continue }
        #expect(place.start >= 0 && place.end <= text.utf8.count && place.start <= place.end)
      }
    }
  }
}
