import Signal

extension ProcessorTable {
  static let slopes = [
    "6 dB/oct", "12 dB/oct", "18 dB/oct", "24 dB/oct", "30 dB/oct", "36 dB/oct", "42 dB/oct",
    "48 dB/oct",
  ]

  static let level: [ProcessorSpec] = [
    ProcessorSpec(
      "gain", .level, "Changes the level.", principal: "gain",
      [
        ParameterSpec(
          "gain", .number(NumberSpec(.decibels, -96...24, allowsMinusInfinity: true)),
          .value(.number(0)), automatable: true, "the change of level", example: "-3 dB")
      ]),
    ProcessorSpec(
      "saturation", .level,
      "Bends the waveform softly towards full scale, oversampled, and so adds odd harmonics.",
      principal: "drive",
      [
        ParameterSpec(
          "drive", .number(NumberSpec(.decibels, 0...36)), .value(.number(6)), automatable: true,
          "gain into the curve, taken back behind it", example: "9 dB"),
        mixParameter,
        ParameterSpec(
          "output", .number(NumberSpec(.decibels, -24...24)), .value(.number(0)),
          "gain after the curve", example: "-1 dB"),
      ]),
  ]

  static let filters: [ProcessorSpec] = [
    ProcessorSpec(
      "dc-removal", .filter, "Removes direct current with a very low high-pass filter.",
      principal: "frequency",
      [
        ParameterSpec(
          "frequency", .number(NumberSpec(.hertz, 1...20)), .value(.number(5)),
          "where the level is 3 dB down", example: "5 Hz")
      ]),
    ProcessorSpec(
      "high-pass", .filter, "Takes away what lies below a frequency (Butterworth).",
      principal: "frequency", isBand: true, passParameters),
    ProcessorSpec(
      "low-pass", .filter, "Takes away what lies above a frequency (Butterworth).",
      principal: "frequency", isBand: true, passParameters),
    ProcessorSpec(
      "eq", .filter, "A list of bands, one after the other, each its own filter.",
      principal: "bands",
      [
        ParameterSpec(
          "bands", .list(.band), .required, "the bands in order",
          example: "[{low-shelf: 90 Hz, gain: -1 dB}, {bell: 3 kHz, gain: 2 dB, q: 1.4}]")
      ]),
    ProcessorSpec(
      "bell", .filter, "Raises or lowers the level around a frequency.", principal: "frequency",
      isBand: true, [bandFrequency, bandGain, bandQ(1), bandDesign]),
    ProcessorSpec(
      "low-shelf", .filter, "Raises or lowers everything below a frequency.",
      principal: "frequency", isBand: true, [bandFrequency, bandGain, bandQ(0.7071), bandDesign]),
    ProcessorSpec(
      "high-shelf", .filter, "Raises or lowers everything above a frequency.",
      principal: "frequency", isBand: true, [bandFrequency, bandGain, bandQ(0.7071), bandDesign]),
    ProcessorSpec(
      "notch", .filter, "Takes away a frequency and a narrow range around it.",
      principal: "frequency", isBand: true, [bandFrequency, bandQ(1), bandDesign]),
    ProcessorSpec(
      "band-pass", .filter, "Leaves only what lies around a frequency.", principal: "frequency",
      isBand: true, [bandFrequency, bandQ(1), bandDesign]),
    ProcessorSpec(
      "tilt", .filter, "Lowers one side of a frequency and raises the other.",
      principal: "frequency", isBand: true, [bandFrequency, bandGain]),
  ]

  private static let bandFrequency = ParameterSpec(
    "frequency", .number(NumberSpec(.hertz, 10...24000)), .required, automatable: true,
    "the frequency of the band", example: "3 kHz")

  private static let bandGain = ParameterSpec(
    "gain", .number(NumberSpec(.decibels, -30...30)), .value(.number(0)), automatable: true,
    "the change of level", example: "-2 dB")

  private static func bandQ(_ value: Double) -> ParameterSpec {
    ParameterSpec(
      "q", .number(NumberSpec(.plain, 0.1...30)), .value(.number(value)), automatable: true,
      domain: .logarithmic, "quality: centre frequency over bandwidth", example: "1.4")
  }

  private static let bandDesign = ParameterSpec(
    "design", .word(["matched", "cookbook"]), .value(.word("matched")),
    "how the digital filter follows the analogue one: matched up to half the sample rate, or the"
      + " forms of the RBJ cookbook (shelves with a q other than 0.7071 always take those)",
    example: "cookbook")

  private static let passParameters: [ParameterSpec] = [
    ParameterSpec(
      "frequency", .number(NumberSpec(.hertz, 10...24000)), .required, automatable: true,
      "where the level is 3 dB down", example: "80 Hz"),
    ParameterSpec(
      "slope", .word(slopes), .value(.word("12 dB/oct")), "how steep it is", example: "24 dB/oct"),
    bandDesign,
  ]

  static let mixParameter = ParameterSpec(
    "mix", .number(NumberSpec(.percent, 0...100)), .value(.number(100)), automatable: true,
    "how much of the processed signal is heard; the rest is the input", example: "60 %")
}
