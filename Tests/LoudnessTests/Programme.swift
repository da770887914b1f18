import Foundation
import Loudness
import Signal

/// Sine tones in a row, phase continuous, the same on several channels.
struct Programme {
  var rate = 48_000
  var frequency = 1_000.0
  /// Seconds and dBFS of the peak; −∞ is silence.
  var parts: [(seconds: Double, level: Double)]
  /// dB added on each channel.
  var channels: [Double] = [0, 0]

  var frames: Int { parts.reduce(0) { $0 + Int(($1.seconds * Double(rate)).rounded()) } }

  func measure(_ options: LoudnessMeter.Options = .init()) -> MeterReport {
    var wave: [Double] = []
    wave.reserveCapacity(frames)
    for part in parts {
      let amplitude = pow(10, part.level / 20)
      for _ in 0..<Int((part.seconds * Double(rate)).rounded()) {
        wave.append(amplitude * sin(2 * .pi * frequency / Double(rate) * Double(wave.count)))
      }
    }
    let gains = channels.map { pow(10, $0 / 20) }
    return LoudnessTests.measure(rate: rate, gains.map { gain in wave.map { $0 * gain } }, options)
  }
}

/// Feeds planar samples to a meter in blocks.
func measure(
  rate: Int, _ channels: [[Double]], _ options: LoudnessMeter.Options = .init(),
  blocks: [Int] = [4_096]
) -> MeterReport {
  let meter = LoudnessMeter(rate: rate, channelCount: channels.count, options: options)
  var partial = MeterPartial()
  feed(meter, channels, 0..<channels[0].count, blocks: blocks)
  partial.append(meter.finish())
  return MeterReport(partial, rate: rate, channelCount: channels.count)
}

func feed(_ meter: LoudnessMeter, _ channels: [[Double]], _ range: Range<Int>, blocks: [Int]) {
  let buffer = AudioBuffer(channelCount: channels.count, frameCapacity: blocks.max() ?? 1)
  var frame = range.lowerBound
  var turn = 0
  while frame < range.upperBound {
    let count = min(blocks[turn % blocks.count], range.upperBound - frame)
    let block = buffer.block(count)
    for channel in channels.indices {
      for i in 0..<count { block[channel][i] = channels[channel][frame + i] }
    }
    meter.process(block)
    frame += count
    turn += 1
  }
}
