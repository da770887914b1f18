import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import SessionYAML
import Signal

extension AlbumJob {
  /// The tracks as they lie on a disc.
  func disc() -> DiscLayout {
    let tags = album.session.metadata
    guard let first = files.first else {
      return DiscLayout(title: "", performer: "", upc: "", songs: [], samples: 0, frame: 1)
    }
    let programme = first.streams.programme
    let rate = Int64(programme.rate)
    let songs = programme.entries.enumerated().map { index, entry in
      let own =
        delivery.form == .each && index < files.count
        ? files[index].item.metadata ?? entry.metadata : entry.metadata
      return DiscLayout.Song(
        title: own["title"]?.value ?? entry.name,
        performer: own["artist"]?.value ?? tags["artist"]?.value ?? "",
        isrc: own["isrc"].map { RecordingCode($0.value)?.text ?? $0.value } ?? "",
        start: first.form.fileFrames(entry.start),
        pause: entry.gap * Int64(DiscLayout.framesPerSecond) / rate)
    }
    return DiscLayout(
      title: tags["title"]?.value ?? "", performer: tags["artist"]?.value ?? "",
      upc: tags["upc"].map { ProductCode($0.value)?.text ?? $0.value } ?? "", songs: songs,
      samples: first.form.fileFrames(programme.length), frame: frame)
  }

  /// Writes what goes to the plant beside the audio.
  func writeSheets(_ stage: AlbumStage, _ outcome: inout BuildRun.Outcome) {
    checkSides(&outcome)
    let sheets = sheets(stage)
    for (path, text) in sheets {
      if let reason = Files.replace(path, with: text) {
        outcome.ioFailures.append("\(path): \(reason)")
      } else {
        outcome.sheets.append(BuildRun.Sheet(target: "deliver/\(delivery.name)", path: path))
      }
    }
    guard isSummed else { return }
    for path in files.map(\.path) + sheets.map(\.path) { stage.sums.add(path, stage.store) }
  }

  /// Whether checksums of its files go to the plant.
  var isSummed: Bool { isDisc && delivery.form != .sides }

  /// The texts beside the audio, checksums left out: they are of finished files.
  func sheets(_ stage: AlbumStage) -> [(path: String, text: String)] {
    guard let first = files.first else { return [] }
    let paths = sheetPaths(stage)
    var sheets: [(path: String, text: String)] = []
    if let path = paths.timing {
      sheets.append(
        (
          path,
          RecordSide.sheet(
            sides, title: album.session.metadata["title"]?.value ?? "",
            performer: album.session.metadata["artist"]?.value ?? "", record: record)
        ))
    }
    // As the files are named where they are meant to stand.
    func original(_ path: String) -> String { stage.run.options.original(of: path) }
    if let path = paths.cue {
      let folder = Files.folder(of: original(first.path))
      let audio = files.map { file in
        CueSheet.AudioFile(
          path: RelativePath.of(original(file.path), from: folder),
          kind: file.form.format.container == .aiff ? "AIFF" : "WAVE")
      }
      sheets.append((path, CueSheet.text(disc(), files: audio)))
    }
    if let path = paths.pq {
      let names = files.map { Files.name(of: $0.path) }
      sheets.append((path, PQSheet.text(disc(), audio: names)))
    }
    return sheets
  }

  struct SheetPaths {
    var cue: String?
    var pq: String?
    var timing: String?
    var sums: String?
    var all: [String] { [cue, pq, timing, sums].compactMap { $0 } }
  }

  /// Where the texts beside the audio go.
  func sheetPaths(_ stage: AlbumStage) -> SheetPaths {
    var paths = SheetPaths()
    guard let first = files.first else { return paths }
    if delivery.form == .sides {
      paths.timing = stage.place(
        delivery.sheet("timing", ending: ".txt", album: album.session),
        writtenAt: delivery.written.span)
      return paths
    }
    guard isDisc else { return paths }
    (paths.cue, paths.pq) = delivery.discSheets(beside: first.path, album: album.session)
    paths.sums = Files.join(Files.folder(of: first.path), "MD5SUMS")
    return paths
  }

  // MARK: Records

  private var record: String { delivery.written.record?.value ?? "12-inch 33" }

  private var sides: [RecordSide] {
    files.enumerated().map { index, file in
      let programme = file.streams.programme
      let rate = Double(programme.rate)
      return RecordSide(
        name: file.side ?? "\(index + 1)",
        songs: programme.entries.map { entry in
          RecordSide.Song(
            title: entry.metadata["title"]?.value ?? entry.name,
            start: Double(entry.start) / rate, length: Double(entry.length) / rate)
        }, length: Double(programme.length) / rate)
    }
  }

  /// Says which sides of a record are longer than is good for them.
  private func checkSides(_ outcome: inout BuildRun.Outcome) {
    guard delivery.form == .sides else { return }
    let limits = RecordSide.limits(record)
    var found = DiagnosticList()
    for side in sides {
      guard side.length > limits.recommended else { continue }
      let isOver = side.length > limits.most
      let limit = RecordSide.clock(isOver ? limits.most : limits.recommended)
      let span =
        delivery.written.sides?.value.first { $0.name.value == side.name }?.name.span
        ?? delivery.written.span
      found.add(
        Diagnostic(
          .sideTooLong,
          "side '\(side.name)' lasts \(RecordSide.clock(side.length)); a \(record) side "
            + (isOver ? "has room for \(limit)" : "is best up to \(limit)"),
          at: span))
    }
    outcome.diagnostics.add(contentsOf: found.applying(lints: album.session.lints).all)
  }
}

/// Checksums of everything that goes to a plant, a file for each folder.
struct DiscSums {
  private var folders: [String: [String: String]] = [:]

  /// Takes in a finished file.
  mutating func add(_ path: String, _ store: Store?) {
    guard let sum = DiscSums.sum(of: path, store) else { return }
    folders[Files.folder(of: path), default: [:]][Files.name(of: path)] = sum
  }

  /// As `md5sum` writes them, by name.
  func write(_ outcome: inout BuildRun.Outcome) {
    for (path, text) in texts {
      if let reason = Files.replace(path, with: text) {
        outcome.ioFailures.append("\(path): \(reason)")
      } else {
        outcome.sheets.append(BuildRun.Sheet(target: "", path: path))
      }
    }
  }

  /// Each file of checksums and what is in it.
  var texts: [(path: String, text: String)] {
    folders.sorted { $0.key < $1.key }.map { folder, sums in
      (
        Files.join(folder, "MD5SUMS"),
        sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
      )
    }
  }

  private static func sum(of path: String, _ store: Store?) -> String? {
    Files.hash(of: path, "md5", store, Files.md5)
  }
}
