import Signal

extension ProcessorTable {
  static let dynamics: [ProcessorSpec] = [
    ProcessorSpec(
      "compressor", .dynamics, "Lowers what is louder than a threshold.",
      [
        threshold(automatable: true, example: "-18 dB"),
        ParameterSpec(
          "ratio", .number(NumberSpec(.ratio, 1...100, allowsInfinity: true)), .value(.number(2)),
          automatable: true,
          "dB in over the threshold for one dB out; a move to or from inf runs to 100",
          example: "4"),
        ParameterSpec(
          "knee", .number(NumberSpec(.decibels, 0...36)), .value(.number(6)),
          "width of the bend around the threshold", example: "6 dB"),
        time(
          "attack", Rational(0), Rational(1), default: Rational(1, 100), "how fast it takes hold",
          "10 ms"),
        ParameterSpec(
          "release", .time(TimeSpec(from: Rational(1, 1000), to: Rational(5), words: ["auto"])),
          .value(.time(.seconds(Rational(1, 10)))),
          "how fast it lets go; auto: slower after long reduction than after short",
          example: "120 ms"),
        ParameterSpec(
          "makeup", .number(NumberSpec(.decibels, -24...36, words: ["auto"])), .value(.number(0)),
          automatable: true, "gain behind it; auto: half of what full scale loses",
          example: "3 dB"),
        ParameterSpec(
          "detector", .word(["peak", "rms"]), .value(.word("peak")), "what it listens to",
          example: "rms"),
        time(
          "rms-window", Rational(1, 1000), Rational(1, 5), default: Rational(1, 100),
          "length of the mean of detector rms", "10 ms"),
        ParameterSpec(
          "link", .number(NumberSpec(.percent, 0...100)), .value(.number(100)),
          "how far the channels follow the loudest of them", example: "80 %"),
        lookAhead(Rational(1, 20)),
        mixParameter,
        ParameterSpec(
          "range", .number(NumberSpec(.decibels, 0...100)), .value(.number(100)),
          "the most it takes away", example: "12 dB"),
      ] + keyParameters),
    ProcessorSpec(
      "expander", .dynamics, "Lowers what is quieter than a threshold, by a ratio.",
      [
        threshold(automatable: true, example: "-45 dB"),
        ParameterSpec(
          "ratio", .number(NumberSpec(.ratio, 1...100, allowsInfinity: true)), .value(.number(2)),
          "dB out for one dB below the threshold", example: "3"),
        ParameterSpec(
          "range", .number(NumberSpec(.decibels, 0...100)), .value(.number(40)),
          "the most it takes away", example: "20 dB"),
        hysteresis(3),
        time(
          "attack", Rational(0), Rational(1), default: Rational(1, 1000), "how fast it opens",
          "1 ms"),
        time(
          "hold", Rational(0), Rational(4), default: Rational(1, 50), "how long it stays open",
          "20 ms"),
        time(
          "release", Rational(1, 1000), Rational(5), default: Rational(1, 10), "how fast it closes",
          "100 ms"),
        lookAhead(Rational(1, 20)),
      ] + keyParameters),
    ProcessorSpec(
      "gate", .dynamics, "Closes while the signal is quieter than a threshold.",
      [
        threshold(automatable: true, example: "-38 dB"),
        ParameterSpec(
          "range", .number(NumberSpec(.decibels, 0...120)), .value(.number(80)),
          "the most it takes away", example: "30 dB"),
        hysteresis(4),
        time(
          "attack", Rational(1, 10000), Rational(1), default: Rational(1, 1000),
          "how fast it opens", "1 ms"),
        time(
          "hold", Rational(0), Rational(4), default: Rational(1, 20), "how long it stays open",
          "40 ms"),
        time(
          "release", Rational(1, 1000), Rational(5), default: Rational(3, 20), "how fast it closes",
          "120 ms"),
        lookAhead(Rational(1, 20)),
      ] + keyParameters),
    ProcessorSpec(
      "duck", .dynamics, "Lowers the signal while another one sounds.",
      [
        ParameterSpec(
          "by", .reference, .required, "the track, bus or group that makes room for itself",
          example: "speech"),
        ParameterSpec(
          "amount", .number(NumberSpec(.decibels, 0...60)), .value(.number(12)),
          "how much is taken away", example: "12 dB"),
        ParameterSpec(
          "threshold", .number(NumberSpec(.fullScale, -80...0)), .value(.number(-40)),
          "the level (RMS, 10 ms) above which the other one counts as sounding",
          example: "-40 dB"),
        lookAhead(Rational(1)),
        time(
          "attack", Rational(0), Rational(5), default: Rational(1, 10), "how fast it goes down",
          "150 ms"),
        time(
          "hold", Rational(0), Rational(10), default: Rational(3, 10), "how long it stays down",
          "600 ms"),
        time(
          "release", Rational(1, 1000), Rational(10), default: Rational(3, 5),
          "how fast it comes back",
          "1.2 s"),
      ]),
    ProcessorSpec(
      "limiter", .dynamics, "Keeps the peaks under a ceiling.", principal: "ceiling",
      [
        ParameterSpec(
          "ceiling", .number(NumberSpec(.truePeak, -30...0)), .value(.number(-1)),
          "the level that no peak passes", example: "-1 dBTP"),
        ParameterSpec(
          "detector", .word(["true-peak", "sample-peak"]), .value(.word("true-peak")),
          "which peaks", example: "sample-peak"),
        time(
          "look-ahead", Rational(1, 2000), Rational(1, 50), default: Rational(1, 200),
          "how far it sees ahead", "5 ms"),
        ParameterSpec(
          "release", .time(TimeSpec(from: Rational(1, 1000), to: Rational(5), words: ["auto"])),
          .value(.word("auto")), "how fast it lets go", example: "80 ms"),
      ]),
    ProcessorSpec(
      "de-esser", .dynamics,
      "Lowers sharp s sounds while they stand out, however loud the voice is.",
      [
        ParameterSpec(
          "threshold", .number(NumberSpec(.decibels, -80...0)), .required, automatable: true,
          "the level of the sounds around frequency, against that of everything, where it begins",
          example: "-12 dB"),
        ParameterSpec(
          "frequency", .number(NumberSpec(.hertz, 4000...10000)), .value(.number(6500)),
          "around where it listens and works", example: "6.5 kHz"),
        ParameterSpec(
          "range", .number(NumberSpec(.decibels, 0...24)), .value(.number(6)),
          "the most it takes away", example: "6 dB"),
        time(
          "attack", Rational(0), Rational(1), default: Rational(1, 1000), "how fast it takes hold",
          "1 ms"),
        time(
          "release", Rational(1, 1000), Rational(5), default: Rational(3, 50),
          "how fast it lets go", "60 ms"),
      ]),
    ProcessorSpec(
      "multiband", .dynamics, "Parts the signal into bands and compresses each by itself.",
      [
        ParameterSpec(
          "crossovers", .list(.number(NumberSpec(.hertz, 20...20000))), .required,
          "where one band ends and the next begins, one to three, ascending",
          example: "[120 Hz, 2.5 kHz]"),
        ParameterSpec(
          "bands", .list(.parameters("compressor")), .required,
          "a compressor for each band from low to high, one more than crossovers",
          example: "[{threshold: -24 dB, ratio: 2}, {threshold: -20 dB}, {threshold: -22 dB}]"),
      ]),
  ]

  private static func threshold(automatable: Bool, example: String) -> ParameterSpec {
    ParameterSpec(
      "threshold", .number(NumberSpec(.fullScale, -80...0)), .required, automatable: automatable,
      "the level where it begins", example: example)
  }

  private static func hysteresis(_ value: Double) -> ParameterSpec {
    ParameterSpec(
      "hysteresis", .number(NumberSpec(.decibels, 0...20)), .value(.number(value)),
      "how far under the threshold the level falls before it closes", example: "4 dB")
  }

  private static func lookAhead(_ maximum: Rational) -> ParameterSpec {
    time("look-ahead", Rational(0), maximum, default: Rational(0), "how far it sees ahead", "5 ms")
  }

  static func time(
    _ name: String, _ minimum: Rational, _ maximum: Rational, default value: Rational,
    _ summary: String, _ example: String
  ) -> ParameterSpec {
    ParameterSpec(
      name, .time(TimeSpec(from: minimum, to: maximum)), .value(.time(.seconds(value))), summary,
      example: example)
  }

  private static let keyParameters: [ParameterSpec] = [
    ParameterSpec(
      "key", .reference, .absent("its own input"),
      "the track, bus or group that it listens to", example: "kick"),
    ParameterSpec(
      "key-high-pass", .number(NumberSpec(.hertz, 20...2000)), .absent("no filter"),
      "a high-pass filter before the detector", example: "120 Hz"),
    ParameterSpec(
      "key-slope", .word(["12 dB/oct", "24 dB/oct"]), .value(.word("12 dB/oct")),
      "how steep that filter is", example: "24 dB/oct"),
  ]
}
