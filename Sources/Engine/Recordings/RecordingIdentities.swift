internal import AudioFiles
internal import DSP
internal import MixGraph
internal import SessionModel
internal import Signal

/// What the recordings hold, by content: one hash for each chunk of 2^16 frames of the file, of
/// its decoded samples. Tags, names and places are in none of them.
///
/// A file that was hashed before is recognised by its stamp (device, inode, size, times) without
/// being read; a stamp younger than two seconds by the file system's own time is not trusted.
final class RecordingIdentities: RecordingContents, @unchecked Sendable {
  // Proof for @unchecked Sendable: `entries` and the rest are touched inside their monitors only.
  static let chunkFrames: Int64 = 1 << 16

  let references: [RecordingReference]
  let rate: Int
  private let store: Store?
  private let trustsStamps: Bool
  private var entries: [Entry]
  private let monitors: [Monitor]
  private var failure: RecordingFailure?
  private let failureMonitor = Monitor()

  private struct Entry {
    var hashes: [ContentHash] = []
    var stamp: FileStamp?
    var isKnown = false
  }

  init(_ references: [RecordingReference], rate: Int, store: Store?, paranoid: Bool) {
    self.references = references
    self.rate = rate
    self.store = store
    trustsStamps = !paranoid
    entries = references.map { _ in Entry() }
    monitors = references.map { _ in Monitor() }
  }

  private var resamplers: [Int: Resampler] = [:]

  private func resampler(from fileRate: Int) -> Resampler? {
    failureMonitor.withLock {
      if resamplers[fileRate] == nil { resamplers[fileRate] = Resampler(from: fileRate, to: rate) }
      return resamplers[fileRate]
    }
  }

  var firstFailure: RecordingFailure? { failureMonitor.withLock { failure } }

  /// All chunk hashes of a recording; reads the file when its stamp is not known.
  func hashes(_ recording: Int) -> [ContentHash] {
    monitors[recording].withLock {
      if entries[recording].isKnown { return entries[recording].hashes }
      let path = references[recording].path
      let stamp = FileStamp(path: path)
      entries[recording].stamp = stamp
      entries[recording].isKnown = true
      if let stamp, trustsStamps, let known = store?.record(Self.key(stamp)) {
        entries[recording].hashes = Self.decode(known)
        return entries[recording].hashes
      }
      do throws(SoundFileError) {
        let hashes = try Self.read(path)
        entries[recording].hashes = hashes
        if let stamp, FileStamp(path: path) == stamp, isOldEnough(stamp, path) {
          store?.put(Self.key(stamp), Self.encode(hashes))
        }
      } catch {
        failureMonitor.withLock {
          if failure == nil {
            var frame: Int64?
            var isNotFinite = false
            if case .notFinite(let at, _) = error {
              frame = at
              isNotFinite = true
            }
            failure = RecordingFailure(
              recording: recording, message: error.message, frame: frame, isNotFinite: isNotFinite)
          }
        }
      }
      return entries[recording].hashes
    }
  }

  /// One digest of everything a recording holds.
  func whole(_ recording: Int) -> ContentHash { ContentHash(combining: hashes(recording)) }

  /// Recordings that are another version now than when they were hashed.
  func changedRecordings() -> [Int] {
    references.indices.filter { index in
      monitors[index].withLock {
        entries[index].isKnown && entries[index].stamp != FileStamp(path: references[index].path)
      }
    }
  }

  private func isOldEnough(_ stamp: FileStamp, _ path: String) -> Bool {
    guard let store, let now = Posix.fileSystemTime(in: store.folder) else { return false }
    return now - max(stamp.modified, stamp.changed) > 2_000_000_000
  }

  private static func key(_ stamp: FileStamp) -> Digest {
    var writer = DigestWriter()
    writer.field("recording-version", 1)
    writer.field("device", Int64(bitPattern: stamp.device))
    writer.field("inode", Int64(bitPattern: stamp.inode))
    writer.field("size", stamp.size)
    writer.field("modified", stamp.modified)
    writer.field("changed", stamp.changed)
    return writer.digest
  }

  private static func encode(_ hashes: [ContentHash]) -> [UInt8] { hashes.flatMap(\.bytes) }

  private static func decode(_ bytes: [UInt8]) -> [ContentHash] {
    stride(from: 0, to: bytes.count - 15, by: 16).map { at in
      func word(_ at: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
      }
      return ContentHash(low: word(at), high: word(at + 8))
    }
  }

  private static func read(_ path: String) throws(SoundFileError) -> [ContentHash] {
    let reader = try SoundFileReader(path: path)
    let channels = Array(0..<reader.facts.channelCount)
    let buffer = AudioBuffer(channelCount: channels.count, frameCapacity: Int(chunkFrames))
    var hashes: [ContentHash] = []
    let frames = reader.facts.isLengthCounted ? reader.facts.frames : try reader.countedFrames()
    var at: Int64 = 0
    while at < frames {
      let count = Int(min(chunkFrames, frames - at))
      let block = buffer.block(count)
      try reader.read(at: at, into: block, channels: channels)
      // One hash a channel, then one for all: picking a channel does not depend on the others.
      hashes.append(
        ContentHash(combining: channels.map { ContentHash(of: block[$0]) }))
      at += Int64(count)
    }
    return hashes
  }

  // MARK: RecordingContents

  func writeContent(
    of recording: Int, channels: [Int], range: FrameRange, to writer: inout some ManifestWriter
  ) {
    let reference = references[recording]
    writer.field("file-rate", reference.rate)
    for channel in channels { writer.field("channel", channel) }
    var file = range
    if reference.rate != rate {
      file = resampler(from: reference.rate)?.inputRange(forOutput: range) ?? range
      writer.field("resampler", Resampler.identity.revision)
      writer.field("position", range.start)
    }
    let hashes = hashes(recording)
    let first = max(0, file.start) / Self.chunkFrames
    let last = min(Int64(hashes.count), (max(0, file.end) + Self.chunkFrames - 1) / Self.chunkFrames)
    writer.field("offset", file.start - first * Self.chunkFrames)
    if first < last {
      for chunk in first..<last { writer.field("content", hashes[Int(chunk)]) }
    }
  }
}
