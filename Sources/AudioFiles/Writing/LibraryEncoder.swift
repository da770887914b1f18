import CSndfile
import Signal

/// An encoder of libsndfile's, with every setting that its output depends on, writing to a file
/// of its own; `finish` copies that with our tags to the file that will be published.
final class LibraryEncoder {
  private let format: SoundFileFormat
  private var handle: OpaquePointer?
  private let raw: ReplacingFile
  let output: EncoderOutput
  /// Written by `finish`; may change until then.
  var metadata: SoundFileMetadata
  private var frames: Int64 = 0
  /// Frames that wait for a full call: Vorbis bytes depend on the length of the calls.
  private let pending: UnsafeMutablePointer<Double>
  private var pendingFrames = 0
  private let scale: Double

  static let batch = 4096

  init(_ destination: String, _ format: SoundFileFormat, _ metadata: SoundFileMetadata)
    throws(SoundFileError)
  {
    self.format = format
    self.metadata = metadata
    let raw = try ReplacingFile(replacing: destination)
    self.raw = raw
    output = EncoderOutput(raw.file)
    handle = try LibraryEncoder.open(output, format)
    scale = LibraryEncoder.scale(format)
    pending = .allocate(capacity: LibraryEncoder.batch * format.channelCount)
  }

  deinit {
    if let handle { sf_close(handle) }
    pending.deallocate()
    raw.abandon()
  }

  private static func open(_ output: EncoderOutput, _ format: SoundFileFormat)
    throws(SoundFileError) -> OpaquePointer
  {
    var information = SF_INFO()
    information.samplerate = Int32(format.rate)
    information.channels = Int32(format.channelCount)
    switch format.container {
    case .mp3:
      information.format = Int32(SF_FORMAT_MPEG) | Int32(SF_FORMAT_MPEG_LAYER_III)
    case .ogg: information.format = Int32(SF_FORMAT_OGG) | Int32(SF_FORMAT_VORBIS)
    case .opus: information.format = Int32(SF_FORMAT_OGG) | Int32(SF_FORMAT_OPUS)
    default:
      let isShort = format.encoding == .integer(bits: 16)
      information.format =
        Int32(SF_FORMAT_FLAC) | Int32(isShort ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24)
    }
    guard let handle = output.open(&information) else {
      try output.check()
      throw .unsupported(SndfileSource.text(of: sf_strerror(nil)))
    }
    var level = level(format)
    if format.container == .mp3 {
      var mode = Int32(
        format.isVariableBitRate ? SF_BITRATE_MODE_VARIABLE : SF_BITRATE_MODE_CONSTANT)
      sf_command(
        handle, Int32(SFC_SET_BITRATE_MODE), &mode, Int32(MemoryLayout<Int32>.size))
    }
    let command =
      format.container == .ogg ? SFC_SET_VBR_ENCODING_QUALITY : SFC_SET_COMPRESSION_LEVEL
    sf_command(handle, Int32(command), &level, Int32(MemoryLayout<Double>.size))
    return handle
  }

  /// libsndfile's setting for the wanted bit rate.
  private static func level(_ format: SoundFileFormat) -> Double {
    let wanted = Double(format.wantedBitRate)
    func clamped(_ x: Double) -> Double { max(0, min(1, x)) }
    switch format.container {
    case .mp3 where format.isVariableBitRate:
      // What qualities 0, 0.1 … 0.9 come to on two channels of music at 44.1 kHz.
      let usual: [Double] = [245, 225, 190, 175, 165, 130, 115, 100, 85, 65]
      let stereo = wanted / 1000 * 2 / Double(format.channelCount)
      let nearest = usual.indices.min { abs(usual[$0] - stereo) < abs(usual[$1] - stereo) }
      return Double(nearest ?? 0) / 10
    case .mp3:
      // Linear from the layer's highest rate to its lowest, by sampling rate.
      let (low, high) =
        format.rate >= 32_000
        ? (32_000.0, 320_000.0) : format.rate >= 16_000 ? (8_000, 160_000) : (8_000, 64_000)
      return clamped((high - wanted) / (high - low))
    case .ogg:
      // Nominal rates of two channels at qualities 0, 0.1 … 1.
      let nominal: [Double] = [64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500]
      let stereo = wanted / 1000 * 2 / Double(format.channelCount)
      guard let above = nominal.firstIndex(where: { $0 >= stereo }) else { return 1 }
      guard above > 0 else { return 0 }
      let (a, b) = (nominal[above - 1], nominal[above])
      return (Double(above - 1) + (stereo - a) / (b - a)) / 10
    case .opus:
      // 6 … 256 kbit/s a channel.
      return clamped(1 - (wanted / Double(format.channelCount) - 6_000) / 250_000)
    default:
      return 0.625  // level 5 of 8
    }
  }

  /// What samples are multiplied by on their way in. LAME turns its input down by a factor of its
  /// presets at constant bit rates below 256 kbit/s; this undoes it.
  private static func scale(_ format: SoundFileFormat) -> Double {
    guard format.container == .mp3, !format.isVariableBitRate else { return 1 }
    switch format.wantedBitRate {
    case ..<176_000: return 1 / 0.95
    case ..<208_000: return 1 / 0.97
    case ..<240_000: return 1 / 0.98
    default: return 1
    }
  }

  /// Left-justified integers, for FLAC.
  func write(_ integers: UnsafePointer<Int32>, frames count: Int) throws(SoundFileError) {
    guard let handle else { throw .notWritten("the file is complete already") }
    let taken = sf_writef_int(handle, integers, sf_count_t(count))
    try output.check()
    guard taken == count else {
      throw .notWritten(SndfileSource.text(of: sf_strerror(handle)))
    }
    frames += Int64(count)
  }

  /// Samples for lossy encoders, which take them in calls of 4096 frames.
  func write(_ block: Block) throws(SoundFileError) {
    let channels = format.channelCount
    for i in 0..<block.frameCount {
      for channel in 0..<channels {
        pending[pendingFrames * channels + channel] = block[channel][i] * scale
      }
      pendingFrames += 1
      if pendingFrames == LibraryEncoder.batch { try flush() }
    }
  }

  private func flush() throws(SoundFileError) {
    guard pendingFrames > 0 else { return }
    guard let handle else { throw .notWritten("the file is complete already") }
    let taken = sf_writef_double(handle, pending, sf_count_t(pendingFrames))
    try output.check()
    guard taken == pendingFrames else {
      throw .notWritten(SndfileSource.text(of: sf_strerror(handle)))
    }
    frames += Int64(pendingFrames)
    pendingFrames = 0
  }

  /// Ends the encoding.
  ///
  /// - Returns: the path of a file with the same audio as the finished one.
  /// - Throws: `notWritten`.
  @discardableResult
  func endAudio() throws(SoundFileError) -> String {
    if let ended = handle {
      try flush()
      handle = nil
      let status = sf_close(ended)
      try output.check()
      guard status == 0 else { throw .notWritten("the encoder could not finish") }
    }
    return raw.temporary
  }

  /// Ends the encoding and writes the finished file to `target`.
  func finish(into target: PosixFile) throws(SoundFileError) {
    try endAudio()
    var comments = metadata.vorbisComments(rate: format.rate)
    let gains = format.container == .opus ? metadata.opusGain : metadata.replayGain
    comments += gains.map { ($0.name, $0.value) }
    switch format.container {
    case .mp3:
      let tag = ID3Tag(metadata: metadata, rate: format.rate, frames: frames).bytes
      try target.write(tag, at: 0)
      let length = try raw.file.status().length
      try target.append(raw.file, from: 0, to: length, at: Int64(tag.count))
    case .ogg, .opus:
      if let picture = metadata.picture {
        let block = FlacRewriting.pictureBlock(picture)
        comments.append(("METADATA_BLOCK_PICTURE", FlacRewriting.base64(block)))
      }
      try OggRewriting(source: raw.file, target: target, comments: comments).run()
    default:
      try FlacRewriting(
        source: raw.file, target: target, comments: comments, picture: metadata.picture
      ).run()
    }
    raw.abandon()
  }

  func abandon() { raw.abandon() }
}
