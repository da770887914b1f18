import Signal
import Testing

@Suite struct MD5Tests {
  // RFC 1321, appendix A.5.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ])
  func thePublishedDigestsComeOut(_ text: String, _ digest: String) {
    var hash = MD5()
    hash.update(Array(text.utf8))
    #expect(hash.hexadecimal() == digest)
  }

  @Test func itDoesNotMatterHowTheBytesAreFed() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var whole = MD5()
    whole.update(bytes)
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 500] {
      var hash = MD5()
      for start in stride(from: 0, to: bytes.count, by: size) {
        hash.update(Array(bytes[start..<min(bytes.count, start + size)]))
      }
      #expect(hash.hexadecimal() == whole.hexadecimal(), "\(size)")
    }
  }
}
