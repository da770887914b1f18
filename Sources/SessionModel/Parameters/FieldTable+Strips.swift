import Signal

extension FieldTable {
  static let insertsField = field(
    "inserts", .list(.insert), .absent("none"), "processors in order",
    "[high-pass: {frequency: 80 Hz}, compressor: {threshold: -20 dB}]")
  static let expectField = field(
    "expect", .mapping("expect"), .absent("none"), "numbers that must hold; a miss fails",
    "{crest-factor: at least 9 dB}")
  static let adviseField = field(
    "advise", .mapping("expect"), .absent("none"), "numbers that should hold; a miss warns",
    "{mono-drop: at most 3 dB}")

  static let stripFields: [ParameterSpec] = [
    likeField,
    field(
      "trim", .either([.number(NumberSpec(.decibels, -96...60)), .trimTarget]),
      .value(.number(0)), "gain before the inserts, or the loudness to bring the track to",
      "to -20 LUFS"),
    field(
      "polarity", .word(["normal", "inverted"]), .value(.word("normal")), "up for down",
      "inverted"),
    insertsField,
    faderField,
    ParameterSpec(
      "pan", .pan, .value(.number(0)), automatable: true, domain: .linear,
      "where it stands: left, centre or right; balance of a stereo strip", example: "35 R"),
    field(
      "width", .number(NumberSpec(.percent, 0...200)), .value(.number(100)),
      "the sides of a stereo strip", "140 %", automatable: true),
    panLawField,
    field("output", .bus, .value(.reference("mix")), "the bus it goes to", "drums"),
    field(
      "sends", .named(.either([.number(level), .mapping("send")])), .absent("none"),
      "copies to buses", "{plate: -12 dB}"),
    field("mute", .flag, .value(.flag(false)), "true: it is not heard", "true"),
  ]

  /// Of strips that add others up: there is nothing to measure before they are made.
  static let sumFields: [ParameterSpec] = stripFields.map {
    $0.name != "trim"
      ? $0
      : field(
        "trim", .number(NumberSpec(.decibels, -96...60)), .value(.number(0)),
        "gain before the inserts", "-3 dB")
  }

  static let stripMappings: [MappingSpec] = [
    MappingSpec(
      "strip", "a strip", "Trim, polarity, inserts, fader, pan and width, output; sends.",
      stripFields),
    MappingSpec(
      "bus", "a bus", "A strip whose input is what is sent to it.",
      sumFields + [expectField, adviseField, noteField]),
    MappingSpec(
      "mix", "the mix", "The main output: a strip, and how long it rings.",
      sumFields.filter { !["output", "sends"].contains($0.name) } + [
        field(
          "source", .either([.path, .mapping("file")]), .absent("tracks and buses"),
          "a finished mix in place of tracks and buses", "in/mix.wav"),
        field(
          "tail", .either([anyTime, .word(["none"]), .tailRule]),
          .absent("until -90 dBFS, at most 15 s"), "how long it rings after the end", "4 s"),
        field(
          "bits", .number(NumberSpec(.plain, 16...32, isInteger: true, choices: [16, 24, 32])),
          .value(.number(32)), "depth of the file; 32 is floating point", "24"),
        field(
          "file", .path, .absent("out/mix.wav"),
          "where it is written; the ending is its format: wav, rf64, aiff, caf, flac (16 and 24 bits)",
          "out/<title> mix.wav"),
        expectField, adviseField, noteField,
      ]),
    MappingSpec(
      "level", "a level", "A level and a ride relative to it.",
      [
        field("level", .number(level), .value(.number(0)), "the level", "-6 dB"),
        field(
          "ride", .points(level), .absent("none"),
          "changes over time, added to the level; 0 dB before the first",
          "[[chorus-1, +1.5 dB], [verse-2, 0 dB, over 1 bar]]"),
      ]),
    MappingSpec(
      "send", "a send", "A copy to a bus.",
      [
        field("level", .number(level), .value(.number(0)), "the level", "-12 dB"),
        field(
          "ride", .points(level), .absent("none"),
          "changes over time, added to the level; 0 dB before the first",
          "[[start, mute], [bar 36 beat 4, 0 dB]]"),
        field(
          "tap", .word(["pre", "post"]), .value(.word("post")), "before or after fader and pan",
          "pre"),
        bypassField, noteField,
      ]),
    MappingSpec(
      "expect", "an expectation", "Measured quantities and the relation that must hold.",
      QuantityTable.all.map {
        field($0.name, .relation($0.unit), .absent("not judged"), $0.summary, $0.example)
      }),
  ]
}
