public import MixGraph
internal import Signal

extension Store {
  /// What is known of the file at `path` under `key`; nil when it is not the file it was then.
  public func facts(ofFile path: String, key: Digest) -> FileFacts? {
    guard let record = record(key).flatMap(OutputRecord.init),
      FileStamp(path: path) == record.stamp
    else { return nil }
    return record.facts
  }

  /// Remembers what the finished file at `path` holds.
  public func keep(_ facts: FileFacts, ofFile path: String, key: Digest) {
    guard let stamp = FileStamp(path: path) else { return }
    put(key, OutputRecord(stamp: stamp, facts: facts).encoded)
  }
}

extension Store {
  /// A number that a search for the file at `path` ended with; it may be of an earlier session.
  public func hint(for path: String, _ name: String) -> Int? {
    guard let bytes = record(Self.hintKey(path, name)) else { return nil }
    var reader = StateReader(bytes)
    return try? reader.readInt()
  }

  public func keepHint(_ value: Int, for path: String, _ name: String) {
    var writer = StateWriter()
    writer.write(value)
    put(Self.hintKey(path, name), writer.bytes)
  }

  private static func hintKey(_ path: String, _ name: String) -> Digest {
    var writer = DigestWriter()
    writer.field("hint", name)
    writer.field("path", Posix.absolute(path))
    return writer.digest
  }
}

extension Render {
  /// A key of everything that the output of index `index` is made of; nil without a store.
  public func streamKey(_ index: Int) -> Digest? { actions.hasStore ? streamDigest(index) : nil }
}
