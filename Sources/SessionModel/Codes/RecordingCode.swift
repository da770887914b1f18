/// An International Standard Recording Code: two letters, three letters or digits, two digits of
/// the year, five digits.
///
/// - Source: ISO 3901:2019.
public struct RecordingCode: Hashable, Sendable {
  /// Twelve characters in upper case, without hyphens.
  public let text: String

  /// Takes codes with or without the hyphens between their parts and in either case; nil: it is
  /// none.
  public init?(_ written: String) {
    var bytes = Array(written.utf8)
    if bytes.prefix(5).elementsEqual("ISRC ".utf8) { bytes.removeFirst(5) }
    if bytes.count == 15 {
      // CC-XXX-YY-NNNNN
      for place in [9, 6, 2] {
        guard bytes[place] == UInt8(ascii: "-") else { return nil }
        bytes.remove(at: place)
      }
    }
    guard bytes.count == 12 else { return nil }
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
    bytes = bytes.map { (97...122).contains($0) ? $0 - 32 : $0 }
    guard bytes[0..<2].allSatisfy(isLetter),
      bytes[2..<5].allSatisfy({ isDigit($0) || isLetter($0) }),
      bytes[5...].allSatisfy(isDigit)
    else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
  }
}
