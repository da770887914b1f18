public import MixGraph
internal import Signal

extension Store {
  /// What is known of the file at `path` under `key`; nil when it is not the file it was then.
  public func facts(ofFile path: String, key: Digest) -> FileFacts? {
    guard let record = record(Self.fileKey(key, path)).flatMap(OutputRecord.init),
      FileStamp(path: path) == record.stamp
    else { return nil }
    return record.facts
  }

  /// Remembers what the finished file at `path` holds.
  public func keep(_ facts: FileFacts, ofFile path: String, key: Digest) {
    guard let stamp = FileStamp(path: path) else { return }
    put(Self.fileKey(key, path), OutputRecord(stamp: stamp, facts: facts).encoded)
  }

  /// Two files may be made of the same and as the same.
  private static func fileKey(_ key: Digest, _ path: String) -> Digest {
    var writer = DigestWriter()
    writer.field("facts", key.text)
    writer.field("path", Posix.absolute(path))
    return writer.digest
  }
}

/// What the file system says of a file, as a text that changes whenever the file is written.
public enum FileStampText {
  /// nil when there is no such file.
  public static func of(_ path: String) -> String? { FileStamp(path: path)?.text }
}

extension Store {
  /// What was noted of the file at `path` under `name`; nil when it is not the file it was then.
  public func note(ofFile path: String, _ name: String) -> String? {
    guard let bytes = record(Self.noteKey(path, name)), let stamp = FileStamp(path: path) else {
      return nil
    }
    let expected = Array((stamp.text + "\n").utf8)
    guard bytes.starts(with: expected) else { return nil }
    return String(decoding: bytes.dropFirst(expected.count), as: UTF8.self)
  }

  /// - Parameter stamp: of the file before it was read.
  public func keep(_ note: String, ofFile path: String, stamp: String, _ name: String) {
    put(Self.noteKey(path, name), Array("\(stamp)\n\(note)".utf8))
  }

  private static func noteKey(_ path: String, _ name: String) -> Digest {
    var writer = DigestWriter()
    writer.field("note", name)
    writer.field("path", Posix.absolute(path))
    return writer.digest
  }
}

extension Store {
  /// A text that was kept about the file at `path`, by its kind.
  public func text(_ kind: String, for path: String) -> String? {
    record(Self.textKey(kind, path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Keeps a text in place of the one before; it is on the disk when the store is flushed next.
  public func keepText(_ text: String, _ kind: String, for path: String) {
    put(Self.textKey(kind, path), Array(text.utf8))
  }

  private static func textKey(_ kind: String, _ path: String) -> Digest {
    var writer = DigestWriter()
    writer.field("text", kind)
    writer.field("path", Posix.absolute(path))
    return writer.digest
  }
}

extension Render {
  /// A key of everything that the output of index `index` is made of; nil without a store.
  public func streamKey(_ index: Int) -> Digest? { actions.hasStore ? streamDigest(index) : nil }
}
