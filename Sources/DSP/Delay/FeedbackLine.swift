internal import CLanes
import Signal

/// The memory of one recirculating line: as long as its delay, read and written in runs.
///
/// A run may be as long as the delay, no longer: what is read was written before the run.
struct FeedbackLine {
  let frames: Int
  private let memory: AudioBuffer
  private var position = 0

  /// - Parameter frames: 1 or more.
  init(frames: Int) {
    self.frames = max(1, frames)
    memory = AudioBuffer(channelCount: 1, frameCapacity: self.frames)
  }

  /// The oldest `output.count` samples, without moving on.
  func read(into output: Samples) {
    let samples = memory.block[0]
    let first = min(output.count, frames - position)
    output.slice(0..<first).copy(from: samples.slice(position..<(position + first)))
    let rest = output.count - first
    if rest > 0 { output.slice(first..<output.count).copy(from: samples.slice(0..<rest)) }
  }

  /// Overwrites the oldest samples and moves on.
  mutating func write(_ input: Samples) {
    let samples = memory.block[0]
    let first = min(input.count, frames - position)
    samples.slice(position..<(position + first)).copy(from: input.slice(0..<first))
    let rest = input.count - first
    if rest > 0 { samples.slice(0..<rest).copy(from: input.slice(first..<input.count)) }
    position += input.count
    if position >= frames { position -= frames }
  }

  /// The place of the oldest `spare.count` samples: in the memory, or copied into `spare` where they
  /// lie on both sides of its end. What is written there becomes the newest with `finishRun`.
  func beginRun(_ spare: Samples) -> UnsafeMutablePointer<Double> {
    if position + spare.count <= frames { return memory.block[0].address + position }
    read(into: spare)
    return spare.address
  }

  /// Moves on by what `beginRun` gave out.
  mutating func finishRun(_ spare: Samples) {
    if position + spare.count <= frames {
      position += spare.count
      if position == frames { position = 0 }
    } else {
      write(spare)
    }
  }

  /// Clears what has decayed of the last `count` samples written.
  mutating func flush(last count: Int) {
    let samples = memory.block[0]
    let count = min(count, frames)
    let start = position - count
    if start >= 0 {
      Self.flush(samples.slice(start..<position))
    } else {
      Self.flush(samples.slice(0..<position))
      Self.flush(samples.slice((start + frames)..<frames))
    }
  }

  private static func flush(_ samples: Samples) {
    lanes_flush(samples.address, StateGrid.least, samples.count)
  }

  mutating func round() {
    let samples = memory.block[0]
    for i in samples.indices { samples[i] = StateGrid.memory(samples[i]) }
  }

  mutating func reset() {
    position = 0
    memory.block.fill(0)
  }

  /// Oldest first.
  func encode(into writer: inout StateWriter) {
    let samples = memory.block[0]
    writer.write(samples.slice(position..<frames))
    writer.write(samples.slice(0..<position))
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    position = 0
    try reader.read(into: memory.block[0])
  }
}
