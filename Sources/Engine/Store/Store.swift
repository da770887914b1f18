internal import MixGraph
internal import Signal

/// What a build keeps for the next: records of actions, and audio and states by content.
///
/// One folder shared by all sessions and checkouts of a user, one value a process. A fault of the
/// store never fails a build and never changes a bit: what cannot be read is a miss, what cannot
/// be written is not kept, and both are said once.
public final class Store: @unchecked Sendable {
  // Proof for @unchecked Sendable: mutable properties are touched inside `monitor` only.
  public let folder: String
  let monitor = Monitor()
  let logs: [RecordTable: RecordLog]
  let writer = AudioWriter()
  var isWritable = true
  private var notes: [String] = []
  private var sinceFlush = 0
  private var hasCollected = false
  /// Bytes of objects that this process has written.
  var bytesWritten: Int64 = 0
  /// What this process used: the root that it will leave.
  var root: BuildRoot
  /// Known to this process alone: what must not outlive it.
  private var volatile: [Digest: [UInt8]] = [:]
  private var claims: Claims?
  private var hasOpenedClaims = false
  /// Taken at the first write.
  private(set) var lease: Lease?
  private var hasTriedLease = false
  /// Nothing is left out because the disk does not keep up.
  var keepsAll = false
  /// Memory to pack chunks in that nobody uses now.
  var packingRooms: [UnsafeMutableRawBufferPointer] = []

  deinit { for room in packingRooms { room.deallocate() } }

  /// Bytes: a fifth of the disk, within 20 and 60 GiB. An hour of 24 tracks takes about 18 GiB.
  static func defaultCap(at folder: String) -> Int64 {
    min(max(20 << 30, Posix.diskSize(folder) / 5), 60 << 30)
  }

  /// Bytes the store may hold after a collection.
  public let cap: Int64

  /// - Parameters:
  ///   - folder: nil: `MIXDOWN_CACHE`, else the platform's cache folder for this user.
  ///   - cap: bytes; nil: `MIXDOWN_CACHE_CAP` in megabytes, else a fifth of the disk, within 20 and
  ///     60 GiB.
  ///   - session: the session file that is built, for people who look at the store.
  public init?(folder: String? = nil, cap: Int64? = nil, session: String? = nil) {
    guard let base = folder ?? Posix.cacheFolder else { return nil }
    let path = base + "/" + Store.version
    self.folder = path
    self.cap =
      cap ?? Posix.number("MIXDOWN_CACHE_CAP").map { max(1, $0) << 20 }
      ?? Store.defaultCap(at: base)
    root = BuildRoot(session: session.map { Posix.absolute($0) } ?? "")
    logs = Dictionary(
      uniqueKeysWithValues: RecordTable.allCases.map {
        ($0, RecordLog(folder: "\(path)/records/\($0.rawValue)"))
      })
    let folders = RecordTable.allCases.map { "records/\($0.rawValue)" } + ["objects", "roots"]
    for name in folders + ["running"] where !Posix.makeFolders("\(path)/\(name)") {
      isWritable = false
      notes.append("the cache folder \(base) cannot be used: \(Posix.error)")
      break
    }
  }

  /// Folder of this layout of the store; others are left to collections.
  static let version = "v2"

  /// What went wrong, once each.
  public var faults: [String] {
    monitor.withLock {
      let damaged = logs.values.reduce(0) { $0 + $1.damaged }
      return notes
        + (damaged > 0 ? ["\(damaged) damaged places in the cache's records were passed over"] : [])
    }
  }

  // MARK: Records

  func record(_ key: Digest, in table: RecordTable = .builds) -> [UInt8]? {
    monitor.withLock {
      if let value = volatile[key] { return value }
      guard let value = logs[table]?.value(key) else { return nil }
      note(key, table)
      return value
    }
  }

  func put(_ key: Digest, _ payload: [UInt8], in table: RecordTable = .builds) {
    let isDue = monitor.withLock {
      logs[table]?.put(key, payload)
      note(key, table)
      sinceFlush += 1
      return sinceFlush >= 256
    }
    // A killed build keeps what it had done up to here.
    if isDue { flushRecords() }
  }

  /// Keeps a record for this process alone.
  func remember(_ key: Digest, _ payload: [UInt8]) {
    monitor.withLock { volatile[key] = payload }
  }

  private func note(_ key: Digest, _ table: RecordTable) {
    switch table {
    case .builds, .sums: root.builds.insert(RecordLog.short(key))
    case .recordings: root.recordings.insert(RecordLog.short(key))
    case .rows: root.rows.insert(RecordLog.short(key))
    case .actions, .states: break
    }
  }

  /// Everything that was put is where the next build finds it.
  public func flush() {
    writer.drain()
    flushRecords()
  }

  func flushRecords() {
    guard let problem = monitor.withLock({ flushLocked() }) else { return }
    if Posix.isDiskFull(problem), monitor.withLock({ mayCollect() }) {
      collect(downTo: min(cap, measure().bytes) / 2)
      if monitor.withLock({ flushLocked() }) == nil { return }
    }
    monitor.withLock { stopWriting("records", problem) }
  }

  /// True once: a full disk is answered by one collection.
  func mayCollect() -> Bool {
    defer { hasCollected = true }
    return !hasCollected
  }

  /// Looks at the records anew: other processes may have written some.
  func reload() {
    monitor.withLock { for table in RecordTable.allCases { logs[table]?.reload() } }
  }

  /// nil, or why the system refuses.
  func flushLocked() -> Int32? {
    sinceFlush = 0
    guard isWritable else {
      for log in logs.values { log.dropPending() }
      return nil
    }
    for table in RecordTable.allCases {
      guard let log = logs[table], log.hasPending else { continue }
      takeLease()
      if let problem = log.flush() { return problem }
    }
    return nil
  }

  // MARK: Faults

  func say(_ note: String) {
    if !notes.contains(note) { notes.append(note) }
  }

  /// Goes on without keeping; said once, whatever else fails then.
  func stopWriting(_ what: String, _ problem: Int32 = Posix.code) {
    guard isWritable else { return }
    isWritable = false
    say("the cache's \(what) cannot be written: \(Posix.text(problem)); going on without keeping")
  }

  // MARK: Equal work of several processes

  /// Claims work by its keys; returns when nobody else is doing any of it.
  ///
  /// - Returns: true when another process was waited for: what was unknown may be known now.
  func claim(_ keys: [Digest], isCancelled: () -> Bool) -> Bool {
    guard !keys.isEmpty, let claims = openClaims() else { return false }
    let short = keys.map { RecordLog.short($0) }
    guard case .taken(let key) = claims.claim(short) else { return false }
    let isWorthTrying = claims.wait(for: key, isCancelled: isCancelled)
    reload()
    return isWorthTrying
  }

  /// Lets others do what was claimed, or find what came of it.
  func release(_ keys: [Digest]? = nil) {
    flushRecords()
    monitor.withLock { claims }?.release(keys?.map { RecordLog.short($0) })
  }

  private func openClaims() -> Claims? {
    monitor.withLock {
      guard isWritable else { return nil }
      if !hasOpenedClaims {
        hasOpenedClaims = true
        claims = Claims(path: folder + "/claims")
      }
      return claims
    }
  }

  /// A sign for collections that a build is running.
  func takeLease() {
    if lease != nil || hasTriedLease { return }
    hasTriedLease = true
    lease = Lease(folder: folder)
    if let lease { lease.removeLeftovers() }
  }

  // MARK: The end of a build

  /// Leaves what this build used as a root for collections, and gives back what it claimed.
  public func conclude() {
    flush()
    release()
    let root = monitor.withLock { isWritable ? self.root : nil }
    if let root, !(root.builds.isEmpty && root.rows.isEmpty) { leave(root) }
    collectIfNeeded()
    monitor.withLock { lease = nil }
  }

  private func leave(_ root: BuildRoot) {
    var root = root
    let path = "\(folder)/roots/\(root.name)"
    if let earlier = Posix.read(path).flatMap(BuildRoot.init) {
      if root.isCovered(by: earlier) {
        Posix.touch(path)
        return
      }
      root.formUnion(earlier)
    }
    let isKept = root.encoded.withUnsafeBytes { Posix.replace(path, with: [$0]) }
    if !isKept { monitor.withLock { stopWriting("roots") } }
  }
}
