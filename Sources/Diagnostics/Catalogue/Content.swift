extension Catalogue {
  /// Rules of clips, takes, edits and seams, in alphabetical order of their ids.
  static let content: [Rule] = [
    .clickAtSeam, .clipOverlap, .clipPastRecording, .compGap, .compMissing, .compOverlap,
    .crossfadeShortened,
    .editPastTrack, .editWithoutEffect, .emptyClip, .emptyTrack, .fadeShortened, .fadesOverlap,
    .overlappingCuts, .overlappingEdits, .recordingPosition, .roomTone, .unknownTake,
  ]
}

extension Rule {
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

  public static let compMissing = Rule(
    "comp-missing", .error, "several takes, and nothing says which one sounds",
    page: """
      A track of several takes has a comp, if only of one entry: the order of takes means nothing.

      Wrong:

          takes: {t1: vox-1.wav, t2: vox-2.wav}

      Right:

          takes: {t1: vox-1.wav, t2: vox-2.wav}
          comp: [{from: start, take: t2}]
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

  public static let editPastTrack = Rule(
    "edit-past-track", .warning, "an edit lies behind all that its track has",
    page: """
      Nothing sounds there, so nothing changes; it is said as well of one that lies there for the
      most part. `A..end` is the whole rest. Positions of edits are session time, not time in the
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
      A range that is moved to where it already lies stays as it is, and behind the end of the session
      there is nothing to cut, to repeat or to open a gap in.

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

  public static let emptyTrack = Rule(
    "empty-track", .warning, "a track has no recording",
    page: """
      A track gets its sound from 'source', 'clips' or 'takes'. Without one of them it is silent.

      Wrong:

          tracks: {bass: {strip: {fader: -3 dB}}}

      Right:

          tracks: {bass: {source: audio/bass.wav, strip: {fader: -3 dB}}}
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

  public static let fadesOverlap = Rule(
    "fades-overlap", .warning, "a clip fades out before it has faded in",
    page: """
      Both fades act where they overlap, and the clip is nowhere at its full level.

      Wrong:

          clips: [{source: a.wav, fade-in: 8 s, fade-out: 8 s}]   # a.wav is 11 s long

      Right:

          clips: [{source: a.wav, fade-in: 2 s, fade-out: 8 s}]
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

  public static let unknownTake = Rule(
    "unknown-take", .error, "no take has this name",
    page: """
      A comp names the takes of its own track.

      Wrong:

          comp: [{from: start, take: t3}]

      Right:

          comp: [{from: start, take: t2}]
      """)
}
