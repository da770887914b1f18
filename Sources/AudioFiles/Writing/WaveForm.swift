import Signal

/// The bytes of a WAV file around its audio.
///
/// A JUNK chunk keeps the place of `ds64`, so that a file that grows past 4 GiB becomes RF64
/// without moving a byte.
///
/// Source: Microsoft, *Multiple Channel Audio Data and WAVE Files*; EBU Tech 3306.
struct WaveForm {
  let format: SoundFileFormat
  var metadata: SoundFileMetadata

  init(_ format: SoundFileFormat, _ metadata: SoundFileMetadata) {
    self.format = format
    self.metadata = metadata
  }

  /// Everything up to the first sample; as long for any number of frames.
  func head(frames: Int64) -> [UInt8] {
    let chunks = middle(frames: frames)
    let data = frames * Int64(format.bytesPerFrame)
    let total = Int64(12 + 36 + chunks.count + 8) + data + data & 1
    let isLarge =
      format.container == .rf64 || total - 8 > 0xFFFF_FFFE || data > 0xFFFF_FFFE
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
    bytes.append(contentsOf: chunks)
    bytes.append(contentsOf: "data".utf8)
    bytes.appendLittle32(isLarge ? 0xFFFF_FFFF : UInt32(truncatingIfNeeded: data))
    return bytes
  }

  /// The chunks between `ds64` and `data`. Texts have an even length: libsndfile 1.2 does not pass over
  /// the pad byte of a chunk in RF64.
  private func middle(frames: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    if let broadcast = metadata.broadcast {
      bytes.appendRIFFChunk("bext", broadcast.bytes.evened(by: 0))
    }
    bytes.appendRIFFChunk("fmt ", WaveForm.formatFields(format))
    if case .float32 = format.encoding {
      var count: [UInt8] = []
      count.appendLittle32(UInt32(clamping: frames))
      bytes.appendRIFFChunk("fact", count)
    }
    if metadata.hasProductionNotes {
      bytes.appendRIFFChunk("iXML", ProductionNotes(format, metadata).bytes.evened(by: 0x20))
    }
    for chunk in metadata.chunks { bytes.appendRIFFChunk(chunk.name, chunk.bytes) }
    let texts = WaveForm.infoList(metadata)
    if !texts.isEmpty { bytes.appendRIFFChunk("LIST", texts) }
    if !metadata.markers.isEmpty {
      bytes.appendRIFFChunk("cue ", WaveForm.cuePoints(metadata.markers))
      bytes.appendRIFFChunk("LIST", WaveForm.labels(metadata.markers))
    }
    if let loop = metadata.loop, !loop.isEmpty {
      bytes.appendRIFFChunk("smpl", WaveForm.sampler(loop, rate: format.rate))
    }
    if let code = metadata.texts[.isrc], !code.isEmpty {
      bytes.appendRIFFChunk("axml", WaveForm.recordingCode(code).evened(by: 0x20))
    }
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
    let isExtensible =
      bits == 24 || bits == 32 && !isFloat || format.channelCount > 2
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
      .comment: "ICMT", .track: "ITRK", .copyright: "ICOP", .engineer: "IENG",
      .description: "ISBJ", .language: "ILNG",
    ]
    var bytes: [UInt8] = []
    for (key, text) in metadata.entries {
      guard let name = names[key] else { continue }
      bytes.appendRIFFChunk(name, Array(text.utf8) + [0])
    }
    return bytes.isEmpty ? [] : Array("INFO".utf8) + bytes
  }

  private static func cuePoints(_ markers: [SoundFileMetadata.Marker]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittle32(UInt32(clamping: markers.count))
    for (index, marker) in markers.enumerated() {
      let frame = UInt32(clamping: marker.frame)
      bytes.appendLittle32(UInt32(index + 1))
      bytes.appendLittle32(frame)
      bytes.append(contentsOf: "data".utf8)
      bytes.appendLittle32(0)
      bytes.appendLittle32(0)
      bytes.appendLittle32(frame)
    }
    return bytes
  }

  private static func labels(_ markers: [SoundFileMetadata.Marker]) -> [UInt8] {
    var bytes = Array("adtl".utf8)
    for (index, marker) in markers.enumerated() {
      var label: [UInt8] = []
      label.appendLittle32(UInt32(index + 1))
      bytes.appendRIFFChunk("labl", label + Array(marker.name.utf8) + [0])
    }
    for (index, marker) in markers.enumerated() {
      guard let end = marker.end, end > marker.frame else { continue }
      var length: [UInt8] = []
      length.appendLittle32(UInt32(index + 1))
      length.appendLittle32(UInt32(clamping: end - marker.frame))
      length.append(contentsOf: "rgn ".utf8)
      length.append(contentsOf: [UInt8](repeating: 0, count: 8))
      bytes.appendRIFFChunk("ltxt", length)
    }
    return bytes
  }

  /// One forward loop without end. Its `end` is the last frame that sounds.
  ///
  /// - Source: Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0*,
  ///   update of 1994.
  private static func sampler(_ loop: FrameRange, rate: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittle32(0)  // manufacturer
    bytes.appendLittle32(0)  // product
    bytes.appendLittle32(UInt32(clamping: (1_000_000_000 + rate / 2) / max(1, rate)))
    bytes.appendLittle32(60)  // middle C
    for value: UInt32 in [0, 0, 0, 1, 0] { bytes.appendLittle32(value) }
    bytes.appendLittle32(0)  // name of the loop
    bytes.appendLittle32(0)  // forward
    bytes.appendLittle32(UInt32(clamping: loop.start))
    bytes.appendLittle32(UInt32(clamping: loop.end - 1))
    bytes.appendLittle32(0)
    bytes.appendLittle32(0)  // for ever
    return bytes
  }

  /// The recording code as EBU Core.
  ///
  /// - Source: EBU Tech 3352 (2012).
  private static func recordingCode(_ code: String) -> [UInt8] {
    let kept = code.unicodeScalars.filter {
      $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0)
    }
    let text = String(String.UnicodeScalarView(kept))
    return Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <ebuCoreMain xmlns="urn:ebu:metadata-schema:ebuCore_2012" \
      xmlns:dc="http://purl.org/dc/elements/1.1/">\
      <coreMetadata><identifier typeLabel="GUID" typeDefinition="Globally Unique Identifier" \
      formatLabel="ISRC" formatDefinition="International Standard Recording Code" \
      formatLink="http://www.ebu.ch/metadata/cs/ebu_IdentifierTypeCodeCS.xml#3.7">\
      <dc:identifier>ISRC:\(text)</dc:identifier></identifier></coreMetadata></ebuCoreMain>

      """.utf8)
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

  /// With a byte more where their count is odd.
  func evened(by byte: UInt8) -> [UInt8] { count & 1 == 1 ? self + [byte] : self }

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
