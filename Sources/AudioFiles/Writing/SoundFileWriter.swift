public import Signal

/// What came of writing a file.
public struct WrittenFile: Hashable, Sendable {
  public var path: String
  public var frames: Int64
  /// Length of the file in bytes.
  public var byteCount: Int64
  /// Of the file's bytes.
  public var sha256: SHA256.Digest
  /// False: the file was there already with these very bytes and was not touched.
  public var wasReplaced: Bool
  /// Samples that lay beyond full scale and were clamped; integer codings only.
  public var clippedSamples: Int
}

/// Writes a sound file that appears under its name only when it is complete.
///
/// Equal samples and metadata give equal bytes on every run. WAV, RF64, AIFF and CAF are laid out
/// here; FLAC, MP3, Vorbis and Opus are encoded by libsndfile and get their tags here. Lossy
/// bytes also depend on the encoder libraries' versions.
///
/// - Precision: integer codings round to nearest and expect samples that are on their grid
///   already; `float32` rounds to nearest.
public final class SoundFileWriter {
  private enum Form {
    case wave(WaveForm)
    case aiff(AiffForm)
    case caf(CafForm)
    case library(LibraryEncoder)
    /// The file is complete or given up.
    case closed
  }

  public let format: SoundFileFormat
  private let output: ReplacingFile
  private var form: Form
  private var frames: Int64 = 0
  private var position: Int64 = 0
  private var clippedSamples = 0
  private let scratch: UnsafeMutableRawPointer
  private static let batch = 4096

  /// - Throws: `notWritten` when the folder is missing or not writable, `unsupported` when the
  ///   form does not exist.
  public init(path: String, format: SoundFileFormat, metadata: SoundFileMetadata = .init())
    throws(SoundFileError)
  {
    if let problem = format.problem { throw .unsupported(problem) }
    self.format = format
    output = try ReplacingFile(replacing: path)
    switch format.container {
    case .wav, .rf64: form = .wave(WaveForm(format, metadata))
    case .aiff: form = .aiff(AiffForm(format, metadata))
    case .caf: form = .caf(CafForm(format, metadata))
    case .flac, .mp3, .ogg, .opus:
      form = .library(try LibraryEncoder(path, format, metadata))
    }
    scratch = .allocate(
      byteCount: SoundFileWriter.batch * max(4 * format.channelCount, format.bytesPerFrame),
      alignment: 16)
    position = Int64(head.count)
  }

  deinit {
    scratch.deallocate()
    output.abandon()
  }

  private var head: [UInt8] {
    switch form {
    case .wave(let wave): wave.head(frames: frames)
    case .aiff(let aiff): aiff.head(frames: frames)
    case .caf(let caf): caf.head(frames: frames)
    case .library, .closed: []
    }
  }

  private var tail: [UInt8] {
    switch form {
    case .wave(let wave): wave.tail(frames: frames)
    case .aiff(let aiff): aiff.tail(frames: frames)
    case .caf, .library, .closed: []
    }
  }

  /// Puts loudness that was measured meanwhile into the `bext` chunk, if the file has one.
  public func setLoudness(_ loudness: BroadcastExtension.Loudness) {
    guard case .wave(var wave) = form, wave.metadata.broadcast != nil else { return }
    wave.metadata.broadcast?.loudness = loudness
    form = .wave(wave)
  }

  /// Appends a block of the file's channel count.
  ///
  /// - Throws: `notFinite` with the frame of the file, `notWritten`.
  public func write(_ block: Block) throws(SoundFileError) {
    guard block.channelCount == format.channelCount else {
      throw .notWritten("a block has \(block.channelCount) channels")
    }
    var done = 0
    while done < block.frameCount {
      let count = min(SoundFileWriter.batch, block.frameCount - done)
      try writeBatch(block.slice(done..<(done + count)))
      done += count
    }
  }

  private func writeBatch(_ block: Block) throws(SoundFileError) {
    for channel in 0..<block.channelCount {
      if let bad = firstNonFinite(block[channel].address, count: block.frameCount) {
        throw .notFinite(frame: frames + Int64(bad), channel: channel)
      }
    }
    if case .integer(let bits) = format.encoding {
      clippedSamples += SamplePacking.clippedSamples(block, bits: bits)
    }
    switch form {
    case .library(let encoder):
      if case .integer(let bits) = format.encoding {
        let integers = scratch.assumingMemoryBound(to: Int32.self)
        SamplePacking.packLeftJustified(block, bits: bits, into: integers)
        try encoder.write(integers, frames: block.frameCount)
      } else {
        try encoder.write(block)
      }
    case .aiff(let aiff):
      guard frames + Int64(block.frameCount) <= aiff.frameLimit else {
        throw .notWritten("AIFF ends at 4 GiB")
      }
      try writeLinear(block, isBigEndian: true)
    case .caf:
      try writeLinear(block, isBigEndian: true)
    case .wave:
      try writeLinear(block, isBigEndian: false)
    case .closed:
      throw .notWritten("the file is complete already")
    }
    frames += Int64(block.frameCount)
  }

  private func writeLinear(_ block: Block, isBigEndian: Bool) throws(SoundFileError) {
    SamplePacking.pack(block, as: format.encoding, isBigEndian: isBigEndian, into: scratch)
    let count = block.frameCount * format.bytesPerFrame
    try output.file.write(UnsafeRawBufferPointer(start: scratch, count: count), at: position)
    position += Int64(count)
  }

  /// Completes the file and puts it in place: on the medium first, then under its name.
  ///
  /// - Parameter keepingEqual: leave a file alone that has the same bytes already.
  public func finish(keepingEqual: Bool = true) throws(SoundFileError) -> WrittenFile {
    switch form {
    case .closed:
      throw .notWritten("the file is complete already")
    case .library(let encoder):
      try encoder.finish(into: output.file)
    case .wave, .aiff, .caf:
      try output.file.write(tail, at: position)
      try output.file.write(head, at: 0)
    }
    form = .closed
    let length = try output.file.status().length
    let digest = try output.file.sha256(length: length)
    let wasReplaced = try output.publish(keepingEqual: keepingEqual)
    return WrittenFile(
      path: output.destination, frames: frames, byteCount: length, sha256: digest,
      wasReplaced: wasReplaced, clippedSamples: clippedSamples)
  }

  /// Drops what was written; the destination stays as it was.
  public func abandon() {
    if case .library(let encoder) = form { encoder.abandon() }
    form = .closed
    output.abandon()
  }
}
