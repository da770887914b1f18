public import Signal

/// What the store keeps of a piece of a file: its bytes and how many samples were clamped.
public struct FileRun: Hashable, Sendable {
  public var bytes: ContentHash
  public var clippedSamples: Int

  public init(bytes: ContentHash, clippedSamples: Int) {
    self.bytes = bytes
    self.clippedSamples = clippedSamples
  }

  public init?(_ encoded: [UInt8]) {
    guard encoded.count == 24 else { return nil }
    bytes = ContentHash(bytes: encoded[0..<16])
    var reader = StateReader(Array(encoded[16...]))
    guard let count = try? reader.readInt() else { return nil }
    clippedSamples = count
  }

  public var encoded: [UInt8] {
    var writer = StateWriter()
    writer.write(clippedSamples)
    return bytes.bytes + writer.bytes
  }
}
