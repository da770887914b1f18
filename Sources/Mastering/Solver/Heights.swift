internal import DSP
internal import Engine
internal import Loudness
internal import Signal

/// How high a stream rises at each frame, as a limiter wants to know it; found where it is read,
/// and only where it may matter.
final class Heights: @unchecked Sendable {
  // Proof for @unchecked Sendable: nothing changes after `init`; `kept` guards itself.
  private let source: any PiecedSource
  private let threshold: Double
  private let rate: Int
  /// Tenths of a second in or beside which something rises over the threshold.
  private let isLoud: [Bool]
  private var kept: PieceSpill!

  private static let blockFrames: Int64 = 4096

  /// - Parameters:
  ///   - levels: what the stream measures.
  ///   - threshold: linear; heights at or below it do not matter and may be given smaller.
  init(
    _ source: any PiecedSource, rate: Int, levels: MeterTotal, threshold: Double, folder: String
  ) throws(RenderFailure) {
    self.source = source
    self.threshold = threshold
    self.rate = rate
    let loud = (0..<levels.tenthCount).map { levels.truePeak(ofTenth: $0) >= threshold }
    isLoud = loud.indices.map { index in
      loud[index] || (index > 0 && loud[index - 1]) || (index + 1 < loud.count && loud[index + 1])
    }
    let pieces = source.pieces.map { StreamPiece(range: $0.range, content: nil, offset: 0) }
    kept = try PieceSpill(folder: folder, channelCount: 1, pieces: pieces) {
      [unowned self] index, block throws(RenderFailure) in
      try find(pieces[index].range, into: block[0])
    }
  }

  /// Heights outside the stream are 0.
  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    try kept.read(range, into: block)
  }

  /// Finds the heights around `frame`, as those who read there would.
  func prepare(_ frame: Int64) throws(RenderFailure) {
    let one = AudioBuffer(channelCount: 1, frameCapacity: 1)
    try read(FrameRange(frame, frame + 1), into: one.block)
  }

  private func find(_ range: FrameRange, into heights: Samples) throws(RenderFailure) {
    heights.fill(0)
    var tenth = Int(range.start * 10 / Int64(rate))
    while tenth > 0 && MeterGrid.tenth(tenth, rate: rate).start > range.start { tenth -= 1 }
    while tenth < isLoud.count {
      let first = MeterGrid.tenth(tenth, rate: rate)
      if first.start >= range.end { break }
      guard isLoud[tenth] else {
        tenth += 1
        continue
      }
      var end = first.end
      tenth += 1
      while tenth < isLoud.count, isLoud[tenth], end < range.end {
        end = MeterGrid.tenth(tenth, rate: rate).end
        tenth += 1
      }
      let run = FrameRange(first.start, end).intersection(range)
      if !run.isEmpty {
        try detect(
          run,
          into: heights.slice(Int(run.start - range.start)..<Int(run.end - range.start)))
      }
    }
  }

  /// Runs the detector over the frames with what surrounds them.
  private func detect(_ range: FrameRange, into heights: Samples) throws(RenderFailure) {
    var envelope = PeakEnvelope(
      .truePeak, channelCount: source.channelCount, threshold: threshold)
    let lag = Int64(envelope.latency)
    let buffer = AudioBuffer(
      channelCount: source.channelCount, frameCapacity: Int(Self.blockFrames))
    let row = AudioBuffer(channelCount: 1, frameCapacity: Int(Self.blockFrames))
    var at = range.start - 2 * lag
    while at < range.end + lag {
      let end = min(range.end + lag, at + Self.blockFrames)
      let block = buffer.block(Int(end - at))
      try source.read(FrameRange(at, end), into: block)
      let peaks = row.block(block.frameCount)[0]
      envelope.process(block, into: peaks)
      let first = at - lag
      // Kept in single precision, never too low.
      let skipped = Int(max(0, range.start - first))
      if skipped < peaks.count {
        let place = Int(first - range.start) + skipped
        PeakEnvelope.raiseToSinglePrecision(
          peaks.slice(skipped..<peaks.count),
          into: heights.slice(place..<(place + peaks.count - skipped)))
      }
      at = end
    }
  }
}
