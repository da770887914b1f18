internal import Diagnostics

/// What one build made, measured and found: the value that every rendering of a report reads.
///
/// Nothing in it depends on the clock but `seconds`, which is nil in what is kept.
public struct BuildReport: Hashable, Sendable {
  /// A file that was made, or was already what it would be.
  public struct File: Hashable, Sendable {
    public var target: String
    public var path: String
    /// 64 hexadecimal digits, of the file's bytes; empty: not looked for.
    public var sha256: String
    /// What the file system said of the file after the build; in what is kept only.
    public var stamp: String?
    public var frames: Int64
    public var rate: Int
    public var channelCount: Int
    /// False: it had these bytes before the build.
    public var wasReplaced: Bool
    public var clippedSamples: Int64
    /// By the names of the quantity table, besides `gain` and `ceiling`; in their units.
    public var values: [String: Double]

    public init(
      target: String, path: String, sha256: String, frames: Int64, rate: Int, channelCount: Int,
      wasReplaced: Bool, clippedSamples: Int64, values: [String: Double]
    ) {
      self.target = target
      self.path = path
      self.sha256 = sha256
      self.frames = frames
      self.rate = rate
      self.channelCount = channelCount
      self.wasReplaced = wasReplaced
      self.clippedSamples = clippedSamples
      self.values = values
    }
  }

  /// Something that was measured and is no file: a track, a bus, the master's chain, the stems.
  public struct Stream: Hashable, Sendable {
    public var target: String
    public var values: [String: Double]
    /// What explains the numbers, a sentence each.
    public var remarks: [String]
    public init(target: String, values: [String: Double], remarks: [String] = []) {
      self.target = target
      self.values = values
      self.remarks = remarks
    }
  }

  /// A place in a session file; lines and columns from 1, columns in characters.
  public struct Place: Hashable, Sendable {
    public var file: String
    public var line: Int
    public var column: Int
    public var endLine: Int
    public var endColumn: Int
    public init(file: String, line: Int, column: Int, endLine: Int, endColumn: Int) {
      self.file = file
      self.line = line
      self.column = column
      self.endLine = endLine
      self.endColumn = endColumn
    }
  }

  /// Something that was asked for, and whether it is so.
  public struct Verdict: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable { case must, advise, inform }
    public enum Outcome: String, Hashable, Sendable {
      case passed, missed
      case notMeasured = "not-measured"
    }
    public var target: String
    public var path: String
    public var quantity: String
    public var unit: String
    public var severity: Severity
    public var outcome: Outcome
    public var rule: String
    public var wanted: String
    public var reading: String
    public var measured: Double?
    public var limit: Double?
    public var margin: Double?
    public var note: String?
    public var place: Place?

    public init(
      target: String, path: String, quantity: String, unit: String, severity: Severity,
      outcome: Outcome, rule: String, wanted: String, reading: String, measured: Double?,
      limit: Double?, margin: Double?, note: String?, place: Place?
    ) {
      self.target = target
      self.path = path
      self.quantity = quantity
      self.unit = unit
      self.severity = severity
      self.outcome = outcome
      self.rule = rule
      self.wanted = wanted
      self.reading = reading
      self.measured = measured
      self.limit = limit
      self.margin = margin
      self.note = note
      self.place = place
    }

    public var id: String { "\(target)/\(quantity)" }

    /// Whether the build fails because of it.
    public var fails: Bool { severity == .must && outcome != .passed }
    public var warns: Bool { severity == .advise && outcome != .passed }
  }

  /// A run of the graph that is rendered as one.
  public struct Segment: Hashable, Sendable {
    public var name: String
    /// Chunks.
    public var rendered: Int
    public init(name: String, rendered: Int) {
      self.name = name
      self.rendered = rendered
    }
  }

  /// A message of the build.
  public struct Message: Hashable, Sendable {
    public struct Fix: Hashable, Sendable {
      public var replacement: String
      public var place: Place?
      public init(replacement: String, place: Place?) {
        self.replacement = replacement
        self.place = place
      }
    }
    public struct Note: Hashable, Sendable {
      public var text: String
      public var place: Place?
      public init(text: String, place: Place?) {
        self.text = text
        self.place = place
      }
    }
    public var id: String
    public var isError: Bool
    public var text: String
    public var place: Place?
    public var notes: [Note]
    public var fixes: [Fix]

    public init(
      id: String, isError: Bool, text: String, place: Place?, notes: [Note] = [],
      fixes: [Fix] = []
    ) {
      self.id = id
      self.isError = isError
      self.text = text
      self.place = place
      self.notes = notes
      self.fixes = fixes
    }
  }

  /// Of the program that built.
  public var version: String
  /// The session's file as the user named it.
  public var session: String
  /// What the build ended with.
  public var exitCode: Int
  public var files: [File] = []
  /// Texts beside the audio: cue sheets, timing sheets, checksums.
  public var sheets: [String] = []
  public var streams: [Stream] = []
  public var verdicts: [Verdict] = []
  public var messages: [Message] = []
  /// What went wrong outside the session: files that could not be written, locks that moved.
  public var failures: [String] = []
  /// What was rendered of each segment.
  public var segments: [Segment] = []
  public var chunksRendered = 0
  public var chunksCached = 0
  /// Of the clock; nil in a report that is kept.
  public var seconds: Double?

  public init(version: String, session: String, exitCode: Int) {
    self.version = version
    self.session = session
    self.exitCode = exitCode
  }

  public var missed: Int { verdicts.count { $0.fails } }
  public var advised: Int { verdicts.count { $0.warns } }
  public var errors: Int { messages.count { $0.isError } }

  /// Writes the paths of files, of sheets and of places in session files another way.
  public mutating func renamePaths(_ renamed: (String) -> String) {
    func rename(_ place: inout Place?) {
      if let file = place?.file { place?.file = renamed(file) }
    }
    let made = Set(files.map(\.path))
    for index in files.indices { files[index].path = renamed(files[index].path) }
    sheets = sheets.map(renamed)
    for index in verdicts.indices {
      // Of what is no file, it is a name.
      if made.contains(verdicts[index].path) {
        verdicts[index].path = renamed(verdicts[index].path)
      }
      rename(&verdicts[index].place)
    }
    for index in messages.indices {
      rename(&messages[index].place)
      for note in messages[index].notes.indices { rename(&messages[index].notes[note].place) }
      for fix in messages[index].fixes.indices { rename(&messages[index].fixes[fix].place) }
    }
  }

  /// Errors that no verdict speaks of.
  var brokenMessages: [Message] {
    messages.filter { message in
      switch message.id {
      case "target-missed": false
      case "target-unreachable":
        !verdicts.contains { $0.fails && $0.place == message.place }
      default: message.isError
      }
    }
  }

  /// `9 numbers asked for, all met`; nil: nothing was asked for.
  public static func summary(asked: Int, missed: Int, advised: Int) -> String? {
    guard asked > 0 else { return nil }
    let numbers = "\(asked) number\(asked == 1 ? "" : "s")"
    let against = "\(advised) against advice"
    if missed > 0 {
      return "\(missed) of \(numbers) missed" + (advised > 0 ? ", \(against)" : "")
    }
    return "\(numbers) asked for, " + (advised == 0 ? "all met" : against)
  }

  /// `built; 2 of 9 numbers missed`
  public var headline: String {
    var parts: [String] = []
    let broken = brokenMessages.count
    if broken > 0 { parts.append("\(broken) error\(broken == 1 ? "" : "s")") }
    if !failures.isEmpty {
      parts.append("\(failures.count) failure\(failures.count == 1 ? "" : "s")")
    }
    let asked = verdicts.count { $0.severity != .inform }
    if let text = Self.summary(asked: asked, missed: missed, advised: advised) {
      parts.append(text)
    }
    if parts.isEmpty { parts.append("\(files.count) file\(files.count == 1 ? "" : "s")") }
    return parts.joined(separator: ", ")
  }
}

/// The forms a report can be printed in.
public enum ReportFormat: String, CaseIterable, Sendable {
  case text, json, markdown, junit, sarif, html
}

extension BuildReport {
  /// The whole document, its last line ended.
  public func text(_ format: ReportFormat) -> String {
    switch format {
    case .text: TextReport(self).text
    case .json: json.pretty + "\n"
    case .markdown: MarkdownReport(self).text
    case .junit: JUnitReport(self).text
    case .sarif: SARIFReport(self).json.pretty + "\n"
    case .html: HTMLReport(self).text
    }
  }
}
