public import AudioFiles
public import Signal

/// Writes an output to a sound file: dithered once, quantised here, put in place atomically.
public final class FileSink: OutputSink {
  public let path: String
  public let format: SoundFileFormat
  private let writer: SoundFileWriter
  private let bits: Int?
  private var frame: Int64
  private let seed: UInt64
  private let scratch: AudioBuffer
  private var observers: [any SampleObserver]
  private let measures: () -> [Double]
  private var result: WrittenFile?

  /// - Parameters:
  ///   - firstFrame: programme frame of the file's first frame: the dither is a function of it.
  ///   - dithers: false leaves integer samples rounded without dither.
  ///   - observers: get every block as it stands in the file; `measures` is asked at the end.
  /// - Throws: `RenderFailure.io`.
  public init(
    path: String, format: SoundFileFormat, metadata: SoundFileMetadata = .init(),
    firstFrame: Int64 = 0, dithers: Bool = true, seed: UInt64 = FileSink.standardSeed,
    observers: [any SampleObserver] = [], measures: @escaping () -> [Double] = { [] }
  ) throws(RenderFailure) {
    self.path = path
    self.format = format
    self.seed = seed
    self.observers = observers
    self.measures = measures
    frame = firstFrame
    bits = if case .integer(let bits) = format.encoding, dithers { bits } else { nil }
    scratch = AudioBuffer(channelCount: format.channelCount, frameCapacity: 8192)
    do throws(SoundFileError) {
      writer = try SoundFileWriter(path: path, format: format, metadata: metadata)
    } catch {
      throw .io("\(path): \(error.message)")
    }
  }

  /// The dither's seed unless a session says otherwise: a fixed constant.
  public static let standardSeed: UInt64 = 0x6D69_7864_6F77_6E31

  public func write(_ block: Block) throws(RenderFailure) {
    var done = 0
    while done < block.frameCount {
      let count = min(scratch.frameCapacity, block.frameCount - done)
      let part = scratch.block(count)
      for channel in 0..<format.channelCount {
        part[channel].copy(
          from: block[min(channel, block.channelCount - 1)].slice(done..<done + count))
      }
      if let bits {
        Dithering.apply(to: part, bits: bits, seed: seed, from: frame)
      }
      for observer in observers { observer.observe(part) }
      do throws(SoundFileError) {
        try writer.write(part)
      } catch {
        throw .io("\(path): \(error.message)")
      }
      frame += Int64(count)
      done += count
    }
  }

  public func finish() throws(RenderFailure) {
    do throws(SoundFileError) {
      result = try writer.finish(keepingEqual: true)
    } catch {
      throw .io("\(path): \(error.message)")
    }
  }

  public func abandon() { writer.abandon() }

  public var facts: FileFacts? {
    result.map { written in
      FileFacts(
        sha256: written.sha256.hexadecimal, frames: written.frames, byteCount: written.byteCount,
        clippedSamples: Int64(written.clippedSamples), measures: measures(),
        wasReplaced: written.wasReplaced)
    }
  }
}

/// Looks at the samples that go into a file.
public protocol SampleObserver: AnyObject {
  func observe(_ block: Block)
}
