internal import CLanes
import Signal

/// A half-band low-pass in two phases: one is a pure delay, the other a symmetric filter.
///
/// The filter is a sinc under a Kaiser window (β 12.8, 125 dB). Sums run over the pairs
/// x[m − j] + x[m + 1 + j] in ascending j.
struct HalfbandFilter {
  /// Pairs of taps; doubling or halving delays by as many frames of the lower rate.
  let pairs: Int
  private let coefficients: AudioBuffer

  init(pairs: Int) {
    self.pairs = pairs
    coefficients = AudioBuffer(channelCount: 1, frameCapacity: pairs)
    let window = KaiserWindow(beta: 12.8)
    var values = (0..<pairs).map { j -> Double in
      let distance = Double(j) + 0.5
      return KaiserWindow.sinc(distance) * window.value(at: distance / Double(pairs))
    }
    let sum = values.reduce(0, +)
    values = values.map { 0.5 * $0 / sum }
    for j in 0..<pairs { coefficients.block[0][j] = values[j] }
  }

  /// output[i] = Σ c[j] · (input[start + i − j] + input[start + i + 1 + j]).
  func convolve(_ input: Samples, from start: Int, into output: Samples) {
    let table = coefficients.block[0]
    var i = 0
    while i + 16 <= output.count {
      lanes_middles(input.address + start + i, table.address, pairs, output.address + i)
      i += 16
    }
    while i < output.count {
      var a = 0.0
      let center = start + i
      for j in 0..<pairs { a += table[j] * (input[center - j] + input[center + 1 + j]) }
      output[i] = a
      i += 1
    }
  }
}

/// Doubles the rate of one stream.
struct HalfbandUpsampler {
  private let filter: HalfbandFilter
  private let input: AudioBuffer
  private let odd: AudioBuffer

  /// - Parameter run: frames at most in one call.
  init(_ filter: HalfbandFilter, run: Int) {
    self.filter = filter
    input = AudioBuffer(channelCount: 1, frameCapacity: 2 * filter.pairs + run)
    odd = AudioBuffer(channelCount: 1, frameCapacity: run)
  }

  /// `output` is twice as long as `samples`.
  mutating func process(_ samples: Samples, into output: Samples) {
    let (history, count) = (2 * filter.pairs, samples.count)
    let memory = input.block[0]
    memory.slice(history..<(history + count)).copy(from: samples)
    let between = odd.block[0].slice(0..<count)
    filter.convolve(memory, from: filter.pairs, into: between)
    for i in 0..<count {
      output[2 * i] = memory[filter.pairs + i]
      output[2 * i + 1] = between[i]
    }
    for i in 0..<history { memory[i] = memory[i + count] }
  }

  func encode(into writer: inout StateWriter) {
    for i in 0..<(2 * filter.pairs) { writer.write(input.block[0][i]) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for i in 0..<(2 * filter.pairs) { input.block[0][i] = try reader.readDouble() }
  }

  mutating func reset() { input.block.fill(0) }
}

/// Halves the rate of one stream.
struct HalfbandDownsampler {
  private let filter: HalfbandFilter
  private let even: AudioBuffer
  private let odd: AudioBuffer

  /// - Parameter run: frames of the lower rate at most in one call.
  init(_ filter: HalfbandFilter, run: Int) {
    self.filter = filter
    even = AudioBuffer(channelCount: 1, frameCapacity: filter.pairs + run)
    odd = AudioBuffer(channelCount: 1, frameCapacity: 2 * filter.pairs + run)
  }

  /// `samples` is twice as long as `output`.
  mutating func process(_ samples: Samples, into output: Samples) {
    let (pairs, count) = (filter.pairs, output.count)
    let (evens, odds) = (even.block[0], odd.block[0])
    for i in 0..<count {
      evens[pairs + i] = samples[2 * i]
      odds[2 * pairs + i] = samples[2 * i + 1]
    }
    filter.convolve(odds, from: pairs - 1, into: output)
    for i in 0..<count { output[i] = 0.5 * (evens[i] + output[i]) }
    for i in 0..<pairs { evens[i] = evens[i + count] }
    for i in 0..<(2 * pairs) { odds[i] = odds[i + count] }
  }

  func encode(into writer: inout StateWriter) {
    for i in 0..<filter.pairs { writer.write(even.block[0][i]) }
    for i in 0..<(2 * filter.pairs) { writer.write(odd.block[0][i]) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for i in 0..<filter.pairs { even.block[0][i] = try reader.readDouble() }
    for i in 0..<(2 * filter.pairs) { odd.block[0][i] = try reader.readDouble() }
  }

  mutating func reset() {
    even.block.fill(0)
    odd.block.fill(0)
  }
}
