public import AudioFiles

/// Why a file is no cover.
public enum CoverProblem: Error, Hashable, Sendable {
  case missing
  /// The operating system's reason.
  case unreadable(String)
  /// Neither JPEG nor PNG.
  case otherFormat
  /// Bytes.
  case tooLarge(Int64)
}

/// Reads the picture that goes into the tags.
public enum CoverPicture {
  /// Bytes; a FLAC block and an Ogg comment hold a little more.
  public static let largest = 15_000_000

  /// A JPEG or PNG file, told apart by its first bytes.
  public static func read(_ path: String) -> Result<SoundFileMetadata.Picture, CoverProblem> {
    let bytes: [UInt8]
    do throws(SoundFileError) {
      bytes = try WholeFile.bytes(of: path, atMost: largest)
    } catch {
      switch error {
      case .missing: return .failure(.missing)
      case .notWritten, .unsupported: return .failure(.tooLarge(Int64(largest)))
      default: return .failure(.unreadable(error.message))
      }
    }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      return .success(.init(mediaType: "image/jpeg", bytes: bytes))
    }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      return .success(.init(mediaType: "image/png", bytes: bytes))
    }
    return .failure(.otherFormat)
  }
}
