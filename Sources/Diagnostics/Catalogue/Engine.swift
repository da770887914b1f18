extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let engine: [Rule] = [
    .overload, .recordingChanged, .recordingDamaged, .recordingNotFinite, .trimOfSilence,
  ]
}

extension Rule {
  public static let overload = Rule(
    "overload", .error, "a signal is far beyond full scale",
    page: """
      A strip's signal passed +42 dBFS where it enters a sum, or stopped being a number. Sums are
      exact below that only, so the build stops instead of giving a wrong mix. Look for a gain
      with a wrong sign, a make-up gain that is too large, or feedback near 100 %.

      Wrong:
        strip: {inserts: [gain: {gain: 24 dB}, gain: {gain: 24 dB}]}

      Right:
        strip: {inserts: [gain: {gain: 6 dB}]}
      """)

  public static let recordingChanged = Rule(
    "recording-changed", .error, "a recording changed while it was read",
    page: """
      The file was written or replaced during the build, so that what was rendered belongs to no
      version of it. Nothing was published; the earlier outputs stay. Build again when the
      recording is complete.
      """)

  public static let recordingDamaged = Rule(
    "recording-damaged", .error, "a recording broke off or cannot be decoded",
    page: """
      The sound file opened, and reading its audio failed at the place that the message names.
      Restore it from where it came from, or render the good part to a new file.
      """)

  public static let recordingNotFinite = Rule(
    "recording-not-finite", .error, "a recording holds a sample that is no number",
    page: """
      A floating-point recording can hold NaN or infinity, usually written by a faulty plug-in.
      mixdown never replaces such samples silently. Repair the recording at the place named, or
      silence it there with a clip that leaves it out.
      """)

  public static let trimOfSilence = Rule(
    "trim-of-silence", .warning, "a track is too quiet to measure its trim",
    page: """
      `trim: to LEVEL` measures the loudness of the track's content. Nothing in this track is
      louder than −70 LUFS for 0.4 s, so its trim stays at 0 dB. Give the trim in dB instead.
      """)
}

extension Diagnostic {
  public static func trimOfSilence(_ track: String, at span: Span?) -> Diagnostic {
    Diagnostic(
      .trimOfSilence, "the trim of '\(track)' cannot be measured: the track is silent", at: span)
  }

  public static func overload(_ strip: String, time: String, at span: Span?) -> Diagnostic {
    Diagnostic(
      .overload, "the signal of '\(strip)' is beyond +42 dBFS or not finite at \(time)", at: span)
  }

  public static func recordingChanged(_ path: String, at span: Span?) -> Diagnostic {
    Diagnostic(.recordingChanged, "'\(path)' changed while it was read", at: span)
  }

  public static func recordingDamaged(
    _ path: String, _ reason: String, at span: Span?
  ) -> Diagnostic {
    Diagnostic(.recordingDamaged, "'\(path)': \(reason)", at: span)
  }

  public static func recordingNotFinite(
    _ path: String, time: String, frame: Int64, at span: Span?
  ) -> Diagnostic {
    Diagnostic(
      .recordingNotFinite,
      "'\(path)' holds a sample that is not a finite number at frame \(frame) (\(time))", at: span)
  }
}
