import Signal

extension FieldTable {
  private static let placed: [ParameterSpec] = [
    field("in", .position, .absent("its beginning"), "first position in the recording", "1:00"),
    field("out", .position, .absent("its end"), "last position in the recording", "2:30"),
    field("at", .position, .absent("start"), "where it lies in the session", "bar 8"),
  ]
  private static let file: [ParameterSpec] = [
    field("file", .path, .required, "the sound file", "audio/ep12.wav"),
    field(
      "channel", .number(NumberSpec(.plain, 1...64, isInteger: true)), .absent("all"),
      "the one channel to take, from 1", "3"),
    field(
      "channels", .list(.number(NumberSpec(.plain, 1...64, isInteger: true))), .absent("all"),
      "the one or two channels to take, from 1", "[3, 4]"),
  ]
  private static let sourceKind = ValueKind.either([.path, .mapping("file")])
  private static let identity = [nameField, noteField, bypassField]
  private static let rangeField = field("range", .range, .required, "where", "1:02.1..1:02.9")
  private static let shapes = ValueKind.word([
    "auto", "linear", "s-curve", "s-curve5", "equal-power", "sqrt-power", "s-power",
    "exponential", "log",
  ])
  private static let fadeShapes = ValueKind.word([
    "linear", "s-curve", "s-curve5", "equal-power", "sqrt-power", "s-power", "exponential", "log",
  ])
  private static let fadeKind = ValueKind.either([anyTime, .mapping("fade")])

  static let contentMappings: [MappingSpec] = [
    MappingSpec(
      "track", "a track", "What is recorded or placed, how it is edited, and its strip.",
      [
        field(
          "source", .either([.path, .mapping("source")]), .absent("clips or takes"),
          "one recording", "audio/kick.wav"),
        field(
          "clips", .list(.mapping("clip")), .absent("source or takes"),
          "ranges of recordings on the timeline", "[{source: audio/ad.wav, at: bar 8}]"),
        field(
          "takes", .named(.either([.path, .mapping("clip"), .list(.mapping("clip"))])),
          .absent("source or clips"), "performances of one part by name",
          "{t1: audio/vox-1.wav, t2: audio/vox-2.wav}"),
        field(
          "comp", .list(.mapping("comp-entry")), .absent("the only take"),
          "which take sounds from where", "[{from: start, take: t1}, {from: bar 9, take: t2}]"),
        field(
          "edits", .list(.oneOf("track-edit")), .absent("none"), "in place: nothing else moves",
          "[silence: start..bar 5]"),
        field(
          "room-tone", .range, .absent("none"), "what `fill: room-tone` fills with", "3:10..3:16"),
        field(
          "ripple", .word(["cut", "move", "stay"]), .value(.word("cut")),
          "what session edits do to it: cut it, move its clips, or nothing", "move"),
        field(
          "shift", .time(TimeSpec(to: Rational(60), negative: true)),
          .value(.time(.seconds(Rational(0)))),
          "moves the recording in time", "-2.1 ms"),
        field("strip", .mapping("strip"), .absent("as it is"), "how it is mixed", "{fader: -6 dB}"),
        expectField, adviseField, noteField,
      ]),
    MappingSpec(
      "file", "a source", "A sound file and the channels to take from it.", file),
    MappingSpec(
      "source", "a source", "A sound file, the channels and the range to take, and where it lies.",
      file + placed),
    MappingSpec(
      "clip", "a clip", "A range of a recording on the timeline.",
      [field("source", sourceKind, .required, "the recording", "audio/theme.wav")] + placed + [
        field(
          "gain", .number(level), .value(.number(0)), "its level", "-3 dB"),
        field("fade-in", fadeKind, .absent("none"), "length, or length and shape", "3 s"),
        field("fade-out", fadeKind, .absent("none"), "length, or length and shape", "6 s"),
        field(
          "crossfade", .either([crossfadeTime, .mapping("crossfade")]), .absent("none"),
          "with the clip before it, which it overlaps", "15 ms"),
        field("reverse", .flag, .value(.flag(false)), "played backwards", "true"),
      ] + identity),
    MappingSpec(
      "fade", "a fade", "A length and a shape.",
      [
        field("length", anyTime, .required, "its length", "3 s"),
        field("shape", fadeShapes, .value(.word("linear")), "its curve", "equal-power"),
      ]),
    MappingSpec(
      "crossfade", "a crossfade", "A length and a shape.",
      [
        field("length", crossfadeTime, .required, "its length", "15 ms"),
        field("shape", shapes, .absent("that of defaults, else auto"), "its curve", "equal-power"),
      ]),
    MappingSpec(
      "comp-entry", "a comp entry", "From here on this take sounds.",
      [
        field("from", .position, .required, "where it begins", "bar 9 beat 3"),
        field("to", .position, .absent("the next entry"), "where it ends", "bar 11"),
        field("take", .name, .required, "the take", "t2"),
        crossfadeField, nameField, noteField,
      ]),
    MappingSpec(
      "track-edit", "a track edit", "An edit in place; it moves nothing.",
      [
        field(
          "silence", .either([.range, .mapping("silence")]), .absent("none"), "silences a range",
          "start..bar 5"),
        field(
          "gain", .mapping("gain-edit"), .absent("none"), "changes the level of a range",
          "{range: 1:02.1..1:02.9, by: -3 dB}"),
        field(
          "reverse", .either([.range, .mapping("reverse")]), .absent("none"),
          "turns a range round", "bar 4..5"),
        field(
          "replace", .mapping("replace"), .absent("none"),
          "puts another recording in the place of a range",
          "{range: 1:02..1:04, source: audio/retake.wav, in: 0:03}"),
        field(
          "fade-in", .either([.range, .mapping("fade-edit")]), .absent("none"),
          "rises over a range", "0:00..0:03"),
        field(
          "fade-out", .either([.range, .mapping("fade-edit")]), .absent("none"),
          "falls over a range", "3:40..3:52"),
      ]),
    MappingSpec(
      "silence", "a silence", "Silence over a range.",
      [
        rangeField,
        field(
          "fill", .word(["room-tone"]), .absent("digital silence"), "what sounds instead",
          "room-tone"),
        crossfadeField,
      ] + identity),
    MappingSpec(
      "gain-edit", "a gain edit", "A change of level over a range.",
      [rangeField, field("by", .number(level), .required, "the change", "-3 dB"), crossfadeField]
        + identity),
    MappingSpec(
      "reverse", "a reversal", "A range played backwards.",
      [rangeField, crossfadeField] + identity),
    MappingSpec(
      "replace", "a replacement", "Another recording in the place of a range.",
      [
        rangeField, field("source", sourceKind, .required, "the recording", "audio/retake.wav"),
        field("in", .position, .absent("its beginning"), "first position in it", "0:03"),
        crossfadeField,
      ] + identity),
    MappingSpec(
      "fade-edit", "a fade", "A fade over a range.",
      [rangeField, field("shape", fadeShapes, .value(.word("linear")), "its curve", "s-curve")]
        + identity),
    MappingSpec(
      "session-edit", "a session edit", "An edit that changes time, for every track at once.",
      [
        field(
          "cut", .either([.range, .mapping("cut")]), .absent("none"), "takes a range out",
          "2:07.53..2:25.53"),
        field(
          "insert", .mapping("insert-gap"), .absent("none"), "makes room",
          "{at: part-2, length: 32 s, name: ad}"),
        field(
          "repeat", .either([.range, .mapping("repeat")]), .absent("none"),
          "plays a range several times",
          "{range: chorus-1, times: 2}"),
        field(
          "move", .mapping("move"), .absent("none"), "plays a range elsewhere",
          "{range: bridge, to: outro}"),
      ]),
    MappingSpec(
      "cut", "a cut", "Takes a range out.", [rangeField, crossfadeField] + identity),
    MappingSpec(
      "insert-gap", "an insert", "Makes room, silent unless a track puts something there.",
      [
        field("at", .position, .required, "where", "part-2"),
        field("length", anyTime, .required, "how much", "32 s"), crossfadeField,
      ] + identity),
    MappingSpec(
      "repeat", "a repeat", "Plays a range several times.",
      [
        rangeField,
        field(
          "times", .number(NumberSpec(.plain, 2...1000, isInteger: true)), .value(.number(2)),
          "how often in all", "2"), crossfadeField,
      ] + identity),
    MappingSpec(
      "move", "a move", "Plays a range elsewhere.",
      [rangeField, field("to", .position, .required, "where to", "outro"), crossfadeField]
        + identity),
  ]
}
