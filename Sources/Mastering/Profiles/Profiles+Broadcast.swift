extension Profiles {
  static let broadcast: [Profile] = [
    Profile(
      "ebu-r128", "EBU R 128 programme", .recommendation, level: loudness(-23, .band(0.2)),
      truePeak: -1, source: "EBU R 128, version 5", date: "2023-11", .primary,
      note: "±0.2 LU is the tolerance of measurement; live programmes may be ±1.0 LU off. "
        + "Required by many broadcasters."
    ) {
      $0.form.rates = [48_000]
      $0.form.bits = [24]
      $0.form.formats = ["wav", "rf64"]
    },
    Profile(
      "ebu-r128-s1", "EBU R 128 s1: adverts and promos", .recommendation,
      level: loudness(-23, .band(0.2)), truePeak: -1, source: "EBU R 128 s1", date: "2023-11",
      .primary, note: "Short form: the loudest 3 s count too; loudness range does not."
    ) {
      $0.form.rates = [48_000]
      $0.form.bits = [24]
      $0.limits = [limit("short-term-max", most: -18, .recommendation)]
    },
    Profile(
      "ebu-r128-s2", "EBU R 128 s2: streaming of broadcast", .recommendation,
      level: loudness(-23, .band(0.2)), truePeak: -1, source: "EBU R 128 s2, version 3",
      date: "2023-11", .primary,
      note: "The stream stays at −23 with metadata; −20 to −16 LUFS is an interim level without."),
    Profile(
      "ebu-r128-s3", "EBU R 128 s3: radio", .recommendation, level: loudness(-23, .band(0.2)),
      truePeak: -1, source: "EBU R 128 s3; EBU Tech 3401", date: "undated", .secondary),
    Profile(
      "ebu-r128-s4", "EBU R 128 s4: cinematic content", .recommendation,
      level: loudness(-23, .band(0.2)), truePeak: -1, source: "EBU R 128 s4", date: "2023",
      .secondary
    ) { $0.notMeasured = ["loudness-to-dialogue ratio of at most 5 LU"] },
    Profile(
      "atsc-a85", "ATSC A/85", .recommendation, level: loudness(-24, .dialogue(2)),
      truePeak: -2, source: "ATSC A/85:2013 with Corrigendum 1; A/85:2026-07", date: "2026-07",
      .primary,
      note: "Long programmes are anchored to dialogue, short ones to the whole. Law for adverts in "
        + "the United States (CALM Act)."
    ) {
      $0.form.rates = [48_000]
      $0.notMeasured = ["loudness of the dialogue"]
    },
    Profile(
      "atsc-a85-short", "ATSC A/85, adverts and promos", .recommendation,
      level: loudness(-24, .band(2)), truePeak: -2,
      source: "ATSC A/85:2013 with Corrigendum 1; A/85:2026-07", date: "2026-07", .primary,
      note: "The whole programme; ±2 dB is the expected variation of measurements, no target band."
    ) { $0.form.rates = [48_000] },
    Profile(
      "netflix", "Netflix near-field", .requirement, level: loudness(-27, .dialogue(2)),
      truePeak: -2, source: "Netflix Sound Mix Specifications v1.6; Partner Help Center",
      date: "undated", .primary,
      note: "Dialogue-gated (BS.1770-1); with under 15 % dialogue −24 ± 2 over the programme. A "
        + "limiter at −2.3 dBTP is advised."
    ) {
      $0.form.rates = [48_000]
      $0.form.bits = [24]
      $0.form.formats = ["wav", "rf64"]
      $0.limits = [limit("loudness-range", least: 4, most: 18, .recommendation)]
      $0.notMeasured = ["loudness of the dialogue", "loudness range of the dialogue"]
    },
    Profile(
      "arib-tr-b32", "ARIB TR-B32, Japanese television", .requirement,
      level: loudness(-24, .band(1)), truePeak: -1, source: "ARIB TR-B32 1.6", date: "2025",
      .secondary
    ) { $0.form.rates = [48_000] },
    Profile(
      "public-radio-us", "Public radio in the United States (PRSS)", .requirement,
      level: loudness(-24, .band(2)), truePeak: -2,
      source: "PRSS loudness standard, by ProduceNewMedia", date: "undated", .secondary,
      note: "By segment, speech and music alike."
    ) { $0.limits = [limit("sample-peak", most: -3, .requirement)] },
    Profile(
      "cinema-trailer", "Cinema trailers (TASA)", .requirement, source: "TASA; THX",
      date: "undated",
      .primary, note: "Leq(m) of at most 85 dB from the first sound to the last."
    ) {
      $0.form.rates = [48_000, 96_000]
      $0.form.bits = [24]
      $0.notMeasured = ["Leq(m)"]
    },
    Profile(
      "cinema-advert", "Cinema adverts (SAWA)", .requirement, source: "SAWA; ISO 21727",
      date: "undated", .secondary, note: "Leq(m) of at most 82 dB."
    ) { $0.notMeasured = ["Leq(m)"] },
    Profile(
      "games-console", "Games on consoles", .recommendation, level: loudness(-24, .band(2)),
      truePeak: -1, source: "G.A.N.G. IESD v03.02", date: "2015", .secondary,
      note: "Over at least 30 minutes of play."),
    Profile(
      "games-mobile", "Games on mobile devices", .recommendation,
      level: loudness(-16, .band(2)), truePeak: -1, source: "G.A.N.G. IESD v03.02", date: "2015",
      .secondary, note: "Over at least 30 minutes of play."
    ) { $0.limits = [limit("loudness-range", least: 10, most: 15, .recommendation)] },
  ]
}
