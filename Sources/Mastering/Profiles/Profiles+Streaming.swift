extension Profiles {
  static let streaming: [Profile] = [
    Profile(
      "streaming", "music for streaming services", .convention,
      level: loudness(-14, .band(0.1)), truePeak: -1,
      source: "the reference of most services below", date: "2026", .secondary,
      note: "A safe middle: no service turns it up, few turn it down. A master that is asked to be "
        + "louder gets 2 dB of headroom: lossy encoders lift its peaks further."
    ) { $0.loudPeak = -2 },
    Profile(
      "spotify", "Spotify", .normalisation, level: loudness(-14, .reference), truePeak: -1,
      source: "Spotify for Artists, \"Loudness normalization\"", date: "undated", .primary,
      note: "Normal −14, Loud −11, Quiet −19 LUFS. Albums are normalised as one, shuffled tracks "
        + "singly; quiet tracks are lifted up to 1 dB below full scale. −2 dBTP is advised for "
        + "masters louder than −14."
    ) {
      $0.loudPeak = -2
      $0.normalisation = .init(reference: -14, liftsTo: -1, isByAlbum: true)
    },
    Profile(
      "apple-music", "Apple Music with Sound Check", .normalisation,
      level: loudness(-16, .reference), truePeak: -1,
      source: "trade sources (iZotope); Apple Digital Masters brief for the headroom",
      date: "2025", .secondary,
      note: "Track and album mode; never limits. Apple does not publish the −16."
    ) { $0.normalisation = .init(reference: -16, liftsTo: 0, isByAlbum: true) },
    Profile(
      "apple-digital-masters", "Apple Digital Masters", .requirement, truePeak: -1,
      source: "Apple Digital Masters technology brief", date: "undated", .secondary,
      note: "24 bit at the highest native rate, never upsampled; 1 dB of headroom for the encoder."
    ) {
      $0.form.rates = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000]
      $0.form.bits = [24]
      $0.limits = [limit("clipped-runs", most: 0, .requirement)]
      $0.notMeasured = ["clipping after the AAC encoder"]
    },
    Profile(
      "youtube", "YouTube", .normalisation, level: loudness(-14, .reference), truePeak: -1,
      source: "measurements by Production Advice and others", date: "undated", .secondary,
      note: "Loud videos are turned down, quiet ones are left. Not published."
    ) { $0.normalisation = .init(reference: -14) },
    Profile(
      "tidal", "Tidal", .normalisation, level: loudness(-14, .reference), truePeak: -1,
      source: "secondary sources; AES TD1008", date: "undated", .secondary,
      note: "By album even in playlists; down only."
    ) { $0.normalisation = .init(reference: -14, isByAlbum: true) },
    Profile(
      "deezer", "Deezer", .normalisation, level: loudness(-15, .reference), truePeak: -1,
      source: "several secondary sources that agree", date: "undated", .secondary,
      note: "Always on; down only as far as is known."
    ) { $0.normalisation = .init(reference: -15) },
    Profile(
      "bandcamp", "Bandcamp and Beatport", .convention, truePeak: -1,
      source: "Sound On Sound", date: "2023-04", .secondary, note: "Played as delivered."
    ) { $0.playsAsDelivered = true },
    Profile(
      "aes77-track", "AES77, music normalised by track", .recommendation,
      level: loudness(-16, .upper(0.2)), truePeak: -1,
      source: "AES77-2023; AES TD1008", date: "2023", .primary, note: "Lower is allowed."),
    Profile(
      "aes77-album", "AES77, music normalised by album", .recommendation,
      level: loudness(-14, .upper(0.2)), truePeak: -1,
      source: "AES77-2023; AES TD1008", date: "2023", .primary,
      note: "The album's loudest track, one gain for all: relative levels are kept."),
  ]
}
