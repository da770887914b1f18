import Signal

extension ProcessorTable {
  static let spaces: [ProcessorSpec] = [
    ProcessorSpec(
      "convolution", .space, "Puts the signal into a room that was recorded.", principal: "ir",
      [
        ParameterSpec(
          "ir", .path, .required,
          "the room's answer to an impulse, 20 s long at most: mono, stereo, or four channels (left to left, left to right, right to left, right to right)",
          example: "ir/church.wav"),
        ParameterSpec(
          "decay", .time(TimeSpec(from: Rational(1, 20), to: Rational(30))),
          .absent("as it was recorded"), "takes another 60 dB off in this time: a shorter room",
          example: "1.2 s"),
        ParameterSpec(
          "pre-delay", .time(TimeSpec(to: Rational(1, 2), musical: true)),
          .value(.time(.seconds(Rational(0)))), "the time before it begins", example: "20 ms"),
        ParameterSpec(
          "normalise", .flag, .value(.flag(true)),
          "scales each side of the answer to energy 1, so that noise keeps its level; false leaves the file's own level",
          example: "false"),
        mixParameter,
      ]),
    ProcessorSpec(
      "delay", .space, "Repeats the signal after a while.", principal: "time",
      [
        ParameterSpec(
          "time", .time(TimeSpec(from: Rational(1, 192000), to: Rational(10), musical: true)),
          .required, "the time until the repeat; musical lengths follow the tempo at the start",
          example: "1/8"),
        ParameterSpec(
          "time-right", .time(TimeSpec(from: Rational(1, 192000), to: Rational(10), musical: true)),
          .absent("as time"), "the time of the right channel", example: "1/8."),
        ParameterSpec(
          "feedback", .number(NumberSpec(.percent, 0...95)), .value(.number(0)),
          "how much of each repeat is repeated again", example: "25 %"),
        ParameterSpec(
          "low-pass", .number(NumberSpec(.hertz, 20...24000)), .absent("no filter"),
          "a filter in the loop: each repeat is darker", example: "5 kHz"),
        ParameterSpec(
          "high-pass", .number(NumberSpec(.hertz, 10...24000)), .absent("no filter"),
          "a filter in the loop: each repeat is thinner", example: "200 Hz"),
        ParameterSpec(
          "ping-pong", .flag, .value(.flag(false)), "repeats change sides", example: "true"),
        mixParameter,
      ]),
    ProcessorSpec(
      "reverb", .space, "Puts the signal into a room that is computed.",
      [
        ParameterSpec(
          "kind", .word(["hall", "plate", "room"]), .value(.word("hall")), "the sort of space",
          example: "plate"),
        time(
          "decay", Rational(1, 10), Rational(30), default: Rational(2),
          "the time until the reverberation is 60 dB down", "1.8 s"),
        ParameterSpec(
          "pre-delay", .time(TimeSpec(to: Rational(1, 2), musical: true)),
          .value(.time(.seconds(Rational(0)))), "the time before it begins", example: "20 ms"),
        ParameterSpec(
          "size", .number(NumberSpec(.percent, 10...200)), .value(.number(100)),
          "the room's size", example: "120 %"),
        ParameterSpec(
          "high-decay", .number(NumberSpec(.plain, 0.05...1)), .value(.number(0.5)),
          "how long the highest frequencies last, relative to decay", example: "0.4"),
        ParameterSpec(
          "low-cut", .number(NumberSpec(.hertz, 10...24000)), .absent("no filter"),
          "takes lows out of the reverberation", example: "150 Hz"),
        ParameterSpec(
          "high-cut", .number(NumberSpec(.hertz, 20...24000)), .absent("no filter"),
          "takes highs out of the reverberation", example: "9 kHz"),
        ParameterSpec(
          "width", .number(NumberSpec(.percent, 0...100)), .value(.number(100)),
          "how wide it is", example: "80 %"),
        mixParameter,
      ]),
  ]

  static let stereo: [ProcessorSpec] = [
    ProcessorSpec(
      "mono-below", .stereo, "Makes everything below a frequency mono.", principal: "frequency",
      [
        ParameterSpec(
          "frequency", .number(NumberSpec(.hertz, 20...1000)), .value(.number(150)),
          "where the sides begin", example: "150 Hz")
      ]),
    ProcessorSpec(
      "width", .stereo, "Scales the sides against the middle.", principal: "width",
      [
        ParameterSpec(
          "width", .number(NumberSpec(.percent, 0...200)), .value(.number(100)),
          automatable: true, "0 % is mono, 100 % as it is, 200 % the sides doubled",
          example: "140 %")
      ]),
  ]
}
