internal import MixGraph
internal import Signal

/// Renders up to four mono segments of equal shape over one piece in the lanes of one loop.
///
/// Content, kernels and states stay those of the segments' runners, which may go on alone at any
/// piece: each segment has the bits that it would have alone.
final class SegmentLanes {
  private let runners: [SegmentRunner]
  private let sources: [SourceRenderer]
  private let kernels: [AnyKernelLanes]
  private let blockFrames: Int
  /// Four lanes a frame.
  private let lanes: AudioBuffer
  /// A row for each content, one of silence, and one for what comes out of a lane without a segment.
  private let rows: AudioBuffer

  static let width = 4
  /// Frames that go all the way before the next ones: their lanes stay in the first-level cache.
  private static let tile = 512
  /// With fewer a loop of its own for each is faster.
  static let least = 3

  /// nil: they do not run together.
  init?(_ runners: [SegmentRunner], blockFrames: Int) {
    guard runners.count >= Self.least, runners.count <= Self.width,
      let stageCount = runners.first?.stages.count
    else { return nil }
    var sources: [SourceRenderer] = []
    for runner in runners {
      guard runner.stages.count == stageCount, let source = runner.laneSource else { return nil }
      sources.append(source)
    }
    var kernels: [AnyKernelLanes] = []
    for stage in 0..<stageCount {
      let boxes = runners.map { $0.stages[stage].kernel }
      guard let together = boxes[0].lanes(with: Array(boxes.dropFirst())) else { return nil }
      kernels.append(together)
    }
    self.runners = runners
    self.sources = sources
    self.kernels = kernels
    self.blockFrames = blockFrames
    lanes = AudioBuffer(channelCount: 1, frameCapacity: Self.width * Self.tile)
    rows = AudioBuffer(channelCount: Self.width + 2, frameCapacity: blockFrames)
  }

  /// One chunk for each runner. After a failure their states are not usable.
  func process(_ piece: Piece) throws(RecordingFailure) -> [ChunkAudio] {
    for source in sources { source.begin(piece) }
    let outputs = runners.map { runner in
      let last = runner.graph[runner.segment.output]
      return ChunkAudio(
        channelCount: 1, frameCount: piece.length, isFloat: last.roundsToFloat,
        from: runner.memory)
    }
    let targets = LaneTargets(outputs)
    for kernel in kernels { kernel.load() }
    var done = 0
    while done < piece.length {
      let count = SegmentRunner.blockLength(piece, done, blockFrames)
      let block = rows.block(count)
      let content = try read(block, at: piece.programmeStart + Int64(done))
      let end = done + count
      let start = done
      while done < end {
        let step = min(end - done, SegmentRunner.blockLength(piece, done, Self.tile))
        let samples = lanes.block(Self.width * step)[0]
        content.gather(from: done - start, into: samples)
        for kernel in kernels { kernel.run(samples, at: piece.axis.start + Int64(done)) }
        targets.scatter(samples, at: done, spare: block[Self.width + 1])
        done += step
      }
    }
    for kernel in kernels { kernel.store() }
    for (runner, output) in zip(runners, outputs) {
      output.dropIfSilent()
      runner.leaveRest()
    }
    return outputs
  }

  /// The contents' frames from `programme` on: where they stand, or rendered into `block`.
  private func read(
    _ block: Block, at programme: Int64
  ) throws(RecordingFailure) -> LaneSources {
    if sources.count == Self.width {
      var places: [UnsafePointer<UInt8>] = []
      for source in sources {
        guard let place = source.bytes(block.frameCount, at: programme) else { break }
        places.append(place)
      }
      if places.count == Self.width { return LaneSources(bytes: places) }
    }
    var streams: [Samples] = []
    for (lane, source) in sources.enumerated() {
      streams.append(try source.stream(block.channels(lane..<(lane + 1)), at: programme))
    }
    while streams.count < Self.width { streams.append(block[Self.width]) }
    return LaneSources(streams)
  }
}
