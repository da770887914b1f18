/// The bytes of a WAV file around its audio.
///
/// A JUNK chunk keeps the place of `ds64`, so that a file that grows past 4 GiB becomes RF64
/// without moving a byte.
///
/// Source: Microsoft, *Multiple Channel Audio Data and WAVE Files*; EBU Tech 3306.
struct WaveForm {
  let format: SoundFileFormat
  private let middle: [UInt8]

  init(_ format: SoundFileFormat, _ metadata: SoundFileMetadata) {
    self.format = format
    var bytes: [UInt8] = []
    bytes.appendRIFFChunk("fmt ", WaveForm.formatFields(format))
    if case .float32 = format.encoding {
      // The frame count is filled in with the header's other sizes.
      bytes.appendRIFFChunk("fact", [0, 0, 0, 0])
    }
    for chunk in metadata.chunks { bytes.appendRIFFChunk(chunk.name, chunk.bytes) }
    let texts = WaveForm.infoList(metadata)
    if !texts.isEmpty { bytes.appendRIFFChunk("LIST", texts) }
    middle = bytes
  }

  /// Everything up to the first sample.
  func head(frames: Int64) -> [UInt8] {
    let data = frames * Int64(format.bytesPerFrame)
    let total = Int64(12 + 36 + middle.count + 8) + data + data & 1
    let isLarge = total - 8 > 0xFFFF_FFFE || data > 0xFFFF_FFFE
    var bytes: [UInt8] = []
    bytes.append(contentsOf: (isLarge ? "RF64" : "RIFF").utf8)
    bytes.appendLittle32(isLarge ? 0xFFFF_FFFF : UInt32(truncatingIfNeeded: total - 8))
    bytes.append(contentsOf: "WAVE".utf8)
    bytes.append(contentsOf: (isLarge ? "ds64" : "JUNK").utf8)
    bytes.appendLittle32(28)
    if isLarge {
      bytes.appendLittle64(UInt64(total - 8))
      bytes.appendLittle64(UInt64(data))
      bytes.appendLittle64(UInt64(frames))
      bytes.appendLittle32(0)
    } else {
      bytes.append(contentsOf: [UInt8](repeating: 0, count: 28))
    }
    var chunks = middle
    if case .float32 = format.encoding {
      let place = 8 + WaveForm.formatFields(format).count + 8
      let count = UInt32(clamping: frames)
      for i in 0..<4 { chunks[place + i] = UInt8(truncatingIfNeeded: count >> UInt32(8 * i)) }
    }
    bytes.append(contentsOf: chunks)
    bytes.append(contentsOf: "data".utf8)
    bytes.appendLittle32(isLarge ? 0xFFFF_FFFF : UInt32(truncatingIfNeeded: data))
    return bytes
  }

  /// Everything behind the last sample.
  func tail(frames: Int64) -> [UInt8] {
    (frames * Int64(format.bytesPerFrame)) & 1 == 1 ? [0] : []
  }

  private static func formatFields(_ format: SoundFileFormat) -> [UInt8] {
    let bits = format.bytesPerSample * 8
    var isFloat = false
    if case .float32 = format.encoding { isFloat = true }
    let isExtensible = bits == 24 || bits == 32 && !isFloat || format.channelCount > 2
      || format.rate > 48_000
    let tag: UInt16 = isFloat ? 3 : 1
    var bytes: [UInt8] = []
    bytes.appendLittle16(isExtensible ? 0xFFFE : tag)
    bytes.appendLittle16(UInt16(format.channelCount))
    bytes.appendLittle32(UInt32(format.rate))
    bytes.appendLittle32(UInt32(clamping: format.rate * format.bytesPerFrame))
    bytes.appendLittle16(UInt16(format.bytesPerFrame))
    bytes.appendLittle16(UInt16(bits))
    if isExtensible {
      bytes.appendLittle16(22)
      bytes.appendLittle16(UInt16(bits))
      bytes.appendLittle32(channelMask(format.channelCount))
      bytes.appendLittle16(tag)
      bytes.append(contentsOf: [
        0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
      ])
    } else if isFloat {
      bytes.appendLittle16(0)
    }
    return bytes
  }

  /// Speaker positions of the usual layouts; 0 where there is no usual one.
  private static func channelMask(_ channels: Int) -> UInt32 {
    switch channels {
    case 1: 0x4  // C
    case 2: 0x3  // L R
    case 3: 0x7  // L R C
    case 4: 0x33  // L R Ls Rs
    case 5: 0x37  // L R C Ls Rs
    case 6: 0x3F  // L R C LFE Ls Rs
    case 8: 0x63F  // L R C LFE Lb Rb Ls Rs
    default: 0
    }
  }

  private static func infoList(_ metadata: SoundFileMetadata) -> [UInt8] {
    let names: [SoundFileMetadata.Key: String] = [
      .title: "INAM", .artist: "IART", .album: "IPRD", .date: "ICRD", .genre: "IGNR",
      .comment: "ICMT", .track: "ITRK", .copyright: "ICOP",
    ]
    var bytes: [UInt8] = []
    for key in SoundFileMetadata.Key.allCases {
      guard let text = metadata.texts[key], !text.isEmpty, let name = names[key] else { continue }
      bytes.appendRIFFChunk(name, Array(text.utf8) + [0])
    }
    return bytes.isEmpty ? [] : Array("INFO".utf8) + bytes
  }
}

extension [UInt8] {
  mutating func appendLittle16(_ value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(truncatingIfNeeded: value >> 8))
  }
  mutating func appendLittle32(_ value: UInt32) {
    appendLittle16(UInt16(truncatingIfNeeded: value))
    appendLittle16(UInt16(truncatingIfNeeded: value >> 16))
  }
  mutating func appendLittle64(_ value: UInt64) {
    appendLittle32(UInt32(truncatingIfNeeded: value))
    appendLittle32(UInt32(truncatingIfNeeded: value >> 32))
  }
  mutating func appendBig16(_ value: UInt16) {
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }
  mutating func appendBig32(_ value: UInt32) {
    appendBig16(UInt16(truncatingIfNeeded: value >> 16))
    appendBig16(UInt16(truncatingIfNeeded: value))
  }

  /// A chunk with its pad byte, sizes little-endian.
  mutating func appendRIFFChunk(_ name: String, _ body: [UInt8]) {
    append(contentsOf: name.utf8.prefix(4))
    appendLittle32(UInt32(clamping: body.count))
    append(contentsOf: body)
    if body.count & 1 == 1 { append(0) }
  }

  /// A chunk with its pad byte, sizes big-endian.
  mutating func appendIFFChunk(_ name: String, _ body: [UInt8]) {
    append(contentsOf: name.utf8.prefix(4))
    appendBig32(UInt32(clamping: body.count))
    append(contentsOf: body)
    if body.count & 1 == 1 { append(0) }
  }
}
