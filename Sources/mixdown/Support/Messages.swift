import ArgumentParser
import Diagnostics

/// Prints messages and turns them into the exit status they ask for.
struct Messages {
  /// Messages of a kind that are written out for each file, unless all are asked for: whoever made
  /// one mistake in every line need not read it in every line.
  static let limit = 20

  let sources: SourceMap

  /// - Parameter all: writes every message out.
  func print(_ diagnostics: DiagnosticList, all: Bool = false) {
    guard !diagnostics.all.isEmpty else { return }
    var renderer = DiagnosticRenderer(sources: sources, colours: Console.usesColour)
    let sorted = diagnostics.sorted
    let (text, leftOut) = renderer.text(sorted, limit: all ? Int.max : Self.limit)
    Console.status(text)
    let more = diagnostics.dropped == 0 ? "" : " and \(diagnostics.dropped) more messages"
    let hint = leftOut > 0 ? "; 'mixdown check --all-messages' writes all of them out" : ""
    Console.error(DiagnosticRenderer.summary(sorted) + more + hint)
  }

  /// What there is to say when a command has no result: to read, or as `{diagnostics: …}`.
  func write(_ diagnostics: DiagnosticList, asJSON: Bool) {
    guard asJSON else { return print(diagnostics) }
    Console.out(JSONValue.object(["diagnostics": json(diagnostics)]).pretty)
  }

  func json(_ diagnostics: DiagnosticList) -> JSONValue {
    var renderer = DiagnosticRenderer(sources: sources)
    return renderer.json(diagnostics.sorted)
  }

  /// 65 when the session is wrong, 66 when only recordings are, 1 when targets were missed, else 0.
  static func status(_ diagnostics: DiagnosticList) -> ExitStatus {
    let all = diagnostics.all.filter { $0.severity == .error }
    if all.isEmpty { return .done }
    let errors = all.filter { !targetRules.contains($0.id) }
    if errors.isEmpty { return .targetMissed }
    return errors.allSatisfy(concernsRecording) ? .recordingMissing : .sessionWrong
  }

  /// Whether a message is about a file that is read, which may be another one tomorrow.
  static func concernsRecording(_ diagnostic: Diagnostic) -> Bool {
    recordingRules.contains(diagnostic.id)
  }

  private static let targetRules: Set<String> = ["target-missed", "target-unreachable"]

  private static let recordingRules: Set<String> = [
    "missing-recording", "recording-git-lfs", "unreadable-recording", "empty-recording",
    "recording-not-finite", "recording-damaged", "recording-changed", "session-missing",
    "missing-cover",
  ]
}

extension ExitStatus {
  /// Ends the command with this status, without another message.
  func exit() throws {
    if self != .done { throw ExitCode(rawValue) }
  }
}
