internal import AudioFiles
internal import MixGraph
internal import SessionModel
internal import Signal

/// What recordings hold, by content: one hash for each chunk of 2^16 frames of the file, of the integers
/// that it holds or of its decoded samples. Tags, names, places and containers are in none of them.
///
/// A file that was read before is recognised by its stamp (device, inode, size, times) without
/// being opened; a stamp younger than two seconds by the file system's own time is not trusted
/// beyond this process. Compressed files are decoded once, in order; their chunks are kept.
struct RecordingCatalogue {
  static let chunkFrames = 1 << 16

  let store: Store?
  /// False: every file is read, whatever its stamp says.
  let trustsStamps: Bool

  /// What a file holds.
  struct Contents {
    var hashes: [ContentHash] = []
    /// Frames can only be had by decoding from the start; decoded chunks are kept.
    var isSequential = false
    var frames: Int64 = 0
  }

  // MARK: Facts

  /// Frames that are really there, rate and channels.
  func facts(of path: String) -> Result<RecordingFacts, SoundFileError> {
    let stamp = FileStamp(path: path)
    if let stamp, trustsStamps, let known = knownFacts(stamp) { return .success(known) }
    do throws(SoundFileError) {
      let reader = try SoundFileReader(path: path)
      var facts = RecordingFacts(
        frames: reader.facts.frames, rate: reader.facts.rate,
        channelCount: reader.facts.channelCount, missingFrames: reader.facts.missingFrames)
      if reader.facts.isLengthCounted || store == nil {
        let known = try SoundFileProbe.facts(of: path).get()
        facts.frames = known.frames
        facts.missingFrames = known.missingFrames
      } else {
        // Counting takes a decode: everything else is learnt with it.
        facts.frames = try contents(of: path, stamp).frames
        facts.missingFrames = reader.missingFrames(counted: facts.frames)
      }
      if let stamp { keep(facts, stamp, path) }
      return .success(facts)
    } catch {
      return .failure(error)
    }
  }

  private func knownFacts(_ stamp: FileStamp) -> RecordingFacts? {
    guard let bytes = store?.record(Self.key(stamp, "facts"), in: .recordings), bytes.count == 33
    else { return nil }
    var reader = StateReader(Array(bytes.dropFirst()))
    guard let frames = try? reader.readInt(), let rate = try? reader.readInt(),
      let channels = try? reader.readInt(), let missing = try? reader.readInt()
    else { return nil }
    return RecordingFacts(
      frames: Int64(frames), rate: rate, channelCount: channels, missingFrames: Int64(missing))
  }

  private func keep(_ facts: RecordingFacts, _ stamp: FileStamp, _ path: String) {
    var writer = StateWriter()
    writer.write(Int(facts.frames))
    writer.write(facts.rate)
    writer.write(facts.channelCount)
    writer.write(Int(facts.missingFrames))
    put(Self.key(stamp, "facts"), [Kind.facts.rawValue] + writer.bytes, stamp, path)
  }

  // MARK: Contents

  enum Kind: UInt8 {
    case facts = 0
    case random, sequential, decoded
  }

  func known(_ stamp: FileStamp) -> Contents? {
    guard trustsStamps, let bytes = store?.record(Self.key(stamp, "contents"), in: .recordings),
      let kind = bytes.first.flatMap(Kind.init), bytes.count >= 9, (bytes.count - 9) % 16 == 0
    else { return nil }
    var reader = StateReader(Array(bytes[1..<9]))
    return Contents(
      hashes: Self.hashes(bytes[9...]), isSequential: kind == .sequential,
      frames: Int64((try? reader.readInt()) ?? 0))
  }

  /// Reads the file at `path`, whose stamp was `stamp` before.
  ///
  /// - Throws: as reading does; nil from `isCancelled` never stops it.
  func contents(
    of path: String, _ stamp: FileStamp?, isCancelled: () -> Bool = { false }
  ) throws(SoundFileError) -> Contents {
    if let stamp, let known = known(stamp) { return known }
    let key = stamp.map { Self.key($0, "contents") }
    if let store, let key, let stamp {
      // Another process may be reading it.
      while store.claim([key], isCancelled: isCancelled) {
        if let known = known(stamp) { return known }
      }
    }
    defer { if let key { store?.release([key]) } }
    let reader = try SoundFileReader(path: path)
    var contents = Contents()
    contents.isSequential = reader.facts.access == .sequential
    let coding = Self.identity(of: reader.facts)
    let keeper = contents.isSequential ? store.map { DecodedChunks(store: $0) } : nil
    var isWhole = true
    let frames = try reader.readIntegers(blockFrames: Self.chunkFrames) {
      bytes throws(SoundFileError) -> Bool in
      contents.hashes.append(ContentHash(combining: [ContentHash(of: bytes), coding]))
      isWhole = !isCancelled()
      return isWhole
    }
    if let frames {
      contents.frames = frames
    } else {
      contents.frames = try reader.decodeSequentially(blockFrames: Self.chunkFrames) {
        (_, block) throws(SoundFileError) -> Bool in
        // One hash a channel, then one for all: picking a channel does not depend on the others.
        let hash = ContentHash(of: block)
        contents.hashes.append(hash)
        keeper?.keep(block, hash)
        isWhole = !isCancelled()
        return isWhole
      }
    }
    if let stamp, let key, isWhole, FileStamp(path: path) == stamp {
      var writer = StateWriter()
      writer.write(Int(contents.frames))
      let kind: Kind = contents.isSequential ? .sequential : .random
      put(key, [kind.rawValue] + writer.bytes + contents.hashes.flatMap(\.bytes), stamp, path)
    }
    return contents
  }

  /// What a file's integers have to be read as.
  private static func identity(of facts: SoundFileFacts) -> ContentHash {
    guard case .integer(let bits) = facts.encoding else { return .silence }
    return ContentHash(low: UInt64(bits), high: UInt64(facts.channelCount))
  }

  /// Kept for good when the stamp is old enough to be trusted, else for this process.
  private func put(_ key: Digest, _ bytes: [UInt8], _ stamp: FileStamp, _ path: String) {
    guard let store else { return }
    if isOldEnough(stamp, store) {
      store.put(key, bytes, in: .recordings)
    } else {
      store.remember(key, bytes)
    }
  }

  private func isOldEnough(_ stamp: FileStamp, _ store: Store) -> Bool {
    guard let now = Posix.fileSystemTime(in: store.folder) else { return false }
    return now - max(stamp.modified, stamp.changed) > 2_000_000_000
  }

  private static func key(_ stamp: FileStamp, _ what: String) -> Digest {
    var writer = DigestWriter()
    writer.field("recording-version", 4)
    writer.field("what", what)
    writer.field("device", Int64(bitPattern: stamp.device))
    writer.field("inode", Int64(bitPattern: stamp.inode))
    writer.field("size", stamp.size)
    writer.field("modified", stamp.modified)
    writer.field("changed", stamp.changed)
    return writer.digest
  }

  static func hashes(_ bytes: ArraySlice<UInt8>) -> [ContentHash] {
    bytes.withUnsafeBytes { memory in
      stride(from: 0, to: memory.count - 15, by: 16).map { at in
        func word(_ at: Int) -> UInt64 {
          UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        }
        return ContentHash(low: word(at), high: word(at + 8))
      }
    }
  }
}
