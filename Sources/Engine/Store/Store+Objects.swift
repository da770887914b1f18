internal import Signal

/// Audio and large states by content: one file each, written aside and renamed, verified when read.
extension Store {
  func path(_ hash: ContentHash) -> String {
    let name = hash.hexadecimal
    return "\(folder)/objects/\(name.prefix(2))/\(name)"
  }

  /// The names under which an object of these bytes may stand: as audio, packed or not, and as
  /// anything else.
  static func hashes(_ bytes: [UInt8]) -> [String] {
    var hashes = [bytes.withUnsafeBytes { ContentHash(ofAudio: $0) }, ContentHash(of: bytes)]
    if bytes.count % 6 == 0 {
      var doubles = bytes + [UInt8](repeating: 0, count: bytes.count / 3)
      doubles.withUnsafeMutableBytes { PackedSums.unpack(in: $0) }
      hashes.append(doubles.withUnsafeBytes { ContentHash(ofAudio: $0) })
    }
    return hashes.map(\.hexadecimal)
  }

  /// Notes for the build's root that it used the content `hash`.
  func use(_ hash: ContentHash) {
    monitor.withLock { _ = root.objects.insert(hash.low) }
  }

  func use(_ hashes: [ContentHash]) {
    monitor.withLock { for hash in hashes { root.objects.insert(hash.low) } }
  }

  /// Whether there is an object of that name; its bytes are not looked at.
  func hasObject(_ hash: ContentHash) -> Bool {
    writer.waiting(hash) != nil || FileStamp(path: path(hash)) != nil
  }

  /// The bytes of `hash`, verified; a damaged object is set aside and counts as missing.
  func object(_ hash: ContentHash) -> [UInt8]? {
    let path = path(hash)
    guard let bytes = Posix.read(path) else { return nil }
    if ContentHash(of: bytes) == hash {
      use(hash)
      return bytes
    }
    setAside(path, hash)
    return nil
  }

  private func setAside(_ path: String, _ hash: ContentHash) {
    monitor.withLock { say("a damaged entry in the cache was set aside (\(hash.hexadecimal))") }
    Posix.remove(path)
  }

  /// Fills `chunk` with the audio of `hash`, verified; false: it is not there or was damaged.
  func audio(_ hash: ContentHash, into chunk: ChunkAudio) -> Bool {
    if let waiting = writer.waiting(hash) {
      guard waiting.byteCount == chunk.byteCount else { return false }
      waiting.withBytes { bytes in chunk.withMutableBytes { $0.copyMemory(from: bytes) } }
      return true
    }
    let path = path(hash)
    let packed = chunk.isFloat ? nil : PackedSums.byteCount(ofDoubles: chunk.byteCount)
    let isRead = chunk.withMutableBytes { bytes in
      guard let count = Posix.readUncached(path, into: bytes, orFewer: packed) else { return false }
      if count < bytes.count { PackedSums.unpack(in: bytes) }
      return true
    }
    guard isRead else { return false }
    if chunk.withBytes({ ContentHash(ofAudio: $0) }) == hash {
      use(hash)
      return true
    }
    setAside(path, hash)
    return false
  }

  /// Keeps a chunk's audio; it is written behind the builder's back.
  ///
  /// - Parameter isOptional: it is left where the disk does not keep up.
  /// - Returns: whether it is kept.
  func putAudio(_ hash: ContentHash, _ chunk: ChunkAudio, ifRoom isOptional: Bool = false) -> Bool {
    guard monitor.withLock({ isWritable }) else { return false }
    if isOptional && !keepsAll && !writer.hasRoom(for: chunk.byteCount) { return hasObject(hash) }
    // What waits to be written keeps the store; the two let go of each other when it is done.
    writer.add(hash, chunk, wasOffered: isOptional) { [self] hash, chunk in
      if chunk.isFloat || !putPacked(hash, chunk) { chunk.withBytes { _ = putObject(hash, $0) } }
    }
    return true
  }

  /// Keeps a chunk of sums in less room.
  ///
  /// - Returns: false: it is none, and nothing was done.
  private func putPacked(_ hash: ContentHash, _ chunk: ChunkAudio) -> Bool {
    let count = PackedSums.byteCount(ofDoubles: chunk.byteCount)
    guard count > 0 else { return false }
    let room = takeRoom(count)
    defer { giveRoom(room) }
    let packed = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
    guard chunk.withBytes({ PackedSums.pack($0, into: packed) }) else { return false }
    putObject(hash, UnsafeRawBufferPointer(packed))
    return true
  }

  /// Memory for one packed chunk, by pages.
  private func takeRoom(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let known = monitor.withLock { () -> UnsafeMutableRawBufferPointer? in
      let index = packingRooms.firstIndex { $0.count >= count }
      return index.map { packingRooms.remove(at: $0) }
    }
    return known ?? UnsafeMutableRawBufferPointer(start: Posix.largePages(count), count: count)
  }

  /// Keeps the largest rooms, one for each thread that writes.
  private func giveRoom(_ room: UnsafeMutableRawBufferPointer) {
    let surplus = monitor.withLock { () -> UnsafeMutableRawBufferPointer? in
      packingRooms.append(room)
      guard packingRooms.count > AudioWriter.mostThreads else { return nil }
      let smallest = packingRooms.indices.min { packingRooms[$0].count < packingRooms[$1].count }
      return smallest.map { packingRooms.remove(at: $0) }
    }
    surplus?.deallocate()
  }

  /// Keeps `bytes` under their hash; true when they are there afterwards.
  @discardableResult
  func putObject(_ hash: ContentHash, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let isAllowed = monitor.withLock {
      if isWritable { takeLease() }
      return isWritable
    }
    guard isAllowed else { return false }
    use(hash)
    let path = path(hash)
    if let there = FileStamp(path: path), there.size == Int64(bytes.count) { return true }
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    Posix.makeFolders(folder)
    if Posix.replaceUncached(path, with: bytes, by: self.folder + "/running") {
      monitor.withLock { bytesWritten += Int64(bytes.count) }
      return true
    }
    let problem = Posix.code
    if Posix.isDiskFull(problem), monitor.withLock({ mayCollect() }) {
      collect(downTo: min(cap, measure().bytes) / 2)
      if Posix.replace(path, with: [bytes], by: self.folder + "/running") { return true }
    }
    monitor.withLock { stopWriting("entries", problem) }
    return false
  }
}
