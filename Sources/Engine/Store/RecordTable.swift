internal import MixGraph
internal import Signal

/// The tables of records. What a clean build asks for stands apart from what an edit asks for, so
/// that deciding that nothing changed reads little.
enum RecordTable: String, CaseIterable {
  /// What builds remember by a key of their own: files, measurements, explanations, costs.
  case builds
  /// What recordings hold, by the stamps of their files and by content.
  case recordings
  /// Results of whole rows, by everything that a row is.
  case rows
  /// Results of single actions.
  case actions
  /// States of up to a few kilobytes, by their content.
  case states
  /// What kept pieces of sums are made of.
  case sums
}

/// States by content, as keys of their table.
enum StateKey {
  static func digest(_ hash: ContentHash) -> Digest {
    var writer = DigestWriter()
    writer.field("state-bytes", hash)
    return writer.digest
  }
}
