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

  /// dBFS; nil for silence.
  var samplePeak: Double? { peak > 0 ? gainToDecibels(peak) : nil }
  var truePeak: Double? { nil }
  var integrated: Double? { nil }
}
