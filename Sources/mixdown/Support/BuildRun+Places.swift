import Diagnostics
import MixGraph
import SessionModel

extension BuildRun {
  /// What these targets write, and what the session reads.
  ///
  /// - Parameter files: the session and what it includes.
  func outputCheck(_ files: [String]) -> OutputCheck {
    var check = OutputCheck(namesFolder: options.output != nil)
    check.addInputs(of: session, declared: declared, files: files)
    let written = declared?.stems ?? []
    for target in (try? chosenTargets()) ?? [] {
      var output = OutputCheck.Output(path: target.path, name: "'\(target.name)'")
      if target.name == "mix", !options.isAudition, let file = session.mixFile {
        output.span = file.span
        output.remedy = OutputCheck.remedy(file.value)
      }
      if target.name.hasPrefix("stem/"), options.output == nil {
        output.span = written.first { "stem/\($0.name.value)" == target.name }?.name.span
      }
      check.outputs.append(output)
    }
    for delivery in (try? chosenDeliveries()) ?? [] {
      for item in delivery.items {
        check.outputs.append(
          OutputCheck.Output(
            path: path(of: delivery, item), name: "delivery '\(delivery.name)'",
            span: delivery.writtenFile?.span ?? delivery.span,
            remedy: delivery.writtenFile.flatMap { OutputCheck.remedy($0.value) }))
      }
    }
    return check
  }
}

extension AlbumRun {
  /// What these targets write, and what the album and its songs read.
  func outputCheck() -> OutputCheck {
    var check = OutputCheck(namesFolder: options.output != nil)
    for song in album.playing {
      guard let source = album.songs[song] else { continue }
      for (_, version) in source.sessions.sorted(by: { $0.key < $1.key }) {
        check.outputs.append(
          OutputCheck.Output(
            path: version.path, name: "the mix of song '\(source.written.name.value)'"))
        if let session = version.compiled.session {
          check.addInputs(of: session, declared: version.compiled.declared.session, files: [])
        }
      }
      if let mix = source.written.mix {
        let folder = pipeline.directory(of: mix.path.span.source, sources)
        check.add(
          OutputCheck.Input(
            path: Files.join(folder, mix.path.value), kind: "a finished mix of this album",
            span: mix.path.span))
      }
    }
    check.addFiles(album.declared.files)
    if let cover = album.session.metadata["cover"] {
      check.add(
        OutputCheck.Input(
          path: album.session.resolved(cover), kind: "a picture that this album reads",
          span: cover.span))
    }
    guard let chosen = try? chosenTargets() else { return check }
    let folder = options.auditionFolder.map { Files.join(outputFolder, $0) } ?? outputFolder
    for name in chosen.programme {
      check.outputs.append(
        OutputCheck.Output(path: Files.join(folder, "\(name).wav"), name: "'\(name)'"))
    }
    for (delivery, file) in album.files
    where chosen.deliveries.contains(where: { $0.name == delivery.name.value }) {
      check.outputs.append(
        OutputCheck.Output(
          path: place(file, writtenAt: delivery.span), name: "delivery '\(delivery.name.value)'",
          span: delivery.file?.span ?? delivery.span,
          remedy: delivery.file.flatMap { OutputCheck.remedy($0.value) }))
    }
    return check
  }
}

extension OutputCheck {
  /// A path in the folder of outputs; nil: it is there.
  static func remedy(_ written: String) -> String? {
    written.hasPrefix("out/") ? nil : "out/\(Files.name(of: written))"
  }

  mutating func addFiles(_ files: [String]) {
    for file in files { add(Input(path: file, kind: "the text of this session", span: nil)) }
  }

  /// Recordings that sound, those that are written and do not, pictures, and texts.
  mutating func addInputs(of session: ResolvedSession, declared: Session?, files: [String]) {
    for recording in session.recordings {
      add(
        Input(path: recording.path, kind: "a recording of this session", span: recording.span))
    }
    if let declared { addInputs(declaredBy: declared) }
    for cover in session.deliveries.compactMap(\.cover) {
      add(
        Input(path: cover.value, kind: "a picture that this session reads", span: cover.span))
    }
    addFiles(files)
  }

  /// Recordings that are written, whether they sound or not.
  mutating func addInputs(declaredBy session: Session) {
    let clips = session.tracks.flatMap { $0.clips + $0.takes.flatMap(\.clips) }
    for source in clips.map(\.source) + [session.mix.source].compactMap(\.self) {
      add(
        Input(
          path: session.resolved(source.path), kind: "a recording of this session",
          span: source.path.span))
    }
  }
}
