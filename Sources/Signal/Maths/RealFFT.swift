/// The Fourier transform of a power-of-two count N ≥ 2 of real numbers: N/2 + 1 bins from 0 Hz to
/// half the rate, by one complex transform of half the count.
public final class RealFFT {
  public let count: Int
  /// N/2 + 1.
  public var binCount: Int { count / 2 + 1 }
  private let half: FFT
  private let twiddles: AudioBuffer
  private let work: AudioBuffer

  /// - Precondition: `count` is a power of two, at least 2.
  public init(count: Int) {
    precondition(count >= 2)
    self.count = count
    half = FFT(count: count / 2)
    twiddles = AudioBuffer(channelCount: 2, frameCapacity: count / 4 + 1)
    work = AudioBuffer(channelCount: 2, frameCapacity: count / 2)
    for k in 0...(count / 4) {
      let value = Maths.sineCosine(turns: Double(k) / Double(count))
      twiddles.block[0][k] = value.cosine
      twiddles.block[1][k] = -value.sine
    }
  }

  /// Bins of `input` (N samples) into `real` and `imaginary` (N/2 + 1 each). `input` is kept.
  public func forward(_ input: Samples, real: Samples, imaginary: Samples) {
    precondition(input.count == count && real.count == binCount && imaginary.count == binCount)
    let n = count / 2
    let zr = work.block[0]
    let zi = work.block[1]
    for i in 0..<n {
      zr[i] = input[2 * i]
      zi[i] = input[2 * i + 1]
    }
    half.forward(real: zr, imaginary: zi)
    let (cosines, sines) = (twiddles.block[0], twiddles.block[1])
    real[0] = zr[0] + zi[0]
    imaginary[0] = 0
    real[n] = zr[0] - zi[0]
    imaginary[n] = 0
    var k = 1
    while k <= n - k {
      let j = n - k
      let evenR = 0.5 * (zr[k] + zr[j])
      let evenI = 0.5 * (zi[k] - zi[j])
      let oddR = 0.5 * (zi[k] + zi[j])
      let oddI = 0.5 * (zr[j] - zr[k])
      let turnedR = oddR * cosines[k] - oddI * sines[k]
      let turnedI = oddR * sines[k] + oddI * cosines[k]
      real[k] = evenR + turnedR
      imaginary[k] = evenI + turnedI
      real[j] = evenR - turnedR
      imaginary[j] = turnedI - evenI
      k += 1
    }
  }

  /// The N samples of which `real` and `imaginary` are the bins; exact inverse of `forward` but
  /// for rounding. The bins are kept; the imaginary parts of the two outer bins are ignored.
  public func inverse(real: Samples, imaginary: Samples, output: Samples) {
    precondition(output.count == count && real.count == binCount && imaginary.count == binCount)
    let n = count / 2
    let zr = work.block[0]
    let zi = work.block[1]
    let (cosines, sines) = (twiddles.block[0], twiddles.block[1])
    zr[0] = 0.5 * (real[0] + real[n])
    zi[0] = 0.5 * (real[0] - real[n])
    var k = 1
    while k <= n - k {
      let j = n - k
      let evenR = 0.5 * (real[k] + real[j])
      let evenI = 0.5 * (imaginary[k] - imaginary[j])
      let turnedR = 0.5 * (real[k] - real[j])
      let turnedI = 0.5 * (imaginary[k] + imaginary[j])
      let oddR = turnedR * cosines[k] + turnedI * sines[k]
      let oddI = turnedI * cosines[k] - turnedR * sines[k]
      zr[k] = evenR - oddI
      zi[k] = evenI + oddR
      zr[j] = evenR + oddI
      zi[j] = oddR - evenI
      k += 1
    }
    half.inverse(real: zr, imaginary: zi)
    for i in 0..<n {
      output[2 * i] = zr[i]
      output[2 * i + 1] = zi[i]
    }
  }
}
