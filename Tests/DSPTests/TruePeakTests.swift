import Foundation
import Signal
import Testing

@testable import DSP

/// Signals that bring out what a filter leaves out: 6,000 frames each.
enum PeakSignal: String, CaseIterable {
  case noise, sparse, nearHalfTheRate, worstSigns, fading, steps

  var samples: [Double] {
    var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random() -> Double {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) * 0x1p-52 - 1
    }
    let taps = TruePeakTests.rows
    return (0..<6_000).map { i in
      switch self {
      case .noise: return 0.4 * (random() + random() + random())
      case .sparse: return i % 53 == 0 || i % 71 == 3 ? random() : 0
      case .nearHalfTheRate:
        return 1.1 * sin(.pi * 0.994 * Double(i)) * (0.6 + 0.4 * sin(Double(i) / 700))
      case .worstSigns:
        // The signs of one phase's taps, over and over: its point rises as high as it can.
        let row = taps[1 + i / 96 % 7]
        return (row[47 - i % 48] < 0 ? -1 : 1) * (0.2 + 0.15 * Double(i / 600))
      case .fading: return exp(-Double(i % 2_000) / 300) * random()
      case .steps: return (i / 37 % 2 == 0 ? 0.7 : -0.7) + (i % 997 == 0 ? 0.2 : 0)
      }
    }
  }
}

struct TruePeakTests {
  /// The taps of eight phases for x[n − 23] … x[n + 24].
  static let rows: [[Double]] = (0..<8).map { phase in
    let window = KaiserWindow(beta: 9.5)
    let row = (-23...24).map { k -> Double in
      let t = Double(phase) / 8 - Double(k)
      return (t == 0 ? 1 : sin(.pi * t) / (.pi * t)) * window.value(at: t / 24)
    }
    let sum = row.reduce(0, +)
    return row.map { $0 / sum }
  }

  static func point(_ x: [Double], _ n: Int, _ phase: Int) -> Double {
    if phase == 0 { return x[n] }
    if phase == 8 { return x[n + 1] }
    if phase < 0 { return point(x, n - 1, 8 + phase) }
    var sum = 0.0
    for k in 0..<48 { sum += rows[phase][k] * x[n - 23 + k] }
    return sum
  }

  /// Every frame in turn; one whose ends and middle stay 3 dB below the highest point so far, and
  /// below full scale, is passed over, and nothing else.
  static func slow(_ reading: TruePeakReading, _ x: [Double], _ positions: Range<Int>)
    -> TruePeakReading
  {
    var reading = reading
    for n in positions { reading.peak = max(reading.peak, abs(x[n])) }
    for n in positions {
      let top = max(max(abs(x[n]), abs(x[n + 1])), abs(point(x, n, 4)))
      guard top * 1.4143 > min(reading.peak, 1) else { continue }
      let y = (-1...8).map { point(x, n, $0) }
      for i in 1..<9 {
        let (before, middle, after) = (abs(y[i - 1]), abs(y[i]), abs(y[i + 1]))
        guard middle > before && middle >= after else { continue }
        let sign = y[i] < 0 ? -1.0 : 1
        let bend = 2 * middle - sign * (y[i - 1] + y[i + 1])
        let slant = sign * (y[i - 1] - y[i + 1])
        let vertex = bend > 0 ? middle + slant * slant / (8 * bend) : middle
        let summit = min(vertex, middle * 1.0196)
        reading.peak = max(reading.peak, summit)
        if summit > 1 { reading.overs += 1 }
      }
    }
    return reading
  }

  @Test(arguments: PeakSignal.allCases, [480, 61, 5_900])
  func whatIsLeftOutChangesNoReading(_ signal: PeakSignal, _ run: Int) {
    let x = signal.samples
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: x.count)
    for i in x.indices { buffer.block[0][i] = x[i] }
    let filter = TruePeakFilter()
    var (fast, slow) = (TruePeakReading(), TruePeakReading())
    var at = 24
    while at < 5_900 {
      let end = min(5_900, at + run)
      filter.update(&fast, buffer.block[0], at..<end)
      slow = TruePeakTests.slow(slow, x, at..<end)
      #expect(abs(fast.peak - slow.peak) < 1e-12 && fast.overs == slow.overs, "to \(end)")
      // As a meter does every tenth of a second.
      if at / 1_500 != end / 1_500 { (fast, slow) = (TruePeakReading(), TruePeakReading()) }
      at = end
    }
  }

  /// What is looked at first is single precision; samples that it cannot hold are not passed over.
  @Test(arguments: PeakSignal.allCases, [-140, -100, -60, 90, 110])
  func thePeakGrowsWithTheSignal(_ signal: PeakSignal, _ exponent: Int) {
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let peaks = [1, scale].map { scale -> Double in
      let x = signal.samples
      let buffer = AudioBuffer(channelCount: 1, frameCapacity: x.count)
      for i in x.indices { buffer.block[0][i] = x[i] / 4 * scale }
      var reading = TruePeakReading()
      TruePeakFilter().update(&reading, buffer.block[0], 24..<5_900)
      return reading.peak
    }
    #expect(peaks[0] > 0.1)
    #expect(peaks[1] == peaks[0] * scale)
  }

  /// Twelve taps at every frame, four phases, added in the order of time.
  @Test(arguments: PeakSignal.allCases, [480, 61, 5_900])
  func theTablesPeakIsThatOfAllItsPoints(_ signal: PeakSignal, _ run: Int) {
    let x = signal.samples
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: x.count)
    for i in x.indices { buffer.block[0][i] = x[i] }
    let (a, b) = (TableTruePeakFilter.phase0, TableTruePeakFilter.phase1)
    let rows = [Array(a.reversed()), Array(b.reversed()), b, a]
    let filter = TableTruePeakFilter()
    var (fast, slow) = (0.0, 0.0)
    var at = 24
    while at < 5_900 {
      let end = min(5_900, at + run)
      filter.update(&fast, buffer.block[0], at..<end)
      for n in at..<end {
        for row in rows {
          var sum = 0.0
          for k in 0..<12 { sum += x[n - 11 + k] * row[k] }
          slow = max(slow, abs(sum))
        }
      }
      #expect(fast == slow, "to \(end)")
      if at / 1_500 != end / 1_500 { (fast, slow) = (0, 0) }
      at = end
    }
  }
}
