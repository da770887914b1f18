internal import MixGraph
internal import Signal

/// Decoded chunks of compressed recordings in the store, by their content: as single precision
/// where that loses nothing, else as double.
struct DecodedChunks {
  let store: Store

  private static func key(_ chunk: ContentHash) -> Digest {
    var writer = DigestWriter()
    writer.field("decoded-chunk", chunk)
    return writer.digest
  }

  static func shortKey(_ chunk: ContentHash) -> UInt64 { RecordLog.short(key(chunk)) }

  /// Where a chunk stands.
  struct Place {
    var isFloat: Bool
    var object: ContentHash

    init?(_ bytes: some Collection<UInt8>) {
      let bytes = Array(bytes)
      guard bytes.count == 18, bytes[0] == RecordingCatalogue.Kind.decoded.rawValue,
        let hash = RecordingCatalogue.hashes(bytes[2...]).first
      else { return nil }
      isFloat = bytes[1] == 1
      object = hash
    }
  }

  /// Keeps `block`, whose hash is `hash`.
  func keep(_ block: Block, _ hash: ContentHash) {
    let key = Self.key(hash)
    if let place = store.record(key, in: .recordings).flatMap(Place.init),
      store.hasObject(place.object)
    {
      return
    }
    let isFloat = (0..<block.channelCount).allSatisfy { channel in
      let samples = block[channel]
      return samples.indices.allSatisfy {
        Double(Float(samples[$0])).bitPattern == samples[$0].bitPattern
      }
    }
    let chunk = ChunkAudio(
      channelCount: block.channelCount, frameCount: block.frameCount, isFloat: isFloat)
    chunk.store(block, at: 0)
    let object = chunk.contentHash()
    guard store.putAudio(object, chunk) else { return }
    store.put(
      key, [RecordingCatalogue.Kind.decoded.rawValue, isFloat ? 1 : 0] + object.bytes,
      in: .recordings)
  }

  /// Loads the chunk `hash` into `block`; false: it is not there.
  func load(_ hash: ContentHash, into block: Block) -> Bool {
    guard let place = store.record(Self.key(hash), in: .recordings).flatMap(Place.init) else {
      return false
    }
    let chunk = ChunkAudio(
      channelCount: block.channelCount, frameCount: block.frameCount, isFloat: place.isFloat)
    guard store.audio(place.object, into: chunk) else { return false }
    chunk.load(into: block, at: 0)
    return true
  }
}

/// What recordings' records say of decoded chunks, as collections read them.
struct DecodedTable {
  private var payloads: [UInt64: ArraySlice<UInt8>] = [:]

  init(_ log: RecordLog?) {
    log?.forEach { payloads[RecordLog.short($0)] = $1 }
  }

  /// Calls `body` with the short key and the object of each decoded chunk that `key` leads to.
  func forEachDecoded(of key: UInt64, _ body: (UInt64, UInt64) -> Void) {
    guard let payload = payloads[key],
      payload.first == RecordingCatalogue.Kind.sequential.rawValue, payload.count >= 9
    else { return }
    for chunk in RecordingCatalogue.hashes(payload.dropFirst(9)) {
      let entry = DecodedChunks.shortKey(chunk)
      if let place = payloads[entry].flatMap({ DecodedChunks.Place($0) }) {
        body(entry, place.object.low)
      }
    }
  }
}
