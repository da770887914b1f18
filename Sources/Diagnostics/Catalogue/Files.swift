extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let files: [Rule] = []
}
