/// The bytes of a Core Audio Format file around its audio. It has no size limit.
///
/// - Source: Apple, *Apple Core Audio Format Specification 1.0*.
struct CafForm {
  let format: SoundFileFormat
  let metadata: SoundFileMetadata

  init(_ format: SoundFileFormat, _ metadata: SoundFileMetadata) {
    self.format = format
    self.metadata = metadata
  }

  /// Everything up to the first sample.
  func head(frames: Int64) -> [UInt8] {
    var isFloat = false
    if case .float32 = format.encoding { isFloat = true }
    var bytes = Array("caff".utf8)
    bytes.appendBig16(1)
    bytes.appendBig16(0)
    var description: [UInt8] = []
    let rate = Double(format.rate).bitPattern
    description.appendBig32(UInt32(truncatingIfNeeded: rate >> 32))
    description.appendBig32(UInt32(truncatingIfNeeded: rate))
    description.append(contentsOf: "lpcm".utf8)
    description.appendBig32(isFloat ? 1 : 0)
    description.appendBig32(UInt32(clamping: format.bytesPerFrame))
    description.appendBig32(1)
    description.appendBig32(UInt32(clamping: format.channelCount))
    description.appendBig32(UInt32(clamping: format.bytesPerSample * 8))
    append("desc", description, to: &bytes)
    let texts = information
    if !texts.isEmpty { append("info", texts, to: &bytes) }
    if !metadata.markers.isEmpty {
      append("mark", marks, to: &bytes)
      append("strg", names, to: &bytes)
    }
    bytes.append(contentsOf: "data".utf8)
    let size = UInt64(frames) * UInt64(format.bytesPerFrame) + 4
    bytes.appendBig32(UInt32(truncatingIfNeeded: size >> 32))
    bytes.appendBig32(UInt32(truncatingIfNeeded: size))
    bytes.appendBig32(0)
    return bytes
  }

  private func append(_ name: String, _ body: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(contentsOf: name.utf8)
    bytes.appendBig32(0)
    bytes.appendBig32(UInt32(clamping: body.count))
    bytes.append(contentsOf: body)
  }

  /// Generic markers, for all channels; their names are strings of the same numbers.
  private var marks: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBig32(0)
    bytes.appendBig32(UInt32(clamping: metadata.markers.count))
    for (index, marker) in metadata.markers.enumerated() {
      bytes.appendBig32(0)
      let place = Double(marker.frame).bitPattern
      bytes.appendBig32(UInt32(truncatingIfNeeded: place >> 32))
      bytes.appendBig32(UInt32(truncatingIfNeeded: place))
      bytes.appendBig32(UInt32(clamping: index + 1))
      // No SMPTE time.
      bytes += [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
      bytes.appendBig32(0)
    }
    return bytes
  }

  private var names: [UInt8] {
    var bytes: [UInt8] = []
    var texts: [UInt8] = []
    bytes.appendBig32(UInt32(clamping: metadata.markers.count))
    for (index, marker) in metadata.markers.enumerated() {
      bytes.appendBig32(UInt32(clamping: index + 1))
      bytes.appendBig32(0)
      bytes.appendBig32(UInt32(clamping: texts.count))
      texts += Array(marker.name.utf8) + [0]
    }
    return bytes + texts
  }

  /// Any key is allowed; the specification names some, which players look for.
  private var information: [UInt8] {
    let names: [SoundFileMetadata.Key: String] = [
      .title: "title", .artist: "artist", .album: "album", .composer: "composer",
      .lyricist: "lyricist", .genre: "genre", .date: "year", .track: "track number",
      .copyright: "copyright", .comment: "comments", .engineer: "recording engineer",
      .bpm: "tempo", .musicalKey: "key signature", .isrc: "ISRC", .upc: "UPC",
      .albumArtist: "album artist",
    ]
    let kept = metadata.entries.map { (names[$0.key] ?? $0.key.rawValue, $0.text) }
    guard !kept.isEmpty else { return [] }
    var bytes: [UInt8] = []
    bytes.appendBig32(UInt32(clamping: kept.count))
    for (name, text) in kept {
      bytes.append(contentsOf: Array(name.utf8) + [0] + Array(text.utf8) + [0])
    }
    return bytes
  }
}
