extension Catalogue {
  /// Rules of positions, lengths, tempo and the session's rate, in alphabetical order of their ids.
  static let timeline: [Rule] = [
    .automationOrder, .barNeedsTempo, .beatOutsideBar, .chapterPastEnd, .chapterWithoutLength,
    .compPastEnd, .emptyRange, .emptySession, .endNeedsLength, .frequencyPastRate,
    .lengthOutOfRange, .meterOrder, .missingRate, .moveCutShort, .notARegion, .pointInGap,
    .positionBeforeStart, .positionTooFar, .rangePastEnd, .regionCutAway, .rideOutsideSession,
    .silentAfterFade, .tempoOrder, .tornRange,
    .unknownMarker,
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

  public static let chapterPastEnd = Rule(
    "chapter-past-end", .warning, "a chapter begins behind the end of the session",
    page: """
      There is nothing that it could mark, and no file has it. Its position is session time.

      Wrong:

          chapters: [{at: 1:12:00, title: "Credits"}]    # the session ends at 58:10

      Right:

          chapters: [{at: 57:30, title: "Credits"}]
      """)

  public static let chapterWithoutLength = Rule(
    "chapter-without-length", .warning, "two chapters begin at the same place",
    page: """
      A chapter lasts until the next one begins; players show the earlier of two at one place for no
      time, or not at all.

      Wrong:

          chapters:
            - {at: 1:00, title: "News"}
            - {at: 1:00, title: "Weather"}

      Right:

          chapters:
            - {at: 1:00, title: "News"}
            - {at: 4:30, title: "Weather"}
      """)

  public static let compPastEnd = Rule(
    "comp-past-end", .warning, "an entry of a comp begins behind the end of the session",
    page: """
      Nothing of it is heard. Without `length` a session ends with its content, and a take that is
      over plays nothing.

      Wrong:

          comp: [{from: start, take: t1}, {from: 8 s, take: t2}]    # the session ends at 6 s

      Right:

          comp: [{from: start, take: t1}, {from: 4 s, take: t2}]
      """)

  public static let emptyRange = Rule(
    "empty-range", .error, "a range has no length",
    page: """
      Ranges are half-open: the end lies after the start. What a delivery takes has something of
      the session in it, and cuts leave something of it.

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

  public static let frequencyPastRate = Rule(
    "frequency-past-rate", .warning, "a frequency is higher than the session's rate can hold",
    page: """
      Sound at a rate of 22.05 kHz ends at 11.025 kHz. A filter that is set higher than 0.49 of the
      rate stands there instead, and may be heard below.

      Wrong:

          rate: 22.05 kHz
          inserts: [bell: {frequency: 14 kHz, gain: 3 dB}]

      Right:

          rate: 22.05 kHz
          inserts: [bell: {frequency: 9 kHz, gain: 3 dB}]
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

  public static let moveCutShort = Rule(
    "move-cut-short", .warning, "a move of a ride or automation is ended by the next point",
    page: """
      `over` says how long the value is on its way. A point that comes earlier ends the move where it
      is, and its own value holds at once: a jump. A point that moves `over` a length itself goes on
      from there.

      Wrong:

          ride: [[1 s, -6 dB, over 3 s], [2 s, 0 dB]]

      Right:

          ride: [[1 s, -6 dB, over 1 s], [2 s, 0 dB, over 0.5 s]]
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

  public static let pointInGap = Rule(
    "point-in-gap", .warning, "a point of a ride or automation lies in a gap",
    page: """
      What moves along session time stands still in a gap that `insert` made: the gap has no session
      time. Its point is the session frame behind the gap, and acts from there.

      Said:

          edits: [insert: {at: 14:05, length: 32 s, name: ad}]
          buses: {speech: {fader: {ride: [[ad + 2 s, -6 dB]]}}}

      Not said:

          edits: [insert: {at: 14:05, length: 32 s, name: ad}]
          tracks:
            bed:
              ripple: move
              source: bed.wav
              strip: {fader: {ride: [[ad + 2 s, -6 dB]]}}
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

  public static let rangePastEnd = Rule(
    "range-past-end", .warning, "a range lies behind the end, or ends there",
    page: """
      What a delivery takes, a region of `each: region`, a loop and the master's fade-out lie inside
      the session, up to its end; what rings after that is all that can be there. A delivery of
      nothing at all is an error (`empty-range`).

      Wrong:

          range: 0:30..2:00    # the session ends at 1:12

      Right:

          range: 0:30..end
      """)

  public static let regionCutAway = Rule(
    "region-cut-away", .warning, "a region is not delivered, because edits leave nothing of it",
    page: """
      `each: region` makes a file of every region that is heard. The session's edits have cut all of
      this one away, and there is no file of it. A delivery that takes nothing else is an error
      (`empty-delivery`).

      Wrong:

          regions: {verse: 0:00..0:40, talk: 0:45..0:50}
          edits: [cut: 0:40..1:00]
          master: {deliver: {parts: {each: region}}}

      Right:

          regions: {verse: 0:00..0:40}
          edits: [cut: 0:40..1:00]
          master: {deliver: {parts: {each: region}}}
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

  public static let silentAfterFade = Rule(
    "silent-after-fade", .warning, "the master fades out long before the end",
    page: """
      After the fade-out nothing is heard, and the files go on in silence up to the end of the
      session: more than 30 s here. `length` ends the session where the fade does. Where the
      session's edits cut away all of the fade, what follows is silent at once: put it where
      something is left.

      Wrong:

          master: {fade-out: 3:10..3:20}    # the session ends at 4:05

      Right:

          length: 3:20
          master: {fade-out: 3:10..3:20}
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

  public static let tornRange = Rule(
    "torn-range", .error, "a move takes one end of a range away from the other",
    page: """
      A range of a delivery, a loop or a region of `each: region` lies in the file from where its start
      is heard to where its end is. Where a `move` takes one of the two elsewhere, that is in the wrong
      order, or holds what stands between them now. A range for each of the parts is heard as it is
      written.

      Wrong:

          edits: [move: {range: 0:30..0:50, to: 2:00}]
          master: {deliver: {verse: {range: 0:20..0:40}}}

      Right:

          edits: [move: {range: 0:30..0:50, to: 2:00}]
          master: {deliver: {verse: {range: 0:20..0:30}, rest: {range: 0:30..0:40}}}
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
}
