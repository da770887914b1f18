public import AudioFiles
internal import MixGraph
public import Signal

/// A sound file in the making: samples go in by frame, unchanged runs are taken over from the file
/// that stands in its place, and what was written can be read back while it grows.
public final class PublishedFile: @unchecked Sendable {
  // Proof for @unchecked Sendable: one thread writes; others read frames only after the writer's
  // schedule has told them, through a lock, that these are done; `adopted` is changed, and read by
  // others, inside `monitor`.
  public let path: String
  public let format: SoundFileFormat
  private let writer: SoundFileWriter
  /// What an encoder will be fed with: its own output cannot be read back.
  private let spill: SpillFile?
  private let store: Store?
  private let earlier: EarlierFile?
  private var runs: [FileLayout.Run] = []
  private var end: Int64 = 0
  private var encoded: Int64 = 0
  /// Frames from the file's start on that the earlier file has in the same place.
  private var adopted: Int64 = 0
  /// Whether these are still there alone.
  private var isUnsettled = false
  /// Whether any frames are the earlier file's.
  private var hasTakenOver = false
  private let monitor = Monitor()
  private let synchronising = Synchronising()
  private let block: AudioBuffer

  private static let blockFrames = 4096

  /// - Parameter folder: an existing folder for streams that are kept aside.
  /// - Throws: `RenderFailure.io`.
  public init(
    path: String, format: SoundFileFormat, metadata: SoundFileMetadata, folder: String,
    store: Store?
  ) throws(RenderFailure) {
    self.path = path
    self.format = format
    self.store = store
    do throws(SoundFileError) {
      writer = try SoundFileWriter(path: path, format: format, metadata: metadata)
    } catch {
      throw .io("\(path): \(error.message)")
    }
    let isLinear = writer.isLinear
    spill = isLinear ? nil : try SpillFile(folder: folder, channelCount: format.channelCount)
    earlier = store.flatMap { EarlierFile(path: path, store: $0) }
    block = AudioBuffer(channelCount: format.channelCount, frameCapacity: Self.blockFrames)
  }

  /// The bytes of frames do not depend on anything but their samples.
  public var isLinear: Bool { spill == nil }

  /// Appends frames that are known by their bytes; false: they have to be made.
  public func take(_ bytes: ContentHash, frames: Int64, clippedSamples: Int) throws(RenderFailure)
    -> Bool
  {
    guard isLinear, let earlier, earlier.layout.coding == coding else { return false }
    do throws(SoundFileError) {
      if isInPlace(bytes, frames) {
        try writer.reserve(to: end + frames, clippedSamples: clippedSamples)
        adopt(bytes, frames)
        return true
      }
      guard let start = earlier.start(of: bytes, frames: frames) else { return false }
      hasTakenOver = true
      try settle()
      try writer.copy(
        from: earlier.descriptor,
        at: earlier.layout.dataOffset + start * Int64(format.bytesPerFrame), frames: frames,
        to: end, clippedSamples: clippedSamples)
    } catch {
      throw .io("\(path): \(error.message)")
    }
    note(bytes, frames)
    return true
  }

  /// Whether the earlier file is the same up to here and goes on with these bytes.
  private func isInPlace(_ bytes: ContentHash, _ frames: Int64) -> Bool {
    guard adopted == end, let earlier, earlier.layout.coding == coding else { return false }
    return earlier.holds(bytes, frames, at: end)
  }

  /// Takes frames that the earlier file has in the same place.
  private func adopt(_ bytes: ContentHash, _ frames: Int64) {
    hasTakenOver = true
    isUnsettled = true
    monitor.withLock { adopted += frames }
    runs.append(FileLayout.Run(bytes: bytes, start: end, frames: frames))
    end += frames
  }

  /// Copies what only the earlier file holds, once it is known that the two differ.
  private func settle() throws(SoundFileError) {
    guard isUnsettled, let earlier else { return }
    isUnsettled = false
    try writer.copy(
      from: earlier.descriptor, at: earlier.layout.dataOffset, frames: adopted, to: 0,
      clippedSamples: 0)
    synchronising.wrote(adopted * Int64(format.bytesPerFrame), self)
  }

  /// What was taken over from the earlier file is what it held when it was looked up.
  private func checkEarlier() throws(SoundFileError) {
    if hasTakenOver, let earlier, !earlier.isUntouched {
      throw .notWritten("the file was changed by someone else meanwhile")
    }
  }

  /// Appends a block of the file's channels.
  ///
  /// - Parameter clamped: how many of its samples were clamped before.
  /// - Returns: the identity of its bytes, and how many samples were clamped in all.
  public func append(_ block: Block, clippedSamples clamped: Int = 0) throws(RenderFailure) -> (
    bytes: ContentHash, clippedSamples: Int
  ) {
    writer.count(clippedSamples: clamped)
    if let spill {
      try spill.write(block, at: end)
      end += Int64(block.frameCount)
      return (ContentHash(of: block), clamped)
    }
    let frames = Int64(block.frameCount)
    do throws(SoundFileError) {
      // What was made anew may well be what it was.
      let (hash, clipped, isWritten) = try writer.write(block, at: end) { isInPlace($0, frames) }
      if isWritten {
        try settle()
        note(hash, frames)
      } else {
        adopt(hash, frames)
      }
      return (hash, clipped + clamped)
    } catch {
      throw .io("\(path): \(error.message)")
    }
  }

  private func note(_ bytes: ContentHash, _ frames: Int64) {
    runs.append(FileLayout.Run(bytes: bytes, start: end, frames: frames))
    end += frames
    synchronising.wrote(frames * Int64(format.bytesPerFrame), self)
  }

  /// Puts what was written so far on the medium; safe beside everything else.
  fileprivate func synchronize() throws(SoundFileError) { try writer.synchronize() }

  /// Frames written so far.
  public var frames: Int64 { end }

  /// Reads written frames as they stand in the file.
  public func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    if let spill { return try spill.read(range, into: block) }
    let adopted = monitor.withLock { self.adopted }
    let count = Int(max(0, min(range.end, adopted) - range.start))
    do throws(SoundFileError) {
      if count > 0, let earlier {
        try writer.read(
          FrameRange(range.start, range.start + Int64(count)), into: block.slice(0..<count),
          from: earlier.descriptor, at: earlier.layout.dataOffset)
      }
      if count < block.frameCount {
        try writer.read(
          FrameRange(range.start + Int64(count), range.end),
          into: block.slice(count..<block.frameCount))
      }
    } catch {
      throw .io("\(path): \(error.message)")
    }
  }

  /// Feeds an encoder with everything up to `limit`; nothing to do for linear files.
  public func encode(upTo limit: Int64) throws(RenderFailure) {
    guard let spill else { return }
    while encoded < limit {
      let count = min(limit - encoded, Int64(Self.blockFrames))
      let part = block.block(Int(count))
      try spill.read(FrameRange(encoded, encoded + count), into: part)
      do throws(SoundFileError) {
        try writer.write(part)
      } catch {
        throw .io("\(path): \(error.message)")
      }
      encoded += count
    }
  }

  /// Ends the audio; nothing more can be written.
  ///
  /// - Returns: the path of a file, gone after `finish` or `abandon`, that decodes to what the
  ///   finished one will.
  public func endAudio() throws(RenderFailure) -> String {
    try encode(upTo: end)
    do throws(SoundFileError) {
      try settle()
      return try writer.endAudio()
    } catch {
      throw .io("\(path): \(error.message)")
    }
  }

  /// Puts loudness that was measured meanwhile into the file's `bext` chunk or tags.
  public func setLoudness(_ loudness: BroadcastExtension.Loudness) { writer.setLoudness(loudness) }

  /// Completes the file and puts it in place if it differs from what is there.
  ///
  /// - Throws: `RenderFailure.io`.
  public func finish(measures: [Double]) throws(RenderFailure) -> FileFacts {
    try encode(upTo: end)
    let written: WrittenFile
    do throws(SoundFileError) {
      try synchronising.end()
      written = try writer.finish { frame throws(SoundFileError) in
        var isEqual: Bool?
        // Only of the file that stands there now, and not of one that stood there.
        if isLinear, let layout = earlier?.layout, layout.coding == coding,
          FileStamp(path: path) == layout.stamp
        {
          isEqual = layout.isEqual(frame: frame, runs)
        }
        if isEqual != true {
          try settle()
          try checkEarlier()
        }
        return isEqual
      }
    } catch {
      throw .io("\(path): \(error.message)")
    }
    if let store, let stamp = FileStamp(path: path) {
      FileLayout(
        stamp: stamp, coding: coding, dataOffset: writer.dataOffset, frame: written.frame,
        runs: runs
      ).keep(in: store, path: path)
    }
    return FileFacts(
      digest: ContentHash(combining: [written.frame] + runs.map(\.bytes)).hexadecimal,
      frames: written.frames, byteCount: written.byteCount,
      clippedSamples: Int64(written.clippedSamples), measures: measures,
      wasReplaced: written.wasReplaced)
  }

  public func abandon() { writer.abandon() }

  private var coding: String {
    "\(format.container.rawValue) \(format.encoding) \(format.channelCount)"
  }
}

/// Puts what was written on the medium while more is written, so that little is left at the end.
private final class Synchronising: @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`.
  private let monitor = Monitor()
  private var bytes: Int64 = 0
  private var isRunning = false
  private var failure: SoundFileError?

  private static let step: Int64 = 16 << 20

  func wrote(_ count: Int64, _ file: PublishedFile) {
    monitor.lock()
    bytes += count
    let begins = bytes >= Self.step && !isRunning && failure == nil
    if begins {
      bytes = 0
      isRunning = true
    }
    monitor.unlock()
    guard begins else { return }
    if !WorkerPool.detach({ [self] in synchronize(file) }) { synchronize(file) }
  }

  private func synchronize(_ file: PublishedFile) {
    var problem: SoundFileError?
    do throws(SoundFileError) { try file.synchronize() } catch { problem = error }
    monitor.withLock {
      failure = failure ?? problem
      isRunning = false
    }
    monitor.broadcast()
  }

  /// Waits for what is under way.
  ///
  /// - Throws: what went wrong: the system may say so only once.
  func end() throws(SoundFileError) {
    monitor.lock()
    while isRunning { monitor.wait() }
    let problem = failure
    monitor.unlock()
    if let problem { throw problem }
  }
}

/// Which runs of samples a file holds, and where.
struct FileLayout {
  struct Run {
    var bytes: ContentHash
    var start: Int64
    var frames: Int64
  }

  var stamp: FileStamp
  var coding: String
  var dataOffset: Int64
  /// Of what is there besides samples.
  var frame: ContentHash
  var runs: [Run]

  private static func key(_ path: String) -> Digest {
    var writer = DigestWriter()
    writer.field("layout-2-of", Posix.absolute(path))
    return writer.digest
  }

  func keep(in store: Store, path: String) {
    var writer = StateWriter()
    for word in [stamp.device, stamp.inode] { writer.write(word) }
    for word in [stamp.size, stamp.modified, stamp.changed, dataOffset] { writer.write(Int(word)) }
    let text = Array(coding.utf8)
    writer.write(text.count)
    for byte in text { writer.write(Int(byte)) }
    writer.write(frame.low)
    writer.write(frame.high)
    writer.write(runs.count)
    for run in runs {
      writer.write(run.bytes.low)
      writer.write(run.bytes.high)
      writer.write(Int(run.start))
      writer.write(Int(run.frames))
    }
    let hash = ContentHash(of: writer.bytes)
    if store.keepBlob(writer.bytes, hash) { store.put(Self.key(path), hash.bytes) }
  }

  init(
    stamp: FileStamp, coding: String, dataOffset: Int64, frame: ContentHash, runs: [Run]
  ) {
    self.stamp = stamp
    self.coding = coding
    self.dataOffset = dataOffset
    self.frame = frame
    self.runs = runs
  }

  /// Whether a file of this coding with `other` runs has the same bytes; nil: that cannot be told,
  /// for it was cut elsewhere.
  func isEqual(frame otherFrame: ContentHash, _ other: [Run]) -> Bool? {
    guard other.map(\.start) == runs.map(\.start), other.map(\.frames) == runs.map(\.frames) else {
      return nil
    }
    return otherFrame == frame && other.map(\.bytes) == runs.map(\.bytes)
  }

  /// The layout that was kept for `path`.
  init?(of path: String, in store: Store) {
    guard let hash = store.record(Self.key(path)), hash.count == 16,
      let bytes = store.blob(ContentHash(bytes: hash[...]))
    else { return nil }
    var reader = StateReader(bytes)
    do throws(StateError) {
      func word(_ reader: inout StateReader) throws(StateError) -> Int64 {
        Int64(try reader.readInt())
      }
      stamp = FileStamp(
        device: try reader.readUInt64(), inode: try reader.readUInt64(),
        size: try word(&reader), modified: try word(&reader), changed: try word(&reader))
      dataOffset = try word(&reader)
      func text(_ count: Int, _ reader: inout StateReader) throws(StateError) -> [UInt8] {
        guard count >= 0 && count < 1000 else { throw StateError() }
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: try reader.readInt())) }
        return bytes
      }
      coding = String(decoding: try text(try reader.readInt(), &reader), as: UTF8.self)
      frame = ContentHash(low: try reader.readUInt64(), high: try reader.readUInt64())
      let count = try reader.readInt()
      guard count >= 0 && count <= bytes.count else { return nil }
      runs = []
      for _ in 0..<count {
        runs.append(
          Run(
            bytes: ContentHash(low: try reader.readUInt64(), high: try reader.readUInt64()),
            start: try word(&reader), frames: try word(&reader)))
      }
    } catch { return nil }
  }
}

/// The file that stands in an output's place, if it is the one that was put there.
private final class EarlierFile {
  let layout: FileLayout
  let descriptor: Int32
  private let starts: [ContentHash: (start: Int64, frames: Int64)]
  /// The same by place: of runs with the same bytes, silence say, `starts` knows one.
  private let runs: [Int64: FileLayout.Run]

  init?(path: String, store: Store) {
    guard let layout = FileLayout(of: path, in: store),
      let descriptor = Posix.openForReading(path)
    else { return nil }
    guard FileStamp(descriptor: descriptor) == layout.stamp else {
      Posix.closeFile(descriptor)
      return nil
    }
    self.layout = layout
    self.descriptor = descriptor
    var starts: [ContentHash: (start: Int64, frames: Int64)] = [:]
    for run in layout.runs { starts[run.bytes] = (run.start, run.frames) }
    self.starts = starts
    runs = Dictionary(layout.runs.map { ($0.start, $0) }, uniquingKeysWith: { $1 })
  }

  func holds(_ bytes: ContentHash, _ frames: Int64, at start: Int64) -> Bool {
    guard let run = runs[start] else { return false }
    return run.bytes == bytes && run.frames == frames
  }

  deinit { Posix.closeFile(descriptor) }

  /// Nobody wrote into it; its name may be gone, which moves the time of its last change.
  var isUntouched: Bool {
    guard let now = FileStamp(descriptor: descriptor) else { return false }
    return now.size == layout.stamp.size && now.modified == layout.stamp.modified
  }

  func start(of bytes: ContentHash, frames: Int64) -> Int64? {
    guard let known = starts[bytes], known.frames == frames else { return nil }
    return known.start
  }
}
