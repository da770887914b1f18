import Foundation
import Testing

/// `build -k`: what does not depend on what failed is made.
struct KeepGoingTests {
  /// A recording with a sample that is no number, at 70,000 frames.
  private static var broken: Data {
    var samples = [Float](repeating: 0.1, count: 96_000)
    samples[70_000] = .nan
    return floatWav(rate: 48_000, [samples])
  }

  @Test(arguments: [[], ["--no-cache"]])
  func deliveriesOfOtherTracksAndVersionsAreMade(_ more: [String]) throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2)
    try place.write(Self.broken, to: "b.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: a.wav}, b: {source: b.wav}}
      versions: {without: {mute: [b]}, with: {mute: [a]}}
      mix: {tail: none}
      master:
        deliver:
          a: {from: track/a, file: out/a.wav}
          b: {from: track/b, file: out/b.wav}
          whole: {file: out/whole.wav}
          without: {version: without, file: out/without.wav}
          with: {version: with, file: out/with.wav}

      """, to: "session.yaml")
    let plain = Program.run(["build"] + more, in: place.folder)
    #expect(plain.status == 66 && place.files(in: "out") == [], "\(plain.account)")
    let run = Program.run(["build", "-k"] + more, in: place.folder)
    #expect(run.status == 66, "\(run.account)")
    #expect(place.files(in: "out") == ["a.wav", "without.wav"], "\(run.account)")
    // Whatever reads it, that is said once.
    #expect(
      run.standardError.components(separatedBy: "recording-not-finite").count == 2, "\(run.account)"
    )
  }

  @Test func deliveriesOfOtherSongsAreMade() throws {
    let place = Workplace()
    for name in ["one", "two"] {
      try place.writeTone("\(name)/k.wav", seconds: 2)
      try place.write(
        "mixdown: 1\nrate: 48 kHz\nmix: {tail: none}\ntracks: {k: {source: k.wav}}\n",
        to: "\(name)/session.yaml")
    }
    try place.write(Self.broken, to: "one/k.wav")
    try place.write(
      """
      mixdown: 1
      kind: album
      songs: {one: {session: one}, two: {session: two}}
      master:
        deliver:
          each: {gain: -3 dB, file: out/<nn>.wav}
          lp: {sides: {B: [two]}, record: 12-inch 33, gain: -3 dB, file: out/<side>.wav}

      """, to: "session.yaml")
    let run = place.mixdown("build", "-k")
    #expect(run.status == 66, "\(run.account)")
    #expect(place.files(in: "out").filter { $0.hasSuffix(".wav") } == ["B.wav", "songs/two.wav"])
  }
}
