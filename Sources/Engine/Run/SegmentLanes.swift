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
  /// A row for each content, and one of silence.
  private let rows: AudioBuffer
  /// What comes out of lanes without a segment.
  private let spare: AudioBuffer

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
    rows = AudioBuffer(channelCount: Self.width + 1, frameCapacity: blockFrames)
    spare = AudioBuffer(channelCount: 1, frameCapacity: Self.tile)
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
      let (content, count) = try read(piece, done)
      let start = done
      while done < start + count {
        let step = min(start + count - done, SegmentRunner.blockLength(piece, done, Self.tile))
        let samples = lanes.block(Self.width * step)[0]
        content.gather(from: done - start, into: samples)
        for kernel in kernels { kernel.run(samples, at: piece.axis.start + Int64(done)) }
        targets.scatter(samples, at: done, spare: spare.block[0])
        done += step
      }
      for output in outputs { output.hash(upTo: done) }
    }
    for kernel in kernels { kernel.store() }
    for (runner, output) in zip(runners, outputs) {
      output.dropIfSilent()
      runner.leaveRest()
    }
    return outputs
  }

  /// The contents' next frames, `done` frames into a piece, and how many: many where they stand in
  /// files, else a block.
  private func read(
    _ piece: Piece, _ done: Int
  ) throws(RecordingFailure) -> (content: LaneSources, count: Int) {
    let programme = piece.programmeStart + Int64(done)
    let many = SegmentRunner.blockLength(piece, done, ByteWindow.frames)
    if sources.count == Self.width, let places = bytes(many, at: programme) {
      return (LaneSources(bytes: places), many)
    }
    let count = SegmentRunner.blockLength(piece, done, blockFrames)
    let block = rows.block(count)
    var streams: [Samples] = []
    for (lane, source) in sources.enumerated() {
      streams.append(try source.stream(block.channels(lane..<(lane + 1)), at: programme))
    }
    while streams.count < Self.width { streams.append(block[Self.width]) }
    return (LaneSources(streams), count)
  }

  /// nil: some of them are not to be had like this.
  private func bytes(_ count: Int, at programme: Int64) -> [UnsafePointer<UInt8>]? {
    var places: [UnsafePointer<UInt8>] = []
    for source in sources {
      guard let place = source.bytes(count, at: programme) else { return nil }
      places.append(place)
    }
    return places
  }
}
