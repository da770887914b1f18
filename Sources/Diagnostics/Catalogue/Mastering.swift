extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let mastering: [Rule] = [
    .deliveryCircle, .deliveryFormat, .targetMissed, .targetUnreachable, .unknownProfile,
  ]
}

extension Rule {
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
      one named, or not with the rate, bits or channels asked for.

      Wrong:
        web: {file: out/song.m4a}

      Right:
        web: {file: out/song.flac}
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
      says what is reachable. Ask for less, allow more, or compress the mix.

      Wrong:
        loud: {loudness: -5 LUFS, true-peak: -1 dBTP, file: out/loud.wav}

      Right:
        loud: {loudness: -9 LUFS, true-peak: -1 dBTP, max-limiting: 8 dB, file: out/loud.wav}
      """)

  public static let unknownProfile = Rule(
    "unknown-profile", .error, "a delivery names a profile that does not exist",
    page: """
      `profile: NAME` takes loudness and ceiling over from a named set of numbers.

      Example:
        web: {profile: streaming, file: out/song.flac}
      """)
}

extension Diagnostic {
  public static func deliveryCircle(_ names: String, at span: Span?) -> Diagnostic {
    Diagnostic(.deliveryCircle, "deliveries take their gain from each other: \(names)", at: span)
  }

  public static func deliveryFormat(
    _ path: String, _ reason: String, at span: Span?
  ) -> Diagnostic {
    Diagnostic(.deliveryFormat, "'\(path)' cannot be written: \(reason)", at: span)
  }

  public static func unknownProfile(_ name: String, at span: Span?) -> Diagnostic {
    Diagnostic(.unknownProfile, "there is no profile '\(name)'", at: span)
  }
}
