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
    guard isLimited, let ceiling = lowered ?? ceiling, largestHeight > 0 else { return 0 }
    return max(0, gainToDecibels(largestHeight) + gain - (ceiling - 0.01))
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

  /// What the programme will measure at `gain` dB, near enough to begin a search with.
  ///
  /// - Returns: nil when the limiter has nothing to do.
  func estimate(gain: Double) throws(RenderFailure) -> MeterReport? {
    let reduction = reduction(gain: gain)
    guard let ceiling, reduction > 0 else { return nil }
    let heights = try heights(reduction, spare: Self.way)
    // Parts begin with a second, and so with a hop.
    let seconds = max(Self.leastPart, source.frames / Int64(16 * rate) + 1)
    let length = seconds * Int64(rate)
    let parts = stride(from: 0, to: source.frames, by: Int64.Stride(length)).map { start in
      LimitedEnergies(FrameRange(start, min(start + length, source.frames)), levels)
    }
    let limiter = LimiterGain(
      ceiling: ceiling, lookAhead: Self.lookAhead, release: .automatic, rate: Double(rate))
    let factor = decibelsToGain(gain)
    try environment.run(
      parts.map { part in
        PieceSchedule.Row(pieceCount: 1) { [rate] _ throws(RenderFailure) in
          try part.fill(
            heights, limiter, gain: factor, warmUp: Int64(Self.warmUp * Double(rate)))
        }
      })
    return MeterReport(
      levels.scaled(by: factor).replacing(energies: parts.flatMap(\.tenths)))
  }

  /// Seconds; estimates are made in parts side by side, each after this much of what is before it.
  private static let warmUp = 1.0
  private static let leastPart: Int64 = 10

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

/// Energies of a part of a programme by tenths of a second, behind a limiter: those of its hops times the
/// mean square of the limiter's gains in them.
private final class LimitedEnergies: @unchecked Sendable {
  // Proof for @unchecked Sendable: one action fills it, and it is read when all are done.
  private let range: FrameRange
  private let levels: MeterTotal
  private(set) var tenths: [Double] = []
  /// Of the tenth under way.
  private var open = 0.0

  /// - Parameters:
  ///   - range: begins with a second; ends with one, or with the programme.
  ///   - levels: of the programme without a gain, with the energies of its hops.
  init(_ range: FrameRange, _ levels: MeterTotal) {
    self.range = range
    self.levels = levels
  }

  /// - Parameters:
  ///   - limiter: at rest.
  ///   - gain: linear.
  ///   - warmUp: frames before the part that the limiter hears first.
  func fill(
    _ heights: Heights, _ limiter: LimiterGain, gain: Double, warmUp: Int64
  ) throws(RenderFailure) {
    var limiter = limiter
    let rate = levels.rate
    let ahead = Int64(limiter.lookAhead)
    let row = AudioBuffer(channelCount: 1, frameCapacity: 4096)
    var hop = Int(range.start / Int64(rate)) * 100
    var end = MeterGrid.hop(hop, rate: rate).end
    var (sum, count) = (0.0, 0)
    var at = max(0, range.start - warmUp)
    while at < range.end + ahead {
      let to = min(range.end + ahead, at + 4096)
      let gains = row.block(Int(to - at))[0]
      try heights.read(FrameRange(at, to), into: row.block(Int(to - at)))
      limiter.process(gains, gain: gain, into: gains)
      let origin = at - ahead
      var i = Int(min(Int64(gains.count), max(0, range.start - origin)))
      while i < gains.count {
        let stop = Int(min(Int64(gains.count), end - origin))
        for j in i..<stop { sum += gains[j] * gains[j] }
        count += stop - i
        i = stop
        guard origin + Int64(stop) == end else { continue }
        close(hop, gain * gain * sum / Double(max(1, count)))
        (sum, count) = (0, 0)
        hop += 1
        end = MeterGrid.hop(hop, rate: rate).end
      }
      at = to
    }
  }

  private func close(_ hop: Int, _ power: Double) {
    guard hop < levels.hopCount else { return }
    open += power * levels.energy(ofHop: hop)
    guard hop % 10 == 9 else { return }
    tenths.append(open)
    open = 0
  }
}
