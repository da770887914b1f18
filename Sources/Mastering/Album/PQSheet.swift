/// Writes the list of tracks that goes to a pressing plant with an image: starts, pauses, lengths
/// and codes.
public enum PQSheet {
  /// - Parameter audio: names of the audio files, for the head.
  public static func text(_ disc: DiscLayout, audio: [String]) -> String {
    var lines: [String] = ["PQ sheet", ""]
    func head(_ name: String, _ value: String) {
      lines.append(padded(name, 12) + (value.isEmpty ? "-" : value))
    }
    head("Title", disc.title)
    head("Performer", disc.performer)
    head("UPC/EAN", disc.upc)
    head("Audio", audio.count == 1 ? audio[0] : "\(audio.count) files")
    head("Tracks", "\(disc.tracks.count)")
    head("Total", DiscLayout.clock(disc.length))
    lines.append("")
    lines.append("Times are mm:ss:ff, 75 frames a second, from the start of the programme.")
    lines.append("")
    lines.append(row("Track", "Index", "Start", "Length", "ISRC", "Title"))
    for track in disc.tracks {
      let number = (track.number < 10 ? "0" : "") + "\(track.number)"
      if track.pause > 0 {
        lines.append(
          row(
            number, "0", DiscLayout.clock(track.start - track.pause),
            DiscLayout.clock(track.pause), "", ""))
      }
      let length = track.length - following(track, disc)
      lines.append(
        row(
          number, "1", DiscLayout.clock(track.start), DiscLayout.clock(length),
          track.isrc.isEmpty ? "-" : track.isrc, track.title))
    }
    lines.append(row("AA", "1", DiscLayout.clock(disc.length), "", "", "lead-out"))
    return lines.map { $0 + "\n" }.joined()
  }

  /// The pause that belongs to the next track.
  private static func following(_ track: DiscLayout.Track, _ disc: DiscLayout) -> Int64 {
    disc.tracks.first { $0.number == track.number + 1 }?.pause ?? 0
  }

  private static func row(
    _ track: String, _ index: String, _ start: String, _ length: String, _ isrc: String,
    _ title: String
  ) -> String {
    var text =
      padded(track, 7) + padded(index, 7) + padded(start, 11) + padded(length, 11)
      + padded(isrc, 14) + title
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
