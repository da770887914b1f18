/// Gives a FLAC file comments and a cover of ours, without the encoder library's version.
///
/// - Source: RFC 9639, section 8 (metadata blocks).
struct FlacRewriting {
  let source: PosixFile
  let target: PosixFile
  let comments: [(name: String, value: String)]
  let picture: SoundFileMetadata.Picture?

  func run() throws(SoundFileError) {
    let length = try source.status().length
    let broken = SoundFileError.notWritten("the encoder gave no valid FLAC file")
    guard try source.bytes(at: 0, count: 4) == Array("fLaC".utf8) else { throw broken }
    var position: Int64 = 4
    var information: [UInt8] = []
    while true {
      let head = try source.bytes(at: position, count: 4)
      guard head.count == 4 else { throw broken }
      let size = Int(head[1]) << 16 | Int(head[2]) << 8 | Int(head[3])
      if head[0] & 0x7F == 0 { information = try source.bytes(at: position + 4, count: size) }
      position += 4 + Int64(size)
      if head[0] & 0x80 != 0 { break }
    }
    guard information.count == 34 else { throw broken }
    var blocks: [(kind: UInt8, body: [UInt8])] = [(0, information), (4, commentBlock)]
    if let picture { blocks.append((6, FlacRewriting.pictureBlock(picture))) }
    var bytes = Array("fLaC".utf8)
    for (index, block) in blocks.enumerated() {
      guard block.body.count < 1 << 24 else {
        throw .notWritten("a tag or the cover is larger than 16 MiB")
      }
      bytes.appendBig32(UInt32(block.body.count))
      bytes[bytes.count - 4] = block.kind | (index == blocks.count - 1 ? 0x80 : 0)
      bytes += block.body
    }
    try target.write(bytes, at: 0)
    try target.append(source, from: position, to: length, at: Int64(bytes.count))
  }

  private var commentBlock: [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 0]
    bytes.appendLittle32(UInt32(clamping: comments.count))
    for (name, value) in comments {
      let text = Array((name + "=" + value).utf8)
      bytes.appendLittle32(UInt32(clamping: text.count))
      bytes += text
    }
    return bytes
  }

  /// A front cover; also the content of `METADATA_BLOCK_PICTURE`.
  static func pictureBlock(_ picture: SoundFileMetadata.Picture) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBig32(3)
    bytes.appendBig32(UInt32(clamping: picture.mediaType.utf8.count))
    bytes += Array(picture.mediaType.utf8)
    // No description; size and colours are not stated.
    bytes += [UInt8](repeating: 0, count: 20)
    bytes.appendBig32(UInt32(clamping: picture.bytes.count))
    return bytes + picture.bytes
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var i = 0
    while i < bytes.count {
      let b1 = i + 1 < bytes.count ? Int(bytes[i + 1]) : 0
      let b2 = i + 2 < bytes.count ? Int(bytes[i + 2]) : 0
      let word = Int(bytes[i]) << 16 | b1 << 8 | b2
      text.append(digits[word >> 18])
      text.append(digits[word >> 12 & 63])
      text.append(i + 1 < bytes.count ? digits[word >> 6 & 63] : UInt8(ascii: "="))
      text.append(i + 2 < bytes.count ? digits[word & 63] : UInt8(ascii: "="))
      i += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension PosixFile {
  /// Copies the bytes `start ..< end` of `source` to `position`.
  func append(_ source: PosixFile, from start: Int64, to end: Int64, at position: Int64)
    throws(SoundFileError)
  {
    var done = start
    while done < end {
      let piece = try source.bytes(at: done, count: Int(min(1 << 18, end - done)))
      guard !piece.isEmpty else { throw .notWritten("the encoder's output became shorter") }
      try write(piece, at: position + done - start)
      done += Int64(piece.count)
    }
  }
}
