internal import DSP
internal import Engine
internal import Loudness
internal import MixGraph
internal import Signal

/// Measures two candidates of a search at once: everything that a target can ask for.
final class CandidatePair: ChainedWork {
  private let pieces: LimitedPieces
  private let others: LimitedPieces
  private let rate: Int
  private var meter: PairedLevels
  /// The gains of both for one piece.
  private let gains: AudioBuffer
  private let environment: DeliveryEnvironment

  /// - Parameters: of one programme, both limited, with another gain.
  init(
    _ pieces: LimitedPieces, _ others: LimitedPieces, rate: Int, environment: DeliveryEnvironment
  ) {
    self.environment = environment
    gains = AudioBuffer(channelCount: 2, frameCapacity: pieces.longestPiece)
    self.pieces = pieces
    self.others = others
    self.rate = rate
    meter = PairedLevels(
      rate: rate, channelCount: pieces.channelCount, factors: (pieces.gain, others.gain))
  }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    writer.field("candidates", LoudnessMeter.revision)
    writer.field("rate", rate)
    writer.field("channels", pieces.channelCount)
    guard piece < pieces.pieceCount else {
      writer.field("end", 1)
      return true
    }
    let from = pieces.range(piece).start
    writer.field("grid", MeterGrid.phase(of: from, rate: rate))
    writer.field("axis", Housekeeping.phase(of: from + pieces.shift(piece)))
    writer.field("beside", others.name)
    return pieces.writeKey(piece, to: &writer)
  }

  func encodedState() -> [UInt8] {
    var writer = StateWriter()
    pieces.encode(into: &writer)
    others.encode(into: &writer)
    meter.encodeState(into: &writer)
    return writer.bytes
  }

  func restore(_ bytes: [UInt8]?, before piece: Int) throws(StateError) {
    meter = PairedLevels(
      rate: rate, channelCount: pieces.channelCount, factors: (pieces.gain, others.gain))
    guard let bytes else {
      pieces.reset()
      others.reset()
      return
    }
    var reader = StateReader(bytes)
    try pieces.restore(from: &reader)
    try others.restore(from: &reader)
    try meter.restoreState(
      from: &reader,
      at: piece < pieces.pieceCount
        ? pieces.range(piece).start : pieces.range(pieces.pieceCount - 1).end)
  }

  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    guard piece < pieces.pieceCount else { return Self.encoded(meter.finish()) }
    let environment = environment
    let meter = meter
    meter.shift = pieces.shift(piece)
    try pieces.performGains(
      piece, beside: others, in: gains, workers: environment.workers,
      { rows throws(RenderFailure) in try environment.run(rows) }
    ) { block, gains, second in
      meter.process(block, gains, second)
    }
    return Self.encoded(meter.takePartials())
  }

  private static func encoded(_ partials: (MeterPartial, MeterPartial)) -> [UInt8] {
    let first = partials.0.encoded
    var writer = StateWriter()
    writer.write(first.count)
    return writer.bytes + first + partials.1.encoded
  }

  /// What the results of all pieces come to.
  final class Totals {
    private(set) var totals: (MeterTotal, MeterTotal)

    init(rate: Int, channelCount: Int) {
      let empty = MeterTotal(rate: rate, channelCount: channelCount, measuresTruePeak: false)
      totals = (empty, empty)
    }

    /// - Returns: false when `bytes` are no result.
    func append(_ bytes: [UInt8]) -> Bool {
      var reader = StateReader(Array(bytes.prefix(8)))
      guard let count = try? reader.readInt(), count >= 0, count <= bytes.count - 8,
        let first = try? MeterPartial(encoded: Array(bytes[8..<(8 + count)])),
        let second = try? MeterPartial(encoded: Array(bytes[(8 + count)...]))
      else { return false }
      totals.0.append(first)
      totals.1.append(second)
      return true
    }
  }
}
