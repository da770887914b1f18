public import Diagnostics
public import SessionModel
internal import Signal

/// Songs on one timeline, in the order in which they play: an album, or a side of a record.
public struct AlbumProgramme: Sendable {
  /// One song where it plays. Frames are those of the album's rate.
  public struct Entry: Sendable {
    /// Index in `Album.songs`.
    public var song: Int
    /// From 1, in the order of the album.
    public var number: Int
    public var name: String
    public var material: AlbumMaterial
    /// First frame of the song's audio.
    public var start: Int64
    public var length: Int64
    /// Silence before it; 0 where it follows at once or overlaps.
    public var gap: Int64
    /// Of the file that is made of it.
    public var metadata: Metadata
    public var end: Int64 { start + length }
  }

  /// Hz.
  public var rate: Int
  public var entries: [Entry]

  /// One past the last frame that sounds.
  public var length: Int64 { entries.map(\.end).max() ?? 0 }

  /// The frames that belong to entry `index`: from its start to that of the next song, so that
  /// files played one after the other are the programme.
  public func range(of index: Int) -> Range<Int64> {
    let start = index == 0 ? 0 : entries[index].start
    let end = index + 1 < entries.count ? entries[index + 1].start : length
    return start..<max(start, end)
  }

  /// Places songs one after the other.
  ///
  /// - Parameters:
  ///   - songs: indices in the album's songs, in playing order.
  ///   - materials: by the same index; a song without one is left out.
  public static func place(
    _ album: Session, songs: [Int], materials: [Int: AlbumMaterial], rate: Int,
    into diagnostics: inout DiagnosticList
  ) -> AlbumProgramme {
    let report = Report()
    defer { diagnostics.add(contentsOf: report.list) }
    var programme = AlbumProgramme(rate: rate, entries: [])
    guard let written = album.album else { return programme }
    let numbers = AlbumProgramme.numbers(written)
    for index in songs {
      guard let material = materials[index] else { continue }
      let song = written.songs[index]
      let length = max(1, Frames.convert(material.frames, from: material.rate, to: rate))
      var entry = Entry(
        song: index, number: numbers[index] ?? 0, name: song.name.value, material: material,
        start: 0, length: length, gap: 0,
        metadata: AlbumTags.of(
          song, session: material.metadata, album: album, number: numbers[index] ?? 0,
          count: numbers.count))
      if let before = programme.entries.last {
        if let overlap = song.overlap, let frames = count(overlap, rate: rate) {
          if frames >= before.length || frames >= length {
            let shorter = before.length < length ? before : entry
            report.add(
              .overlapTooLong,
              "'\(entry.name)' overlaps the song before it by \(Clock.text(frames, rate: rate)), and "
                + "'\(shorter.name)' lasts \(Clock.text(shorter.length, rate: rate))",
              at: overlap.span)
          }
          entry.start = max(before.start, before.end - frames)
        } else {
          let gap = song.gap ?? written.gap
          entry.gap =
            gap.flatMap { count($0, rate: rate) } ?? Frames.count(Album.standardGap, rate: rate)
          entry.start = before.end + entry.gap
        }
      } else if let gap = song.gap, song.name.value == AlbumProgramme.first(written) {
        // Silence before everything is written on purpose; on a later side the gap is left out.
        entry.gap = count(gap, rate: rate) ?? 0
        entry.start = entry.gap
      }
      programme.entries.append(entry)
    }
    return programme
  }

  /// Numbers of the songs that play, by index.
  public static func numbers(_ album: Album) -> [Int: Int] {
    var numbers: [Int: Int] = [:]
    for (index, song) in album.songs.enumerated() where !song.isBypassed {
      numbers[index] = numbers.count + 1
    }
    return numbers
  }

  private static func first(_ album: Album) -> String? {
    album.songs.first { !$0.isBypassed }?.name.value
  }

  private static func count(_ amount: Located<TimeAmount>, rate: Int) -> Int64? {
    switch amount.value {
    case .seconds(let seconds): max(0, Frames.count(seconds, rate: rate))
    case .frames(let frames): max(0, frames)
    case .beats, .bars, .note: nil
    }
  }

  /// The format that a file's ending names; nil: it has none.
  private static func ending(of file: Located<String>) -> Located<String>? {
    guard let dot = file.value.lastIndex(of: "."), !file.value[dot...].contains("/") else {
      return nil
    }
    let word = file.value[file.value.index(after: dot)...].lowercased()
    let names = ["wave": "wav", "aif": "aiff", "aifc": "aiff", "oga": "ogg"]
    return Located(names[word] ?? word, file.span)
  }

  /// The programme as a session: a track for each song, the album's master behind them.
  public func session(of album: Session) -> Session {
    var session = Session(span: album.span)
    session.directories = album.directories
    session.metadata = album.metadata
    session.rate = album.rate ?? Located(rate, album.span)
    session.presets = album.presets
    session.lints = album.lints
    session.length = Located(.frames(max(1, length)), album.span)
    session.mix.tail = Located(.none, album.span)
    session.master = album.master
    session.master.level = nil
    session.master.deliveries = album.master.deliveries.map { delivery in
      var plain = delivery
      plain.version = nil
      plain.file = nil
      if plain.format == nil, let file = delivery.file {
        plain.format = AlbumProgramme.ending(of: file)
      }
      return plain
    }
    guard let written = album.album else { return session }
    session.tracks = entries.map { entry in
      let song = written.songs[entry.song]
      var track = Track(name: song.name, span: song.span)
      let place = song.mix?.path.span ?? song.session?.span ?? song.span
      var source =
        song.mix ?? SourceReference(path: Located(entry.material.path, place), directory: "")
      source.path.value = song.mix?.path.value ?? entry.material.path
      var clip = Clip(source: source, span: song.span)
      clip.at = Located(.frames(entry.start), song.span)
      clip.fadeIn = song.fadeIn
      clip.fadeOut = song.fadeOut
      track.clips = [clip]
      track.strip.inserts = song.inserts
      track.strip.trim = song.gain.map { Located(.gain($0.value), $0.span) }
      // A mono mix sounds on both sides as loud as it is in its file.
      track.strip.panLaw = Located(.balance, song.span)
      return track
    }
    return session
  }
}
