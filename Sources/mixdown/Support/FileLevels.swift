import Engine
import Loudness
import Signal

/// Peak, loudness and level of what is written to a file, as it passes.
final class FileLevels: SampleObserver {
  private let meter: LoudnessMeter
  private let rate: Int
  private let channelCount: Int

  init(rate: Int, channelCount: Int) {
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    meter = LoudnessMeter(rate: rate, channelCount: channelCount, options: options)
    self.rate = rate
    self.channelCount = channelCount
  }

  func observe(_ block: Block) { meter.process(block) }

  /// Sample peak in dBFS, true peak in dBTP, integrated loudness in LUFS; NaN: not measured.
  var measures: [Double] {
    let report = MeterReport(meter.finish(), rate: rate, channelCount: channelCount)
    return [report.samplePeak, report.truePeak, report.integrated ?? .nan]
  }

  /// The measure if there is a finite one.
  static func value(_ measures: [Double], _ index: Int) -> Double? {
    guard index < measures.count, measures[index].isFinite else { return nil }
    return measures[index]
  }
}
