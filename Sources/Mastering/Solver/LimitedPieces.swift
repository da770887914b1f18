internal import DSP
internal import Engine
internal import MixGraph
internal import Signal

/// A programme with a gain and a limiter, piece after piece. What comes out of piece k depends on
/// nothing behind the end of piece k of the programme: it ends a look-ahead earlier.
final class LimitedPieces {
  private let source: any PiecedSource
  private let heights: Heights?
  /// Linear.
  let gain: Double
  private let ceiling: Double
  /// Of everything that is done to the programme.
  let name: String
  private var limiter: LimiterGain
  /// Frames that the output of a piece lags behind the piece.
  private let delay: Int64
  private let ahead: Int64
  private let gains: AudioBuffer
  private let buffer: AudioBuffer

  private static let blockFrames: Int64 = 4096
  private static let partFrames: Int64 = 8 * blockFrames
  /// Frames around a frame that its height depends on.
  private static let reach: Int64 = 24

  /// - Parameters:
  ///   - heights: nil: nothing has to be held down.
  ///   - gain: dB.
  ///   - ceiling: dBTP.
  init(_ source: any PiecedSource, heights: Heights?, gain: Double, ceiling: Double, rate: Int) {
    self.source = source
    self.heights = heights
    self.gain = decibelsToGain(gain)
    self.ceiling = ceiling
    limiter = LimiterGain(
      ceiling: ceiling, lookAhead: LimitedProgramme.lookAhead, release: .automatic,
      rate: Double(rate))
    ahead = Int64(limiter.lookAhead)
    delay = heights == nil ? 0 : ahead + Self.reach
    name = heights == nil ? "gain \(gain)" : "gain \(gain) ceiling \(ceiling) rate \(rate)"
    gains = AudioBuffer(channelCount: 1, frameCapacity: Int(Self.blockFrames))
    buffer = AudioBuffer(
      channelCount: source.channelCount, frameCapacity: Int(Self.blockFrames))
  }

  var channelCount: Int { source.channelCount }
  var pieceCount: Int { source.pieces.count }

  /// Output frames of a piece.
  func range(_ piece: Int) -> FrameRange {
    let input = source.pieces[piece].range
    let isLast = piece == source.pieces.count - 1
    let start = max(0, piece == 0 ? 0 : input.start - delay)
    return FrameRange(start, max(start, isLast ? input.end : input.end - delay))
  }

  /// Added to an output frame of a piece it gives its place on the session's axis.
  func shift(_ piece: Int) -> Int64 { source.pieces[piece].shift }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    let out = range(piece)
    let input = source.pieces[piece].range
    let first = out.start - 2 * Self.reach
    guard let content = source.identity(of: FrameRange(first, max(first, input.end))) else {
      return false
    }
    writer.field("limited", name)
    writer.field("limiter", Limiter.identity.revision)
    writer.field("content", content)
    writer.field("frames", out.length)
    writer.field("is-last", piece == source.pieces.count - 1)
    return true
  }

  func encode(into writer: inout StateWriter) {
    if heights != nil { limiter.encode(into: &writer) }
  }

  func restore(from reader: inout StateReader) throws(StateError) {
    if heights != nil { try limiter.restore(from: &reader) }
  }

  func reset() { limiter.reset() }

  /// Gives the output frames of `piece` block by block, in their places in `whole`.
  func perform(
    _ piece: Int, in whole: Block, _ body: (Block, Int64) throws(RenderFailure) -> Void
  ) throws(RenderFailure) {
    let out = range(piece)
    if piece == 0 { try lead { limiter.process($0, gain: gain, into: $0) } }
    try blocks(Part(origin: out.start, range: out)) { range, at throws(RenderFailure) in
      let block = whole.slice(range)
      try source.read(FrameRange(at, at + Int64(range.count)), into: block)
      if let heights {
        let row = gains.block(range.count)[0]
        try holdDown(heights, at, into: row)
        for channel in 0..<block.channelCount {
          let samples = block[channel]
          for i in samples.indices { samples[i] = samples[i] * gain * row[i] }
        }
      } else if gain != 1 {
        for channel in 0..<block.channelCount {
          let samples = block[channel]
          for i in samples.indices { samples[i] *= gain }
        }
      }
      try body(block, at)
    }
  }

  /// Gives the limiter what comes before the first frame's gain.
  private func lead(_ feed: (Samples) -> Void) throws(RenderFailure) {
    guard let heights else { return }
    var fed: Int64 = 0
    while fed < ahead {
      let count = min(ahead - fed, Self.blockFrames)
      let row = gains.block(Int(count))
      try heights.read(FrameRange(fed, fed + count), into: row)
      feed(row[0])
      fed += count
    }
  }

  /// Gives the programme of `piece` as it is, block by block, with the limiter's gains for it and
  /// those of `other`, of the same programme and ceiling with another gain.
  ///
  /// - Parameters:
  ///   - wholes: two rows, of a whole piece at least.
  ///   - workers: that `run` has.
  ///   - run: does rows of work, side by side where it can: both limiters, and `body` behind them.
  func performGains(
    _ piece: Int, beside other: LimitedPieces, in wholes: AudioBuffer, workers: Int,
    _ run: ([PieceSchedule.Row]) throws(RenderFailure) -> Void,
    _ body: @escaping (Block, Samples, Samples) -> Void
  ) throws(RenderFailure) {
    let out = range(piece)
    let parts = Self.parts(of: out)
    let rows = wholes.block(Int(out.length))
    // One candidate may stand for both.
    let limited = other.gain == gain ? [self] : [self, other]
    var work = limited.indices.map { index in
      PieceSchedule.Row(pieceCount: parts.count) { part throws(RenderFailure) in
        try limited[index].holdDown(parts[part], of: piece, into: rows[index])
      }
    }
    work.append(
      PieceSchedule.Row(inputs: Array(limited.indices), pieceCount: parts.count) {
        [self] part throws(RenderFailure) in
        try blocks(parts[part]) { range, at throws(RenderFailure) in
          let block = buffer.block(range.count)
          try source.read(FrameRange(at, at + Int64(range.count)), into: block)
          body(block, rows[0].slice(range), rows[limited.count - 1].slice(range))
        }
      })
    // What both limiters would wait for at the next piece.
    if let heights, workers > 1, piece + 1 < pieceCount {
      let next = source.pieces[piece + 1].range
      work.append(
        PieceSchedule.Row(pieceCount: next.isEmpty ? 0 : 1) { _ throws(RenderFailure) in
          try heights.prepare(next.start)
        })
    }
    try run(work)
    if limited.count == 1 { other.limiter = limiter }
  }

  /// A stretch of a piece's output frames.
  private struct Part {
    /// Output frame that the piece begins with.
    var origin: Int64
    var range: FrameRange
  }

  /// At least one, short enough that what follows the limiters can begin soon.
  private static func parts(of out: FrameRange) -> [Part] {
    let starts = stride(from: out.start, to: max(out.start + 1, out.end), by: Int(partFrames))
    return starts.map { start in
      Part(origin: out.start, range: FrameRange(start, min(out.end, start + partFrames)))
    }
  }

  /// Frames of `part`, block by block: where they lie in the piece, and the first.
  private func blocks(
    _ part: Part, _ body: (Range<Int>, Int64) throws(RenderFailure) -> Void
  ) throws(RenderFailure) {
    var at = part.range.start
    while at < part.range.end {
      let end = min(part.range.end, at + Self.blockFrames)
      try body(Int(at - part.origin)..<Int(end - part.origin), at)
      at = end
    }
  }

  /// The limiter's gains for a part of `piece`, written to their places in the piece's `row`.
  private func holdDown(_ part: Part, of piece: Int, into row: Samples) throws(RenderFailure) {
    guard let heights else {
      return try blocks(part) { range, _ in row.slice(range).fill(1) }
    }
    if piece == 0 && part.range.start == part.origin {
      try lead { limiter.process($0, gain: gain, into: $0) }
    }
    try blocks(part) { range, at throws(RenderFailure) in
      try holdDown(heights, at, into: row.slice(range))
    }
  }

  /// The limiter's gains for a block of output frames, from `at` on.
  private func holdDown(
    _ heights: Heights, _ at: Int64, into row: Samples
  ) throws(RenderFailure) {
    let block = gains.block(row.count)
    try heights.read(FrameRange(at + ahead, at + ahead + Int64(row.count)), into: block)
    limiter.process(block[0], gain: gain, into: row)
  }

  /// Frames of the longest output of a piece.
  var longestPiece: Int { (0..<pieceCount).map { Int(range($0).length) }.max() ?? 0 }
}
