import Foundation
import Loudness
import Signal
import Testing

/// The properties that the compliance material of ITU-R BS.2217 tests, on signals made here; the
/// tolerance is that document's, ±0.1 LU.
struct ComplianceTests {
  /// Gain of the two filters in dB by the tables for 48 kHz of BS.1770-5.
  private func weighting(_ hertz: Double) -> Double {
    func magnitude(_ c: [Double]) -> Double {
      let w = 2 * Double.pi * hertz / 48_000
      let re = c[0] + c[1] * cos(w) + c[2] * cos(2 * w)
      let im = c[1] * sin(w) + c[2] * sin(2 * w)
      return (re * re + im * im).squareRoot()
    }
    let shelf =
      magnitude([1.53512485958697, -2.69169618940638, 1.19839281085285])
      / magnitude([1, -1.69065929318241, 0.73248077421585])
    let pass = magnitude([1, -2, 1]) / magnitude([1, -1.99004745483398, 0.99007225036621])
    return 20 * log10(shelf * pass)
  }

  @Test(arguments: [25.0, 100, 500, 1_000, 2_000, 10_000], [-23.0, -24.0])
  func tonesOfEveryFrequencyReadTheirLoudness(_ hertz: Double, _ target: Double) throws {
    // In phase on two channels: level + weighting − 0.691.
    let level = target + 0.691 - weighting(hertz)
    let report = Programme(frequency: hertz, parts: [(20, level)]).measure()
    #expect(abs(try #require(report.integrated) - target) <= 0.1, "\(hertz) Hz")
  }

  @Test(arguments: [44_100, 48_000, 88_200, 96_000, 192_000])
  func ratesAgree(_ rate: Int) throws {
    let report = Programme(rate: rate, frequency: 997, parts: [(5, 0)], channels: [0]).measure()
    #expect(abs(try #require(report.integrated) - -3.01) <= 0.01)
  }

  /// Half of the programme lies just above the relative gate, or just below it.
  @Test func theRelativeGateLiesTenBelowTheMeanOfWhatIsLoud() throws {
    // Loud part L and quiet part Q, equally long: the mean of both powers is L − 3.01 + small, and
    // the gate lies 10 below that.
    let loud = -10.0
    let kept = try #require(
      Programme(parts: [(20, loud), (20, loud - 12.7)]).measure().integrated)
    let left = try #require(
      Programme(parts: [(20, loud), (20, loud - 13.1)]).measure().integrated)
    #expect(abs(left - loud) <= 0.1)
    let both = 10 * log10((1 + pow(10, -1.27)) / 2)
    #expect(abs(kept - (loud + both)) <= 0.1)
  }

  @Test func theAbsoluteGateLiesAtMinusSeventy() throws {
    #expect(Programme(parts: [(10, -70.5)]).measure().integrated == -.infinity)
    let heard = try #require(Programme(parts: [(10, -69.5)]).measure().integrated)
    #expect(abs(heard - -69.5) <= 0.1)
    // What is below it does not lower the rest.
    let mixed = try #require(Programme(parts: [(10, -69), (30, -75)]).measure().integrated)
    #expect(abs(mixed - -69) <= 0.1)
  }

  @Test func aSweepReadsTheMeanOfItsWeightedPower() throws {
    // Logarithmic, 20 Hz to 20 kHz in 60 s, at −18 dBFS: the mean of the weighting's power over
    // the octaves, gated as everything is.
    let (seconds, rate) = (60.0, 48_000)
    let growth = log(1000.0)
    let amplitude = pow(10, -18 / 20.0)
    func hertz(_ t: Double) -> Double { 20 * exp(growth * t / seconds) }
    let wave = (0..<60 * rate).map { n -> Double in
      let cycles = (hertz(Double(n) / Double(rate)) - 20) * seconds / growth
      return amplitude * sin(2 * Double.pi * cycles)
    }
    let report = measure(rate: rate, [wave, wave])
    let blocks = (0..<597).map { block -> Double in
      let middle = Double(block) * 0.1 + 0.2
      return -18 - 0.691 + weighting(hertz(middle))
    }
    func mean(_ values: [Double]) -> Double {
      10 * log10(values.reduce(0) { $0 + pow(10, $1 / 10) } / Double(values.count))
    }
    let gate = mean(blocks.filter { $0 > -70 }) - 10
    #expect(abs(try #require(report.integrated) - mean(blocks.filter { $0 > gate })) <= 0.1)
  }

  @Test func theLowFrequencyChannelAloneIsSilence() {
    let off = -Double.infinity
    let report = Programme(
      frequency: 60, parts: [(5, 0)], channels: [off, off, off, -6, off, off]
    ).measure()
    #expect(report.integrated == -.infinity)
    #expect(report.samplePeak > -6.1)
  }

  @Test(arguments: [(0, 0.0), (1, 0), (2, 0), (4, 1.5), (5, 1.5)])
  func eachChannelOfFivePointOneHasItsWeight(_ channel: Int, _ weight: Double) throws {
    let levels = (0..<6).map { $0 == channel ? 0 : -Double.infinity }
    let report = Programme(frequency: 997, parts: [(5, -20)], channels: levels).measure()
    #expect(abs(try #require(report.integrated) - (-23.01 + weight)) <= 0.02)
  }

  @Test func foldingToMonoLosesWhatCancels() throws {
    var options = LoudnessMeter.Options()
    options.measuresSpectrum = true
    // Low tone opposite on both sides, high tone the same.
    let frames = 48_000 * 3
    let low = (0..<frames).map { 0.2 * sin(2 * .pi * 100 * Double($0) / 48_000) }
    let high = (0..<frames).map { 0.2 * sin(2 * .pi * 4_000 * Double($0) / 48_000) }
    let left = zip(low, high).map { $0 + $1 }
    let right = zip(low, high).map { $1 - $0 }
    let report = measure(rate: 48_000, [left, right], options)
    let drops = Dictionary(uniqueKeysWithValues: report.monoDrops.map { ($0.hertz, $0.drop) })
    #expect(try #require(drops[100]) > 60)
    #expect(abs(try #require(drops[4_000])) < 0.01)
    #expect(abs(try #require(report.monoDrop) - 3.01) < 0.02)
  }

  /// Bass opposite, voice alike, cymbals on one side.
  @Test func foldingToMonoIsMeasuredByBand() throws {
    func tone(_ hertz: Double, _ level: Double) -> [Double] {
      (0..<(3 * 48_000)).map { level * sin(2 * .pi * hertz * Double($0) / 48_000) }
    }
    let (bass, voice, top) = (tone(60, 0.1), tone(900, 0.2), tone(12_000, 0.05))
    let left = bass.indices.map { bass[$0] + voice[$0] + top[$0] }
    let right = bass.indices.map { voice[$0] - bass[$0] }
    let report = measure(rate: 48_000, [left, right])
    #expect(try #require(report.monoDropLow) > 40)
    #expect(abs(try #require(report.monoDropMid)) < 0.02)
    #expect(abs(try #require(report.monoDropHigh) - 3.01) < 0.02)
    // The bands share the power: a tone at an edge counts half on either side.
    for hertz in [200.0, 4_000] {
      let edge = tone(hertz, 0.2)
      let drops = measure(rate: 48_000, [edge, edge.map { -0.5 * $0 }])
      for drop in [hertz < 1_000 ? drops.monoDropLow : drops.monoDropHigh, drops.monoDropMid] {
        // (1 + ¼) / 2 over ¼².
        #expect(abs(try #require(drop) - 10) < 0.05)
      }
    }
    // What is not there has no reading, nor has a single channel.
    let low = tone(300, 0.2)
    let alone = measure(rate: 48_000, [low, low])
    #expect(alone.monoDropMid == 0 && alone.monoDropHigh == nil && alone.monoDropLow != nil)
    #expect(measure(rate: 48_000, [low]).monoDropMid == nil)
  }
}
