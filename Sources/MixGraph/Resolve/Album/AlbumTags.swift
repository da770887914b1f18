internal import Diagnostics
internal import SessionModel

/// Tags of a song's file: its session's, the album's and those written for the song there.
enum AlbumTags {
  /// What belongs to the release: the album's wins over the session's.
  private static let ofRelease: Set<String> = [
    "album-artist", "label", "date", "upc", "catalogue", "copyright", "disc", "discs", "cover",
    "publisher", "url",
  ]
  /// What belongs to one recording and is never taken over from the album.
  private static let ofSong: Set<String> = [
    "title", "isrc", "composer", "lyricist", "bpm", "key", "comment", "description",
  ]

  static func of(
    _ song: Album.Song, session: Metadata, album: Session, number: Int, count: Int
  ) -> Metadata {
    var tags = session
    for entry in album.metadata.entries {
      let key = entry.key.value
      if key == "title" {
        tags.set("album", entry.value.value, like: entry)
      } else if ofRelease.contains(key) {
        tags.set(key, entry.value.value, like: entry)
      } else if !ofSong.contains(key) && tags[key] == nil {
        tags.set(key, entry.value.value, like: entry)
      }
    }
    if let artist = album.metadata.entries.last(where: { $0.key.value == "artist" }),
      album.metadata["album-artist"] == nil
    {
      tags.set("album-artist", artist.value.value, like: artist)
    }
    let place = (key: song.name, value: song.name)
    tags.set("track", "\(number)", like: place)
    tags.set("tracks", "\(count)", like: place)
    if tags["title"] == nil { tags.set("title", song.name.value, like: place) }
    return tags.adding(song.metadata)
  }
}

extension Metadata {
  /// Sets one entry, with the place of another.
  mutating func set(
    _ key: String, _ value: String, like place: (key: Located<String>, value: Located<String>)
  ) {
    let entry = (
      key: Located(key, place.key.span), value: Located(value, place.value.span)
    )
    if let index = entries.firstIndex(where: { $0.key.value == key }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }
}
