import Foundation
import Testing

/// What `check` finds without any audio, each where it is written and nothing besides.
struct CheckTests {
  private func place(_ more: String) throws -> Workplace {
    let place = Workplace()
    for name in ["a", "b", "c", "d"] { try place.writeTone("\(name).wav") }
    try place.write(more, to: "session.yaml")
    return place
  }

  private static let head = "mixdown: 1\nrate: 48 kHz\nmix: {tail: none}\n"
  private static let one = head + "tracks: {a: {source: a.wav}}\n"
  private static let four =
    head + "tracks: {a: {source: a.wav, strip: {output: low}}, b: {source: b.wav}, "
    + "c: {source: c.wav}, d: {source: d.wav}}\nbuses: {low: {}}\n"

  private static let cases: [(session: String, status: Int32, messages: [String])] = [
    // One of them says how loud a delivery is.
    (
      one + "master: {deliver: {m: {gain: -6 dB, loudness: -16 LUFS, file: out/m.wav}}}", 65,
      ["error conflicting-keys 5:24"]
    ),
    (
      one + "master: {deliver: {m: {loudness: -16 LUFS}, n: {like: m, gain: as m, file: n.wav}}}",
      0, []
    ),
    (
      one + "master: {deliver: {m: {gain: 1 dB}, n: {like: m, loudness: -16 LUFS, file: n.wav}}}",
      0, []
    ),
    // One mistake, one message.
    ("mixdown: 1\nkind: collection\nsounds: {}\n", 65, ["error kind-not-rendered 2:7"]),
    ("- mixdown: 1\n- rate: 48 kHz\n", 65, ["error wrong-shape 1:1"]),
    (one + "edits: [cut: start..end]", 65, ["error empty-range 5:14"]),
    (one + "edits: [cut: 0:00.2..end]", 0, []),
    // What a build would only find when it has rendered the mix.
    (
      one + "master: {deliver: {x: {gain: as y, file: x.wav}, y: {gain: as x, file: y.wav}}}", 65,
      ["error delivery-circle 5:33"]
    ),
    // What only follows from a place or a recording that is not known.
    (
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a:
          clips:
            - {source: a.wav, at: 0:10x}
            - {source: b.wav, at: 0:00.5}
          edits: [silence: 0:11..0:12]
          strip: {fader: {ride: [[0:12, -1 dB]]}}
      chapters: [{at: 0:11, title: A}]
      edits: [cut: 0:10..0:11]
      master: {fade-out: 0:10..0:11, deliver: {m: {range: 0:10..0:13, file: m.wav}}}

      """, 65, ["error bad-position 6:29"]
    ),
    (
      head + "tracks: {a: {clips: [{source: no.wav, at: 0:10}, {source: a.wav}]}}\n"
        + "chapters: [{at: 0:11, title: A}]\nmaster: {deliver: {m: {range: 0:10..0:11}}}", 66,
      ["error missing-recording 4:31"]
    ),
    (
      head + "markers: {bad: 0:0x, good: bad + 1 s}\ntracks: {a: {source: {file: a.wav, at: bad}}}",
      65, ["error bad-position 4:16"]
    ),
    // Only what a delivery says itself can be said in vain.
    (
      one
        + "master: {deliver: {m: {bit-rate: 160 kbps, file: m.mp3}, f: {like: m, file: f.flac}}}",
      0, []
    ),
    (
      one + "master: {deliver: {f: {bit-rate: 160 kbps, file: f.flac}}}", 0,
      ["warning unused-setting 5:34"]
    ),
    (
      one + "master: {deliver: {f: {limiter: none, max-limiting: 3 dB, file: f.wav}}}", 0,
      ["warning unused-setting 5:53"]
    ),
    (
      one
        + "master: {deliver: {m: {max-limiting: 3 dB, loudness: -20 LUFS, file: m.wav}, "
        + "f: {like: m, limiter: none, file: f.wav}}}", 0, []
    ),
    (
      one + "master: {deliver: {f: {bits: 16, rate: 96 kHz, dither: f9, file: f.wav}}}", 0,
      ["warning unused-setting 5:56"]
    ),
    (
      one + "master: {deliver: {f: {bits: 32, dither: flat, file: f.wav}}}", 0,
      ["warning unused-setting 5:42"]
    ),
    (
      one
        + "master: {deliver: {f: {bits: 16, rate: 96 kHz, dither: flat, file: f.wav}, "
        + "g: {bits: 16, rate: 44.1 kHz, dither: e5, file: g.wav}, "
        + "h: {bits: 16, rate: 96 kHz, file: h.wav}, i: {bits: 32, dither: none, file: i.wav}}}",
      0, []
    ),
    // What a name says and a format does not.
    (
      one
        + "master: {deliver: {a: {format: mp3, file: x.wav}, b: {format: wav, file: y.mp3}, "
        + "c: {format: rf64, file: z.wav}, d: {format: wav, file: w.wave}, "
        + "e: {format: flac, file: v.bin}}}", 0,
      ["warning misleading-ending 5:43", "warning misleading-ending 5:74"]
    ),
    // Where an expectation belongs, and what a profile requires of a file's form.
    (
      one + "master: {expect: {stems-residual: at most -90 dBFS}}", 65,
      ["error unknown-key 5:19"]
    ),
    (
      one + "master: {deliver: {d: {expect: {stems-residual: at most -90 dBFS}}}}", 65,
      ["error unknown-key 5:33"]
    ),
    (
      one + "master: {deliver: {p: {profile: apple-podcasts, file: out/o.ogg}}}", 1,
      ["error target-missed 5:33"]
    ),
    (one + "master: {deliver: {p: {profile: apple-podcasts, file: out/o.mp3}}}", 0, []),
    // What would be heard, or seen, otherwise than it is meant.
    (
      one + "chapters: [{at: 0:00.5, title: One}, {at: 0:00.5, title: Two}]", 0,
      ["warning chapter-without-length 5:43"]
    ),
    (
      head + "tracks: {a: {clips: [{source: a.wav, fade-in: 0.7 s, fade-out: 0.4 s}]}}", 0,
      ["warning fades-overlap 4:64"]
    ),
    (
      head + "tracks: {a: {clips: [{source: a.wav, fade-in: 0.6 s, fade-out: 0.4 s}]}}", 0, []
    ),
    (
      head + "tracks: {a: {source: a.wav, edits: [silence: 0:00.9..0:01.5]}}", 0,
      ["warning edit-past-track 4:46"]
    ),
    (head + "tracks: {a: {source: a.wav, edits: [silence: 0:00.5..0:01.2]}}", 0, []),
    (
      one + "master: {deliver: {d: {file: \"out/<delivery> A:B?.wav\"}}}", 0,
      ["warning unportable-name 5:30"]
    ),
    // Stems that do not sum to the mix.
    (four + "stems: {x: [low, b], y: [c, d]}", 0, []),
    (four + "stems: {x: [low]}", 0, []),
    (four + "stems: {x: [a], y: [b]}", 0, []),
    (four + "stems: {x: [a, b], y: [b, c, d]}", 0, ["warning stems-overlap 6:24"]),
    (four + "stems: {x: [low, b], y: [a, c, d]}", 0, ["warning stems-overlap 6:26"]),
    (four + "stems: {x: [low, b], y: [c]}", 0, ["warning stems-incomplete 6:9"]),
    (
      four.replacingOccurrences(
        of: "tail: none", with: "tail: none, expect: {stems-residual: at most -90 dBFS}")
        + "stems: {x: [b]}", 0, ["warning stems-incomplete 6:9"]
    ),
  ]

  @Test(arguments: cases.indices)
  func saysWhatIsWrongOnce(_ index: Int) throws {
    let (session, status, expected) = Self.cases[index]
    let run = try place(session).mixdown("check", "--json")
    #expect(run.status == status, "\(session): \(run.account)")
    let messages = (run.object["diagnostics"] as? [[String: Any]] ?? []).map { message in
      "\(message["severity"] as? String ?? "") \(message["id"] as? String ?? "") "
        + "\(message["line"] as? Int ?? 0):\(message["column"] as? Int ?? 0)"
    }
    #expect(messages == expected, "\(session): \(run.account)")
  }

  @Test func aSongThatIsMissingIsSaidAndNothingThatFollows() throws {
    let place = try place(
      "mixdown: 1\nkind: album\nrate: 48 kHz\nsongs: {a: {session: nowhere.yaml}}\n")
    let run = place.mixdown("check", "--json")
    #expect(run.diagnosticIDs == ["session-missing"], "\(run.account)")
  }

  @Test func aRangeBehindTheEndNamesTheLengthThatWouldHoldIt() throws {
    let place = try place(Self.one + "master: {deliver: {d: {range: 0:00.5 for 1.25 s}}}")
    let run = place.mixdown("check")
    #expect(run.standardError.contains("'length: 0:01.750' of the session"), "\(run.account)")
    try place.write(
      Self.one + "length: 0:01.750\nmaster: {deliver: {d: {range: 0:00.5 for 1.25 s}}}",
      to: "session.yaml")
    let built = place.mixdown("build", "deliver/d", "--json")
    #expect(built.made.first?.frames == 60_000, "\(built.account)")
  }

  @Test func theLastLineSaysWhatWasFound() throws {
    let summary = "session.yaml: 1 track, 0 buses, 0:01.000, 48 kHz; "
    for (more, said) in [
      ("", "nothing is wrong"), ("chapters: [{at: 0:02, title: A}]\n", "no errors, 1 warning"),
      ("chapters: [{at: 0:02, title: A}, {at: 0:03, title: B}]\n", "no errors, 2 warnings"),
    ] {
      let run = try place(Self.one + more).mixdown("check")
      #expect(run.status == 0 && run.text == summary + said + "\n", "\(run.account)")
    }
  }
}
