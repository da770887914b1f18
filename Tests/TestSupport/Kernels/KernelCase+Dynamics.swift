import DSP
internal import Signal

extension KernelCase {
  /// Compressors, gates, limiters, saturation.
  public static var dynamics: [KernelCase] {
    compressors + multibands + gates + limiters + saturations
  }

  private static var compressors: [KernelCase] {
    func parameters(
      _ threshold: Double, _ change: (inout Compressor.Parameters) -> Void = { _ in }
    ) -> Compressor.Parameters {
      var parameters = Compressor.Parameters(threshold: threshold)
      change(&parameters)
      return parameters
    }
    return [
      KernelCase("plain", Compressor.self, parameters(-24) { $0.ratio = 3 }, level: 0.9),
      KernelCase("never reached", Compressor.self, parameters(0)),
      KernelCase(
        "every option", Compressor.self,
        parameters(-30) {
          $0.ratio = .infinity
          $0.release = .automatic
          $0.makeup = .automatic
          $0.detector = .rms(window: 0.02)
          $0.link = 40
          $0.lookAhead = 0.003
          $0.mix = 60
          $0.range = 12
          $0.keyFilter = KeyFilter.Parameters(frequency: 150, slope: 24)
        }, hasKey: true),
      KernelCase("unlinked", Compressor.self, parameters(-20) { $0.link = 0 }),
      KernelCase(
        "automated", Compressor.self, parameters(-20),
        curves: [
          Curves.line(-40, -10), Curves.line(1, 8), Curves.line(0, 6), Curves.line(100, 20),
        ]),
    ]
  }

  private static var multibands: [KernelCase] {
    var low = Compressor.Parameters(threshold: -30)
    low.lookAhead = 0.002
    let rest = Compressor.Parameters(threshold: -20)
    return [
      KernelCase(
        "three bands", Multiband.self,
        Multiband.Parameters(crossovers: [200, 2_500], bands: [low, rest, rest]),
        rates: [48_000, 96_000]),
      KernelCase(
        "keyed", Multiband.self,
        Multiband.Parameters(crossovers: [500], bands: [low, rest]), rates: [48_000], hasKey: true),
    ]
  }

  private static var gates: [KernelCase] {
    var gate = Gate.Parameters(threshold: -30)
    gate.lookAhead = 0.002
    gate.keyFilter = KeyFilter.Parameters(frequency: 100)
    var quick = Gate.Parameters(threshold: -12)
    quick.hold = 0
    quick.release = 0.01
    quick.range = 20
    var expander = Expander.Parameters(threshold: -20)
    expander.keyFilter = KeyFilter.Parameters(frequency: 80, slope: 24)
    expander.lookAhead = 0.001
    var duck = Duck.Parameters()
    duck.lookAhead = 0.05
    return [
      KernelCase("look-ahead", Gate.self, gate),
      KernelCase("busy", Gate.self, quick, curves: [Curves.line(-12, -3)]),
      KernelCase("plain", Expander.self, Expander.Parameters(threshold: -10)),
      KernelCase("keyed", Expander.self, expander, hasKey: true),
      KernelCase("look-ahead", Duck.self, duck, hasKey: true),
      KernelCase("at once", Duck.self, Duck.Parameters(), hasKey: true, level: 0.02),
      KernelCase("plain", DeEsser.self, DeEsser.Parameters(threshold: -12)),
      KernelCase("keyed", DeEsser.self, DeEsser.Parameters(threshold: -12), hasKey: true),
    ]
  }

  private static var limiters: [KernelCase] {
    var quick = Limiter.Parameters()
    quick.lookAhead = 0.0015
    quick.release = .seconds(0.05)
    quick.ceiling = -12
    var samples = Limiter.Parameters()
    samples.detector = .samplePeak
    samples.ceiling = -6
    return [
      KernelCase("mastering", Limiter.self, Limiter.Parameters(), level: 3),
      KernelCase("quick", Limiter.self, quick),
      KernelCase("sample peaks", Limiter.self, samples, level: 1),
      KernelCase("keyed", Limiter.self, quick, hasKey: true),
    ]
  }

  private static var saturations: [KernelCase] {
    var hot = Saturation.Parameters()
    hot.drive = 24
    hot.mix = 40
    hot.output = -3
    return [
      KernelCase("plain", Saturation.self, Saturation.Parameters(), onset: .summit),
      KernelCase("hot", Saturation.self, hot, rates: [48_000], onset: .summit),
      KernelCase(
        "automated", Saturation.self, Saturation.Parameters(), rates: [48_000],
        curves: [Curves.line(0, 18), Curves.line(20, 100)], onset: .summit),
    ]
  }
}
