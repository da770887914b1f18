internal import MixGraph
internal import Signal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A table of small values by digest: append-only files, one for each of 16 ranges of keys.
///
/// An entry is `magic(4) length(4) key(32) check(8) payload`; the check is over key and payload,
/// so a torn end or a damaged middle costs those entries and no others. The last entry of a key
/// counts. A file is read at its first question and only its headers are looked at; an entry is
/// checked when it is asked for. Writers append whole batches under the file's advisory lock.
final class RecordLog {
  private let folder: String
  private var shards: [Shard?]
  private var pending: [[UInt8]]
  private var pendingBytes = 0
  /// Places that were found damaged since the log was opened.
  private(set) var damaged = 0

  static let shardCount = 16
  private static let magic: UInt32 = 0x314D_584D
  private static let header = 48

  /// What a file held when it was read, and what was put since.
  private struct Shard {
    var bytes: [UInt8] = []
    /// Of the file, when nobody else has added to it since.
    var length = 0
    /// Offset of the last entry of a key, by `RecordLog.short`.
    var places: [UInt64: Int] = [:]
    var fresh: [Digest: [UInt8]] = [:]
  }

  init(folder: String) {
    self.folder = folder
    shards = Array(repeating: nil, count: Self.shardCount)
    pending = Array(repeating: [], count: Self.shardCount)
  }

  private func path(_ shard: Int) -> String { "\(folder)/\(shard).log" }

  private static func shard(of key: Digest) -> Int { Int(key.a & UInt64(shardCount - 1)) }

  /// The 64 bits of a key by which lists of keys name it.
  static func short(_ key: Digest) -> UInt64 { key.b }

  func value(_ key: Digest) -> [UInt8]? {
    let index = Self.shard(of: key)
    if shards[index] == nil { shards[index] = load(index) }
    if let fresh = shards[index]?.fresh[key] { return fresh }
    guard let at = shards[index]?.places[Self.short(key)], let bytes = shards[index]?.bytes,
      let entry = Self.entry(bytes, at)
    else { return nil }
    guard entry.isSound(in: bytes) else {
      damaged += 1
      shards[index]?.places[Self.short(key)] = nil
      return nil
    }
    return entry.key(in: bytes) == key ? Array(bytes[entry.payload]) : nil
  }

  func put(_ key: Digest, _ payload: [UInt8]) {
    if value(key) == payload { return }
    let index = Self.shard(of: key)
    shards[index]?.fresh[key] = payload
    let before = pending[index].count
    Self.append(key, payload, to: &pending[index])
    pendingBytes += pending[index].count - before
  }

  var hasPending: Bool { pendingBytes > 0 }

  /// Appends what is pending; nil, or why the disk refuses (what is left stays in memory).
  func flush() -> Int32? {
    for index in pending.indices where !pending[index].isEmpty {
      if !append(pending[index], to: index) { return errno == 0 ? EIO : errno }
      pendingBytes -= pending[index].count
      pending[index] = []
    }
    return nil
  }

  /// Gives up writing what is pending; this process goes on knowing it.
  func dropPending() {
    pending = Array(repeating: [], count: Self.shardCount)
    pendingBytes = 0
  }

  /// Forgets what was read of files that other processes have added to since.
  func reload() {
    for index in shards.indices where pending[index].isEmpty {
      guard let known = shards[index]?.length else { continue }
      if (FileStamp(path: path(index))?.size ?? 0) != known { shards[index] = nil }
    }
  }

  private func append(_ bytes: [UInt8], to shard: Int) -> Bool {
    let path = path(shard)
    while true {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      // Without locks (some network file systems) entries may tear; a torn one is a miss.
      while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
      // A collection may have put another file in this one's place since it was opened.
      var mine = stat()
      guard fstat(descriptor, &mine) == 0 else { return false }
      guard let now = FileStamp(path: path), now.inode == FileStamp(mine).inode else { continue }
      if bytes.withUnsafeBytes({ Posix.writeAll(descriptor, $0) }) {
        if shards[shard]?.length == Int(mine.st_size) { shards[shard]?.length += bytes.count }
        return true
      }
      // No half entry stays.
      let problem = errno
      _ = ftruncate(descriptor, mine.st_size)
      errno = problem
      return false
    }
  }

  private func load(_ shard: Int) -> Shard {
    var result = Shard()
    guard let bytes = Posix.read(path(shard)) else { return result }
    result.bytes = bytes
    result.length = bytes.count
    damaged += Self.walk(bytes, checksAll: false) { entry in
      result.places[Self.word64(bytes, entry.start + 16)] = entry.start
    }
    return result
  }

  // MARK: Entries

  struct Entry {
    var start: Int
    var payload: Range<Int>

    func key(in bytes: [UInt8]) -> Digest { Digest(Array(bytes[start + 8..<start + 40])) }

    func isSound(in bytes: [UInt8]) -> Bool {
      RecordLog.word64(bytes, start + 40)
        == RecordLog.check(Array(bytes[start + 8..<start + 40]), bytes[payload])
    }
  }

  /// The entry that seems to begin at `at`.
  private static func entry(_ bytes: [UInt8], _ at: Int) -> Entry? {
    guard at + header <= bytes.count, word32(bytes, at) == magic else { return nil }
    let length = Int(word32(bytes, at + 4))
    guard at + header + length <= bytes.count else { return nil }
    return Entry(start: at, payload: at + header..<at + header + length)
  }

  /// Calls `body` for each entry; returns how many places were damaged.
  ///
  /// - Parameter checksAll: false: an entry that begins where the one before ends is not checked.
  @discardableResult
  static func walk(_ bytes: [UInt8], checksAll: Bool, _ body: (Entry) -> Void) -> Int {
    var damaged = 0
    var at = 0
    var isLost = false
    while at + header <= bytes.count {
      if let entry = entry(bytes, at), !(checksAll || isLost) || entry.isSound(in: bytes) {
        body(entry)
        at = entry.payload.upperBound
        isLost = false
        continue
      }
      if !isLost { damaged += 1 }
      isLost = true
      at += 1
    }
    if at < bytes.count && !isLost { damaged += 1 }
    return damaged
  }

  /// Reads every entry: bytes, how many are sound, how many places are not.
  func audit() -> (bytes: Int64, entries: Int, damaged: Int) {
    var result: (bytes: Int64, entries: Int, damaged: Int) = (0, 0, 0)
    for shard in 0..<Self.shardCount {
      guard let bytes = Posix.read(path(shard)) else { continue }
      result.bytes += Int64(bytes.count)
      result.damaged += Self.walk(bytes, checksAll: true) { _ in result.entries += 1 }
    }
    return result
  }

  var byteCount: Int64 {
    (0..<Self.shardCount).reduce(0) { $0 + (FileStamp(path: path($1))?.size ?? 0) }
  }

  /// Calls `body` for the key and payload of each sound entry that counts.
  func forEach(_ body: (Digest, ArraySlice<UInt8>) -> Void) {
    for shard in 0..<Self.shardCount {
      guard let bytes = Posix.read(path(shard)) else { continue }
      for entry in Self.lastEntries(bytes) { body(entry.key(in: bytes), bytes[entry.payload]) }
    }
  }

  private static func lastEntries(_ bytes: [UInt8]) -> [Entry] {
    var last: [Digest: Entry] = [:]
    walk(bytes, checksAll: true) { last[$0.key(in: bytes)] = $0 }
    return last.values.sorted { $0.start < $1.start }
  }

  /// Writes each file anew with the entries that `isLive` says, one for each key.
  ///
  /// - Returns: bytes given back.
  func compact(keeping isLive: (Digest, ArraySlice<UInt8>) -> Bool) -> Int64 {
    var freed: Int64 = 0
    for shard in 0..<Self.shardCount {
      let path = path(shard)
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      // Appenders wait for this lock and then see that another file stands here.
      guard flock(descriptor, LOCK_EX) == 0, let bytes = Posix.read(path) else { continue }
      var kept: [UInt8] = []
      for entry in Self.lastEntries(bytes)
      where isLive(entry.key(in: bytes), bytes[entry.payload]) {
        kept += bytes[entry.start..<entry.payload.upperBound]
      }
      if kept.count == bytes.count { continue }
      if kept.withUnsafeBytes({ Posix.replace(path, with: [$0]) }) {
        freed += Int64(bytes.count - kept.count)
      }
      if pending[shard].isEmpty { shards[shard] = nil }
    }
    return freed
  }

  private static func append(_ key: Digest, _ payload: [UInt8], to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + header + payload.count)
    withUnsafeBytes(of: magic.littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
    let keyBytes = key.bytes
    bytes += keyBytes
    withUnsafeBytes(of: check(keyBytes, payload[...]).littleEndian) {
      bytes.append(contentsOf: $0)
    }
    bytes += payload
  }

  private static func word32(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    bytes.withUnsafeBytes {
      UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }
  }

  private static func word64(_ bytes: [UInt8], _ at: Int) -> UInt64 {
    bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
  }

  private static func check(_ key: [UInt8], _ payload: ArraySlice<UInt8>) -> UInt64 {
    ContentHash(of: key + payload).low
  }
}
