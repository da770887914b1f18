public import MixGraph
public import Signal

/// Where chains find what was done before, and leave what they do.
public protocol PieceMemory: AnyObject, Sendable {
  func result(_ key: Digest) -> [UInt8]?
  func keepResult(_ key: Digest, _ bytes: [UInt8])
  func state(_ hash: ContentHash) -> [UInt8]?
  /// - Returns: false when it could not be kept.
  func keepState(_ bytes: [UInt8], _ hash: ContentHash) -> Bool
}

extension Store: PieceMemory {
  public func result(_ key: Digest) -> [UInt8]? { record(key) }
  public func keepResult(_ key: Digest, _ bytes: [UInt8]) { put(key, bytes) }
  public func state(_ hash: ContentHash) -> [UInt8]? { blob(hash) }
  public func keepState(_ bytes: [UInt8], _ hash: ContentHash) -> Bool { keepBlob(bytes, hash) }
}

/// What one build without a store has done, so that it measures one stream once.
///
/// - Memory: some 100 bytes for each result and state; these themselves are kept aside in a file
///   without a name, once there is a folder for it.
public final class BuildMemory: PieceMemory, @unchecked Sendable {
  // Proof for @unchecked Sendable: everything that changes is touched inside `monitor`.
  private let monitor = Monitor()
  private var results: [Digest: Place] = [:]
  private var states: [ContentHash: Place] = [:]
  private var folder: String?
  private var descriptor: Int32?
  private var end: Int64 = 0

  private enum Place {
    case memory([UInt8])
    case file(offset: Int64, count: Int)
  }

  public init() {}

  deinit { if let descriptor { Posix.closeFile(descriptor) } }

  /// Says where to keep things aside: a folder that exists when something is kept.
  public func spill(into folder: String) { monitor.withLock { self.folder = folder } }

  public func result(_ key: Digest) -> [UInt8]? { monitor.withLock { results[key].flatMap(read) } }
  public func keepResult(_ key: Digest, _ bytes: [UInt8]) {
    monitor.withLock { results[key] = keep(bytes) }
  }
  public func state(_ hash: ContentHash) -> [UInt8]? {
    monitor.withLock { states[hash].flatMap(read) }
  }
  public func keepState(_ bytes: [UInt8], _ hash: ContentHash) -> Bool {
    monitor.withLock { if states[hash] == nil { states[hash] = keep(bytes) } }
    return true
  }

  private func keep(_ bytes: [UInt8]) -> Place {
    if descriptor == nil, let folder { descriptor = Posix.openNameless(in: folder) }
    guard bytes.count > 64, let descriptor,
      bytes.withUnsafeBytes({ Posix.writeAll(descriptor, $0, at: end) })
    else { return .memory(bytes) }
    defer { end += Int64(bytes.count) }
    return .file(offset: end, count: bytes.count)
  }

  private func read(_ place: Place) -> [UInt8]? {
    switch place {
    case .memory(let bytes): return bytes
    case .file(let offset, let count):
      guard let descriptor else { return nil }
      var bytes = [UInt8](repeating: 0, count: count)
      let isRead = bytes.withUnsafeMutableBytes { Posix.readAll(descriptor, $0, at: offset) }
      return isRead ? bytes : nil
    }
  }
}
