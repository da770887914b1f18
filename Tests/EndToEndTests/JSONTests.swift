import Foundation
import Testing

/// The names that other programs read.
struct JSONTests {
  func place(_ more: String = "") throws -> Workplace {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 2)
    try place.write(
      "mixdown: 1\nrate: 48 kHz\ntracks:\n  a: {source: a.wav}\n" + more, to: "session.yaml")
    return place
  }

  @Test func buildSaysWhatItMade() throws {
    let run = try place().mixdown("build", "--json")
    #expect(run.status == 0, "\(run.account)")
    #expect(
      Set(run.object.keys).isSuperset(of: ["files", "chunks", "seconds", "diagnostics", "verdicts"])
    )
    let chunks = try #require(run.object["chunks"] as? [String: Any])
    #expect(Set(chunks.keys).isSuperset(of: ["rendered", "cached"]))
    let files = try #require(run.object["files"] as? [[String: Any]])
    #expect(files.compactMap { $0["target"] as? String } == ["mix", "master"])
    for file in files {
      #expect(
        Set(file.keys).isSuperset(of: [
          "target", "path", "sha256", "frames", "rate", "channels", "sample_peak_dbfs",
          "true_peak_dbtp", "integrated_lufs",
        ]))
      #expect((file["sha256"] as? String)?.count == 64)
    }
  }

  @Test func measureSaysEveryNumber() throws {
    let run = try place().mixdown("measure", "a.wav", "--json")
    #expect(run.status == 0, "\(run.account)")
    let file = try #require(run.array.first)
    #expect(
      Set(file.keys).isSuperset(of: [
        "path", "frames", "rate", "channels", "integrated_lufs", "loudness_range_lu",
        "momentary_max_lufs", "short_term_max_lufs", "true_peak_dbtp", "sample_peak_dbfs",
        "rms_dbfs", "crest_factor_db", "dc", "correlation",
      ]))
    #expect(file["frames"] as? Int == 96_000)
    #expect(abs(try #require(file["sample_peak_dbfs"] as? Double) - -6.02) < 0.2)
  }

  @Test func silenceIsNullAndNotANumber() throws {
    let place = Workplace()
    try place.write(wav(Array(repeating: 0, count: 96_000), rate: 48_000, channels: 1), to: "a.wav")
    let run = place.mixdown("measure", "a.wav", "--json")
    let file = try #require(run.array.first)
    for name in ["integrated_lufs", "sample_peak_dbfs", "true_peak_dbtp", "rms_dbfs"] {
      #expect(file[name] is NSNull, "\(name)")
    }
  }

  @Test func aDiagnosticSaysWhere() throws {
    let run = try place("buses: {room: {fader: loud}}\n").mixdown("check", "--json")
    #expect(run.status == 65, "\(run.account)")
    let all = (run.object["diagnostics"] as? [[String: Any]]) ?? run.array
    let first = try #require(all.first)
    #expect(
      Set(first.keys).isSuperset(of: [
        "id", "severity", "message", "file", "line", "column", "end_line", "end_column", "notes",
        "fixes",
      ]))
    #expect(first["line"] as? Int == 5 && first["column"] as? Int == 23)
  }

  @Test(arguments: ["plan", "explain", "verify"])
  func aWrongSessionIsSaidAsJSONByEveryCommandThatHasIt(_ command: String) throws {
    let wrong = try place("buses: {room: {fader: loud}}\nrates: 1\n")
    let run = wrong.mixdown(command, "--json")
    let check = wrong.mixdown("check", "--json")
    #expect(run.status == 65, "\(run.account)")
    #expect(run.standardError == "", "\(run.account)")
    #expect(run.text == check.text && !run.diagnosticIDs.isEmpty, "\(run.account)")
    let missing = try place("  b: {source: nope.wav}\n")
    let other = missing.mixdown(command, "--json")
    #expect(other.status == 66, "\(other.account)")
    #expect(other.diagnosticIDs == ["missing-recording"], "\(other.account)")
  }

  @Test func verifySaysOfEachFileWhetherItIsTheSame() throws {
    let place = try place()
    #expect(place.mixdown("build").status == 0)
    try place.write("mine", to: "out/mix.wav")
    let run = place.mixdown("verify", "--json")
    #expect(run.status == 1, "\(run.account)")
    let files = try #require(run.object["files"] as? [[String: Any]])
    #expect(files.map { $0["path"] as? String } == ["out/mix.wav", "out/master.wav"])
    #expect(files.map { $0["same"] as? Bool } == [false, true], "\(run.account)")
    #expect((run.object["diagnostics"] as? [Any])?.isEmpty == true)
  }

  @Test(arguments: [("schema", "session.schema.json"), ("reference", "reference.md")])
  func whatIsKeptIsWhatIsPrinted(_ command: String, _ file: String) throws {
    let kept = try String(
      contentsOf: Package.root.appendingPathComponent("schema/\(file)"), encoding: .utf8)
    let run = Workplace().mixdown(command)
    #expect(run.text == kept, "run `make docs`")
  }
}
