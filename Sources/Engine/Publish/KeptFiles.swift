public import MixGraph

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

extension Render {
  /// A key of everything that the output of index `index` is made of; nil without a store.
  public func streamKey(_ index: Int) -> Digest? { actions.hasStore ? streamDigest(index) : nil }
}
