import Signal

/// Reads uncompressed audio straight from its place in the file, in any order.
final class LinearSource {
  let file: PosixFile
  let layout: LinearLayout
  private let unpacking: SampleUnpacking
  private let scratch: UnsafeMutableRawPointer
  private let scratchFrames: Int

  init(file: PosixFile, layout: LinearLayout) {
    self.file = file
    self.layout = layout
    unpacking = SampleUnpacking(layout)
    scratchFrames = max(1, (1 << 18) / layout.bytesPerFrame)
    scratch = .allocate(byteCount: scratchFrames * layout.bytesPerFrame, alignment: 16)
  }

  deinit {
    unpacking.deallocate()
    scratch.deallocate()
  }

  /// Fills `block` from `frame` on; the range must lie within the file.
  func read(at frame: Int64, into block: Block, channels: [Int]) throws(SoundFileError) {
    var done = 0
    while done < block.frameCount {
      let count = min(scratchFrames, block.frameCount - done)
      let now = frame + Int64(done)
      let wanted = count * layout.bytesPerFrame
      let got = try file.read(
        into: scratch, count: wanted, at: layout.dataStart + now * Int64(layout.bytesPerFrame))
      guard got == wanted else {
        throw .damaged(
          "the file has become shorter", frame: now + Int64(got / layout.bytesPerFrame),
          rate: layout.rate)
      }
      let part = block.slice(done..<(done + count))
      if let bad = unpacking.unpack(scratch, frames: count, channels: channels, into: part) {
        throw .notFinite(frame: now + Int64(bad.frame), channel: bad.channel)
      }
      done += count
    }
  }

  /// Whether the file holds one channel of 24-bit integers, lowest byte first.
  var isPlain24: Bool {
    layout.channelCount == 1 && layout.code == .int24 && !layout.isBigEndian
      && layout.bytesPerFrame == 3
  }

  /// The bytes of `count` frames from `frame` on, as they stand in the file.
  func readBytes(
    at frame: Int64, count: Int, into bytes: UnsafeMutableRawPointer
  ) throws(SoundFileError) {
    let wanted = count * layout.bytesPerFrame
    let got = try file.read(
      into: bytes, count: wanted, at: layout.dataStart + frame * Int64(layout.bytesPerFrame))
    guard got == wanted else {
      throw .damaged(
        "the file has become shorter", frame: frame + Int64(got / layout.bytesPerFrame),
        rate: layout.rate)
    }
  }
}
