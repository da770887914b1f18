/// Delays a stream by a fixed number of frames; finite memory.
public struct AlignmentDelay {
  public let frames: Int
  private var rings: [[Double]]
  private var position = 0

  public init(frames: Int, channelCount: Int) {
    self.frames = frames
    rings = [[Double]](repeating: [Double](repeating: 0, count: frames), count: channelCount)
  }

  public mutating func process(_ block: Block) {
    guard frames > 0 else { return }
    var end = position
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      end = position
      rings[channel].withUnsafeMutableBufferPointer { ring in
        for i in samples.indices {
          let x = samples[i]
          samples[i] = ring[end]
          ring[end] = x
          end += 1
          if end == frames { end = 0 }
        }
      }
    }
    position = end
  }

  public func encodeState(into writer: inout StateWriter) {
    for ring in rings {
      writer.write(ring[position...])
      writer.write(ring[..<position])
    }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for channel in rings.indices { rings[channel] = try reader.readDoubles(frames) }
    position = 0
  }

  public mutating func reset() {
    for channel in rings.indices {
      rings[channel] = [Double](repeating: 0, count: frames)
    }
    position = 0
  }
}
