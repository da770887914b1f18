internal import CLanes
import Signal

/// The static curve of a compressor: how many dB to take off a level.
///
/// y = x below the knee, T + (x − T)/R above it, and between them the parabola that joins both
/// in value and slope. The reduction x − y is computed without a branch as
/// (1 − 1/R) · (t²/2W + max(x − T − W/2, 0)), t = x − T + W/2 held in 0...W.
///
/// - Source: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
///   JAES 60(6), 2012, equation 4.
public struct GainComputer: Hashable, Sendable {
  /// dBFS.
  public let threshold: Double
  /// 1 − 1/R: 0 for a ratio of 1, 1 for a limiter.
  public let slope: Double
  /// dB, the whole width.
  public let knee: Double
  let halfInverseKnee: Double

  public init(threshold: Double, ratio: Double, knee: Double) {
    self.threshold = threshold
    slope = ratio > 1 ? 1 - 1 / ratio : 0
    self.knee = max(0, knee)
    halfInverseKnee = knee > 0 ? 0.5 / knee : 0
  }

  /// - Returns: dB, 0 or more.
  @inline(__always)
  public func reduction(_ level: Double) -> Double {
    let over = level - threshold + 0.5 * knee
    let positive = over > 0 ? over : 0
    let excess = over - knee > 0 ? over - knee : 0
    let bent = positive - excess
    return slope * (bent * bent * halfInverseKnee + excess)
  }

  /// The magnitude at and below which nothing is reduced, a hair on the safe side.
  var silentMagnitude: Double {
    slope == 0
      ? .infinity : decibelsToGain(threshold - 0.5 * knee) * (1 - 1e-6)
  }

  static let tableSize = 28

  /// Replaces magnitudes by reductions in dB: single precision, within 6e-6 dB of `reduction` up to
  /// 30 dB above the threshold, and within 1.1e-5 dB at any level.
  ///
  /// - Parameter power: the values are mean squares of which a sine's shall read as its peak.
  func reductions(_ values: Samples, power: Bool) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.tableSize) { curve in
      guard let address = curve.baseAddress else { return }
      curve.initialize(repeating: 0)
      let table = Samples(address, count: Self.tableSize)
      for lane in 0..<4 { writeCurve(power: power, to: table, lane: lane) }
      lanes_reductions(values.address, values.address, values.count, address)
    }
  }

  /// What the loop over four lanes wants to know: dB per octave; the knee's lower end below full
  /// scale in octaves, whole (less the bias of a Float's exponent) and the rest; floor, knee, half
  /// inverse knee and slope.
  func writeCurve(power: Bool, to table: Samples, lane: Int) {
    let scale = DecibelLoops.decibelsPerOctave * (power ? 0.5 : 1)
    let octaves = ((power ? 3.010299956639812 : 0) - threshold + 0.5 * knee) / scale
    table[lane] = scale
    table[4 + lane] = octaves.rounded(.down) - 127
    table[8 + lane] = octaves - octaves.rounded(.down)
    table[12 + lane] = power ? 1e-20 : 1e-10
    table[16 + lane] = knee
    table[20 + lane] = halfInverseKnee
    table[24 + lane] = slope
  }
}
