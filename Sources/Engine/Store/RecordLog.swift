internal import MixGraph
internal import Signal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A table of small values by digest: append-only files, one for each of 64 ranges of keys.
///
/// An entry is `magic(4) length(4) key(32) check(8) payload`; the check is over key and payload,
/// so a torn end or a damaged middle costs those entries and no others. The last entry of a key
/// counts. Writers append whole batches under the file's advisory lock.
final class RecordLog {
  private let folder: String
  private var shards: [Int: [Digest: [UInt8]]] = [:]
  private var pending: [Int: [UInt8]] = [:]
  private var pendingBytes = 0
  /// Entries that were found damaged since the log was opened.
  private(set) var damaged = 0

  static let shardCount = 64
  private static let magic: UInt32 = 0x314D_584D
  private static let header = 48

  init(folder: String) { self.folder = folder }

  private func path(_ shard: Int) -> String { "\(folder)/\(shard).log" }

  private func shard(of key: Digest) -> Int { Int(key.a & UInt64(Self.shardCount - 1)) }

  func value(_ key: Digest) -> [UInt8]? {
    let index = shard(of: key)
    if shards[index] == nil { shards[index] = load(index) }
    return shards[index]?[key]
  }

  func put(_ key: Digest, _ payload: [UInt8]) {
    let index = shard(of: key)
    if shards[index] == nil { shards[index] = load(index) }
    if shards[index]?[key] == payload { return }
    shards[index]?[key] = payload
    var entry: [UInt8] = []
    entry.reserveCapacity(Self.header + payload.count)
    Self.append(Self.magic, to: &entry)
    Self.append(UInt32(payload.count), to: &entry)
    entry += key.bytes
    Self.append(Self.check(key.bytes, payload), to: &entry)
    entry += payload
    pending[index, default: []] += entry
    pendingBytes += entry.count
  }

  var hasPending: Bool { pendingBytes > 0 }

  /// Appends what is pending; false when the disk refuses (the entries stay in memory).
  func flush() -> Bool {
    var ok = true
    for index in pending.keys.sorted() {
      guard let bytes = pending[index], !bytes.isEmpty else { continue }
      if !append(bytes, to: index) { ok = false }
    }
    pending = [:]
    pendingBytes = 0
    return ok
  }

  private func append(_ bytes: [UInt8], to shard: Int) -> Bool {
    let path = path(shard)
    while true {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { return false } }
      // A collection may have put another file in this one's place since it was opened.
      var mine = stat()
      guard fstat(descriptor, &mine) == 0 else { return false }
      guard let now = FileStamp(path: path), now.inode == FileStamp(mine).inode else { continue }
      return bytes.withUnsafeBytes { Posix.writeAll(descriptor, $0) }
    }
  }

  private func load(_ shard: Int) -> [Digest: [UInt8]] {
    guard let bytes = Posix.read(path(shard)) else { return [:] }
    var table: [Digest: [UInt8]] = [:]
    damaged += Self.entries(bytes) { key, payload in table[key] = Array(payload) }
    return table
  }

  /// Calls `body` for each sound entry; returns how many places were damaged.
  static func entries(_ bytes: [UInt8], _ body: (Digest, ArraySlice<UInt8>) -> Void) -> Int {
    var damaged = 0
    var at = 0
    var isLost = false
    while at + header <= bytes.count {
      let length = Int(word32(bytes, at + 4))
      if word32(bytes, at) == magic, at + header + length <= bytes.count {
        let key = Array(bytes[at + 8..<at + 40])
        let payload = bytes[at + header..<at + header + length]
        if word64(bytes, at + 40) == check(key, payload) {
          body(Digest(key), payload)
          at += header + length
          isLost = false
          continue
        }
      }
      if !isLost { damaged += 1 }
      isLost = true
      at += 1
    }
    if at < bytes.count && !isLost { damaged += 1 }
    return damaged
  }

  /// Keeps only the entries that `isLive` says, one for each key; for collections.
  func rewrite(_ shard: Int, keeping isLive: (Digest) -> Bool) {
    let path = path(shard)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { return } }
    let table = load(shard)
    var bytes: [UInt8] = []
    for key in table.keys.sorted() where isLive(key) {
      guard let payload = table[key] else { continue }
      Self.append(Self.magic, to: &bytes)
      Self.append(UInt32(payload.count), to: &bytes)
      bytes += key.bytes
      Self.append(Self.check(key.bytes, payload), to: &bytes)
      bytes += payload
    }
    _ = bytes.withUnsafeBytes { Posix.replace(path, with: [$0]) }
    shards[shard] = nil
  }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func word32(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
      | UInt32(bytes[at + 3]) << 24
  }

  private static func word64(_ bytes: [UInt8], _ at: Int) -> UInt64 {
    UInt64(word32(bytes, at)) | UInt64(word32(bytes, at + 4)) << 32
  }

  private static func check(_ key: [UInt8], _ payload: some Collection<UInt8>) -> UInt64 {
    ContentHash(of: key + Array(payload)).low
  }
}
