internal import Engine
internal import SessionModel
internal import Signal

/// A part of a stream as a delivery takes it: folded, padded, faded; nothing is kept aside.
final class StreamView: PiecedSource, @unchecked Sendable {
  // Proof for @unchecked Sendable: nothing changes after `init`.
  enum Channels: Hashable {
    /// Further channels repeat the last.
    case count(Int)
    /// (left + right) / 2.
    case mono
  }

  private let source: any PiecedSource
  /// Frame of `source` that the view begins with; may be negative.
  private let start: Int64
  private let fold: Channels
  private let fade: (length: Int64, curve: FadeCurve)?
  let frames: Int64
  let pieces: [StreamPiece]

  init(
    _ source: any PiecedSource, start: Int64 = 0, frames: Int64, channels: Channels,
    fade: (length: Int64, curve: FadeCurve)? = nil
  ) {
    self.source = source
    self.start = start
    self.frames = max(0, frames)
    self.fade = fade
    fold = channels == .mono && source.channelCount == 1 ? .count(1) : channels
    pieces = StreamView.pieces(
      of: source, start: start, frames: max(0, frames), fold: fold, fade: fade)
  }

  var channelCount: Int {
    switch fold {
    case .mono: 1
    case .count(let count): count
    }
  }

  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    switch fold {
    case .mono:
      let buffer = AudioBuffer(
        channelCount: source.channelCount, frameCapacity: block.frameCount)
      try source.read(range.shifted(by: start), into: buffer.block)
      let (left, right, out) = (buffer.block[0], buffer.block[1], block[0])
      for i in out.indices { out[i] = (left[i] + right[i]) * 0.5 }
    case .count:
      let own = min(source.channelCount, block.channelCount)
      try source.read(range.shifted(by: start), into: block.channels(own))
      for channel in own..<max(own, block.channelCount) {
        block[channel].copy(from: block[own - 1])
      }
    }
    if range.start < 0 {
      block.slice(0..<Int(min(Int64(block.frameCount), -range.start))).fill(0)
    }
    if range.end > frames {
      let inside = Int(max(0, min(Int64(block.frameCount), frames - range.start)))
      block.slice(inside..<block.frameCount).fill(0)
    }
    guard let fade, range.end > frames - fade.length else { return }
    for i in 0..<block.frameCount {
      let index = range.start + Int64(i) - (frames - fade.length)
      let gain = fade.curve.fadeOut(index, of: fade.length)
      for channel in 0..<block.channelCount { block[channel][i] *= gain }
    }
  }

  // MARK: Identities

  private static func pieces(
    of source: any PiecedSource, start: Int64, frames: Int64, fold: Channels,
    fade: (length: Int64, curve: FadeCurve)?
  ) -> [StreamPiece] {
    let whole = FrameRange(0, frames)
    var pieces: [StreamPiece] = []
    func silence(_ range: FrameRange) {
      guard !range.isEmpty else { return }
      pieces.append(
        StreamPiece(
          range: range, content: ContentHash(of: []), offset: 0,
          shift: pieces.last?.shift ?? start))
    }
    silence(FrameRange(0, min(frames, max(0, -start))))
    for piece in source.pieces {
      let inside = piece.counted(from: start).clipped(to: whole)
      if !inside.range.isEmpty { pieces.append(inside) }
    }
    let end = pieces.last?.range.end ?? 0
    silence(FrameRange(end, frames))
    return pieces.map { piece in
      var piece = piece
      var writer = StateWriter()
      var isPlain = true
      if fold == .mono {
        writer.write(1)
        isPlain = false
      }
      if let fade, piece.range.end > frames - fade.length {
        writer.write(2)
        writer.write(Int(frames - piece.range.start))
        writer.write(Int(fade.length))
        for byte in fade.curve.rawValue.utf8 { writer.write(Int(byte)) }
        writer.write(Int(piece.offset))
        isPlain = false
      }
      if !isPlain, let content = piece.content {
        writer.write(content.low)
        writer.write(content.high)
        piece.content = ContentHash(of: writer.bytes)
      }
      return piece
    }
  }
}
