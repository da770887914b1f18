internal import CLanes
import Signal

/// The transform of 2N real samples by one complex transform of N: products of bins are products of
/// the samples as polynomials modulo x^2N + 1.
///
/// With a and b the halves, z[k] = (a[k] + i·b[k])·ω^k, ω = e^(iπ/2N): x^N = i turns the polynomial
/// into a complex one of N terms, and ω makes that cyclic. No bins have to be told apart into those of
/// two real signals, and bins may stand in any order. A convolution that fits into 2N is exact; one
/// that does not comes back with its sign changed.
///
/// - Precision: Double; 2e-16 of the largest sample times the sum of magnitudes of the other factor.
/// - Source: H. J. Nussbaumer, *Fast Fourier Transform and Convolution Algorithms*, 1981, on
///   polynomial products modulo z^N + 1.
struct FoldedTransform {
  /// Complex bins; half the samples.
  let count: Int
  private let turns: AudioBuffer
  private let twiddles: AudioBuffer

  /// - Precondition: `count` is a power of four, 16 or more.
  init(count: Int) {
    precondition(count >= 16 && count & (count - 1) == 0 && count.trailingZeroBitCount % 2 == 0)
    self.count = count
    turns = AudioBuffer(channelCount: 1, frameCapacity: 2 * count)
    twiddles = AudioBuffer(channelCount: 1, frameCapacity: 2 * count)
    let turn = turns.block[0]
    for k in 0..<count {
      let value = Maths.sineCosine(turns: Double(k) / Double(4 * count))
      let place = 2 * (k & ~3) + (k & 3)
      turn[place] = value.cosine
      turn[place + 4] = value.sine
    }
    let twiddle = twiddles.block[0]
    var place = 0
    var span = count
    while span >= 16 {
      for first in stride(from: 0, to: span / 4, by: 4) {
        for power in 1...3 {
          for lane in 0..<4 {
            let value = Maths.sineCosine(turns: Double(power * (first + lane)) / Double(span))
            twiddle[place + lane] = value.cosine
            twiddle[place + 4 + lane] = -value.sine
          }
          place += 8
        }
      }
      span /= 4
    }
  }

  /// Bins of `first` followed by `second`, N samples each: N real parts, then N imaginary ones.
  func forward(
    _ first: UnsafePointer<Double>, _ second: UnsafePointer<Double>,
    into bins: UnsafeMutablePointer<Double>
  ) {
    lanes_fold(first, second, count, turns.block[0].address, bins, bins + count)
    lanes_fft_forward(bins, bins + count, count, twiddles.block[0].address)
  }

  /// The later N of the 2N samples, times N. The bins are used up.
  func inverse(_ bins: UnsafeMutablePointer<Double>, into second: UnsafeMutablePointer<Double>) {
    lanes_fft_inverse(bins, bins + count, count, twiddles.block[0].address)
    lanes_unfold(bins, bins + count, count, turns.block[0].address, second)
  }
}
