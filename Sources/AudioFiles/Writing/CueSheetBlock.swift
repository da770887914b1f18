/// The body of a FLAC `CUESHEET` block that marks chapters: one track from each to the next.
///
/// - Source: RFC 9639, section 8.7.
struct CueSheetBlock {
  private let markers: [SoundFileMetadata.Marker]
  private let frames: Int64

  /// - Parameter frames: of the file.
  init(_ markers: [SoundFileMetadata.Marker], frames: Int64) {
    // A sheet has 254 tracks at most besides the lead-out, at places that rise.
    var kept: [SoundFileMetadata.Marker] = []
    for marker in markers.prefix(254) where marker.frame < frames {
      if let last = kept.last, marker.frame <= last.frame { continue }
      kept.append(marker)
    }
    self.markers = kept
    self.frames = frames
  }

  var bytes: [UInt8] {
    guard !markers.isEmpty else { return [] }
    // No catalogue number, no lead-in, no compact disc.
    var bytes = [UInt8](repeating: 0, count: 128 + 8 + 1 + 258)
    bytes.append(UInt8(markers.count + 1))
    for (index, marker) in markers.enumerated() {
      appendBig64(marker.frame, to: &bytes)
      bytes.append(UInt8(index + 1))
      bytes += [UInt8](repeating: 0, count: 12 + 1 + 13)
      bytes.append(1)
      appendBig64(0, to: &bytes)
      bytes += [1, 0, 0, 0]
    }
    appendBig64(frames, to: &bytes)
    bytes.append(255)
    bytes += [UInt8](repeating: 0, count: 12 + 1 + 13)
    bytes.append(0)
    return bytes
  }

  private func appendBig64(_ value: Int64, to bytes: inout [UInt8]) {
    let value = UInt64(bitPattern: value)
    bytes.appendBig32(UInt32(truncatingIfNeeded: value >> 32))
    bytes.appendBig32(UInt32(truncatingIfNeeded: value))
  }
}
