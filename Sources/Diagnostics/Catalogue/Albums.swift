extension Catalogue {
  /// Rules of albums, in alphabetical order of their ids.
  static let albums: [Rule] = [
    .albumRate, .discLength, .discNearlyFull, .discTrack, .emptyAlbum, .emptySide, .isrcTwice,
    .levelNeedsFiles, .overlapTooLong, .sideTooLong, .songFadeLeftOut, .songKind, .songOnNoSide,
    .songTwice, .songWithoutVersion, .unknownSong,
  ]
}

extension Rule {
  public static let albumRate = Rule(
    "album-rate", .error, "the songs of an album have different sample rates",
    page: """
      An album is rendered at one rate: `rate` where it is written, else that of the songs when
      they agree. There is no default; songs at other rates are converted.

      Wrong:
        kind: album
        songs: {a: {session: a.yaml}, b: {mix: b-44100.wav}}    # a is at 48 kHz

      Right:
        kind: album
        rate: 44.1 kHz
        songs: {a: {session: a.yaml}, b: {mix: b-44100.wav}}
      """)

  public static let discLength = Rule(
    "disc-length", .error, "a programme does not fit on a compact disc",
    page: """
      A compact disc holds 79:57 (359,775 frames of 1/75 s) and at most 99 tracks. Take songs out,
      shorten gaps, or deliver two discs.
      """)

  public static let discNearlyFull = Rule(
    "disc-nearly-full", .warning, "a programme is longer than every plant accepts",
    page: """
      Discs beyond 79 minutes need a waiver at many plants. The limit is 79:57.
      """)

  public static let discTrack = Rule(
    "disc-track", .error, "a track is too short for a compact disc",
    page: """
      A track of a compact disc lasts 4 s at least, its pause included. Join it with a neighbour
      in its own session, or lengthen the gap behind it.
      """)

  public static let emptyAlbum = Rule(
    "empty-album", .error, "an album has no songs",
    page: """
      `songs` lists the songs in playing order; bypassed ones are left out.

      Wrong:
        songs: {}

      Right:
        songs: {night-train: {session: 01-night-train/session.yaml}}
      """)

  public static let emptySide = Rule(
    "empty-side", .error, "a side of a record plays nothing",
    page: """
      Every side lists the songs that it plays.

      Wrong:
        sides: {A: [night-train, harbour], B: []}

      Right:
        sides: {A: [night-train], B: [harbour]}
      """)

  public static let isrcTwice = Rule(
    "isrc-twice", .error, "two songs of an album have the same ISRC",
    page: """
      An ISRC identifies one recording, and royalties follow it: another song, another version or
      another mix has a code of its own. One session or finished mix that an album plays twice is one
      recording and keeps its code.

      Wrong:
        songs:
          one: {session: one, metadata: {isrc: USS1Z2600001}}
          two: {session: two, metadata: {isrc: USS1Z2600001}}

      Right:
        songs:
          one: {session: one, metadata: {isrc: USS1Z2600001}}
          two: {session: two, metadata: {isrc: USS1Z2600002}}
      """)

  public static let levelNeedsFiles = Rule(
    "level-needs-files", .error, "a gain for each song needs a file for each song",
    page: """
      `level: each` gives every song the gain that its own loudness needs. One continuous file, or
      one side of a record, has one gain: `level: together`.

      Wrong:
        master: {level: each, deliver: {cd: {loudness: -11 LUFS, files: one}}}

      Right:
        master: {level: together, deliver: {cd: {loudness: -11 LUFS, files: one}}}
      """)

  public static let overlapTooLong = Rule(
    "overlap-too-long", .error, "two songs overlap by more than one of them lasts",
    page: """
      `overlap` is how long a song sounds together with the one before it; both are longer.

      Wrong:
        songs: {a: {mix: a.wav}, b: {mix: b.wav, overlap: 4 min}}

      Right:
        songs: {a: {mix: a.wav}, b: {mix: b.wav, overlap: 4 s}}
      """)

  public static let sideTooLong = Rule(
    "side-too-long", .warning, "a side of a record is longer than it cuts well",
    page: """
      A 12-inch side at 33 rpm is best up to 19:30 and has its limit near 23:00; longer sides are
      cut quieter, with less bass. Move a song to another side, or use another record.
      """)

  public static let songFadeLeftOut = Rule(
    "song-fade-left-out", .warning, "a song fades out in its master, which the album leaves out",
    page: """
      An album takes the songs' mixes; their master sections, and so `master: {fade-out: …}`, are
      left out. Say the fade in the album, or ride the mix's fader in the song.

      Right:
        songs: {home: {session: 09-home/session.yaml, fade-out: 6 s}}
      """)

  public static let songKind = Rule(
    "song-kind", .error, "what an album names as a song is no song",
    page: """
      `session` of a song is a session of `kind: song`; albums and collections do not nest.
      """)

  public static let songOnNoSide = Rule(
    "song-on-no-side", .warning, "a song of the album is on no side of the record",
    page: """
      `sides` lists what each side plays. A song that none of them names is not on the record.
      """)

  public static let songTwice = Rule(
    "song-twice", .error, "a song stands twice where it may stand once",
    page: """
      Every song is on one side of a record, once.

      Wrong:
        sides: {A: [night-train, harbour], B: [harbour]}

      Right:
        sides: {A: [night-train], B: [harbour]}
      """)

  public static let songWithoutVersion = Rule(
    "song-without-version", .warning, "a song has no version of the name that a delivery asks for",
    page: """
      A delivery of an album with `version: NAME` takes the version of that name of every song
      that has one. Where each song has its own file the others are left out; in one continuous
      file, or on a side, they play as they are. `lints: {song-without-version: silent}` accepts
      that.

      Right, in the song's session:
        versions: {instrumental: {mute: [vocal]}}
      """)

  public static let unknownSong = Rule(
    "unknown-song", .error, "a name that no song of the album has",
    page: """
      `sides` and targets name songs by their keys under `songs`.

      Wrong:
        songs: {night-train: {session: 01/session.yaml}}
        master: {deliver: {vinyl: {sides: {A: [nigth-train]}}}}

      Right:
        master: {deliver: {vinyl: {sides: {A: [night-train]}}}}
      """)
}
