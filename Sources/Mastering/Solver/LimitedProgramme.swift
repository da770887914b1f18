internal import DSP
public import Engine
public import Loudness
internal import MixGraph
internal import Signal

/// A programme as a gain and a true-peak limiter would leave it, for any gain.
///
/// Heights are found on the ungained programme and scale with the gain: once, as far down as the gains
/// that are tried ask for, and once more when one asks for more. Whatever is measured is remembered
/// piece by piece, so that a change of the programme costs the pieces around it.
public final class LimitedProgramme {
  public let source: any PiecedSource
  /// Hz.
  public let rate: Int
  /// dBTP that no peak may pass; nil: any may.
  public let ceiling: Double?
  /// False: only the gain keeps the ceiling.
  public let isLimited: Bool
  /// Of the ungained programme.
  public let report: MeterReport
  private let levels: MeterTotal
  /// dB over the ceiling.
  private let headroom: Double
  /// Heights, and how far over the ceiling a gain may lift the largest for them to be all it needs.
  private var found: (reduction: Double, heights: Heights)?
  /// Linear; the largest of the ungained programme.
  public let largestHeight: Double
  private let environment: DeliveryEnvironment
  private var known: [Int: MeterReport] = [:]
  /// Candidates that had to be rendered to be measured.
  public private(set) var renderCount = 0

  public static let lookAhead = 0.005
  /// dB that a search goes up at most from its first estimate, for most programmes.
  private static let way = 4.0
  /// dB that it goes up at most from the first gain that it measures, for most programmes.
  private static let step = 1.5

  /// - Parameter headroom: dB; no gain that is tried lifts a sample further than this over the
  ///   ceiling.
  public convenience init(
    _ source: any PiecedSource, rate: Int, ceiling: Double?, isLimited: Bool = true,
    headroom: Double, environment: DeliveryEnvironment
  ) throws(RenderFailure) {
    try self.init(
      source, rate: rate, ceiling: ceiling, isLimited: isLimited, headroom: headroom,
      environment: environment,
      levels: try environment.levels(of: source, rate: rate, details: .energies))
  }

  private init(
    _ source: any PiecedSource, rate: Int, ceiling: Double?, isLimited: Bool, headroom: Double,
    environment: DeliveryEnvironment, levels: MeterTotal
  ) throws(RenderFailure) {
    self.source = source
    self.rate = rate
    self.ceiling = ceiling
    self.isLimited = isLimited && ceiling != nil
    self.environment = environment
    self.levels = levels
    report = MeterReport(levels)
    let peak = max(report.truePeak, report.samplePeak)
    largestHeight = peak.isFinite ? decibelsToGain(peak) : 0
    self.headroom = max(0, headroom)
  }

  /// Heights for gains that lift the largest `reduction` dB over the ceiling, and `spare` more: what lies
  /// lower need not be known, and costs more the lower it is.
  private func heights(_ reduction: Double, spare: Double) throws(RenderFailure) -> Heights {
    if let found, found.reduction >= reduction { return found.heights }
    let most = min(max(headroom, reduction), reduction + spare)
    let heights = try Heights(
      source, rate: rate, levels: levels,
      threshold: largestHeight * decibelsToGain(-most - 0.3), folder: environment.folder)
    found = (most, heights)
    return heights
  }

  /// The same programme, for gains of a larger `headroom`.
  func withHeadroom(_ headroom: Double) throws(RenderFailure) -> LimitedProgramme {
    try LimitedProgramme(
      source, rate: rate, ceiling: ceiling, isLimited: isLimited, headroom: headroom,
      environment: environment, levels: levels)
  }

  /// The most that the limiter takes away at `gain` dB, in dB.
  public func reduction(gain: Double, ceiling lowered: Double? = nil) -> Double {
    guard isLimited, let ceiling = lowered ?? ceiling else { return 0 }
    return Self.reduction(of: largestHeight, gain: gain, ceiling: ceiling)
  }

  /// dB that the limiter takes away of what is `height` high, linear, before `gain` dB.
  static func reduction(of height: Double, gain: Double, ceiling: Double) -> Double {
    height > 0 ? max(0, gainToDecibels(height) + gain - (ceiling - 0.01)) : 0
  }

  /// The largest gain, in dB, at which the limiter takes away `limiting` dB at most.
  public func largestGain(limiting: Double) -> Double {
    guard let ceiling, largestHeight > 0 else { return .infinity }
    return (isLimited ? ceiling - 0.01 + limiting : ceiling) - gainToDecibels(largestHeight)
  }

  /// The programme at `gain` dB, limited.
  ///
  /// - Parameter ceiling: another one than the programme's own, in dBTP.
  func pieces(
    gain: Double, ceiling lowered: Double? = nil
  ) throws(RenderFailure) -> LimitedPieces {
    let reduction = reduction(gain: gain, ceiling: lowered)
    return LimitedPieces(
      source, heights: reduction > 0 ? try heights(reduction, spare: Self.step) : nil, gain: gain,
      ceiling: lowered ?? ceiling ?? 0, rate: rate)
  }

  /// What the programme measures at `gain` dB, limited: loudness, levels and sample peaks.
  public func measure(gain: Double) throws(RenderFailure) -> MeterReport {
    try prepare(gains: [gain])
    return known[LimitedProgramme.key(gain)] ?? report
  }

  /// Nearly the energies of the programme at `gain` dB, limited, by tenths of a second.
  ///
  /// The limiter is at rest a second before each part: what is remembered of one depends on the part
  /// alone, and a change of the programme costs the parts around it.
  func energies(gain: Double) throws(RenderFailure) -> [Double] {
    let reduction = reduction(gain: gain)
    let factor = decibelsToGain(gain)
    guard let ceiling, reduction > 0 else {
      return LimitedPart.energies(levels, parts: nil, factor: factor)
    }
    let heights = try heights(reduction, spare: Self.way)
    let limiter = LimiterGain(
      ceiling: ceiling, lookAhead: Self.lookAhead, release: .automatic,
      rate: Double(rate) / Double(LimitedPart.step(rate: rate)))
    let parts = LimitedPart.ranges(of: source, rate: rate).map { range in
      LimitedPart(
        range, of: source, rate: rate, heights, limiter, name: "gain \(gain) ceiling \(ceiling)",
        gain: factor)
    }
    let store = environment.store
    try environment.run(
      Self.apart(parts, for: environment.workers).map { part in
        PieceSchedule.Row(pieceCount: 1) { _ throws(RenderFailure) in try part.find(store) }
      })
    return LimitedPart.energies(levels, parts: parts, factor: factor)
  }

  /// In an order in which those under way at the same time lie far apart: neighbours wait for each
  /// other's heights.
  private static func apart(_ parts: [LimitedPart], for workers: Int) -> [LimitedPart] {
    let stride = (parts.count + max(1, workers) - 1) / max(1, workers)
    return (0..<stride).flatMap { first in
      Swift.stride(from: first, to: parts.count, by: max(1, stride)).map { parts[$0] }
    }
  }

  /// What the programme measures at `gain` dB with other `energies`.
  func report(gain: Double, energies: [Double]) -> MeterReport {
    MeterReport(levels.scaled(by: decibelsToGain(gain)).replacing(energies: energies))
  }

  private static func key(_ gain: Double) -> Int { Int((gain * 1000).rounded()) }

  /// Measures candidates, two at once: side by side they take hardly longer than one.
  func prepare(gains: [Double]) throws(RenderFailure) {
    var limited: [Double] = []
    for gain in gains where known[LimitedProgramme.key(gain)] == nil {
      if reduction(gain: gain) == 0 {
        known[LimitedProgramme.key(gain)] = MeterReport(levels.scaled(by: decibelsToGain(gain)))
      } else {
        limited.append(gain)
      }
    }
    renderCount += limited.count
    // The higher of two gains, so that heights are found for both.
    limited.sort(by: >)
    for first in stride(from: 0, to: limited.count, by: 2) {
      try measure(limited[first], beside: limited[min(first + 1, limited.count - 1)])
    }
  }

  private func measure(_ gain: Double, beside other: Double) throws(RenderFailure) {
    let candidates = CandidatePair(
      try pieces(gain: gain), try pieces(gain: other), rate: rate, environment: environment)
    let count = source.pieces.count
    let chain = Chain(candidates, pieceCount: count + 1, store: environment.store)
    let sums = CandidatePair.Totals(rate: rate, channelCount: source.channelCount)
    try environment.run([
      PieceSchedule.Row(pieceCount: count + 1) { piece throws(RenderFailure) in
        guard sums.append(try chain.advance(piece)) else { throw .damagedState(node: "meter") }
      }
    ])
    known[LimitedProgramme.key(gain)] = MeterReport(sums.totals.0)
    known[LimitedProgramme.key(other)] = MeterReport(sums.totals.1)
  }
}
