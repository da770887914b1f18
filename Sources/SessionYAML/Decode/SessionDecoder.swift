public import Diagnostics
public import SessionModel

/// Turns a located tree into a session.
public enum SessionDecoder {
  /// The session as far as it can be read; everything that is wrong goes to `diagnostics`.
  ///
  /// - Parameter directories: the folder of each text, as in `Session.directories`.
  public static func decode(
    tree: YAMLNode, directories: [String] = [],
    into diagnostics: inout DiagnosticList
  ) -> Session {
    var decoder = Decoder(diagnostics: diagnostics, directories: directories)
    var session = decoder.session(tree)
    session.hasMisreadPlaces = decoder.hasMisreadPlaces
    diagnostics = decoder.diagnostics
    return session
  }
}

/// Values outside a session file: arguments of the command line.
public enum ScalarParser {
  public static func position(
    _ text: Located<String>, into diagnostics: inout DiagnosticList
  ) -> Position? {
    read(text, into: &diagnostics) { $0.position($1, 0, $1.bytes.count, "position") }
  }

  public static func range(
    _ text: Located<String>, into diagnostics: inout DiagnosticList
  ) -> RangeExpression? {
    read(text, into: &diagnostics) { $0.range($1, "range") }
  }

  public static func length(
    _ text: Located<String>, into diagnostics: inout DiagnosticList
  ) -> TimeAmount? {
    read(text, into: &diagnostics) {
      $0.amount($1, 0, $1.bytes.count, "length", wanted: Decoder.lengthForms)
    }
  }

  private static func read<Result>(
    _ text: Located<String>, into diagnostics: inout DiagnosticList,
    _ body: (inout Decoder, ScalarText) -> Result?
  ) -> Result? {
    var decoder = Decoder(diagnostics: diagnostics, directories: [])
    let result = body(&decoder, ScalarText(text))
    diagnostics = decoder.diagnostics
    return result
  }
}
