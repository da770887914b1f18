public import Diagnostics
public import SessionModel

/// What an album's programme plays: songs in order, in a version where they have it.
public struct AlbumSelection: Hashable, Sendable {
  /// nil: the songs as the album lists them.
  public var version: String?
  /// Indices in `Album.songs`.
  public var songs: [Int]
  public init(version: String? = nil, songs: [Int]) {
    self.version = version
    self.songs = songs
  }
}

/// One delivery of an album: which programmes it is made of, and which files.
public struct AlbumDelivery: Sendable {
  public enum Form: Hashable, Sendable {
    /// A file for each song.
    case each
    /// One file.
    case one
    /// A file for each side of a record.
    case sides
  }

  /// One programme, and the side that it is.
  public struct Part: Sendable {
    public var selection: AlbumSelection
    public var side: String?
  }

  public var written: Delivery
  public var form: Form
  /// One gain for all songs.
  public var isTogether: Bool
  public var parts: [Part]
  public var name: String { written.name.value }

  /// The deliveries of an album, bypassed ones left out, with what is wrong about what they play.
  ///
  /// - Parameter hasVersion: whether the song of this index has a version of this name.
  public static func all(
    of album: Session, hasVersion: (Int, String) -> Bool, into diagnostics: inout DiagnosticList
  ) -> [AlbumDelivery] {
    let report = Report()
    defer { diagnostics.add(contentsOf: report.list) }
    guard let written = album.album else { return [] }
    let songs = written.songs.indices.filter { !written.songs[$0].isBypassed }
    return album.master.deliveries.filter { !$0.isBypassed }.map { delivery in
      let form: Form =
        delivery.sides != nil ? .sides : delivery.files?.value == "one" ? .one : .each
      let isTogether = album.master.level?.value != "each"
      if !isTogether && form != .each {
        report.add(
          .levelNeedsFiles,
          "delivery '\(delivery.name.value)' is one continuous programme and has one gain",
          at: album.master.level?.span ?? delivery.span,
          notes: [Note("the delivery is here", at: delivery.name.span)])
      }
      var chosen = songs
      if let version = delivery.version {
        chosen = having(
          version, songs, written, form, delivery, hasVersion: hasVersion, report)
      }
      let version = delivery.version?.value
      var parts = [Part(selection: AlbumSelection(version: version, songs: chosen), side: nil)]
      if let sides = delivery.sides {
        parts = self.parts(sides, written, version: version)
        checkSides(sides, written, songs, report)
      }
      return AlbumDelivery(written: delivery, form: form, isTogether: isTogether, parts: parts)
    }
  }

  /// The songs that a delivery of a version plays.
  private static func having(
    _ version: Located<String>, _ songs: [Int], _ album: Album, _ form: Form, _ delivery: Delivery,
    hasVersion: (Int, String) -> Bool, _ report: Report
  ) -> [Int] {
    let having = songs.filter { hasVersion($0, version.value) }
    if having.isEmpty {
      report.add(
        .unknownVersion, "no song of the album has a version named '\(version.value)'",
        at: version.span)
      return songs
    }
    let others = songs.filter { !having.contains($0) }
    if !others.isEmpty {
      let names = others.map { "'\(album.songs[$0].name.value)'" }.joined(separator: ", ")
      let verb =
        form == .each
        ? (others.count == 1 ? "is left out" : "are left out")
        : (others.count == 1 ? "plays as it is" : "play as they are")
      report.add(
        .songWithoutVersion,
        "\(names) \(others.count == 1 ? "has" : "have") no version '\(version.value)' and \(verb)",
        at: version.span)
    }
    return form == .each ? having : songs
  }

  private static func parts(
    _ sides: Located<[Album.Side]>, _ album: Album, version: String?
  ) -> [Part] {
    sides.value.map { side in
      let songs = side.songs.compactMap { name in
        album.songs.firstIndex { $0.name.value == name.value && !$0.isBypassed }
      }
      return Part(
        selection: AlbumSelection(version: version, songs: songs), side: side.name.value)
    }
  }

  private static func checkSides(
    _ sides: Located<[Album.Side]>, _ album: Album, _ songs: [Int], _ report: Report
  ) {
    let named = Set(sides.value.flatMap { $0.songs.map(\.value) })
    for index in songs where !named.contains(album.songs[index].name.value) {
      let song = album.songs[index].name
      report.add(
        .songOnNoSide, "'\(song.value)' is on no side", at: sides.span,
        notes: [Note("the song is here", at: song.span)])
    }
  }
}
