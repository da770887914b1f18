/// The discrete Fourier transform of a power-of-two count of complex numbers, in split real and
/// imaginary parts.
///
/// X[k] = Σ x[n]·e^(−2πi·kn/N), forward; the inverse divides by N. Stockham's self-sorting
/// radix-4 passes, with one radix-2 pass where N is not a power of 4; every twiddle comes from
/// `Maths` by its own index.
///
/// - Source: C. Van Loan, *Computational Frameworks for the Fast Fourier Transform*, SIAM 1992,
///   section 1.7.
public final class FFT {
  public let count: Int
  private let twiddles: AudioBuffer
  private let work: AudioBuffer

  /// - Precondition: `count` is a power of two.
  public init(count: Int) {
    precondition(count > 0 && count & (count - 1) == 0)
    self.count = count
    twiddles = AudioBuffer(channelCount: 2, frameCapacity: count)
    work = AudioBuffer(channelCount: 2, frameCapacity: count)
    let cosines = twiddles.block[0]
    let sines = twiddles.block[1]
    for k in 0..<count {
      let value = Maths.sineCosine(turns: Double(k) / Double(count))
      cosines[k] = value.cosine
      sines[k] = -value.sine
    }
  }

  /// Transforms in place.
  public func forward(real: Samples, imaginary: Samples) {
    precondition(real.count == count && imaginary.count == count)
    transform(real.address, imaginary.address)
  }

  /// Transforms back in place, divided by N.
  public func inverse(real: Samples, imaginary: Samples) {
    precondition(real.count == count && imaginary.count == count)
    // The inverse is the forward transform with the parts exchanged.
    transform(imaginary.address, real.address)
    let scale = 1 / Double(count)
    for i in 0..<count {
      real[i] = real[i] * scale
      imaginary[i] = imaginary[i] * scale
    }
  }

  private typealias Pointer = UnsafeMutablePointer<Double>

  private func transform(_ real: Pointer, _ imaginary: Pointer) {
    var (sourceReal, sourceImaginary) = (real, imaginary)
    var (targetReal, targetImaginary) = (work.block[0].address, work.block[1].address)
    var length = count
    var stride = 1
    while length > 1 {
      if length >= 4 {
        radix4(sourceReal, sourceImaginary, targetReal, targetImaginary, length, stride)
        length /= 4
        stride *= 4
      } else {
        radix2(sourceReal, sourceImaginary, targetReal, targetImaginary, stride)
        length /= 2
        stride *= 2
      }
      swap(&sourceReal, &targetReal)
      swap(&sourceImaginary, &targetImaginary)
    }
    if sourceReal != real {
      real.update(from: sourceReal, count: count)
      imaginary.update(from: sourceImaginary, count: count)
    }
  }

  private func radix2(
    _ xr: Pointer, _ xi: Pointer, _ yr: Pointer, _ yi: Pointer, _ stride: Int
  ) {
    for q in 0..<stride {
      let (ar, ai) = (xr[q], xi[q])
      let (br, bi) = (xr[q + stride], xi[q + stride])
      yr[q] = ar + br
      yi[q] = ai + bi
      yr[q + stride] = ar - br
      yi[q + stride] = ai - bi
    }
  }

  private func radix4(
    _ xr: Pointer, _ xi: Pointer, _ yr: Pointer, _ yi: Pointer, _ length: Int, _ stride: Int
  ) {
    let quarter = length / 4
    let wr = twiddles.block[0].address
    let wi = twiddles.block[1].address
    for p in 0..<quarter {
      let (w1r, w1i) = (wr[p * stride], wi[p * stride])
      let (w2r, w2i) = (wr[2 * p * stride], wi[2 * p * stride])
      let (w3r, w3i) = (wr[3 * p * stride], wi[3 * p * stride])
      let a = stride * p
      let b = a + stride * quarter
      let c = b + stride * quarter
      let d = c + stride * quarter
      let out = 4 * stride * p
      for q in 0..<stride {
        let sumACr = xr[a + q] + xr[c + q]
        let sumACi = xi[a + q] + xi[c + q]
        let differenceACr = xr[a + q] - xr[c + q]
        let differenceACi = xi[a + q] - xi[c + q]
        let sumBDr = xr[b + q] + xr[d + q]
        let sumBDi = xi[b + q] + xi[d + q]
        let differenceBDr = xr[b + q] - xr[d + q]
        let differenceBDi = xi[b + q] - xi[d + q]
        yr[out + q] = sumACr + sumBDr
        yi[out + q] = sumACi + sumBDi
        let r1 = differenceACr + differenceBDi
        let i1 = differenceACi - differenceBDr
        yr[out + stride + q] = r1 * w1r - i1 * w1i
        yi[out + stride + q] = r1 * w1i + i1 * w1r
        let r2 = sumACr - sumBDr
        let i2 = sumACi - sumBDi
        yr[out + 2 * stride + q] = r2 * w2r - i2 * w2i
        yi[out + 2 * stride + q] = r2 * w2i + i2 * w2r
        let r3 = differenceACr - differenceBDi
        let i3 = differenceACi + differenceBDr
        yr[out + 3 * stride + q] = r3 * w3r - i3 * w3i
        yi[out + 3 * stride + q] = r3 * w3i + i3 * w3r
      }
    }
  }
}
