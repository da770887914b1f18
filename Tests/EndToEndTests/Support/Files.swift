import Foundation

extension Run {
  /// One file that `build --json` says it made.
  struct Made {
    var target: String
    var path: String
    var sha256: String
    var frames: Int
    var rate: Int
    var channels: Int
    var samplePeak: Double?
    var truePeak: Double?
    var loudness: Double?
  }

  var made: [Made] {
    (object["files"] as? [[String: Any]] ?? []).map { file in
      Made(
        target: file["target"] as? String ?? "?", path: file["path"] as? String ?? "?",
        sha256: file["sha256"] as? String ?? "?", frames: file["frames"] as? Int ?? -1,
        rate: file["rate"] as? Int ?? -1, channels: file["channels"] as? Int ?? -1,
        samplePeak: file["sample_peak_dbfs"] as? Double,
        truePeak: file["true_peak_dbtp"] as? Double, loudness: file["integrated_lufs"] as? Double)
    }
  }

  /// Target → SHA-256 of the file's bytes.
  var hashes: [String: String] {
    Dictionary(made.map { ($0.target, $0.sha256) }, uniquingKeysWith: { a, _ in a })
  }

  var diagnosticIDs: [String] {
    (object["diagnostics"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }
}
