import Signal

/// What the partials of a programme come to, as far as its report asks for it.
///
/// - Memory: 24 bytes every 100 ms, and what `details` adds; the rest of a partial is folded into
///   sums and maxima as it comes.
public struct MeterTotal: Sendable {
  /// What can be kept besides.
  public struct Details: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Sample peaks of tenths of a second; 8 bytes each.
    public static let samplePeaks = Details(rawValue: 1)
    /// Energies of hops, rounded; 2 bytes each.
    public static let energies = Details(rawValue: 2)
  }

  public let rate: Int
  public let channelCount: Int
  private let details: Details
  private(set) var loudness: LoudnessStatistics
  private(set) var levels: LevelStatistics
  /// Everything that does not grow: without hops and tenths.
  private(set) var rest = MeterPartial()
  private var energies: [RoundedEnergy] = []

  /// - Parameter measuresTruePeak: false where partials hold none.
  public init(
    rate: Int, channelCount: Int, measuresTruePeak: Bool = true, details: Details = []
  ) {
    self.rate = rate
    self.channelCount = channelCount
    self.details = details
    loudness = LoudnessStatistics(rate: rate)
    levels = LevelStatistics(
      channelCount: channelCount, keepsSamplePeaks: details.contains(.samplePeaks),
      keepsTruePeaks: measuresTruePeak)
  }

  /// Adds the stretch that follows.
  public mutating func append(_ next: MeterPartial) {
    loudness.append(next.hops)
    if details.contains(.energies) { energies += next.hops.map { RoundedEnergy($0) } }
    for tenth in next.tenths { levels.append(tenth) }
    rest.appendRest(of: next)
  }

  /// The levels of this with the true peaks of what was measured over the same frames: together
  /// what a meter of both would have found.
  public func taking(truePeaksOf other: MeterTotal) -> MeterTotal {
    var result = self
    result.levels.take(truePeaksOf: other.levels)
    return result
  }

  /// What a programme of `gain` times the amplitude would have come to, but for the places of its
  /// sounds, its overs and its lowest correlation.
  public func scaled(by gain: Double) -> MeterTotal {
    var result = self
    result.loudness = loudness.scaled(by: gain)
    result.levels = levels.scaled(by: gain)
    return result
  }

  /// The same with the loudness of another programme.
  ///
  /// - Parameter energies: Σ G·z² of each tenth of a second.
  public func replacing(energies: [Double]) -> MeterTotal {
    var result = self
    result.loudness = LoudnessStatistics(rate: rate, span: .tenth)
    result.loudness.append(energies)
    return result
  }

  // MARK: Details

  /// Tenths of a second measured, the last of which may be shorter.
  public var tenthCount: Int { levels.count }

  /// The highest true peak of any channel in a tenth of a second; linear.
  public func truePeak(ofTenth index: Int) -> Double { levels.truePeak(from: index) }

  /// Sample peaks of tenths of a second, the highest channel's; linear.
  public var samplePeaks: [Double] { levels.samplePeaks }

  /// Complete hops of 10 ms whose energies are kept.
  public var hopCount: Int { energies.count }

  /// Σ G·z² of a hop, within 0.2 %.
  public func energy(ofHop index: Int) -> Double { energies[index].value }
}

/// A number of 0 and more with eight significant bits.
private struct RoundedEnergy {
  private let bits: UInt16

  init(_ value: Double) {
    let exact = Float(value).bitPattern
    // Infinity stays what it is.
    bits = UInt16(truncatingIfNeeded: (exact &+ (exact < 0x7F80_0000 ? 0x8000 : 0)) >> 16)
  }

  var value: Double { Double(Float(bitPattern: UInt32(bits) << 16)) }
}
