import Signal

/// Gives an Ogg file's bytes back their reproducibility: a serial number out of the content in
/// place of a random one, and comments that are ours.
///
/// - Source: RFC 3533 (pages), RFC 7845 (Opus), Xiph.Org, *Vorbis I specification* (headers).
struct OggRewriting {
  let source: PosixFile
  let target: PosixFile
  let comments: [(name: String, value: String)]

  private struct Page {
    var flags: UInt8
    var granule: [UInt8]
    var lacing: [UInt8]
    var body: [UInt8]
    var end: Int64
  }

  /// Copies the source, a file of one stream, to the target.
  func run() throws(SoundFileError) {
    let length = try source.status().length
    let serial = try serialNumber(length)
    guard let first = try page(at: 0, length) else { throw broken }
    let isOpus = first.body.starts(with: Array("OpusHead".utf8))
    guard isOpus || first.body.starts(with: [1] + Array("vorbis".utf8)) else { throw broken }

    // The header packets behind the first page; audio begins on a page of its own.
    var position = first.end
    var packets: [[UInt8]] = [[]]
    while packets.count <= (isOpus ? 1 : 2) {
      guard let next = try page(at: position, length) else { throw broken }
      position = next.end
      var start = 0
      for size in next.lacing {
        packets[packets.count - 1].append(contentsOf: next.body[start..<(start + Int(size))])
        start += Int(size)
        if size < 255 { packets.append([]) }
      }
    }
    packets.removeLast()
    packets[0] = isOpus ? opusComments : vorbisComments

    var out: Int64 = 0
    var sequence: UInt32 = 0
    func write(_ page: Page) throws(SoundFileError) {
      let bytes = OggRewriting.encoded(page, serial: serial, sequence: sequence)
      try target.write(bytes, at: out)
      out += Int64(bytes.count)
      sequence &+= 1
    }
    try write(first)
    for page in OggRewriting.pages(of: packets) { try write(page) }
    while position < length {
      guard let next = try page(at: position, length) else { throw broken }
      try write(next)
      position = next.end
    }
  }

  private var broken: SoundFileError { .notWritten("the encoder gave no valid Ogg file") }

  private func page(at position: Int64, _ length: Int64) throws(SoundFileError) -> Page? {
    let head = try source.bytes(at: position, count: 27)
    guard head.count == 27, head.fourCC(0) == "OggS" else { return nil }
    let lacing = try source.bytes(at: position + 27, count: Int(head[26]))
    let size = lacing.reduce(0) { $0 + Int($1) }
    let start = position + 27 + Int64(lacing.count)
    let body = try source.bytes(at: start, count: size)
    guard lacing.count == Int(head[26]), body.count == size else { return nil }
    return Page(
      flags: head[5], granule: Array(head[6..<14]), lacing: lacing, body: body,
      end: start + Int64(size))
  }

  /// The first bytes of a digest of all pages' bodies.
  private func serialNumber(_ length: Int64) throws(SoundFileError) -> [UInt8] {
    var hash = SHA256()
    var position: Int64 = 0
    while position < length {
      guard let page = try page(at: position, length) else { throw broken }
      hash.update(page.body)
      position = page.end
    }
    return Array(hash.digest().bytes.prefix(4))
  }

  private var commentFields: [UInt8] {
    // No vendor: it would name a library's version.
    var bytes: [UInt8] = [0, 0, 0, 0]
    bytes.appendLittle32(UInt32(clamping: comments.count))
    for (name, value) in comments {
      let text = Array((name + "=" + value).utf8)
      bytes.appendLittle32(UInt32(clamping: text.count))
      bytes.append(contentsOf: text)
    }
    return bytes
  }

  private var opusComments: [UInt8] { Array("OpusTags".utf8) + commentFields }
  private var vorbisComments: [UInt8] { [3] + Array("vorbis".utf8) + commentFields + [1] }

  /// Header packets laid into pages of at most 255 segments.
  private static func pages(of packets: [[UInt8]]) -> [Page] {
    var lacing: [UInt8] = []
    for packet in packets {
      lacing += [UInt8](repeating: 255, count: packet.count / 255)
      lacing.append(UInt8(packet.count % 255))
    }
    let body = packets.flatMap { $0 }
    var pages: [Page] = []
    var start = 0
    var segment = 0
    while segment < lacing.count {
      let end = min(lacing.count, segment + 255)
      let part = Array(lacing[segment..<end])
      let size = part.reduce(0) { $0 + Int($1) }
      let isContinued = segment > 0 && lacing[segment - 1] == 255
      let completes = part.contains { $0 < 255 }
      pages.append(
        Page(
          flags: isContinued ? 1 : 0,
          granule: [UInt8](repeating: completes ? 0 : 0xFF, count: 8), lacing: part,
          body: Array(body[start..<(start + size)]), end: 0))
      start += size
      segment = end
    }
    return pages
  }

  private static func encoded(_ page: Page, serial: [UInt8], sequence: UInt32) -> [UInt8] {
    var bytes = Array("OggS".utf8) + [0, page.flags] + page.granule + serial
    bytes.appendLittle32(sequence)
    bytes += [0, 0, 0, 0, UInt8(page.lacing.count)] + page.lacing + page.body
    let checksum = checksum(bytes)
    for i in 0..<4 { bytes[22 + i] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * i)) }
    return bytes
  }

  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index) << 24
    for _ in 0..<8 { value = value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1 }
    return value
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      bytes.reduce(UInt32(0)) { $0 << 8 ^ table[Int(($0 >> 24) ^ UInt32($1))] }
    }
  }
}
