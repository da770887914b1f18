import DSP
import Foundation
import Signal
import Testing

@Suite struct ReverbTests {
  static func response(
    _ parameters: Reverb.Parameters, seconds: Double, rate: Int = 48000
  ) -> [[Double]] {
    var kernel = Reverb(parameters, format: StreamFormat(rate: rate, channelCount: 2))
    var impulse = Array(repeating: 0.0, count: Int(seconds * Double(rate)))
    impulse[0] = 1
    return TestAudio.render(&kernel, [impulse, impulse])
  }

  /// Seconds to −60 dB from the slope between −5 and −35 dB of the backward integral.
  static func decay(_ response: [Double], rate: Double = 48000) -> Double {
    var sum = 0.0
    var energy = response.reversed().map { x -> Double in
      sum += x * x
      return sum
    }
    energy.reverse()
    let levels = energy.map { 10 * log10(max($0 / energy[0], 1e-30)) }
    let first = levels.firstIndex { $0 <= -5 }!
    let last = levels.firstIndex { $0 <= -35 }!
    // Least squares on every 16th point.
    var (n, sx, sy, sxx, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for i in stride(from: first, to: last, by: 16) {
      let (x, y) = (Double(i) / rate, levels[i])
      n += 1
      sx += x
      sy += y
      sxx += x * x
      sxy += x * y
    }
    return -60 / ((n * sxy - sx * sy) / (n * sxx - sx * sx))
  }

  /// Normalised echo density over 20 ms from `start` on: 1 for Gaussian noise.
  static func density(_ response: [Double], at start: Int) -> Double {
    let window = response[start..<(start + 960)]
    let deviation = TestAudio.rms(window)
    return Double(window.filter { abs($0) > deviation }.count) / 960 / 0.3173105
  }

  /// Two second-order band-passes in a row, Q 1.4 each.
  static func octave(_ samples: [Double], _ frequency: Double) -> [Double] {
    let w = 2 * Double.pi * frequency / 48000
    let alpha = sin(w) / 2.8
    let (b0, a0, a1, a2) = (alpha, 1 + alpha, -2 * cos(w), 1 - alpha)
    var output = samples
    for _ in 0..<2 {
      var (s1, s2) = (0.0, 0.0)
      output = output.map { x in
        let y = b0 / a0 * x + s1
        s1 = -a1 / a0 * y + s2
        s2 = -b0 / a0 * x - a2 / a0 * y
        return y
      }
    }
    return output
  }

  @Test(arguments: Reverb.Kind.allCases, [0.6, 1.5, 4])
  func decayIsTheOneAskedFor(kind: Reverb.Kind, decay: Double) {
    var parameters = Reverb.Parameters()
    parameters.kind = kind
    parameters.decay = decay
    parameters.highDecay = 1
    for row in Self.response(parameters, seconds: 1.2 * decay) {
      let measured = Self.decay(row)
      #expect(abs(measured / decay - 1) < 0.03, "\(measured) s")
    }
  }

  @Test(arguments: Reverb.Kind.allCases)
  func octaveBandsDecayAsTheAbsorptionSays(kind: Reverb.Kind) {
    var parameters = Reverb.Parameters()
    parameters.kind = kind
    parameters.decay = 2
    parameters.highDecay = 0.4
    let response = Self.response(parameters, seconds: 2.4)
    for frequency in [125.0, 250, 500, 1000, 2000, 4000, 8000] {
      // A one-pole that is 60 dB down in 2 s at DC and in 0.8 s at Nyquist for a line of m
      // frames; by how much at this frequency hardly depends on m.
      let m = 1200.0
      let g = pow(10, -3 * m / (48000 * 2))
      let ratio = pow(10, -3 * m / (48000 * 0.8)) / g
      let b = (1 - ratio) / (1 + ratio)
      let w = 2 * Double.pi * frequency / 48000
      let h = g * (1 - b) / sqrt(1 - 2 * b * cos(w) + b * b)
      let expected = -3 * m / (48000 * log10(h))
      let measured = response.reduce(0) { $0 + 0.5 * Self.decay(Self.octave($1, frequency)) }
      #expect(abs(measured / expected - 1) < 0.1, "\(frequency) Hz: \(measured), \(expected)")
    }
  }

  @Test(arguments: Reverb.Kind.allCases)
  func echoesAreDenseAndSidesIndependent(kind: Reverb.Kind) {
    var parameters = Reverb.Parameters()
    parameters.kind = kind
    let response = Self.response(parameters, seconds: 2.5)
    for row in response {
      #expect(Self.density(row, at: 4800) >= 0.9, "\(Self.density(row, at: 4800))")
      #expect(Self.density(row, at: 9600) >= 0.9)
      let energy = row.reduce(0) { $0 + $1 * $1 }
      #expect(abs(10 * log10(energy)) < 1, "\(energy)")
    }
    let cross = zip(response[0], response[1]).reduce(0) { $0 + $1.0 * $1.1 }
    let rho = cross / (48000 * 2.5 * TestAudio.rms(response[0]) * TestAudio.rms(response[1]))
    #expect(abs(rho) < 0.2, "\(rho)")
  }

  @Test func energyFallsMonotonically() {
    var parameters = Reverb.Parameters()
    parameters.highDecay = 1
    let response = Self.response(parameters, seconds: 2)[0]
    let windows = stride(from: 4800, to: 91200, by: 4800).map {
      TestAudio.rms(response[$0..<($0 + 4800)])
    }
    for (earlier, later) in zip(windows, windows.dropFirst()) { #expect(later < earlier) }
  }

  @Test func aMinuteOfALongDecayStaysBounded() {
    var parameters = Reverb.Parameters()
    parameters.decay = 20
    parameters.highDecay = 1
    let response = Self.response(parameters, seconds: 60)
    for row in response {
      #expect(row.allSatisfy { abs($0) < 1 })
      #expect(TestAudio.rms(row.suffix(48000)) < 1e-3 * TestAudio.rms(row[4800..<52800]))
    }
  }

  @Test func preDelayAndSizeMoveTheFirstReflection() {
    var parameters = Reverb.Parameters()
    let plain = Self.response(parameters, seconds: 1)[0]
    parameters.preDelay = 960
    let later = Self.response(parameters, seconds: 1)[0]
    // Equal but for what is cleared below 1e-60, which happens at absolute frames.
    #expect(zip(later[960...], plain).allSatisfy { abs($0 - $1) < 1e-50 })
    parameters.preDelay = 0
    parameters.size = 50
    let small = Self.response(parameters, seconds: 1)[0]
    #expect(small.firstIndex { $0 != 0 }! < plain.firstIndex { $0 != 0 }!)
  }

  @Test func widthZeroIsMonoAndCutsTakeTheEndsAway() {
    var parameters = Reverb.Parameters()
    parameters.width = 0
    let narrow = Self.response(parameters, seconds: 0.5)
    #expect(TestAudio.same(narrow[0], narrow[1]))
    parameters.width = 100
    let full = Self.response(parameters, seconds: 2)[0]
    parameters.lowCut = 400
    parameters.highCut = 4000
    let cut = Self.response(parameters, seconds: 2)[0]
    func change(_ frequency: Double) -> Double {
      TestAudio.decibels(
        TestAudio.rms(Self.octave(cut, frequency)) / TestAudio.rms(Self.octave(full, frequency)))
    }
    #expect(change(100) < -18 && abs(change(1200)) < 1 && change(16000) < -18)
  }

  @Test(arguments: [44100, 96000, 192_000])
  func otherRatesDecayAlike(rate: Int) {
    var parameters = Reverb.Parameters()
    parameters.decay = 1
    parameters.highDecay = 1
    let response = Self.response(parameters, seconds: 1.2, rate: rate)[0]
    #expect(abs(Self.decay(response, rate: Double(rate)) - 1) < 0.03)
  }
}
