#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
import CSndfile

/// Opens libsndfile for writing, with every setting that its output depends on.
enum LibraryEncoder {
  /// FLAC at compression level 5 of 8, with the texts as Vorbis comments.
  static func open(
    _ file: PosixFile, _ format: SoundFileFormat, _ metadata: SoundFileMetadata
  ) throws(SoundFileError) -> OpaquePointer {
    guard case .integer(let bits) = format.encoding else {
      throw .unsupported("FLAC holds integers only")
    }
    var information = SF_INFO()
    information.samplerate = Int32(format.rate)
    information.channels = Int32(format.channelCount)
    information.format =
      Int32(SF_FORMAT_FLAC) | Int32(bits == 16 ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24)
    // The library closes the descriptor it is given.
    let descriptor = dup(file.descriptor)
    guard descriptor >= 0 else { throw .notWritten(PosixFile.message(errno)) }
    guard let handle = sf_open_fd(descriptor, Int32(SFM_WRITE), &information, 1) else {
      close(descriptor)
      throw .unsupported(SndfileSource.text(of: sf_strerror(nil)))
    }
    var level = 0.625
    sf_command(
      handle, Int32(SFC_SET_COMPRESSION_LEVEL), &level, Int32(MemoryLayout<Double>.size))
    for key in SoundFileMetadata.Key.allCases {
      guard let text = metadata.texts[key], !text.isEmpty else { continue }
      sf_set_string(handle, name(key), text)
    }
    return handle
  }

  private static func name(_ key: SoundFileMetadata.Key) -> Int32 {
    switch key {
    case .title: Int32(SF_STR_TITLE)
    case .artist: Int32(SF_STR_ARTIST)
    case .album: Int32(SF_STR_ALBUM)
    case .date: Int32(SF_STR_DATE)
    case .genre: Int32(SF_STR_GENRE)
    case .comment: Int32(SF_STR_COMMENT)
    case .track: Int32(SF_STR_TRACKNUMBER)
    case .copyright: Int32(SF_STR_COPYRIGHT)
    }
  }
}
