public import MixGraph
internal import Signal

/// What a build keeps for the next: records of actions, and audio and states by content.
///
/// One folder shared by all sessions and checkouts of a user. A fault of the store never fails a
/// build and never changes a bit: what cannot be read is a miss, what cannot be written is not
/// kept, and both are said once.
public final class Store: @unchecked Sendable {
  // Proof for @unchecked Sendable: mutable properties are touched inside `monitor` only.
  public let folder: String
  private let monitor = Monitor()
  private let log: RecordLog
  private let writer = AudioWriter()
  private var isWritable = true
  private var notes: [String] = []
  private var sinceFlush = 0
  private var hasCollected = false
  /// Objects this build made or used, so that a collection spares them.
  private var bytesWritten: Int64 = 0

  public static let defaultCap: Int64 = 20 << 30

  /// Bytes the store may hold after a collection.
  public let cap: Int64

  /// - Parameter folder: nil: `MIXDOWN_CACHE`, else the platform's cache folder for this user.
  public init?(folder: String? = nil, cap: Int64 = Store.defaultCap) {
    guard let base = folder ?? Posix.cacheFolder else { return nil }
    self.folder = base + "/v1"
    self.cap = cap
    log = RecordLog(folder: self.folder + "/records")
    if !Posix.makeFolders(self.folder + "/records") || !Posix.makeFolders(self.folder + "/objects")
    {
      isWritable = false
      notes.append("the cache folder \(base) cannot be used: \(Posix.error)")
    }
  }

  /// What went wrong, once each.
  public var faults: [String] {
    monitor.withLock {
      notes
        + (log.damaged > 0
          ? ["\(log.damaged) damaged places in the cache's records were passed over"] : [])
    }
  }

  // MARK: Records

  func record(_ key: Digest) -> [UInt8]? { monitor.withLock { log.value(key) } }

  func put(_ key: Digest, _ payload: [UInt8]) {
    monitor.withLock {
      log.put(key, payload)
      sinceFlush += 1
      // A killed build keeps what it had done up to here.
      if sinceFlush >= 256 { flushLocked() }
    }
  }

  /// Everything that was put is where the next build finds it.
  public func flush() {
    writer.drain()
    monitor.withLock { flushLocked() }
  }

  private func flushLocked() {
    sinceFlush = 0
    guard isWritable, log.hasPending else { return }
    if !log.flush() { stopWriting("records") }
  }

  private func stopWriting(_ what: String) {
    isWritable = false
    let note = "the cache's \(what) cannot be written: \(Posix.error); going on without keeping"
    if !notes.contains(note) { notes.append(note) }
  }

  // MARK: Objects

  private func path(_ hash: ContentHash) -> String {
    let name = hash.hexadecimal
    return "\(folder)/objects/\(name.prefix(2))/\(name)"
  }

  func hasObject(_ hash: ContentHash) -> Bool { FileStamp(path: path(hash)) != nil }

  /// The bytes of `hash`, verified; a damaged object is set aside and counts as missing.
  func object(_ hash: ContentHash) -> [UInt8]? {
    let path = path(hash)
    guard let bytes = Posix.read(path) else { return nil }
    if ContentHash(of: bytes) == hash { return bytes }
    monitor.withLock {
      let note = "a damaged entry in the cache was set aside (\(hash.hexadecimal))"
      if !notes.contains(note) { notes.append(note) }
    }
    Posix.remove(path)
    return nil
  }

  /// Fills `chunk` with the audio of `hash`, verified; false: it is not there or was damaged.
  func audio(_ hash: ContentHash, into chunk: ChunkAudio) -> Bool {
    if let waiting = writer.waiting(hash) {
      guard waiting.byteCount == chunk.byteCount else { return false }
      waiting.withBytes { bytes in chunk.withMutableBytes { $0.copyMemory(from: bytes) } }
      return true
    }
    let path = path(hash)
    let isRead = chunk.withMutableBytes { Posix.readUncached(path, into: $0) }
    guard isRead else { return false }
    if chunk.withBytes({ ContentHash(of: $0) }) == hash { return true }
    monitor.withLock {
      let note = "a damaged entry in the cache was set aside (\(hash.hexadecimal))"
      if !notes.contains(note) { notes.append(note) }
    }
    Posix.remove(path)
    return false
  }

  /// Keeps a chunk's audio; it is written behind the builder's back.
  func putAudio(_ hash: ContentHash, _ chunk: ChunkAudio) -> Bool {
    guard monitor.withLock({ isWritable }) else { return false }
    writer.add(hash, chunk) { [unowned self] hash, chunk in
      chunk.withBytes { _ = putObject(hash, $0) }
    }
    return true
  }

  /// Keeps `bytes` under their hash; true when they are there afterwards.
  @discardableResult
  func putObject(_ hash: ContentHash, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard monitor.withLock({ isWritable }) else { return false }
    let path = path(hash)
    if FileStamp(path: path) != nil { return true }
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    Posix.makeFolders(folder)
    if Posix.replaceUncached(path, with: bytes) {
      monitor.withLock { bytesWritten += Int64(bytes.count) }
      return true
    }
    if Posix.isDiskFull {
      let collects = monitor.withLock {
        let first = !hasCollected
        hasCollected = true
        return first
      }
      if collects {
        _ = collect(downTo: cap / 2)
        if Posix.replace(path, with: [bytes]) { return true }
      }
    }
    monitor.withLock { stopWriting("entries") }
    return false
  }

  // MARK: Information and collection

  public struct Information: Sendable {
    public var objects = 0
    public var objectBytes: Int64 = 0
    public var recordBytes: Int64 = 0
    public var damaged = 0
  }

  public func information() -> Information {
    var result = Information()
    forEachObject { _, stamp in
      result.objects += 1
      result.objectBytes += stamp.size
    }
    for shard in 0..<RecordLog.shardCount {
      result.recordBytes += FileStamp(path: "\(folder)/records/\(shard).log")?.size ?? 0
    }
    return result
  }

  private func forEachObject(_ body: (String, FileStamp) -> Void) {
    for folderName in Posix.names(in: "\(folder)/objects") {
      let base = "\(folder)/objects/\(folderName)"
      for name in Posix.names(in: base) {
        if let stamp = FileStamp(path: "\(base)/\(name)") { body("\(base)/\(name)", stamp) }
      }
    }
  }

  /// Reads every entry; damaged ones are set aside.
  public func verify() -> Information {
    var result = Information()
    forEachObject { path, stamp in
      result.objects += 1
      result.objectBytes += stamp.size
      let name = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
      guard let bytes = Posix.read(path), ContentHash(of: bytes).hexadecimal == name else {
        result.damaged += 1
        Posix.remove(path)
        return
      }
    }
    for shard in 0..<RecordLog.shardCount {
      if let bytes = Posix.read("\(folder)/records/\(shard).log") {
        result.recordBytes += Int64(bytes.count)
        result.damaged += RecordLog.entries(bytes) { _, _ in }
      }
    }
    return result
  }

  /// Unlinks the objects that have not been used for longest until `limit` bytes are left.
  ///
  /// - Returns: how many bytes were given back.
  public func collect(downTo limit: Int64? = nil) -> Int64 {
    let limit = limit ?? cap
    var objects: [(path: String, stamp: FileStamp)] = []
    var total: Int64 = 0
    forEachObject { path, stamp in
      objects.append((path, stamp))
      total += stamp.size
    }
    objects.sort { ($0.stamp.modified, $0.path) < ($1.stamp.modified, $1.path) }
    var freed: Int64 = 0
    for (path, stamp) in objects {
      if total - freed <= limit { break }
      Posix.remove(path)
      freed += stamp.size
    }
    return freed
  }

  /// Collects when this build has made the store pass its cap.
  func collectIfNeeded() {
    guard monitor.withLock({ bytesWritten > 0 }) else { return }
    if information().objectBytes > cap { _ = collect(downTo: cap * 3 / 4) }
  }
}
