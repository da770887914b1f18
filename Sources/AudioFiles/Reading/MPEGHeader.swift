/// What stands around the audio of MP3 files, and of others with their tags.
enum MPEGHeader {
  /// Whether the file begins with an ID3 tag.
  static func isTagged(_ file: PosixFile) throws(SoundFileError) -> Bool {
    try file.bytes(at: 0, count: 3) == Array("ID3".utf8)
  }

  /// Whether the file ends with an ID3 tag of the first version.
  static func isTaggedAtEnd(_ file: PosixFile, length: Int64) throws(SoundFileError) -> Bool {
    try file.bytes(at: max(0, length - 128), count: 3) == Array("TAG".utf8)
  }

  /// Whether the first frame says how many there are; without that the length is a guess.
  ///
  /// - Source: Xing, *VBR Header SDK*; LAME, *Mp3 Info Tag*, revision 1; ID3v2.4.0, 3.1.
  static func namesLength(_ file: PosixFile) throws(SoundFileError) -> Bool {
    var start: Int64 = 0
    let head = try file.bytes(at: 0, count: 10)
    if try isTagged(file), head.count == 10 {
      start = 10 + head[6..<10].reduce(0) { $0 << 7 | Int64($1 & 0x7F) }
    }
    let bytes = try file.bytes(at: start, count: 4096)
    for at in 0..<max(0, bytes.count - 7)
    where ["Xing", "Info"].contains(bytes.fourCC(at)) && bytes[at + 7] & 1 == 1 {
      return true
    }
    return false
  }
}
