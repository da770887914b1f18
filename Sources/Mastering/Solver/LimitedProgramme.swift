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
  private let partial: MeterPartial
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

  /// - Parameter headroom: dB; no gain that is tried lifts a sample further than this over the
  ///   ceiling.
  public convenience init(
    _ source: any PiecedSource, rate: Int, ceiling: Double?, isLimited: Bool = true,
    headroom: Double, environment: DeliveryEnvironment
  ) throws(RenderFailure) {
    try self.init(
      source, rate: rate, ceiling: ceiling, isLimited: isLimited, headroom: headroom,
      environment: environment, partial: try environment.levels(of: source, rate: rate))
  }

  private init(
    _ source: any PiecedSource, rate: Int, ceiling: Double?, isLimited: Bool, headroom: Double,
    environment: DeliveryEnvironment, partial: MeterPartial
  ) throws(RenderFailure) {
    self.source = source
    self.rate = rate
    self.ceiling = ceiling
    self.isLimited = isLimited && ceiling != nil
    self.environment = environment
    self.partial = partial
    report = MeterReport(partial, rate: rate, channelCount: source.channelCount)
    let peak = max(report.truePeak, report.samplePeak)
    largestHeight = peak.isFinite ? decibelsToGain(peak) : 0
    self.headroom = max(0, headroom)
  }

  /// Heights for gains that lift the largest `reduction` dB over the ceiling, and some more: what lies
  /// lower need not be known. The search goes by 3 dB at most.
  private func heights(_ reduction: Double) throws(RenderFailure) -> Heights {
    if let found, found.reduction >= reduction { return found.heights }
    let most = min(max(headroom, reduction), reduction + 4)
    let heights = try Heights(
      source, rate: rate, partial: partial,
      threshold: largestHeight * decibelsToGain(-most - 0.3), folder: environment.folder)
    found = (most, heights)
    return heights
  }

  /// The same programme, for gains of a larger `headroom`.
  func withHeadroom(_ headroom: Double) throws(RenderFailure) -> LimitedProgramme {
    try LimitedProgramme(
      source, rate: rate, ceiling: ceiling, isLimited: isLimited, headroom: headroom,
      environment: environment, partial: partial)
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
      source, heights: reduction > 0 ? try heights(reduction) : nil, gain: gain,
      ceiling: lowered ?? ceiling ?? 0, rate: rate)
  }

  /// Everything but true peaks that the programme measures at `gain` dB, limited.
  public func measure(gain: Double) throws(RenderFailure) -> MeterReport {
    try prepare(gains: [gain])
    return known[LimitedProgramme.key(gain)] ?? report
  }

  /// What the programme will measure at `gain` dB, near enough to begin a search with: energies of
  /// hops times the mean square of the limiter's gains in them.
  ///
  /// - Returns: nil when the limiter has nothing to do.
  func estimate(gain: Double) throws(RenderFailure) -> MeterReport? {
    let reduction = reduction(gain: gain)
    guard let ceiling, reduction > 0 else { return nil }
    let heights = try heights(reduction)
    let length = max(Int64(Self.leastPart * Double(rate)), (source.frames + 15) / 16)
    let parts = stride(from: 0, to: source.frames, by: Int64.Stride(length)).map { start in
      GainsByHop(FrameRange(start, min(start + length, source.frames)), rate: rate)
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
    var scaled = partial.scaled(by: factor)
    for hop in scaled.hops.indices {
      // A hop that lies in two parts has something of each.
      var (sum, count) = (0.0, 0)
      for part in parts { part.add(hop, to: &sum, &count) }
      if count > 0 { scaled.hops[hop] *= sum / Double(count) }
    }
    return MeterReport(scaled, rate: rate, channelCount: source.channelCount)
  }

  /// Seconds; estimates are made in parts side by side, each after this much of what is before it.
  private static let warmUp = 1.0
  private static let leastPart = 10.0

  private static func key(_ gain: Double) -> Int { Int((gain * 1000).rounded()) }

  /// Measures several candidates side by side.
  func prepare(gains: [Double]) throws(RenderFailure) {
    var candidates: [(gain: Double, chain: Chain)] = []
    let count = source.pieces.count
    for gain in gains where known[LimitedProgramme.key(gain)] == nil {
      if reduction(gain: gain) == 0 {
        known[LimitedProgramme.key(gain)] = MeterReport(
          partial.scaled(by: decibelsToGain(gain)), rate: rate, channelCount: source.channelCount)
        continue
      }
      let work = CandidateWork(try pieces(gain: gain), rate: rate)
      candidates.append((gain, Chain(work, pieceCount: count + 1, store: environment.store)))
    }
    if candidates.isEmpty { return }
    renderCount += candidates.count
    let results = candidates.map { _ in Collected() }
    try environment.run(
      candidates.indices.map { index in
        let chain = candidates[index].chain
        let result = results[index]
        return PieceSchedule.Row(pieceCount: count + 1) { piece throws(RenderFailure) in
          let bytes = try chain.advance(piece)
          guard let partial = try? MeterPartial(encoded: bytes) else {
            throw .damagedState(node: "meter")
          }
          result.partial.append(partial)
        }
      })
    for (index, candidate) in candidates.enumerated() {
      known[LimitedProgramme.key(candidate.gain)] = MeterReport(
        results[index].partial, rate: rate, channelCount: source.channelCount)
    }
  }

  private final class Collected { var partial = MeterPartial() }
}

/// Mean squares of a limiter's gains by hops of 10 ms, over a part of a programme.
private final class GainsByHop: @unchecked Sendable {
  // Proof for @unchecked Sendable: one action fills it, and it is read when all are done.
  private let range: FrameRange
  private let rate: Int
  private let first: Int
  private var sums: [Double] = []
  private var counts: [Int] = []

  init(_ range: FrameRange, rate: Int) {
    self.range = range
    self.rate = rate
    first = Int(range.start / Int64(rate)) * 100
  }

  func add(_ hop: Int, to sum: inout Double, _ count: inout Int) {
    guard hop >= first, hop - first < sums.count else { return }
    sum += sums[hop - first]
    count += counts[hop - first]
  }

  /// - Parameters:
  ///   - limiter: at rest.
  ///   - gain: linear.
  ///   - warmUp: frames before the part that the limiter hears first.
  func fill(
    _ heights: Heights, _ limiter: LimiterGain, gain: Double, warmUp: Int64
  ) throws(RenderFailure) {
    var limiter = limiter
    let ahead = Int64(limiter.lookAhead)
    let row = AudioBuffer(channelCount: 1, frameCapacity: 4096)
    var hop = first
    var end = MeterGrid.hop(hop, rate: rate).end
    sums = [0]
    counts = [0]
    var at = max(0, range.start - warmUp)
    while at < range.end + ahead {
      let to = min(range.end + ahead, at + 4096)
      let gains = row.block(Int(to - at))[0]
      try heights.read(FrameRange(at, to), into: row.block(Int(to - at)))
      limiter.process(gains, gain: gain, into: gains)
      var i = Int(min(Int64(gains.count), max(0, range.start - (at - ahead))))
      while i < gains.count {
        let frame = at - ahead + Int64(i)
        while frame >= end {
          hop += 1
          end = MeterGrid.hop(hop, rate: rate).end
          sums.append(0)
          counts.append(0)
        }
        let stop = Int(min(Int64(gains.count), end - (at - ahead)))
        var sum = 0.0
        for j in i..<stop { sum += gains[j] * gains[j] }
        sums[hop - first] += sum
        counts[hop - first] += stop - i
        i = stop
      }
      at = to
    }
  }
}

/// Measures a candidate: everything but true peaks, which the limiter looks after.
private final class CandidateWork: ChainedWork {
  private let pieces: LimitedPieces
  private let rate: Int
  private var meter: LoudnessMeter

  private static let options: LoudnessMeter.Options = {
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    options.measuresTruePeak = false
    options.measuresFold = false
    return options
  }()

  init(_ pieces: LimitedPieces, rate: Int) {
    self.pieces = pieces
    self.rate = rate
    meter = LoudnessMeter(rate: rate, channelCount: pieces.channelCount, options: Self.options)
  }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    writer.field("candidate-2", LoudnessMeter.revision)
    guard piece < pieces.pieceCount else {
      writer.field("end", 1)
      return true
    }
    writer.field("from", pieces.range(piece).start)
    return pieces.writeKey(piece, to: &writer)
  }

  func encodedState() -> [UInt8] {
    var writer = StateWriter()
    pieces.encode(into: &writer)
    meter.encodeState(into: &writer)
    return writer.bytes
  }

  func restore(_ bytes: [UInt8]?, before piece: Int) throws(StateError) {
    meter = LoudnessMeter(rate: rate, channelCount: pieces.channelCount, options: Self.options)
    guard let bytes else {
      pieces.reset()
      return
    }
    var reader = StateReader(bytes)
    try pieces.restore(from: &reader)
    try meter.restoreState(
      from: &reader,
      at: piece < pieces.pieceCount
        ? pieces.range(piece).start : pieces.range(pieces.pieceCount - 1).end)
  }

  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    guard piece < pieces.pieceCount else { return meter.finish().encoded }
    try pieces.perform(piece) { block, _ throws(RenderFailure) in meter.process(block) }
    return meter.takePartial().encoded
  }
}

extension MeterPartial {
  /// What a programme of `gain` times the amplitude would have left, but for the places of its
  /// sounds and overs.
  func scaled(by gain: Double) -> MeterPartial {
    var result = self
    let power = gain * gain
    for i in result.hops.indices { result.hops[i] *= power }
    for i in result.tenths.indices { result.tenths[i].scale(by: gain) }
    return result
  }
}
