internal import AudioFiles
internal import Signal

/// A recording's frames at the session's rate, a few runs of them kept: what is asked for in small
/// blocks is neighbours, and a conversion costs less a frame the more frames it makes at once.
///
/// A frame has the same bits in a run as alone.
struct ConvertedRuns {
  static let frames = 4096
  private static let limit = 4

  private struct Run {
    /// The run begins at this many times `frames`.
    let number: Int64
    let channels: [Int]
    let audio: AudioBuffer
  }

  /// The one that was asked for last in front.
  private var runs: [Run] = []

  /// Fills `block` from `frame` on, which is 0 or more.
  ///
  /// - Parameter convert: makes the frames of a range, one of the recording's `channels` for each of
  ///   the block's.
  mutating func read(
    at frame: Int64, channels: [Int], into block: Block,
    convert: (FrameRange, Block) throws(SoundFileError) -> Void
  ) throws(SoundFileError) {
    var done = 0
    while done < block.frameCount {
      let at = frame + Int64(done)
      let number = at / Int64(Self.frames)
      let offset = Int(at - number * Int64(Self.frames))
      let count = min(block.frameCount - done, Self.frames - offset)
      let audio = try run(number, channels, convert)
      for channel in channels.indices {
        block[channel].slice(done..<(done + count)).copy(
          from: audio[channel].slice(offset..<(offset + count)))
      }
      done += count
    }
  }

  private mutating func run(
    _ number: Int64, _ channels: [Int],
    _ convert: (FrameRange, Block) throws(SoundFileError) -> Void
  ) throws(SoundFileError) -> Block {
    if let place = runs.firstIndex(where: { $0.number == number && $0.channels == channels }) {
      if place > 0 { runs.insert(runs.remove(at: place), at: 0) }
      return runs[0].audio.block
    }
    let spare = runs.count < Self.limit ? nil : runs.popLast()?.audio
    let audio = spare ?? AudioBuffer(channelCount: 2, frameCapacity: Self.frames)
    let start = number * Int64(Self.frames)
    try convert(
      FrameRange(start, start + Int64(Self.frames)), audio.block.channels(channels.count))
    runs.insert(Run(number: number, channels: channels, audio: audio), at: 0)
    return audio.block
  }
}
