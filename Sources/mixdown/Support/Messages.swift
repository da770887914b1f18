import ArgumentParser
import Diagnostics

/// Prints messages and turns them into the exit status they ask for.
struct Messages {
  let sources: SourceMap

  func print(_ diagnostics: DiagnosticList) {
    for diagnostic in diagnostics.sorted {
      Console.error(
        DiagnosticText.render(diagnostic, sources: sources, colour: Console.usesColour))
    }
    let errors = diagnostics.all.count { $0.severity == .error }
    let warnings = diagnostics.all.count - errors
    var parts: [String] = []
    if errors > 0 { parts.append("\(errors) error\(errors == 1 ? "" : "s")") }
    if warnings > 0 { parts.append("\(warnings) warning\(warnings == 1 ? "" : "s")") }
    if !parts.isEmpty { Console.error(parts.joined(separator: ", ")) }
  }

  func json(_ diagnostics: DiagnosticList) -> JSONValue {
    .array(diagnostics.sorted.map { DiagnosticJSON.value($0, sources: sources) })
  }

  /// 65 when the session is wrong, 66 when only recordings are, else 0.
  static func status(_ diagnostics: DiagnosticList) -> ExitStatus {
    let errors = diagnostics.all.filter { $0.severity == .error }
    if errors.isEmpty { return .done }
    return errors.allSatisfy { recordingRules.contains($0.id) } ? .recordingMissing : .sessionWrong
  }

  private static let recordingRules: Set<String> = [
    "missing-recording", "recording-git-lfs", "unreadable-recording", "empty-recording",
    "recording-not-finite", "missing-session",
  ]
}

extension ExitStatus {
  /// Ends the command with this status, without another message.
  func exit() throws {
    if self != .done { throw ExitCode(rawValue) }
  }
}
