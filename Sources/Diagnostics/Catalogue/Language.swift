extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let language: [Rule] = [
    .automationNotPossible, .badName, .badPosition, .badRange, .booleanWord, .conflictingKeys,
    .decimalComma, .duplicateName, .includeCycle, .includeMissing, .kindNotRendered,
    .languageVersion, .likeCycle, .missingField, .missingUnit, .missingValue, .outOfRange,
    .presetKind, .reservedName, .reservedSyntax, .sessionMissing, .setTwice, .tooFine, .unitSpacing,
    .unknownAddress, .unknownDelivery, .unknownKey, .unknownLint, .unknownPreset, .unknownProcessor,
    .unknownVersion, .unknownWord, .wrongRelation, .wrongShape, .wrongUnit, .wrongValue,
  ]
}

extension Rule {
  public static let automationNotPossible = Rule(
    "automation-not-possible", .error, "this parameter has one value for the whole session",
    page: """
      Some parameters are built into the processor when it is made and cannot move.
      `mixdown help PROCESSOR` marks those that can.

        wrong:  compressor: {threshold: -18 dB, knee: {automation: [[start, 6 dB]]}}
        right:  compressor: {threshold: {automation: [[start, -18 dB], [bar 9, -20 dB]]}}
      """)

  public static let badName = Rule(
    "bad-name", .error, "a name has a character that names cannot have",
    page: """
      Names become file names and parts of positions and addresses. They are made of letters,
      digits, '-' and '_'; names of markers and regions begin with a letter. Tracks, buses and
      groups may have single spaces and dots inside.

        wrong:  markers: {verse 1: bar 5}
        right:  markers: {verse-1: bar 5}
      """)

  public static let badPosition = Rule(
    "bad-position", .error, "a position cannot be read",
    page: """
      A position is `[h:]m:ss[.fff]`, a number with a unit (`12.4 s`, `480 ms`, `48000 fr`),
      `bar 17`, `bar 17 beat 3`, the name of a marker or region, `start` or `end`, with or without
      an offset, which has spaces around its sign: `chorus-1 + 1/8`, `bye - 6 s`.

        wrong:  at: 12.4
        right:  at: 12.4 s
      """)

  public static let badRange = Rule(
    "bad-range", .error, "a range cannot be read",
    page: """
      A range is `A..B` (B is not part of it; `bar 45..53` is 8 bars), `A for LENGTH`, or the name
      of a region.

        wrong:  - cut: 12:40.2 - 12:43.8
        right:  - cut: 12:40.2..12:43.8
      """)

  public static let booleanWord = Rule(
    "boolean-word", .error, "a word that YAML readers disagree about",
    page: """
      `yes`, `no`, `on` and `off` are booleans for some YAML readers and text for others.
      The booleans of the language are `true` and `false`; what is absent is `none`; a silent
      level is `mute`.

        wrong:  bypass: yes
        right:  bypass: true
      """)

  public static let conflictingKeys = Rule(
    "conflicting-keys", .error, "keys that exclude each other",
    page: """
      Some keys say the same thing in two ways: a track has one of `source`, `clips` and `takes`;
      a source has one of `channel` and `channels`; `each: stem` delivers the stems and nothing else.

        wrong:  {source: audio/a.wav, clips: [{source: audio/b.wav}]}
        right:  {clips: [{source: audio/a.wav}, {source: audio/b.wav, at: 0:30}]}
      """)

  public static let decimalComma = Rule(
    "decimal-comma", .error, "a number with a decimal comma",
    page: """
      Numbers have a decimal point; in flow style a comma ends the value.

        wrong:  fader: -3,5 dB
        right:  fader: -3.5 dB
      """)

  public static let duplicateName = Rule(
    "duplicate-name", .error, "a name is given twice",
    page: """
      Tracks, buses and groups share one set of names, in which upper and lower case are the same:
      they become file names. Markers, regions and inserted gaps share another. Names of inserts,
      clips, edits and sends are unique in their list.

        wrong:  tracks: {drums: {source: a.wav}}      buses: {Drums: {}}
        right:  tracks: {drum-loop: {source: a.wav}}  buses: {drums: {}}
      """)

  public static let includeCycle = Rule(
    "include-cycle", .error, "a file includes itself",
    page: """
      A file that is included must not include, directly or through others, the file that
      includes it.

        wrong:  mix.yaml has `includes: [mix.yaml]`
        right:  session.yaml has `includes: [edit.yaml, mix.yaml]`
      """)

  public static let includeMissing = Rule(
    "include-missing", .error, "an included file cannot be read",
    page: """
      Paths in `includes` are relative to the file that writes them.

        wrong:  includes: [mixx.yaml]
        right:  includes: [mix.yaml]
      """)

  public static let kindNotRendered = Rule(
    "kind-not-rendered", .error, "this build renders songs and albums only",
    page: """
      `kind: collection` is known to the language; this build of mixdown renders sessions of
      `kind: song` and `kind: album`.

        wrong:  kind: collection
        right:  kind: album
      """)

  public static let languageVersion = Rule(
    "language-version", .error, "the language version is missing or unknown",
    page: """
      Every session begins with the version of the language it is written in. Defaults belong to
      the version, so that a session sounds the same in years to come.

        wrong:  mixdown: 2
        right:  mixdown: 1
      """)

  public static let likeCycle = Rule(
    "like-cycle", .error, "presets or deliveries are like each other in a circle",
    page: """
      `like` takes the keys of another preset or delivery; a circle has no beginning.

        wrong:  deliver: {a: {like: b}, b: {like: a}}
        right:  deliver: {a: {bits: 24}, b: {like: a, bits: 16}}
      """)

  public static let missingField = Rule(
    "missing-field", .error, "a key that must be there is not",
    page: """
      Some parameters have no neutral value and must be written.

        wrong:  - compressor: {ratio: 4}
        right:  - compressor: {threshold: -18 dB, ratio: 4}
      """)

  public static let missingUnit = Rule(
    "missing-unit", .error, "a number without its unit",
    page: """
      Units are part of values. Only fields that have no unit (ratio, q, bits) take plain numbers.

        wrong:  fader: -6
        right:  fader: -6 dB
      """)

  public static let missingValue = Rule(
    "missing-value", .error, "a key without a value",
    page: """
      A key with nothing behind it says nothing. An empty mapping is `{}`.

        wrong:  buses: {speech: }
        right:  buses: {speech: {}}
      """)

  public static let outOfRange = Rule(
    "out-of-range", .error, "a number outside its range",
    page: """
      The message names the range. `mixdown help PROCESSOR` lists all of them.

        wrong:  - compressor: {threshold: 6 dB}
        right:  - compressor: {threshold: -6 dB}
      """)

  public static let presetKind = Rule(
    "preset-kind", .error, "a preset of another kind",
    page: """
      A preset has one kind, a processor or `strip`, and is used where that kind stands.

        wrong:  presets: {tight: {compressor: {ratio: 4}}}   ... - gate: {like: tight}
        right:  presets: {tight: {compressor: {ratio: 4}}}   ... - compressor: {like: tight}
      """)

  public static let reservedName = Rule(
    "reserved-name", .error, "a name that the language uses itself",
    page: """
      `mix`, `master`, `start`, `end` and the top-level keys have a meaning in addresses and
      positions and cannot be names of tracks, buses, groups, markers or regions.

        wrong:  tracks: {master: {source: a.wav}}
        right:  tracks: {old-master: {source: a.wav}}
      """)

  public static let reservedSyntax = Rule(
    "reserved-syntax", .error, "a form that is kept for later",
    page: """
      Timecode (`tc 10:01:12:05`) and `at: timestamp` (the time stamp inside a Broadcast WAV file)
      are kept for a later version of the language.

        wrong:  at: timestamp
        right:  at: 0:12.350
      """)

  public static let sessionMissing = Rule(
    "session-missing", .error, "the session file cannot be read",
    page: """
      Without another name the session is `session.yaml` in the current folder.

        wrong:  mixdown check sesion.yaml
        right:  mixdown check session.yaml
      """)

  public static let setTwice = Rule(
    "set-twice", .error, "two files set the same value",
    page: """
      Included files are merged key by key; no file overrides another. Only the session's `edits`
      are joined.

        wrong:  rate: 48 kHz in both session.yaml and mix.yaml
        right:  rate: 48 kHz in session.yaml alone
      """)

  public static let tooFine = Rule(
    "too-fine", .error, "a time with more digits than it can have",
    page: """
      Times are exact to the microsecond; a frame at 192 kHz lasts five. For exact frames write
      `fr`.

        wrong:  at: 3.3333333333 s
        right:  at: 3.333333 s
      """)

  public static let unitSpacing = Rule(
    "unit-spacing", .error, "a number and its unit need one space between them",
    page: """
      A value has one spelling, so that a text search finds it.

        wrong:  frequency: 80Hz
        right:  frequency: 80 Hz
      """)

  public static let unknownAddress = Rule(
    "unknown-address", .error, "an address leads nowhere",
    page: """
      An address names one value: `TRACK/fader/level`, `BUS/inserts/NAME/PARAMETER`,
      `master/deliver/NAME/loudness`. An insert without a name is called by its kind, the second
      of that kind `eq-2`.

        wrong:  set: {vocl/fader/level: -5 dB}
        right:  set: {vocal/fader/level: -5 dB}
      """)

  public static let unknownDelivery = Rule(
    "unknown-delivery", .error, "no delivery has this name",
    page: """
      `like: NAME` and `gain: as NAME` name another entry of `deliver`.

        wrong:  gain: as streeming
        right:  gain: as streaming
      """)

  public static let unknownKey = Rule(
    "unknown-key", .error, "a key that means nothing here",
    page: """
      A misspelt key would silently do nothing; so it is an error.

        wrong:  {sorce: audio/kick.wav}
        right:  {source: audio/kick.wav}
      """)

  public static let unknownLint = Rule(
    "unknown-lint", .error, "no warning has this id",
    page: """
      `lints` silences or promotes warnings by their id, the word in brackets behind a message.
      Errors cannot be silenced.

        wrong:  lints: {clicks: silent}
        right:  lints: {click-at-seam: silent}
      """)

  public static let unknownPreset = Rule(
    "unknown-preset", .error, "no preset has this name",
    page: """
      `like: NAME` takes the keys of an entry of `presets`.

        wrong:  - compressor: {like: tihgt}
        right:  - compressor: {like: tight}
      """)

  public static let unknownProcessor = Rule(
    "unknown-processor", .error, "no processor has this name",
    page: """
      An entry of `inserts` is a processor with its parameters. `mixdown help` lists them.

        wrong:  inserts: [compresor: {threshold: -18 dB}]
        right:  inserts: [compressor: {threshold: -18 dB}]
      """)

  public static let unknownVersion = Rule(
    "unknown-version", .error, "no version has this name",
    page: """
      `version: NAME` in a delivery and `--version NAME` name an entry of `versions`.

        wrong:  version: instrumentl
        right:  version: instrumental
      """)

  public static let unknownWord = Rule(
    "unknown-word", .error, "a word that is not a choice here",
    page: """
      The message lists the words that are.

        wrong:  reverb: {kind: plates}
        right:  reverb: {kind: plate}
      """)

  public static let wrongRelation = Rule(
    "wrong-relation", .error, "a relation cannot be read",
    page: """
      Relations have one spelling each: `at most 3 dB`, `at least 9 dB`, `between 4 LU and 18 LU`,
      `-14 LUFS ± 0.5 LU` (`+-` reads as `±`).

        wrong:  expect: {crest-factor: "> 9 dB"}
        right:  expect: {crest-factor: at least 9 dB}
      """)

  public static let wrongShape = Rule(
    "wrong-shape", .error, "a list, a mapping or a value stands where another must",
    page: """
      A mapping is `{key: value}`, a list is `[a, b]`, or the same over several lines.

        wrong:  tracks: [kick, snare]
        right:  tracks: {kick: {source: kick.wav}, snare: {source: snare.wav}}
      """)

  public static let wrongUnit = Rule(
    "wrong-unit", .error, "a unit that does not belong here",
    page: """
      The message names the units that do. Units are written as in print: `dB`, `Hz`, `kHz`, `ms`.

        wrong:  frequency: 80 hz
        right:  frequency: 80 Hz
      """)

  public static let wrongValue = Rule(
    "wrong-value", .error, "a value cannot be read",
    page: """
      The message says what may stand here.

        wrong:  fader: loud
        right:  fader: -3 dB
      """)
}
