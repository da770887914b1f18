extension Catalogue {
  /// Rules of what leads where: names of strips, buses, groups, stems and files, in alphabetical order of their ids.
  static let routing: [Rule] = [
    .duplicateOutput, .emptyDelivery, .groupCycle, .mixIsGiven, .mutedButRouted, .nameCycle,
    .notAudibleTarget, .sendToNowhere, .stemsIncomplete, .stemsOverlap, .trimNeedsTrack,
    .unknownBus, .unknownPattern, .unknownStem, .unknownStrip, .unportableName, .wrongSource,
  ]
}

extension Rule {
  public static let duplicateOutput = Rule(
    "duplicate-output", .error, "two outputs are written to the same file",
    page: """
      Every delivery and every file of an 'each' needs a path of its own, which is not the mix's or
      a stem's either. Names that differ in case alone are one file on some systems, and what is a
      file is no folder for another one.

      Wrong:

          a: {file: out/<title>.wav}
          b: {file: out/<title>.wav}

      Right:

          a: {file: out/<title> <delivery>.wav}
          b: {file: out/<title> <delivery>.wav}
      """)

  public static let emptyDelivery = Rule(
    "empty-delivery", .error, "a delivery has no files",
    page: """
      `each: region` makes a file of every region, `each: stem` and `from: stems` one of every stem,
      `from: stems` with `each: region` one of every region of every stem. The session has none, or edits have cut all of them away.

      Wrong:

          master: {deliver: {parts: {each: region}}}

      Right:

          regions: {verse: 0:00..0:40, chorus: 0:40..1:10}
          master: {deliver: {parts: {each: region}}}
      """)

  public static let groupCycle = Rule(
    "group-cycle", .error, "a group contains itself",
    page: """
      Groups may hold groups, but none may hold itself by way of others.

      Wrong:

          groups: {a: [b], b: [a]}

      Right:

          groups: {a: [b], b: [kick, snare]}
      """)

  public static let mixIsGiven = Rule(
    "mix-is-given", .warning, "tracks stand beside a finished mix",
    page: """
      With `mix: {source: FILE}` the mix is that file; tracks and buses are heard nowhere, not in
      stems either, and there is nobody to solo or mute.

      Wrong:

          mix: {source: in/mix.wav}
          tracks: {vocal: {source: in/vocal.wav}}

      Right:

          tracks: {band: {source: in/mix.wav}, vocal: {source: in/vocal.wav}}
      """)

  public static let mutedButRouted = Rule(
    "muted-but-routed", .warning, "a muted bus still gets signal",
    page: """
      Everything that plays into this bus is lost.

      Wrong:

          buses: {drums: {mute: true}}
          tracks: {kick: {source: k.wav, strip: {output: drums}}}

      Right:

          buses: {drums: {}}
          tracks: {kick: {source: k.wav, strip: {output: drums}}}
      """)

  public static let nameCycle = Rule(
    "name-cycle", .error, "a place is defined by way of itself",
    page: """
      Markers may refer to markers, but not in a circle.

      Wrong:

          markers: {a: b + 1 s, b: a - 1 s}

      Right:

          markers: {a: 10 s, b: a - 1 s}
      """)

  public static let notAudibleTarget = Rule(
    "not-audible-target", .error, "a track stands where a bus is needed",
    page: """
      Outputs and sends lead to buses; only keys and stems refer to tracks.

      Wrong:

          strip: {output: vocal}

      Right:

          strip: {output: voices}
      """)

  public static let sendToNowhere = Rule(
    "send-to-nowhere", .warning, "a send is never heard",
    page: """
      Its level is silence and nothing rides it, or its bus is muted.

      Wrong:

          sends: {plate: mute}

      Right:

          sends: {plate: -12 dB}
      """)

  public static let stemsIncomplete = Rule(
    "stems-incomplete", .warning, "tracks are in no stem",
    page: """
      Stems sum to the mix when each track is in one of them, itself or by a bus that it plays into.
      Stems may be parts of a mix; this is said where `stems-residual` is expected of the mix, or
      two or more stems hold most of the tracks and others are left out.

      Wrong:

          tracks: {kick: {source: k.wav}, bass: {source: b.wav}, keys: {source: e.wav}}
          stems: {low: [bass], drums: [kick]}

      Right:

          stems: {low: [bass], drums: [kick], keys: [keys]}
      """)

  public static let stemsOverlap = Rule(
    "stems-overlap", .warning, "two stems hold the same",
    page: """
      What is in two stems counts twice when they are added up. A bus in one stem holds whatever
      plays into it, also what is in another stem by name.

      Wrong:

          stems: {rhythm: [bass, drums], harmony: [keys, bass]}

      Right:

          stems: {rhythm: [bass, drums], harmony: [keys]}
      """)

  public static let trimNeedsTrack = Rule(
    "trim-needs-track", .error, "a bus or the mix is trimmed to a loudness",
    page: """
      `trim: to -20 LUFS` measures what a track plays, before its inserts. What comes together in a bus
      or in the mix is turned up or down by a number; a loudness of the whole is a delivery's.

      Wrong:

          buses: {drums: {trim: to -20 LUFS}}

      Right:

          buses: {drums: {trim: -6 dB}}
      """)

  public static let unknownBus = Rule(
    "unknown-bus", .error, "no bus has this name",
    page: """
      Outputs and sends name buses of the session, or 'mix'.

      Wrong:

          strip: {output: drms}

      Right:

          strip: {output: drums}
      """)

  public static let unknownPattern = Rule(
    "unknown-pattern", .error, "a file name has a placeholder that has no value",
    page: """
      Known are <title> and every other key of the metadata, <version>, <delivery>, <region>,
      <stem> and <nn>.

      Wrong:

          file: out/<titel>.wav

      Right:

          file: out/<title>.wav
      """)

  public static let unknownStem = Rule(
    "unknown-stem", .error, "no stem has this name",
    page: """
      Stems are declared under 'stems'.

      Wrong:

          from: stem/drms

      Right:

          from: stem/drums
      """)

  public static let unknownStrip = Rule(
    "unknown-strip", .error, "no track, bus or group has this name",
    page: """
      Keys, groups, stems, mutes and solos name tracks, buses and groups.

      Wrong:

          duck: {by: speach}

      Right:

          duck: {by: speech}
      """)

  public static let unportableName = Rule(
    "unportable-name", .warning, "a file name that not every system can have",
    page: """
      The file is written as it is called. Who takes the folder to Windows, or checks it out there,
      cannot: `: * ? " |` and `\\` stand in no file name. Values of `<title>` and its like are made
      safe of themselves.

      Wrong:

          file: "out/Who: what?.wav"

      Right:

          file: out/Who - what.wav
      """)

  public static let wrongSource = Rule(
    "wrong-source", .error, "a delivery is taken from something that does not exist",
    page: """
      'from' is master, mix, stems, track/NAME or bus/NAME.

      Wrong:

          from: strem/drums

      Right:

          from: stems
      """)
}
