internal import CLanes

/// Frames in single precision, channel beside channel, as files and streams have them.
public enum InterleavedFloats {
  /// Rounds `count` frames of a block, from `first` on, to Float (to nearest, ties to even).
  ///
  /// - Parameters:
  ///   - channelCount: of the frames written; channels beyond the block's repeat its last.
  ///   - out: room for `count` frames.
  public static func write(
    _ block: Block, from first: Int, count: Int, channelCount: Int,
    to out: UnsafeMutablePointer<Float>
  ) {
    if channelCount == 2 {
      let left = block[0].address + first
      let right = block[min(1, block.channelCount - 1)].address + first
      lanes_join_floats(left, right, out, count)
      return
    }
    for channel in 0..<channelCount {
      let samples = block[min(channel, block.channelCount - 1)].address + first
      for i in 0..<count { out[i &* channelCount &+ channel] = Float(samples[i]) }
    }
  }

  /// Takes `count` frames apart, into the block's frames from `first` on.
  ///
  /// - Parameter channelCount: of the frames; at least as many as the block has.
  public static func read(
    _ frames: UnsafePointer<Float>, count: Int, channelCount: Int, into block: Block, at first: Int
  ) {
    if channelCount == 2 && block.channelCount == 2 {
      lanes_split_floats(frames, block[0].address + first, block[1].address + first, count)
      return
    }
    for channel in 0..<block.channelCount {
      let samples = block[channel].address + first
      for i in 0..<count { samples[i] = Double(frames[i &* channelCount &+ channel]) }
    }
  }
}
