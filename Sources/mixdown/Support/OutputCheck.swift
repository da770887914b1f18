import Diagnostics

/// Looks before anything is written whether a build would write over what it reads, or two outputs
/// into one file.
struct OutputCheck {
  struct Output {
    var path: String
    /// As a message names it: `delivery 'cd'`.
    var name: String
    /// Where the session says the path; nil: it does not.
    var span: Span?
    /// A path that would keep it apart, written in place of the span.
    var remedy: String?
  }

  struct Input {
    var path: String
    /// As a message names it: `a recording`.
    var kind: String
    var span: Span?
  }

  /// Whether the command line says where outputs go.
  let namesFolder: Bool
  var outputs: [Output] = []
  private var inputs: [String: [(place: FilePlace, input: Input)]] = [:]
  private var paths: Set<String> = []

  init(namesFolder: Bool) { self.namesFolder = namesFolder }

  /// Adds an input, unless one of the same path is known.
  mutating func add(_ input: Input) {
    guard paths.insert(input.path).inserted else { return }
    for place in FilePlace.all(of: input.path) {
      inputs[place.folded, default: []].append((place, input))
    }
  }

  /// What the build reads at `path`; nil: nothing.
  func input(at path: String) -> Input? {
    for place in FilePlace.all(of: path) {
      let found = inputs[place.folded]?.first {
        $0.place == place || isOneFile($0.input.path, path)
      }
      if let found { return found.input }
    }
    return nil
  }

  func diagnostics() -> DiagnosticList {
    var list = DiagnosticList()
    var written: [String: Output] = [:]
    for output in outputs {
      let place = FilePlace(output.path).folded
      if let input = input(at: output.path) {
        list.add(overwriting(input, by: output))
      } else if let other = written[place] {
        list.add(duplicate(output, other))
      }
      if written[place] == nil { written[place] = output }
    }
    for output in outputs where Files.isFolder(output.path) {
      if let folder = FilePlace.number(of: output.path) { written[folder] = output }
    }
    for output in outputs {
      // A file cannot be the folder of another one.
      for folder in FilePlace(output.path).foldersAbove {
        guard let other = written[folder] else { continue }
        list.add(inside(output, other))
        break
      }
    }
    return list
  }

  private func inside(_ output: Output, _ file: Output) -> Diagnostic {
    Diagnostic(
      .duplicateOutput,
      "'\(output.path)' would be written into '\(file.path)', which is a file itself",
      at: output.span ?? file.span,
      notes: [
        output.span != nil && file.span != nil
          ? Note("that file is written here", at: file.span)
          : Note(
            "\(output.span == nil ? "it is" : "that file is") \(output.span == nil ? output.name : file.name)"
          )
      ])
  }

  private func isOneFile(_ a: String, _ b: String) -> Bool {
    guard let number = FilePlace.number(of: a) else { return false }
    return number == FilePlace.number(of: b)
  }

  private func overwriting(_ input: Input, by output: Output) -> Diagnostic {
    let message = "\(output.name) would be written over '\(output.path)', \(input.kind)"
    var notes: [Note] = []
    if output.span != nil, let place = input.span {
      notes.append(Note("it is read here", at: place))
    }
    if namesFolder {
      notes.append(Note("'--output' names the folder; another one keeps what is read"))
    } else if output.span == nil {
      notes.append(Note("'--output FOLDER' puts what is made elsewhere"))
    }
    var fixes: [FixIt] = []
    if let span = output.span, let remedy = output.remedy { fixes.append(FixIt(span, remedy)) }
    return Diagnostic(
      .overwritesInput, message, at: output.span ?? input.span, notes: notes, fixes: fixes)
  }

  private func duplicate(_ output: Output, _ other: Output) -> Diagnostic {
    Diagnostic(
      .duplicateOutput, "two files would be written to '\(output.path)'",
      at: output.span ?? other.span,
      notes: [
        output.span != nil && other.span != nil
          ? Note("the other one is written here", at: other.span)
          : Note("the other one is \(output.span == nil ? output.name : other.name)")
      ])
  }
}
