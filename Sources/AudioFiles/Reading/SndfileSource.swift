import CSndfile
import Signal

/// Reads through libsndfile: at random where that is exact, else strictly in order.
///
/// Codings that carry state from frame to frame (Ogg, MP3, ADPCM …) are decoded in blocks of
/// 4096 frames from the file's start; going back opens the file again.
final class SndfileSource {
  private let path: String
  /// nil after the file could not be opened again.
  private var handle: OpaquePointer?
  let facts: SoundFileFacts
  /// Frames that the header speaks of; nil: it does not know.
  private let expectedFrames: Int64?
  /// Whether the header says so itself; else libsndfile guesses from the size of the file.
  private let isPromise: Bool
  /// Whether the file ends with a tag that decoders stumble over.
  private let isTaggedAtEnd: Bool
  private let interleaved: UnsafeMutablePointer<Double>
  private let channelCount: Int
  /// Frame that libsndfile reads next.
  private var position: Int64 = 0
  /// Frames of the file in `interleaved`.
  private var held = FrameRange(0, 0)
  private var isAtEnd = false

  static let blockFrames = 4096

  /// - Parameter file: the file at `path`, of `length` bytes.
  init(path: String, file: PosixFile, length: Int64) throws(SoundFileError) {
    var information = SF_INFO()
    let opened = try SndfileSource.open(path, &information)
    self.path = path
    let format = Int(information.format)
    let type = format & Int(SF_FORMAT_TYPEMASK)
    let encoding = SndfileSource.encoding(format)
    let isExact: Bool
    var missingFrames: Int64 = 0
    do throws(SoundFileError) {
      // libsndfile finds no frames by seeking in FLAC files behind an ID3 tag.
      let canSeek = try !MPEGHeader.isTagged(file)
      switch encoding {
      case .integer, .float32, .float64: isExact = canSeek && information.seekable != 0
      case .coded: isExact = false
      }
      isPromise = type == Int(SF_FORMAT_MPEG) ? try MPEGHeader.namesLength(file) : true
      isTaggedAtEnd = try MPEGHeader.isTaggedAtEnd(file, length: length)
      if isExact && type == Int(SF_FORMAT_W64) {
        missingFrames = try Wave64Header.missingFrames(of: file, length: length)
      }
    } catch {
      sf_close(opened)
      throw error
    }
    // Lengths near the type's end say that the header does not know it.
    let expected = 0..<(1 << 50) ~= information.frames ? information.frames : nil
    let isKnown = isExact && expected != nil
    guard information.channels >= 1, information.channels <= LinearLayout.channelLimit,
      information.samplerate >= 1, information.samplerate <= LinearLayout.rateLimit
    else {
      sf_close(opened)
      throw .unsupported(SndfileSource.unusableHeader)
    }
    handle = opened
    expectedFrames = expected
    facts = SoundFileFacts(
      frames: isKnown ? information.frames : max(0, information.frames),
      rate: Int(information.samplerate), channelCount: Int(information.channels),
      container: SndfileSource.container(type), encoding: encoding,
      access: isKnown ? .random : .sequential, isLengthCounted: isKnown,
      missingFrames: missingFrames,
      speakers: type == Int(SF_FORMAT_OGG)
        ? Speaker.ofVorbis(count: Int(information.channels)) : nil)
    channelCount = Int(information.channels)
    interleaved = .allocate(capacity: SndfileSource.blockFrames * channelCount)
    interleaved.initialize(repeating: 0, count: SndfileSource.blockFrames * channelCount)
  }

  deinit {
    if let handle { sf_close(handle) }
    interleaved.deallocate()
  }

  private static func open(_ path: String, _ information: inout SF_INFO)
    throws(SoundFileError) -> OpaquePointer
  {
    information = SF_INFO()
    guard let opened = sf_open(path, Int32(SFM_READ), &information) else {
      throw .unsupported(text(of: sf_strerror(nil)))
    }
    return opened
  }

  private static let unusableHeader = "its header has no usable rate or channel count"

  /// A message of libsndfile's, lower case and without its full stop.
  static func text(of message: UnsafePointer<CChar>?) -> String {
    guard let message else { return "unknown error" }
    var text = String(cString: message)
    // What libsndfile says of MPEG data it finds no frame in.
    if text.hasPrefix("File does not exist") { return "format not recognised" }
    // What it says of a rate of 0 Hz, and of no channels.
    if text.contains("SF_INFO struct incomplete") || text.hasPrefix("Channel count is zero") {
      return unusableHeader
    }
    // What it says of MPEG data behind which it finds no further frame.
    if text.hasPrefix("Unspecified internal error") { return "what follows cannot be decoded" }
    for prefix in ["Error : ", "Error: "] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    while let last = text.last, last == "." || last == "\n" || last == " " { text.removeLast() }
    guard let first = text.first else { return "unknown error" }
    return first.lowercased() + text.dropFirst()
  }

  /// Fills `block` from `frame` on; frames past the end become zeros.
  /// - Returns: the number of frames that the file had.
  @discardableResult
  func read(at frame: Int64, into block: Block, channels: [Int]) throws(SoundFileError) -> Int {
    var done = 0
    while done < block.frameCount {
      let now = frame + Int64(done)
      if !held.contains(now) { try load(now) }
      guard held.contains(now) else { break }
      let offset = Int(now - held.start)
      let count = min(block.frameCount - done, Int(held.end - now))
      for (index, channel) in channels.enumerated() {
        let out = block[index].address + done
        let source = interleaved + offset * channelCount + channel
        for i in 0..<count { out[i] = source[i &* channelCount] }
      }
      if facts.encoding.canBeNonFinite {
        try checkFinite(block, channels: channels, from: done, count: count, at: now)
      }
      done += count
    }
    block.slice(done..<block.frameCount).fill(0)
    return done
  }

  private func checkFinite(
    _ block: Block, channels: [Int], from start: Int, count: Int, at frame: Int64
  ) throws(SoundFileError) {
    var bad: (frame: Int, channel: Int)?
    for (index, channel) in channels.enumerated() {
      if let found = firstNonFinite(block[index].address + start, count: count),
        found < bad?.frame ?? .max
      {
        bad = (found, channel)
      }
    }
    if let bad { throw .notFinite(frame: frame + Int64(bad.frame), channel: bad.channel) }
  }

  /// Brings the block that holds `frame` into `interleaved`; leaves it empty past the end.
  private func load(_ frame: Int64) throws(SoundFileError) {
    switch facts.access {
    case .random:
      if frame != position {
        // 0 is SEEK_SET.
        guard let handle, sf_seek(handle, frame, 0) == frame else {
          throw .damaged("seeking there failed", frame: frame, rate: facts.rate)
        }
        position = frame
      }
      try decodeBlock()
      if held.isEmpty && frame < facts.frames {
        throw .damaged("the audio breaks off", frame: frame, rate: facts.rate)
      }
    case .sequential:
      if frame < held.start {
        if let old = handle { sf_close(old) }
        handle = nil
        var information = SF_INFO()
        handle = try SndfileSource.open(path, &information)
        position = 0
        held = FrameRange(0, 0)
        isAtEnd = false
      }
      while !held.contains(frame) && !isAtEnd { try decodeBlock() }
    }
  }

  private func decodeBlock() throws(SoundFileError) {
    guard let handle else { throw .unreadable("it could not be opened again") }
    let got = sf_readf_double(handle, interleaved, sf_count_t(SndfileSource.blockFrames))
    let frames = max(0, min(Int64(got), Int64(SndfileSource.blockFrames)))
    held = FrameRange(position, position + frames)
    position += frames
    if frames < SndfileSource.blockFrames {
      isAtEnd = true
      switch facts.access {
      case .random where position < facts.frames:
        throw .damaged(
          "the audio breaks off; its header promises \(facts.frames) frames", frame: position,
          rate: facts.rate)
      case .sequential where sf_error(handle) != 0 && !isEnd(position):
        throw .damaged(
          SndfileSource.text(of: sf_strerror(handle)), frame: position, rate: facts.rate)
      case .random, .sequential: break
      }
    }
  }

  /// Whether a decoder that stumbles at `frame` does so over what stands behind the audio.
  private func isEnd(_ frame: Int64) -> Bool {
    guard let expectedFrames else { return isTaggedAtEnd }
    // A guess counts a tag at the end of the file as audio.
    return frame >= expectedFrames - (isPromise ? 0 : Int64(facts.rate))
  }

  /// Frames that the header promises and the file does not hold, if decoding all of it gives
  /// `counted`.
  func missingFrames(counted: Int64) -> Int64 {
    guard !facts.isLengthCounted, isPromise, let expectedFrames else { return facts.missingFrames }
    let missing = expectedFrames - counted
    // Some encoders of MP3 count their delay, or leave out the frame that names the length.
    let tolerance: Int64 = facts.encoding == .coded("mp3") ? 4 * 1152 : 0
    return missing > tolerance ? missing : 0
  }

  static func encoding(_ format: Int) -> SampleEncoding {
    switch format & Int(SF_FORMAT_SUBMASK) {
    case Int(SF_FORMAT_PCM_S8), Int(SF_FORMAT_PCM_U8): .integer(bits: 8)
    case Int(SF_FORMAT_PCM_16): .integer(bits: 16)
    case Int(SF_FORMAT_PCM_24): .integer(bits: 24)
    case Int(SF_FORMAT_PCM_32): .integer(bits: 32)
    case Int(SF_FORMAT_FLOAT): .float32
    case Int(SF_FORMAT_DOUBLE): .float64
    case Int(SF_FORMAT_ULAW): .coded("u-law")
    case Int(SF_FORMAT_ALAW): .coded("a-law")
    case Int(SF_FORMAT_IMA_ADPCM): .coded("ima-adpcm")
    case Int(SF_FORMAT_MS_ADPCM): .coded("ms-adpcm")
    case Int(SF_FORMAT_GSM610): .coded("gsm")
    case Int(SF_FORMAT_VORBIS): .coded("vorbis")
    case Int(SF_FORMAT_OPUS): .coded("opus")
    case Int(SF_FORMAT_ALAC_16), Int(SF_FORMAT_ALAC_20), Int(SF_FORMAT_ALAC_24),
      Int(SF_FORMAT_ALAC_32):
      .coded("alac")
    case Int(SF_FORMAT_MPEG_LAYER_I), Int(SF_FORMAT_MPEG_LAYER_II),
      Int(SF_FORMAT_MPEG_LAYER_III):
      .coded("mp3")
    default: .coded("other")
    }
  }

  static func container(_ type: Int) -> String {
    switch type {
    case Int(SF_FORMAT_WAV), Int(SF_FORMAT_WAVEX): "wav"
    case Int(SF_FORMAT_RF64): "rf64"
    case Int(SF_FORMAT_W64): "w64"
    case Int(SF_FORMAT_AIFF): "aiff"
    case Int(SF_FORMAT_CAF): "caf"
    case Int(SF_FORMAT_FLAC): "flac"
    case Int(SF_FORMAT_OGG): "ogg"
    case Int(SF_FORMAT_MPEG): "mp3"
    case Int(SF_FORMAT_AU): "au"
    default: "other"
    }
  }
}
