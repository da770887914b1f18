internal import AudioFiles
internal import Diagnostics
internal import MixGraph
public import SessionModel
internal import Signal

/// What goes into a delivered file beside its audio.
extension DeliveryForm {
  /// Takes chapters, loop and cover over from the session that the delivery is made of.
  ///
  /// - Returns: why the cover cannot be put into the file; nil: it is there, or there is none.
  @discardableResult
  public mutating func addPlaces(of session: ResolvedSession, _ delivery: ResolvedDelivery)
    -> CoverProblem?
  {
    places = DeliveryPlaces(
      chapters: session.chapters.map {
        DeliveryPlaces.Chapter(title: $0.title, link: $0.link, frame: $0.programme)
      }, loop: delivery.loop?.value)
    guard let cover = delivery.cover, takesCover else { return nil }
    switch CoverPicture.read(cover.value) {
    case .success(let picture): metadata.picture = picture
    case .failure(let problem): return problem
    }
    return nil
  }

  /// Whether the format has a place for a picture.
  public var takesCover: Bool {
    switch format.container {
    case .wav, .rf64, .caf: false
    case .aiff, .flac, .mp3, .ogg, .opus: true
    }
  }

  /// Whether the format has a mark for a loop.
  var takesLoop: Bool {
    switch format.container {
    case .aiff, .caf, .mp3: false
    case .wav, .rf64, .flac, .ogg, .opus: true
    }
  }

  /// What a file of `frames` frames holds, in programme frames, where the loop is to be marked in it
  /// and does not lie in that; nil: it does.
  ///
  /// - Parameter start: the file's first frame, at its own rate, counted from the delivery's range.
  func missesLoop(start: Int64, frames: Int64) -> FrameRange? {
    guard let loop = places.loop, takesLoop else { return nil }
    if let range, range.intersection(loop).isEmpty { return nil }
    let first = range?.start ?? 0
    // At another rate each end is rounded by itself.
    let spare: Int64 = format.rate == sessionRate ? 0 : 1
    let placed = (scaled(loop.start - first) - start, scaled(loop.end - first) - start)
    if placed.0 >= -spare, placed.1 <= frames + spare { return nil }
    func programme(_ frame: Int64) -> Int64 {
      first
        + Int64((Double(frame) * Double(sessionRate) / Double(format.rate)).rounded())
    }
    return FrameRange(programme(start), programme(start + frames))
  }

  /// Everything for a file of `frames` frames.
  ///
  /// - Parameter start: the file's first frame, at its own rate, counted from the delivery's range.
  func metadata(start: Int64, frames: Int64) -> SoundFileMetadata {
    var result = metadata
    let first = range?.start ?? 0
    func placing(_ frame: Int64) -> Int64 { scaled(frame - first) - start }
    result.markers = places.markers(frames: frames, placing: placing)
    result.loop = places.loop(frames: frames, placing: placing)
    if result.broadcast != nil {
      result.broadcast?.timeReference = UInt64(max(0, scaled(first) + start))
    }
    return result
  }

  static func metadata(_ tags: Metadata, _ format: SoundFileFormat) -> SoundFileMetadata {
    var metadata = SoundFileMetadata()
    for key in SoundFileMetadata.Key.allCases {
      guard let text = tags[key.rawValue]?.value else { continue }
      switch key {
      case .isrc: metadata.texts[key] = RecordingCode(text)?.text ?? text
      case .upc: metadata.texts[key] = ProductCode(text)?.text ?? text
      // ID3 has languages of three letters.
      case .language where format.container == .mp3 || format.container == .aiff:
        metadata.texts[key] = LanguageCode(text)?.text ?? text
      default: metadata.texts[key] = text
      }
    }
    if format.container == .wav || format.container == .rf64 {
      metadata.broadcast = broadcast(metadata, format)
      metadata.hasProductionNotes = true
    }
    return metadata
  }

  /// Texts of the `bext` chunk, out of the session alone.
  private static func broadcast(_ metadata: SoundFileMetadata, _ format: SoundFileFormat)
    -> BroadcastExtension
  {
    var broadcast = BroadcastExtension()
    let texts = metadata.texts
    broadcast.description = [texts[.artist], texts[.title]].compactMap { $0 }
      .joined(separator: " - ")
    broadcast.originator = texts[.label] ?? texts[.artist] ?? "mixdown"
    broadcast.originatorReference = texts[.isrc] ?? ""
    if let date = texts[.date], isDay(date) { broadcast.date = date }
    var depth = "W=24"
    switch format.encoding {
    case .integer(let bits): depth = "W=\(bits)"
    case .float32: depth = "W=32"
    default: break
    }
    broadcast.codingHistory =
      "A=PCM,F=\(format.rate),\(depth),M=\(format.channelCount == 1 ? "mono" : "stereo"),T=mixdown\r\n"
    return broadcast
  }

  /// Whether `text` is written `yyyy-mm-dd`.
  static func isDay(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
      return false
    }
    return [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { (48...57).contains(bytes[$0]) }
  }
}
