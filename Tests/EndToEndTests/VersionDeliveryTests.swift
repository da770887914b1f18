import Foundation
import Testing

/// Deliveries of versions: each on its own version's timeline, at its rate.
struct VersionDeliveryTests {
  private func place(_ session: String) throws -> Workplace {
    let place = Workplace()
    try place.writeTone("tone.wav", seconds: 5, rate: 48_000)
    try place.write(session, to: "session.yaml")
    return place
  }

  @Test func versionOfAnotherRateKeepsItsPitchAndLength() throws {
    let place = try place(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: tone.wav}}
      mix: {tail: none}
      versions: {lo: {set: {rate: 44.1 kHz}}}
      master:
        deliver:
          lo: {version: lo, limiter: none, bits: 32}
          high: {version: lo, rate: 48 kHz, limiter: none, bits: 32}
          plain: {limiter: none, bits: 32}

      """)
    let run = place.mixdown("build")
    #expect(run.status == 0, "\(run.account)")
    let alone = place.mixdown("build", "--version", "lo", "mix")
    #expect(alone.status == 0, "\(alone.account)")
    func wave(_ path: String) throws -> WaveBytes { try #require(WaveBytes(try place.read(path))) }
    let low = try wave("out/lo.wav")
    #expect(low.rate == 44_100 && low.frames == 220_500)
    #expect(low.data == (try wave("out/audition/version-lo/mix.wav").data))
    let high = try wave("out/high.wav")
    #expect(high.rate == 48_000 && high.frames == 240_000)
    #expect(try wave("out/plain.wav").frames == 240_000)
  }

  @Test func rangeThatAnotherVersionCutsAwayIsDelivered() throws {
    let place = try place(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: tone.wav}}
      mix: {tail: none}
      versions: {radio: {edits: [cut: 2 s..4 s]}}
      master:
        deliver:
          radio: {version: radio}
          teaser: {range: 2 s..4 s}
          sting: {loop: 2.5 s..3 s}

      """)
    for command in ["check", "build", "verify"] {
      let run = place.mixdown(command)
      #expect(run.status == 0, "\(command) \(run.account)")
    }
    let audition = place.mixdown("build", "--version", "radio", "mix")
    #expect(audition.status == 0, "\(audition.account)")
    #expect(try #require(WaveBytes(try place.read("out/radio.wav"))).frames == 144_000)
    #expect(try #require(WaveBytes(try place.read("out/teaser.wav"))).frames == 96_000)
  }

  @Test(arguments: [
    ("{tempo: 140 bpm}", "clip-overlap", 65), ("{b/source: no.wav}", "missing-recording", 66),
  ])
  func whatIsWrongInADeliveredVersionIsSaidBeforeAnythingIsRendered(
    _ change: String, _ message: String, _ status: Int
  ) throws {
    let place = try place(
      """
      mixdown: 1
      rate: 48 kHz
      tempo: 120 bpm
      tracks:
        a: {clips: [{source: tone.wav, out: 1.9 s, at: bar 1}, {source: tone.wav, out: 1.9 s, at: bar 2}]}
        b: {source: tone.wav}
      versions: {other: {set: \(change)}}
      master: {deliver: {x: {}, y: {version: other}}}

      """)
    for command in ["check", "plan", "build"] {
      let run = place.mixdown(command)
      #expect(run.status == Int32(status), "\(command) \(run.account)")
      #expect(run.standardError.contains("[\(message)]"), "\(command) \(run.account)")
      #expect(run.standardError.contains("in version 'other'"), "\(command) \(run.account)")
    }
    #expect(!FileManager.default.fileExists(atPath: place["out/mix.wav"].path))
    let text = String(decoding: try place.read("session.yaml"), as: UTF8.self)
    try place.write(
      text.replacingOccurrences(
        of: "y: {version: other}", with: "y: {version: other, bypass: true}"),
      to: "session.yaml")
    #expect(place.mixdown("check").status == 0)
  }

  @Test func tracksBesideAFinishedMixAreSaidToBeUnheard() throws {
    let place = try place(
      "mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: tone.wav}}\nmix: {source: tone.wav}\n")
    let run = place.mixdown("check")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.standardError.contains("is the whole mix: track 'a' is not heard [mix-is-given]"))
  }
}
