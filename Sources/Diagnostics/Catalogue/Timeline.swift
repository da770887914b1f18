extension Catalogue {
  /// Rules of positions, edits, content, routing names and delivery shapes, in alphabetical order of
  /// their ids.
  static let timeline: [Rule] = [
    .automationOrder, .barNeedsTempo, .beatOutsideBar, .clickAtSeam, .clipOverlap,
    .clipPastRecording, .compGap, .compOverlap, .crossfadeShortened, .duplicateOutput,
    .editPastTrack, .editWithoutEffect, .emptyClip, .emptyRange, .emptySession, .emptyTrack,
    .endNeedsLength, .fadeShortened,
    .groupCycle, .lengthOutOfRange, .meterOrder, .missingRate, .mutedButRouted, .nameCycle,
    .notARegion, .notAudibleTarget, .overlappingCuts, .overlappingEdits, .positionBeforeStart,
    .positionTooFar, .recordingPosition, .rideOutsideSession, .roomTone, .sendToNowhere,
    .tempoOrder, .unknownBus, .unknownMarker, .unknownPattern, .unknownStem, .unknownStrip,
    .unknownTake, .wrongSource,
  ]
}

extension Rule {
  public static let automationOrder = Rule(
    "automation-order", .error, "points of a ride or automation are not in the order of time",
    page: """
      Points are listed by time, each later than the one before it.

      Wrong:

          ride: [[chorus, 1 dB], [verse, 0 dB]]

      Right:

          ride: [[verse, 0 dB], [chorus, 1 dB]]
      """)

  public static let barNeedsTempo = Rule(
    "bar-needs-tempo", .error, "a bar, beat or note value without a tempo",
    page: """
      Bars, beats and note values have a place only when the session says its tempo.

      Wrong:

          markers: {chorus: bar 17}

      Right:

          tempo: 92 bpm
          markers: {chorus: bar 17}
      """)

  public static let beatOutsideBar = Rule(
    "beat-outside-bar", .error, "a beat that the bar does not have",
    page: """
      Beats count from 1 to the number of beats that the meter gives the bar; fractions lie
      between them.

      Wrong:

          markers: {hit: bar 9 beat 5}    # in 4/4

      Right:

          markers: {hit: bar 10}
      """)

  public static let clickAtSeam = Rule(
    "click-at-seam", .warning, "two clips meet without a crossfade where the sound jumps",
    page: """
      Clips side by side are joined exactly. Where both were cut out of longer recordings the
      waveform jumps and may click; a crossfade removes that.

      Wrong:

          clips:
            - {source: a.wav, out: 4 s, at: 0 s}
            - {source: b.wav, in: 9 s, at: 4 s}

      Right:

          clips:
            - {source: a.wav, out: 4 s, at: 0 s}
            - {source: b.wav, in: 9 s, at: 4 s, crossfade: 10 ms}
      """)

  public static let clipOverlap = Rule(
    "clip-overlap", .error, "clips of one track overlap without a crossfade",
    page: """
      Clips of one track may overlap only two at a time, and only where the later one says
      'crossfade'.

      Wrong:

          clips:
            - {source: a.wav, at: 0 s}      # 5 s long
            - {source: b.wav, at: 4 s}

      Right:

          clips:
            - {source: a.wav, at: 0 s}
            - {source: b.wav, at: 4 s, crossfade: 1 s}
      """)

  public static let clipPastRecording = Rule(
    "clip-past-recording", .error, "a clip asks for more than its recording has",
    page: """
      'in' and 'out' are positions in the recording; neither lies past its end.

      Wrong:

          clips: [{source: a.wav, in: 0:10, out: 2:00}]   # a.wav is 1:30 long

      Right:

          clips: [{source: a.wav, in: 0:10}]
      """)

  public static let compGap = Rule(
    "comp-gap", .warning, "a stretch of a comp plays nothing",
    page: """
      Between an entry's 'to' and the next entry's 'from' the track is silent.

      Wrong:

          comp:
            - {from: start, to: bar 9, take: t1}
            - {from: bar 11, take: t2}

      Right:

          comp:
            - {from: start, take: t1}
            - {from: bar 11, take: t2}
      """)

  public static let compOverlap = Rule(
    "comp-overlap", .warning, "a comp entry lasts beyond the beginning of the next",
    page: """
      An entry ends where the next begins, whatever its 'to' says.

      Wrong:

          comp:
            - {from: start, to: bar 12, take: t1}
            - {from: bar 11, take: t2}

      Right:

          comp:
            - {from: start, take: t1}
            - {from: bar 11, take: t2}
      """)

  public static let crossfadeShortened = Rule(
    "crossfade-shortened", .warning, "a crossfade has less room than it asks for",
    page: """
      A crossfade is centred on its seam and fed from the material beyond it. Where a side has
      too little, it becomes shorter on both sides.

      Wrong:

          - {source: b.wav, at: 4 s, crossfade: 200 ms}   # b.wav has nothing before its first frame

      Right:

          - {source: b.wav, in: 100 ms, at: 4 s, crossfade: 200 ms}
      """)

  public static let duplicateOutput = Rule(
    "duplicate-output", .error, "two deliveries write the same file",
    page: """
      Every delivery and every file of an 'each' needs a path of its own.

      Wrong:

          a: {file: out/<title>.wav}
          b: {file: out/<title>.wav}

      Right:

          a: {file: out/<title> <delivery>.wav}
          b: {file: out/<title> <delivery>.wav}
      """)

  public static let editPastTrack = Rule(
    "edit-past-track", .warning, "an edit lies behind all that its track has",
    page: """
      Nothing sounds there, so nothing changes. Positions of edits are session time, not time in the
      recording.

      Wrong:

          lead:
            clips: [{source: a.wav, in: 8:00, out: 9:00, at: 0:10}]
            edits: [gain: {range: 8:20..8:21, by: -3 dB}]

      Right:

          lead:
            clips: [{source: a.wav, in: 8:00, out: 9:00, at: 0:10}]
            edits: [gain: {range: 0:30..0:31, by: -3 dB}]
      """)

  public static let editWithoutEffect = Rule(
    "edit-without-effect", .warning, "an edit changes nothing",
    page: """
      A range that is moved to where it already lies stays as it is.

      Wrong:

          - move: {range: 1:00..1:10, to: 1:10}

      Right:

          - move: {range: 1:00..1:10, to: 2:00}
      """)

  public static let emptyClip = Rule(
    "empty-clip", .error, "a clip has no length",
    page: """
      A clip's 'out' lies after its 'in'.

      Wrong:

          - {source: a.wav, in: 4 s, out: 4 s}

      Right:

          - {source: a.wav, in: 4 s, out: 5 s}
      """)

  public static let emptyRange = Rule(
    "empty-range", .error, "a range has no length",
    page: """
      Ranges are half-open: the end lies after the start.

      Wrong:

          - cut: 2:10..2:05

      Right:

          - cut: 2:05..2:10
      """)

  public static let emptySession = Rule(
    "empty-session", .warning, "the session plays nothing",
    page: """
      No track has content, so there is nothing to render.

      Wrong:

          tracks: {}

      Right:

          tracks: {vocal: {source: audio/vocal.wav}}
      """)

  public static let emptyTrack = Rule(
    "empty-track", .warning, "a track has no recording",
    page: """
      A track gets its sound from 'source', 'clips' or 'takes'. Without one of them it is silent.

      Wrong:

          tracks: {bass: {strip: {fader: -3 dB}}}

      Right:

          tracks: {bass: {source: audio/bass.wav, strip: {fader: -3 dB}}}
      """)

  public static let endNeedsLength = Rule(
    "end-needs-length", .error, "'end' is used to place what decides the end",
    page: """
      Without 'length:' the session ends where its last clip ends, so a clip cannot be placed
      relative to 'end'.

      Wrong:

          clips: [{source: a.wav, at: end - 4 s}]

      Right:

          length: 3:30
          tracks: {pad: {clips: [{source: a.wav, at: end - 4 s}]}}
      """)

  public static let fadeShortened = Rule(
    "fade-shortened", .warning, "a fade is longer than what it fades",
    page: """
      The fade takes the whole clip.

      Wrong:

          - {source: a.wav, out: 2 s, fade-in: 3 s}

      Right:

          - {source: a.wav, out: 2 s, fade-in: 1 s}
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

  public static let lengthOutOfRange = Rule(
    "length-out-of-range", .error, "a musical length is outside its range at this tempo",
    page: """
      A note value's length follows the tempo; the range holds for the length that comes out.

      Wrong:

          tempo: 20 bpm
          inserts: [delay: {time: 4/1}]    # 48 s

      Right:

          tempo: 20 bpm
          inserts: [delay: {time: 1/8}]
      """)

  public static let meterOrder = Rule(
    "meter-order", .error, "meters are not in the order of bars",
    page: """
      Each meter begins at a later bar than the one before.

      Wrong:

          meter: [[bar 9, 3/4], [bar 5, 4/4]]

      Right:

          meter: [[bar 5, 4/4], [bar 9, 3/4]]
      """)

  public static let missingRate = Rule(
    "missing-rate", .error, "the session has no sample rate",
    page: """
      There is no default rate: the session says at which rate it is mixed, so that another
      recording does not change it. Recordings of other rates are converted.

      Wrong:

          mixdown: 1
          tracks: {}

      Right:

          mixdown: 1
          rate: 48 kHz
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

  public static let notARegion = Rule(
    "not-a-region", .error, "a marker stands where a range is needed",
    page: """
      A marker is a place; a region has a start and an end.

      Wrong:

          - cut: chorus    # a marker

      Right:

          - cut: chorus..verse-2
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

  public static let overlappingCuts = Rule(
    "overlapping-cuts", .warning, "two cuts overlap",
    page: """
      What either of them removes is removed once.

      Wrong:

          - cut: 1:00..1:10
          - cut: 1:05..1:20

      Right:

          - cut: 1:00..1:20
      """)

  public static let overlappingEdits = Rule(
    "overlapping-edits", .error, "two edits touch the same place",
    page: """
      Entries have no order, so two edits of the same place would not say what is meant. Cuts
      of the session may overlap; nothing else may.

      Wrong:

          - cut: 1:00..1:10
          - move: {range: 1:05..1:20, to: 3:00}

      Right:

          - cut: 1:00..1:05
          - move: {range: 1:05..1:20, to: 3:00}
      """)

  public static let positionBeforeStart = Rule(
    "position-before-start", .error, "a position lies before the session's start",
    page: """
      Session time begins at 0.

      Wrong:

          at: intro - 10 s    # intro: 4 s

      Right:

          at: start
      """)

  public static let positionTooFar = Rule(
    "position-too-far", .error, "a position lies beyond any session",
    page: """
      Positions reach to 2^46 frames.

      Wrong:

          at: 99999999:00:00

      Right:

          at: 1:00:00
      """)

  public static let recordingPosition = Rule(
    "recording-position", .error, "a position in a recording is written as one on the timeline",
    page: """
      'in' and 'out' count from the recording's first frame: times, frames, 'start', 'end' and
      offsets of those.

      Wrong:

          - {source: a.wav, in: bar 5}

      Right:

          - {source: a.wav, in: 4.2 s}
      """)

  public static let rideOutsideSession = Rule(
    "ride-outside-session", .warning, "a point lies past the end of the session",
    page: """
      Nothing is heard there.

      Wrong:

          ride: [[9:00, -3 dB]]    # the session ends at 4:10

      Right:

          ride: [[3:50, -3 dB]]
      """)

  public static let roomTone = Rule(
    "room-tone", .error, "room tone cannot be filled in",
    page: """
      'fill: room-tone' needs the track's 'room-tone', a range of at least 100 ms in which the
      track sounds.

      Wrong:

          edits: [{silence: {range: 5:02..5:03, fill: room-tone}}]

      Right:

          room-tone: 3:10..3:16
          edits: [{silence: {range: 5:02..5:03, fill: room-tone}}]
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

  public static let tempoOrder = Rule(
    "tempo-order", .error, "tempos are not in the order of time",
    page: """
      Each tempo lies after the one before, above 0 bpm.

      Wrong:

          tempo: [[bar 9, 100 bpm], [bar 5, 92 bpm]]

      Right:

          tempo: [[bar 5, 92 bpm], [bar 9, 100 bpm]]
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

  public static let unknownMarker = Rule(
    "unknown-marker", .error, "no place has this name",
    page: """
      Positions name markers, regions (their start) and gaps that an 'insert' names.

      Wrong:

          at: chrous-1

      Right:

          at: chorus-1
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

  public static let unknownTake = Rule(
    "unknown-take", .error, "no take has this name",
    page: """
      A comp names the takes of its own track.

      Wrong:

          comp: [{from: start, take: t3}]

      Right:

          comp: [{from: start, take: t2}]
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
