/// Four whole sessions, as their authors would write them.
enum ExampleSessions: String, CaseIterable {
  case song, episode, sounds, record

  var text: String {
    switch self {
    case .song: Self.bandSong
    case .episode: Self.interview
    case .sounds: Self.gameSounds
    case .record: Self.album
    }
  }

  static let bandSong = #"""
    mixdown: 1                         # (a) band song
    metadata: {title: Night Train, artist: The Example Band, isrc: USS1Z2600001, date: 2026-11-22}
    rate: 48 kHz
    tempo: 92 bpm
    bar-1: 1.304 s                     # where bar 1 lies in the recordings
    markers: {verse-1: bar 5, chorus-1: bar 17, verse-2: bar 25, chorus-2: bar 37, chorus-3: bar 53, outro: bar 61}
    regions: {middle-8: bar 45..53}
    groups: {kit: [kick, snare, oh], voices: [vocal, bv]}
    presets: {tight: {compressor: {threshold: -18 dB, ratio: 4, attack: 5 ms, release: 80 ms, knee: 6 dB}}}
    edits:                             # the only list that changes time
      - cut: middle-8
    tracks:
      kick: {source: audio/kick.wav, strip: {inserts: [gate: {threshold: -38 dB, hold: 40 ms, release: 120 ms}, compressor: {like: tight}], output: drums, sends: {crush: 0 dB}}}
      snare: {source: audio/snare.wav, strip: {inserts: [compressor: {like: tight, threshold: -21 dB}], fader: -3 dB, output: drums, sends: {crush: 0 dB, plate: -14 dB}}}
      oh: {source: audio/oh.wav, strip: {inserts: [high-pass: {frequency: 250 Hz, slope: 12 dB/oct}], fader: -6 dB, output: drums, sends: {crush: -3 dB}}}
      bass: {source: {file: audio/bass.wav, channel: 1}, strip: {inserts: [duck: {by: kick, amount: 4 dB, attack: 1 ms, release: 120 ms}], fader: -4 dB}}
      gtr-l: {source: audio/gtr-l.wav, strip: {fader: -7 dB, pan: 80 L}}
      gtr-r: {source: audio/gtr-r.wav, shift: -2.1 ms, strip: {fader: -7 dB, pan: 80 R}}
      keys: {source: audio/keys.wav, strip: {fader: -9 dB, pan: {automation: [[start, 20 L], [chorus-1, 20 R, over 1 bar]]}}}
      vocal:
        takes: {t1: audio/vox-1.wav, t2: audio/vox-2.wav, punch: {source: audio/vox-3.wav, at: bar 8}}
        comp:                          # an entry lasts until the next
          - {from: start, take: t1}
          - {from: bar 9 beat 3, take: punch, crossfade: 15 ms}
          - {from: bar 11, take: t1}
          - {from: chorus-1, take: t2}
        edits:                         # in place: nothing else moves
          - silence: start..bar 5
          - gain: {range: 1:02.1..1:02.9, by: -3 dB, note: loud breath}
        strip:
          inserts: [high-pass: {frequency: 80 Hz, slope: 12 dB/oct}, compressor: {name: leveling, threshold: -20 dB, ratio: 3, attack: 10 ms, release: 120 ms, makeup: 3 dB}]
          fader:
            level: -6 dB               # one number moves the whole vocal
            ride:                      # relative; holds until the next point
              - [chorus-1, +1.5 dB]
              - [verse-2, 0 dB]
              - [outro, +1 dB, over 2 bars]
          sends: {plate: -12 dB, slap: {level: -14 dB, ride: [[start, mute], [bar 36 beat 4, 0 dB], [chorus-2, mute]]}}
      bv: {source: audio/bv.wav, strip: {fader: -10 dB, width: 140 %, sends: {plate: -10 dB}}}
      tamb: {source: audio/tamb.wav, strip: {fader: -14 dB, pan: 35 R}}
    buses:                             # a bus is a strip; output: mix unless said
      drums: {fader: -1 dB}
      crush: {inserts: [compressor: {threshold: -30 dB, ratio: 10, attack: 1 ms, release: 60 ms, makeup: 12 dB}], fader: -10 dB, output: drums}
      plate: {inserts: [reverb: {kind: plate, decay: 1.8 s, pre-delay: 20 ms}]}
      slap: {inserts: [delay: {time: 1/8, feedback: 25 %, low-pass: 5 kHz}]}
    mix: {inserts: [compressor: {name: glue, threshold: -10 dB, ratio: 1.5, attack: 30 ms, release: auto}]}
    stems: {drums: [kit], music: [bass, gtr-l, gtr-r, keys, tamb], vocals: [voices]}
    versions:
      instrumental: {mute: [voices], metadata: {isrc: USS1Z2600002}}
      vocal-up: {set: {vocal/fader/level: -5 dB}}
    master:
      inserts: [eq: [{low-shelf: 90 Hz, gain: -1 dB}, {high-shelf: 12 kHz, gain: 1.5 dB}]]
      fade-out: {range: outro + 4 bars..bar 73, shape: exponential}
      deliver:
        streaming: {profile: streaming, file: out/<title>.flac, expect: {crest-factor: at least 9 dB, mono-drop: at most 3 dB}}
        cd: {loudness: -11 LUFS, true-peak: -0.3 dBTP, rate: 44.1 kHz, bits: 16, file: out/<title> 44-16.wav}
        vinyl: {from: mix, inserts: [mono-below: {frequency: 150 Hz}], limiter: none, true-peak: -3 dBTP, file: out/<title> vinyl.wav}
        instrumental: {like: streaming, version: instrumental, gain: as streaming, file: out/<title> (Instrumental).flac}

    """#

  static let interview = #"""
    mixdown: 1                         # (b) interview; all 60 cuts were parsed, 2 shown
    metadata: {title: "Episode 12: The Lighthouse", artist: Talk of the Coast, date: 2026-11-22, cover: art/ep12.jpg}
    rate: 48 kHz
    defaults: {crossfade: 8 ms}
    markers: {hello: 0:41.2, part-2: 14:05, part-3: 27:30, bye: 46:10}
    chapters:
      - {at: hello, title: "Who keeps the light?"}       # free text in flow style: quotes
      - {at: part-2, title: "Storm, 1953", link: https://example.org/storm}
    presets:
      voice: {strip: {trim: to -20 LUFS, inserts: [high-pass: {frequency: 80 Hz, slope: 12 dB/oct}, compressor: {threshold: -24 dB, ratio: 3, attack: 8 ms, release: 150 ms}], output: speech}}
    tracks:
      host:
        source: {file: audio/ep12-poly.wav, channel: 1}
        room-tone: 3:10..3:16
        edits:
          - silence: {range: 5:02.1..5:02.9, fill: room-tone, note: cough under the guest}
        strip: {like: voice}
      guest: {source: {file: audio/ep12-guest.wav, at: 0:00.350}, strip: {like: voice}}
      bed:
        ripple: move                   # cuts shift its clips and never cut into them
        clips:
          - {source: audio/theme.wav, in: 0:00, out: 0:58, at: start, fade-out: 4 s}
          - {source: audio/theme.wav, in: 1:00, out: 2:30, at: bye - 6 s, fade-in: 3 s, fade-out: 6 s}
          - {source: audio/ad-42.wav, at: ad}
        strip: {inserts: [duck: {by: speech, amount: 12 dB, look-ahead: 200 ms, attack: 150 ms, hold: 600 ms, release: 1.2 s}], fader: -8 dB}
    buses: {speech: {}}
    master:
      deliver:
        mp3: {loudness: -16 LUFS, true-peak: -1 dBTP, format: mp3, bit-rate: 160 kbps, channels: stereo, file: out/ep12.mp3}
    edits:
      - insert: {at: part-2, length: 32 s, name: ad}
      - cut: 2:07.53..2:25.53     # false start
      - cut: 2:59.64..3:17.64
      # ... 58 more lines like these, sorted by time

    """#

  static let gameSounds = #"""
    mixdown: 1                         # (c) 200 game sounds
    kind: collection                   # many small sessions with a shared strip, delivery and verdict
    metadata: {title: Forest SFX}
    rate: 48 kHz
    strip: {inserts: [dc-removal, high-pass: {frequency: 40 Hz, slope: 12 dB/oct}]}
    categories:                        # which number counts is said: integrated loudness does not exist under 0.4 s
      foley: {loudness: {momentary-max: -23 LUFS}, level: together, true-peak: -3 dBTP}
      ui: {loudness: {sample-peak: -6 dBFS}, level: each}
      weapons: {loudness: {momentary-max: -16 LUFS}, level: together, inserts: [compressor: {threshold: -12 dB, ratio: 3}]}
      voice: {loudness: {integrated: -23 LUFS}, level: each, head: 20 ms, tail: 50 ms}
      ambience: {loudness: {integrated: -30 LUFS}, level: each, channels: stereo, tail: wrap}
    sounds:                            # <…> in a name: one file per combination; `to` is inclusive
      foot-<surface>-<n>: {category: foley, for: {surface: [grass, gravel, wood, stone, snow], n: 01 to 12}, source: raw/foot/<surface>_<n>.wav}
      cloth-<n>: {category: foley, for: {n: 01 to 20}, source: raw/cloth/rustle_<n>.wav}
      ui-<what>: {category: ui, for: {what: [confirm, back, hover, error, open, close, tick, buy]}, source: raw/ui/<what>.wav}
      bow-<move>-<n>: {category: weapons, for: {move: [draw, release, hit], n: 01 to 10}, source: raw/bow/<move>_<n>.wav}
      sword-<move>-<n>: {category: weapons, for: {move: [whoosh, hit, parry], n: 01 to 10}, source: raw/sword/<move>_<n>.wav}
      vo-<id>: {category: voice, rows: vo.csv, source: raw/vo/<file>, in: <in>, out: <out>}        # 48 rows
      wind: {category: ambience, source: raw/amb/wind.wav, loop: {range: 4 s..34 s, crossfade: 2 s}}
      river: {category: ambience, source: raw/amb/river.wav, loop: whole}
      horn-<n>: {category: ambience, for: {n: 1 to 2}, source: raw/amb/horn_<n>.wav, loop: {points: 1.25 s..3.75 s}}
    deliver:
      wav: {file: out/wav/<category>/<name>.wav, bits: 16, channels: mono, loop-points: true}
      ogg: {file: out/ogg/<category>/<name>.ogg, channels: mono, only: [foley, ui]}
    manifest: out/sounds.json
    expect: {files: 200, head-silence: at most 5 ms}

    """#

  static let album = #"""
    mixdown: 1                         # (d) album of nine songs
    kind: album
    metadata: {title: Night Trains, artist: The Example Band, upc: "0602435710235", date: 2026-11-22}
    gap: 2 s
    songs:                             # playing order; a song is a session or a finished mix
      night-train: {session: 01-night-train/session.yaml}
      harbour: {session: 02-harbour/session.yaml, gain: -0.5 dB}
      quarter-past: {session: 03-quarter-past/session.yaml, gap: 0.8 s}
      interlude: {mix: 04-interlude/mix.wav, metadata: {title: Interlude, isrc: USS1Z2600004}, gap: none}
      lantern: {session: 05-lantern/session.yaml, inserts: [eq: [{bell: 3 kHz, gain: -1 dB, q: 0.8}]]}
      salt: {session: 06-salt/session.yaml}
      undertow: {session: 07-undertow/session.yaml, overlap: 1.5 s}
      last-light: {session: 08-last-light/session.yaml, version: album}
      home: {session: 09-home/session.yaml, gap: 4 s}
    master:                            # takes the songs' mixes, in place of their own master sections
      inserts: [eq: [{low-shelf: 80 Hz, gain: 0.5 dB}]]
      level: together                  # one gain, the loudest song meets the target
      deliver:
        cd: {profile: red-book, loudness: -11 LUFS, true-peak: -0.3 dBTP, files: one, file: out/<album>.wav, cue: true, pq-sheet: true}
        streaming: {loudness: -14 LUFS, true-peak: -1 dBTP, bits: 24, files: each, file: out/<nn> <title>.flac}
        vinyl: {from: mix, limiter: none, true-peak: -3 dBTP, sides: {A: [night-train, harbour, quarter-past, interlude, lantern], B: [salt, undertow, last-light, home]}, file: out/<album> <side>.wav}
        instrumentals: {version: instrumental, gain: as streaming, files: each, file: out/instrumental/<nn> <title>.flac}

    """#
}
