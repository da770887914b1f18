/// The bytes of an AIFF file around its audio; floats make it AIFF-C.
///
/// Source: Apple, *Audio Interchange File Format*, version 1.3 and AIFF-C draft.
struct AiffForm {
  let format: SoundFileFormat
  private let texts: [UInt8]

  init(_ format: SoundFileFormat, _ metadata: SoundFileMetadata) {
    self.format = format
    let names: [SoundFileMetadata.Key: String] = [
      .title: "NAME", .artist: "AUTH", .copyright: "(c) ", .comment: "ANNO",
    ]
    var bytes: [UInt8] = []
    for (key, text) in metadata.entries {
      if let name = names[key] { bytes.appendIFFChunk(name, Array(text.utf8)) }
    }
    if !metadata.markers.isEmpty {
      bytes.appendIFFChunk("MARK", AiffForm.marks(metadata.markers))
    }
    // Players read this one; AIFF's own chunks have no place for most of it.
    var rest = metadata
    rest.markers = []
    let tag = ID3Tag(metadata: rest, rate: format.rate, frames: 0).bytes
    if !tag.isEmpty { bytes.appendIFFChunk("ID3 ", tag) }
    for chunk in metadata.chunks { bytes.appendIFFChunk(chunk.name, chunk.bytes) }
    texts = bytes
  }

  private static func marks(_ markers: [SoundFileMetadata.Marker]) -> [UInt8] {
    var bytes: [UInt8] = []
    let kept = markers.prefix(0x7FFF)
    bytes.appendBig16(UInt16(kept.count))
    for (index, marker) in kept.enumerated() {
      bytes.appendBig16(UInt16(index + 1))
      bytes.appendBig32(UInt32(clamping: marker.frame))
      let name = Array(marker.name.utf8.prefix(255))
      bytes.append(UInt8(name.count))
      bytes += name
      if name.count & 1 == 0 { bytes.append(0) }
    }
    return bytes
  }

  /// The longest audio that the form's 32-bit sizes can hold, in frames.
  var frameLimit: Int64 {
    (0xFFFF_FFFE - Int64(head(frames: 0).count) - 2) / Int64(format.bytesPerFrame)
  }

  /// Everything up to the first sample.
  func head(frames: Int64) -> [UInt8] {
    var isFloat = false
    if case .float32 = format.encoding { isFloat = true }
    var common: [UInt8] = []
    common.appendBig16(UInt16(format.channelCount))
    common.appendBig32(UInt32(clamping: frames))
    common.appendBig16(UInt16(format.bytesPerSample * 8))
    common.append(contentsOf: AiffForm.extended(format.rate))
    if isFloat { common.append(contentsOf: Array("fl32".utf8) + [0, 0]) }
    var chunks: [UInt8] = []
    if isFloat { chunks.appendIFFChunk("FVER", [0xA2, 0x80, 0x51, 0x40]) }
    chunks.appendIFFChunk("COMM", common)
    chunks.append(contentsOf: texts)
    let data = frames * Int64(format.bytesPerFrame)
    let total = Int64(12 + chunks.count + 16) + data + data & 1
    var bytes = Array("FORM".utf8)
    bytes.appendBig32(UInt32(clamping: total - 8))
    bytes.append(contentsOf: (isFloat ? "AIFC" : "AIFF").utf8)
    bytes.append(contentsOf: chunks)
    bytes.append(contentsOf: "SSND".utf8)
    bytes.appendBig32(UInt32(clamping: data + 8))
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 8))
    return bytes
  }

  /// Everything behind the last sample.
  func tail(frames: Int64) -> [UInt8] {
    (frames * Int64(format.bytesPerFrame)) & 1 == 1 ? [0] : []
  }

  /// `rate` as an 80-bit extended float.
  private static func extended(_ rate: Int) -> [UInt8] {
    let shift = UInt64(rate).leadingZeroBitCount
    var bytes: [UInt8] = []
    bytes.appendBig16(UInt16(16383 + 63 - shift))
    let mantissa = UInt64(rate) << UInt64(shift)
    bytes.appendBig32(UInt32(truncatingIfNeeded: mantissa >> 32))
    bytes.appendBig32(UInt32(truncatingIfNeeded: mantissa))
    return bytes
  }
}
