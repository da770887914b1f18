internal import Signal

/// What is known of an action that is done: the identity of its audio and of the state after it.
struct ActionResult: Hashable, Sendable {
  /// Digital silence has one identity.
  var isSilent: Bool
  var audio: ContentHash
  var state: ContentHash
  /// Whether the audio was put into the store.
  var isKept: Bool

  static let silence = ContentHash.silence
  /// Bytes of an encoded result.
  static let byteCount = 34

  var encoded: [UInt8] {
    var bytes: [UInt8] = [isSilent ? 1 : 0, isKept ? 1 : 0]
    bytes += audio.bytes
    bytes += state.bytes
    return bytes
  }

  init(isSilent: Bool, audio: ContentHash, state: ContentHash, isKept: Bool) {
    self.isSilent = isSilent
    self.audio = audio
    self.state = state
    self.isKept = isKept
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self = bytes.withUnsafeBytes { Self.decode($0, at: 0) }
  }

  /// Results that stand one behind the other.
  static func list(_ bytes: some Collection<UInt8>) -> [ActionResult] {
    Array(bytes).withUnsafeBytes { memory in
      stride(from: 0, to: memory.count - byteCount + 1, by: byteCount).map {
        decode(memory, at: $0)
      }
    }
  }

  private static func decode(_ memory: UnsafeRawBufferPointer, at start: Int) -> ActionResult {
    func word(_ at: Int) -> UInt64 {
      UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: start + at, as: UInt64.self))
    }
    return ActionResult(
      isSilent: memory[start] == 1, audio: ContentHash(low: word(2), high: word(10)),
      state: ContentHash(low: word(18), high: word(26)), isKept: memory[start + 1] == 1)
  }
}
