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
public final class BuildMemory: PieceMemory, @unchecked Sendable {
  // Proof for @unchecked Sendable: both tables are touched inside `monitor`.
  private let monitor = Monitor()
  private var results: [Digest: [UInt8]] = [:]
  private var states: [ContentHash: [UInt8]] = [:]

  public init() {}

  public func result(_ key: Digest) -> [UInt8]? { monitor.withLock { results[key] } }
  public func keepResult(_ key: Digest, _ bytes: [UInt8]) {
    monitor.withLock { results[key] = bytes }
  }
  public func state(_ hash: ContentHash) -> [UInt8]? { monitor.withLock { states[hash] } }
  public func keepState(_ bytes: [UInt8], _ hash: ContentHash) -> Bool {
    monitor.withLock { states[hash] = bytes }
    return true
  }
}
