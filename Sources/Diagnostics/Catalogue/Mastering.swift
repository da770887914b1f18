extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let mastering: [Rule] = [
    .clippedFile, .deliveryCircle, .deliveryFormat, .heavyLimiting, .loopOutsideFile,
    .misleadingEnding, .missingCover, .targetMissed, .targetUnreachable, .unknownProfile,
    .unusedSetting, .wrongCode, .wrongCover,
  ]
}

extension Rule {
  public static let clippedFile = Rule(
    "clipped-file", .warning, "samples over full scale are cut off in a file",
    page: """
      A file of 16 or 24 bits ends at full scale, and what was written to it goes further: samples
      were cut off. The master's limiter keeps a delivery under its ceiling; without it a gain or
      a loudness can lift peaks over full scale. A mix or stem that is over full scale is whole in
      a file of 32 bits. A lossy file keeps what is over full scale, and players cut it off.

      Wrong:
        loud: {file: out/loud.wav, gain: 20 dB, limiter: none}

      Right:
        loud: {file: out/loud.wav, gain: 5 dB}

      Where it must not happen: lints: {clipped-file: error}
      """)

  public static let deliveryCircle = Rule(
    "delivery-circle", .error, "deliveries take their gain from each other",
    page: """
      `gain: as NAME` reuses the gain that was solved for another delivery. That one has to have a
      gain of its own, from a loudness or as a number.

      Wrong:
        a: {gain: as b, file: out/a.wav}
        b: {gain: as a, file: out/b.wav}

      Right:
        a: {loudness: -14 LUFS, file: out/a.wav}
        b: {gain: as a, file: out/b.wav}
      """)

  public static let deliveryFormat = Rule(
    "delivery-format", .error, "a delivery's format cannot be written",
    page: """
      The ending of `file`, or `format`, names the form of the file. This build does not write the
      one named, or not with the rate, bits, channels or bit rate asked for. MP3 at a constant bit
      rate has 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256 and 320 kbps at 32 kHz and
      more; Opus has 8, 12, 16, 24 and 48 kHz.

      Wrong:
        web: {file: out/song.m4a}
        pod: {file: out/pod.mp3, bit-rate: 150 kbps}

      Right:
        web: {file: out/song.flac}
        pod: {file: out/pod.mp3, bit-rate: 160 kbps}
      """)

  public static let heavyLimiting = Rule(
    "heavy-limiting", .warning, "a gain makes the limiter take away more than it should",
    page: """
      A gain that is written, or taken from another delivery, lifts peaks over the ceiling, and the
      limiter takes away what lies above it, however much that is. More than `max-limiting` (6 dB
      unless a delivery says otherwise) is said: it is heard as distortion, and as a mix without its
      attacks. A `loudness` is not made where it needs more than that (`target-unreachable`).

      Wrong:
        loud: {file: out/loud.wav, gain: 20 dB}

      Right:
        loud: {file: out/loud.wav, gain: 5 dB}
        crushed: {file: out/crushed.wav, gain: 20 dB, max-limiting: 24 dB}
      """)

  public static let loopOutsideFile = Rule(
    "loop-outside-file", .error, "a loop does not lie in the file that it is marked in",
    page: """
      A loop keeps its length: a file that does not hold all of it is not written. `range` says what
      a delivery takes; `head` and `tail` take silence away, up to the first sound and behind the
      last one, and where that is turns out when the session is rendered.

      Wrong:
        intro: {range: 0:00..0:08, loop: 0:04..0:12, file: out/intro.wav}

      Right:
        intro: {range: 0:00..0:12, loop: 0:04..0:12, file: out/intro.wav}
      """)

  public static let misleadingEnding = Rule(
    "misleading-ending", .warning, "a file has the ending of another format",
    page: """
      `format` wins over the ending of `file`. Programs that go by the ending will not read such a
      file, or take it for what it is not.

      Wrong:
        web: {format: mp3, file: out/song.wav}

      Right:
        web: {format: mp3, file: out/song.mp3}
        web: {file: out/song.mp3}
      """)

  public static let missingCover = Rule(
    "missing-cover", .error, "the cover is not where the session says",
    page: """
      `metadata: {cover: …}` names a JPEG or PNG file, relative to the file that writes it.

      Example:
        metadata: {title: Demo, cover: art/cover.jpg}
      """)

  public static let targetMissed = Rule(
    "target-missed", .error, "a finished file does not measure what was asked for",
    page: """
      The file was written, decoded again and measured, and a number is outside of what the
      session asks for with `loudness`, `true-peak` or `expect`. The build goes on to the end and
      then ends with status 1. Under `advise` a miss only warns.

      Example:
        expect: {crest-factor: at least 9 dB}
      """)

  public static let targetUnreachable = Rule(
    "target-unreachable", .error, "a loudness cannot be reached under its ceiling",
    page: """
      A limiter may take away `max-limiting` (6 dB unless a delivery says otherwise) to reach a
      loudness. Where that is not enough no file is written and an earlier one stays; the message
      says what is reachable, what it would take, and what to write for either. Peaks that stand out
      less need less limiting: a compressor on a drum bus often gains more than the limiter can.

      Wrong:
        loud: {loudness: -5 LUFS, true-peak: -1 dBTP, file: out/loud.wav}

      Right:
        loud: {loudness: -9 LUFS, true-peak: -1 dBTP, max-limiting: 8 dB, file: out/loud.wav}
      """)

  public static let unknownProfile = Rule(
    "unknown-profile", .error, "a delivery names a profile that does not exist",
    page: """
      `profile: NAME` takes loudness, ceiling, rate, depth and format over from a named set of
      numbers, where the delivery does not say them itself, and judges the finished file by it.
      `mixdown profiles` lists them.

      Example:
        web: {profile: streaming, file: out/song.flac}
      """)

  public static let unusedSetting = Rule(
    "unused-setting", .warning, "a delivery has no use for a setting",
    page: """
      Lossy formats have no bits and take no dither; formats without loss have no bit rate; not
      every format can mark a loop; without a limiter there is no limiting to bound; files of 32 bits
      take no dither, and shaped dither is made for 44.1 and 48 kHz: elsewhere it is flat. The setting
      changes nothing.

      Wrong:
        web: {file: out/song.flac, bit-rate: 320 kbps}

      Right:
        web: {file: out/song.flac, bits: 24}
      """)

  public static let wrongCode = Rule(
    "wrong-code", .error, "an ISRC or UPC cannot be right",
    page: """
      An ISRC is two letters, three letters or digits, two digits of the year and five digits, with
      or without hyphens: `US-S1Z-26-00001`. A UPC or EAN is 12 or 13 digits; the last one follows
      from the others.

      Wrong:
        metadata: {isrc: US1, upc: "0602435710234"}

      Right:
        metadata: {isrc: USS1Z2600001, upc: "0602435710235"}
      """)

  public static let wrongCover = Rule(
    "wrong-cover", .error, "a cover cannot be put into files",
    page: """
      A cover is a JPEG or PNG file of at most 15 MB. MP3, FLAC, Ogg, Opus and AIFF take one.

      Wrong:
        metadata: {cover: art/cover.psd}

      Right:
        metadata: {cover: art/cover.jpg}
      """)
}

extension Diagnostic {
  /// - Parameter count: of samples.
  public static func clippedFile(_ path: String, count: Int, at span: Span?) -> Diagnostic {
    let samples = count == 1 ? "1 sample" : "\(count) samples"
    let are = count == 1 ? "is" : "are"
    return Diagnostic(
      .clippedFile, "\(samples) of '\(path)' \(are) over full scale and cut off", at: span)
  }

  /// - Parameter decodedPeak: dBFS, over 0, of a lossy file.
  public static func clippedFile(
    _ path: String, decodedPeak peak: Double, at span: Span?
  ) -> Diagnostic {
    Diagnostic(
      .clippedFile,
      "'\(path)' decodes to a peak of \(Figures.short(peak, digits: 2)) dBFS: players cut off what is "
        + "over full scale", at: span)
  }

  public static func deliveryCircle(_ names: String, at span: Span?) -> Diagnostic {
    Diagnostic(.deliveryCircle, "deliveries take their gain from each other: \(names)", at: span)
  }

  public static func deliveryFormat(
    _ path: String, _ reason: String, at span: Span?, fixes: [FixIt] = []
  ) -> Diagnostic {
    Diagnostic(
      .deliveryFormat, "'\(path)' cannot be written: \(reason)", at: span, fixes: fixes)
  }

  /// - Parameters: `reduction` and `allowed` in dB; `gain`: that of the delivery, where another one may
  ///   be written.
  public static func heavyLimiting(
    _ path: String, reduction: Double, allowed: Double, gain: Double?, at span: Span?
  ) -> Diagnostic {
    func text(_ value: Double) -> String { "\(Figures.short(value, digits: 1)) dB" }
    // Rounded so that either is enough.
    let accepted = (reduction * 10 - 1e-6).rounded(.up) / 10
    let lower = gain.map { (($0 - reduction + allowed) * 10 + 1e-6).rounded(.down) / 10 }
    let cures = [
      lower.map { "'gain: \(text($0))' keeps within that" },
      accepted <= 40 ? "'max-limiting: \(text(accepted))' accepts it" : nil,
    ].compactMap(\.self)
    return Diagnostic(
      .heavyLimiting,
      "the limiter takes up to \(text(reduction)) away from '\(path)'; 'max-limiting' is "
        + text(allowed), at: span,
      notes: cures.isEmpty ? [] : [Note(cures.joined(separator: ", "))])
  }

  /// - Parameters: times as they are heard.
  public static func loopOutsideFile(
    _ path: String, loop: (start: String, end: String), file: (start: String, end: String),
    at span: Span?, notes: [Note]
  ) -> Diagnostic {
    Diagnostic(
      .loopOutsideFile,
      "the loop reaches from \(loop.start) to \(loop.end), and '\(path)' from \(file.start) to "
        + "\(file.end)", at: span, notes: notes)
  }

  public static func misleadingEnding(
    _ path: String, _ format: String, ending: String, at span: Span?
  ) -> Diagnostic {
    Diagnostic(
      .misleadingEnding, "'\(path)' is written as \(format), and has the ending of \(ending)",
      at: span)
  }

  public static func missingCover(_ path: String, at span: Span?) -> Diagnostic {
    Diagnostic(.missingCover, "there is no file '\(path)'", at: span)
  }

  public static func unknownProfile(
    _ name: String, among profiles: [String], at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .unknownProfile, "there is no profile '\(name)'", at: span,
      notes: [Note("'mixdown profiles' lists them")],
      fixes: Suggestions.nearest(name, in: profiles).map { FixIt(span, $0) })
  }

  public static func unusedSetting(_ key: String, _ format: String, at span: Span?) -> Diagnostic {
    Diagnostic(.unusedSetting, "'\(key)' changes nothing in \(format)", at: span)
  }

  /// - Parameter reason: why nothing comes of it, as a sentence.
  public static func unusedSetting(
    _ key: String, because reason: String, at span: Span?, fixes: [FixIt] = []
  ) -> Diagnostic {
    Diagnostic(.unusedSetting, "'\(key)' changes nothing: \(reason)", at: span, fixes: fixes)
  }

  public static func wrongCode(isrc code: String, at span: Span?) -> Diagnostic {
    Diagnostic(
      .wrongCode, "'\(code)' is no ISRC; one is CC-XXX-YY-NNNNN, twelve characters", at: span)
  }

  public static func wrongCode(
    upc code: String, corrected: String?, at span: Span
  ) -> Diagnostic {
    guard let corrected else {
      return Diagnostic(
        .wrongCode, "'\(code)' is no UPC or EAN; they have 12 or 13 digits", at: span)
    }
    return Diagnostic(
      .wrongCode, "the check digit of '\(code)' must be \(corrected.suffix(1))", at: span,
      fixes: [FixIt(span, "\"\(corrected)\"")])
  }

  public static func wrongCover(_ path: String, _ reason: String, at span: Span?) -> Diagnostic {
    Diagnostic(.wrongCover, "'\(path)' cannot be a cover: \(reason)", at: span)
  }
}
