internal import AudioFiles
internal import MixGraph
internal import SessionModel
internal import Signal

/// Turns a node's chunks into the frames of an output: takes off its latency, holds back what may
/// be cut off at the end.
final class OutputConsumer: @unchecked Sendable {
  // Proof for @unchecked Sendable: its row's actions run one after the other.
  let request: OutputRequest
  let latency: Int64
  let detector: EndDetector
  /// False: the detector listens to another row.
  let feedsDetector: Bool
  /// Output frames wanted, in programme time.
  let range: FrameRange
  private(set) var target = Target.none
  private let channelCount: Int
  private let buffer: AudioBuffer
  private var held: [(start: Int64, buffer: AudioBuffer, frames: Int, shift: Int64)] = []
  private var result: FileFacts?

  /// Where the frames go.
  enum Target {
    /// Nowhere: only the end is looked for.
    case none
    case sink(any OutputSink)
    case file(FileOutput)
    case stream(StreamOutput)
    /// A stream that another output, a file of the same samples, keeps anyway.
    case mirror(FileOutput)
  }

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
    self.channelCount = channelCount
    buffer = AudioBuffer(channelCount: channelCount, frameCapacity: Self.blockFrames)
  }

  /// Opens what the output goes to.
  ///
  /// - Parameters:
  ///   - memory: takes the place of a store for what is measured.
  ///   - identity: of the audio of a piece, once it is decided.
  func open(
    _ pieces: [Piece], store: Store?, memory: BuildMemory?,
    identity: @escaping (Int) -> ContentHash?
  ) throws(RenderFailure) {
    switch request.kind {
    case .sink(let make): target = .sink(try make())
    case .file(let file):
      target = .file(
        try FileOutput(
          file, path: request.path ?? "", units: units(pieces), pieceCount: pieces.count,
          start: range.start, store: store, memory: memory, identity: identity))
    case .stream(let folder):
      target = .stream(
        StreamOutput(
          try SpillFile(folder: folder, channelCount: channelCount), pieceCount: pieces.count))
    case .end: break
    }
  }

  /// Lets a stream be read from the file of `other`, if that holds the same samples.
  func mirror(_ other: OutputConsumer) -> Bool {
    guard case .stream = request.kind, case .file(let output) = other.target,
      case .file(let file) = other.request.kind, file.format.encoding == .float32,
      file.format.container.isLinear, file.format.channelCount == channelCount,
      other.request.node == request.node, other.latency == latency,
      other.detector === detector, range.start == 0, other.range == range
    else { return false }
    target = .mirror(output)
    return true
  }

  func abandon() {
    switch target {
    case .sink(let sink): sink.abandon()
    case .file(let output): output.file.abandon()
    case .stream, .mirror, .none: break
    }
    target = .none
    held = []
  }

  /// What is worth remembering of a finished file.
  var facts: FileFacts? {
    if case .sink(let sink) = target { return sink.facts }
    return result
  }

  /// Output frames of a piece, whether they belong to the output or not.
  private func frames(of piece: Piece) -> FrameRange {
    piece.programme.shifted(by: -latency).intersection(range)
  }

  /// Whether any frame of the piece belongs to the output.
  func wants(_ piece: Piece) -> Bool { !frames(of: piece).isEmpty }

  /// The output ends no earlier.
  private var certainEnd: Int64 {
    switch detector.tail {
    case .none, .until: detector.programmeLength
    case .frames(let count): detector.programmeLength + count
    }
  }

  private func units(_ pieces: [Piece]) -> [FileOutput.Unit] {
    let certain = FrameRange(range.start, min(range.end, certainEnd))
    return pieces.compactMap { piece in
      let wanted = frames(of: piece).intersection(certain)
      guard !wanted.isEmpty else { return nil }
      return FileOutput.Unit(
        piece: piece.index, offset: Int(wanted.start + latency - piece.programmeStart),
        programme: wanted, shift: piece.shift)
    }
  }

  /// The part of the piece whose place in the output is not certain.
  private func uncertain(_ piece: Piece) -> FrameRange {
    guard case .until = detector.tail else { return FrameRange(0, 0) }
    let frames = frames(of: piece)
    return frames.intersection(FrameRange(max(certainEnd, frames.start), frames.end))
  }

  /// - Parameters:
  ///   - audio: gives the piece's chunk, whatever it takes.
  ///   - atHand: the chunk if it is in memory.
  func consume(
    _ piece: Piece, audio: @escaping () throws(RenderFailure) -> ChunkAudio,
    atHand: () throws(RenderFailure) -> ChunkAudio?
  ) throws(RenderFailure) {
    if case .sink(let sink) = target {
      try pass(try audio(), piece, to: sink)
      return
    }
    if case .file(let output) = target, let unit = output.unit(of: piece.index) {
      try output.advance(unit, audio: audio)
    }
    if case .stream(let stream) = target, let chunk = try atHand() {
      try stream.fill(
        piece.index, frames(of: piece), from: chunk, offset: latency - piece.programmeStart)
    }
    let rest = uncertain(piece)
    guard !rest.isEmpty, feedsDetector || isFile else { return }
    let chunk = try audio()
    let copy = AudioBuffer(channelCount: channelCount, frameCapacity: Int(rest.length))
    chunk.load(into: copy.block, at: Int(rest.start + latency - piece.programmeStart))
    if feedsDetector { detector.observe(copy.block, at: rest.start) }
    if isFile { held.append((rest.start, copy, Int(rest.length), piece.shift)) }
  }

  private var isFile: Bool {
    if case .file = target { true } else { false }
  }

  private func pass(
    _ chunk: ChunkAudio, _ piece: Piece, to sink: any OutputSink
  ) throws(RenderFailure) {
    let wanted = frames(of: piece)
    var at = wanted.start
    while at < wanted.end {
      let count = Int(min(Int64(Self.blockFrames), wanted.end - at))
      let block = buffer.block(count)
      chunk.load(into: block, at: Int(at + latency - piece.programmeStart))
      if feedsDetector { detector.observe(block, at: at) }
      // What lies inside the programme goes on at once; the tail waits for its end to be known.
      let now = Int(min(Int64(count), max(0, certainEnd - at)))
      if now > 0 { try sink.write(block.slice(0..<now)) }
      if now < count, case .until = detector.tail {
        let rest = block.slice(now..<count)
        let copy = AudioBuffer(channelCount: rest.channelCount, frameCapacity: rest.frameCount)
        copy.block.copy(from: rest)
        held.append((at + Int64(now), copy, rest.frameCount, piece.shift))
      }
      at += Int64(count)
    }
  }

  /// Where the output ends, once every detector has heard all.
  var end: Int64 { min(range.end, detector.end) }

  /// Called when every detector has heard all.
  func finish() throws(RenderFailure) {
    var rest: [(place: Int64, block: Block)] = []
    for (start, buffer, frames, shift) in held {
      let count = Int(min(Int64(frames), max(0, end - start)))
      if count > 0 { rest.append((start + shift, buffer.block(count))) }
    }
    switch target {
    case .sink(let sink):
      for (_, block) in rest { try sink.write(block) }
      try sink.finish()
    case .file(let output): result = try output.finish(rest)
    case .stream, .mirror, .none: break
    }
    held = []
  }
}
