import Foundation
import Testing

/// What `explain` says of a delivery: its sound, and what is its own.
struct ExplainTests {
  private static let session = """
    mixdown: 1
    metadata: {title: One}
    rate: 48 kHz
    tracks:
      a: {source: audio/a.wav, strip: {fader: -3 dB}}
      b: {source: audio/b.wav}
    mix: {tail: none}
    versions: {small: {mute: [b]}}
    master:
      inserts: [gain: {gain: -1 dB}]
      deliver:
        cd:
          bits: 16
          loudness: -18 LUFS
          file: out/cd.wav
        tiny: {version: small, bits: 24, file: out/tiny.wav}

    """

  private func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 2)
    try place.writeTone("audio/b.wav", seconds: 2, frequency: 660)
    try place.write(Self.session, to: "session.yaml")
    let run = place.mixdown("build")
    #expect(run.status == 0, "\(run.account)")
    return place
  }

  private func changed(_ place: Workplace, _ old: String, _ new: String) throws {
    #expect(Self.session.contains(old))
    try place.write(Self.session.replacingOccurrences(of: old, with: new), to: "session.yaml")
  }

  @Test(arguments: [
    ("bits: 16", "bits: 24", "session.yaml:13: deliver/cd: bits was 16-bit, is 24-bit"),
    (
      "loudness: -18 LUFS", "loudness: -20 LUFS",
      "session.yaml:14: deliver/cd: loudness was -18.0 LUFS, is -20.0 LUFS"
    ),
    (
      "bits: 16\n", "bits: 16\n      dither: flat\n",
      "session.yaml:14: deliver/cd: dither was by depth, is flat"
    ),
    ("title: One", "title: Two", "session.yaml:2: deliver/cd: metadata/title was One, is Two"),
    (
      "bits: 16\n", "bits: 16\n      true-peak: -2 dBTP\n",
      "session.yaml:14: deliver/cd: true-peak was -1.0 dBTP, is -2.0 dBTP"
    ),
    ("      bits: 16\n", "", "session.yaml:13: deliver/cd: bits was 16-bit, is 24-bit"),
  ]) func whatChangedInADeliveryIsSaidWithTheLineThatSetsIt(
    _ old: String, _ new: String, _ expected: String
  ) throws {
    let place = try place()
    #expect(place.mixdown("explain", "out/cd.wav").text == "nothing changed since the last build\n")
    try changed(place, old, new)
    for name in ["out/cd.wav", "deliver/cd"] {
      let run = place.mixdown("explain", name)
      #expect(run.text == expected + "\n", "\(run.account)")
    }
    // Built, it is no difference any more.
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
  }

  @Test func aGainOfAnotherDeliveryIsNoLoudness() throws {
    let place = Workplace()
    for name in ["a", "b"] { try place.writeTone("audio/\(name).wav", seconds: 2) }
    let session = Self.session.replacingOccurrences(
      of: "  tiny: {version: small, bits: 24",
      with: "  tiny: {like: cd, version: small, gain: as cd")
    try place.write(session, to: "session.yaml")
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
    try place.write(
      session.replacingOccurrences(of: "fader: -3 dB", with: "fader: -4 dB"), to: "session.yaml")
    let run = place.mixdown("explain")
    #expect(run.text.contains("a/fader") && !run.text.contains("loudness"), "\(run.account)")
  }

  @Test func severalFieldsAreListedAndTheSoundBeforeThem() throws {
    let place = try place()
    try place.write(
      Self.session.replacingOccurrences(of: "bits: 16", with: "bits: 24")
        .replacingOccurrences(of: "-18 LUFS", with: "-20 LUFS")
        .replacingOccurrences(of: "gain: -1 dB", with: "gain: -2 dB"), to: "session.yaml")
    let run = place.mixdown("explain", "out/cd.wav")
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 3, "\(run.account)")
    #expect(lines.first?.contains("gain") == true && lines.first?.contains("-2 dB") == true)
    #expect(lines.dropFirst().first?.hasSuffix("bits was 16-bit, is 24-bit") == true)
    #expect(lines.last?.hasSuffix("loudness was -18.0 LUFS, is -20.0 LUFS") == true)
    let json = place.mixdown("explain", "out/cd.wav", "--json").array
    #expect(json.count == 3)
    #expect(
      json.last?["field"] as? String == "loudness"
        && json.last?["at"] as? String == "session.yaml:14")
  }

  @Test func aVersionIsComparedWithItself() throws {
    let place = try place()
    try changed(place, "fader: -3 dB", "fader: -4 dB")
    let run = place.mixdown("explain", "deliver/tiny")
    #expect(run.text.contains("was -3 dB, is -4 dB"), "\(run.account)")
    #expect(!run.text.contains("is gone") && !run.text.contains("is new"), "\(run.account)")
    try changed(place, "mute: [b]", "mute: [a]")
    #expect(place.mixdown("explain", "deliver/cd").text == "nothing changed since the last build\n")
    #expect(place.mixdown("explain", "deliver/tiny").text.contains("mix"), "\(run.account)")
  }

  @Test func aFileThatIsGoneOrChangedIsSaid() throws {
    let place = try place()
    try place.write("something else", to: "out/cd.wav")
    #expect(
      place.mixdown("explain", "out/cd.wav").text
        == "session.yaml:13: deliver/cd: out/cd.wav was changed since it was made\n")
    try FileManager.default.removeItem(at: place["out/cd.wav"])
    #expect(
      place.mixdown("explain", "out/cd.wav").text
        == "session.yaml:13: deliver/cd: out/cd.wav is not there any more\n")
    try place.write(
      Self.session.replacingOccurrences(
        of: "tiny: {", with: "other: {file: out/other.wav}\n    tiny: {"),
      to: "session.yaml")
    let run = place.mixdown("explain", "deliver/other")
    #expect(run.text.contains("deliver/other: was not built before"), "\(run.account)")
  }

  @Test func beforeTheFirstBuildItIsSaidWhatThatMakes() throws {
    let place = Workplace()
    for name in ["a", "b"] { try place.writeTone("audio/\(name).wav", seconds: 2) }
    try place.write(Self.session, to: "session.yaml")
    let all = "nothing was built yet; a build makes out/mix.wav, out/cd.wav, out/tiny.wav\n"
    for (name, text) in [
      ("a/fader", all), ("mix.sum", all), ("metadata/title", all),
      ("mix", "nothing was built yet; a build makes out/mix.wav\n"),
      ("out/cd.wav", "nothing was built yet; a build makes out/cd.wav\n"),
      ("deliver/cd", "nothing was built yet; a build makes out/cd.wav\n"),
    ] {
      let run = place.mixdown("explain", name)
      #expect(run.status == 0 && run.text == text, "\(name): \(run.account)")
    }
    #expect(place.mixdown("explain").text == all)
    #expect(place.mixdown("explain", "nobody").status == 64)
    #expect(place.mixdown("explain", "--json").array.first?["field"] as? String == "")
    // One that failed is none.
    try FileManager.default.removeItem(at: place["audio/b.wav"])
    #expect(place.mixdown("build").status == 66)
    try place.writeTone("audio/b.wav", seconds: 2)
    #expect(place.mixdown("explain").text == all)
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
  }

  @Test func aFileThatGotAnotherNameWasBuiltBefore() throws {
    let place = try place()
    let named = Self.session.replacingOccurrences(of: "out/cd.wav", with: "out/<title> cd.wav")
    try place.write(named, to: "session.yaml")
    for name in ["deliver/cd", "out/One cd.wav"] {
      let run = place.mixdown("explain", name)
      #expect(
        run.text == "session.yaml:15: deliver/cd: file was out/cd.wav, is out/One cd.wav\n",
        "\(run.account)")
    }
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
    try place.write(
      named.replacingOccurrences(of: "title: One", with: "title: Two")
        .replacingOccurrences(of: "fader: -3 dB", with: "fader: -4 dB"), to: "session.yaml")
    let run = place.mixdown("explain", "deliver/cd")
    for words in [
      "a/fader", "deliver/cd: file was out/One cd.wav, is out/Two cd.wav",
      "deliver/cd: metadata/title was One, is Two",
    ] { #expect(run.text.contains(words), "\(words): \(run.account)") }
    #expect(!run.text.contains("not built before"), "\(run.account)")
  }

  @Test func anAlbumsDeliveriesSayTheirOwnChanges() throws {
    let place = Workplace()
    try place.writeTone("one.wav", seconds: 2, channels: 2)
    try place.writeTone("two.wav", seconds: 2, frequency: 550, channels: 2)
    let album = """
      mixdown: 1
      kind: album
      metadata: {title: The Album}
      songs: {one: {mix: one.wav, metadata: {title: First}}, two: {mix: two.wav}}
      master:
        deliver:
          each: {loudness: -20 LUFS, file: out/<nn>.flac}

      """
    try place.write(album, to: "session.yaml")
    let made = place.mixdown("build")
    #expect(made.status == 0, "\(made.account)")
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
    try place.write(
      album.replacingOccurrences(of: "title: First", with: "title: Prime"), to: "session.yaml")
    let run = place.mixdown("explain")
    #expect(
      run.text == "session.yaml:4: deliver/each of 'one': metadata/title was First, is Prime\n",
      "\(run.account)")
  }

  /// Going back is a change as well, although all of it is known.
  @Test func whatWasTakenBackIsSaid() throws {
    let place = try place()
    try changed(place, "fader: -3 dB", "fader: -6 dB")
    #expect(place.mixdown("build").status == 0)
    try place.write(Self.session, to: "session.yaml")
    let run = place.mixdown("explain", "mix")
    #expect(
      run.text == "session.yaml:5: mix.sum: a/fader was -6 dB, is -3 dB\n",
      "\(run.text)")
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
  }

  /// What of a mix or a master is no sound, and files that somebody else changed.
  @Test func whatIsTheFilesOwnIsSaid() throws {
    let place = try place()
    try place.write(Self.session, to: "session.yaml")
    #expect(place.mixdown("build", "mix", "master").status == 0)
    try changed(place, "title: One", "title: Two")
    #expect(
      place.mixdown("explain", "out/master.wav").text == "master: metadata/title was One, is Two\n")
    #expect(place.mixdown("explain", "mix").text == "nothing changed since the last build\n")
    #expect(place.mixdown("build", "mix", "master").status == 0)
    try place.write(Data("no sound".utf8), to: "out/mix.wav")
    #expect(
      place.mixdown("explain", "mix").text == "mix: out/mix.wav was changed since it was made\n")
    try FileManager.default.removeItem(at: place["out/mix.wav"])
    #expect(place.mixdown("explain", "mix").text == "mix: out/mix.wav is not there any more\n")
  }

  // MARK: Edits

  private static let edited = """
    mixdown: 1
    rate: 48 kHz
    tracks:
      vox:
        clips: [{source: audio/a.wav}, {source: audio/b.wav, at: 4 s}]
    mix: {tail: none}
    edits:
      - cut: 1 s..1.5 s
      - cut: 3 s..3.5 s

    """

  private func editedPlace() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 4)
    try place.writeTone("audio/b.wav", seconds: 2, frequency: 660)
    try place.write(Self.edited, to: "session.yaml")
    #expect(place.mixdown("build").status == 0)
    return place
  }

  @Test(arguments: [
    (
      "1 s..1.5 s", "2 s..2.5 s",
      "session.yaml:8: programme: part 1 was frames 0..48000, is frames 0..96000\n"
    ),
    (
      "3 s..3.5 s", "3.25 s..3.75 s",
      "session.yaml:9: programme: part 2 was frames 72000..144000, is frames 72000..156000\n"
    ),
    (
      "cut: 1 s..1.5 s", "cut: {range: 1 s..1.5 s, crossfade: 20 ms}",
      "session.yaml:8: programme: crossfade into part 2 was 480 frames, auto, "
        + "is 960 frames, auto\n"
    ),
  ]) func anEditOfTheSessionIsSaidWithItsLine(
    _ old: String, _ new: String, _ expected: String
  ) throws {
    let place = try editedPlace()
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
    try place.write(Self.edited.replacingOccurrences(of: old, with: new), to: "session.yaml")
    for name in [[], ["mix"], ["vox"]] {
      let run = Program.run(["explain"] + name, in: place.folder)
      #expect(run.text == expected, "\(name): \(run.account)")
    }
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
  }

  @Test func aClipThatIsGoneFromTheEndIsSaid() throws {
    let place = try editedPlace()
    try place.write(
      Self.edited.replacingOccurrences(of: ", {source: audio/b.wav, at: 4 s}", with: "")
        .replacingOccurrences(of: "mix: {tail", with: "length: 6 s\nmix: {tail"),
      to: "session.yaml")
    let run = place.mixdown("explain", "vox")
    #expect(run.text.contains(": vox: vox/clip/content is gone ("), "\(run.account)")
  }

  // MARK: Settings of strips

  private static let strips = """
    mixdown: 1
    rate: 48 kHz
    tracks:
      a:
        source: audio/a.wav
        strip:
          inserts:
            - compressor:
                threshold: -18 dB
                attack: 5 ms
          fader: -3 dB
          pan: 20 L
          sends:
            room: -12 dB
      b:
        source: audio/b.wav
        edits:
          - silence: 0.5 s..1 s
        strip:
          like: soft
          fader:
            ride:
              - [0.5 s, 1 dB]
              - [1 s, 2 dB]
    buses:
      room:
        inserts: [reverb]
        fader: -6 dB
    groups:
      all: {tracks: [a, b], fader: -1 dB}
    presets:
      soft:
        strip:
          trim: -2 dB
    mix: {tail: none}
    edits:
      - cut: 1.5 s..1.6 s
      - insert: {at: 1 s, length: 0.5 s}

    """

  @Test func aValueIsNamedAsTheSessionWritesItWithItsLine() throws {
    let place = Workplace()
    for name in ["a", "b"] { try place.writeTone("audio/\(name).wav", seconds: 2) }
    try place.write(Self.strips, to: "session.yaml")
    #expect(place.mixdown("build", "mix").status == 0)
    func explained(_ old: String, _ new: String, _ names: String?...) throws -> [String] {
      #expect(Self.strips.contains(old))
      try place.write(Self.strips.replacingOccurrences(of: old, with: new), to: "session.yaml")
      return names.map { name in
        Program.run(["explain"] + (name.map { [$0] } ?? ["mix"]), in: place.folder).text
      }
    }
    // Into the bus, behind the fader, and into the mix.
    let send = "session.yaml:11: room.sum: a/fader was -3 dB, is -5 dB\n"
    let both = send + "session.yaml:11: mix.sum: a/fader was -3 dB, is -5 dB\n"
    let nothing = "nothing changed since the last build\n"
    #expect(
      try explained(
        "fader: -3 dB", "fader: -5 dB", nil, "a", "a/fader", "a/fader/level",
        "tracks/a/strip/fader", "a/pan", "b")
        == [both, both, send, send, send, nothing, nothing])
    #expect(
      try explained("attack: 5 ms", "attack: 12.5 ms", "a", "a/compressor/attack", "a/fader")
        == [
          "session.yaml:10: a/compressor: a/compressor/attack was 5 ms, is 12.5 ms\n",
          "session.yaml:10: a/compressor: a/compressor/attack was 5 ms, is 12.5 ms\n", nothing,
        ])
    #expect(
      try explained("pan: 20 L", "pan: 35 R", "a/pan")
        == ["session.yaml:12: room.sum: a/pan was 20 L, is 35 R\n"])
    #expect(
      try explained(
        "threshold: -18 dB", "threshold: {automation: [[start, -18 dB], [1 s, -20 dB]]}", "a")
        == ["session.yaml:9: a/compressor: a/compressor/threshold was -18 dBFS, is automation\n"])
    #expect(
      try explained("room: -12 dB", "room: -9 dB", nil, "a/sends/room")
        == Array(
          repeating: "session.yaml:14: room.sum: a/sends/room was -12 dB, is -9 dB\n", count: 2))
    #expect(
      try explained("fader: -6 dB", "fader: -8 dB", nil, "room")
        == Array(
          repeating: "session.yaml:28: mix.sum: room/fader was -6 dB, is -8 dB\n", count: 2))
    #expect(
      try explained("fader: -1 dB", "fader: -2 dB", "all/fader")
        == ["session.yaml:30: room.sum: all/fader was -1 dB, is -2 dB\n"])
    #expect(
      try explained("trim: -2 dB", "trim: -4 dB", nil)
        == ["session.yaml:34: b: b/trim was -2 dB, is -4 dB\n"])
    #expect(
      try explained("[1 s, 2 dB]", "[1 s, 3 dB]", nil, "b/fader")
        == Array(
          repeating: "session.yaml:24: mix.sum: b/fader/ride was 2 dB, is 3 dB\n", count: 2))
    // What is gone stood in the track, or in the list of edits.
    let silence = try explained("    edits:\n      - silence: 0.5 s..1 s\n", "", "b")[0]
    #expect(silence.hasPrefix("session.yaml:15: b: "), "\(silence)")
    let insert = "  - insert: {at: 1 s, length: 0.5 s}\n"
    for (edits, rest) in [(insert, ""), ("\n  - cut: 1.5 s..1.6 s\n" + insert, " []\n")] {
      let text = try explained(edits, rest, nil)[0]
      #expect(text.hasPrefix("session.yaml:36: programme: "), "\(text)")
    }
    for name in ["a/fadre", "a/compressor/treshold", "c/fader", "tracks/a/nothing"] {
      #expect(place.mixdown("explain", name).status == 64, "\(name)")
    }
  }

  @Test func addressesOfDeliveriesAndTagsAreUnderstood() throws {
    let place = try place()
    try place.write(
      Self.session.replacingOccurrences(of: "bits: 16", with: "bits: 24")
        .replacingOccurrences(of: "title: One", with: "title: Two"), to: "session.yaml")
    for name in ["deliver/cd/bits", "master/deliver/cd/bits"] {
      #expect(
        place.mixdown("explain", name).text
          == "session.yaml:13: deliver/cd: bits was 16-bit, is 24-bit\n")
    }
    let run = place.mixdown("explain", "metadata/title")
    #expect(
      run.text.contains("session.yaml:2: deliver/cd: metadata/title was One, is Two\n")
        && !run.text.contains("bits"), "\(run.account)")
    #expect(
      place.mixdown("explain", "deliver/cd/loudness").text
        == "nothing changed since the last build\n")
  }

  // MARK: Gains and pictures

  private static let picture = Data(
    base64Encoded:
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
  )

  private static let covered = """
    mixdown: 1
    rate: 48 kHz
    metadata: {title: One, cover: cover.png}
    tracks: {a: {source: audio/a.wav}}
    mix: {tail: none}
    master:
      deliver:
        first: {loudness: -20 LUFS, file: out/first.flac}
        second: {gain: as first, bits: 16, file: out/second.flac}

    """

  private func coveredPlace() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 2)
    try place.write(try #require(Self.picture), to: "cover.png")
    try place.write(Self.covered, to: "session.yaml")
    let run = place.mixdown("build")
    #expect(run.status == 0, "\(run.account)")
    return place
  }

  @Test func aGainThatIsFoundAnewElsewhereAccusesNobody() throws {
    let place = try coveredPlace()
    try place.write(
      Self.covered.replacingOccurrences(of: "-20 LUFS", with: "-19 LUFS"), to: "session.yaml")
    let run = place.mixdown("explain")
    #expect(
      run.text.contains("session.yaml:8: deliver/first: loudness was -20.0 LUFS, is -19.0 LUFS\n")
        && run.text.contains(" dB, is that of 'first', which is made again\n")
        && !run.text.contains("was changed since"), "\(run.account)")
    #expect(place.mixdown("build").status == 0)
    #expect(place.mixdown("explain").text == "nothing changed since the last build\n")
    try place.write("something else", to: "out/second.flac")
    #expect(
      place.mixdown("explain").text
        == "session.yaml:9: deliver/second: out/second.flac was changed since it was made\n")
  }

  @Test func anotherPictureIsSaid() throws {
    let place = try coveredPlace()
    var picture = try #require(Self.picture)
    picture.append(0)
    try place.write(picture, to: "cover.png")
    let run = place.mixdown("explain", "deliver/first")
    let line = "session.yaml:3: deliver/first: cover was picture "
    #expect(run.text.hasPrefix(line) && run.text.contains(", is picture "), "\(run.account)")
  }

  // MARK: Auditions

  @Test func anAuditionIsRememberedByItself() throws {
    let place = try place()
    try changed(place, "fader: -3 dB", "fader: -6 dB")
    for audition in [["--solo", "b"], ["--version", "small"], ["--range", "0 s..1 s"]] {
      let run = Program.run(["build", "mix"] + audition, in: place.folder)
      #expect(run.status == 0, "\(run.account)")
    }
    let line = "session.yaml:5: mix.sum: a/fader was -3 dB, is -6 dB\n"
    let run = place.mixdown("explain", "mix")
    #expect(run.text == line, "\(run.account)")
    #expect(
      place.mixdown("explain", "mix", "--solo", "b").text
        == "nothing changed since the last build\n")
  }

  // MARK: Files

  @Test func aFileOfAnIncludedTextIsKnownByItsPath() throws {
    let place = try coveredPlace()
    try place.write(Self.covered + "includes: [sub/more.yaml]\n", to: "session.yaml")
    try place.write(
      "master: {deliver: {third: {gain: -3 dB, file: out/third.wav}}}\n", to: "sub/more.yaml")
    #expect(place.mixdown("build").status == 0)
    try place.write(
      "master: {deliver: {third: {gain: -4 dB, file: out/third.wav}}}\n", to: "sub/more.yaml")
    let run = place.mixdown("explain", "sub/out/third.wav")
    #expect(
      run.text == "sub/more.yaml:1: deliver/third: gain was -3.0 dB, is -4.0 dB\n", "\(run.account)"
    )
  }

  @Test func filesOfAnAlbumAreKnownByTheirPaths() throws {
    let place = Workplace()
    try place.writeTone("one/k.wav", seconds: 2)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\nmix: {tail: none}\ntracks: {k: {source: k.wav}}\n",
      to: "one/session.yaml")
    let album = """
      mixdown: 1
      kind: album
      songs: {one: {session: one}}
      master:
        deliver:
          each: {gain: -3 dB, file: out/<nn>.wav}
          other: {gain: -3 dB, file: out/other-<nn>.wav}

      """
    try place.write(album, to: "session.yaml")
    #expect(place.mixdown("build").status == 0)
    try place.write(
      album.replacingOccurrences(of: "each: {gain: -3", with: "each: {gain: -4"),
      to: "session.yaml")
    let line = "session.yaml:6: deliver/each of 'one': gain was -3.0 dB, is -4.0 dB\n"
    for (file, expected) in [
      ("out/01.wav", line), ("out/other-01.wav", "nothing changed since the last build\n"),
      ("out/songs/one.wav", "nothing changed since the last build\n"),
    ] {
      let run = place.mixdown("explain", file)
      #expect(run.text == expected, "\(file): \(run.account)")
    }
    #expect(place.mixdown("explain", "out/none.wav").status == 64)
  }

  @Test func anotherKeyIsSaid() throws {
    let place = Workplace()
    for (index, name) in ["k.wav", "h.wav", "p.wav"].enumerated() {
      try place.writeTone(name, frequency: 220 * Double(index + 1))
    }
    func text(_ key: String) -> String {
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        k: {source: k.wav}
        h: {source: h.wav, strip: {fader: -3 dB}}
        p:
          source: p.wav
          strip:
            inserts:
              - duck: {by: \(key), amount: 6 dB, threshold: -40 dB}
              - compressor: {key: \(key), threshold: -30 dB}

      """
    }
    try place.write(text("k"), to: "session.yaml")
    #expect(place.mixdown("build", "mix").status == 0)
    try place.write(text("h"), to: "session.yaml")
    let duck = "session.yaml:10: p/compressor: p/duck/by was k, is h\n"
    let both = duck + "session.yaml:11: p/compressor: p/compressor/key was k, is h\n"
    #expect(place.mixdown("explain", "mix").text == both)
    #expect(place.mixdown("explain", "p/duck/by").text == duck)
  }
}
