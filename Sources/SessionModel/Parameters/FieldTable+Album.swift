import Signal

extension FieldTable {
  /// Keys of a session that an album has too.
  private static let sharedWithSession: Set<String> = [
    "mixdown", "kind", "includes", "metadata", "rate", "presets", "lints",
  ]

  /// Keys of a delivery that make no sense for an album: it has no timeline to take parts of.
  private static let onlyOfSongs: Set<String> = ["range", "each", "from", "version", "file"]

  static let records = [
    "12-inch 33", "12-inch 45", "10-inch 33", "10-inch 45", "7-inch 33", "7-inch 45",
  ]

  private static let gapTime = TimeSpec(to: Rational(60), words: ["none"])

  static let albumMappings: [MappingSpec] = [
    MappingSpec(
      "album", "an album", "The whole file when `kind` is `album`.",
      fields(of: "session", where: { sharedWithSession.contains($0) }).map { spec in
        switch spec.name {
        case "kind": field("kind", .word(["album"]), .required, "what the file describes", "album")
        case "rate":
          field(
            "rate", .number(rate), .absent("that of the songs, when they agree"),
            "the sample rate of the album; songs at others are converted", "44.1 kHz")
        default: spec
        }
      } + [
        field(
          "gap", .time(gapTime), .value(.time(.seconds(Rational(2)))),
          "silence before each song but the first", "2 s"),
        field(
          "songs", .named(.mapping("song")), .required, "the songs by name, in playing order",
          "{night-train: {session: 01-night-train/session.yaml}}"),
        field(
          "master", .mapping("album-master"), .absent("none"), "mastering and deliveries",
          "{level: together}"),
      ]),
    MappingSpec(
      "song", "a song", "A song of an album: a session, whose mix is taken, or a finished mix.",
      [
        field(
          "session", .path, .absent("a finished mix"), "a session file, or its folder",
          "01-night-train/session.yaml"),
        field(
          "mix", .either([.path, .mapping("file")]), .absent("a session"), "a finished mix",
          "04-interlude/mix.wav"),
        field(
          "version", .name, .absent("the session as it is"), "which version of the session",
          "radio"),
        field("gain", .number(level), .value(.number(0)), "before the inserts", "-0.5 dB"),
        field("gap", .time(gapTime), .absent("the album's"), "silence before the song", "0.8 s"),
        field(
          "overlap", .time(TimeSpec(to: Rational(600))), .absent("none"),
          "how long it sounds together with the song before it", "1.5 s"),
        field(
          "fade-in", .either([anyTime, .mapping("fade")]), .absent("none"),
          "a fade at its start", "1 s"),
        field(
          "fade-out", .either([anyTime, .mapping("fade")]), .absent("none"),
          "a fade at its end", "6 s"),
        insertsField,
        field(
          "metadata", .mapping("metadata"), .absent("the session's"), "tags",
          "{title: Interlude, isrc: USS1Z2600004}"),
        bypassField, noteField,
      ]),
    MappingSpec(
      "album-master", "the master of an album",
      "From the songs' mixes to deliveries. It stands in place of the songs' own masters.",
      fields(of: "master", where: { $0 != "deliver" && $0 != "fade-out" }) + [
        field(
          "level", .word(["together", "each"]), .value(.word("together")),
          "one gain for all songs, so that the loudest meets the target; or a gain for each",
          "together"),
        field(
          "deliver", .named(.mapping("album-delivery")), .absent("master.wav"),
          "the files to deliver by name",
          "{cd: {profile: red-book, files: one, file: out/<album>.wav, cue: true}}"),
      ]),
    MappingSpec(
      "album-delivery", "a delivery of an album",
      "The album as one file, as a file for each song, or for each side of a record.",
      fields(of: "delivery", where: { !onlyOfSongs.contains($0) }) + [
        field(
          "from", .word(["master", "mix"]), .value(.word("master")),
          "what is delivered; mix: before the master's inserts", "mix"),
        field(
          "version", .name, .absent("the songs as listed"),
          "the version of this name of every song that has one; without it a song is left out "
            + "where each has its own file, and stays as it is otherwise",
          "instrumental"),
        field(
          "file", .path,
          .absent(
            "out/<delivery>/<nn> <title>.wav, out/<delivery>.wav or out/<delivery> <side>.wav"),
          "the file; `<nn>`, `<title>`, `<artist>`, `<album>`, `<side>`, `<song>`, `<delivery>`, "
            + "`<version>` are filled in",
          "out/<nn> <title>.flac"),
        field(
          "files", .word(["each", "one"]), .value(.word("each")),
          "a file for each song, or one for all", "one"),
        field(
          "sides", .named(.list(.reference)), .absent("none"),
          "a file for each side of a record, with a timing sheet",
          "{A: [night-train, harbour], B: [salt, home]}"),
        field(
          "record", .word(records), .value(.word("12-inch 33")),
          "the record that the sides are for: how long they may be", "12-inch 45"),
        field(
          "cue", .flag, .value(.flag(false)), "true: a cue sheet beside the audio", "true"),
        field(
          "pq-sheet", .flag, .value(.flag(false)), "true: a PQ sheet beside the audio", "true"),
      ]),
  ]

  private static func fields(of name: String, where keeps: (String) -> Bool) -> [ParameterSpec] {
    let mappings = sessionMappings + deliveryMappings
    return mappings.first { $0.name == name }?.fields.filter { keeps($0.name) } ?? []
  }
}
