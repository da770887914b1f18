import DSP
import Foundation
import Loudness
import Signal
import Testing

/// Noise with bursts and gaps, the same everywhere.
func uneven(_ frames: Int, seed: UInt64) -> [Double] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  return (0..<frames).map { n in
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    let white = Double(Int64(bitPattern: state &* 0x2545_F491_4F6C_DD1D) >> 11) * 0x1p-52
    return white * [0.9, 0.1, 0, 0.4, 1.2][n / 7_001 % 5]
  }
}

struct MeterTests {
  @Test(arguments: [44_100, 48_000, 88_200, 96_000, 192_000, 35_467])
  func toneLevelsHoldAtEveryRate(_ rate: Int) throws {
    let report = Programme(rate: rate, parts: [(4, -23)]).measure()
    let integrated = try #require(report.integrated)
    #expect(abs(integrated - -23) < 0.02)
  }

  @Test func oneChannelAtFullScaleReadsMinusThree() throws {
    let report = Programme(frequency: 997, parts: [(3, 0)], channels: [0]).measure()
    let integrated = try #require(report.integrated)
    #expect(abs(integrated - -3.01) < 0.01)
  }

  /// The published coefficients of the two filters at 48 kHz.
  @Test func responseMatchesTheStandardAtFiftyHertzAndTenKilohertz() throws {
    // |H| of the tables of BS.1770-5 at these frequencies, in dB.
    func gain(_ f: Double) -> Double {
      func magnitude(_ b: [Double], _ a: [Double]) -> Double {
        let w = 2 * Double.pi * f / 48_000
        func at(_ c: [Double]) -> Double {
          let re = c[0] + c[1] * cos(w) + c[2] * cos(2 * w)
          let im = c[1] * sin(w) + c[2] * sin(2 * w)
          return (re * re + im * im).squareRoot()
        }
        return at(b) / at(a)
      }
      let shelf = magnitude(
        [1.53512485958697, -2.69169618940638, 1.19839281085285],
        [1, -1.69065929318241, 0.73248077421585])
      let pass = magnitude([1, -2, 1], [1, -1.99004745483398, 0.99007225036621])
      return 20 * log10(shelf * pass)
    }
    for frequency in [50.0, 200, 1_000, 3_000, 10_000] {
      let report = Programme(frequency: frequency, parts: [(10, -20)], channels: [0]).measure()
      let last = try #require(report.momentary.last)
      #expect(abs(last - (-0.691 - 20 - 3.0103 + gain(frequency))) < 0.003, "\(frequency) Hz")
    }
  }

  @Test func nothingDependsOnHowTheProgrammeIsCut() {
    for (rate, channels) in [(48_000, 2), (44_100, 1), (35_467, 3)] {
      let wave = (0..<channels).map { uneven(120_011, seed: UInt64($0 + 1)) }
      var options = LoudnessMeter.Options()
      options.measuresSpectrum = true
      let whole = LoudnessMeter(rate: rate, channelCount: channels, options: options)
      feed(whole, wave, 0..<120_011, blocks: [120_011])
      let expected = whole.finish()
      for blocks in [[64], [1, 7, 500, 3], [4_096], [2_048, 30_000]] {
        let meter = LoudnessMeter(rate: rate, channelCount: channels, options: options)
        var joined = MeterPartial()
        for start in stride(from: 0, to: 120_011, by: 32_768) {
          feed(meter, wave, start..<min(120_011, start + 32_768), blocks: blocks)
          joined.append(meter.takePartial())
        }
        joined.append(meter.finish())
        #expect(joined == expected)
      }
    }
  }

  /// Filters are rounded by the session's time: what follows a cut is measured bit for bit as before.
  @Test func behindACutTheSameIsMeasured() {
    let wave = [uneven(700_000, seed: 1), uneven(700_000, seed: 2)]
    let cut: Int64 = 144_000
    func measured(from first: Int, shift: Int64) -> [Double] {
      let meter = LoudnessMeter(rate: 48_000, channelCount: 2)
      meter.shift = shift
      // Silence as long as what is left out, where it is not.
      let silence = AudioBuffer(channelCount: 2, frameCapacity: 4_800)
      for _ in 0..<Int(cut - shift) / 4_800 { meter.process(silence.block) }
      feed(meter, wave, first..<700_000, blocks: [1_000])
      return Array(meter.takePartial().hops.suffix(900))
    }
    let whole = measured(from: 0, shift: 0)
    #expect(measured(from: 0, shift: cut) == whole)
    #expect(Set(whole).count > 800)
  }

  @Test func aRestoredMeterGoesOnAsTheOldOneWould() throws {
    let wave = [uneven(400_000, seed: 1), uneven(400_000, seed: 2)]
    var options = LoudnessMeter.Options()
    options.measuresSpectrum = true
    let first = LoudnessMeter(rate: 44_100, channelCount: 2, options: options)
    feed(first, wave, 0..<262_144, blocks: [1_000])
    var joined = first.takePartial()
    var writer = StateWriter()
    first.encodeState(into: &writer)
    feed(first, wave, 262_144..<400_000, blocks: [1_000])

    let second = LoudnessMeter(rate: 44_100, channelCount: 2, options: options)
    var reader = StateReader(writer.bytes)
    try second.restoreState(from: &reader, at: 262_144)
    feed(second, wave, 262_144..<400_000, blocks: [777])
    let tail = second.finish()
    #expect(tail == first.finish())
    joined.append(tail)
    #expect(try MeterPartial(encoded: joined.encoded) == joined)
  }

  /// Two rows of gains measured at once are two programmes measured by meters of their own.
  @Test func pairsMeasureAsMetersOfEachWould() throws {
    let frames = 300_000
    for (rate, channels) in [(48_000, 2), (44_100, 1), (35_467, 3)] {
      let wave = (0..<channels).map { uneven(frames, seed: UInt64($0 + 1)) }
      let gains = (0..<2).map { row in uneven(frames, seed: UInt64(row + 9)).map { abs($0) } }
      let factors = (1.7, 0.9)
      let wanted = [factors.0, factors.1].enumerated().map { row, factor in
        let meter = LoudnessMeter(rate: rate, channelCount: channels)
        let held = wave.map { channel in
          channel.indices.map { channel[$0] * factor * gains[row][$0] }
        }
        feed(meter, held, 0..<frames, blocks: [5_000])
        return meter.finish()
      }
      var pair = PairedLevels(rate: rate, channelCount: channels, factors: factors)
      var joined = (MeterPartial(), MeterPartial())
      let buffer = AudioBuffer(channelCount: channels + 2, frameCapacity: 7_777)
      var at = 0
      while at < frames {
        let block = buffer.block(min(7_777, frames - at))
        for i in 0..<block.frameCount {
          for channel in 0..<channels { block[channel][i] = wave[channel][at + i] }
          for row in 0..<2 { block[channels + row][i] = gains[row][at + i] }
        }
        pair.process(block.channels(channels), block[channels], block[channels + 1])
        at += block.frameCount
        let partials = pair.takePartials()
        joined.0.append(partials.0)
        joined.1.append(partials.1)
        var writer = StateWriter()
        pair.encodeState(into: &writer)
        var reader = StateReader(writer.bytes)
        pair = PairedLevels(rate: rate, channelCount: channels, factors: factors)
        try pair.restoreState(from: &reader, at: Int64(at))
      }
      let rest = pair.finish()
      joined.0.append(rest.0)
      joined.1.append(rest.1)
      for (found, wanted) in zip([joined.0, joined.1], wanted) {
        #expect(found.hops == wanted.hops && found.frames == wanted.frames)
        #expect(found.tenths.count == wanted.tenths.count)
        for (one, other) in zip(found.tenths, wanted.tenths) {
          #expect(one.frames == other.frames)
          for (a, b) in zip(one.channels, other.channels) {
            #expect(a.sum == b.sum && a.sumOfSquares == b.sumOfSquares)
            #expect(a.samplePeak == b.samplePeak)
          }
        }
      }
    }
  }

  @Test func aReportDoesNotDependOnHowItIsAddedUp() {
    let wave = [uneven(400_000, seed: 1), uneven(400_000, seed: 2)]
    for rate in [8_000, 44_100] {
      let meters = (0..<2).map { _ in LoudnessMeter(rate: rate, channelCount: 2) }
      for meter in meters { feed(meter, wave, 0..<300_000, blocks: [1_000]) }
      var total = MeterTotal(rate: rate, channelCount: 2)
      total.append(meters[1].takePartial())
      for meter in meters { feed(meter, wave, 300_000..<400_000, blocks: [7_000]) }
      total.append(meters[1].finish())
      let whole = MeterReport(meters[0].finish(), rate: rate, channelCount: 2)
      #expect("\(MeterReport(total))" == "\(whole)")
      let programme = ProgrammeMeter(rate: rate, channelCount: 2)
      let buffer = AudioBuffer(channelCount: 2, frameCapacity: 50_000)
      for start in stride(from: 0, to: 400_000, by: 50_000) {
        for channel in 0..<2 {
          for i in 0..<50_000 { buffer.block[channel][i] = wave[channel][start + i] }
        }
        programme.process(buffer.block)
      }
      #expect("\(programme.finish())" == "\(whole)")
    }
  }

  @Test func energiesAreKeptNearEnough() {
    let meter = LoudnessMeter(rate: 8_000, channelCount: 1)
    feed(meter, [uneven(40_000, seed: 3)], 0..<40_000, blocks: [1_000])
    let partial = meter.finish()
    var total = MeterTotal(rate: 8_000, channelCount: 1, details: [.energies, .samplePeaks])
    total.append(partial)
    #expect(total.hopCount == partial.hops.count)
    for (index, energy) in partial.hops.enumerated() {
      #expect(abs(total.energy(ofHop: index) - energy) <= energy / 256 + 1e-36)
    }
    #expect(total.samplePeaks == partial.tenths.map { $0.channels[0].samplePeak })
    #expect(total.tenthCount == partial.tenths.count)
    for (index, tenth) in partial.tenths.enumerated() {
      #expect(total.truePeak(ofTenth: index) == tenth.channels[0].truePeak)
    }
  }

  /// A change leaves no trace in the state once it has passed and the filters have settled.
  @Test func stateConvergesAfterADifference() {
    func state(_ change: Bool, _ wave: [Double]) -> [UInt8] {
      var wave = wave
      if change { for i in 1_000..<40_000 { wave[i] = -wave[i] * 0.3 } }
      let meter = LoudnessMeter(rate: 48_000, channelCount: 1)
      feed(meter, [wave], 0..<wave.count, blocks: [8_192])
      var writer = StateWriter()
      meter.encodeState(into: &writer)
      return writer.bytes
    }
    let frames = 2 << 18
    let noise = uneven(frames, seed: 5)
    #expect(state(false, noise) == state(true, noise))
    let quiet = noise.enumerated().map { $0.offset < 40_000 ? $0.element : 0 }
    #expect(state(false, quiet) == state(true, quiet))
  }

  /// Every point of an 8x grid and every parabola, without leaving anything out.
  @Test func skippingChangesNoTruePeak() {
    var wave = uneven(30_000, seed: 9)
    // Programme-like: low-passed, with the corner moving.
    var low = 0.0
    for i in wave.indices {
      low += (wave[i] - low) * (0.1 + 0.8 * Double(i % 6_000) / 6_000)
      wave[i] = low * 2
    }
    let meter = LoudnessMeter(rate: 48_000, channelCount: 1)
    feed(meter, [wave], 0..<wave.count, blocks: [4_096])
    let tenths = meter.finish().tenths
    let padded = [Double](repeating: 0, count: 24) + wave + [Double](repeating: 0, count: 30)
    func kaiser(_ x: Double) -> Double {
      KaiserWindow(beta: 9.5).value(at: x)
    }
    var rows: [[Double]] = []
    for phase in 0..<8 {
      let row = (-23...24).map { k -> Double in
        let t = Double(phase) / 8 - Double(k)
        return (t == 0 ? 1 : sin(.pi * t) / (.pi * t)) * kaiser(t / 24)
      }
      let sum = row.reduce(0, +)
      rows.append(row.map { $0 / sum })
    }
    var grid: [Double] = []
    for n in 0..<30_001 {
      for phase in 0..<8 {
        var y = phase == 0 ? padded[n + 24] : 0
        if phase > 0 { for k in 0..<48 { y += rows[phase][k] * padded[n + 1 + k] } }
        grid.append(y)
      }
    }
    for (index, tenth) in tenths.enumerated() {
      var (peak, overs) = (0.0, 0)
      for i in (index * 4_800 * 8)..<((index * 4_800 + tenth.frames) * 8) {
        let middle = abs(grid[i])
        peak = max(peak, i % 8 == 0 ? middle : 0)
        let before = i > 0 ? grid[i - 1] : 0
        let after = grid[i + 1]
        guard middle > abs(before) && middle >= abs(after) else { continue }
        let sign = grid[i] < 0 ? -1.0 : 1
        let bend = 2 * middle - sign * (before + after)
        let slant = sign * (before - after)
        let top = min(bend > 0 ? middle + slant * slant / (8 * bend) : middle, middle * 1.0196)
        peak = max(peak, top)
        if top > 1 { overs += 1 }
      }
      #expect(abs(tenth.channels[0].truePeak - peak) < 1e-12)
      #expect(tenth.channels[0].interSampleOvers == overs)
    }
  }

  @Test func levelsOfASine() throws {
    let report = Programme(parts: [(5, -6)], channels: [0, -20]).measure()
    #expect(abs(report.samplePeak - -6) < 0.001)
    #expect(abs(report.rmsByChannel[0] - (-6 - 3.0103)) < 0.001)
    #expect(abs(report.rmsByChannel[1] - (-26 - 3.0103)) < 0.001)
    #expect(report.dc.allSatisfy { abs($0) < 1e-6 })
    #expect(report.correlation.map { abs($0 - 1) < 1e-9 } ?? false)
    #expect(report.clippedRuns == 0 && report.interSampleOvers == 0)
    let mono = Programme(parts: [(5, -6)], channels: [0]).measure()
    #expect(mono.crestFactor.map { abs($0 - 3.0103) < 0.001 } ?? false)
    #expect(mono.correlation == nil && mono.width == nil)
  }

  @Test func widthAndCorrelationOfOpposites() throws {
    let wave = uneven(50_000, seed: 3)
    let report = measure(rate: 48_000, [wave, wave.map { -$0 }])
    #expect(report.correlation == -1)
    #expect(report.correlationMin == -1)
    #expect(report.width == .infinity)
    let same = measure(rate: 48_000, [wave, wave])
    #expect(same.width == -.infinity)
  }

  @Test func silenceMeasuresMinusInfinityAndShortProgrammesNothing() {
    let silent = measure(rate: 48_000, [[Double](repeating: 0, count: 48_000)])
    #expect(silent.integrated == -.infinity)
    #expect(silent.truePeak == -.infinity && silent.samplePeak == -.infinity)
    #expect(silent.rms == -.infinity && silent.crestFactor == nil && silent.noiseFloor == nil)
    #expect(silent.headSilence == 48_000 && silent.tailSilence == 48_000)
    let short = measure(rate: 48_000, [[Double](repeating: 0.5, count: 19_000)])
    #expect(short.integrated == nil && short.momentaryMax == nil && short.loudnessRange == nil)
    #expect(short.frames == 19_000)
    let nothing = measure(rate: 48_000, [[]])
    #expect(nothing.frames == 0 && nothing.integrated == nil)
  }

  @Test func faultsAndSilencesAreCounted() {
    var wave = [Double](repeating: 0, count: 96_000)
    for i in 10_000..<80_000 { wave[i] = 0.01 * sin(Double(i)) }
    for i in 20_000..<20_003 { wave[i] = 1 }
    for i in 30_000..<30_002 { wave[i] = 1 }
    for i in 40_000..<40_100 { wave[i] = -1 }
    let report = measure(rate: 48_000, [wave], blocks: [1_000, 3])
    #expect(report.clippedRuns == 2)
    #expect(report.headSilence == 10_000)
    #expect(report.tailSilence == 16_000)
    #expect(report.interSampleOvers > 0)
  }

  @Test func noiseFloorIsTheQuietestHalfSecondThatSounds() throws {
    var wave: [Double] = []
    for (seconds, level) in [(1.0, 0.0), (1, 0.001), (1, 0.1)] {
      for i in 0..<Int(seconds * 48_000) { wave.append(level * (i % 2 == 0 ? 1 : -1)) }
    }
    let report = measure(rate: 48_000, [wave])
    #expect(abs(try #require(report.noiseFloor) - -60) < 0.01)
  }

  /// Decoders of lossy files leave values far below the last bit of anything.
  @Test func noiseFloorTakesNoRemainsOfADecoderForNoise() throws {
    for (remains, expected) in [(1e-34, -60.0), (0.9e-10, -60), (1e-9, -180)] {
      var wave: [Double] = []
      for level in [remains, 0.001, 0.1] {
        for i in 0..<48_000 { wave.append(level * (i % 2 == 0 ? 1 : -1)) }
      }
      let report = measure(rate: 48_000, [wave])
      #expect(abs(try #require(report.noiseFloor) - expected) < 0.01, "\(remains)")
    }
  }

  @Test func spectrumFindsATonesBand() throws {
    var options = LoudnessMeter.Options()
    options.measuresSpectrum = true
    let report = Programme(parts: [(3, -20)], channels: [0]).measure(options)
    let band = try #require(report.spectrum.first { $0.hertz == 1_000 })
    #expect(abs(band.level - -23.01) < 0.2)
    for other in report.spectrum where other.hertz < 700 || other.hertz > 1_400 {
      #expect(other.level < -90)
    }
  }
}
