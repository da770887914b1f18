import DSP
public import Signal

extension KernelCase {
  /// Gain, filters, stereo.
  public static var filters: [KernelCase] { levels + staticFilters + movingFilters }

  private static var levels: [KernelCase] {
    [
      KernelCase("−6 dB", Gain.self, Gain.Parameters(gain: -6)),
      KernelCase("inverted", Gain.self, Gain.Parameters(isPolarityInverted: true)),
      KernelCase("ride", Gain.self, Gain.Parameters(), curves: [Curves.ride]),
      KernelCase("140 %", StereoWidth.self, StereoWidth.Parameters(width: 140)),
      KernelCase(
        "moving", StereoWidth.self, StereoWidth.Parameters(), curves: [Curves.line(0, 200)]),
    ]
  }

  private static func cascade(_ name: String, _ specs: [FilterSpec]) -> KernelCase {
    // Designed at one rate for all: the laws do not ask where the corner lies.
    KernelCase(
      name, BiquadCascade.self,
      BiquadCascade.Parameters(sections: specs.flatMap { $0.sections(rate: 48_000) }))
  }

  private static var staticFilters: [KernelCase] {
    [
      KernelCase("5 Hz", DCBlocker.self, DCBlocker.Parameters()),
      KernelCase("1 Hz", DCBlocker.self, DCBlocker.Parameters(frequency: 1)),
      cascade("one bell", [FilterSpec(.bell, frequency: 3_000, gain: 6, q: 1.4)]),
      cascade(
        "strip",
        [
          FilterSpec(.highPass, frequency: 80), FilterSpec(.lowShelf, frequency: 120, gain: -3),
          FilterSpec(.bell, frequency: 350, gain: -4, q: 1),
          FilterSpec(.bell, frequency: 2_500, gain: 3, q: 1.4),
          FilterSpec(.highShelf, frequency: 9_000, gain: 2),
        ]),
      cascade(
        "steep and narrow",
        [
          FilterSpec(.highPass, frequency: 30, slope: 42),
          FilterSpec(.notch, frequency: 50, q: 30),
        ]),
      KernelCase("150 Hz", MonoBelow.self, MonoBelow.Parameters()),
    ]
  }

  private static var movingFilters: [KernelCase] {
    func moving(
      _ name: String, _ spec: FilterSpec, frequency: AutomationCurve? = nil,
      gain: AutomationCurve? = nil, q: AutomationCurve? = nil
    ) -> KernelCase {
      KernelCase(
        name, AutomatedFilter.self,
        AutomatedFilter.Parameters(spec, frequency: frequency, gain: gain, q: q),
        curves: [frequency, gain, q])
    }
    return [
      moving(
        "bell", FilterSpec(.bell, frequency: 1_000, gain: 6, q: 2),
        frequency: Curves.sweep(100, 10_000), gain: Curves.line(-12, 12),
        q: Curves.line(0.5, 4, domain: .logarithmic)),
      moving(
        "low-pass", FilterSpec(.lowPass, frequency: 1_000, slope: 30),
        frequency: Curves.sweep(15_000, 200)),
      moving(
        "high-pass", FilterSpec(.highPass, frequency: 60, slope: 24, design: .cookbook),
        frequency: Curves.sweep(40, 400)),
      moving(
        "shelf", FilterSpec(.highShelf, frequency: 6_000), gain: Curves.line(-6, 6)),
      moving("tilt", FilterSpec(.tilt, frequency: 900), gain: Curves.line(0, 4)),
      moving("at rest", FilterSpec(.lowShelf, frequency: 200, gain: 3)),
    ]
  }

  /// Curves for automated parameters.
  public enum Curves {
    /// Levels in dB that step, move and fall silent.
    public static var ride: AutomationCurve {
      AutomationCurve(
        points: [
          CurvePoint(frame: 700, value: -12, arrival: .step),
          CurvePoint(frame: 5_000, value: 3, arrival: .line),
          CurvePoint(frame: 9_000, value: -.infinity, arrival: .over(frames: 800)),
          CurvePoint(frame: 12_000, value: 0, arrival: .smooth),
        ], before: 0, domain: .decibels)
    }

    /// Frequencies in Hz that sweep and jump between two ends.
    public static func sweep(_ from: Double, _ to: Double) -> AutomationCurve {
      AutomationCurve(
        points: [
          CurvePoint(frame: 300, value: from, arrival: .step),
          CurvePoint(frame: 6_000, value: to, arrival: .line),
          CurvePoint(frame: 10_000, value: from, arrival: .step),
        ], before: from, domain: .logarithmic)
    }

    /// A straight way from one value to another.
    public static func line(
      _ from: Double, _ to: Double, frames: Int64 = 8_000, domain: CurveDomain = .linear
    ) -> AutomationCurve {
      AutomationCurve(
        points: [
          CurvePoint(frame: 100, value: from, arrival: .step),
          CurvePoint(frame: 100 + frames, value: to, arrival: .line),
        ], before: from, domain: domain)
    }
  }
}
