public import Signal

/// What came of writing a file.
public struct WrittenFile: Hashable, Sendable {
  public var path: String
  public var frames: Int64
  /// Length of the file in bytes.
  public var byteCount: Int64
  /// Of bytes that are not samples of a linear coding: the head and the tail, or all of an encoded
  /// file.
  public var frame: ContentHash
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
  private var isEnded = false
  private let scratch: UnsafeMutableRawPointer
  private static let batch = 4096
  /// Bytes before the first sample; linear codings only.
  public private(set) var dataOffset: Int64 = 0

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
    dataOffset = Int64(head.count)
    position = dataOffset
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

  /// Puts loudness that was measured meanwhile into the file: into the `bext` and `iXML` chunks of
  /// WAV, as ReplayGain into the tags of FLAC, MP3 and Vorbis, as R 128 gain into those of Opus.
  public func setLoudness(_ loudness: BroadcastExtension.Loudness) {
    switch form {
    case .wave(var wave):
      guard wave.metadata.broadcast != nil else { return }
      wave.metadata.broadcast?.loudness = loudness
      form = .wave(wave)
    case .library(let encoder): encoder.metadata.loudness = loudness
    case .aiff, .caf, .closed: break
    }
  }

  /// Ends the audio; nothing more can be written.
  ///
  /// - Returns: the path of a file, gone after `finish` or `abandon`, that decodes to what the
  ///   finished one will.
  public func endAudio() throws(SoundFileError) -> String {
    isEnded = true
    switch form {
    case .closed: throw .notWritten("the file is complete already")
    case .library(let encoder): return try encoder.endAudio()
    case .wave, .aiff, .caf:
      try output.file.write(tail, at: position)
      try output.file.write(head, at: 0)
      return output.temporary
    }
  }

  /// Appends a block of the file's channel count.
  ///
  /// - Throws: `notFinite` with the frame of the file, `notWritten`.
  public func write(_ block: Block) throws(SoundFileError) {
    guard !isEnded else { throw .notWritten("the file is complete already") }
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

  // MARK: Linear codings at random

  /// Whether samples stand in the file as they are: frame n at `dataOffset` + n · bytes a frame.
  public var isLinear: Bool { format.container.isLinear }

  private var isBigEndian: Bool {
    switch format.container {
    case .aiff, .caf: true
    default: false
    }
  }

  /// Writes a block at `frame` of a linear file, in one go.
  ///
  /// - Parameter isThere: whether bytes of this content need not be written; they are put there later,
  ///   by `copy`.
  /// - Returns: the content hash of its bytes, how many samples were clamped, and whether it was written.
  /// - Throws: `notFinite` with the frame of the file, `notWritten`.
  public func write(
    _ block: Block, at frame: Int64, unless isThere: (ContentHash) -> Bool = { _ in false }
  ) throws(SoundFileError) -> (hash: ContentHash, clippedSamples: Int, isWritten: Bool) {
    precondition(isLinear && block.channelCount == format.channelCount)
    try extend(to: frame + Int64(block.frameCount))
    for channel in 0..<block.channelCount {
      if let bad = firstNonFinite(block[channel].address, count: block.frameCount) {
        throw .notFinite(frame: frame + Int64(bad), channel: channel)
      }
    }
    var clipped = 0
    if case .integer(let bits) = format.encoding {
      clipped = SamplePacking.clippedSamples(block, bits: bits)
    }
    let count = block.frameCount * format.bytesPerFrame
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, count), alignment: 16)
    defer { memory.deallocate() }
    SamplePacking.pack(block, as: format.encoding, isBigEndian: isBigEndian, into: memory)
    let bytes = UnsafeRawBufferPointer(start: memory, count: count)
    let hash = ContentHash(of: bytes)
    let isWritten = !isThere(hash)
    if isWritten { try output.file.write(bytes, at: place(of: frame)) }
    clippedSamples += clipped
    return (hash, clipped, isWritten)
  }

  /// Takes `frames` frames over from the bytes of another file of the same coding.
  ///
  /// - Parameter clippedSamples: how many of them were clamped when they were made.
  public func copy(
    from descriptor: Int32, at offset: Int64, frames count: Int64, to frame: Int64,
    clippedSamples clipped: Int
  ) throws(SoundFileError) {
    precondition(isLinear)
    try extend(to: frame + count)
    try output.file.copy(
      from: descriptor, at: offset, count: count * Int64(format.bytesPerFrame),
      to: place(of: frame))
    clippedSamples += clipped
  }

  /// Counts frames in front of `end` as written whose bytes are put there later, by `copy`.
  public func reserve(to end: Int64, clippedSamples clipped: Int) throws(SoundFileError) {
    precondition(isLinear)
    try extend(to: end)
    clippedSamples += clipped
  }

  /// Counts samples that were clamped before they came here.
  public func count(clippedSamples clipped: Int) { clippedSamples += clipped }

  /// Reads frames of a linear file back as they were written.
  public func read(_ range: FrameRange, into block: Block) throws(SoundFileError) {
    try read(range, into: block, from: output.file.descriptor, at: dataOffset)
  }

  /// Reads frames of another file with samples of this form, the first of which are `offset` bytes
  /// from its start.
  public func read(
    _ range: FrameRange, into block: Block, from descriptor: Int32, at offset: Int64
  ) throws(SoundFileError) {
    precondition(isLinear && Int64(block.frameCount) == range.length)
    let count = block.frameCount * format.bytesPerFrame
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, count), alignment: 16)
    defer { memory.deallocate() }
    let position = offset + range.start * Int64(format.bytesPerFrame)
    guard try PosixFile.read(descriptor, into: memory, count: count, at: position) == count
    else { throw .notWritten("what was written cannot be read back") }
    SamplePacking.unpack(
      memory, as: format.encoding, isBigEndian: isBigEndian, into: block)
  }

  /// Puts the samples that were written so far on the medium; safe beside writing and reading.
  public func synchronize() throws(SoundFileError) { try output.file.synchronize() }

  private func place(of frame: Int64) -> Int64 {
    dataOffset + frame * Int64(format.bytesPerFrame)
  }

  private func extend(to end: Int64) throws(SoundFileError) {
    if case .aiff(let aiff) = form, end > aiff.frameLimit {
      throw .notWritten("AIFF ends at 4 GiB")
    }
    if case .closed = form { throw .notWritten("the file is complete already") }
    frames = max(frames, end)
    position = place(of: frames)
  }

  /// Completes the file and puts it in place: on the medium first, then under its name.
  ///
  /// - Parameters:
  ///   - keepingEqual: leave a file alone that has the same bytes already.
  ///   - isEqual: whether the file which is there now has, given this one's `frame`; where it is not
  ///     known, nil, both are read.
  public func finish(
    keepingEqual: Bool = true,
    isEqual: (ContentHash) throws(SoundFileError) -> Bool? = { _ in nil }
  ) throws(SoundFileError) -> WrittenFile {
    let around: ContentHash
    switch form {
    case .closed:
      throw .notWritten("the file is complete already")
    case .library(let encoder):
      try encoder.finish(into: output.file)
      around = try output.file.contentHash(length: try output.file.status().length)
    case .wave, .aiff, .caf:
      let (head, tail) = (head, tail)
      try output.file.write(tail, at: position)
      try output.file.write(head, at: 0)
      around = ContentHash(combining: [ContentHash(of: head), ContentHash(of: tail)])
    }
    // What was reserved may be copied here.
    let isKnownEqual = try isEqual(around)
    form = .closed
    let length = try output.file.status().length
    let wasReplaced = try output.publish(keepingEqual: keepingEqual, isEqual: isKnownEqual)
    return WrittenFile(
      path: output.destination, frames: frames, byteCount: length, frame: around,
      wasReplaced: wasReplaced, clippedSamples: clippedSamples)
  }

  /// Drops what was written; the destination stays as it was.
  public func abandon() {
    if case .library(let encoder) = form { encoder.abandon() }
    form = .closed
    output.abandon()
  }
}
