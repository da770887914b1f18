import Testing

@Suite struct AlbumTests {
  private func album(_ songs: String, _ rest: String = "") -> String {
    "mixdown: 1\nkind: album\nsongs: \(songs)\n\(rest)\n"
  }

  @Test func aSongNeedsASessionOrAMix() {
    expectDiagnostics(
      album("{⟨1⟩a: {gain: -1 dB}}"), [Wanted("missing-field", at: 1, over: "a")])
    expectDiagnostics(
      album("{a: {session: a.yaml, ⟨1⟩mix: a.wav}}"),
      [Wanted("conflicting-keys", at: 1, over: "mix")])
    expectDiagnostics(
      album("{a: {mix: a.wav, ⟨1⟩version: radio}}"),
      [Wanted("conflicting-keys", at: 1, over: "version")])
  }

  @Test func aMisspeltKeyOfASongIsNamed() {
    expectDiagnostics(
      album("{a: {⟨1⟩sesion: a.yaml}}"),
      [Wanted("unknown-key", at: 1, over: "sesion", fix: "session")])
  }

  @Test func aSongHasAGapOrAnOverlap() {
    expectDiagnostics(
      album("{a: {mix: a.wav}, b: {mix: b.wav, gap: 2 s, ⟨1⟩overlap: 1 s}}"),
      [Wanted("conflicting-keys", at: 1, over: "overlap")])
  }

  @Test func anAlbumHasSongs() {
    expectDiagnostics(album("⟨1⟩{}"), [Wanted("empty-album", at: 1)])
    #expect(
      load("mixdown: 1\nkind: album\n").messages == ["missing-field: an album has no 'songs'"])
  }

  @Test func keysOfASongSessionAreNoneOfAnAlbum() {
    expectDiagnostics(
      album("{a: {mix: a.wav}}", "⟨1⟩tracks: {x: {source: a.wav}}"),
      [Wanted("unknown-key", at: 1, over: "tracks")])
    expectDiagnostics(
      album("{a: {mix: a.wav}}", "master: {deliver: {x: {⟨1⟩each: stem, file: x.wav}}}"),
      [Wanted("unknown-key", at: 1, over: "each")])
  }

  @Test func keysOfAnAlbumAreNoneOfASong() {
    expectDiagnostics(
      "tracks: {x: {source: a.wav}}\nmaster: {deliver: {x: {⟨1⟩sides: {A: [x]}}}}",
      [Wanted("unknown-key", at: 1, over: "sides")])
  }

  @Test func aSideNamesSongsOfTheAlbumOnce() {
    let songs = "{night-train: {mix: a.wav}, harbour: {mix: b.wav}}"
    expectDiagnostics(
      album(songs, "master: {deliver: {v: {sides: {A: [⟨1⟩nigth-train], B: [harbour]}}}}"),
      [Wanted("unknown-song", at: 1, over: "nigth-train", fix: "night-train")])
    expectDiagnostics(
      album(
        songs, "master: {deliver: {v: {sides: {A: [night-train, harbour], B: [⟨1⟩harbour]}}}}"),
      [Wanted("song-twice", at: 1, over: "harbour")])
    expectDiagnostics(
      album(songs, "master: {deliver: {v: {sides: {A: [night-train, harbour], ⟨1⟩B: []}}}}"),
      [Wanted("empty-side", at: 1, over: "B")])
    expectDiagnostics(
      album(
        songs,
        "master: {deliver: {v: {files: ⟨1⟩one, sides: {A: [night-train], B: [harbour]}}}}"),
      [Wanted("conflicting-keys", at: 1, over: "one")])
  }

  @Test func aDeliveryOfAnAlbumIsTakenFromMasterOrMix() {
    expectDiagnostics(
      album("{a: {mix: a.wav}}", "master: {deliver: {x: {from: ⟨1⟩stems}}}"),
      [Wanted("unknown-word", at: 1, over: "stems")])
  }

  @Test func songsThatDifferInCaseAloneAreOneName() {
    expectDiagnostics(
      album("{home: {mix: a.wav}, ⟨1⟩Home: {mix: b.wav}}"),
      [Wanted("duplicate-name", at: 1, over: "Home")])
  }
}
