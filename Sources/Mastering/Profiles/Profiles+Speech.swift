extension Profiles {
  static let speech: [Profile] = [
    Profile(
      "apple-podcasts", "Apple Podcasts", .recommendation, level: loudness(-16, .band(1)),
      truePeak: -1, source: "Apple Podcasts for Creators, \"Audio requirements\"", date: "undated",
      .primary,
      note: "Measured before encoding. MP3 at 64 kbit/s and more for stereo, 32 for mono; 128 to "
        + "256 are advised. Subscriber audio is stereo, also from a mono source."
    ) {
      $0.form.formats = ["mp3", "wav", "flac"]
      $0.form.rates = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000]
      $0.form.stereoBitRate = 64_000
      $0.form.monoBitRate = 32_000
      $0.form.kind = .requirement
    },
    Profile(
      "podcast-mono", "a podcast as a mono file", .convention, level: loudness(-19, .band(1)),
      truePeak: -1, source: "several trade sources", date: "undated", .secondary,
      note: "−19 LUFS in one channel is −16 when it plays on two loudspeakers."
    ) {
      $0.form.channels = [1]
      $0.form.monoBitRate = 96_000
    },
    Profile(
      "aes77-speech", "AES77, speech", .recommendation, level: loudness(-18, .upper(2)),
      truePeak: -1, source: "AES77-2023; AES TD1008", date: "2023", .primary,
      note: "Of the measurable speech; assorted programmes may be 2 LU louder, none need be. Lower "
        + "peaks for low bit rates."),
    Profile(
      "aes77-interstitial", "AES77, interstitials", .recommendation,
      level: loudness(-18, .upper(0.2)), truePeak: -1, source: "AES77-2023; AES TD1008",
      date: "2023", .primary, note: "Adverts, jingles and trailers between programmes."),
    Profile(
      "acx", "audiobooks (ACX)", .requirement,
      level: Profile.Level(quantity: "rms", value: -20.5, gate: .band(2.5)), truePeak: -3,
      source: "ACX audio submission requirements", date: "undated", .primary,
      note: "RMS between −23 and −18 dB for each chapter, peaks and noise floor, room tone at both "
        + "ends; at most 120 minutes a file."
    ) {
      $0.form.formats = ["mp3"]
      $0.form.rates = [44_100]
      $0.form.stereoBitRate = 192_000
      $0.form.monoBitRate = 192_000
      $0.form.isConstantBitRate = true
      $0.limits = [
        limit("sample-peak", most: -3, .requirement),
        limit("noise-floor", most: -60, .requirement),
        limit("head-quiet", least: 0.5, most: 1, .requirement),
        limit("tail-quiet", least: 1, most: 5, .requirement),
        limit("duration", most: 7_200, .requirement),
      ]
    },
  ]

  static let media: [Profile] = [
    Profile(
      "red-book", "compact disc (Red Book)", .requirement, source: "IEC 60908; ECMA-130",
      date: "1999", .primary,
      note: "Tracks begin and end on frames of 588 samples, last 4 s and more, 99 at most; "
        + "79:57 in all is the practical limit. Loudness and peaks are free."
    ) {
      $0.form.rates = [44_100]
      $0.form.bits = [16]
      $0.form.channels = [2]
      $0.form.formats = ["wav", "aiff", "flac"]
      $0.form.asksForRecordingCode = true
      $0.limits = [
        limit("duration", least: 4, most: 4_797, .requirement),
        limit("true-peak", most: -0.3, .convention),
      ]
    },
    Profile(
      "vinyl", "vinyl pre-master", .recommendation, truePeak: -3,
      source: "guides of several pressing plants", date: "undated", .secondary,
      note: "No limiter for loudness, RMS not above −12 dB, bass in phase below 150 Hz, little "
        + "above 15 kHz; a side of 12 inches at 33 rpm is 19:30, 23:00 at most; at 45 rpm 12:00. "
        + "The figure for the treble is a rule of thumb of this table."
    ) {
      $0.form.bits = [24]
      $0.form.formats = ["wav", "aiff"]
      $0.form.rates = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000]
      $0.limits = [
        limit("rms", most: -12, .recommendation),
        limit("correlation-min", least: 0, .recommendation),
        limit("bass-side", most: -20, .recommendation),
        limit("treble", most: -25, .recommendation),
        limit("duration", most: 1_380, .recommendation),
      ]
    },
  ]
}
