import Diagnostics
import Mastering
import SessionModel

/// What streaming services would make of the deliveries, for `build --services` and JSON.
enum ServiceTable {
  static func forecasts(_ file: BuildRun.File) -> [ServiceForecast] {
    guard file.target.hasPrefix("deliver/") || file.target == "master",
      let integrated = file.integrated, let truePeak = file.truePeak
    else { return [] }
    return ServiceForecast.all(integrated: integrated, truePeak: truePeak)
  }

  static func json(_ forecasts: [ServiceForecast]) -> JSONValue {
    .array(
      forecasts.map {
        .object([
          "service": .string($0.service), "reference_lufs": .optional($0.reference),
          "gain_db": .number($0.gain), "integrated_lufs": .number($0.integrated),
          "true_peak_dbtp": .number($0.truePeak), "by_album": .bool($0.isByAlbum),
        ])
      })
  }

  /// A block for each file: service, gain, loudness and peak as they are heard.
  static func text(_ files: [BuildRun.File]) -> String {
    var blocks: [String] = []
    for file in files {
      let forecasts = forecasts(file)
      guard !forecasts.isEmpty else { continue }
      let width = forecasts.map(\.service.count).max() ?? 0
      let lines = forecasts.map { forecast in
        let name =
          forecast.service + String(repeating: " ", count: width - forecast.service.count)
        let gain = forecast.gain > 0 ? "+" : ""
        return "  \(name)  \(gain)\(DeliveryVerdict.text(forecast.gain, .decibels)), "
          + "heard at \(DeliveryVerdict.text(forecast.integrated, .loudness)), "
          + "peak \(DeliveryVerdict.text(forecast.truePeak, .truePeak))"
          + (forecast.reference == nil ? ", as delivered" : "")
      }
      blocks.append("\(file.path) in playback:\n" + lines.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n")
  }
}
