internal import MixGraph
internal import SessionModel
internal import Signal

/// Where the programme ends once its tail is known: the last frame that is heard, plus one.
final class EndDetector: @unchecked Sendable {
  // Proof for @unchecked Sendable: fed by one row's actions, which run one after the other, and
  // read only after all actions are done.
  let tail: ResolvedTail
  let programmeLength: Int64
  private let threshold: Double
  private var lastLoud: Int64 = -1

  init(tail: ResolvedTail, programmeLength: Int64) {
    self.tail = tail
    self.programmeLength = programmeLength
    if case .until(let level, _) = tail {
      threshold = decibelsToGain(level)
    } else {
      threshold = .infinity
    }
  }

  func observe(_ block: Block, at frame: Int64) {
    guard case .until = tail, frame + Int64(block.frameCount) > programmeLength else { return }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      var i = samples.count - 1
      while i >= 0 && frame + Int64(i) > lastLoud {
        if samples[i].magnitude > threshold {
          lastLoud = frame + Int64(i)
          break
        }
        i -= 1
      }
    }
  }

  var end: Int64 {
    switch tail {
    case .none: programmeLength
    case .frames(let count): programmeLength + count
    case .until(_, let atMost):
      min(programmeLength + atMost, max(programmeLength, lastLoud + 1))
    }
  }
}

/// Turns a node's chunks into the frames of an output: takes off its latency, holds back what may
/// be cut off at the end.
final class OutputConsumer: @unchecked Sendable {
  // Proof for @unchecked Sendable: its row's actions run one after the other.
  let request: OutputRequest
  private(set) var sink: (any OutputSink)?
  let latency: Int64
  let detector: EndDetector
  /// False: the detector listens to another row.
  let feedsDetector: Bool
  /// Output frames wanted, in programme time.
  let range: FrameRange
  private let buffer: AudioBuffer
  private var held: [(start: Int64, block: AudioBuffer, frames: Int)] = []

  static let blockFrames = 4096

  init(
    _ request: OutputRequest, channelCount: Int, latency: Int, detector: EndDetector,
    feedsDetector: Bool, range: FrameRange
  ) {
    self.request = request
    self.latency = Int64(latency)
    self.detector = detector
    self.feedsDetector = feedsDetector
    self.range = range
    buffer = AudioBuffer(channelCount: channelCount, frameCapacity: Self.blockFrames)
  }

  /// Opens what the output goes to.
  func open() throws(RenderFailure) { sink = try request.makeSink() }

  func abandon() {
    sink?.abandon()
    sink = nil
    held = []
  }

  /// Whether any frame of the piece belongs to the output.
  func wants(_ piece: Piece) -> Bool {
    !piece.programme.shifted(by: -latency).intersection(range).isEmpty
  }

  func consume(_ chunk: ChunkAudio, _ piece: Piece) throws(RenderFailure) {
    var offset = 0
    while offset < piece.length {
      let count = min(Self.blockFrames, piece.length - offset)
      let start = piece.programmeStart + Int64(offset) - latency
      let wanted = FrameRange(start, start + Int64(count)).intersection(range)
      if !wanted.isEmpty {
        let first = offset + Int(wanted.start - start)
        let block = buffer.block(Int(wanted.length))
        chunk.load(into: block, at: first)
        if feedsDetector { detector.observe(block, at: wanted.start) }
        try pass(block, at: wanted.start)
      }
      offset += count
    }
  }

  /// What lies inside the programme goes on at once; the tail waits for its end to be known.
  private func pass(_ block: Block, at start: Int64) throws(RenderFailure) {
    let certain: Int64 =
      switch detector.tail {
      case .none: detector.programmeLength
      case .frames(let count): detector.programmeLength + count
      case .until: detector.programmeLength
      }
    let now = Int(min(Int64(block.frameCount), max(0, certain - start)))
    if now > 0 { try sink?.write(block.slice(0..<now)) }
    if now < block.frameCount, case .until = detector.tail {
      let rest = block.slice(now..<block.frameCount)
      let copy = AudioBuffer(channelCount: rest.channelCount, frameCapacity: rest.frameCount)
      copy.block.copy(from: rest)
      held.append((start + Int64(now), copy, rest.frameCount))
    }
  }

  /// Called when every detector has heard all.
  func finish() throws(RenderFailure) {
    let end = min(range.end, detector.end)
    for (start, buffer, frames) in held {
      let count = Int(min(Int64(frames), max(0, end - start)))
      if count > 0 { try sink?.write(buffer.block(count)) }
    }
    held = []
    try sink?.finish()
  }
}
