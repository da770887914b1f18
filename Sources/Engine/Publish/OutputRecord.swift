internal import Loudness
internal import MixGraph
internal import Signal

/// What the store remembers of a file in its place: its stamp then, and what it held.
struct OutputRecord {
  var stamp: FileStamp
  var facts: FileFacts

  static func key(
    path: String, fields: [FileField], audio: Digest, end: Digest
  ) -> Digest {
    var writer = DigestWriter()
    writer.field("output", 4)
    // What is remembered of the file besides its stamp was measured.
    writer.field("meter", LoudnessMeter.revision)
    writer.field("path", Posix.absolute(path))
    writer.fields(fields)
    writer.field("audio", audio.text)
    writer.field("end", end.text)
    return writer.digest
  }

  /// Digits of a file's digest.
  private static let digestSize = 32

  var encoded: [UInt8] {
    var writer = StateWriter()
    writer.write(stamp.device)
    writer.write(stamp.inode)
    writer.write(UInt64(bitPattern: stamp.size))
    writer.write(UInt64(bitPattern: stamp.modified))
    writer.write(UInt64(bitPattern: stamp.changed))
    writer.write(UInt64(bitPattern: facts.frames))
    writer.write(UInt64(bitPattern: facts.byteCount))
    writer.write(UInt64(bitPattern: facts.clippedSamples))
    writer.write(facts.measures.count)
    for measure in facts.measures { writer.write(measure) }
    return writer.bytes + Array(facts.digest.utf8)
  }

  init(stamp: FileStamp, facts: FileFacts) {
    self.stamp = stamp
    self.facts = facts
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 72 + Self.digestSize else { return nil }
    var reader = StateReader(Array(bytes.dropLast(Self.digestSize)))
    do throws(StateError) {
      stamp = FileStamp(
        device: try reader.readUInt64(), inode: try reader.readUInt64(),
        size: Int64(bitPattern: try reader.readUInt64()),
        modified: Int64(bitPattern: try reader.readUInt64()),
        changed: Int64(bitPattern: try reader.readUInt64()))
      let frames = Int64(bitPattern: try reader.readUInt64())
      let byteCount = Int64(bitPattern: try reader.readUInt64())
      let clipped = Int64(bitPattern: try reader.readUInt64())
      let count = try reader.readInt()
      guard count >= 0 && count < 1000 else { return nil }
      let measures = try reader.readDoubles(count)
      guard reader.isAtEnd else { return nil }
      facts = FileFacts(
        digest: String(decoding: bytes.suffix(Self.digestSize), as: UTF8.self), frames: frames,
        byteCount: byteCount, clippedSamples: clipped, measures: measures, wasReplaced: false)
    } catch { return nil }
  }
}
