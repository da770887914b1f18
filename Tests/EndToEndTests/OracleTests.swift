import Foundation
import Testing

/// Loudness of real music by another program, where it is installed: `ffmpeg` with its `ebur128`.
struct OracleTests {
  static let ffmpeg: String? = [
    "/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg", "/opt/homebrew/bin/ffmpeg",
  ]
  .first { FileManager.default.isExecutableFile(atPath: $0) }

  static let files: [String] = {
    guard ffmpeg != nil, let data = Package.sharedData else { return [] }
    return ["music/sek-lithium/vox-lead.flac", "music/sek-lithium/house-beat.flac"]
      .map { data.appendingPathComponent($0).path }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }()

  @Test(
    .enabled(if: !files.isEmpty, "ffmpeg or the shared recordings are not here"), arguments: files)
  func loudnessAgreesWithinATenth(_ path: String) throws {
    let place = Workplace()
    let ours = try #require(place.mixdown("measure", path, "--json").array.first)
    let run = Program.run(
      ["-nostdin", "-hide_banner", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"],
      in: place.folder, binary: try #require(Self.ffmpeg))
    let summary = run.standardError.components(separatedBy: "Summary:").last ?? ""
    func number(_ name: String) throws -> Double {
      let line = summary.split(separator: "\n").first {
        $0.trimmingCharacters(in: .whitespaces).hasPrefix(name)
      }
      return try #require(line?.split(separator: " ").compactMap { Double($0) }.first, "\(name)")
    }
    #expect(abs(try #require(ours["integrated_lufs"] as? Double) - (try number("I:"))) <= 0.1)
    // It counts windows from the first tenth of a second on, filled up with silence.
    #expect(abs(try #require(ours["loudness_range_lu"] as? Double) - (try number("LRA:"))) <= 0.5)
    // The other meter oversamples four times, without interpolation.
    #expect(abs(try #require(ours["true_peak_dbtp"] as? Double) - (try number("Peak:"))) <= 0.3)
  }
}
