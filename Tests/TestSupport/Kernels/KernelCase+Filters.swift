import DSP
public import Signal

extension KernelCase {
  /// Gain, filters, stereo.
  public static var filters: [KernelCase] {
    let bell = BiquadCoefficients(
      b0: 1.0439, b1: -1.8954, b2: 0.8686, a1: -1.8954, a2: 0.9125)
    return [
      KernelCase("−6 dB", Gain.self, Gain.Parameters(gain: -6)),
      KernelCase("inverted", Gain.self, Gain.Parameters(isPolarityInverted: true)),
      KernelCase("ride", Gain.self, Gain.Parameters(), curves: [Curves.ride]),
      KernelCase("5 Hz", DCBlocker.self, DCBlocker.Parameters()),
      KernelCase("1 Hz", DCBlocker.self, DCBlocker.Parameters(frequency: 1)),
      KernelCase("one bell", BiquadCascade.self, BiquadCascade.Parameters(sections: [bell])),
      KernelCase(
        "five sections", BiquadCascade.self,
        BiquadCascade.Parameters(sections: Array(repeating: bell, count: 5))),
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
