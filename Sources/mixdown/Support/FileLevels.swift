import Engine
import Signal

/// Peak and RMS of what is written to a file, as it passes.
final class FileLevels: SampleObserver {
  private(set) var peak = 0.0
  private var squares = 0.0
  private var count = 0.0

  init(rate: Int, channelCount: Int) {}

  func observe(_ block: Block) {
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      var highest = 0.0
      var sum = 0.0
      for i in samples.indices {
        let x = samples[i]
        highest = max(highest, x.magnitude)
        sum += x * x
      }
      peak = max(peak, highest)
      squares += sum
      count += Double(samples.count)
    }
  }

  /// Peak (linear) and mean square.
  var measures: [Double] { [peak, count > 0 ? squares / count : 0] }

  static func decibels(_ peak: Double?) -> Double? {
    guard let peak, peak > 0 else { return nil }
    return gainToDecibels(peak)
  }
}
