import Diagnostics
import MixGraph
import SessionModel
import Signal
import Testing

@Suite struct ResolveStripTests {
  let make = SessionMaker()
  let probe = TableProbe(["a.wav": (48_000, 48000, 1), "st.wav": (48_000, 48000, 2)])

  private func resolve(
    _ options: ResolveOptions = ResolveOptions(), bpm: Rational? = Rational(120),
    _ change: (inout Session) -> Void
  ) throws -> (session: ResolvedSession, messages: DiagnosticList) {
    var session = make.session(bpm: bpm)
    session.tracks = [
      make.track("kick", [make.clip("a.wav")]), make.track("vox", [make.clip("st.wav")]),
    ]
    var drums = Bus(name: make.at("drums"), strip: Strip(), span: make.span())
    drums.strip.fader.level = make.at(-1)
    session.buses = [drums, Bus(name: make.at("plate"), strip: Strip(), span: make.span())]
    change(&session)
    let (resolved, messages) = SessionResolver.resolve(session, probe: probe, options: options)
    return (try #require(resolved), messages)
  }

  private func send(_ name: String, _ level: Double?, ride: [AutomationPoint] = []) -> Send {
    Send(
      target: make.at(name), level: Level(level: level.map { make.at($0) }, ride: ride),
      span: make.span())
  }

  private func point(
    _ frame: Int64, _ value: Double, _ arrival: Arrival? = nil
  ) -> AutomationPoint {
    AutomationPoint(
      position: make.at(.frames(frame)), value: make.at(.number(value)),
      arrival: arrival.map { make.at($0) }, span: make.span())
  }

  @Test func namesAreBoundToStrips() throws {
    let (session, messages) = try resolve {
      $0.tracks[0].strip.output = make.at("drums")
      $0.tracks[0].strip.sends = [send("plate", -12)]
      $0.tracks[1].strip.output = make.at("mix")
    }
    #expect(messages.all.isEmpty)
    #expect(session.strips.map(\.name) == ["kick", "vox", "drums", "plate"])
    #expect(session.strips.map(\.channelCount) == [1, 2, 2, 2])
    #expect(session.strips[0].output == StripID(2))
    #expect(session.strips[1].output == nil)
    #expect(session.strips[0].sends.first?.target == StripID(3))
    #expect(session.strips[0].sends.first?.level.constant == -12)
    #expect(session.strips[2].fader.constant == -1)
    #expect(session.tail == .until(level: -90, atMost: 720_000))
  }

  @Test func danglingNamesAreReportedWithTheNearestOnes() throws {
    let (_, messages) = try resolve {
      $0.tracks[0].strip.output = make.at("drms")
      $0.tracks[1].strip.sends = [send("kick", 0), send("mix", 0)]
      $0.stems = [Stem(name: make.at("s"), members: [make.at("voxx")])]
    }
    #expect(
      messages.ids.sorted()
        == ["not-audible-target", "not-audible-target", "unknown-bus", "unknown-strip"])
    let bus = messages.all.first { $0.id == "unknown-bus" }
    #expect(bus?.fixes.first?.replacement == "drums")
  }

  @Test func groupFadersAddToTheirMembers() throws {
    let (session, messages) = try resolve {
      $0.groups = [
        Group(
          name: make.at("all"), members: [make.at("rhythm"), make.at("vox")],
          fader: Level(level: make.at(-2), ride: [point(100, 3)])),
        Group(
          name: make.at("rhythm"), members: [make.at("kick"), make.at("drums")],
          fader: Level(level: make.at(-3))),
      ]
      $0.tracks[0].strip.fader.level = make.at(-6)
    }
    #expect(messages.all.isEmpty)
    #expect(session.strips.map(\.fader.constant) == [-11, -2, -6, 0])
    #expect(session.strips.map(\.fader.rides.count) == [1, 1, 1, 0])
  }

  @Test func groupsInACircleAreReported() throws {
    let (_, messages) = try resolve {
      $0.groups = [
        Group(name: make.at("a"), members: [make.at("b")]),
        Group(name: make.at("b"), members: [make.at("a")]),
      ]
    }
    #expect(messages.ids == ["group-cycle"])
  }

  @Test func ridesAreRelativeAndAutomationStartsAtItsFirstValue() throws {
    let (session, messages) = try resolve {
      $0.tracks[0].strip.fader = Level(
        level: make.at(-6),
        ride: [point(100, 1.5), point(24_000, -.infinity, .over(.note(Rational(1, 4))))])
      $0.tracks[0].strip.pan = .automated([point(0, -0.2), point(4800, 0.2, .line)])
    }
    #expect(messages.all.isEmpty)
    let ride = try #require(session.strips[0].fader.rides.first)
    #expect(ride.before == 0)
    #expect(ride.domain == .decibels)
    #expect(
      ride.points.last
        == CurvePoint(frame: 24_000, value: -.infinity, arrival: .over(frames: 24_000)))
    guard case .curve(let pan) = session.strips[0].pan else {
      Issue.record("the pan is not a curve")
      return
    }
    #expect(pan.before == -0.2)
    #expect(pan.domain == .linear)
  }

  @Test func pointsOutOfOrderAndPastTheEndAreReported() throws {
    let (_, messages) = try resolve {
      $0.tracks[0].strip.fader.ride = [point(200, 1), point(100, 2), point(48_001, 0)]
    }
    #expect(messages.ids == ["automation-order", "ride-outside-session"])
  }

  @Test func movesThatTheNextPointEndsAreReported() throws {
    let second = Arrival.over(.seconds(Rational(1, 2)))
    let (_, messages) = try resolve {
      // A jump, a move that goes on from there, and one that is over in time.
      $0.tracks[0].strip.fader.ride = [point(0, -6, second), point(12_000, 0)]
      $0.tracks[1].strip.fader.ride = [point(0, -6, second), point(12_000, 0, second)]
      $0.buses[0].strip.fader.ride = [point(0, -6, second), point(24_000, 0)]
      $0.buses[1].strip.pan = .automated([point(0, 0.5, second), point(12_000, 0, .line)])
    }
    #expect(messages.ids == ["move-cut-short", "move-cut-short"])
    #expect(
      messages.all.first?.message
        == "this move takes 0:00.500, and the next point comes after 0:00.250, with a jump")
    #expect(messages.all.first?.notes.count == 1)
  }

  @Test func insertsAreCompleteAndBandsStandAlone() throws {
    let (session, messages) = try resolve {
      var eq = Insert(processor: make.at("eq"), span: make.span())
      var bell = Insert(processor: make.at("bell"), span: make.span())
      bell.settings["frequency"] = .constant(make.at(.number(3000)))
      var other = bell
      other.isBypassed = true
      eq.bands = [bell, other, bell]
      var second = eq
      second.name = make.at("air")
      var compressor = Insert(processor: make.at("compressor"), span: make.span())
      compressor.settings["threshold"] = .automated([point(0, -20), point(100, -18)])
      compressor.settings["key"] = .constant(make.at(.reference("kick")))
      var bypassed = compressor
      bypassed.isBypassed = true
      var delay = Insert(processor: make.at("delay"), span: make.span())
      delay.settings["time"] = .constant(make.at(.time(.note(Rational(3, 16)))))
      $0.tracks[1].strip.inserts = [eq, second, bypassed, compressor, delay]
    }
    #expect(messages.all.isEmpty)
    let inserts = session.strips[1].inserts
    #expect(
      inserts.map(\.name)
        == ["eq/bell", "eq/bell-3", "air/bell", "air/bell-3", "compressor-2", "delay"])
    #expect(inserts[0].processor == "bell")
    #expect(inserts[0].settings["q"] == .number(1))
    #expect(inserts[0].settings["gain"] == .number(0))
    #expect(inserts[4].key == StripID(0))
    #expect(inserts[4].settings["attack"] == .number(0.01))
    guard case .curve(let threshold)? = inserts[4].settings["threshold"] else {
      Issue.record("the threshold is not a curve")
      return
    }
    #expect(threshold.domain == .decibels)
    #expect(inserts[5].settings["time"] == .frames(18_000))
    #expect(inserts[5].settings["low-pass"] == nil)
  }

  @Test func aGroupAsKeyIsTheSumOfItsMembers() throws {
    let (session, messages) = try resolve {
      $0.groups = [Group(name: make.at("band"), members: [make.at("kick"), make.at("vox")])]
      var duck = Insert(processor: make.at("duck"), span: make.span())
      duck.settings["by"] = .constant(make.at(.reference("band")))
      $0.buses[1].strip.inserts = [duck]
    }
    #expect(messages.all.isEmpty)
    #expect(session.strips.count == 5)
    #expect(session.strips[3].inserts[0].key == StripID(4))
    #expect(session.strips[4].isMuted)
    #expect(session.strips[0].sends.map(\.target) == [StripID(4)])
    #expect(session.strips[1].sends.map(\.isPostFader) == [false])
  }

  @Test func soloIsSafeForReturnsAndWhatPlaysIntoABus() throws {
    let solo = try resolve(ResolveOptions(solo: ["drums"])) {
      $0.tracks[0].strip.output = make.at("drums")
    }
    #expect(solo.session.strips.map(\.isMuted) == [false, true, false, false])
    let mute = try resolve(ResolveOptions(mute: ["vox"])) { _ in }
    #expect(mute.session.strips.map(\.isMuted) == [false, true, false, false])
    let wrong = try resolve(ResolveOptions(solo: ["vx"])) { _ in }
    #expect(wrong.messages.ids == ["unknown-strip"])
  }

  @Test func signalThatGoesNowhereIsALint() throws {
    let (_, messages) = try resolve {
      $0.buses[1].strip.isMuted = make.at(true)
      $0.tracks[0].strip.output = make.at("plate")
      $0.tracks[1].strip.sends = [send("plate", 0), send("drums", -.infinity)]
    }
    #expect(messages.ids.sorted() == ["muted-but-routed", "send-to-nowhere", "send-to-nowhere"])
    #expect(!messages.hasErrors)
  }

  @Test func trimToALevelIsATarget() throws {
    let (session, _) = try resolve {
      $0.tracks[0].strip.trim = make.at(.toLoudness(-20))
      $0.tracks[1].strip.trim = make.at(.gain(-3))
    }
    #expect(session.strips[0].trimTarget == -20)
    #expect(session.strips[0].trim == 0)
    #expect(session.strips[1].trim == -3)
  }

  @Test func whatAddsOthersUpIsNotTrimmedToALevel() throws {
    let (_, messages) = try resolve {
      $0.mix.strip.trim = make.at(.toLoudness(-20))
      $0.buses[0].strip.trim = make.at(.toLoudness(-20))
    }
    #expect(messages.ids.sorted() == ["trim-needs-track", "trim-needs-track"])
    #expect(messages.hasErrors)
  }

  // MARK: Deliveries

  private func delivery(
    _ name: String, _ file: String, _ change: (inout Delivery) -> Void = { _ in }
  ) -> Delivery {
    var delivery = Delivery(name: make.at(name), span: make.span())
    delivery.file = make.at(file)
    change(&delivery)
    return delivery
  }

  @Test func fileNamesAreWrittenOutAndSafe() throws {
    let (session, messages) = try resolve {
      $0.metadata.entries = [(make.at("title"), make.at("AC/DC: Live? "))]
      $0.regions = [
        NamedRange(name: make.at("intro"), range: make.frames(0, 4800)),
        NamedRange(name: make.at("hook"), range: make.frames(9600, 14_400)),
      ]
      $0.edits = [make.cut(1000, 2000)]
      $0.stems = [Stem(name: make.at("drums-stem"), members: [make.at("kick")])]
      $0.master.deliveries = [
        delivery("cd", "out/<title>.wav"),
        delivery("parts", "out/<nn> <region> <delivery>.wav") { $0.each = make.at("region") },
        delivery("stems", "out/<stem>.wav") { $0.from = make.at("stems") },
        delivery("solo", "out/vox.wav") {
          $0.from = make.at("track/vox")
          $0.range = make.frames(500, 2500)
        },
      ]
    }
    #expect(messages.all.isEmpty)
    #expect(session.deliveries[0].items.map(\.file) == ["out/AC-DC- Live-.wav"])
    #expect(
      session.deliveries[1].items.map(\.file)
        == ["out/01 intro parts.wav", "out/02 hook parts.wav"])
    #expect(
      session.deliveries[1].items.map(\.range) == [FrameRange(0, 3800), FrameRange(8600, 13_400)])
    #expect(session.deliveries[2].items.map(\.stem) == [0])
    #expect(session.deliveries[3].from == .strip(StripID(1)))
    #expect(session.deliveries[3].items[0].range == FrameRange(500, 1500))
  }

  @Test func placeholdersWithoutValuesAndEqualFilesAreReported() throws {
    let (_, messages) = try resolve {
      $0.master.deliveries = [
        delivery("a", "out/<titel>.wav"), delivery("b", "out/x.wav"), delivery("c", "out/x.wav"),
        delivery("d", "out/d.wav") { $0.from = make.at("bus/drms") },
      ]
    }
    #expect(messages.ids.sorted() == ["duplicate-output", "unknown-pattern", "unknown-strip"])
  }

  // MARK: Where

  @Test func placesTranslateBetweenTheClocksDownToTheRecording() throws {
    var session = make.session(bpm: Rational(120))
    var gap = make.insert(30_000, 480)
    gap.name = make.at("ad")
    session.tracks = [make.track("kick", [make.clip("a.wav", in: 100)])]
    session.edits = [make.cut(10_000, 20_000), gap]
    session.regions = [NamedRange(name: make.at("verse"), range: make.frames(20_000, 40_000))]
    let resolved = try #require(SessionResolver.resolve(session, probe: probe).session)
    let query = TimelineQuery(resolved, session: session)
    let answer = try #require(query.at(programme: 14_000))
    #expect(answer.session?.frame == 24_000)
    #expect(answer.session?.text == "0:00.500")
    #expect(answer.bar?.bar == 1)
    #expect(answer.bar?.beat == 2)
    #expect(answer.tracks.map(\.frame) == [24_100])
    #expect(answer.tracks.first?.span == session.tracks[0].clips[0].span)
    #expect(answer.regions == ["verse"])
    #expect(query.at(programme: 20_100)?.gap == "ad")
    #expect(query.at(session: 15_000).programme == nil)
    #expect(query.at(session: 31_000).programme?.frame == 21_480)
  }

  @Test func theFrameOfABarIsTheBarAndTheFrameBeforeIsNot() throws {
    let session = {
      var session = make.session(bpm: Rational(129))
      session.rate = make.at(44_100)
      session.tracks = [make.track("kick", [make.clip("a.wav")])]
      return session
    }()
    let resolved = try #require(SessionResolver.resolve(session, probe: probe).session)
    let query = TimelineQuery(resolved, session: session)
    // Bar 3 begins at frame 164,093.02…, beat 2 of bar 1 at 20,511.63.
    for (frame, bar, beat) in [(Int64(164_093), Int64(3), 1.0), (20_512, 1, 2)] {
      let found = try #require(query.at(session: frame).bar)
      #expect(found.bar == bar && found.beat == beat, "\(found)")
    }
    let before = try #require(query.at(session: 164_092).bar)
    #expect(before.bar == 2 && before.beat > 4.99 && before.beat < 5)
  }
}
