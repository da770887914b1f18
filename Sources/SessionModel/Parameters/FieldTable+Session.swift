import Signal

extension FieldTable {
  static let rates: [Double] = [44100, 48000, 88200, 96000, 176400, 192000]
  public static let rate = NumberSpec(.hertz, 8000...384000, isInteger: true)
  public static let tempo = NumberSpec(.bpm, 10...999)

  static let sessionMappings: [MappingSpec] = [
    MappingSpec(
      "session", "a session", "The whole file.",
      [
        field(
          "mixdown", .number(NumberSpec(.plain, 1...1, isInteger: true)), .required,
          "the version of the language", "1"),
        field(
          "kind", .word(["song", "album", "collection"]), .value(.word("song")),
          "what the file describes; an album has keys of its own", "song"),
        field(
          "includes", .list(.path), .absent("none"),
          "files whose mappings are merged with this one", "[mix.yaml, master.yaml]"),
        field(
          "metadata", .mapping("metadata"), .absent("none"), "title, artist, ISRC …",
          "{title: Night Train, artist: The Example Band}"),
        field(
          "rate", .number(rate), .absent("none: it has to be written"),
          "the sample rate of the session", "48 kHz"),
        field("length", .position, .absent("where the last sound ends"), "the end", "3:52"),
        field(
          "tempo", .either([.number(tempo), .points(tempo)]), .absent("none"),
          "quarter notes a minute, or points", "92 bpm"),
        field(
          "meter", .either([.meter, .meterPoints]), .absent("4/4"), "the meter, or points", "3/4"),
        field(
          "bar-1", .position, .absent("0:00"), "where bar 1 lies in the recordings", "1.304 s"),
        field(
          "markers", .named(.position), .absent("none"), "names of positions",
          "{verse-1: bar 5, chorus-1: bar 17}"),
        field(
          "regions", .named(.range), .absent("none"), "names of ranges", "{middle-8: bar 45..53}"),
        field(
          "chapters", .list(.mapping("chapter")), .absent("none"), "chapters of an episode",
          "[{at: part-2, title: \"Storm, 1953\"}]"),
        field(
          "defaults", .mapping("defaults"), .absent("those of the language"),
          "what holds where nothing is said", "{crossfade: 8 ms}"),
        field(
          "presets", .named(.oneOf("preset")), .absent("none"), "settings by name, for `like`",
          "{tight: {compressor: {threshold: -18 dB, ratio: 4}}}"),
        field(
          "groups", .named(.either([.list(.reference), .mapping("group")])), .absent("none"),
          "tracks by a common name", "{kit: [kick, snare, oh]}"),
        field(
          "tracks", .named(.mapping("track")), .absent("none"), "the tracks by name",
          "{vocal: {source: audio/vocal.wav}}"),
        field(
          "buses", .named(.mapping("bus")), .absent("none"), "the buses by name",
          "{plate: {inserts: [reverb]}}"),
        field("mix", .mapping("mix"), .absent("as it is"), "the main output", "{fader: -1 dB}"),
        field(
          "master", .mapping("master"), .absent("none"), "mastering and deliveries",
          "{true-peak: -1 dBTP}"),
        field(
          "stems", .named(.list(.reference)), .absent("none"), "parts of the mix, printed",
          "{drums: [kit]}"),
        field(
          "versions", .named(.mapping("version")), .absent("none"), "the session with changes",
          "{instrumental: {mute: [voices]}}"),
        field(
          "edits", .list(.oneOf("session-edit")), .absent("none"),
          "the only list that changes time", "[cut: 1:02.1..1:04.5]"),
        field(
          "lints", .named(.word(["silent", "warning", "error"])), .absent("warnings"),
          "what to do with a warning, by its id", "{click-at-seam: silent}"),
      ]),
    MappingSpec(
      "metadata", "metadata", "Free text that goes into the files.",
      metadataKeys.map { key in
        field(
          key.name, key.name == "cover" ? .path : .text, .absent("none"), key.summary, key.example)
      }),
    MappingSpec(
      "chapter", "a chapter", "A chapter of an episode.",
      [
        field("at", .position, .required, "where it begins", "part-2"),
        field("title", .text, .required, "its title", "\"Storm, 1953\""),
        field("link", .text, .absent("none"), "a web address", "https://example.org/storm"),
      ]),
    MappingSpec(
      "defaults", "defaults", "What holds where nothing is said.",
      [
        field(
          "crossfade", .either([crossfadeTime, .mapping("crossfade")]),
          .value(.time(.seconds(Rational(1, 100)))), "at edits and seams", "8 ms"),
        panLawField,
      ]),
    MappingSpec(
      "preset", "a preset", "Settings of one kind by name: a processor or `strip`.",
      [field("strip", .mapping("strip"), .absent("none"), "keys of a strip", "{trim: 2 dB}")]
        + ProcessorTable.all.map {
          field($0.name, .parameters($0.name), .absent("none"), "keys of a processor", "{}")
        }),
    MappingSpec(
      "group", "a group", "Tracks by a common name, with a fader (VCA).",
      [
        field("tracks", .list(.reference), .required, "its members", "[kick, snare, oh]"),
        faderField,
      ]),
  ]

  private static let metadataKeys: [(name: String, summary: String, example: String)] = [
    ("title", "title", "Night Train"), ("artist", "artist", "The Example Band"),
    ("album", "album", "Night Trains"), ("album-artist", "artist of the album", "Various"),
    ("composer", "composer", "A. Example"), ("lyricist", "writer of the words", "A. Example"),
    ("conductor", "conductor", "A. Example"), ("arranger", "arranger", "A. Example"),
    ("producer", "producer", "A. Example"), ("engineer", "recording engineer", "A. Example"),
    ("mixer", "mixing engineer", "A. Example"), ("mastered-by", "mastering", "A. Example"),
    ("label", "label", "Example Records"), ("publisher", "publisher", "Example Music"),
    ("genre", "genre", "Rock"), ("date", "date of release", "2026-11-22"),
    ("track", "number on the album", "1"), ("tracks", "tracks on the album", "9"),
    ("disc", "number of the disc", "1"), ("discs", "discs of the album", "1"),
    ("isrc", "recording code", "USS1Z2600001"), ("upc", "product code", "\"0602435710235\""),
    ("catalogue", "number of the label", "EX-001"), ("copyright", "copyright", "2026 A. Example"),
    ("language", "language, a code of two or three letters", "en"),
    ("comment", "comment", "\"first mix\""),
    ("description", "description", "\"About the lighthouse\""),
    ("url", "web address", "https://example.org"), ("cover", "picture file", "art/cover.jpg"),
    ("bpm", "tempo tag", "92"), ("key", "musical key", "Am"),
  ]

  static let panLawField = field(
    "pan-law", .word(["-3 dB", "-4.5 dB", "-6 dB", "0 dB"]), .value(.word("-3 dB")),
    "what mono loses on each side at the centre, also where its track is stereo", "-4.5 dB")

  static let faderField = field(
    "fader", .either([.number(level), .mapping("level")]), .value(.number(0)),
    "the level, or a level with a ride", "-6 dB")
}
