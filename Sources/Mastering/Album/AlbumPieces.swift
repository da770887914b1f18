public import AudioFiles
public import Engine
internal import Loudness
internal import MixGraph
internal import SessionModel
public import Signal
internal import Synchronization

/// A sound file that others are cut from, without a sample changed.
public final class SoundFilePieces: PiecedSource, @unchecked Sendable {
  // Proof for @unchecked Sendable: the reader is used inside `lock` only.
  private let reader: SoundFileReader
  private let lock = Mutex(())
  private let path: String
  public let pieces: [StreamPiece]
  public var channelCount: Int { reader.facts.channelCount }
  public var frames: Int64 { reader.facts.frames }
  public var rate: Int { reader.facts.rate }

  public init(path: String) throws(SoundFileError) {
    reader = try SoundFileReader(path: path)
    self.path = path
    let (frames, step) = (reader.facts.frames, Int64(1) << 18)
    pieces = stride(from: Int64(0), to: frames, by: Int64.Stride(step)).map { start in
      StreamPiece(
        range: FrameRange(start, min(frames, start + step)), content: nil, offset: 0)
    }
  }

  public func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    let problem: SoundFileError? = lock.withLock { _ in
      do throws(SoundFileError) {
        try reader.read(
          at: range.start, into: block, channels: Array(0..<block.channelCount))
        return nil
      } catch {
        return error
      }
    }
    if let problem { throw .io("\(path): \(problem.message)") }
  }

  /// The frames `range`, filled up with silence to a multiple of `frame`.
  public func piece(_ range: Range<Int64>, multipleOf frame: Int64 = 1) -> any PiecedSource {
    let length = Int64(range.count)
    return StreamView(
      self, start: range.lowerBound, frames: (length + frame - 1) / frame * frame,
      channels: .count(channelCount))
  }

  /// How many samples of a range are at full scale, in a file of `bits`.
  public func samplesAtFullScale(_ range: Range<Int64>, bits: Int) throws(RenderFailure) -> Int {
    let top = 1 - 1 / Double(Int64(1) << Int64(min(max(bits, 2), 32) - 1))
    let buffer = AudioBuffer(channelCount: channelCount, frameCapacity: 4096)
    var count = 0
    var at = range.lowerBound
    while at < range.upperBound {
      let block = buffer.block(Int(min(4096, range.upperBound - at)))
      try read(FrameRange(at, at + Int64(block.frameCount)), into: block)
      for channel in 0..<channelCount {
        for i in 0..<block.frameCount where block[channel][i] >= top || block[channel][i] <= -1 {
          count += 1
        }
      }
      at += Int64(block.frameCount)
    }
    return count
  }

  /// What each range measures by `metric`; nil where it is too short for it.
  public func values(of metric: String, in ranges: [Range<Int64>]) throws(RenderFailure)
    -> [Double?]
  {
    var values: [Double?] = []
    for range in ranges {
      let meter = ProgrammeMeter(rate: rate, channelCount: channelCount)
      let buffer = AudioBuffer(channelCount: channelCount, frameCapacity: 4096)
      var at = range.lowerBound
      while at < range.upperBound {
        let end = min(range.upperBound, at + 4096)
        let block = buffer.block(Int(end - at))
        try read(FrameRange(at, end), into: block)
        meter.process(block)
        at = end
      }
      values.append(GainSolver.value(of: metric, in: meter.finish()))
    }
    return values
  }
}

extension DeliveryForm {
  /// Frames of the album's rate in frames of the file's, rounded to nearest.
  public func fileFrames(_ frames: Int64) -> Int64 { scaled(frames) }

  /// This form for audio that is already what it will be: nothing is done but writing it.
  public var untouched: DeliveryForm {
    var form = self
    form.sessionRate = format.rate
    form.inserts = []
    form.usesLimiter = false
    form.ceiling = nil
    form.loudness = nil
    form.gain = 0
    form.dither = "none"
    form.head = nil
    form.tail = nil
    form.fadeOut = nil
    form.range = nil
    form.discRange = nil
    form.profile = nil
    return form
  }

  /// This form for the whole programme at a gain, kept in a WAV file of the same depth to be cut
  /// into files of this form.
  public func uncut(gain: Double) -> DeliveryForm {
    var form = self
    form.format.container = .wav
    form.metadata = SoundFileMetadata()
    form.profile = nil
    form.gain = gain
    form.loudness = nil
    form.range = nil
    form.discRange = nil
    form.head = nil
    form.tail = nil
    form.fadeOut = nil
    return form
  }

  public var isLossyFile: Bool { format.container.isLossy }
}
