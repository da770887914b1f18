public import Diagnostics
public import SessionModel
internal import Signal

extension AlbumDelivery {
  /// The files of one part, with their names written out and their tags.
  ///
  /// - Parameter lowered: the delivery as the part's programme was resolved with it.
  public func items(
    of part: Part, _ programme: AlbumProgramme, album: Session, lowered: ResolvedDelivery,
    into diagnostics: inout DiagnosticList
  ) -> [ResolvedDelivery.Item] {
    let report = Report()
    defer { diagnostics.add(contentsOf: report.list) }
    let count = AlbumProgramme.numbers(album.album ?? Album()).count
    guard form == .each else {
      var tags = album.metadata
      if let title = album.metadata.entries.last(where: { $0.key.value == "title" }) {
        tags.set("album", title.value.value, like: title)
      }
      tags = tags.adding(written.metadata)
      let file = file(tags, album, number: nil, count: count, song: nil, side: part.side, report)
      return [ResolvedDelivery.Item(name: part.side, file: file, metadata: tags)]
    }
    return programme.entries.indices.map { index in
      let entry = programme.entries[index]
      let tags = entry.metadata.adding(written.metadata)
      let range = programme.range(of: index)
      return ResolvedDelivery.Item(
        name: entry.name, number: entry.number,
        range: FrameRange(range.lowerBound, range.upperBound),
        file: file(
          tags, album, number: entry.number, count: count, song: entry.name, side: nil, report),
        metadata: tags)
    }
  }

  /// The file beside a part's audio: the pattern with `word` for the side and another ending.
  public func sheet(_ word: String, ending: String, album: Session) -> String {
    var tags = album.metadata
    if let title = album.metadata.entries.last(where: { $0.key.value == "title" }) {
      tags.set("album", title.value.value, like: title)
    }
    let path = file(tags, album, number: nil, count: 1, song: word, side: word, Report())
    let stem = path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
    return stem + ending
  }

  private func file(
    _ tags: Metadata, _ album: Session, number: Int?, count: Int, song: String?, side: String?,
    _ report: Report
  ) -> String {
    var values: [String: String] = [:]
    for entry in tags.entries { values[entry.key.value] = entry.value.value }
    values["delivery"] = name
    values["version"] = written.version?.value ?? ""
    if let number { values["nn"] = Clock.padded(number, max(2, String(count).count)) }
    if let song { values["song"] = song }
    if let side { values["side"] = side }
    let standard =
      switch form {
      case .each: "out/<delivery>/<nn> <title>.wav"
      case .one: "out/<delivery>.wav"
      case .sides: "out/<delivery> <side>.wav"
      }
    let span = written.file?.span ?? written.span
    return NamePattern.expand(written.file?.value ?? standard, values: values) { missing in
      let hint =
        ["title", "album"].contains(missing) && form != .each
        ? [Note("'metadata: {title: …}' gives it one")] : []
      report.addUnknown(
        .unknownPattern, "<\(missing)> has no value here", name: missing, at: span,
        among: values.keys.sorted(), isWholeName: false, notes: hint)
    }
  }
}
