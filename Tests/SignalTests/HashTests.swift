import Testing

@testable import Signal

@Suite struct HashTests {
  // FIPS 180-4 examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256GivesThePublishedDigests(_ text: String, _ digest: String) {
    #expect(SHA256.digest(of: Array(text.utf8)).hexadecimal == digest)
  }

  @Test func sha256OfAMillionLettersIsThePublishedDigest() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      SHA256.digest(of: bytes).hexadecimal
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func sha256IsTheSameWithAndWithoutTheProcessorsHelp() {
    let bytes = (0..<640).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 5) }
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var (usual, swift) = (SHA256State(), SHA256State())
      usual.compress(buffer, blocks: 10)
      swift.compressInSwift(base, 10)
      #expect(usual.bytes == swift.bytes)
    }
  }

  @Test func sha256DoesNotDependOnHowTheBytesAreFed() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let whole = SHA256.digest(of: bytes)
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 500] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        hash.update(Array(bytes[start..<min(bytes.count, start + size)]))
      }
      #expect(hash.digest() == whole)
    }
  }

  // XXH3, 128 bits: the library's own values for no bytes and for "abc".
  @Test func contentHashesAreXXH3() {
    #expect(ContentHash(of: [UInt8]()).hexadecimal == "99aa06d3014798d86001c324468d497f")
    #expect(ContentHash(of: Array("abc".utf8)).hexadecimal == "06b05ab6733a618578af5f94892f3950")
  }

  @Test func contentHashesTellChannelsApart() {
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 4)
    buffer.block[0][1] = 1
    let first = ContentHash(of: buffer.block)
    buffer.block.fill(0)
    buffer.block[1][1] = 1
    #expect(ContentHash(of: buffer.block) != first)
    #expect(ContentHash(of: buffer.block[0]) == ContentHash(of: [UInt8](repeating: 0, count: 32)))
  }
}
