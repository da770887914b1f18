import Signal

extension FieldTable {
  public static let truePeak = NumberSpec(.truePeak, -30...0)

  static let deliveryMappings: [MappingSpec] = [
    MappingSpec(
      "master", "the master", "From the mix to deliveries.",
      [
        insertsField,
        field(
          "fade-out", .either([.range, .mapping("fade-edit")]), .absent("none"),
          "a fade after the inserts",
          "{range: outro + 4 bars..bar 73, shape: exponential}"),
        field(
          "true-peak", .number(truePeak), .value(.number(-1)),
          "the ceiling of master.wav when there are no deliveries", "-1 dBTP"),
        expectField, adviseField,
        field(
          "deliver", .named(.mapping("delivery")), .absent("master.wav"),
          "the files to deliver by name",
          "{cd: {rate: 44.1 kHz, bits: 16, file: out/<title>.wav}}"),
        noteField,
      ]),
    MappingSpec(
      "delivery", "a delivery", "One file to deliver, or one for each region or stem.",
      [
        field("like", .name, .absent("nothing"), "the delivery to begin from", "streaming"),
        field(
          "from", .name, .value(.word("master")),
          "what is delivered: master, mix, stems, track/NAME, bus/NAME", "mix"),
        field(
          "version", .name, .absent("the session as it is"), "of which version", "instrumental"),
        field("range", .range, .absent("all"), "which part", "chorus-1"),
        field(
          "each", .word(["region", "stem"]), .absent("one file"),
          "one file for each; each region of each stem where `from` is stems", "region"),
        field(
          "inserts", .list(.insert), .absent("none"), "processors after the master's",
          "[mono-below: {frequency: 150 Hz}]"),
        field(
          "limiter", .word(["none", "true-peak"]), .value(.word("true-peak")),
          "the limiter at the ceiling, or none", "none"),
        field(
          "profile", .name, .absent("none"), "a row of `mixdown profiles`: its numbers hold",
          "streaming"),
        field(
          "loudness", .either([.loudnessTarget(.loudness), .mapping("loudness")]),
          .absent("as it is"), "the loudness to reach", "-14 LUFS"),
        field("true-peak", .number(truePeak), .absent("-1 dBTP"), "the ceiling", "-1 dBTP"),
        field(
          "max-limiting", .number(NumberSpec(.decibels, 0...40)), .absent("6 dB"),
          "the most the limiter may take away to reach the loudness; where a gain makes it more, that "
            + "is said", "4 dB"),
        field("rate", .number(rate), .absent("the session's"), "the sample rate", "44.1 kHz"),
        field(
          "bits", .number(NumberSpec(.plain, 16...32, isInteger: true, choices: [16, 24, 32])),
          .absent("24"), "depth; 32 is floating point", "16"),
        field(
          "dither", .word(["none", "flat", "f3", "e5", "e9", "f9"]), .absent("by depth"),
          "noise against rounding at 16 and 24 bits: flat, or shaped (f3 at 16 bits unless it is "
            + "said) at 44.1 and 48 kHz alone; at other rates it is flat", "f3"),
        field(
          "channels", .word(["stereo", "mono"]), .absent("as they are"),
          "mono is (left + right) / 2", "mono"),
        field(
          "format", .word(["wav", "rf64", "aiff", "caf", "flac", "mp3", "ogg", "opus"]),
          .absent("the ending of file"), "the file format", "mp3"),
        field(
          "bit-rate", .number(NumberSpec(.bitRate, 8000...512000)), .absent("by format"),
          "of MP3, Ogg and Opus", "160 kbps"),
        field(
          "bit-rate-mode", .word(["constant", "variable"]), .absent("constant in MP3"),
          "variable: bit-rate is an average; Ogg and Opus have no other", "variable"),
        field("head", anyTime, .absent("as it is"), "silence before the first sound", "20 ms"),
        field("tail", anyTime, .absent("as it is"), "silence after the last sound", "2 s"),
        field(
          "fade-out", .either([anyTime, .mapping("fade")]), .absent("none"), "a fade at the end",
          "4 s"),
        field(
          "gain", .either([.number(NumberSpec(.decibels, -96...60)), .gainOfDelivery]),
          .absent("what the loudness needs"), "a fixed gain, or that of another delivery",
          "as streaming"),
        field(
          "loop", .range, .absent("none"), "what a player repeats, marked in the file",
          "verse..chorus"),
        field("metadata", .mapping("metadata"), .absent("the session's"), "tags", "{title: Demo}"),
        field(
          "file", .path, .absent("out/NAME.wav"),
          "the file; `<title>`, `<version>`, `<delivery>`, `<region>`, `<stem>`, `<nn>` are filled in",
          "out/<title>.flac"),
        field(
          "report", .flag, .value(.flag(false)),
          "a JSON report beside each file: all that was measured and judged", "true"),
        expectField, adviseField, bypassField, noteField,
      ]),
    MappingSpec(
      "loudness", "a loudness target", "A metric and its value.",
      QuantityTable.loudnessMetrics.compactMap { QuantityTable[$0] }.map {
        field(
          $0.name, .loudnessTarget($0.unit), .absent("not asked"), $0.summary,
          $0.unit == .loudness ? "-16 LUFS" : "-20 dBFS")
      }),
  ]

  static let versionMappings: [MappingSpec] = [
    MappingSpec(
      "version", "a version", "The session with these changes.",
      [
        field("mute", .list(.reference), .absent("none"), "what is silent", "[voices]"),
        field("only", .list(.reference), .absent("all"), "what alone sounds", "[drums, bass]"),
        field(
          "set", .settings, .absent("none"), "values by address", "{vocal/fader/level: -5 dB}"),
        field(
          "edits", .list(.oneOf("session-edit")), .absent("none"),
          "further session edits", "[cut: solo]"),
        field("metadata", .mapping("metadata"), .absent("none"), "tags", "{isrc: USS1Z2600002}"),
        noteField,
      ])
  ]
}
