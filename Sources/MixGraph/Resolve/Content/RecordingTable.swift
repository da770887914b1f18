import Diagnostics
import SessionModel
import Signal

/// The session's recordings, each file once, in the order in which they are first named.
final class RecordingTable {
  struct Entry {
    /// Index in `references`.
    var index: Int
    /// Frames at the session's rate.
    var length: Int64
    var channelCount: Int
  }

  private struct Written: Hashable {
    var source: SourceID
    var path: String
  }

  private(set) var references: [RecordingReference] = []
  private var byPath: [String: Entry?] = [:]
  /// By source file and path as written, so that a path is joined and looked at once.
  private var byText: [Written: Entry?] = [:]
  private let rate: Int
  private let report: Report
  private let directory: (SourceID) -> String
  private let probe: (String) -> Result<RecordingFacts, RecordingProblem>
  private let listing: (String) -> [String]

  init(
    rate: Int, report: Report, probe: some RecordingProbe, directory: @escaping (SourceID) -> String
  ) {
    self.rate = rate
    self.report = report
    self.directory = directory
    self.probe = { probe.facts(of: $0) }
    listing = { probe.fileNames(in: $0) }
  }

  /// The recording and the channels (from 0) that a reference picks; nil after a message.
  func find(_ source: SourceReference) -> (entry: Entry, channels: [Int])? {
    guard let entry = entry(source.path) else { return nil }
    guard let picked = source.channels else {
      guard entry.channelCount <= 2 else {
        report.add(
          .pickChannels,
          "'\(source.path.value)' has \(entry.channelCount) channels; a track takes one or two of them",
          at: source.path.span,
          notes: [Note("'{file: …, channel: 1}' takes the first")])
        return nil
      }
      return (entry, entry.channelCount == 1 ? [0] : [0, 1])
    }
    for channel in picked.value where channel < 1 || channel > entry.channelCount {
      let count = entry.channelCount
      report.add(
        .noSuchChannel,
        "'\(source.path.value)' has \(count) channel\(count == 1 ? "" : "s"); there is no channel "
          + "\(channel)", at: picked.span)
      return nil
    }
    guard picked.value.count == 1 || picked.value.count == 2 else {
      report.add(.pickChannels, "a track takes one or two channels", at: picked.span)
      return nil
    }
    return (entry, picked.value.map { $0 - 1 })
  }

  /// Seconds that an impulse response may last.
  static let longestResponse: Int64 = 20

  /// A recording as an impulse response; nil after a message.
  func response(_ path: Located<String>) -> ResolvedResponse? {
    guard let entry = entry(path) else { return nil }
    guard [1, 2, 4].contains(entry.channelCount) else {
      report.add(
        .responseChannels,
        "'\(path.value)' has \(entry.channelCount) channels; an impulse response has one, two or four",
        at: path.span)
      return nil
    }
    let longest = Self.longestResponse * Int64(rate)
    guard entry.length <= longest else {
      report.add(
        .responseTooLong,
        "'\(path.value)' lasts \(Clock.text(entry.length, rate: rate)); an impulse response may "
          + "last \(Clock.text(longest, rate: rate))", at: path.span)
      return nil
    }
    let fileRate = references[entry.index].rate
    // A converted impulse rings before itself.
    let early = fileRate == rate ? 0 : 64 * Int64(min(4, max(1, (rate + fileRate - 1) / fileRate)))
    return ResolvedResponse(
      recording: entry.index, channelCount: entry.channelCount, frames: entry.length, early: early)
  }

  private func entry(_ path: Located<String>) -> Entry? {
    let written = Written(source: path.span.source, path: path.value)
    if let known = byText[written] { return known }
    let full = Paths.joined(directory(path.span.source), path.value)
    let entry = byPath[full] ?? look(full, path)
    byPath[full] = .some(entry)
    byText[written] = .some(entry)
    return entry
  }

  private func look(_ full: String, _ path: Located<String>) -> Entry? {
    switch probe(full) {
    case .success(let facts):
      guard facts.frames > 0 else {
        report.add(.emptyRecording, "'\(path.value)' holds no frames", at: path.span)
        return nil
      }
      let length = Frames.convert(facts.frames, from: facts.rate, to: rate)
      guard
        facts.rate > 0 && facts.channelCount > 0 && facts.frames <= Frames.limit
          && length <= Frames.limit
      else {
        report.add(
          .unreadableRecording, "'\(path.value)' has a header that cannot be right", at: path.span)
        return nil
      }
      if facts.missingFrames > 0 {
        let whole = facts.frames + facts.missingFrames
        report.add(
          .recordingCutOff,
          "'\(path.value)' ends after \(Clock.text(facts.frames, rate: facts.rate)); its header "
            + "promises \(Clock.text(whole, rate: facts.rate))", at: path.span)
      }
      references.append(
        RecordingReference(
          path: full, written: path.value, span: path.span, frames: facts.frames,
          rate: facts.rate, channelCount: facts.channelCount))
      return Entry(
        index: references.count - 1,
        length: max(1, length),
        channelCount: facts.channelCount)
    case .failure(let problem):
      explain(problem, full, path)
      return nil
    }
  }

  private func explain(_ problem: RecordingProblem, _ full: String, _ path: Located<String>) {
    switch problem {
    case .missing:
      let (folder, name) = Paths.split(full)
      let prefix = String(path.value.dropLast(Paths.split(path.value).name.count))
      var near = Suggestions.nearest(name, in: listing(folder)).map { prefix + $0 }
      // As paths are written elsewhere.
      let slashed = String(path.value.map { $0 == "\\" ? "/" : $0 })
      if slashed != path.value,
        case .success = probe(Paths.joined(directory(path.span.source), slashed))
      {
        near = [slashed]
      }
      report.add(
        .missingRecording, "there is no file '\(path.value)'", at: path.span,
        fixes: near.map { FixIt(path.span, $0) })
    case .lfsPointer:
      report.add(
        .recordingGitLfs, "'\(path.value)' is a pointer of Git LFS, not audio", at: path.span,
        notes: [Note("'git lfs pull' fetches the audio")])
    case .isFolder:
      report.add(.unreadableRecording, "'\(path.value)' is a folder", at: path.span)
    case .unreadable(let reason):
      report.add(
        .unreadableRecording, "'\(path.value)' cannot be read: \(reason)", at: path.span)
    case .unsupported(let reason):
      report.add(
        .unreadableRecording, "'\(path.value)' is not audio that can be read: \(reason)",
        at: path.span)
    }
  }
}

/// Paths as text.
enum Paths {
  /// `path` seen from `folder`, without `.` steps and doubled slashes.
  static func joined(_ folder: String, _ path: String) -> String {
    let full = path.hasPrefix("/") || folder.isEmpty || folder == "." ? path : folder + "/" + path
    guard full.contains("//") || full.contains("./") || full.hasSuffix("/.") else { return full }
    let steps = full.split(separator: "/").filter { $0 != "." }
    return (full.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
  }

  /// Folder (empty: the working folder) and name.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    let folder = String(path[..<slash])
    let name = String(path[path.utf8.index(after: slash)...])
    return (folder.isEmpty ? "/" : folder, name)
  }
}
