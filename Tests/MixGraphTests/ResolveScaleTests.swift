import Diagnostics
import MixGraph
import SessionModel
import Signal
import Testing

@Suite struct ResolveScaleTests {
  let make = SessionMaker()

  private func session(tracks: Int, clips: Int, cuts: Int) -> Session {
    var session = make.session(bpm: Rational(92))
    for t in 0..<tracks {
      var track = make.track("t\(t)", [])
      for c in 0..<clips {
        var clip = make.clip("a.wav", in: 1000, out: 41_000, crossfade: c > 0 ? 480 : nil)
        clip.at =
          c % 2 == 0
          ? make.at(.seconds(Rational(Int64(c) * 39_900, 48_000)))
          : make.at(.offset(.name("one"), .frames(Int64(c) * 39_900), negative: false))
        track.clips.append(clip)
      }
      track.edits = (0..<5).map {
        make.edit(
          .silence(fillsWithRoomTone: false), Int64($0) * 90_000 + 50, Int64($0) * 90_000 + 900)
      }
      track.strip.fader.ride = (0..<10).map {
        AutomationPoint(
          position: make.at(.bar($0 + 1, beat: Rational(1))), value: make.at(.number(-1)),
          arrival: nil, span: make.span())
      }
      session.tracks.append(track)
    }
    session.markers = [NamedPosition(name: make.at("one"), position: make.at(.start))]
    session.edits = (0..<cuts).map {
      make.cut(Int64($0) * 900 + 100, Int64($0) * 900 + 300, crossfade: 48)
    }
    return session
  }

  private func time(_ session: Session) throws -> Duration {
    let probe = TableProbe(["a.wav": (480_000, 48000, 1)])
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    for _ in 0..<3 {
      var count = 0
      let taken = clock.measure {
        let (resolved, messages) = SessionResolver.resolve(session, probe: probe)
        count = messages.hasErrors ? 0 : resolved?.strips.count ?? 0
      }
      try #require(count == session.tracks.count)
      best = min(best, taken)
    }
    return best
  }

  @Test func costGrowsNoFasterThanTheSession() throws {
    let small = try time(session(tracks: 50, clips: 25, cuts: 250))
    let large = try time(session(tracks: 200, clips: 50, cuts: 2000))
    print("resolve: 50 × 25 clips \(small), 200 × 50 clips \(large)")
    // Eight times the clips and cuts; a quadratic loop would cost 64 times.
    #expect(large < small * 24)
  }

  @Test func aThousandTracksOfFiftyClipsAndTwoThousandCutsResolve() throws {
    let taken = try time(session(tracks: 1000, clips: 50, cuts: 2000))
    print("resolve: 1,000 × 50 clips, 2,000 cuts: \(taken)")
    // Some tenths of a second on a quiet machine; a loop over all pairs of clips takes minutes.
    #expect(taken < .seconds(20))
  }
}
