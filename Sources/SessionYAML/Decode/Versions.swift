public import Diagnostics
public import SessionModel

extension LoadedSession {
  /// The session with the changes of a version: values by address, then edits, mutes and tags.
  ///
  /// - Parameter name: where no span belongs to it (a command line), the whole file's will do.
  /// - Returns: nil when there is no such version; messages name what did not fit.
  public func applying(
    version name: Located<String>
  ) -> (session: Session?, diagnostics: DiagnosticList) {
    var diagnostics = DiagnosticList()
    guard let session, let tree else { return (nil, diagnostics) }
    guard let version = session.versions.first(where: { $0.name.value == name.value }) else {
      let names = session.versions.map(\.name.value)
      let near = Suggestions.nearest(name.value, in: names)
      diagnostics.add(
        Diagnostic(
          .unknownVersion, "no version is named '\(name.value)'", at: name.span,
          notes: names.isEmpty
            ? [] : [Note("versions are \(names.map { "'\($0)'" }.joined(separator: ", "))")],
          fixes: near.map { FixIt(name.span, $0) }))
      return (nil, diagnostics)
    }
    var result = session
    let values = tree["versions"]?[name.value]?["set"]?.entries ?? []
    if !values.isEmpty {
      var changed = tree
      for (index, entry) in values.enumerated() {
        var editor = AddressEditor(tree: changed, directories: directories)
        changed = editor.setting(entry.key, to: entry.value)
        diagnostics.add(contentsOf: editor.diagnostics.all)
        // The order of a mapping means nothing: no value may take another one's place.
        if let replaced = editor.place?.replaced,
          let other = values[..<index].first(where: { replaced.overlaps($0.value.span) })
        {
          diagnostics.add(
            Diagnostic(
              .duplicateKey, "'\(entry.key.value)' and '\(other.key.value)' set the same value",
              at: entry.key.span, notes: [Note("the other one is here", at: other.key.span)]))
        }
      }
      result = SessionDecoder.decode(
        tree: changed, directories: directories, into: &diagnostics)
    }
    result.appliedVersion = (version.name.value, session.metadata)
    for entry in version.metadata.entries {
      if let index = result.metadata.entries.firstIndex(where: {
        $0.key.value == entry.key.value
      }) {
        result.metadata.entries[index] = entry
      } else {
        result.metadata.entries.append(entry)
      }
    }
    result.edits += version.edits ?? []
    let unknown = result.mute(version.mute) + result.keepOnly(version.only)
    let strips =
      session.tracks.map(\.name.value) + session.buses.map(\.name.value)
      + session.groups.map(\.name.value)
    for name in unknown {
      diagnostics.add(
        Diagnostic(
          .unknownAddress, "no track, bus or group is named '\(name.value)'", at: name.span,
          fixes: Suggestions.nearest(name.value, in: strips).map { FixIt(name.span, $0) }))
    }
    return (result, diagnostics)
  }

  /// Reports what is wrong with any version.
  mutating func checkVersions() {
    guard let session, session.kind == .song else { return }
    for version in session.versions {
      diagnostics.add(contentsOf: applying(version: version.name).diagnostics.all)
    }
  }
}
