public import ArgumentParser
import Diagnostics
import Engine
public import Reporting
import SessionModel

/// Reports asked for on the command line.
struct ReportOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also write a report: text, json, markdown, junit, sarif or html; repeatable. FORMAT= may be left out where the file's ending says it.",
      valueName: "format=file"))
  var report: [ReportRequest] = []

  /// Refuses what would be written over a file that the session reads.
  ///
  /// - Parameter places: what is read; nil: the session is wrong, and its files alone are known.
  func check(
    against compiled: Pipeline.Compiled, _ places: OutputCheck?, depfile: String?
  ) throws {
    var written = report.map { ("--report", $0.path) }
    if let depfile { written.append(("-MF", depfile)) }
    if written.isEmpty { return }
    var places = places ?? OutputCheck(namesFolder: false)
    places.addFiles(compiled.declared.files)
    if let session = compiled.declared.session { places.addInputs(declaredBy: session) }
    for (option, path) in written {
      guard let input = places.input(at: path) else { continue }
      throw ValidationError("\(option) would be written over '\(path)', \(input.kind)")
    }
  }

  /// Writes each; what cannot be written is said, and true comes back.
  func write(_ report: BuildReport) -> Bool {
    var failed = false
    for request in self.report {
      let folder = Files.folder(of: request.path)
      let text = report.text(request.format)
      let reason =
        Files.makeFolders(folder)
        ? Files.replace(request.path, with: text) : "the folder cannot be made"
      if let reason {
        Console.error("mixdown: \(request.path): \(reason)")
        failed = true
      }
    }
    return failed
  }
}

/// `junit=out/report.xml`, or `out/report.xml`.
struct ReportRequest: ExpressibleByArgument {
  var format: ReportFormat
  var path: String

  init?(argument: String) {
    if let sign = argument.firstIndex(of: "="),
      let format = ReportFormat(rawValue: String(argument[..<sign]))
    {
      self.format = format
      path = String(argument[argument.index(after: sign)...])
    } else if let sign = argument.firstIndex(of: "="), sign > argument.startIndex,
      argument[..<sign].allSatisfy({ $0.isLetter })
    {
      // A word that is no format; a file of such a name is written `./a=b.md`.
      return nil
    } else {
      let endings: [(String, ReportFormat)] = [
        (".txt", .text), (".json", .json), (".md", .markdown), (".xml", .junit),
        (".sarif", .sarif), (".html", .html),
      ]
      guard let format = endings.first(where: { argument.lowercased().hasSuffix($0.0) })?.1 else {
        return nil
      }
      self.format = format
      path = argument
    }
    if path.isEmpty { return nil }
  }
}

extension ReportFormat: ExpressibleByArgument {}

extension BuildReport {
  /// `NAME.report.json` beside each file of the deliveries that ask for it: what was measured and
  /// judged of that file, the same bytes in each build.
  ///
  /// - Returns: false when one could not be written, which has been said.
  func writeBeside(_ deliveries: [ResolvedDelivery]) -> Bool {
    let targets = Set(deliveries.filter(\.writesReport).map { "deliver/\($0.name)" })
    var succeeded = true
    for file in files where targets.contains(file.target) {
      let own = verdicts.filter { $0.path == file.path }.map { verdict in
        var verdict = verdict
        verdict.path = Files.name(of: file.path)
        if let file = verdict.place?.file { verdict.place?.file = Files.name(of: file) }
        return verdict
      }
      var part = BuildReport(
        version: version, session: Files.name(of: session),
        exitCode: own.contains(where: \.fails) ? 1 : 0)
      part.files = [file]
      part.files[0].path = Files.name(of: file.path)
      part.files[0].wasReplaced = true
      part.verdicts = own
      let path = file.path + Self.ending
      if let reason = Files.replace(path, with: part.json.pretty + "\n") {
        Console.error("mixdown: \(path): \(reason)")
        succeeded = false
      }
    }
    return succeeded
  }

  static let ending = ".report.json"
}

/// The report of a session's last build, in the store.
enum LastReport {
  private static let kind = "report"
  /// What its paths are relative to.
  private static let folder = "folder"

  static func keep(_ report: BuildReport, in store: Store?) {
    var kept = report
    kept.seconds = nil
    for index in kept.files.indices {
      kept.files[index].stamp = FileStampText.of(kept.files[index].path)
    }
    guard case .object(var members) = kept.json else { return }
    members.append(.init(folder, .string(Files.workingFolder)))
    store?.keep(
      Array(JSONValue.object(members).compact.utf8), as: kind, about: report.session)
  }

  /// Its paths lead from the folder that the program runs in now.
  static func of(_ session: String, in store: Store) -> BuildReport? {
    guard let json = store.note(kind, about: session).flatMap({ JSONValue(parsing: $0) }),
      var report = BuildReport(json: json)
    else { return nil }
    let built = json[folder]?.text ?? ""
    if built != Files.workingFolder {
      let old = Files.folder(of: report.session)
      let new = Files.folder(of: session)
      report.renamePaths { path in
        if path.hasPrefix("/") { return path }
        // As a build that named the session like this would have written it.
        if old == "." { return Files.join(new, path) }
        if path.hasPrefix(old + "/") {
          return Files.join(new, String(path.dropFirst(old.count + 1)))
        }
        return Files.join(built, path)
      }
    }
    report.session = session
    return report
  }
}
