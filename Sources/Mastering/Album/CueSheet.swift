/// Writes a cue sheet: the tracks of an image or of a row of files, as burning programs read it.
///
/// - Source: CDRWIN cue sheet commands.
public enum CueSheet {
  public struct AudioFile: Hashable, Sendable {
    /// As seen from the cue sheet's folder.
    public var path: String
    /// `WAVE` (also of lossless codings), `AIFF`.
    public var kind: String
    public init(path: String, kind: String) {
      self.path = path
      self.kind = kind
    }
  }

  /// - Parameter files: one for all tracks, or one for each.
  /// - Returns: UTF-8 without a byte order mark, lines ending in CR LF.
  public static func text(_ disc: DiscLayout, files: [AudioFile]) -> String {
    var lines: [String] = []
    if !disc.upc.isEmpty { lines.append("CATALOG \(disc.upc)") }
    if !disc.performer.isEmpty { lines.append("PERFORMER \(quoted(disc.performer))") }
    if !disc.title.isEmpty { lines.append("TITLE \(quoted(disc.title))") }
    func open(_ file: AudioFile) { lines.append("FILE \(quoted(file.path)) \(file.kind)") }
    let hasOneFile = files.count == 1
    var origin: Int64 = 0
    for (index, track) in disc.tracks.enumerated() {
      if index == 0, let first = files.first { open(first) }
      lines.append("  TRACK \(two(track.number)) AUDIO")
      lines.append("    TITLE \(quoted(track.title))")
      if !track.performer.isEmpty { lines.append("    PERFORMER \(quoted(track.performer))") }
      if !track.isrc.isEmpty { lines.append("    ISRC \(track.isrc)") }
      if track.pause > 0 {
        lines.append("    INDEX 00 \(DiscLayout.clock(track.start - track.pause - origin))")
      }
      if !hasOneFile && index > 0 {
        // The pause is at the end of the file before.
        open(files[index])
        origin = track.start
      }
      lines.append("    INDEX 01 \(DiscLayout.clock(track.start - origin))")
    }
    return lines.map { $0 + "\r\n" }.joined()
  }

  /// A text in double quotes, which the form cannot escape: `"` becomes `'`.
  static func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "'"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return "\"\(result)\""
  }

  private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
}
