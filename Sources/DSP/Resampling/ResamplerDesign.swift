import Signal

/// The filter of a rate conversion: a windowed sinc, cut into phases.
///
/// h(t) = sinc(2·fc·t) · kaiser(t / T), t in input frames, 2T taps wide, fc the middle of the
/// transition. Phase φ holds h(k − φ) for whole k, scaled so that its taps sum to 1.
///
/// The window is 150 dB deep, and 160 for the first filter of two.
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
  private let window: KaiserWindow
  /// The window of few taps ends with a step that matters: a tap that falls on an end is halved, or
  /// the phase that it belongs to would have a tap more or less than the others.
  private let isShort: Bool

  init(from source: Int, to target: Int, slope: Resampler.Slope) {
    let low = Double(min(source, target))
    // 20 kHz at 44.1 kHz, 21.6 kHz at 48 kHz.
    let passband = source >= 44_100 && target >= 44_100 ? max(20_000, 0.45 * low) : 0.45 * low
    self.init(source, passband, slope == .steep ? 0.5 * low : low - passband)
  }

  private init(_ source: Int, _ passband: Double, _ stopband: Double, isShort: Bool = false) {
    self.passband = passband
    self.stopband = stopband
    self.isShort = isShort
    let attenuation = isShort ? Self.attenuation + 10 : Self.attenuation
    let taps = (attenuation - 7.95) * Double(source) / (14.36 * (stopband - passband))
    halfWidth =
      isShort ? Int((0.5 * taps).rounded(.up)) : 2 * Int((0.25 * taps).rounded(.up))
    cutoff = 0.5 * (passband + stopband) / Double(source)
    window = KaiserWindow(attenuation: attenuation)
  }

  /// The filter from `source` to the rate `doubled` that only keeps this one's pass band clean. It
  /// goes 10 dB deeper, for what it leaves is added to what a second filter leaves.
  func keepingImagesAway(from source: Int, doubled: Int) -> ResamplerDesign {
    ResamplerDesign(source, passband, Double(doubled) - passband, isShort: true)
  }

  /// The taps at 1, 3, 5 … frames of twice the rate `target` of a half-band filter with this one's
  /// transition, centred on half of `target`; they sum to 1/4.
  func halving(to target: Int) -> [Double] {
    let half = ResamplerDesign(2 * target, passband, stopband)
    let reach = Double(half.halfWidth)
    let taps = stride(from: 1, to: half.halfWidth, by: 2).map { distance in
      KaiserWindow.sinc(0.5 * Double(distance)) * window.value(at: Double(distance) / reach)
    }
    let sum = taps.reduce(0, +)
    return taps.map { 0.25 * $0 / sum }
  }

  /// Writes the taps of phase φ = `numerator` / `denominator` for k from `first` on.
  func write(numerator: Int, denominator: Int, first: Int, into taps: Samples) {
    let reach = Double(halfWidth)
    var sum = 0.0
    for i in taps.indices {
      // One division, so that phases 0 and denominator hold the same numbers shifted by one.
      let t = Double((first + i) * denominator - numerator) / Double(denominator)
      var value =
        t.magnitude < reach || isShort
        ? KaiserWindow.sinc(2 * cutoff * t) * window.value(at: t / reach) : 0
      if isShort && t.magnitude == reach { value *= 0.5 }
      taps[i] = value
      sum += value
    }
    for i in taps.indices { taps[i] = taps[i] / sum }
  }
}
