internal import DSP
internal import Engine
internal import Signal

/// A stream at another rate, in pieces that depend on nothing behind the pieces they come from.
final class RateConversion: @unchecked Sendable {
  // Proof for @unchecked Sendable: nothing changes after `init`; a resampler has no memory.
  private let source: any PiecedSource
  private let resampler: Resampler
  let pieces: [StreamPiece]

  private static let blockFrames: Int64 = 4096

  init(_ source: any PiecedSource, _ resampler: Resampler) {
    self.source = source
    self.resampler = resampler
    let total = resampler.outputFrames(for: source.frames)
    var pieces: [StreamPiece] = []
    var from: Int64 = 0
    for (index, piece) in source.pieces.enumerated() {
      var to = min(total, resampler.outputFrames(for: piece.range.end))
      if index == source.pieces.count - 1 {
        to = total
      } else {
        while to > from,
          resampler.inputRange(forOutput: FrameRange(to - 1, to)).end > piece.range.end
        {
          to -= 1
        }
      }
      if to <= from { continue }
      let range = FrameRange(from, to)
      pieces.append(
        StreamPiece(
          range: range, content: Self.identity(of: range, source, resampler), offset: 0,
          shift: Self.shift(of: piece, resampler)))
      from = to
    }
    self.pieces = pieces
  }

  /// Of a piece's frames at the new rate, rounded down.
  private static func shift(of piece: StreamPiece, _ resampler: Resampler) -> Int64 {
    let (whole, rest) = (piece.shift * Int64(resampler.to))
      .quotientAndRemainder(dividingBy: Int64(resampler.from))
    return rest < 0 ? whole - 1 : whole
  }

  private static func identity(
    of range: FrameRange, _ source: any PiecedSource, _ resampler: Resampler
  ) -> ContentHash? {
    guard let needed = source.identity(of: resampler.inputRange(forOutput: range)) else {
      return nil
    }
    var writer = StateWriter()
    writer.write(needed.low)
    writer.write(needed.high)
    writer.write(Resampler.identity.revision)
    for number in [resampler.from, resampler.to] { writer.write(number) }
    // The phase that the range begins with.
    writer.write(Int(range.start % Int64(resampler.to)))
    return ContentHash(of: writer.bytes)
  }

  func render(_ index: Int, into block: Block) throws(RenderFailure) {
    let range = pieces[index].range
    var at = range.start
    while at < range.end {
      let wanted = FrameRange(at, min(range.end, at + Self.blockFrames))
      let needed = resampler.inputRange(forOutput: wanted)
      let input = AudioBuffer(
        channelCount: source.channelCount, frameCapacity: Int(needed.length))
      try source.read(needed, into: input.block)
      let first = Int(at - range.start)
      resampler.render(
        wanted, from: input.block, into: block.slice(first..<(first + Int(wanted.length))))
      at = wanted.end
    }
  }
}
