import Diagnostics
import SessionModel
import SessionYAML
import Testing

@Suite struct MistakeTests {
  @Test func aMisspeltKeyHasTheNearestNames() {
    expectDiagnostics(
      "tracks: {a: {⟨1⟩sorce: a.wav}}\n",
      [Wanted("unknown-key", at: 1, over: "sorce", fix: "source")])
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {⟨1⟩volume: -3 dB}}}\n",
      [Wanted("unknown-key", at: 1, fix: "fader")])
  }

  @Test func aKeyInTheWrongMappingIsToldWhereItBelongs() throws {
    for (text, note) in [
      (
        "tracks: {a: {source: a.wav, fader: -3 dB}}",
        "it belongs to the track's strip: `strip: {fader: …}`"
      ),
      (
        "tracks: {a: {source: a.wav, volume: -3 dB}}",
        "it belongs to the track's strip: `strip: {fader: …}`"
      ),
      ("buses: {a: {strip: {}}}", "a bus is a strip: its keys stand without `strip:`"),
      (
        "master: {loudness: -14 LUFS}", "it belongs to a delivery: `deliver: {NAME: {loudness: …}}`"
      ),
      ("fader: -3 dB", "it belongs to a track: `tracks: {NAME: {…}}`"),
    ] {
      let found = load("mixdown: 1\n\(text)\n").diagnostics.sorted
      #expect(found.map(\.id) == ["unknown-key"])
      #expect(found.first?.notes.first?.message == note)
    }
  }

  @Test func aLengthInFramesIsHeldToTheLeast() {
    for insert in [
      "reverb: {decay: ⟨1⟩0 fr}", "limiter: {ceiling: -1 dBTP, look-ahead: ⟨1⟩20 fr}",
      "compressor: {threshold: -20 dB, release: ⟨1⟩47 fr}",
      "delay: {time: ⟨1⟩0 fr}",
    ] {
      expectDiagnostics(
        "rate: 48 kHz\nmix: {inserts: [\(insert)]}\n", [Wanted("out-of-range", at: 1)])
    }
    expectDiagnostics(
      "mix: {inserts: [reverb: {decay: ⟨1⟩0 fr}]}\n", [Wanted("out-of-range", at: 1)])
    expectDiagnostics(
      "rate: 48 kHz\nmix: {inserts: [compressor: {threshold: -20 dB, release: 48 fr}]}\n", [])
  }

  @Test func aCrossfadeLastsTenSecondsAtMost() {
    for text in [
      "defaults: {crossfade: ⟨1⟩11 s}", "edits: [cut: {range: 1 s..2 s, crossfade: ⟨1⟩11 s}]",
      "edits: [cut: {range: 1 s..2 s, crossfade: {length: ⟨1⟩11 s}}]",
    ] {
      expectDiagnostics(text + "\n", [Wanted("out-of-range", at: 1)])
    }
    expectDiagnostics("tracks: {a: {clips: [{source: a.wav, fade-in: 11 s}]}}\n", [])
  }

  @Test func aWordIsNoPointOfAnAutomation() {
    expectDiagnostics(
      "mix: {inserts: [compressor: {threshold: -20 dB, makeup: {automation: [[start, 0 dB], [1 s, ⟨1⟩auto]]}}]}\n",
      [Wanted("wrong-value", at: 1, over: "auto")])
  }

  @Test func aDeliveryDoesNotInheritThatAnotherIsBypassed() throws {
    let loaded = load(
      "mixdown: 1\nmaster: {deliver: {a: {file: a.wav, bypass: true}, b: {like: a, file: b.wav}}}\n"
    )
    #expect(loaded.diagnostics.all.isEmpty)
    #expect(loaded.session?.master.deliveries.map(\.isBypassed) == [true, false])
  }

  @Test func aFadeOutOfTheMasterThatIsBypassedIsNone() {
    for (bypass, isThere) in [("true", false), ("false", true)] {
      let loaded = load(
        "mixdown: 1\nmaster: {fade-out: {range: 1 s..2 s, bypass: \(bypass)}}\n")
      #expect(loaded.diagnostics.all.isEmpty)
      #expect((loaded.session?.master.fadeOut != nil) == isThere)
    }
  }

  @Test func aMisspeltRequiredKeyIsOneMistake() {
    expectDiagnostics(
      "mix: {inserts: [compressor: {⟨1⟩treshold: -18 dB}]}\n",
      [Wanted("unknown-key", at: 1, fix: "threshold")])
    expectDiagnostics(
      "mix: {inserts: [eq: ⟨1⟩{bell: 3 kHz, gain: 2 dB}]}\n", [Wanted("wrong-shape", at: 1)])
  }

  @Test func aMissingUnitIsWrittenBehindTheNumber() {
    let text = "mixdown: 1\ntracks: {a: {source: a.wav, strip: {fader: -6}}}\n"
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {fader: ⟨1⟩-6}}}\n",
      [Wanted("missing-unit", at: 1, over: "-6", fix: " dB")])
    #expect(fixed(text)?.contains("fader: -6 dB") == true)
  }

  @Test func aMissingUnitIsTheOneThatTheNumberIsLikelyIn() {
    expectDiagnostics(
      "rate: ⟨1⟩44.1\n", [Wanted("missing-unit", at: 1, over: "44.1", fix: " kHz")])
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {inserts: [high-pass: ⟨1⟩80]}}}\n",
      [Wanted("missing-unit", at: 1, over: "80", fix: " Hz")])
    // A number that no unit makes right gets the first.
    expectDiagnostics(
      "rate: ⟨1⟩0.1\n", [Wanted("missing-unit", at: 1, over: "0.1", fix: " Hz")])
  }

  @Test func placesAsOtherProgramsWriteThemAreTurnedIntoSides() {
    for (written, side) in [("-60", "60 L"), ("35", "35 R"), ("0.25", "25 R"), ("0", "C")] {
      expectDiagnostics(
        "tracks: {a: {source: a.wav, strip: {pan: ⟨1⟩\(written)}}}\n",
        [Wanted("missing-unit", at: 1, over: written, fix: side)])
    }
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {pan: ⟨1⟩400}}}\n", [Wanted("missing-unit", at: 1)])
  }

  @Test func aLevelBelowFullScaleIsOfferedWithItsSign() {
    expectDiagnostics(
      "master: {deliver: {a: {loudness: ⟨1⟩14 LUFS, file: out/a.wav}}}\n",
      [Wanted("out-of-range", at: 1, over: "14 LUFS", fix: "-")])
    expectDiagnostics(
      "master: {deliver: {a: {loudness: ⟨1⟩140 LUFS, file: out/a.wav}}}\n",
      [Wanted("out-of-range", at: 1, over: "140 LUFS")])
  }

  @Test func amountsAndLevelsAsOtherProgramsWriteThemAreMended() {
    for (text, mended) in [
      ("mix: {trim: -20 LUFS}", "mix: {trim: to -20 LUFS}"),
      ("mix: {trim: to -20 dB}", "mix: {trim: to -20 LUFS}"),
      (
        "master: {deliver: {a: {loudness: -14 dB, file: out/a.mp3}}}",
        "master: {deliver: {a: {loudness: -14 LUFS, file: out/a.mp3}}}"
      ),
      (
        "master: {deliver: {a: {bit-rate: 128 k, file: out/a.mp3}}}",
        "master: {deliver: {a: {bit-rate: 128 kbps, file: out/a.mp3}}}"
      ),
      (
        "mix: {inserts: [limiter: {ceiling: 1 dBTP}]}",
        "mix: {inserts: [limiter: {ceiling: -1 dBTP}]}"
      ),
      (
        "mix: {inserts: [expander: {threshold: -40 dB, range: -12 dB}]}",
        "mix: {inserts: [expander: {threshold: -40 dB, range: 12 dB}]}"
      ),
      ("edits: [cut: 0:10-0:12]", "edits: [cut: 0:10..0:12]"),
    ] {
      #expect(fixed("mixdown: 1\n\(text)\n") == "mixdown: 1\n\(mended)\n")
    }
    // A '-' in a name is no range.
    expectDiagnostics("edits: [cut: ⟨1⟩the room-tone]\n", [Wanted("bad-range", at: 1)])
  }

  @Test func whatCannotBeGuessedIsListed() throws {
    for (text, note) in [
      (
        "mix: {inserts: [valhalla: {decay: 2 s}]}",
        "processors are \(ProcessorTable.all.map(\.name).joined(separator: ", "))"
      ),
      (
        "mix: {inserts: [{high-pass: 40 Hz, compressor: {threshold: -20 dB}}]}",
        "'compressor' is a processor, and each is an entry of its own: `[high-pass: …, compressor: …]`"
      ),
      (
        "mix: {inserts: {gain: {gain: -1 dB}}}",
        "as in inserts: [high-pass: {frequency: 80 Hz}, compressor: {threshold: -20 dB}]"
      ),
      ("tracks: {a: {source: a.wav, strip: {sends: [plate]}}}", "as in sends: {plate: -12 dB}"),
      ("presets: {voice: {strip: {}}}\nmix: {like: warm}", "there is 'voice'"),
      ("tracks: {beat: {source: a.wav}}", "a longer name is free, such as 'beat-1'"),
    ] {
      let found = load("mixdown: 1\n\(text)\n").diagnostics.sorted
      #expect(found.first?.notes.first?.message == note, "\(text): \(found)")
    }
  }

  @Test func aWrongUnitNamesTheRightOnes() {
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {inserts: [high-pass: {frequency: 80 ⟨1⟩hz}]}}}\n",
      [Wanted("wrong-unit", at: 1, over: "hz", fix: "Hz")])
    expectDiagnostics(
      "master: {true-peak: -1 ⟨1⟩dB}\n", [Wanted("wrong-unit", at: 1, over: "dB", fix: "dBTP")])
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {fader: -6 ⟨1⟩ms}}}\n", [Wanted("wrong-unit", at: 1)])
  }

  @Test func aUnitStandsOneSpaceBehindItsNumber() {
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {fader: ⟨1⟩-6dB}}}\n",
      [Wanted("unit-spacing", at: 1, over: "-6dB", fix: " ")])
  }

  @Test func aNumberOutsideItsRangeIsToldTheRange() {
    expectDiagnostics(
      "mix: {inserts: [compressor: {threshold: ⟨1⟩6 dB, ratio: ⟨2⟩0.5, attack: ⟨3⟩2 s}]}\n",
      [
        Wanted("out-of-range", at: 1, over: "6 dB"), Wanted("out-of-range", at: 2),
        Wanted("out-of-range", at: 3),
      ])
    let messages = load("mixdown: 1\nmix: {inserts: [compressor: {threshold: 6 dB}]}\n").messages
    #expect(messages == ["out-of-range: threshold is 6 dBFS; it must lie in -80...0 dBFS"])
  }

  @Test func framesAreHeldToTheRangeOfTheirParameter() {
    expectDiagnostics(
      """
      rate: 48 kHz
      mix: {inserts: [compressor: {threshold: -18 dB, attack: 48000 fr, look-ahead: ⟨1⟩48000 fr}]}
      """, [Wanted("out-of-range", at: 1, over: "48000 fr")])
  }

  @Test func decimalCommasAreFoundInEveryPlace() {
    expectDiagnostics(
      "mix:\n  fader: ⟨1⟩-3,5 dB\n", [Wanted("decimal-comma", at: 1, over: "-3,5", fix: ".")])
    expectDiagnostics(
      "mix:\n  fader:\n    ride:\n      - [start, ⟨1⟩-3,5 dB]\n",
      [Wanted("decimal-comma", at: 1, over: "-3,5 dB", fix: ".")])
    expectDiagnostics(
      "markers:\n  a: ⟨1⟩1:02,5\n", [Wanted("decimal-comma", at: 1, fix: ".")])
  }

  @Test func yamlBooleansAreWords() {
    expectDiagnostics(
      "tracks: {a: {source: a.wav, strip: {mute: ⟨1⟩yes}}}\n",
      [Wanted("boolean-word", at: 1, over: "yes", fix: "true")])
    expectDiagnostics(
      "mix: {fader: {ride: [[start, ⟨1⟩off]]}}\n", [Wanted("boolean-word", at: 1, fix: "mute")])
    expectDiagnostics(
      "master: {deliver: {a: {limiter: ⟨1⟩off, file: a.wav}}}\n",
      [Wanted("boolean-word", at: 1, fix: "none")])
  }

  @Test func namesOfTracksBusesAndGroupsAreOneSet() {
    expectDiagnostics(
      """
      tracks: {drums: {source: a.wav}, b: {source: b.wav}}
      buses: {⟨2⟩Drums: {}, ⟨3⟩master: {}}
      groups: {⟨1⟩b: [drums]}
      """,
      [
        Wanted("duplicate-name", at: 2, over: "Drums"), Wanted("reserved-name", at: 3),
        Wanted("duplicate-name", at: 1),
      ])
    expectDiagnostics(
      "markers: {a: 0:01, ⟨1⟩verse 1: 0:02, ⟨3⟩end: 0:05}\nregions: {⟨2⟩a: 0:03..0:04}\n",
      [
        Wanted("bad-name", at: 1, fix: "verse-1"), Wanted("reserved-name", at: 3),
        Wanted("duplicate-name", at: 2),
      ])
  }

  @Test func namesOfInsertsAreUniqueInTheirList() {
    expectDiagnostics(
      "mix: {inserts: [dc-removal, gain: {name: ⟨1⟩dc-removal, gain: 1 dB}]}\n",
      [Wanted("duplicate-name", at: 1)])
  }

  @Test func automationIsForParametersThatCanMove() {
    expectDiagnostics(
      "mix: {inserts: [compressor: {threshold: -18 dB, knee: {⟨1⟩automation: [[start, 6 dB]]}}]}\n",
      [Wanted("automation-not-possible", at: 1)])
    expectDiagnostics(
      "mix: {inserts: [compressor: {threshold: {automation: [⟨1⟩start, -18 dB]}}]}\n",
      [Wanted("wrong-shape", at: 1)])
    expectDiagnostics(
      "mix: {fader: {ride: [[start, 0 dB, ⟨1⟩slow]]}}\n", [Wanted("unknown-word", at: 1)])
  }

  @Test func requiredParametersMayComeFromAPreset() {
    expectDiagnostics(
      "mix: {inserts: [⟨1⟩compressor: {ratio: 4}]}\n", [Wanted("missing-field", at: 1)])
    expectDiagnostics(
      """
      presets: {tight: {compressor: {threshold: -18 dB}}}
      mix: {inserts: [compressor: {like: tight, ratio: 4}]}
      """, [])
  }

  @Test func presetsAreFoundByNameAndKind() {
    expectDiagnostics(
      """
      presets: {tight: {compressor: {threshold: -18 dB}}, a: {gain: {like: ⟨3⟩b}}, b: {gain: {like: ⟨4⟩a}}}
      mix: {inserts: [compressor: {like: ⟨1⟩tihgt}, gate: {like: ⟨2⟩tight}]}
      """,
      [
        Wanted("like-cycle", at: 3), Wanted("like-cycle", at: 4),
        Wanted("unknown-preset", at: 1, over: "tihgt", fix: "tight"),
        Wanted("preset-kind", at: 2),
      ])
  }

  @Test func aMissingUnitIsTheOneThatMakesAnAllowedLength() {
    expectDiagnostics(
      """
      defaults: {crossfade: ⟨1⟩15}
      buses:
        a:
          inserts:
            - compressor: {attack: ⟨2⟩10, release: ⟨3⟩100, threshold: -18 dB}
            - limiter: {look-ahead: ⟨4⟩5}
            - delay: {time: ⟨5⟩250}
            - delay: {time: ⟨6⟩0.25}
            - reverb: {pre-delay: ⟨7⟩20, decay: ⟨8⟩2}
            - compressor: {attack: ⟨9⟩0.5, threshold: -18 dB}
      edits: [insert: {at: 1 s, length: ⟨10⟩2}]
      """,
      zip(1..., ["ms", "ms", "ms", "ms", "ms", "s", "ms", "s", "ms", "s"]).map {
        Wanted("missing-unit", at: $0, fix: " \($1)")
      })
    // No unit makes it one: none is offered.
    let loaded = load("mixdown: 1\nmix: {inserts: [compressor: {attack: 5000}]}\n")
    let missing = loaded.diagnostics.all.filter { $0.id == "missing-unit" }
    #expect(missing.count == 1 && missing[0].fixes.isEmpty)
  }

  @Test func deliveriesThatTakeTheirGainFromEachOtherAreReported() {
    expectDiagnostics(
      """
      master:
        deliver:
          a: {loudness: -14 LUFS, file: a.wav}
          b: {gain: as a, file: b.wav}
          c: {gain: as x, file: c.wav}
          x: {gain: as ⟨1⟩y, file: x.wav}
          y: {gain: as x, file: y.wav}
          one: {gain: as ⟨2⟩two, file: one.wav}
          two: {like: three, file: two.wav}
          three: {gain: as one, file: three.wav}
      """, [Wanted("delivery-circle", at: 1, over: "y"), Wanted("delivery-circle", at: 2)])
    let loaded = load(
      """
      mixdown: 1
      master:
        deliver:
          x: {gain: as y, file: x.wav}
          y: {gain: as z, file: y.wav}
          z: {gain: as x, file: z.wav}
      """)
    let message = loaded.diagnostics.all.first
    #expect(message?.message == "deliveries take their gain from each other: 'x', 'y', 'z'")
    #expect(
      message?.notes.map(\.message)
        == ["'y' takes that of 'z' here", "'z' takes that of 'x' here"])
  }

  @Test func processorsAreFoundByName() {
    expectDiagnostics(
      "mix: {inserts: [⟨1⟩compresor: {threshold: -18 dB}, ⟨2⟩reverbb]}\n",
      [
        Wanted("unknown-processor", at: 1, fix: "compressor"),
        Wanted("unknown-processor", at: 2, fix: "reverb"),
      ])
    expectDiagnostics(
      "mix:\n  inserts:\n    - compressor:\n      ⟨1⟩threshold: -18 dB\n",
      [Wanted("wrong-shape", at: 1)])
  }

  @Test func aMultibandHasOneBandMoreThanCrossovers() throws {
    let good = load(
      """
      mixdown: 1
      presets: {tight: {compressor: {threshold: -18 dB, ratio: 4}}}
      master:
        inserts:
          - multiband:
              crossovers: [120 Hz, 2.5 kHz]
              bands: [{threshold: -24 dB}, {like: tight}, {name: air, threshold: -20 dB}]
      versions: {soft: {set: {master/inserts/multiband/bands/air/ratio: 1.5}}}
      """)
    #expect(good.messages == [])
    let insert = try #require(good.session?.master.inserts.first)
    #expect(insert.value("crossover-2") == .number(2500))
    #expect(
      insert.bands.map { $0.value("threshold") } == [.number(-24), .number(-18), .number(-20)])
    let soft = good.applying(version: Located("soft", Span(SourceID(0), 0, 0))).session
    #expect(soft?.master.inserts.first?.bands[2].value("ratio") == .number(1.5))
    expectDiagnostics(
      """
      master:
        inserts:
          - multiband: {crossovers: [2 kHz, ⟨1⟩1 kHz], bands: ⟨2⟩[{threshold: -24 dB}, {threshold: {automation: [⟨3⟩[start, -20 dB]]}}]}
      """,
      [
        Wanted("out-of-range", at: 1), Wanted("wrong-value", at: 2),
        Wanted("automation-not-possible", at: 3),
      ])
  }

  @Test func aSourceIsSaidOnce() {
    expectDiagnostics(
      "tracks: {a: {source: a.wav, ⟨1⟩clips: [{source: b.wav}]}}\n",
      [Wanted("conflicting-keys", at: 1)])
    expectDiagnostics(
      "tracks: {a: {source: a.wav, ⟨1⟩comp: [{from: start, take: x}]}}\n",
      [Wanted("missing-field", at: 1)])
  }

  @Test func editsThatMoveTimeBelongToTheSession() {
    expectDiagnostics(
      "tracks: {a: {source: a.wav, edits: [⟨1⟩cut: 0:01..0:02]}}\n",
      [Wanted("unknown-key", at: 1)])
    expectDiagnostics(
      "edits: [cut: ⟨1⟩0:01 - 0:02]\n", [Wanted("bad-range", at: 1, fix: "..")])
    expectDiagnostics(
      "edits: [{cut: 0:01..0:02, ⟨1⟩insert: {at: 0:03, length: 1 s}}]\n",
      [Wanted("wrong-shape", at: 1)])
  }

  @Test func reservedFormsAreNamed() {
    expectDiagnostics(
      """
      tracks:
        a: {source: {file: a.wav, at: ⟨1⟩timestamp}}
        b: {source: {file: b.wav, at: ⟨2⟩tc 10:01:12:05}}
      """, [Wanted("reserved-syntax", at: 1), Wanted("reserved-syntax", at: 2)])
  }

  @Test func relationsHaveOneSpelling() {
    expectDiagnostics(
      "mix: {expect: {crest-factor: ⟨1⟩\">= 9 dB\", ⟨2⟩mono-dorp: at most 3 dB}}\n",
      [
        Wanted("wrong-relation", at: 1, fix: "at least "),
        Wanted("unknown-key", at: 2, fix: "mono-drop"),
      ])
  }

  @Test func deliveriesNameEachOther() {
    expectDiagnostics(
      """
      tracks: {a: {source: a.wav}}
      master:
        deliver:
          a: {like: ⟨1⟩streeming, file: a.wav, version: ⟨2⟩loud}
          streaming: {gain: as ⟨3⟩b, file: b.flac, bits: ⟨4⟩20}
          c: {like: ⟨6⟩d}
          d: {like: ⟨5⟩c}
      """,
      [
        Wanted("unknown-delivery", at: 1, over: "streeming", fix: "streaming"),
        Wanted("unknown-version", at: 2), Wanted("unknown-delivery", at: 3, over: "b"),
        Wanted("out-of-range", at: 4), Wanted("like-cycle", at: 6), Wanted("like-cycle", at: 5),
      ])
  }

  @Test func theLanguageVersionMustBeKnown() {
    #expect(load("tracks: {}\n").messages.count == 1)
    expectDiagnostics("mixdown: ⟨1⟩2\n", [Wanted("language-version", at: 1, over: "2", fix: "1")])
  }

  @Test func lintsAreKnownWarnings() {
    expectDiagnostics(
      "lints: {⟨1⟩unknown-key: silent, ⟨2⟩comment-cuts-txt: silent}\n",
      [
        Wanted("unknown-lint", at: 1), Wanted("unknown-lint", at: 2, fix: "comment-cuts-text"),
      ])
  }

  @Test func shapesAreCalledByTheirNames() {
    expectDiagnostics(
      "tracks: ⟨1⟩[kick, snare]\nbuses: {a: ⟨2⟩loud}\nedits: ⟨3⟩{cut: 0:01..0:02}\n",
      [
        Wanted("wrong-shape", at: 1), Wanted("wrong-shape", at: 2), Wanted("wrong-shape", at: 3),
      ])
  }

  @Test func thirtyMistakesGiveThirtyMessagesInOneRun() {
    expectDiagnostics(
      """
      mixdown: ⟨1⟩3
      ⟨2⟩kinds: song
      metadata: {⟨3⟩titel: Night Train}
      rate: ⟨4⟩48
      tempo: 92 ⟨5⟩BPM
      meter: ⟨6⟩4/5
      bar-1: ⟨7⟩1.304
      markers:
        verse: ⟨8⟩bar 0
        ⟨9⟩start: 0:00
      regions:
        chorus: ⟨10⟩bar 9-17
      defaults: {crossfade: ⟨11⟩8ms, pan-law: ⟨12⟩-5 dB}
      tracks:
        kick:
          ⟨13⟩sources: audio/kick.wav
          strip:
            fader: ⟨14⟩loud
            pan: 80 ⟨15⟩left
            output: drums
            mute: ⟨16⟩on
            inserts:
              - gate: {threshold: ⟨17⟩-3,5 dB}
              - ⟨18⟩compresser: {threshold: -18 dB}
              - compressor: {threshold: ⟨19⟩-90 dB, attack: 5 ms}
        snare:
          clips:
            - ⟨20⟩{at: bar 2}
            - {source: audio/snare.wav, fade-in: 3 ⟨21⟩Hz, gain: ⟨22⟩-6}
          edits:
            - gain: {range: 0:01..0:02, by: 3 ⟨23⟩%}
            - ⟨24⟩cut: 0:01..0:02
      buses:
        ⟨25⟩Kick: {}
      mix: {expect: {crest-factor: ⟨26⟩more than 9 dB}}
      master:
        deliver:
          cd: {loudness: -14 ⟨27⟩LU, bits: ⟨28⟩18}
      edits:
        - cut: ⟨29⟩1:02
        - insert: {at: verse, length: ⟨30⟩32}
      """,
      [
        Wanted("language-version", at: 1), Wanted("unknown-key", at: 2),
        Wanted("unknown-key", at: 3), Wanted("missing-unit", at: 4), Wanted("wrong-unit", at: 5),
        Wanted("wrong-value", at: 6), Wanted("missing-unit", at: 7), Wanted("bad-position", at: 8),
        Wanted("reserved-name", at: 9), Wanted("bad-range", at: 10),
        Wanted("unit-spacing", at: 11), Wanted("unknown-word", at: 12),
        Wanted("unknown-key", at: 13), Wanted("wrong-value", at: 14), Wanted("wrong-unit", at: 15),
        Wanted("boolean-word", at: 16), Wanted("decimal-comma", at: 17),
        Wanted("unknown-processor", at: 18), Wanted("out-of-range", at: 19),
        Wanted("missing-field", at: 20), Wanted("wrong-unit", at: 21),
        Wanted("missing-unit", at: 22), Wanted("wrong-unit", at: 23),
        Wanted("unknown-key", at: 24), Wanted("duplicate-name", at: 25),
        Wanted("wrong-relation", at: 26), Wanted("wrong-unit", at: 27),
        Wanted("out-of-range", at: 28), Wanted("bad-range", at: 29),
        Wanted("missing-unit", at: 30),
      ])
  }
}
