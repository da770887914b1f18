import Signal

/// The filter of a rate conversion: a windowed sinc, cut into phases.
///
/// h(t) = sinc(2·fc·t) · kaiser(t / T), t in input frames, 2T taps wide, fc the middle of the
/// transition. Phase φ holds h(k − φ) for whole k, scaled so that its taps sum to 1.
///
/// - Source: J. F. Kaiser, "Nonrecursive Digital Filter Design Using the I0-sinh Window
///   Function", 1974: β = 0.1102 (A − 8.7), taps = (A − 7.95) / (14.36 Δf / rate).
struct ResamplerDesign {
  /// dB.
  static let attenuation = 150.0

  /// Hz.
  let passband: Double
  let stopband: Double
  /// Half the taps that can differ from 0.
  let halfWidth: Int
  private let cutoff: Double
  private let window = KaiserWindow(attenuation: ResamplerDesign.attenuation)

  init(from source: Int, to target: Int, slope: Resampler.Slope) {
    let low = Double(min(source, target))
    // 20 kHz at 44.1 kHz, 21.6 kHz at 48 kHz.
    passband = source >= 44_100 && target >= 44_100 ? max(20_000, 0.45 * low) : 0.45 * low
    stopband = slope == .steep ? 0.5 * low : low - passband
    let taps = (ResamplerDesign.attenuation - 7.95) * Double(source)
      / (14.36 * (stopband - passband))
    halfWidth = 2 * Int((0.25 * taps).rounded(.up))
    cutoff = 0.5 * (passband + stopband) / Double(source)
  }

  /// Writes the taps of phase φ = `numerator` / `denominator` for k from `first` on.
  func write(numerator: Int, denominator: Int, first: Int, into taps: Samples) {
    let reach = Double(halfWidth)
    var sum = 0.0
    for i in taps.indices {
      // One division, so that phases 0 and denominator hold the same numbers shifted by one.
      let t = Double((first + i) * denominator - numerator) / Double(denominator)
      let value =
        t.magnitude < reach
        ? KaiserWindow.sinc(2 * cutoff * t) * window.value(at: t / reach) : 0
      taps[i] = value
      sum += value
    }
    for i in taps.indices { taps[i] = taps[i] / sum }
  }
}
