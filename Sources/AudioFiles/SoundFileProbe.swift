/// Says what a sound file is, with a length that can be relied on.
public enum SoundFileProbe {
  /// Length of the file in bytes.
  public static func byteCount(of path: String) throws(SoundFileError) -> Int64 {
    try PosixFile(reading: path).status().length
  }

  /// Opens `path` and looks at its header. MP3, Ogg and other codings whose headers may lie are
  /// decoded from end to end to count their frames (about 0.3 s of CPU a minute of audio), so
  /// callers keep the answer for as long as the file does not change. Files that break off before
  /// their declared end are `damaged`.
  public static func facts(of path: String) -> Result<SoundFileFacts, SoundFileError> {
    do throws(SoundFileError) {
      let reader = try SoundFileReader(path: path)
      var facts = reader.facts
      if facts.isLengthCounted {
        do throws(SoundFileError) { try reader.checkEnd() } catch {
          // Seeking fails anywhere behind the damage; decoding in order finds its place.
          _ = try SoundFileReader(path: path).decodeSequentially {
            (_, _) throws(SoundFileError) in true
          }
          throw error
        }
      } else {
        facts.frames = try reader.countedFrames()
        facts.missingFrames = reader.missingFrames(counted: facts.frames)
        facts.isLengthCounted = true
      }
      return .success(facts)
    } catch {
      return .failure(error)
    }
  }
}
