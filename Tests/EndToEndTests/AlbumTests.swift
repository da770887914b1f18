import Foundation
import Testing

/// Albums through the command line.
struct AlbumTests {
  /// Three songs of which the last has a version, and a finished mix.
  static func album(
    _ place: Workplace, songs: String? = nil, rest: String = "",
    seconds: [Double] = [1.2, 0.9, 1.1]
  ) throws {
    for (index, length) in seconds.enumerated() {
      let name = ["one", "two", "three"][index]
      try place.writeTone(
        "\(name)/a.wav", seconds: length, frequency: 300 + 100 * Double(index), peak: 0.4,
        channels: 2)
      try place.writeTone("\(name)/b.wav", seconds: length * 0.8, frequency: 900, peak: 0.2)
      try place.write(
        """
        mixdown: 1
        metadata: {title: Song \(name), artist: The Band, isrc: USS1Z260000\(index + 1)}
        rate: 48 kHz
        mix: {tail: none}
        tracks:
          band: {source: a.wav, strip: {fader: -2 dB}}
          voice: {source: b.wav}
        versions: {instrumental: {mute: [voice]}}

        """, to: "\(name)/session.yaml")
    }
    try place.writeTone("mix.wav", seconds: 0.7, frequency: 500, peak: 0.3, channels: 2)
    try place.write(
      """
      mixdown: 1
      kind: album
      metadata: {title: The Album, artist: The Band, upc: "0602435710235"}
      gap: 0.5 s
      songs: \(songs ?? "{one: {session: one/session.yaml}, two: {session: two}, inter: {mix: mix.wav, gap: none}, three: {session: three/session.yaml, overlap: 0.2 s}}")
      \(rest)

      """, to: "album.yaml")
  }

  @Test func anAlbumIsCheckedWithItsSongs() throws {
    let place = Workplace()
    try Self.album(place)
    let run = place.mixdown("check", "album.yaml")
    #expect(run.status == 0, "\(run.account)")
    // 1.2 + 0.5 + 0.9 + 0.7 − 0.2 + 1.1 s
    #expect(run.text == "album.yaml: 4 songs, 0:04.200, 48 kHz; nothing is wrong\n")
  }

  @Test func aMistakeInASongIsReportedInTheSongsFile() throws {
    let place = Workplace()
    try Self.album(place)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks: {a: {source: a.wav, strip: {output: drms}}}\n",
      to: "two/session.yaml")
    let run = place.mixdown("check", "album.yaml")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains("two/session.yaml:3:"), "\(run.account)")
    #expect(run.standardError.contains("no bus is named 'drms'"), "\(run.account)")
  }

  @Test(arguments: [
    (
      "{one: {session: missing/session.yaml}}", "", 66,
      "album.yaml:5:24: error: 'missing/session.yaml' cannot be read"
    ),
    ("{one: {mix: missing.wav}}", "rate: 48 kHz", 66, "[missing-recording]"),
    ("{one: {session: one, version: radio}}", "", 65, "'one' has no version named 'radio'"),
    (
      "{one: {session: one}, two: {session: two, overlap: 2 s}}", "", 65,
      "'two' overlaps the song before it by 0:02.000, and 'two' lasts 0:00.900"
    ),
    ("{one: {session: one}, x: {session: album.yaml}}", "", 65, "'album.yaml' is of kind album"),
    ("{one: {session: one, bypass: true}}", "", 65, "every song of the album is bypassed"),
    (
      "{one: {session: one}}", "master: {deliver: {x: {version: radio}}}", 65,
      "no song of the album has a version named 'radio'"
    ),
    (
      "{one: {session: one}, i: {mix: mix.wav}}", "master: {deliver: {x: {version: instrumental}}}",
      0, "'i' has no version 'instrumental' and is left out"
    ),
    (
      "{one: {session: one}, i: {mix: mix.wav}}",
      "master: {deliver: {x: {version: instrumental, files: one}}}", 0,
      "'i' has no version 'instrumental' and plays as it is"
    ),
    (
      "{one: {session: one}}",
      "master: {level: each, deliver: {x: {files: one, loudness: -14 LUFS}}}", 65,
      "[level-needs-files]"
    ),
    (
      "{one: {session: one}, two: {session: two}}", "master: {deliver: {x: {sides: {A: [one]}}}}",
      0, "'two' is on no side"
    ),
    (
      "{one: {session: one}, two: {session: two}}",
      "master: {deliver: {x: {file: out/<album>.wav}}}", 65,
      "two files would be written to 'out/The Album.wav'"
    ),
    (
      "{one: {session: one}}", "master: {deliver: {x: {file: out/<nm>.wav}}}", 65,
      "<nm> has no value here"
    ),
    ("{one: {session: one, metadata: {isrc: USS1Z26}}}", "", 65, "[wrong-code]"),
    (
      "{one: {session: one}, i: {mix: mix.wav, metadata: {isrc: us-s1z-26-00001}}}", "", 65,
      "album.yaml:5:65: error: 'i' has the ISRC of 'one', USS1Z2600001 [isrc-twice]"
    ),
    (
      "{one: {session: one}, i: {mix: mix.wav, metadata: {isrc: us-s1z-26-00001}}}", "", 65,
      "one/session.yaml:2:53: note: 'one' has it here"
    ),
    (
      "{one: {session: one}, i: {session: one, version: instrumental}}", "", 65,
      "album.yaml:5:30: error: 'i' has the ISRC of 'one', USS1Z2600001 [isrc-twice]"
    ),
    (
      "{one: {session: one}, i: {session: one, version: instrumental}}", "", 65,
      "one/session.yaml:2:53: note: both have it from here"
    ),
    (
      "{one: {session: one}}", "master: {deliver: {x: {file: out/<nn>.m4a}}}", 65,
      "'m4a' is no format"
    ),
    ("{one: {session: one}}", "master: {deliver: {x: {profile: red-bock}}}", 65, "red-book"),
    (
      "{one: {session: one}}", "master: {deliver: {x: {gain: as y}}}", 65,
      "no delivery is named 'y'"
    ),
  ])
  func whatIsWrongIsSaid(_ songs: String, _ rest: String, _ status: Int32, _ message: String) throws
  {
    let place = Workplace()
    try Self.album(place, songs: songs, rest: rest)
    let run = place.mixdown("check", "album.yaml")
    #expect(run.status == status, "\(run.account)")
    #expect(run.standardError.contains(message), "\(run.account)")
  }

  @Test func aSessionThatPlaysTwiceIsOneRecording() throws {
    let place = Workplace()
    try Self.album(place, songs: "{one: {session: one}, again: {session: one/session.yaml}}")
    let run = place.mixdown("check", "album.yaml")
    #expect(run.status == 0 && run.standardError.isEmpty, "\(run.account)")
  }

  @Test func valuesOfAnAlbumAreSetByAddress() throws {
    let place = Workplace()
    try Self.album(place)
    for (address, value) in [("two/gain", "-1.5 dB"), ("gap", "1 s"), ("metadata/title", "New")] {
      let run = place.mixdown("set", "album.yaml", address, value)
      #expect(run.status == 0, "\(run.account)")
    }
    let text = String(decoding: try place.read("album.yaml"), as: UTF8.self)
    #expect(text.contains("gain: -1.5 dB") && text.contains("gap: 1 s"), "\(text)")
    #expect(text.contains("title: New"), "\(text)")
    let wrong = place.mixdown("set", "album.yaml", "tow/gain", "-1 dB")
    #expect(wrong.status == 65, "\(wrong.account)")
    #expect(wrong.standardError.contains("no song is named 'tow'"), "\(wrong.account)")
  }

  @Test func songsThatDisagreeAboutTheRateNeedOne() throws {
    let place = Workplace()
    try place.writeTone("x.wav", seconds: 1, rate: 44_100, channels: 2)
    let songs = "{one: {session: one}, x: {mix: x.wav}}"
    try Self.album(place, songs: songs)
    let wrong = place.mixdown("check", "album.yaml")
    #expect(wrong.status == 65)
    #expect(
      wrong.standardError.contains("'x' is at 44.1 kHz and 'one' at 48 kHz"), "\(wrong.account)")
    try Self.album(place, songs: songs, rest: "rate: 44.1 kHz")
    let right = place.mixdown("check", "album.yaml")
    #expect(right.status == 0, "\(right.account)")
    #expect(right.text.hasSuffix("44.1 kHz; nothing is wrong\n"))
  }

  @Test func aFadeThatTheAlbumLeavesOutIsMentioned() throws {
    let place = Workplace()
    try Self.album(place, songs: "{one: {session: one}}")
    let session = try String(contentsOf: place["one/session.yaml"], encoding: .utf8)
    try place.write(
      session + "master: {fade-out: 0.5 s..0.9 s}\n", to: "one/session.yaml")
    let run = place.mixdown("check", "album.yaml")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.standardError.contains("[song-fade-left-out]"), "\(run.account)")
    try Self.album(place, songs: "{one: {session: one, fade-out: 0.2 s}}")
    #expect(place.mixdown("check", "album.yaml").standardError.isEmpty)
  }
}
