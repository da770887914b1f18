import Foundation
import Signal
import Testing

@testable import DSP

/// Conversions that the figures are tested on.
let conversions: [(from: Int, to: Int)] = [
  (48_000, 44_100), (44_100, 48_000), (96_000, 48_000), (96_000, 44_100), (88_200, 44_100),
  (44_100, 96_000), (48_000, 192_000), (35_467, 44_100), (35_467, 48_000), (44_100, 44_056),
  (192_000, 44_100), (192_000, 48_000), (88_200, 48_000), (48_000, 32_000), (96_000, 8_000),
]

struct ResamplerTests {
  /// The frames `range` of `signal` (a function of the input frame) converted.
  static func convert(
    _ resampler: Resampler, _ range: FrameRange, _ signal: (Int64) -> Double
  ) -> [Double] {
    let needed = resampler.inputRange(forOutput: range)
    let input = AudioBuffer(channelCount: 1, frameCapacity: Int(needed.length))
    for i in 0..<Int(needed.length) { input.block[0][i] = signal(needed.start + Int64(i)) }
    let output = AudioBuffer(channelCount: 1, frameCapacity: Int(range.length))
    resampler.render(range, from: input.block, into: output.block)
    return (0..<Int(range.length)).map { output.block[0][$0] }
  }

  static func sine(_ frequency: Double, rate: Int) -> (Int64) -> Double {
    { sin(2 * .pi * frequency / Double(rate) * Double($0) + 0.3) }
  }

  static func decibels(_ x: Double) -> Double { 20 * log10(max(x, 1e-300)) }

  /// Everything that is not the tone itself: noise, distortion, ripple and images together.
  @Test(arguments: conversions.indices)
  func tonesInThePassBandComeOutExact(_ index: Int) throws {
    let (from, to) = conversions[index]
    let resampler = try #require(Resampler(from: from, to: to))
    let edge =
      min(from, to) >= 44_100
      ? max(20_000, 0.45 * Double(min(from, to))) : 0.45 * Double(min(from, to))
    let range = FrameRange(100_000, 104_096)
    for frequency in [20, 997, 5_000, 12_345, 0.95 * edge, edge] where frequency <= edge {
      let output = ResamplerTests.convert(
        resampler, range, ResamplerTests.sine(frequency, rate: from))
      let wanted = ResamplerTests.sine(frequency, rate: to)
      var energy = 0.0
      for (i, value) in output.enumerated() {
        let error = value - wanted(range.start + Int64(i))
        energy += error * error
      }
      // Relative to a full-scale sine; 1e-6 dB of ripple is −139 dB.
      let level = ResamplerTests.decibels((2 * energy / Double(output.count)).squareRoot())
      #expect(level < (frequency == 997 ? -145 : -139), "\(from) → \(to), \(frequency) Hz")
    }
  }

  @Test(arguments: conversions.indices)
  func whatWouldFoldIntoThePassBandIsGone(_ index: Int) throws {
    let (from, to) = conversions[index]
    guard from > to else { return }
    let resampler = try #require(Resampler(from: from, to: to))
    let low = Double(to)
    let stop = low - (to >= 44_100 ? max(20_000, 0.45 * low) : 0.45 * low)
    for frequency in [stop, 1.02 * stop, 0.5 * (stop + 0.5 * Double(from)), 0.499 * Double(from)]
    where frequency >= stop && frequency < 0.5 * Double(from) {
      let output = ResamplerTests.convert(
        resampler, FrameRange(50_000, 54_096), ResamplerTests.sine(frequency, rate: from))
      let peak = output.map(\.magnitude).max() ?? 1
      #expect(ResamplerTests.decibels(peak) < -147, "\(from) → \(to), \(frequency) Hz")
    }
  }

  @Test func theSteepSlopeFoldsNothing() throws {
    let resampler = try #require(Resampler(from: 48_000, to: 44_100, slope: .steep))
    let output = ResamplerTests.convert(
      resampler, FrameRange(0, 4_096), ResamplerTests.sine(22_051, rate: 48_000))
    #expect(ResamplerTests.decibels(output.map(\.magnitude).max() ?? 1) < -147)
    let tone = ResamplerTests.convert(
      resampler, FrameRange(0, 4_096), ResamplerTests.sine(20_000, rate: 48_000))
    let wanted = ResamplerTests.sine(20_000, rate: 44_100)
    for (i, value) in tone.enumerated() { #expect(abs(value - wanted(Int64(i))) < 1.2e-7) }
  }

  /// An impulse's response is symmetric about its own instant.
  @Test func anImpulseStaysWhereItIs() throws {
    for (from, to) in [
      (48_000, 96_000), (96_000, 48_000), (44_100, 88_200), (48_000, 44_100), (96_000, 44_100),
      (192_000, 48_000),
    ] {
      let resampler = try #require(Resampler(from: from, to: to))
      // A multiple of every numerator and denominator above.
      let centre: Int64 = 320 * 147
      let input = centre * Int64(from) / Int64(gcd(from, to)) / 320
      let instant = input * Int64(to) / Int64(from)
      #expect(instant * Int64(from) == input * Int64(to))
      let output = ResamplerTests.convert(
        resampler, FrameRange(instant - 300, instant + 301), { $0 == input ? 1 : 0 })
      let peak = output.indices.max { output[$0] < output[$1] }
      #expect(peak == 300)
      for i in 0...300 { #expect(abs(output[300 - i] - output[300 + i]) < 1e-12) }
    }
  }

  private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }

  @Test func outputDoesNotDependOnHowItIsCut() throws {
    for (from, to) in [
      (48_000, 44_100), (35_467, 48_000), (44_100, 96_000), (96_000, 44_100), (96_000, 48_000),
      (192_000, 48_000), (88_200, 48_000),
    ] {
      let resampler = try #require(Resampler(from: from, to: to))
      let signal: (Int64) -> Double = { sin(Double($0 &* $0 % 1_000_003)) }
      let whole = ResamplerTests.convert(resampler, FrameRange(-500, 3_000), signal)
      var pieces: [Double] = []
      var frame: Int64 = -500
      for length in [1, 2, 63, 500, 1_934, 1_000] as [Int64] {
        pieces += ResamplerTests.convert(resampler, FrameRange(frame, frame + length), signal)
        frame += length
      }
      #expect(pieces == whole)
    }
  }

  /// The two steps one frame after another: z by the short filter's window, then its half.
  @Test(arguments: [(96_000, 44_100), (96_000, 48_000), (192_000, 44_100), (48_000, 32_000)])
  func stretchesSideBySideHaveTheBitsOfFramesInTurn(_ from: Int, _ to: Int) throws {
    let resampler = try #require(Resampler(from: from, to: to))
    let design = ResamplerDesign(from: from, to: to, slope: .standard)
    let half = design.halving(to: to)
    let signal: (Int64) -> Double = { sin(Double($0 &* $0 % 1_000_003)) }
    let ratio = RateRatio(from: from, to: 2 * to)
    let short = design.keepingImagesAway(from: from, doubled: 2 * to)
    let width = 2 * short.halfWidth + 3 + from / (2 * to)
    let taps = AudioBuffer(channelCount: 1, frameCapacity: width)
    // z[n]; both of a pair lie in the window of the even one.
    func doubled(_ n: Int64) -> Double {
      if from == 2 * to { return signal(n) }
      let base = ratio.position(of: n & ~1)
      let numerator = Int(base.rest) + (n & 1 == 1 ? Int(ratio.down) : 0)
      short.write(
        numerator: numerator, denominator: Int(ratio.up), first: -short.halfWidth,
        into: taps.block[0])
      var sums = [0.0, 0.0]
      for k in 0..<width {
        let frame = base.frame + Int64(k - short.halfWidth)
        sums[k % 2] += signal(frame) * taps.block[0][k]
      }
      return sums[0] + sums[1]
    }
    for start in [-77, 1_000_000] as [Int64] {
      var z: [Double] = []
      for n in (2 * start - 600)..<(2 * start + 720) { z.append(doubled(n)) }
      let range = FrameRange(start, start + 50)
      let output = ResamplerTests.convert(resampler, range, signal)
      for (i, value) in output.enumerated() {
        let centre = 2 * (300 + i)
        var sum = 0.0
        for (r, tap) in half.enumerated() {
          sum += (z[centre - 1 - 2 * r] + z[centre + 1 + 2 * r]) * tap
        }
        #expect(value == z[centre] * 0.5 + sum, "\(from) → \(to), frame \(i)")
      }
    }
  }

  @Test func channelsOfAPairHaveTheBitsOfSingleOnes() throws {
    let resampler = try #require(Resampler(from: 96_000, to: 44_100))
    let range = FrameRange(0, 500)
    let needed = resampler.inputRange(forOutput: range)
    let input = AudioBuffer(channelCount: 3, frameCapacity: Int(needed.length))
    for channel in 0..<3 {
      for i in 0..<Int(needed.length) {
        input.block[channel][i] = sin(Double((i + 31 * channel) * i))
      }
    }
    let output = AudioBuffer(channelCount: 3, frameCapacity: 500)
    resampler.render(range, from: input.block, into: output.block)
    for channel in 0..<3 {
      let alone = ResamplerTests.convert(resampler, range) {
        input.block[channel][Int($0 - needed.start)]
      }
      #expect((0..<500).map { output.block[channel][$0] } == alone)
    }
  }

  @Test func goingThereAndBackChangesNothingInThePassBand() throws {
    let there = try #require(Resampler(from: 48_000, to: 44_100))
    let back = try #require(Resampler(from: 44_100, to: 48_000))
    // Many tones up to 19.9 kHz.
    let tones = (1...60).map { Double($0) * 331.67 }
    let signal: (Int64) -> Double = { frame in
      tones.enumerated().reduce(0) { sum, tone in
        sum + sin(2 * .pi * tone.element / 48_000 * Double(frame) + Double(tone.offset)) / 8
      }
    }
    let range = FrameRange(10_000, 12_000)
    let middle = back.inputRange(forOutput: range)
    let half = ResamplerTests.convert(there, middle, signal)
    let output = ResamplerTests.convert(back, range) { half[Int($0 - middle.start)] }
    var (error, energy) = (0.0, 0.0)
    for (i, value) in output.enumerated() {
      let wanted = signal(range.start + Int64(i))
      error += (value - wanted) * (value - wanted)
      energy += wanted * wanted
    }
    #expect(ResamplerTests.decibels((error / energy).squareRoot()) < -135)
  }

  @Test func lengthsRoundUp() throws {
    let resampler = try #require(Resampler(from: 48_000, to: 44_100))
    #expect(resampler.outputFrames(for: 0) == 0)
    #expect(resampler.outputFrames(for: 1) == 1)
    #expect(resampler.outputFrames(for: 160) == 147)
    #expect(resampler.outputFrames(for: 161) == 148)
    #expect(resampler.outputFrames(for: 48_000 * 86_400) == 44_100 * 86_400)
  }

  @Test func ratesOutOfRangeAreRefused() {
    #expect(Resampler(from: 0, to: 48_000) == nil)
    #expect(Resampler(from: 48_000, to: -1) == nil)
    #expect(Resampler(from: 1, to: 48_000) == nil)
    #expect(Resampler(from: .max, to: 48_000) == nil)
    #expect(Resampler(from: 8_000, to: 192_000) != nil)
  }

  /// Printed, not judged: CPU seconds for four minutes of stereo from 96 to 44.1 kHz.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MIXDOWN_SPEED"] != nil))
  func speed() throws {
    let resampler = try #require(Resampler(from: 96_000, to: 44_100))
    let frames: Int64 = 44_100 * 240
    let step: Int64 = 8_192
    let input = AudioBuffer(channelCount: 2, frameCapacity: 20_000)
    for i in 0..<20_000 { input.block[0][i] = sin(Double(i)) }
    let output = AudioBuffer(channelCount: 2, frameCapacity: Int(step))
    let start = clock()
    var frame: Int64 = 0
    while frame < frames {
      let range = FrameRange(frame, min(frames, frame + step))
      let needed = resampler.inputRange(forOutput: range)
      resampler.render(
        range, from: input.block(Int(needed.length)), into: output.block(Int(range.length)))
      frame = range.end
    }
    print("96 → 44.1 kHz:", Double(clock() - start) / Double(CLOCKS_PER_SEC), "s")
  }
}
