public import Signal

/// Reads a sound file by absolute frame, in blocks of any length, without ever holding all of it.
///
/// - Precision: exact. Integers become value / 2^(bits − 1).
/// - Complexity: PCM and FLAC are read at random; files whose facts say `sequential` are decoded
///   in order, and reading an earlier frame than before starts again from the beginning.
public final class SoundFileReader {
  private enum Source {
    case linear(LinearSource)
    case library(SndfileSource)
  }

  private let source: Source
  public let facts: SoundFileFacts

  /// Looks at the header only.
  ///
  /// - Throws: `missing`, `isFolder`, `lfsPointer`, `unreadable`, `unsupported`.
  public init(path: String) throws(SoundFileError) {
    let file = try PosixFile(reading: path)
    let status = try file.status()
    if status.isFolder { throw .isFolder }
    guard status.isRegular else { throw .unsupported("it is no ordinary file") }
    guard status.length > 0 else { throw .unsupported("the file is empty") }
    if try SoundFileReader.isPointer(file) { throw .lfsPointer }
    if let layout = try LinearLayout.find(in: file, length: status.length) {
      source = .linear(LinearSource(file: file, layout: layout))
      facts = SoundFileFacts(
        frames: layout.frames, rate: layout.rate, channelCount: layout.channelCount,
        container: layout.container, encoding: layout.encoding, access: .random,
        isLengthCounted: true, missingFrames: layout.missingFrames,
        speakers: Speaker.speakers(mask: layout.channelMask, count: layout.channelCount))
    } else {
      let library = try SndfileSource(path: path, file: file, length: status.length)
      source = .library(library)
      facts = library.facts
    }
  }

  /// Whether the file is one channel of 24-bit integers, lowest byte first: `readBytes` then gives
  /// samples three bytes each.
  public var isPlain24: Bool {
    if case .linear(let linear) = source { linear.isPlain24 } else { false }
  }

  /// The bytes of frames inside a file that `isPlain24`, as they stand there.
  ///
  /// - Throws: `damaged` where the audio breaks off before its declared end, `unreadable`.
  public func readBytes(
    at frame: Int64, count: Int, into bytes: UnsafeMutableRawPointer
  ) throws(SoundFileError) {
    guard case .linear(let linear) = source, linear.isPlain24, frame >= 0,
      frame + Int64(count) <= facts.frames
    else { throw .unsupported("it is not 24-bit integers there") }
    try linear.readBytes(at: frame, count: count, into: bytes)
  }

  private static func isPointer(_ file: PosixFile) throws(SoundFileError) -> Bool {
    let mark = Array("version https://git-lfs".utf8)
    return try file.bytes(at: 0, count: mark.count) == mark
  }

  /// Fills `block` with the frames from `frame` on, one of the file's `channels` (from 0) in each
  /// of its channels; frames before the start and past the end are zeros.
  ///
  /// - Throws: `notFinite` for the first NaN or infinity among the samples asked for, `damaged`
  ///   where the audio breaks off before its declared end, `unreadable`.
  public func read(at frame: Int64, into block: Block, channels: [Int]) throws(SoundFileError) {
    guard channels.count == block.channelCount,
      channels.allSatisfy({ $0 >= 0 && $0 < facts.channelCount })
    else { throw .unsupported("it has \(facts.channelCount) channels") }
    // Frames of the block that lie inside the file.
    let length = Int64(block.frameCount)
    let lead = frame >= 0 ? 0 : Int(min(length, frame == .min ? .max : -frame))
    let first = frame + Int64(lead)
    if lead > 0 { block.slice(0..<lead).fill(0) }
    guard lead < block.frameCount else { return }
    switch source {
    case .linear(let linear):
      let there = Int(max(0, min(facts.frames - min(first, facts.frames), length - Int64(lead))))
      if there > 0 {
        try linear.read(at: first, into: block.slice(lead..<(lead + there)), channels: channels)
      }
      block.slice((lead + there)..<block.frameCount).fill(0)
    case .library(let library):
      var there = block.frameCount - lead
      if facts.access == .random {
        there = Int(max(0, min(facts.frames - min(first, facts.frames), Int64(there))))
      }
      if there > 0 {
        try library.read(at: first, into: block.slice(lead..<(lead + there)), channels: channels)
      }
      block.slice((lead + there)..<block.frameCount).fill(0)
    }
  }

  /// Hands out the whole file in order, all channels, in blocks of `blockFrames` frames (the last
  /// may be shorter), and returns how many frames there were.
  ///
  /// - Parameter body: gets the block's first frame and the block; returns false to stop.
  /// - Throws: as `read`; what `body` throws passes through.
  @discardableResult
  public func decodeSequentially(
    blockFrames: Int = 1 << 16, _ body: (Int64, Block) throws(SoundFileError) -> Bool
  ) throws(SoundFileError) -> Int64 {
    let length = max(1, blockFrames)
    // Memory follows the frames that are there, for a header may speak of a thousand channels.
    let known = facts.isLengthCounted ? facts.frames : Int64(SndfileSource.blockFrames)
    var buffer = AudioBuffer(
      channelCount: facts.channelCount, frameCapacity: Int(max(1, min(known, Int64(length)))))
    let channels = Array(0..<facts.channelCount)
    var frame: Int64 = 0
    while true {
      var there: Int
      switch source {
      case .library(let library) where facts.access == .sequential:
        there = try library.read(at: frame, into: buffer.block, channels: channels)
        while there == buffer.frameCapacity && there < length {
          buffer = Self.grown(buffer, to: min(length, 4 * there))
          there += try library.read(
            at: frame + Int64(there), into: buffer.block.slice(there..<buffer.frameCapacity),
            channels: channels)
        }
      default:
        there = Int(min(Int64(buffer.frameCapacity), facts.frames - frame))
        if there > 0 { try read(at: frame, into: buffer.block(there), channels: channels) }
      }
      guard there > 0 else { return frame }
      let isLast = there < length
      if try !body(frame, buffer.block(there)) { return frame + Int64(there) }
      frame += Int64(there)
      if isLast { return frame }
    }
  }

  /// Hands out the whole file in order, in blocks of `blockFrames` frames (the last may be shorter), as
  /// the integers it holds: of 16, 24 or 32 bits, lowest byte first, channels in turn. What holds the
  /// same integers in another container gives the same bytes.
  ///
  /// - Parameter body: returns false to stop.
  /// - Returns: how many frames there were; nil: the file holds no such integers, or none at random.
  /// - Throws: as `read`; what `body` throws passes through.
  public func readIntegers(
    blockFrames: Int = 1 << 16,
    _ body: (UnsafeRawBufferPointer) throws(SoundFileError) -> Bool
  ) throws(SoundFileError) -> Int64? {
    guard case .integer(let bits) = facts.encoding, [16, 24, 32].contains(bits),
      facts.access == .random
    else { return nil }
    let frameBytes = bits / 8 * facts.channelCount
    let length = max(1, min(Int64(blockFrames), facts.frames))
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: Int(length) * frameBytes, alignment: 16)
    defer { bytes.deallocate() }
    guard case .linear(let linear) = source, !linear.layout.isBigEndian else {
      return try decodeSequentially(blockFrames: blockFrames) {
        (_, block) throws(SoundFileError) -> Bool in
        SamplePacking.pack(block, as: facts.encoding, isBigEndian: false, into: bytes)
        return try body(UnsafeRawBufferPointer(start: bytes, count: block.frameCount * frameBytes))
      }
    }
    var frame: Int64 = 0
    while frame < facts.frames {
      let count = Int(min(length, facts.frames - frame))
      try linear.readBytes(at: frame, count: count, into: bytes)
      frame += Int64(count)
      if try !body(UnsafeRawBufferPointer(start: bytes, count: count * frameBytes)) { break }
    }
    return frame
  }

  private static func grown(_ buffer: AudioBuffer, to frames: Int) -> AudioBuffer {
    let larger = AudioBuffer(channelCount: buffer.channelCount, frameCapacity: frames)
    larger.block(buffer.frameCapacity).copy(from: buffer.block)
    return larger
  }

  /// The frames that decoding the file really gives; costs a full decode when the header cannot
  /// be relied on. Call it on a fresh reader.
  public func countedFrames() throws(SoundFileError) -> Int64 {
    if facts.isLengthCounted { return facts.frames }
    return try decodeSequentially { (_, _) throws(SoundFileError) in true }
  }

  /// Frames that the header promises and the file does not hold, if decoding all of it gives
  /// `counted`.
  public func missingFrames(counted: Int64) -> Int64 {
    switch source {
    case .linear: facts.missingFrames
    case .library(let library): library.missingFrames(counted: counted)
    }
  }

  /// Whether the last declared frame is really there; decoding is not needed for PCM.
  func checkEnd() throws(SoundFileError) {
    guard facts.isLengthCounted, facts.frames > 0, case .library(let library) = source else {
      return
    }
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 1)
    try library.read(at: facts.frames - 1, into: buffer.block, channels: [0])
  }
}
