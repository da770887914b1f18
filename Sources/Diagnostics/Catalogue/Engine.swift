extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let engine: [Rule] = [
    .clippingIntoMaster, .overload, .polaritySuspicion, .recordingChanged, .recordingDamaged,
    .recordingNotFinite, .soundAfterFade, .trimOfSilence,
  ]
}

extension Rule {
  public static let clippingIntoMaster = Rule(
    "clipping-into-master", .warning, "the mix is over full scale where it goes into the master",
    page: """
      Inside mixdown nothing clips: a mix of 32 bits keeps what lies above 0 dBFS. But everything
      that reads `mix.wav` may clip it, and what lies above full scale is taken away by the
      master's limiter, without having been meant to. Lower the fader of the mix, or the strips
      that play into it. A mix of 16 or 24 bits is cut off where it is written, which
      `clipped-file` says.

      Wrong:
        mix: {fader: 6 dB}

      Right:
        mix: {fader: -2 dB}

      It is said again by every build, also when nothing is rendered. Where it is meant:
        lints: {clipping-into-master: silent}
      """)

  public static let polaritySuspicion = Rule(
    "polarity-suspicion", .warning, "two recordings of one sound seem to cancel each other",
    page: """
      The two sides of a stereo track, or two tracks that play into one bus or belong to one group, or
      into a mix of eight tracks at most, move against each other: their correlation at 48 places of the
      programme, before any insert, is −0.6 or less. Uncorrelated sounds stay near 0; a cable or a microphone of reversed
      polarity comes near −1, and then the sum is thin. Listen to both together, and turn one over
      if that sounds fuller:

        snare-bottom: {source: audio/snare-bottom.wav, strip: {polarity: inverted}}

      A stereo recording whose sides cancel vanishes on one loudspeaker; record or convert it
      again with one side turned over. Compressed recordings (MP3, Ogg, Opus) are not looked at.

      Where a comp goes from one take to another, the two are compared over the crossfade and around
      it: below −0.3 at both, in a track that follows the session's cuts, they cancel there, probably
      because one of them was recorded with reversed polarity. In a track of its own it can be turned
      over; elsewhere the seam may lie better.

      Where it is meant: lints: {polarity-suspicion: silent}
      """)

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

  public static let soundAfterFade = Rule(
    "sound-after-fade", .warning, "a track goes on at full level behind a fade-out",
    page: """
      Edits of a track act inside their range alone: behind a `fade-out` the recording goes on as loud
      as before, with a jump. `silence` takes away what follows, and a `fade-in` that begins where the
      fade-out ends brings it back. Said where the recording is louder than −60 dBFS in the second
      behind the fade; compressed recordings (MP3, Ogg, Opus) are not looked at.

      Wrong:

          edits: [fade-out: 3:10..3:14]    # somebody coughs at 3:14.5

      Right:

          edits: [fade-out: 3:10..3:14, silence: 3:14..end]
      """)

  public static let trimOfSilence = Rule(
    "trim-of-silence", .warning, "a track is too quiet to measure its trim",
    page: """
      `trim: to LEVEL` measures the loudness of the track's content. Nothing in this track is
      louder than −70 LUFS for 0.4 s, so its trim stays at 0 dB. Give the trim in dB instead.
      """)
}

extension Diagnostic {
  /// - Parameter peak: dBFS, above 0.
  public static func clippingIntoMaster(peak: Double, at span: Span?) -> Diagnostic {
    let text = Figures.fixed(peak, digits: 2) ?? "\(peak)"
    // Rounded up, so that it is enough.
    let less = Figures.fixed((peak * 10).rounded(.up) / 10, digits: 1) ?? text
    return Diagnostic(
      .clippingIntoMaster, "the mix peaks at +\(text) dBFS where it goes into the master",
      at: span,
      notes: [Note("\(less) dB less on the fader of the mix keeps it under full scale")])
  }

  /// - Parameters: `second`: nil: the two sides of `first`; `span` that of the second.
  public static func polaritySuspicion(
    _ first: String, _ second: String?, correlation: Double, at span: Span?, other: Span?
  ) -> Diagnostic {
    let value = Figures.fixed(correlation, digits: 2) ?? "\(correlation)"
    guard let second else {
      return Diagnostic(
        .polaritySuspicion,
        "left and right of '\(first)' cancel each other: their correlation is \(value)", at: span)
    }
    return Diagnostic(
      .polaritySuspicion,
      "'\(second)' and '\(first)' cancel each other: their correlation is \(value)", at: span,
      notes: [Note("'\(first)' is declared here", at: other)])
  }

  /// - Parameter takes: the one that ends at a seam, and the one that begins.
  public static func polaritySuspicion(
    takes: (ending: String, beginning: String), correlation: Double, at span: Span?
  ) -> Diagnostic {
    let value = Figures.fixed(correlation, digits: 2) ?? "\(correlation)"
    return Diagnostic(
      .polaritySuspicion,
      "the takes '\(takes.ending)' and '\(takes.beginning)' cancel each other at this seam: their "
        + "correlation is \(value)", at: span,
      notes: [Note("the polarity of one of them may be reversed, or the seam lies badly")])
  }

  /// - Parameters: `peak` in dBFS, `time` where the fade ends.
  public static func soundAfterFade(
    _ track: String, peak: Double, time: String, at span: Span?
  ) -> Diagnostic {
    Diagnostic(
      .soundAfterFade,
      "'\(track)' goes on at full level behind this fade-out, with a peak of "
        + "\(Figures.short(peak, digits: 1)) dBFS from \(time) on", at: span,
      notes: [Note("'silence: \(time)..end' beside it takes that away")])
  }

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
