/// The bytes of an ID3v2.4 tag: texts in UTF-8, chapters, a cover.
///
/// - Source: *ID3 tag version 2.4.0* (structure, native frames, chapter frame addendum 1.0).
struct ID3Tag {
  let metadata: SoundFileMetadata
  let rate: Int
  /// Of the whole file; the last chapter ends there.
  let frames: Int64

  var bytes: [UInt8] {
    var body: [UInt8] = []
    for (key, text) in metadata.entries { body += frame(key, text) }
    for tag in metadata.tags + metadata.replayGain { body += userText(tag.name, tag.value) }
    body += chapters
    if let picture = metadata.picture {
      body += ID3Tag.frame(
        "APIC", [3] + Array(picture.mediaType.utf8) + [0, 3, 0] + picture.bytes)
    }
    guard !body.isEmpty else { return [] }
    return Array("ID3".utf8) + [4, 0, 0] + ID3Tag.synchsafe(body.count) + body
  }

  private func frame(_ key: SoundFileMetadata.Key, _ text: String) -> [UInt8] {
    switch key {
    case .title: return ID3Tag.text("TIT2", text)
    case .artist: return ID3Tag.text("TPE1", text)
    case .album: return ID3Tag.text("TALB", text)
    case .albumArtist: return ID3Tag.text("TPE2", text)
    case .composer: return ID3Tag.text("TCOM", text)
    case .lyricist: return ID3Tag.text("TEXT", text)
    case .conductor: return ID3Tag.text("TPE3", text)
    case .publisher: return ID3Tag.text("TPUB", text)
    case .genre: return ID3Tag.text("TCON", text)
    case .date: return ID3Tag.text("TDRC", text)
    case .track: return ID3Tag.text("TRCK", of(text, metadata.texts[.tracks]))
    case .disc: return ID3Tag.text("TPOS", of(text, metadata.texts[.discs]))
    case .tracks, .discs: return []
    case .isrc: return ID3Tag.text("TSRC", text)
    case .copyright: return ID3Tag.text("TCOP", text)
    case .language: return ID3Tag.text("TLAN", text)
    case .bpm: return ID3Tag.text("TBPM", text)
    case .musicalKey: return ID3Tag.text("TKEY", text)
    case .comment: return ID3Tag.frame("COMM", [3] + Array("XXX".utf8) + [0] + Array(text.utf8))
    case .url: return ID3Tag.frame("WOAF", Array(text.utf8))
    case .upc: return userText("BARCODE", text)
    case .catalogue: return userText("CATALOGNUMBER", text)
    case .label: return userText("LABEL", text)
    case .masteredBy: return userText("MASTEREDBY", text)
    case .arranger, .producer, .engineer, .mixer, .description:
      return userText(key.rawValue.uppercased(), text)
    }
  }

  private func of(_ number: String, _ total: String?) -> String {
    guard let total, !total.isEmpty, !number.utf8.contains(UInt8(ascii: "/")) else {
      return number
    }
    return number + "/" + total
  }

  private func userText(_ name: String, _ text: String) -> [UInt8] {
    ID3Tag.frame("TXXX", [3] + Array(name.utf8) + [0] + Array(text.utf8))
  }

  /// A table of contents and a frame for each marker.
  private var chapters: [UInt8] {
    guard !metadata.markers.isEmpty else { return [] }
    let markers = metadata.markers.prefix(255)
    var contents = Array("toc".utf8) + [0, 3, UInt8(markers.count)]
    var body: [UInt8] = []
    for (index, marker) in markers.enumerated() {
      let name = Array("ch\(index)".utf8) + [0]
      contents += name
      let next = index + 1 < markers.count ? markers[index + 1].frame : frames
      var chapter = name
      chapter.appendBig32(milliseconds(marker.frame))
      chapter.appendBig32(milliseconds(marker.end ?? max(next, marker.frame)))
      chapter.appendBig32(0xFFFF_FFFF)
      chapter.appendBig32(0xFFFF_FFFF)
      chapter += ID3Tag.text("TIT2", marker.name)
      if let link = marker.link {
        chapter += ID3Tag.frame("WXXX", [3, 0] + Array(link.utf8))
      }
      body += ID3Tag.frame("CHAP", chapter)
    }
    return ID3Tag.frame("CTOC", contents) + body
  }

  private func milliseconds(_ frame: Int64) -> UInt32 {
    let clamped = max(0, min(frame, 1 << 50))
    return UInt32(clamping: clamped * 1000 / Int64(max(1, rate)))
  }

  private static func text(_ name: String, _ text: String) -> [UInt8] {
    frame(name, [3] + Array(text.utf8))
  }

  private static func frame(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + synchsafe(body.count) + [0, 0] + body
  }

  private static func synchsafe(_ size: Int) -> [UInt8] {
    let size = min(size, 1 << 28 - 1)
    return [21, 14, 7, 0].map { UInt8((size >> $0) & 0x7F) }
  }
}
