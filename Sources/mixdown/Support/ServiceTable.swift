import Mastering
import Reporting
import SessionModel

/// What streaming services would make of the deliveries, for `build --services`.
enum ServiceTable {
  /// A block for each file: service, gain, loudness and peak as they are heard.
  static func text(_ files: [BuildReport.File]) -> String {
    var blocks: [String] = []
    for file in files {
      let forecasts = file.services
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
