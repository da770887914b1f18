public import MixGraph
internal import Signal

extension Store {
  /// Numbers that were kept under `key`, as they were.
  public func numbers(_ key: Digest) -> [Double]? {
    guard let bytes = record(key) else { return nil }
    var reader = StateReader(bytes)
    guard let count = try? reader.readInt(), count >= 0, count < 100_000,
      let numbers = try? reader.readDoubles(count), reader.isAtEnd
    else { return nil }
    return numbers
  }

  /// Keeps numbers; they are on the disk when the store is flushed next.
  public func keep(_ numbers: [Double], _ key: Digest) {
    var writer = StateWriter()
    writer.write(numbers.count)
    for number in numbers { writer.write(number) }
    put(key, writer.bytes)
  }

  /// What was last kept of a file beside the store's own purposes, such as a session's report.
  ///
  /// - Parameters: `kind` says what it is, `path` which file it is about.
  public func note(_ kind: String, about path: String) -> [UInt8]? {
    guard let bytes = record(Self.key(kind, path)) else { return nil }
    var reader = StateReader(bytes)
    guard let low = try? reader.readUInt64(), let high = try? reader.readUInt64(), reader.isAtEnd
    else { return nil }
    return object(ContentHash(low: low, high: high))
  }

  /// Keeps a note in place of the one before.
  public func keep(_ note: [UInt8], as kind: String, about path: String) {
    let hash = ContentHash(of: note)
    guard note.withUnsafeBytes({ putObject(hash, $0) }) else { return }
    put(Self.key(kind, path), hash.bytes)
    flush()
  }

  private static func key(_ kind: String, _ path: String) -> Digest {
    var writer = DigestWriter()
    writer.field("note", kind)
    writer.field("path", Posix.absolute(path))
    return writer.digest
  }
}
