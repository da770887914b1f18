internal import MixGraph
internal import Signal

extension Store {
  /// Blobs up to this many bytes stand in the records; larger ones are objects.
  private static let inlineLimit = 4096

  /// The bytes of `hash`, wherever `keepBlob` put them.
  func blob(_ hash: ContentHash) -> [UInt8]? {
    if let bytes = record(StateKey.digest(hash), in: .states) {
      use(hash)
      return bytes
    }
    return object(hash)
  }

  /// Keeps `bytes` under their hash; false: they could not be kept.
  @discardableResult
  func keepBlob(_ bytes: [UInt8], _ hash: ContentHash) -> Bool {
    if bytes.count <= Self.inlineLimit {
      use(hash)
      put(StateKey.digest(hash), bytes, in: .states)
      return true
    }
    return bytes.withUnsafeBytes { putObject(hash, $0) }
  }
}
