import Foundation
import Testing

/// What the words of the language do to samples, on recordings whose every sample is known: `one`
/// holds 0.5 throughout, `ramp` rises from 0 by 0.1 a second, `click` is a single 1 at 1 s, `wide`
/// holds 0.5 and 0.25.
struct LanguageSoundTests {
  /// The mix at a time, in one channel.
  struct Sample: Sendable {
    var seconds: Double
    var channel = 0
    var value: Double
    var tolerance = 2e-6
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var session: String
    var samples: [Sample]
    var seconds: Double = 8

    init(_ name: String, _ session: String, seconds: Double = 8, _ samples: [Sample]) {
      testDescription = name
      self.session = session
      self.samples = samples
      self.seconds = seconds
    }
  }

  static let centre = 0.5.squareRoot()
  static func gain(_ decibels: Double) -> Double { pow(10, decibels / 20) }
  /// `ramp` in the middle of the stereo field at a time of the recording.
  static func ramp(_ seconds: Double) -> Double { 0.1 * seconds * centre }
  static let one = 0.5 * centre

  static let cases: [Case] = [
    Case(
      "a replacement sounds behind the end of its track",
      "tracks: {a: {source: {file: one.wav, out: 4 s}, "
        + "edits: [replace: {range: 3 s..6 s, source: ramp.wav}]}}",
      seconds: 6,
      [
        Sample(seconds: 2, value: one), Sample(seconds: 4, value: ramp(1)),
        Sample(seconds: 5.9, value: ramp(2.9)),
      ]),
    Case(
      "a mono track in the middle is 3 dB down", "tracks: {a: {source: one.wav}}",
      [Sample(seconds: 4, value: one), Sample(seconds: 4, channel: 1, value: one)]),
    Case(
      "a mono clip is as loud beside a stereo one",
      """
      tracks:
        a:
          clips:
            - {source: one.wav, at: 0 s, in: 0 s, out: 3 s}
            - {source: wide.wav, at: 4 s, in: 0 s, out: 2 s}
      """, seconds: 6,
      [
        Sample(seconds: 2, value: one), Sample(seconds: 2, channel: 1, value: one),
        Sample(seconds: 5, value: 0.5), Sample(seconds: 5, channel: 1, value: 0.25),
      ]),
    Case(
      "an insert with two sides leaves a mono track as loud",
      """
      tracks:
        a:
          source: one.wav
          strip: {inserts: [delay: {time: 100 ms, time-right: 120 ms, mix: 0 %}]}
      """,
      [Sample(seconds: 4, value: one), Sample(seconds: 4, channel: 1, value: one)]),
    Case(
      "and so it does before the fader, and with a pan law of its own",
      """
      buses: {b: {}}
      tracks:
        a:
          source: one.wav
          strip:
            pan-law: -6 dB
            fader: -inf
            inserts: [delay: {time: 100 ms, time-right: 120 ms, mix: 0 %}]
            sends: {b: {level: 0 dB, tap: pre}}
      """,
      [Sample(seconds: 4, value: 0.25), Sample(seconds: 4, channel: 1, value: 0.25)]),
    Case(
      "pan follows sine and cosine", "tracks: {a: {source: one.wav, strip: {pan: 50 R}}}",
      [
        Sample(seconds: 4, value: 0.5 * cos(0.375 * Double.pi)),
        Sample(seconds: 4, channel: 1, value: 0.5 * sin(0.375 * Double.pi)),
      ]),
    Case(
      "trim, polarity and fader multiply",
      "tracks: {a: {source: one.wav, strip: {trim: -6 dB, polarity: inverted, fader: 3 dB}}}",
      [Sample(seconds: 4, value: -one * gain(-3))]),
    Case(
      "width scales the sides", "tracks: {a: {source: wide.wav, strip: {width: 200 %}}}",
      [Sample(seconds: 4, value: 0.625), Sample(seconds: 4, channel: 1, value: 0.125)]),
    Case(
      "a ride is added to the level and holds until its next point",
      """
      tracks:
        a:
          source: one.wav
          strip:
            fader: {level: -6 dB, ride: [[2 s, -6 dB], [4 s, 0 dB, over 1 s], [6 s, mute]]}
      """,
      [
        Sample(seconds: 1, value: one * gain(-6)), Sample(seconds: 3, value: one * gain(-12)),
        Sample(seconds: 4.5, value: one * gain(-9), tolerance: 1e-5),
        Sample(seconds: 5.5, value: one * gain(-6)), Sample(seconds: 7, value: 0),
      ]),
    Case(
      "automation moves in a line",
      "tracks: {a: {source: one.wav, strip: {pan: {automation: [[0 s, 100 L], [4 s, 100 R, line]]}}}}",
      [Sample(seconds: 2, value: one, tolerance: 1e-4), Sample(seconds: 5, channel: 1, value: 0.5)]),
    Case(
      "a group's fader moves its members",
      "groups: {g: {tracks: [a], fader: -6 dB}}\ntracks: {a: {source: one.wav}}",
      [Sample(seconds: 4, value: one * gain(-6))]),
    Case(
      "a send leaves behind the fader, or before it",
      """
      tracks:
        a: {source: one.wav, strip: {fader: -6 dB, pan: 100 L, sends: {b: -6 dB}}}
        c: {source: one.wav, strip: {fader: -inf, sends: {b: {level: -12 dB, tap: pre}}}}
      buses: {b: {}}
      """,
      [
        Sample(seconds: 4, value: 0.5 * (gain(-6) + gain(-12)) + one * gain(-12)),
        Sample(seconds: 4, channel: 1, value: one * gain(-12)),
      ]),
    Case(
      "edits in place change their ranges and nothing else",
      """
      tracks:
        a:
          source: one.wav
          edits:
            - fade-in: 0 s..0.5 s
            - silence: 1 s..2 s
            - gain: {range: 3 s..4 s, by: -6 dB}
            - replace: {range: 5 s..6 s, source: ramp.wav, in: 4 s}
            - fade-out: 7 s..8 s
      """,
      [
        Sample(seconds: 0.25, value: one / 2, tolerance: 1e-4), Sample(seconds: 1.5, value: 0),
        Sample(seconds: 2.5, value: one), Sample(seconds: 3.5, value: one * gain(-6)),
        Sample(seconds: 5.5, value: ramp(4.5), tolerance: 1e-5),
        Sample(seconds: 7.5, value: one / 2, tolerance: 1e-4),
      ]),
    Case(
      "a reversed range plays backwards",
      "tracks: {a: {source: ramp.wav, edits: [reverse: 2 s..4 s]}}",
      [
        Sample(seconds: 1.5, value: ramp(1.5), tolerance: 1e-5),
        Sample(seconds: 2.5, value: ramp(3.5), tolerance: 1e-5),
      ]),
    Case(
      "a clip plays its part of the recording at its place",
      "tracks: {a: {clips: [{source: ramp.wav, in: 1 s, out: 2 s, at: 3 s}]}}", seconds: 4,
      [
        Sample(seconds: 2.9, value: 0), Sample(seconds: 3.5, value: ramp(1.5), tolerance: 1e-5),
      ]),
    Case(
      "a crossfade of equal material keeps its level",
      """
      tracks:
        a:
          clips:
            - {source: one.wav, out: 2 s}
            - {source: one.wav, in: 1 s, at: 1.5 s, crossfade: 0.5 s}
      """, seconds: 8.5,
      [
        Sample(seconds: 1.6, value: one), Sample(seconds: 1.75, value: one),
        Sample(seconds: 1.9, value: one),
      ]),
    Case(
      "a comp takes each stretch from its take",
      """
      tracks:
        a:
          takes: {x: one.wav, y: ramp.wav}
          comp:
            - {from: start, take: x}
            - {from: 2 s, take: y}
            - {from: 4 s, take: x}
      """,
      [
        Sample(seconds: 1, value: one), Sample(seconds: 3, value: ramp(3), tolerance: 1e-5),
        Sample(seconds: 5, value: one),
      ]),
    Case(
      "a cut closes up", "edits: [cut: 2 s..3 s]\ntracks: {a: {source: ramp.wav}}", seconds: 7,
      [
        Sample(seconds: 1.5, value: ramp(1.5), tolerance: 1e-5),
        Sample(seconds: 2.5, value: ramp(3.5), tolerance: 1e-5),
      ]),
    Case(
      "an insert makes room",
      "edits: [insert: {at: 2 s, length: 1 s}]\ntracks: {a: {source: ramp.wav}}", seconds: 9,
      [
        Sample(seconds: 2.5, value: 0), Sample(seconds: 3.5, value: ramp(2.5), tolerance: 1e-5),
      ]),
    Case(
      "a repeat plays a range again",
      "edits: [repeat: {range: 2 s..3 s, times: 3}]\ntracks: {a: {source: ramp.wav}}", seconds: 10,
      [
        Sample(seconds: 4.5, value: ramp(2.5), tolerance: 1e-5),
        Sample(seconds: 5.5, value: ramp(3.5), tolerance: 1e-5),
      ]),
    Case(
      "a move plays a range elsewhere",
      "edits: [move: {range: 2 s..3 s, to: 6 s}]\ntracks: {a: {source: ramp.wav}}",
      [
        Sample(seconds: 2.5, value: ramp(3.5), tolerance: 1e-5),
        Sample(seconds: 5.5, value: ramp(2.5), tolerance: 1e-5),
        Sample(seconds: 6.5, value: ramp(6.5), tolerance: 1e-5),
      ]),
    Case(
      "a track opts out of cuts by moving its clips, or by staying",
      """
      edits: [cut: 2 s..3 s]
      tracks:
        a: {ripple: move, clips: [{source: ramp.wav, in: 4 s, out: 6 s, at: 4 s}], strip: {pan: 100 L}}
        b: {ripple: stay, clips: [{source: ramp.wav, in: 1 s, out: 2 s, at: 4 s}], strip: {pan: 100 R}}
        c: {source: one.wav, strip: {fader: -inf}}
      """, seconds: 7,
      [
        Sample(seconds: 3.5, value: 0.45, tolerance: 1e-5),
        Sample(seconds: 4.5, channel: 1, value: 0.15, tolerance: 1e-5),
        Sample(seconds: 3.5, channel: 1, value: 0),
      ]),
    Case(
      "a shift moves the recording", "tracks: {a: {source: click.wav, shift: -10 ms}}",
      seconds: 7.99,
      [Sample(seconds: 0.99, value: centre), Sample(seconds: 1, value: 0)]),
    Case(
      "a delay follows the tempo and feeds back",
      """
      tempo: 120 bpm
      tracks: {a: {source: click.wav, strip: {inserts: [delay: {time: 1/8., feedback: 50 %}]}}}
      """,
      [
        Sample(seconds: 1, value: 0), Sample(seconds: 1.375, value: centre),
        Sample(seconds: 1.75, value: centre / 2), Sample(seconds: 2.125, value: centre / 4),
      ]),
    Case(
      "look-ahead on one track does not part it from the others",
      """
      tracks:
        a: {source: click.wav, strip: {inserts: [limiter: {ceiling: -0.1 dBTP, look-ahead: 5 ms}]}}
        b: {source: click.wav, strip: {polarity: inverted}}
      """,
      [Sample(seconds: 0.995, value: 0), Sample(seconds: 1.005, value: 0)]),
    Case(
      "the session's length and the mix's tail say where it ends",
      "length: 5 s\nmix: {tail: 1 s}\ntracks: {a: {source: click.wav}}", seconds: 6,
      [Sample(seconds: 1, value: centre)]),
  ]

  @Test(arguments: cases)
  func soundsAsItReads(_ example: Case) throws {
    let place = Workplace()
    let rate = 48_000
    try place.write(floatWav(rate: rate, [(0..<8 * rate).map { _ in 0.5 }]), to: "one.wav")
    try place.write(
      floatWav(rate: rate, [(0..<8 * rate).map { Float(0.1 * Double($0) / 48_000) }]),
      to: "ramp.wav")
    try place.write(
      floatWav(rate: rate, [(0..<8 * rate).map { $0 == rate ? 1 : 0 }]), to: "click.wav")
    try place.write(
      floatWav(
        rate: rate,
        [[Float](repeating: 0.5, count: 8 * rate), [Float](repeating: 0.25, count: 8 * rate)]),
      to: "wide.wav")
    let tail = example.session.contains("tail:") ? "" : "mix: {tail: none}\n"
    try place.write(
      "mixdown: 1\nrate: 48 kHz\n\(tail)\(example.session)\n", to: "session.yaml")
    let run = place.mixdown("build", "mix", "--no-cache")
    try #require(run.status == 0, "\(run.account)")
    let mix = try #require(WaveBytes(try place.read("out/mix.wav")))
    #expect(mix.frames == Int((example.seconds * 48_000).rounded()))
    let samples = mix.floats
    for sample in example.samples {
      let index = Int((sample.seconds * 48_000).rounded()) * 2 + sample.channel
      let found = Double(try #require(index < samples.count ? samples[index] : nil))
      #expect(
        abs(found - sample.value) <= sample.tolerance,
        "at \(sample.seconds) s, channel \(sample.channel): \(found) is not \(sample.value)")
    }
  }
}
