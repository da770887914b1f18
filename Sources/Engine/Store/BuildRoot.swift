internal import MixGraph
internal import Signal

/// What one build used of the store: collections keep what recent builds used.
///
/// Keys and hashes are named by 64 of their bits: a chance likeness keeps an entry too many.
struct BuildRoot {
  /// The session, for people.
  var session: String
  var builds: Set<UInt64> = []
  var recordings: Set<UInt64> = []
  var rows: Set<UInt64> = []
  var objects: Set<UInt64> = []

  private static let magic: UInt64 = 0x3154_4F4F_5258_4D00

  /// Builds of the same rows share a root.
  var name: String {
    var writer = StateWriter()
    for key in (rows.isEmpty ? builds : rows).sorted() { writer.write(key) }
    return ContentHash(of: writer.bytes + Array(session.utf8)).hexadecimal
  }

  func isCovered(by other: BuildRoot) -> Bool {
    builds.isSubset(of: other.builds) && recordings.isSubset(of: other.recordings)
      && rows.isSubset(of: other.rows) && objects.isSubset(of: other.objects)
  }

  mutating func formUnion(_ other: BuildRoot) {
    builds.formUnion(other.builds)
    recordings.formUnion(other.recordings)
    rows.formUnion(other.rows)
    objects.formUnion(other.objects)
  }

  var encoded: [UInt8] {
    var writer = StateWriter()
    writer.write(Self.magic)
    let text = Array(session.utf8)
    writer.write(text.count)
    for list in [builds, recordings, rows, objects] {
      writer.write(list.count)
      for key in list.sorted() { writer.write(key) }
    }
    let bytes = writer.bytes + text
    return bytes + ContentHash(of: bytes).bytes
  }

  init(session: String) { self.session = session }

  /// nil: it is no root, or damaged.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 64, ContentHash(of: Array(bytes.dropLast(16))).bytes == bytes.suffix(16)
    else { return nil }
    var reader = StateReader(Array(bytes.dropLast(16)))
    do throws(StateError) {
      guard try reader.readUInt64() == Self.magic else { return nil }
      let length = try reader.readInt()
      func keys() throws(StateError) -> Set<UInt64> {
        let count = try reader.readInt()
        guard count >= 0 && count <= bytes.count / 8 else { throw StateError() }
        var keys = Set<UInt64>(minimumCapacity: count)
        for _ in 0..<count { keys.insert(try reader.readUInt64()) }
        return keys
      }
      builds = try keys()
      recordings = try keys()
      rows = try keys()
      objects = try keys()
      guard length >= 0 && length <= bytes.count - 16 else { return nil }
      session = String(decoding: bytes.dropLast(16).suffix(length), as: UTF8.self)
    } catch { return nil }
  }
}
