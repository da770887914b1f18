import Foundation
import Signal
import TestSupport
import Testing

@testable import DSP

@Suite struct LimiterTests {
  /// Noise, bursts, squares, steps, high tones and sums of them, 4 to 16 dB too loud. Nothing
  /// lies above 0.4535 of the rate (20 kHz at 44.1 kHz): there every meter has a band of its own.
  static func adversary(_ seed: Int, frames: Int) -> [Double] {
    let raw = rawAdversary(seed, frames: frames)
    // The filter rings out, and the limiter's delay after it: a cut would be a new signal.
    return (0..<(frames + 301 + 290)).map { n in
      var sum = 0.0
      for (j, tap) in bandLimit.enumerated() where n >= j && n - j < frames {
        sum += tap * raw[n - j]
      }
      return sum
    }
  }

  /// 301 taps, −6 dB at 0.443 of the rate, −92 dB from 0.4535 up.
  static let bandLimit: [Double] = (-150...150).map { j in
    let w = Double(j) / 151
    let window =
      0.35875 + 0.48829 * cos(.pi * w) + 0.14128 * cos(2 * .pi * w) + 0.01168 * cos(3 * .pi * w)
    return 2 * 0.443 * KaiserWindow.sinc(2 * 0.443 * Double(j)) * window
  }

  static func rawAdversary(_ seed: Int, frames: Int) -> [Double] {
    let random = TestAudio.noise(16, seed: UInt64(seed + 100)).map { 0.5 * ($0 + 1) }
    let level = pow(10, (3 + 12 * random[0]) / 20)
    let noise = TestAudio.noise(frames, seed: UInt64(seed + 1))
    let frequency = 24000 * (seed % 2 == 0 ? 0.45 + 0.5 * random[1] : random[1] * random[1])
    let start = Int(random[2] * 0.3 * Double(frames))
    return (0..<frames).map { n in
      let t = Double(n)
      let tone = sin(2 * .pi * (frequency * t / 48000 + random[3]))
      let gate = n >= start ? exp(-Double((n - start) % 700) / (20 + 600 * random[4])) : 0
      switch seed % 6 {
      case 0: return level * tone * gate
      case 1: return level * noise[n]
      case 2: return level * (tone >= 0 ? 1 : -1) * gate
      case 3: return level * (0.6 * tone + 0.4 * noise[n]) * gate
      case 4: return level * (n >= start && n < start + 3 ? (n % 2 == 0 ? 1 : -1) : 0.01 * noise[n])
      default: return level * tone * (n % 97 < 11 ? 1 : 0.2)
      }
    }
  }

  /// Of 1,000 signals none comes out over the ceiling, no sample comes out larger than it went in,
  /// and what stays below the ceiling from the start keeps its bits.
  @Test func noSignalPassesTheCeiling() {
    let meter = IndependentPeakMeter()
    let ceiling = pow(10, -1.0 / 20)
    var (worst, limited) = (-Double.infinity, 0)
    let long = ProcessInfo.processInfo.environment["MIXDOWN_LONG_TESTS"] == "1"
    for seed in 0..<(long ? 10_000 : 1000) {
      var parameters = Limiter.Parameters()
      parameters.lookAhead = [0.0005, 0.0015, 0.005][seed % 3]
      parameters.release = seed % 4 == 0 ? .seconds(0.05) : .automatic
      let input = Self.adversary(seed, frames: seed % 20 == 0 ? 1500 : 400)
      var kernel = Limiter(parameters, format: mono48)
      let output = TestAudio.render(&kernel, [input])[0]
      let over = TestAudio.decibels(meter.peak(output, floor: ceiling) / ceiling)
      #expect(over < 0.01, "signal \(seed)")
      worst = max(worst, over)
      let isNeverLouder = (kernel.latency..<output.count).allSatisfy {
        output[$0].magnitude <= input[$0 - kernel.latency].magnitude
      }
      #expect(isNeverLouder, "signal \(seed)")
      let top = meter.peak(input)
      if top > ceiling { limited += 1 }
      // 0.05 dB is more than the two meters differ by.
      let quiet = input.map { $0 * min(1, ceiling / top * 0.994) }
      var idle = Limiter(parameters, format: mono48)
      let untouched = TestAudio.render(&idle, [quiet])[0]
      #expect(
        TestAudio.same(untouched[idle.latency...], quiet[..<(quiet.count - idle.latency)]),
        "signal \(seed)")
    }
    // They are too loud and are brought to the ceiling, not far below it.
    #expect(limited > 900 && worst > -0.1)
  }

  @Test func whatStaysBelowTheCeilingKeepsItsBits() {
    var kernel = Limiter(Limiter.Parameters(), format: stereo48)
    let input = (0..<2).map { TestAudio.noise(9000, seed: UInt64($0 + 1)).map { $0 * 0.3 } }
    let output = TestAudio.render(&kernel, input)
    #expect(kernel.latency == 240 + 24)
    for channel in 0..<2 {
      #expect(TestAudio.same(output[channel][264...], input[channel][..<(9000 - 264)]))
    }
  }

  @Test func bothChannelsGetOneGainThatMovesGently() {
    var kernel = Limiter(Limiter.Parameters(), format: stereo48)
    let left = TestAudio.noise(20000, seed: 8).map { $0 * 4 }
    let right = TestAudio.noise(20000, seed: 9).map { 0.01 * $0 + 0.02 }
    let output = TestAudio.render(&kernel, [left, right])
    var last = output[1][264] / right[0]
    for n in kernel.latency..<20000 {
      let gain = output[1][n] / right[n - kernel.latency]
      #expect(gain <= 1 + 1e-12)
      #expect(abs(gain - last) <= 3.0 / 241 + 1e-9)
      #expect(abs(output[0][n] - gain * left[n - kernel.latency]) < 1e-9)
      last = gain
    }
  }

  @Test func samplePeakModeHoldsTheSamplesOnly() {
    var parameters = Limiter.Parameters()
    parameters.detector = .samplePeak
    parameters.ceiling = -3
    var kernel = Limiter(parameters, format: mono48)
    #expect(kernel.latency == 240)
    let output = TestAudio.render(&kernel, [TestAudio.noise(30000, seed: 10).map { $0 * 3 }])[0]
    let top = output.map(abs).max()!
    #expect(top <= pow(10, -3.0 / 20) && top > pow(10, -3.1 / 20))
  }

  @Test func oneDetectionServesEveryGain() {
    let frames = 20000
    let input = (0..<frames).map { _ in 0.0 }.indices.map { n in
      0.7 * sin(Double(n) * 0.9) * exp(-Double(n % 3000) / 900)
    }
    // Once, on the ungained stream, for gains of up to 12 dB.
    var parameters = Limiter.Parameters()
    parameters.ceiling = -1
    let ceiling = pow(10, -1.01 / 20)
    let audio = AudioBuffer(channelCount: 1, frameCapacity: frames)
    for n in 0..<frames { audio.block[0][n] = input[n] }
    var envelope = PeakEnvelope(.truePeak, channelCount: 1, threshold: ceiling / 4)
    let peaks = AudioBuffer(channelCount: 1, frameCapacity: frames)
    envelope.process(audio.block, into: peaks.block[0])
    for gain in [1.0, 2, 4] {
      var smoother = LimiterGain(ceiling: -1, lookAhead: 0.005, release: .automatic, rate: 48000)
      let gains = AudioBuffer(channelCount: 1, frameCapacity: frames)
      smoother.process(peaks.block[0], gain: gain, into: gains.block[0])
      var kernel = Limiter(parameters, format: mono48)
      let output = TestAudio.render(&kernel, [input.map { $0 * gain }])[0]
      for n in kernel.latency..<frames {
        // Powers of two scale without rounding: the same bits.
        #expect(input[n - kernel.latency] * gain * gains.block[0][n] == output[n])
      }
    }
  }

  @Test func estimatorEqualsItsDirectForm() {
    let frames = 400
    let input = TestAudio.noise(frames, seed: 11)
    let audio = AudioBuffer(channelCount: 2, frameCapacity: frames)
    for n in 0..<frames { audio.block[0][n] = input[n] }
    var estimator = TruePeakEstimator()
    estimator.process(audio.block[0], above: 0, into: audio.block[1], merging: false)
    // The naive twin: the windowed sinc at every eighth, then the vertices.
    let window = KaiserWindow(beta: 9.5)
    let sums = (0..<8).map { k in
      (-24...24).reduce(0.0) { sum, j in
        let t = Double(k) / 8 - Double(j)
        return sum + KaiserWindow.sinc(t) * window.value(at: t / 24)
      }
    }
    func value(_ u: Int) -> Double {
      let k = ((u % 8) + 8) % 8
      let base = (u - k) / 8
      return (-24...24).reduce(0.0) { sum, j in
        let t = Double(k) / 8 - Double(j)
        let x = base + j >= 0 && base + j < frames ? input[base + j] : 0
        return sum + x * KaiserWindow.sinc(t) * window.value(at: t / 24)
      } / sums[k]
    }
    for n in 24..<(frames - 24) {
      var top = 0.0
      for u in (8 * n - 4)...(8 * n + 4) {
        let (a, b, c) = (value(u - 1), value(u), value(u + 1))
        top = max(top, abs(b))
        if abs(b) >= abs(a) && abs(b) >= abs(c) {
          let s: Double = b < 0 ? -1 : 1
          let bend = 2 * abs(b) - s * a - s * c
          if bend > 0 {
            top = max(top, min(1.0196 * abs(b), abs(b) + (a - c) * (a - c) / (8 * bend)))
          }
        }
      }
      #expect(abs(audio.block[1][n + 24] - top) < 1e-13)
    }
  }

  @Test(arguments: PeakSignal.allCases, [0.02, 0.3, 0.5, 0.9, 1.3])
  func leavingOutWhatCannotExceedAThresholdChangesNothingAboveIt(
    _ signal: PeakSignal, _ threshold: Double
  ) {
    let x = signal.samples
    let frames = x.count
    let audio = AudioBuffer(channelCount: 3, frameCapacity: frames)
    for n in 0..<frames { audio.block[0][n] = x[n] }
    var (all, some) = (TruePeakEstimator(), TruePeakEstimator())
    all.process(audio.block[0], above: 0, into: audio.block[1], merging: false)
    var done = 0
    for size in [1, 63, 64, 65, 7, 1000, 800, 4000] {  // 6,000 in all
      let range = done..<(done + size)
      some.process(
        audio.block[0].slice(range), above: threshold, into: audio.block[2].slice(range),
        merging: false)
      done += size
    }
    for n in 0..<frames {
      let (full, pruned) = (audio.block[1][n], audio.block[2][n])
      let own = n < 24 ? 0 : abs(x[n - 24])
      #expect(pruned == (full > threshold ? full : own))
    }
  }

  /// Each frame by itself, in whole numbers.
  static func slowGains(_ peaks: [Double], limit: Double, ahead: Int, _ rates: [Double]) -> [Double]
  {
    let one: Int64 = 1 << 40
    func falling(_ value: Int64, _ target: Int64, _ rate: Double) -> Int64 {
      guard value > target else { return target }
      return max(target, value - max(1 << 10, Int64(Double(value - target) * rate)))
    }
    let needed = peaks.map { $0 > limit ? one - Int64((limit / $0) * Double(one)) : 0 }
    var (released, mean, slowly) = (Int64(0), Int64(0), Int64(0))
    var values = peaks.indices.map { n -> Int64 in
      let held = needed[max(0, n - ahead)...n].max() ?? 0
      released = falling(released, held, rates[0])
      guard rates.count > 1 else { return released }
      mean =
        mean < held
        ? min(held, mean + max(1 << 10, Int64(Double(held - mean) * rates[2])))
        : falling(mean, held, rates[2])
      slowly = falling(slowly, mean, rates[1])
      return max(released, slowly)
    }
    let size = ahead / 3 + 1
    for _ in 0..<3 {
      values = values.indices.map { n in
        let sum = values[max(0, n - size + 1)...n].reduce(0, +)
        return (sum + Int64(size) - 1) / Int64(size)
      }
    }
    return values.map { Double(one - $0) * 0x1p-40 }
  }

  @Test(arguments: PeakSignal.allCases, [Release.automatic, .seconds(0.04), .seconds(0)])
  func gainsHaveTheBitsOfWholeNumbers(_ signal: PeakSignal, _ release: Release) {
    let peaks = signal.samples.map { abs($0) * 2 }
    let rate = 48_000.0
    var gain = LimiterGain(ceiling: -3, lookAhead: 0.002, release: release, rate: rate)
    let rates: [Double] =
      switch release {
      case .automatic: [0.03, 0.3, 0.1].map { 1 - DecibelLoops.pole($0, rate) }
      case .seconds(let seconds): [1 - DecibelLoops.pole(seconds, rate)]
      }
    let wanted = LimiterTests.slowGains(
      peaks, limit: gain.ceiling / 1.25, ahead: gain.lookAhead, rates)
    let row = AudioBuffer(channelCount: 1, frameCapacity: peaks.count)
    for n in peaks.indices { row.block[0][n] = peaks[n] }
    var done = 0
    for size in [1, 2, 97, 900, 1_000, 4_000] {
      let part = row.block[0].slice(done..<(done + size))
      gain.process(part, gain: 1.25, into: part)
      done += size
    }
    #expect((0..<peaks.count).map { row.block[0][$0] } == wanted)
  }

  @Test(arguments: [(0.25, 0.785398), (1.0 / 6, 1.0471976), (0.125, 1.1780972), (0.45, 0.3)])
  func estimatorReadsSinesAtTheirHeight(frequency: Double, phase: Double) {
    let frames = 4800
    let audio = AudioBuffer(channelCount: 2, frameCapacity: frames)
    for n in 0..<frames {
      let taper = min(1, Double(min(n, frames - n)) / 480)
      audio.block[0][n] = 0.5 * taper * sin(2 * .pi * frequency * Double(n) + phase)
    }
    var estimator = TruePeakEstimator()
    estimator.process(audio.block[0], above: 0, into: audio.block[1], merging: false)
    let top = (0..<frames).map { audio.block[1][$0] }.max()!
    #expect(abs(TestAudio.decibels(top / 0.5)) < (frequency > 0.4 ? 0.07 : 0.005))
  }
}
