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

  static let width = 4
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
    lanes = AudioBuffer(channelCount: 1, frameCapacity: Self.width * blockFrames)
    rows = AudioBuffer(channelCount: Self.width + 1, frameCapacity: blockFrames)
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
    for kernel in kernels { kernel.load() }
    var done = 0
    while done < piece.length {
      let count = SegmentRunner.blockLength(piece, done, blockFrames)
      let programme = piece.programmeStart + Int64(done)
      let block = rows.block(count)
      let samples = lanes.block(Self.width * count)[0]
      try read(block, at: programme, into: samples)
      for kernel in kernels { kernel.run(samples, at: piece.axis.start + Int64(done)) }
      LaneAudio.scatter(samples, to: outputs, at: done, spare: block[Self.width])
      done += count
    }
    for kernel in kernels { kernel.store() }
    for (runner, output) in zip(runners, outputs) {
      output.dropIfSilent()
      runner.leaveRest()
    }
    return outputs
  }

  /// The contents' frames from `programme` on into lanes.
  private func read(
    _ block: Block, at programme: Int64, into samples: Samples
  ) throws(RecordingFailure) {
    if sources.count == Self.width {
      var places: [UnsafePointer<UInt8>] = []
      for source in sources {
        guard let place = source.bytes(block.frameCount, at: programme) else { break }
        places.append(place)
      }
      if places.count == Self.width {
        LaneAudio.gather24(places, into: samples)
        return
      }
    }
    var streams: [Samples] = []
    for (lane, source) in sources.enumerated() {
      streams.append(try source.stream(block.channels(lane..<(lane + 1)), at: programme))
    }
    while streams.count < Self.width { streams.append(block[Self.width]) }
    LaneAudio.gather(streams, into: samples)
  }
}
