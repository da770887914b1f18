import Foundation
import Loudness
import Signal
import Testing

private let silence = -Double.infinity

/// EBU Tech 3341 v4 (2023), table 1, by number; the tolerance is the document's, ±0.1 LU. Cases 7
/// and 8 are recordings and cannot be synthesised.
struct Tech3341Tests {
  private func near(_ value: Double?, _ wanted: Double, _ tolerance: Double = 0.1) -> Bool {
    value.map { abs($0 - wanted) <= tolerance } ?? false
  }

  @Test(arguments: [(1, -23.0), (2, -33.0)])
  func steadyTonesReadTheSameOnAllThreeMeters(_ number: Int, _ level: Double) {
    let report = Programme(parts: [(20, level)]).measure()
    #expect(near(report.integrated, level))
    for value in report.momentary + report.shortTerm { #expect(near(value, level)) }
    #expect(near(report.momentaryMax, level) && near(report.shortTermMax, level))
  }

  @Test(
    arguments: [
      (3, [(10, -36.0), (60, -23), (10, -36)]),
      (4, [(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)]),
      (5, [(20, -26), (20.1, -20), (20, -26)]),
    ] as [(Int, [(Double, Double)])])
  func gatesLeaveOutWhatIsTooQuiet(_ number: Int, _ parts: [(Double, Double)]) {
    let report = Programme(parts: parts.map { (seconds: $0.0, level: $0.1) }).measure()
    #expect(near(report.integrated, -23), "case \(number): \(report.integrated ?? 0)")
  }

  @Test func case6SurroundChannelsWeighMore() {
    let five = Programme(parts: [(20, 0)], channels: [-28, -28, -24, -30, -30]).measure()
    #expect(near(five.integrated, -23))
    let six = Programme(parts: [(20, 0)], channels: [-28, -28, -24, -10, -30, -30]).measure()
    #expect(six.integrated == five.integrated)
  }

  @Test func case9ShortTermStaysConstant() {
    var parts: [(seconds: Double, level: Double)] = []
    for _ in 0..<5 { parts += [(1.34, -20), (1.66, -30)] }
    let report = Programme(parts: parts).measure()
    #expect(!report.shortTerm.isEmpty)
    for value in report.shortTerm { #expect(near(value, -23)) }
  }

  @Test(arguments: 0..<20)
  func case10ShortTermFindsThreeSecondsWhereverTheyStart(_ i: Int) {
    let parts = [(seconds: 0.15 * Double(i), level: silence), (3, -23), (1, silence)]
    #expect(near(Programme(parts: parts).measure().shortTermMax, -23))
  }

  @Test func case11ShortTermFollowsRisingBursts() {
    for i in 0..<20 {
      let lead = 0.15 * Double(i)
      let parts = [(seconds: lead, level: silence), (3, -38 + Double(i)), (3 - lead, silence)]
      #expect(near(Programme(parts: parts).measure().shortTermMax, -38 + Double(i)))
    }
  }

  @Test func case12MomentaryStaysConstant() {
    var parts: [(seconds: Double, level: Double)] = []
    for _ in 0..<25 { parts += [(0.18, -20), (0.22, -30)] }
    let report = Programme(parts: parts).measure()
    for value in report.momentary.dropFirst(7) { #expect(near(value, -23)) }
  }

  @Test(arguments: 0..<20)
  func case13MomentaryFindsFourTenthsWhereverTheyStart(_ i: Int) {
    let parts = [(seconds: 0.02 * Double(i), level: silence), (0.4, -23), (1, silence)]
    #expect(near(Programme(parts: parts).measure().momentaryMax, -23))
  }

  @Test func case14MomentaryFollowsRisingBursts() {
    for i in 0..<20 {
      let lead = 0.02 * Double(i)
      let parts = [(seconds: lead, level: silence), (0.4, -38 + Double(i)), (0.4 - lead, silence)]
      #expect(near(Programme(parts: parts).measure().momentaryMax, -38 + Double(i)))
    }
  }

  /// The document allows +0.2 and −0.4 dB.
  @Test(arguments: [
    (15, 4.0, 0.5, 0.0, -6.0), (16, 4, 0.5, 45, -6), (17, 6, 0.5, 60, -6),
    (18, 8, 0.5, 67.5, -6), (19, 4, 1.41, 45, 3),
  ])
  func tonesBetweenTheSamples(
    _ number: Int, _ divisor: Double, _ amplitude: Double, _ degrees: Double, _ wanted: Double
  ) {
    let rate = 48_000
    let frames = rate
    let taper = rate / 100
    let wave = (0..<frames).map { n -> Double in
      let edge = min(n, frames - 1 - n)
      let gain = edge < taper ? 0.5 - 0.5 * cos(.pi * Double(edge) / Double(taper)) : 1
      return gain * amplitude * sin(2 * .pi * Double(n) / divisor + degrees / 180 * .pi)
    }
    let report = measure(rate: rate, [wave, wave])
    #expect(report.truePeak - wanted <= 0.2 && report.truePeak - wanted >= -0.4)
    let table = report.tableTruePeak ?? 0
    #expect(table - wanted <= 0.2 && table - wanted >= -0.4)
    // The strict meter is far better than asked.
    #expect(abs(report.truePeak - 20 * log10(amplitude)) < 0.01)
  }

  /// One period of fs/4 at full scale inside a tone of fs/6 at half of it, made at four times the
  /// rate and decimated from four offsets.
  @Test(arguments: 0..<4)
  func cases20To23TransientsBetweenTheSamples(_ offset: Int) {
    let period = 24 * 2_000
    var high: [Double] = []
    for n in 0..<period { high.append(0.5 * sin(2 * .pi * Double(n) / 24)) }
    for n in 0..<16 { high.append(sin(2 * .pi * Double(n) / 16)) }
    for n in 0..<period { high.append(0.5 * sin(2 * .pi * Double(n) / 24)) }
    // A low-pass at half the lower rate: 64 periods of sinc under a Hann window.
    let half = 256
    let taps = (-half...half).map { k -> Double in
      let x = Double(k) / 4
      let sinc = k == 0 ? 1 : sin(.pi * x) / (.pi * x)
      return 0.25 * sinc * (0.5 + 0.5 * cos(.pi * Double(k) / Double(half + 1)))
    }
    var wave: [Double] = []
    var centre = half + offset
    while centre + half < high.count {
      var sum = 0.0
      for k in -half...half { sum += taps[k + half] * high[centre + k] }
      wave.append(sum)
      centre += 4
    }
    // 10 ms tapers: an abrupt start overshoots.
    for n in 0..<480 {
      let gain = 0.5 - 0.5 * cos(.pi * Double(n) / 480)
      wave[n] *= gain
      wave[wave.count - 1 - n] *= gain
    }
    let report = measure(rate: 48_000, [wave, wave])
    #expect(report.truePeak <= 0.2 && report.truePeak >= -0.4)
    #expect(report.tableTruePeak.map { $0 <= 0.2 && $0 >= -0.4 } ?? false)
  }
}

/// EBU Tech 3342 v4 (2023), by number; the document's tolerance is ±1 LU. Cases 5 and 6 are
/// recordings.
struct Tech3342Tests {
  @Test(
    arguments: [
      (1, [-20.0, -30], 10.0), (2, [-20, -15], 5), (3, [-40, -20], 20),
      (4, [-50, -35, -20, -35, -50], 15),
    ] as [(Int, [Double], Double)])
  func loudnessRangesOfSteps(_ number: Int, _ levels: [Double], _ wanted: Double) throws {
    let report = Programme(parts: levels.map { (seconds: 20, level: $0) }).measure()
    let range = try #require(report.loudnessRange)
    #expect(abs(range - wanted) < 0.05)
  }

  /// Windows overlap by 2.9 s and none is cut short. The twin adds up the readings of the meter's
  /// short-term series; at one window a second it reads about 2 LU less here.
  @Test func windowsBeginEveryTenthOfASecond() throws {
    var parts: [(seconds: Double, level: Double)] = []
    for i in 0..<4 {
      parts += [(3.5 + 0.3 * Double(i), -18 - Double(i)), (3 + 0.2 * Double(i), -36)]
    }
    let report = Programme(parts: parts).measure()
    func range(_ values: [Double]) -> Double {
      let mean = values.reduce(0) { $0 + pow(10, $1 / 10) } / Double(values.count)
      let kept = values.filter { $0 >= 10 * log10(mean) - 20 }.sorted()
      func percentile(_ p: Double) -> Double { kept[Int((Double(kept.count - 1) * p).rounded())] }
      return percentile(0.95) - percentile(0.1)
    }
    #expect(
      report.shortTerm.count == 1 + Int((parts.reduce(0) { $0 + $1.seconds } - 3) * 10 + 1e-6))
    #expect(abs(try #require(report.loudnessRange) - range(report.shortTerm)) < 1e-9)
    let everySecond = stride(from: 0, to: report.shortTerm.count, by: 10).map {
      report.shortTerm[$0]
    }
    #expect(range(report.shortTerm) - range(everySecond) > 1.5)
  }
}
