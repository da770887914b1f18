internal import AudioFiles
public import Signal

/// A stream that is read more than once: each piece is made when it is first wanted and kept aside
/// in a file without a name.
public final class PieceSpill: PiecedSource, @unchecked Sendable {
  // Proof for @unchecked Sendable: `states` and `spare` are touched inside `monitor`; a piece's bytes are
  // written by the one thread that moved it to `filling` and read only once it is `filled`.
  public let channelCount: Int
  public let pieces: [StreamPiece]
  public var frames: Int64 { pieces.last?.range.end ?? 0 }
  private let file: Place
  private let load: (Int, Block) throws(RenderFailure) -> Void
  private let monitor = Monitor()
  private var states: [State]
  /// Room for a piece that nothing uses now.
  private var spare: [AudioBuffer] = []

  private enum State { case empty, filling, filled, failed }

  /// Where the frames lie.
  private enum Place {
    case spill(SpillFile)
    /// An output of the same audio in single precision; complete.
    case output(PublishedFile)
  }

  /// - Parameters:
  ///   - folder: an existing folder on a file system with room for the stream.
  ///   - load: gives all frames of a piece, whatever the block holds before; called once for each at
  ///     most.
  /// - Throws: `RenderFailure.io`.
  public init(
    folder: String, channelCount: Int, pieces: [StreamPiece],
    load: @escaping (Int, Block) throws(RenderFailure) -> Void
  ) throws(RenderFailure) {
    self.channelCount = channelCount
    self.pieces = pieces
    self.load = load
    file = .spill(try SpillFile(folder: folder, channelCount: channelCount))
    states = Array(repeating: .empty, count: pieces.count)
  }

  /// With pieces that lie in `file` already where `isFilled` says so.
  init(
    _ file: SpillFile, pieces: [StreamPiece], isFilled: [Bool],
    load: @escaping (Int, Block) throws(RenderFailure) -> Void
  ) {
    channelCount = file.channelCount
    self.pieces = pieces
    self.load = load
    self.file = .spill(file)
    states = isFilled.map { $0 ? .filled : .empty }
  }

  /// With all pieces in a file that holds the stream.
  init(_ output: PublishedFile, pieces: [StreamPiece]) {
    channelCount = output.format.channelCount
    self.pieces = pieces
    load = { _, _ in }
    file = .output(output)
    states = Array(repeating: .filled, count: pieces.count)
  }

  public func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    precondition(Int64(block.frameCount) == range.length && block.channelCount <= channelCount)
    let inside = range.intersection(FrameRange(0, frames))
    if inside.length < range.length { block.fill(0) }
    guard !inside.isEmpty else { return }
    var index = piece(at: inside.start)
    while index < pieces.count, pieces[index].range.start < inside.end {
      if !pieces[index].range.isEmpty { try fill(index) }
      index += 1
    }
    let first = Int(inside.start - range.start)
    let part = block.slice(first..<(first + Int(inside.length)))
    switch file {
    case .spill(let spill): try spill.read(inside, into: part)
    case .output(let output): try output.read(inside, into: part)
    }
  }

  private func piece(at frame: Int64) -> Int {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].range.end <= frame { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func fill(_ index: Int) throws(RenderFailure) {
    monitor.lock()
    while states[index] == .filling { monitor.wait() }
    let state = states[index]
    if state == .empty { states[index] = .filling }
    monitor.unlock()
    if state == .filled { return }
    guard state == .empty else { throw .cancelled }
    var next = State.failed
    defer {
      monitor.withLock { states[index] = next }
      monitor.broadcast()
    }
    let range = pieces[index].range
    let buffer = room(Int(range.length))
    defer { monitor.withLock { spare.append(buffer) } }
    let block = buffer.block(Int(range.length))
    try load(index, block)
    guard case .spill(let spill) = file else { return }
    try spill.write(block, at: range.start)
    next = .filled
  }

  private func room(_ frames: Int) -> AudioBuffer {
    let known = monitor.withLock { spare.popLast() }
    if let known, known.frameCapacity >= frames { return known }
    return AudioBuffer(channelCount: channelCount, frameCapacity: frames)
  }
}

/// Interleaved single precision in a file without a name, addressed by frame. Frames that were not
/// written read as silence. Different frames may be written and read by several threads at once.
final class SpillFile: @unchecked Sendable {
  // Proof for @unchecked Sendable: nothing changes after `init`; the system's files are shared.
  let channelCount: Int
  private let descriptor: Int32
  private let folder: String
  private static let batch = 8192

  init(folder: String, channelCount: Int) throws(RenderFailure) {
    guard let descriptor = Posix.openNameless(in: folder) else {
      throw .io("\(folder): \(Posix.error)")
    }
    self.descriptor = descriptor
    self.channelCount = max(1, channelCount)
    self.folder = folder
  }

  deinit { Posix.closeFile(descriptor) }

  /// - Throws: `RenderFailure.io`.
  func write(_ block: Block, at frame: Int64) throws(RenderFailure) {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: Self.batch * channelCount)
    defer { memory.deallocate() }
    var done = 0
    while done < block.frameCount {
      let count = min(Self.batch, block.frameCount - done)
      InterleavedFloats.write(
        block, from: done, count: count, channelCount: channelCount, to: memory)
      let bytes = UnsafeRawBufferPointer(start: memory, count: 4 * count * channelCount)
      let position = (frame + Int64(done)) * Int64(4 * channelCount)
      guard Posix.writeAll(descriptor, bytes, at: position) else {
        throw .io("\(folder): \(Posix.error)")
      }
      done += count
    }
  }

  /// - Throws: `RenderFailure.io`.
  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: Self.batch * channelCount)
    defer { memory.deallocate() }
    var at = range.start
    while at < range.end {
      let count = Int(min(Int64(Self.batch), range.end - at))
      let bytes = UnsafeMutableRawBufferPointer(start: memory, count: 4 * count * channelCount)
      guard Posix.readSome(descriptor, bytes, at: at * Int64(4 * channelCount)) else {
        throw .io("\(folder): \(Posix.error)")
      }
      let first = Int(at - range.start)
      InterleavedFloats.read(
        memory, count: count, channelCount: channelCount, into: block, at: first)
      at += Int64(count)
    }
  }
}
