import AudioFiles
import Foundation
import Testing

/// Deliveries in every format, through the command line.
struct DeliveryFormatTests {
  private static let formats: [(name: String, file: String, more: String)] = [
    ("wav", "a.wav", "loop: one..two"), ("rf64", "b.wav", "format: rf64"),
    ("aiff", "a.aiff", "bits: 16"), ("caf", "a.caf", ""), ("flac", "a.flac", "loop: one..two"),
    ("mp3", "a.mp3", "bit-rate: 160 kbps"),
    ("vbr", "v.mp3", "bit-rate: 190 kbps, bit-rate-mode: variable"),
    ("floats", "f.wav", "bits: 32"), ("rf64-floats", "g.wav", "bits: 32, format: rf64"),
    ("aiff-floats", "f.aiff", "bits: 32"), ("caf-floats", "f.caf", "bits: 32"),
    ("cd", "c.wav", "bits: 16, dither: f9"), ("flac-16", "c.flac", "bits: 16"),
    ("ogg", "a.ogg", "bit-rate: 160 kbps"), ("opus", "a.opus", "bit-rate: 96 kbps"),
  ]

  /// The smallest picture that is one: a PNG of a red pixel.
  private static let picture = Data(
    base64Encoded:
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
  )

  private func place(_ deliveries: String, metadata: String = "title: Demo", rate: Int = 44_100)
    throws -> Workplace
  {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 5, rate: rate, channels: 2)
    try place.write(try #require(DeliveryFormatTests.picture), to: "art/c.png")
    try place.write(
      """
      mixdown: 1
      metadata: {\(metadata)}
      rate: \(rate == 44_100 ? "44.1" : "48") kHz
      tracks:
        a: {source: a.wav}
      markers: {one: 0:01, two: 0:03}
      chapters:
        - {at: one, title: "First; one", link: https://example.org/1}
        - {at: two, title: Zwei – 夜}
      master:
        deliver:
      \(deliveries)

      """, to: "session.yaml")
    return place
  }

  private static let tags =
    "title: Demo, artist: A & B, album: Night, date: 2026-11-22, genre: Rock, track: 1, "
    + "tracks: 9, isrc: US-S1Z-26-00001, upc: \"0602435710235\", cover: art/c.png"

  @Test func everyFormatIsTheSameOnEveryRun() throws {
    let deliveries = DeliveryFormatTests.formats.map {
      let more = $0.more.isEmpty ? "" : ", \($0.more)"
      return "    \($0.name): {loudness: -18 LUFS, file: out/\($0.file)\(more)}"
    }.joined(separator: "\n")
    let place = try place(deliveries, metadata: DeliveryFormatTests.tags)
    let began = Date()
    let first = place.mixdown("build", "--no-cache", "--output", "one", "--json")
    #expect(first.status == 0, "\(first.account)")
    #expect(first.made.filter { $0.target.hasPrefix("deliver/") }.count == 15)
    // The clock has to have moved on for whatever may look at it.
    while Date().timeIntervalSince(began) < 2.1 { usleep(50_000) }
    let second = place.mixdown("build", "--no-cache", "--output", "two", "--json")
    for (name, file, _) in DeliveryFormatTests.formats {
      #expect(first.hashes["deliver/\(name)"] == second.hashes["deliver/\(name)"], "\(name)")
      #expect(try place.read("one/\(file)") == place.read("two/\(file)"), "\(name)")
    }
    for made in first.made where made.target.hasPrefix("deliver/") {
      #expect(abs(try #require(made.loudness) - -18) <= 0.06, "\(made.target)")
      #expect(try #require(made.truePeak) <= -1, "\(made.target)")
    }
    // No library says its version, and nothing says where it was made.
    for (name, file, _) in DeliveryFormatTests.formats {
      let bytes = [UInt8](try place.read("one/\(file)"))
      for word in [
        "libsndfile", "Xiph", "libopus", "reference libFLAC", place.folder.lastPathComponent,
      ] {
        #expect(!holds(bytes, word), "\(name): \(word)")
      }
      #expect(holds(bytes, "Demo") && holds(bytes, "USS1Z2600001"), "\(name)")
    }
    // libsndfile does not pass over the pad bytes of chunks in RF64.
    for name in ["b.wav", "g.wav"] {
      let bytes = [UInt8](try place.read("one/\(name)"))
      for chunk in ["bext", "iXML", "axml", "LIST"] {
        #expect(try #require(self.chunk(chunk, bytes)).count % 2 == 0, "\(name) \(chunk)")
      }
    }
    for name in ["a.mp3", "a.flac", "a.aiff"] {
      #expect(holds([UInt8](try place.read("one/\(name)")), "image/png"), "\(name)")
    }
  }

  private func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    Data(bytes).range(of: Data(text.utf8)) != nil
  }

  private func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }

  private func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8]? {
    var at = 12
    while at + 8 <= bytes.count {
      let size = number(bytes, at + 4, 4)
      if Data(bytes[at..<(at + 4)]) == Data(name.utf8) {
        return Array(bytes[(at + 8)..<min(bytes.count, at + 8 + size)])
      }
      at += 8 + size + size % 2
    }
    return nil
  }

  @Test func broadcastWaveSaysItsLoudnessAsMeasured() throws {
    let place = try place("    a: {loudness: -18 LUFS, file: out/a.wav}")
    let run = place.mixdown("build", "deliver/a", "--json")
    #expect(run.status == 0, "\(run.account)")
    let measured = place.mixdown("measure", "out/a.wav", "--json")
    let numbers = try #require(measured.array.first)
    let bytes = [UInt8](try place.read("out/a.wav"))
    let body = try #require(chunk("bext", bytes))
    #expect(number(body, 346, 2) == 2)
    let names = [
      "integrated_lufs", "loudness_range_lu", "true_peak_dbtp", "momentary_max_lufs",
      "short_term_max_lufs",
    ]
    for (index, name) in names.enumerated() {
      let written = Int16(truncatingIfNeeded: number(body, 412 + 2 * index, 2))
      let value = try #require(numbers[name] as? Double)
      #expect(Int(written) == Int((value * 100 + 0.5).rounded(.down)), "\(name)")
    }
    let history = String(decoding: body[602...], as: UTF8.self)
    // Its length is even.
    #expect(history == "A=PCM,F=44100,W=24,M=stereo,T=mixdown\r\n\0")
  }

  /// 1 s and 3 s of a session whose delivery begins at 2 s, 100 ms before its first sound.
  @Test func chaptersMoveWithTheirDelivery() throws {
    let place = try place(
      """
          whole: {file: out/whole.wav}
          part: {range: 0:02..0:05, file: out/part.wav}
          late: {rate: 48 kHz, range: 0:00.5..0:05, file: out/late.wav}
      """)
    let run = place.mixdown("build", "deliveries", "--json")
    #expect(run.status == 0, "\(run.account)")
    func cues(_ file: String) throws -> [Int] {
      let body = try #require(chunk("cue ", [UInt8](try place.read(file))))
      return (0..<number(body, 0, 4)).map { number(body, 4 + 24 * $0 + 20, 4) }
    }
    #expect(try cues("out/whole.wav") == [44_100, 132_300])
    // The first chapter is under way when the part begins.
    #expect(try cues("out/part.wav") == [0, 44_100])
    #expect(try cues("out/late.wav") == [24_000, 120_000])
  }

  @Test func headSilenceMovesChapters() throws {
    let place = try place("    a: {head: 250 ms, file: out/a.wav}")
    let run = place.mixdown("build", "deliver/a", "--json")
    #expect(run.status == 0, "\(run.account)")
    let measured = try #require(place.mixdown("measure", "out/a.wav", "--json").array.first)
    let bytes = [UInt8](try place.read("out/a.wav"))
    let body = try #require(chunk("cue ", bytes))
    // A decaying sine begins at zero: its first sample over -60 dBFS is a few frames in.
    let at = number(body, 4 + 20, 4)
    #expect((44_100 + 11_025 - 40...44_100 + 11_025).contains(at), "\(at) \(measured)")
  }

  @Test(arguments: [
    ("mp3", "bit-rate: 150 kbps", "no bit rate of 150 kbps; the nearest is 160 kbps of 32, 40"),
    ("mp3", "bit-rate: 150 kbps", "replace with '160 kbps'"),
    ("mp3", "rate: 96 kHz", "the nearest is 48 kHz"),
    ("opus", "rate: 44.1 kHz", "Opus has no rate of 44100 Hz; the nearest is 48 kHz"),
    ("ogg", "bit-rate-mode: constant", "variable bit rates alone"),
    ("flac", "bits: 32", "FLAC has 16 and 24 bits"),
    ("m4a", "bits: 16", "'m4a' is no format of this build"),
    ("wav", "profile: streeming", "replace with 'streaming'"),
  ])
  func whatAFormatDoesNotHaveIsSaidAtItsLine(
    _ ending: String, _ setting: String, _ words: String
  ) throws {
    let place = try place("    a: {\(setting), file: out/a.\(ending)}")
    let run = place.mixdown("check")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError.contains("session.yaml:12:"), "\(run.account)")
    #expect(run.standardError.contains(words), "\(run.account)")
  }

  @Test func settingsWithoutEffectAreWarnedOf() throws {
    let place = try place("    a: {bit-rate: 160 kbps, file: out/a.flac}")
    let run = place.mixdown("check")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.standardError.contains("[unused-setting]"), "\(run.account)")
  }

  /// Encoders lift the peaks of the tone; without a limiter only a lower gain takes them back.
  @Test(arguments: [("mp3", 32), ("ogg", 96), ("opus", 16)])
  func withoutALimiterALossyFileThatWouldBeLowerIsRefused(_ ending: String, _ rate: Int) throws {
    let place = try place(
      "    a: {loudness: -5.4 LUFS, limiter: none, true-peak: -1 dBTP, bit-rate: \(rate) kbps, "
        + "file: out/a.\(ending)}")
    let run = place.mixdown("build", "deliver/a")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("[target-unreachable]"), "\(run.account)")
    #expect(run.standardError.contains("needs a limiter for -5.4 LUFS"), "\(run.account)")
    #expect(place.files(in: "out").isEmpty)
  }

  @Test(arguments: [
    ("cover: art/none.png", 66, "missing-cover"), ("cover: a.wav", 65, "wrong-cover"),
    ("isrc: US1", 65, "wrong-code"),
    ("upc: \"0602435710234\"", 65, "replace with \"0602435710235\""),
  ])
  func wrongMetadataIsSaidBeforeAnythingIsRendered(
    _ entry: String, _ status: Int, _ words: String
  ) throws {
    let place = try place("    a: {file: out/a.flac}", metadata: "title: Demo, \(entry)")
    let run = place.mixdown("build")
    #expect(run.status == Int32(status), "\(run.account)")
    #expect(run.standardError.contains(words), "\(run.account)")
    #expect(place.files(in: "out").isEmpty)
  }

  @Test func aLanguageHasThreeLettersInID3() throws {
    let place = try place(
      "    a: {file: out/a.mp3}\n    b: {file: out/b.flac}",
      metadata: "title: Demo, language: de-AT")
    let run = place.mixdown("build", "deliveries")
    #expect(run.status == 0, "\(run.account)")
    #expect(ID3Frames([UInt8](try place.read("out/a.mp3"))).text("TLAN") == "deu")
    #expect(try place.read("out/b.flac").range(of: Data("LANGUAGE=de-AT".utf8)) != nil)
  }

  @Test func aFormatGivesTheFileItsEnding() throws {
    let place = try place(
      "    a: {format: ogg}\n    book: {profile: acx, loudness: {rms: -21 dBFS}}\n    c: {format: rf64}"
    )
    let run = place.mixdown("build", "deliveries", "--json")
    #expect(place.files(in: "out") == ["a.ogg", "book.mp3", "c.wav"], "\(run.account)")
  }

  @Test func profilesAreListedAndExplained() throws {
    let place = Workplace()
    let list = place.mixdown("profiles")
    #expect(
      list.status == 0 && list.text.contains("ebu-r128-s1") && list.text.contains("EBU R 128"))
    let page = place.mixdown("profiles", "acx")
    for words in [
      "-20.5 dBFS", "at least 192 kbps, constant", "requirement: a miss fails", "checked",
    ] {
      #expect(page.text.contains(words), "\(page.text)")
    }
    let podcast = place.mixdown("profiles", "apple-podcasts").text
    #expect(podcast.contains("of the file itself, are a requirement: a miss fails the build"))
    let object = place.mixdown("profiles", "netflix", "--json").object
    #expect((object["level"] as? [String: Any])?["gate"] as? String == "dialogue")
    #expect((object["not_measured"] as? [String])?.isEmpty == false)
    #expect(place.mixdown("profiles", "--json").array.count > 25)
    let wrong = place.mixdown("profiles", "netflx")
    #expect(wrong.status == 64 && wrong.standardError.contains("did you mean 'netflix'"))
  }

  @Test func aMissedRequirementFailsAndAMissedRecommendationWarns() throws {
    let place = try place(
      """
          book: {profile: acx, file: out/book.mp3, max-limiting: 20 dB}
          slow: {profile: ebu-r128, loudness: -20 LUFS, file: out/slow.wav}
          film: {profile: netflix, file: out/film.wav}
      """, rate: 48_000)
    let run = place.mixdown("build", "deliver/book")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("head-quiet"), "\(run.account)")
    let slow = place.mixdown("build", "deliver/slow")
    #expect(slow.status == 0 && slow.standardError.contains("warning"), "\(slow.account)")
    let film = place.mixdown("build", "deliver/film", "--json")
    let verdicts = try #require(film.object["verdicts"] as? [[String: Any]])
    let dialogue = verdicts.filter { $0["quantity"] as? String == "dialogue-loudness" }
    #expect(dialogue.count == 1 && dialogue[0]["passed"] as? Bool == false)
  }

  @Test func servicesAreForecastOnRequest() throws {
    let place = try place("    a: {loudness: -20 LUFS, true-peak: -5 dBTP, file: out/a.wav}")
    let run = place.mixdown("build", "deliver/a", "--services")
    #expect(run.status == 0, "\(run.account)")
    #expect(run.text.contains("spotify") && run.text.contains("heard at"), "\(run.account)")
    let file = try #require(
      (place.mixdown("build", "deliver/a", "--json").object["files"] as? [[String: Any]])?.first)
    let services = try #require(file["services"] as? [[String: Any]])
    let spotify = try #require(services.first { $0["service"] as? String == "spotify" })
    let peak = try #require(file["true_peak_dbtp"] as? Double)
    let loudness = try #require(file["integrated_lufs"] as? Double)
    let gain = try #require(spotify["gain_db"] as? Double)
    #expect(abs(gain - min(-14 - loudness, -1 - peak)) < 1e-9)
  }
}
