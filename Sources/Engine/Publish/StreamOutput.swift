internal import MixGraph
internal import Signal

/// An output that stays aside for reading: what the render has at hand is kept, the rest is made or
/// loaded when it is read.
final class StreamOutput: @unchecked Sendable {
  // Proof for @unchecked Sendable: filled by one row's actions, read after all of them.
  let file: SpillFile
  private(set) var isFilled: [Bool]

  init(_ file: SpillFile, pieceCount: Int) {
    self.file = file
    isFilled = Array(repeating: false, count: pieceCount)
  }

  /// - Parameters:
  ///   - frames: of the output that the piece holds.
  ///   - offset: added to an output frame it gives the frame of the chunk.
  func fill(
    _ piece: Int, _ frames: FrameRange, from chunk: ChunkAudio, offset: Int64
  ) throws(RenderFailure) {
    isFilled[piece] = true
    if frames.isEmpty || chunk.isSilent { return }
    let step: Int64 = 8192
    let buffer = AudioBuffer(channelCount: file.channelCount, frameCapacity: Int(step))
    var at = frames.start
    while at < frames.end {
      let count = min(step, frames.end - at)
      let block = buffer.block(Int(count))
      chunk.load(into: block, at: Int(at + offset))
      try file.write(block, at: at)
      at += count
    }
  }
}

extension Render {
  /// The stream that was asked for as output `index`, once the render has run.
  ///
  /// - Returns: nil when the output was no stream.
  public func stream(_ index: Int) -> PieceSpill? {
    let consumer = consumer(index)
    let end = consumer.end
    let latency = consumer.latency
    let row = segment(ofOutput: index)
    let pieces = timeline.pieces.map { piece in
      let range = piece.programme.shifted(by: -latency).intersection(FrameRange(0, end))
      return StreamPiece(
        range: range.isEmpty
          ? FrameRange(min(end, max(0, range.start)), min(end, max(0, range.start))) : range,
        content: actions.identity(row, piece.index),
        offset: range.start + latency - piece.programmeStart, shift: piece.shift)
    }
    let output: StreamOutput
    switch consumer.target {
    case .mirror(let file): return PieceSpill(file.file, pieces: pieces)
    case .stream(let stream): output = stream
    case .sink, .file, .none: return nil
    }
    return PieceSpill(output.file, pieces: pieces, isFilled: output.isFilled) {
      [self] index, block throws(RenderFailure) in
      let chunk = try actions.audio(row, index)
      chunk.load(into: block, at: Int(pieces[index].offset))
    }
  }
}
