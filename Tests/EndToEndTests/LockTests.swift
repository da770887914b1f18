import Foundation
import Testing

/// `mixdown.lock`: what a build was made from, and what came of it.
struct LockTests {
  private func album() throws -> Workplace {
    let place = Workplace()
    for (index, song) in ["one", "two"].enumerated() {
      try place.writeTone("\(song)/k.wav", frequency: Double(300 + 100 * index))
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        metadata: {title: \(song)}
        mix: {tail: none}
        tracks: {k: {source: k.wav}}

        """, to: "\(song)/session.yaml")
    }
    try place.writeTone("between.wav", frequency: 200)
    try place.write(
      """
      mixdown: 1
      kind: album
      gap: none
      songs: {one: {session: one}, int: {mix: between.wav, metadata: {title: I}}, two: {session: two}}
      master: {deliver: {each: {gain: -3 dB, file: out/<nn> <title>.wav}}}

      """, to: "session.yaml")
    return place
  }

  private func song() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav")
    try place.write(ExitCodeTests.good, to: "session.yaml")
    return place
  }

  @Test func anAlbumIsLockedWithAllItsSongs() throws {
    let place = try album()
    let built = place.mixdown("build", "--lock")
    #expect(built.status == 0, "\(built.account)")
    let lock = String(decoding: try place.read("mixdown.lock"), as: UTF8.self)
    for name in [
      "deliver/each 01 one.wav", "deliver/each 02 I.wav", "song/one", "song/two", "one: k.wav",
      "int: between.wav", "two: k.wav", "limiter",
    ] {
      #expect(lock.contains(" \(name)\n"), "\(name) in\n\(lock)")
    }
    let same = place.mixdown("build", "--frozen")
    #expect(same.status == 0, "\(same.account)")
  }

  @Test(arguments: ["two/k.wav", "between.wav"])
  func aRecordingOfAnAlbumThatMovedIsSaidBeforeAnythingIsMade(_ recording: String) throws {
    let place = try album()
    #expect(place.mixdown("build", "--lock").status == 0)
    let before = try place.files(in: "out").map { try place.read("out/\($0)") }
    try place.writeTone(recording, frequency: 777)
    let run = place.mixdown("build", "--frozen", "--json")
    #expect(run.status == 1, "\(run.account)")
    let failures = run.object["failures"] as? [String] ?? []
    let name = recording.split(separator: "/").last ?? ""
    #expect(failures.count == 1 && failures[0].contains("\(name)' was"), "\(run.account)")
    #expect(try place.files(in: "out").map { try place.read("out/\($0)") } == before)
  }

  @Test func aRecordingThatMovedIsSaidBeforeTheMixIsReplaced() throws {
    let place = try song()
    #expect(place.mixdown("build", "--lock").status == 0)
    let before = try place.read("out/mix.wav")
    try place.writeTone("a.wav", frequency: 777)
    let run = place.mixdown("build", "--frozen")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("frozen: recording 'a.wav' was "), "\(run.account)")
    #expect(try place.read("out/mix.wav") == before)
  }

  @Test func anOutputThatMovedIsSaid() throws {
    let place = try song()
    #expect(place.mixdown("build", "--lock").status == 0)
    #expect(place.mixdown("set", "a/fader/level", "-3 dB").status == 0)
    let run = place.mixdown("build", "--frozen")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("frozen: output 'mix' was "), "\(run.account)")
  }

  /// What is no longer made is said, and leaves the lock with the next whole build.
  @Test func anOutputThatIsGoneIsSaid() throws {
    let place = Workplace()
    try place.writeTone("a.wav")
    func write(_ regions: String, _ deliveries: String) throws {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        mix: {tail: none}
        tracks: {a: {source: a.wav}}
        regions: {\(regions)}
        master: {deliver: {\(deliveries)}}

        """, to: "session.yaml")
    }
    let each = "each: {each: region, gain: 0 dB, file: out/<region>.wav}"
    let whole = "whole: {gain: -1 dB, file: out/whole.wav}"
    try write("x: 0 s..0.2 s, y: 0.2 s..0.4 s", "\(each), \(whole)")
    #expect(place.mixdown("build", "--lock").status == 0)
    try write("x: 0 s..0.2 s", each)
    #expect(place.mixdown("build", "mix", "--frozen").status == 0)
    let run = place.mixdown("build", "--frozen", "--json")
    #expect(run.status == 1, "\(run.account)")
    let failures = run.object["failures"] as? [String] ?? []
    for name in ["deliver/each y.wav", "deliver/whole"] {
      #expect(
        failures.contains { $0.contains("'\(name)' was ") && $0.hasSuffix("is gone") },
        "\(name): \(run.account)")
    }
    #expect(place.mixdown("build", "mix", "--lock").status == 0)
    #expect(place.mixdown("build", "--frozen").status == 1)
    #expect(place.mixdown("build", "--lock").status == 0)
    #expect(place.mixdown("build", "--frozen").status == 0)
  }

  @Test(arguments: ["cut", "conflict", "text"])
  func aDamagedLockIsCalledDamaged(_ kind: String) throws {
    let place = try song()
    #expect(place.mixdown("build", "--lock").status == 0)
    let lock = String(decoding: try place.read("mixdown.lock"), as: UTF8.self)
    let damaged =
      switch kind {
      case "cut": String(lock.prefix(lock.count / 2))
      case "conflict": lock.replacingOccurrences(of: "outputs:\n", with: "outputs:\n<<<<<<< HEAD\n")
      default: "not a lock\n"
      }
    try place.write(damaged, to: "mixdown.lock")
    let run = place.mixdown("build", "--frozen")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("frozen: mixdown.lock: it is damaged"), "\(run.account)")
    let again = place.mixdown("build", "--lock")
    #expect(again.status == 0 && again.standardError.contains("was damaged"), "\(again.account)")
    #expect(String(decoding: try place.read("mixdown.lock"), as: UTF8.self) == lock)
  }

  @Test func whatLocksNothingTakesNoLock() throws {
    let place = try song()
    #expect(place.mixdown("build", "--lock").status == 0)
    let lock = try place.read("mixdown.lock")
    for option in [["--range", "0:00..0:00.5"], ["--solo", "a"], ["--mute", "a"]] {
      for word in ["--lock", "--frozen"] {
        let run = Program.run(["build", word] + option, in: place.folder)
        #expect(run.status == 64, "\(option): \(run.account)")
      }
    }
    #expect(place.mixdown("build", "--lock", "--frozen").status == 64)
    #expect(place.mixdown("build", "-n", "--lock").status == 64)
    for verb in ["plan", "explain", "verify"] {
      for word in ["--lock", "--frozen", "-k"] {
        #expect(place.mixdown(verb, word).status == 64, "\(verb) \(word)")
      }
    }
    #expect(try place.read("mixdown.lock") == lock)
  }

  /// Files of one delivery with one name, in folders of their own.
  private func regions() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 4)
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      mix: {tail: none}
      regions: {r1: 0:00..0:02, r2: 0:02..0:04}
      tracks: {a: {source: a.wav, edits: [gain: {range: 0.5 s..1 s, by: -3 dB}]}}
      master: {deliver: {a: {each: region, gain: 0 dB, file: out/<region>/master.wav}}}

      """, to: "session.yaml")
    return place
  }

  @Test(arguments: ["0.5 s..1 s", "2.5 s..3 s"])
  func filesOfOneNameAreToldApart(_ changed: String) throws {
    let place = try regions()
    let built = place.mixdown("build", "--lock", "--json")
    try place.write(built.standardOutput, to: "result.json")
    let lock = String(decoding: try place.read("mixdown.lock"), as: UTF8.self)
    for name in ["a r1/master.wav", "a r2/master.wav"] {
      #expect(lock.contains(" deliver/\(name)\n"), "\(lock)")
    }
    #expect(place.mixdown("verify", "--against", "result.json").status == 0)
    let session = String(decoding: try place.read("session.yaml"), as: UTF8.self)
    try place.write(
      session.replacingOccurrences(
        of: "by: -3 dB}]", with: "by: -3 dB}, gain: {range: \(changed), by: -6 dB}]"),
      to: "session.yaml")
    let verified = place.mixdown("verify", "--against", "result.json")
    let isFirst = changed.hasPrefix("0.5")
    #expect(verified.status == 1, "\(verified.account)")
    for (name, differs) in [("r1", isFirst), ("r2", !isFirst)] {
      let wanted = "\(name)/master.wav: \(differs ? "DIFFERENT" : "the same")"
      #expect(verified.text.contains(wanted), "\(verified.account)")
    }
    let frozen = place.mixdown("build", "--frozen")
    #expect(frozen.status == 1, "\(frozen.account)")
    #expect(
      frozen.standardError.contains("output 'deliver/a \(isFirst ? "r1" : "r2")/master.wav' was"),
      "\(frozen.account)")
  }

  @Test func recordingsThatAreWrittenAlikeAreLockedEach() throws {
    let place = Workplace()
    for (name, frequency) in [("one", 300.0), ("two", 400.0)] {
      try place.writeTone("\(name)/audio/x.wav", frequency: frequency)
      try place.write("tracks: {\(name): {source: audio/x.wav}}\n", to: "\(name)/part.yaml")
    }
    try place.write(
      "mixdown: 1\nrate: 48 kHz\nincludes: [one/part.yaml, two/part.yaml]\n", to: "session.yaml")
    #expect(place.mixdown("build", "--lock").status == 0)
    let lock = String(decoding: try place.read("mixdown.lock"), as: UTF8.self)
    let lines = lock.split(separator: "\n").filter { $0.hasSuffix("/audio/x.wav") }
    #expect(
      lines.map { $0.split(separator: " ").last } == ["one/audio/x.wav", "two/audio/x.wav"],
      "\(lock)")
    #expect(place.mixdown("build", "--frozen").status == 0)
    // Wherever the program is run.
    try FileManager.default.createDirectory(
      at: place["elsewhere"], withIntermediateDirectories: true)
    let far = Program.run(
      ["build", "--frozen", "../session.yaml", "--cache-dir", "cache"], in: place["elsewhere"])
    #expect(far.status == 0, "\(far.account)")
    // A lock of before, in which one of them stands for both.
    let old = lock.replacingOccurrences(of: "\(lines[0])\n", with: "")
      .replacingOccurrences(of: "two/audio/x.wav", with: "audio/x.wav")
    try place.write(old, to: "mixdown.lock")
    let same = place.mixdown("build", "--frozen")
    #expect(same.status == 0, "\(same.account)")
    try place.write(lock, to: "mixdown.lock")
    try place.writeTone("one/audio/x.wav", frequency: 777)
    let run = place.mixdown("build", "--frozen")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("recording 'one/audio/x.wav' was "), "\(run.account)")
    #expect(!run.standardError.contains("two/audio/x.wav"), "\(run.account)")
    try place.writeTone("two/audio/x.wav", frequency: 778)
    try place.write(old, to: "mixdown.lock")
    #expect(place.mixdown("build", "--frozen").status == 1)
  }

  @Test func theSheetsOfAnAlbumAreLocked() throws {
    let place = try album()
    for name in ["one/k.wav", "between.wav", "two/k.wav"] {
      try place.writeTone(name, seconds: 4.5)
    }
    let text = String(decoding: try place.read("session.yaml"), as: UTF8.self)
    let disc = text.replacingOccurrences(of: "each: {", with: "each: {rate: 44.1 kHz, cue: true, ")
    try place.write(disc, to: "session.yaml")
    let built = place.mixdown("build", "--lock")
    #expect(built.status == 0, "\(built.account)")
    let lock = String(decoding: try place.read("mixdown.lock"), as: UTF8.self)
    #expect(lock.contains(" deliver/each each.cue\n"), "\(lock)")
    #expect(place.mixdown("build", "--frozen").status == 0)
    try place.write(
      disc.replacingOccurrences(
        of: "gap: none", with: "gap: none\nmetadata: {upc: '4006381333931'}"),
      to: "session.yaml")
    let run = place.mixdown("build", "--frozen")
    #expect(run.status == 1, "\(run.account)")
    #expect(run.standardError.contains("output 'deliver/each each.cue' was "), "\(run.account)")
  }
}
