import Foundation
import Testing

/// What is heard at edges: where edits cut into crossfades, begin the programme or end it, and where
/// rides jump.
struct EdgeSoundTests {
  typealias Case = LanguageSoundTests.Case
  typealias Sample = LanguageSoundTests.Sample
  static let one = LanguageSoundTests.one
  static let frame = 1 / 48_000.0

  private static func gain(_ decibels: Double) -> Double { LanguageSoundTests.gain(decibels) }

  /// All but silent: the end of a fade of 72 frames.
  private static func faded(_ seconds: Double) -> Sample {
    Sample(seconds: seconds, value: 0, tolerance: 0.02 * one)
  }

  private static func comp(_ edits: String) -> String {
    """
    tracks:
      a:
        takes: {x: one.wav, y: ramp.wav}
        comp: [{from: start, take: x}, {from: 2 s, take: y}]
        \(edits)
    """
  }

  static let cases: [Case] = [
    Case(
      "a silence that begins in a crossfade fades both sides",
      comp("edits: [silence: 2 s..3 s]"),
      [faded(2 - frame), Sample(seconds: 2, value: 0), faded(3)]),
    Case(
      "a silence that ends in a crossfade fades both sides",
      comp("edits: [silence: 1 s..2 s]"), [faded(1 - frame), faded(2)]),
    Case(
      "a fade that begins in a crossfade fades both sides before it",
      comp("edits: [fade-in: 2 s..3 s]"), [faded(2 - frame), faded(2)]),
    Case(
      "a length that ends in a crossfade fades both sides",
      "length: 2 s\n" + comp("note: x"), seconds: 2, [faded(2 - frame)]),
    Case(
      "a finished mix ends where the length says",
      "length: 3 s\nmix: {source: wide.wav, tail: 1 s}", seconds: 4,
      [
        Sample(seconds: 2.998, value: 0.5), faded(3 - frame), Sample(seconds: 3, value: 0),
        Sample(seconds: 3.5, value: 0),
      ]),
    Case(
      "a programme that a cut begins inside a recording fades in",
      "edits: [cut: start..1 s]\ntracks: {a: {source: one.wav}}", seconds: 7,
      [
        faded(0), Sample(seconds: 0.75e-3, value: one / 2, tolerance: 0.02),
        Sample(seconds: 0.0016, value: one),
      ]),
    Case(
      "a programme that a cut begins at a clip's first frame does not fade",
      "edits: [cut: start..1 s]\ntracks: {a: {clips: [{source: one.wav, at: 1 s}]}}",
      [Sample(seconds: 0, value: one)]),
    Case(
      "a repeat up to the length goes on in what lies behind it",
      """
      length: 4 s
      edits: [repeat: {range: 2 s..4 s, times: 2, crossfade: {length: 10 ms, shape: linear}}]
      tracks: {a: {source: one.wav}}
      """, seconds: 6,
      [
        Sample(seconds: 3.998, value: one), Sample(seconds: 4, value: one),
        Sample(seconds: 4.002, value: one), Sample(seconds: 5.998, value: one), faded(6 - frame),
      ]),
    Case(
      "a move from the length goes on in what lies behind it",
      """
      length: 4 s
      edits: [move: {range: 3 s..4 s, to: 1 s}]
      tracks: {a: {source: one.wav}}
      """, seconds: 4,
      [
        Sample(seconds: 1.998, value: one), Sample(seconds: 2, value: one),
        Sample(seconds: 2.002, value: one),
      ]),
    Case(
      "a ride that begins with silence is silent from the first frame",
      "tracks: {a: {source: one.wav, strip: {fader: {ride: [[start, mute], [2 s, 0 dB]]}}}}",
      [
        Sample(seconds: 0, value: 0, tolerance: 0), Sample(seconds: 1e-3, value: 0, tolerance: 0),
        Sample(seconds: 3, value: one),
      ]),
    Case(
      "a ride that jumps from silence at a seam rises straight over the crossfade",
      """
      edits: [cut: 2 s..4 s]
      tracks: {a: {source: one.wav, strip: {fader: {ride: [[1 s, mute], [3 s, 0 dB]]}}}}
      """, seconds: 6,
      [
        Sample(seconds: 1.994, value: 0), Sample(seconds: 1.9975, value: one / 4, tolerance: 0.001),
        Sample(seconds: 2, value: one / 2, tolerance: 0.001), Sample(seconds: 2.006, value: one),
      ]),
    Case(
      "a ride of a track that moves acts where it is written in a gap",
      """
      edits: [insert: {at: 2 s, length: 2 s, name: ad}]
      tracks:
        a:
          ripple: move
          clips: [{source: one.wav, out: 2 s, at: ad}]
          strip: {fader: {ride: [[ad + 0.5 s, mute], [ad + 1 s, -6 dB]]}}
        b: {source: one.wav, strip: {fader: -inf}}
      """, seconds: 10,
      [
        Sample(seconds: 2.25, value: one), Sample(seconds: 2.75, value: 0),
        Sample(seconds: 3.5, value: one * gain(-6)),
      ]),
    Case(
      "a step where a gap was inserted comes behind the gap",
      """
      edits: [insert: {at: 2 s, length: 2 s, crossfade: 0 ms}]
      tracks:
        a: {ripple: stay, source: one.wav, strip: {output: b}}
        c: {source: one.wav, strip: {fader: -inf}}
      buses: {b: {fader: {ride: [[2 s, mute]]}}}
      """, seconds: 10,
      [
        Sample(seconds: 2, value: one), Sample(seconds: 3, value: one),
        Sample(seconds: 4 - frame, value: one), Sample(seconds: 4.01, value: 0),
      ]),
    Case(
      "a step that is being taken where a gap was inserted is over in the gap",
      """
      edits: [insert: {at: 2 s, length: 2 s}]
      tracks:
        a: {ripple: stay, source: one.wav, strip: {output: b}}
        c: {source: one.wav, strip: {fader: -inf}}
      buses: {b: {fader: {ride: [[95976 fr, -6 dB]]}}}
      """, seconds: 10,
      [Sample(seconds: 1.9, value: one), Sample(seconds: 3, value: one * gain(-6))]),
    Case(
      "a ratio moves to infinity by way of 100",
      """
      tracks:
        a:
          source: one.wav
          strip:
            inserts:
              - compressor:
                  threshold: -20 dB
                  knee: 0 dB
                  ratio: {automation: [[1 s, 1], [5 s, inf, line]]}
      """,
      [
        Sample(seconds: 3, value: one * gain(-0.9 * (20 + 20 * log10(0.5))), tolerance: 0.001),
        Sample(seconds: 7, value: one * gain(-20 - 20 * log10(0.5)), tolerance: 0.001),
      ]),
  ]

  @Test(arguments: cases)
  func soundsAsItReads(_ example: Case) throws { try LanguageSoundTests().soundsAsItReads(example) }

  // MARK: Keys

  /// The mix at 4 s, in one channel, of a host and a bed that makes room.
  private func bed(_ by: String, _ arguments: String...) throws -> Double {
    let place = Workplace()
    try place.write(
      floatWav(rate: 48_000, [[Float](repeating: 0.5, count: 5 * 48_000)]), to: "one.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      mix: {tail: none}
      groups: {voices: [host]}
      tracks:
        host: {source: one.wav, strip: {output: speech}}
        bed: {source: one.wav, strip: {inserts: [duck: {by: \(by), amount: 12 dB}]}}
      buses:
        speech: {output: talk}
        talk: {}

      """, to: "session.yaml")
    let run = Program.run(["build", "mix", "--no-cache", "--json"] + arguments, in: place.folder)
    let made = try #require(run.made.first, "\(run.account)")
    let mix = try #require(WaveBytes(try Data(contentsOf: place[made.path])))
    return Double(try #require(mix.floats.count > 8 * 48_000 ? mix.floats[8 * 48_000] : nil))
  }

  @Test(arguments: ["host", "speech", "talk", "voices"])
  func whatListensHearsWhatIsSilent(_ key: String) throws {
    let ducked = Self.one * Self.gain(-12)
    #expect(abs(try bed(key, "--solo", "bed") - ducked) < 1e-5)
    #expect(abs(try bed(key, "--mute", "host") - ducked) < 1e-5)
    #expect(abs(try bed(key) - ducked - Self.one) < 1e-5)
  }

  // MARK: Stems

  /// The largest difference between the mix and the sum of two stems, and what was said.
  private func residual(_ insert: String) throws -> (peak: Float, said: [String]) {
    let place = Workplace()
    var state: UInt64 = 1
    func noise() -> [Float] {
      (0..<48_000).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Double(state >> 40) / Double(1 << 23) - 1) * 0.5
      }
    }
    try place.write(floatWav(rate: 48_000, [noise()]), to: "a.wav")
    try place.write(floatWav(rate: 48_000, [noise()]), to: "b.wav")
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks: {a: {source: a.wav, strip: {pan: 20 L}}, b: {source: b.wav, strip: {output: sub}}}
      buses: {sub: {}}
      mix: {tail: none, inserts: [\(insert)]}
      stems: {A: [a], B: [b]}

      """, to: "session.yaml")
    let run = Program.run(
      ["build", "mix", "stems", "--no-cache", "--json"], in: place.folder)
    try #require(run.status == 0, "\(run.account)")
    func samples(_ target: String) throws -> [Float] {
      let file = try #require(run.made.first { $0.target == target }, "\(run.account)")
      return try #require(WaveBytes(try Data(contentsOf: place[file.path]))).floats
    }
    let (mix, a, b) = (try samples("mix"), try samples("stem/A"), try samples("stem/B"))
    try #require(mix.count == a.count && mix.count == b.count)
    var peak: Float = 0
    for i in mix.indices { peak = max(peak, abs(a[i] + b[i] - mix[i])) }
    return (peak, run.diagnosticIDs)
  }

  @Test(arguments: [
    "compressor: {threshold: -30 dB}", "limiter: {ceiling: -9 dBTP}",
    "limiter: {ceiling: -9 dBTP, detector: sample-peak}", "de-esser: {threshold: -20 dB}",
    "multiband: {crossovers: [300 Hz, 3 kHz], bands: [{threshold: -40 dB}, {threshold: -35 dB}, {threshold: -45 dB, ratio: inf}]}",
  ])
  func stemsThatShareDynamicsSumToTheMix(_ insert: String) throws {
    let (peak, said) = try residual(insert)
    #expect(peak < 1e-6)
    #expect(!said.contains("stems-differ"))
  }

  @Test func stemsThatShareASaturationAreSaidToDiffer() throws {
    let (peak, said) = try residual("saturation: {drive: 12 dB}")
    #expect(peak > 1e-3)
    #expect(said.contains("stems-differ"))
  }
}
