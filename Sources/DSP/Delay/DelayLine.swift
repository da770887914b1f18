public import Signal

/// Delays up to two channels by a whole number of frames, in place.
///
/// The memory holds exactly as many frames as the delay is long. A copy of the value shares it,
/// so one owner uses one line.
public struct DelayLine {
  public let frames: Int
  let channelCount: Int
  private let memory: AudioBuffer
  private var position = 0

  public init(frames: Int, channelCount: Int) {
    self.frames = max(0, frames)
    self.channelCount = channelCount
    memory = AudioBuffer(channelCount: channelCount, frameCapacity: self.frames)
  }

  /// Puts `block` in and what went in `frames` frames ago out.
  public mutating func process(_ block: Block) {
    guard frames > 0 else { return }
    var done = 0
    while done < block.frameCount {
      let count = min(block.frameCount - done, frames - position)
      for channel in 0..<channelCount {
        let audio = block[channel].slice(done..<(done + count))
        let held = memory.block[channel].slice(position..<(position + count))
        for i in 0..<count {
          let incoming = audio[i]
          audio[i] = held[i]
          held[i] = incoming
        }
      }
      position += count
      if position == frames { position = 0 }
      done += count
    }
  }

  public func encode(into writer: inout StateWriter) {
    for channel in 0..<channelCount {
      let samples = memory.block[channel].slice(0..<frames)
      writer.write(samples.slice(position..<frames))
      writer.write(samples.slice(0..<position))
    }
  }

  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    position = 0
    for channel in 0..<channelCount {
      try reader.read(into: memory.block[channel].slice(0..<frames))
    }
  }

  public mutating func reset() {
    position = 0
    memory.block.fill(0)
  }
}
