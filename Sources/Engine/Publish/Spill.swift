public import Signal

/// A stream kept aside for reading at random: interleaved single precision in a file without a
/// name, which is gone when the last reference goes.
public final class Spill: OutputSink {
  public let channelCount: Int
  public private(set) var frames: Int64 = 0
  private let descriptor: Int32
  private let path: String
  private var memory: [Float]
  private static let batch = 8192

  /// - Parameter folder: an existing folder on a file system with room for the stream.
  /// - Throws: `RenderFailure.io`.
  public init(folder: String, channelCount: Int) throws(RenderFailure) {
    guard let descriptor = Posix.openNameless(in: folder) else {
      throw .io("\(folder): \(Posix.error)")
    }
    self.descriptor = descriptor
    self.channelCount = max(1, channelCount)
    path = folder
    memory = Array(repeating: 0, count: Spill.batch * self.channelCount)
  }

  deinit { Posix.closeFile(descriptor) }

  public func write(_ block: Block) throws(RenderFailure) {
    var done = 0
    while done < block.frameCount {
      let count = min(Spill.batch, block.frameCount - done)
      for channel in 0..<channelCount {
        let samples = block[min(channel, block.channelCount - 1)]
        for i in 0..<count {
          memory[i * channelCount + channel] = Float(samples[done + i])
        }
      }
      let written = memory.withUnsafeBytes {
        Posix.writeAll(
          descriptor, UnsafeRawBufferPointer(rebasing: $0[..<(4 * count * channelCount)]))
      }
      guard written else { throw .io("\(path): \(Posix.error)") }
      frames += Int64(count)
      done += count
    }
  }

  public func finish() {}
  public func abandon() {}

  /// Reads the frames `range` into `block`; frames outside the stream are silence.
  ///
  /// - Throws: `RenderFailure.io`.
  public func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    precondition(Int64(block.frameCount) == range.length && block.channelCount <= channelCount)
    let inside = range.intersection(FrameRange(0, frames))
    if inside.length < range.length { block.fill(0) }
    var at = inside.start
    while at < inside.end {
      let count = Int(min(Int64(Spill.batch), inside.end - at))
      let bytes = 4 * count * channelCount
      let position = at * Int64(4 * channelCount)
      let complete = memory.withUnsafeMutableBytes {
        Posix.readAll(
          descriptor, UnsafeMutableRawBufferPointer(rebasing: $0[..<bytes]), at: position)
      }
      guard complete else { throw .io("\(path): \(Posix.error)") }
      let first = Int(at - range.start)
      for channel in 0..<block.channelCount {
        let samples = block[channel]
        for i in 0..<count { samples[first + i] = Double(memory[i * channelCount + channel]) }
      }
      at += Int64(count)
    }
  }
}
