import Signal

/// What a filter is meant to do, in audio terms; turns into sections at a rate.
public struct FilterSpec: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case bell
    case lowShelf = "low-shelf"
    case highShelf = "high-shelf"
    case notch
    case bandPass = "band-pass"
    case tilt
    case highPass = "high-pass"
    case lowPass = "low-pass"
    /// Turns the phase only; 180° at its frequency.
    case allPass = "all-pass"
  }

  /// How the digital filter follows the analogue one.
  public enum Design: String, Hashable, Sendable, CaseIterable {
    /// Its magnitude, up to half the rate.
    case matched
    /// The bilinear transform, as in the RBJ cookbook.
    case cookbook
  }

  public var kind: Kind
  /// Hz. Above 0.49 of the rate it counts as that.
  public var frequency: Double
  /// dB; bells, shelves and tilts. A tilt's gain is that of its upper end; its lower end has the
  /// opposite.
  public var gain: Double
  /// 0.1...30; of bells, shelves, notches, band-passes and all-passes. A shelf of 1/√2 has the
  /// steepest slope without a bump; shelves of another take the cookbook's form always.
  public var q: Double
  /// dB per octave, 6, 12 … 48; high- and low-passes (Butterworth).
  public var slope: Int
  public var design: Design

  public init(
    _ kind: Kind, frequency: Double, gain: Double = 0, q: Double = 0.7071, slope: Int = 12,
    design: Design = .matched
  ) {
    self.kind = kind
    self.frequency = frequency
    self.gain = gain
    self.q = q
    self.slope = slope
    self.design = design
  }

  /// The sections for a rate in Hz; none where the filter does nothing (a gain of 0 dB).
  public func sections(rate: Double) -> [BiquadCoefficients] {
    if hasGain && gain.magnitude < 1e-9 { return [] }
    return designedSections(rate: rate)
  }

  /// The magnitude at `hertz` of the filter as it runs at `rate`, in dB.
  public func decibels(at hertz: Double, rate: Double) -> Double {
    gainToDecibels(sections(rate: rate).magnitude(at: hertz, rate: rate))
  }

  /// How many sections there are, whatever the frequency and gain.
  public var sectionCount: Int {
    switch kind {
    case .highPass, .lowPass: (order + 1) / 2
    default: 1
    }
  }

  /// Poles of a high- or low-pass, 1...8.
  var order: Int { min(8, max(1, slope / 6)) }

  var hasGain: Bool {
    switch kind {
    case .bell, .lowShelf, .highShelf, .tilt: true
    case .notch, .bandPass, .highPass, .lowPass, .allPass: false
    }
  }

  /// Whether a shelf's q is that of the Butterworth slope, 1/√2.
  private var hasButterworthShelf: Bool { (q - 0.5.squareRoot()).magnitude < 1e-3 }

  /// As `sections`, but with all sections also where they do nothing.
  func designedSections(rate: Double) -> [BiquadCoefficients] {
    var sections: [BiquadCoefficients] = []
    forEachSection(rate: rate) { _, section in sections.append(section) }
    return sections
  }

  /// Designs the sections one by one, without allocating.
  func forEachSection(rate: Double, _ body: (Int, BiquadCoefficients) -> Void) {
    let turns = min(max(frequency, 1e-3), 0.49 * rate) / rate
    switch kind {
    case .highPass, .lowPass:
      let hasOnePole = order % 2 == 1
      if hasOnePole { body(0, onePole(turns)) }
      for pair in 0..<(order / 2) {
        let q = Butterworth.quality(order: order, pair: pair)
        body(pair + (hasOnePole ? 1 : 0), pass(turns, q: q))
      }
    default: body(0, band(turns))
    }
  }

  private func band(_ turns: Double) -> BiquadCoefficients {
    let quality = min(max(q, 0.1), 30)
    let level = min(max(gain, -120), 120)
    let isMatched = design == .matched
    switch kind {
    case .bell:
      return isMatched
        ? MatchedDesign.bell(turns, gain: level, q: quality)
        : CookbookDesign.bell(turns, gain: level, q: quality)
    case .lowShelf:
      return isMatched && hasButterworthShelf
        ? MatchedDesign.lowShelf(turns, gain: level)
        : CookbookDesign.lowShelf(turns, gain: level, q: shelfQuality)
    case .highShelf:
      return isMatched && hasButterworthShelf
        ? MatchedDesign.highShelf(turns, gain: level)
        : CookbookDesign.highShelf(turns, gain: level, q: shelfQuality)
    case .bandPass:
      return isMatched
        ? MatchedDesign.bandPass(turns, q: quality) : CookbookDesign.bandPass(turns, q: quality)
    case .tilt:
      return isMatched
        ? MatchedDesign.tilt(turns, gain: level) : CookbookDesign.tilt(turns, gain: level)
    case .notch: return CookbookDesign.notch(turns, q: quality)
    case .allPass: return CookbookDesign.allPass(turns, q: quality)
    case .highPass, .lowPass: return .identity
    }
  }

  private func onePole(_ turns: Double) -> BiquadCoefficients {
    switch (kind, design) {
    case (.highPass, .matched): MatchedDesign.onePoleHighPass(turns)
    case (.highPass, .cookbook): CookbookDesign.onePoleHighPass(turns)
    case (_, .matched): MatchedDesign.onePoleLowPass(turns)
    case (_, .cookbook): CookbookDesign.onePoleLowPass(turns)
    }
  }

  private func pass(_ turns: Double, q: Double) -> BiquadCoefficients {
    switch (kind, design) {
    case (.highPass, .matched): MatchedDesign.highPass(turns, q: q)
    case (.highPass, .cookbook): CookbookDesign.highPass(turns, q: q)
    case (_, .matched): MatchedDesign.lowPass(turns, q: q)
    case (_, .cookbook): CookbookDesign.lowPass(turns, q: q)
    }
  }

  private var shelfQuality: Double {
    hasButterworthShelf ? 0.5.squareRoot() : min(max(q, 0.1), 30)
  }
}

/// The Butterworth polynomials as second-order sections.
enum Butterworth {
  /// The Q of section `pair` (0 is the lowest) of `order` poles; an odd order has a one-pole
  /// besides.
  ///
  /// Q = 1/(2·cos θ), θ the pole pair's angle from the negative real axis.
  static func quality(order: Int, pair: Int) -> Double {
    // Half a turn is shared by 2·order steps; even orders start half a step off the axis.
    let steps = order % 2 == 0 ? 2 * pair + 1 : 2 * pair + 2
    return 0.5 / Maths.cos(turns: Double(steps) / Double(4 * order))
  }
}
