/// The keys whose values are paths or free text, where YAML's punctuation bites.
enum TextFields {
  /// Keys whose value, wherever they stand, is a path or a text for people.
  static func isFreeText(_ key: String) -> Bool { keys.contains(key) }

  /// Keys whose children all are paths or text: `metadata: {title: …}`, `takes: {t1: …}`.
  static func holdsFreeText(_ key: String) -> Bool { parents.contains(key) }

  /// Keys whose value is text for people, where any punctuation may stand.
  static func isProse(_ key: String) -> Bool { keys.contains(key) && !paths.contains(key) }

  private static let paths: Set<String> = [
    "cover", "file", "includes", "link", "manifest", "mix", "name", "path", "rows", "session",
    "source",
  ]

  /// Keys under `metadata` that hold text.
  static func isWordForPeople(_ key: String) -> Bool { others.contains(key) }

  private static let others: Set<String> = ["date", "isrc", "lyrics", "upc", "url", "year"]
  private static let keys: Set<String> = [
    "album", "album-artist", "artist", "author", "comment", "composer", "copyright", "cover",
    "description", "engineer", "file", "genre", "includes", "label", "link", "manifest", "mix",
    "name", "note", "path", "performer", "producer", "publisher", "rows", "session", "source",
    "subtitle", "text", "title",
  ]
  private static let parents: Set<String> = ["metadata", "takes"]
}
