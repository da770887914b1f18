/// Small files in one piece.
public enum WholeFile {
  /// - Throws: `missing`, `isFolder`, `unreadable`; `unsupported` where there are more than
  ///   `limit` bytes.
  public static func bytes(of path: String, atMost limit: Int) throws(SoundFileError) -> [UInt8] {
    let file = try PosixFile(reading: path)
    let status = try file.status()
    if status.isFolder { throw .isFolder }
    guard status.isRegular else { throw .unreadable("it is no ordinary file") }
    guard status.length <= Int64(limit) else { throw .unsupported("it is too large") }
    return try file.bytes(at: 0, count: Int(status.length))
  }
}
