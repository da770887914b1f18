internal import DSP
public import Loudness
internal import MixGraph
public import Signal

/// Measures a stream piece after piece; the last piece of the chain ends the programme.
final class MeterWork: ChainedWork {
  private let rate: Int
  private let channelCount: Int
  private let options: LoudnessMeter.Options
  private let name: String
  private let buffer: AudioBuffer
  private let range: (Int) -> FrameRange?
  private let shift: (Int) -> Int64
  private let identity: (Int) -> ContentHash?
  private let read: (FrameRange, Block) throws(RenderFailure) -> Void
  private var meter: LoudnessMeter

  private static let blockFrames = 4096

  /// - Parameters:
  ///   - range: frames of the programme that a piece covers; nil: behind the last one.
  ///   - shift: what a piece's frames are apart from their places on the session's axis.
  ///   - identity: of a piece's samples.
  init(
    rate: Int, channelCount: Int, options: LoudnessMeter.Options,
    range: @escaping (Int) -> FrameRange?, shift: @escaping (Int) -> Int64,
    identity: @escaping (Int) -> ContentHash?,
    read: @escaping (FrameRange, Block) throws(RenderFailure) -> Void
  ) {
    self.rate = rate
    self.channelCount = channelCount
    self.options = options
    self.range = range
    self.shift = shift
    self.identity = identity
    self.read = read
    name =
      "\(options.measuresLevels) \(options.measuresFold) \(options.measuresTruePeak)"
      + " \(options.measuresTableTruePeak)"
      + " \(options.measuresSpectrum) \(options.clipLevel)"
    buffer = AudioBuffer(channelCount: channelCount, frameCapacity: Self.blockFrames)
    meter = LoudnessMeter(rate: rate, channelCount: channelCount, options: options)
  }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    writer.field("meter", LoudnessMeter.revision)
    writer.field("options", name)
    writer.field("rate", rate)
    writer.field("channels", channelCount)
    // Where the piece lies does not matter, only how the grids lie in it.
    let from = Self.start(of: piece, range)
    writer.field("grid", MeterGrid.phase(of: from, rate: rate))
    writer.field("axis", Housekeeping.phase(of: from + axisShift(piece)))
    guard let range = range(piece) else {
      writer.field("end", 2)
      return true
    }
    guard let content = identity(piece) else { return false }
    writer.field("frames", range.length)
    writer.field("content", content)
    return true
  }

  func encodedState() -> [UInt8] {
    var writer = StateWriter()
    meter.encodeState(into: &writer)
    return writer.bytes
  }

  func restore(_ bytes: [UInt8]?, before piece: Int) throws(StateError) {
    meter = LoudnessMeter(rate: rate, channelCount: channelCount, options: options)
    guard let bytes else { return }
    var reader = StateReader(bytes)
    try meter.restoreState(from: &reader, at: Self.start(of: piece, range))
  }

  /// First frame of a piece; of one behind the last, the end.
  private static func start(of piece: Int, _ range: (Int) -> FrameRange?) -> Int64 {
    range(piece)?.start ?? (piece > 0 ? range(piece - 1)?.end : nil) ?? 0
  }

  private func axisShift(_ piece: Int) -> Int64 {
    range(piece) == nil ? (piece > 0 ? shift(piece - 1) : 0) : shift(piece)
  }

  /// The frame that the places of sounds count from in what is remembered of a piece: none of its
  /// sounds lies before it.
  static func origin(of piece: Int, _ range: (Int) -> FrameRange?) -> Int64 {
    start(of: piece, range) - Int64(TruePeakFilter.reach)
  }

  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    meter.shift = axisShift(piece)
    var partial = try measured(piece)
    partial.move(by: -Self.origin(of: piece, range))
    return partial.encoded
  }

  private func measured(_ piece: Int) throws(RenderFailure) -> MeterPartial {
    guard let range = range(piece) else { return meter.finish() }
    var at = range.start
    while at < range.end {
      let end = min(range.end, at + Int64(Self.blockFrames))
      let block = buffer.block(Int(end - at))
      try read(FrameRange(at, end), block)
      meter.process(block)
      at = end
    }
    return meter.takePartial()
  }
}

/// Everything that is measured of a stream, piece by piece: levels and true peaks each by a chain
/// of their own, so that two workers can share the work.
public final class LevelMeasurement {
  public enum Part: CaseIterable, Sendable { case levels, truePeaks }

  private let chains: [Part: Chain]
  private let totals: [Part: Total]
  private let empty: MeterTotal
  private let pieceCount: Int
  private let range: (Int) -> FrameRange?

  /// What one part has come to: parts are measured side by side.
  private final class Total {
    var value: MeterTotal
    init(_ value: MeterTotal) { self.value = value }
  }

  /// - Parameters:
  ///   - pieceCount: pieces of the stream; `finish` measures what follows them.
  ///   - range, shift, identity, read: as the stream has them; `range` is nil behind its end.
  ///   - parts: what is measured.
  ///   - details: what is kept of the levels besides what their report needs.
  public init(
    rate: Int, channelCount: Int, options: LoudnessMeter.Options, pieceCount: Int,
    store: (any PieceMemory)?,
    parts: [Part] = Part.allCases, details: MeterTotal.Details = [],
    range: @escaping (Int) -> FrameRange?, shift: @escaping (Int) -> Int64,
    identity: @escaping (Int) -> ContentHash?,
    read: @escaping (FrameRange, Block) throws(RenderFailure) -> Void
  ) {
    self.range = range
    var chains: [Part: Chain] = [:]
    var totals: [Part: Total] = [:]
    for part in parts {
      var own = options
      own.measuresLevels = part == .levels && options.measuresLevels
      own.measuresFold = part == .levels && options.measuresFold
      own.measuresSpectrum = part == .levels && options.measuresSpectrum
      own.measuresTruePeak = part == .truePeaks && options.measuresTruePeak
      own.measuresTableTruePeak = part == .truePeaks && options.measuresTableTruePeak
      let work = MeterWork(
        rate: rate, channelCount: channelCount, options: own, range: range, shift: shift,
        identity: identity, read: read)
      chains[part] = Chain(work, pieceCount: pieceCount + 2, store: store)
      totals[part] = Total(
        MeterTotal(
          rate: rate, channelCount: channelCount, measuresTruePeak: own.measuresTruePeak,
          details: part == .levels ? details : []))
    }
    self.chains = chains
    self.totals = totals
    empty = MeterTotal(rate: rate, channelCount: channelCount)
    self.pieceCount = pieceCount
  }

  public convenience init(
    _ source: any PiecedSource, rate: Int, options: LoudnessMeter.Options,
    store: (any PieceMemory)?,
    parts: [Part] = Part.allCases, details: MeterTotal.Details = []
  ) {
    let pieces = source.pieces
    self.init(
      rate: rate, channelCount: source.channelCount, options: options, pieceCount: pieces.count,
      store: store, parts: parts, details: details,
      range: { $0 < pieces.count ? pieces[$0].range : nil },
      shift: { pieces[$0].shift },
      identity: { source.identity(of: pieces[$0].range) },
      read: { range, block throws(RenderFailure) in try source.read(range, into: block) })
  }

  /// Measures a piece; pieces of one part come in order, parts are independent.
  public func advance(_ piece: Int, _ part: Part) throws(RenderFailure) {
    guard let chain = chains[part] else { return }
    let bytes = try chain.advance(piece)
    guard var partial = try? MeterPartial(encoded: bytes) else {
      throw .damagedState(node: "meter")
    }
    partial.move(by: MeterWork.origin(of: piece, range))
    totals[part]?.value.append(partial)
  }

  /// What the whole stream measures.
  ///
  /// - Parameter count: pieces that were measured, if others than at the beginning.
  public func finish(pieceCount count: Int? = nil) throws(RenderFailure) -> MeterTotal {
    for part in Part.allCases { try advance(count ?? pieceCount, part) }
    guard let levels = totals[.levels]?.value else { return totals[.truePeaks]?.value ?? empty }
    guard let peaks = totals[.truePeaks]?.value else { return levels }
    return levels.taking(truePeaksOf: peaks)
  }
}
