import Signal
import Testing

@Suite struct FourierTests {
  @Test(arguments: [1, 2, 4, 8, 16, 32, 128, 1024])
  func transformEqualsItsDefinition(_ count: Int) {
    let noise = Noise(seed: 3, channel: 0, purpose: .test)
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: count)
    let (re, im) = (buffer.block[0], buffer.block[1])
    for i in 0..<count {
      re[i] = noise.triangular(at: Int64(i))
      im[i] = noise.triangular(at: Int64(i + count))
    }
    let (inputR, inputI) = (Array(re), Array(im))
    let fft = FFT(count: count)
    fft.forward(real: re, imaginary: im)
    for k in Swift.stride(from: 0, to: count, by: max(1, count / 16)) {
      var (sumR, sumI) = (0.0, 0.0)
      for n in 0..<count {
        let w = Maths.sineCosine(turns: Double((k * n) % count) / Double(count))
        sumR += inputR[n] * w.cosine + inputI[n] * w.sine
        sumI += inputI[n] * w.cosine - inputR[n] * w.sine
      }
      #expect((re[k] - sumR).magnitude < 1e-12 && (im[k] - sumI).magnitude < 1e-12)
    }
    fft.inverse(real: re, imaginary: im)
    for i in 0..<count {
      #expect((re[i] - inputR[i]).magnitude < 1e-14 && (im[i] - inputI[i]).magnitude < 1e-14)
    }
  }

  @Test(arguments: [2, 4, 8, 64, 2048])
  func realTransformEqualsTheComplexOneAndInverts(_ count: Int) {
    let noise = Noise(seed: 4, channel: 0, purpose: .test)
    let time = AudioBuffer(channelCount: 3, frameCapacity: count)
    let bins = AudioBuffer(channelCount: 2, frameCapacity: count / 2 + 1)
    noise.fillTriangular(time.block[0], from: 0)
    time.block[1].copy(from: time.block[0])
    FFT(count: count).forward(real: time.block[1], imaginary: time.block[2])
    let real = RealFFT(count: count)
    real.forward(time.block[0], real: bins.block[0], imaginary: bins.block[1])
    for k in 0...(count / 2) {
      #expect((bins.block[0][k] - time.block[1][k]).magnitude < 1e-12)
      #expect((bins.block[1][k] - time.block[2][k]).magnitude < 1e-12)
    }
    real.inverse(real: bins.block[0], imaginary: bins.block[1], output: time.block[1])
    for i in 0..<count {
      #expect((time.block[1][i] - time.block[0][i]).magnitude < 1e-14)
    }
  }

  @Test func kaiserWindowFollowsTheBesselFunction() {
    // I0(1), I0(10) from tables.
    #expect((KaiserWindow.besselI0(1) - 1.2660658777520084).magnitude < 1e-15)
    #expect((KaiserWindow.besselI0(10) / 2815.716628466254 - 1).magnitude < 1e-15)
    let window = KaiserWindow(beta: 9.5).values(65)
    #expect(window[32] == 1 && window[0] == window[64])
    #expect((window[0] * KaiserWindow.besselI0(9.5) - 1).magnitude < 1e-12)
    #expect(KaiserWindow.sinc(0) == 1 && KaiserWindow.sinc(3).magnitude < 1e-16)
  }
}

extension Array where Element == Double {
  init(_ samples: Samples) { self = samples.indices.map { samples[$0] } }
}
