import Diagnostics

/// Messages that several readers of the text give in the same words.
enum YAMLMessages {
  static func tab(
    _ range: Range<Int>, column: Int, in source: Source, into diagnostics: inout [Diagnostic]
  ) {
    let span = Span(source.id, range.lowerBound, range.upperBound)
    diagnostics.append(
      Diagnostic(
        .tabIndentation, "this line is indented with tabs; indentation is made of spaces",
        at: span, fixes: [FixIt(span, String(repeating: " ", count: column))]))
  }

  static func otherSpaces(
    _ range: Range<Int>, _ spaces: String, in source: Source, into diagnostics: inout [Diagnostic]
  ) {
    let span = Span(source.id, range.lowerBound, range.upperBound)
    diagnostics.append(
      Diagnostic(
        .otherSpaces, "no-break spaces stand here; indentation is made of plain spaces", at: span,
        fixes: [FixIt(span, spaces)]))
  }

  static func missingSpace(
    after colon: Int, from start: Int, in source: Source, into diagnostics: inout [Diagnostic]
  ) {
    let key = source.text(Span(source.id, start, colon))
    let place = Span(source.id, colon + 1, colon + 1)
    diagnostics.append(
      Diagnostic(
        .missingSpace, "a space is missing after '\(key):'",
        at: Span(source.id, start, colon + 1), fixes: [FixIt(place, " ")]))
  }

  /// The ':' of `name:value` at `start`, where the name is made of letters, digits, '-' and '_', at
  /// least two, one a letter; nil for times, links and drive letters.
  static func nameColon(in bytes: [UInt8], at start: Int) -> Int? {
    var i = start
    var letters = 0
    while i < bytes.count && bytes[i].isNameByte {
      if !bytes[i].isDigit { letters += 1 }
      i += 1
    }
    guard letters > 0 && i - start >= 2 && i + 1 < bytes.count else { return nil }
    guard bytes[i] == UInt8(ascii: ":") && !bytes[i + 1].isBlankOrBreak else { return nil }
    let next = bytes[i + 1]
    return next == UInt8(ascii: "/") || next == UInt8(ascii: "\\") || next == UInt8(ascii: ":")
      ? nil : i
  }

  /// The ':' of a name that a bracket follows at once, as in `pad:{source: a.wav}`.
  static func colonBeforeBracket(in bytes: [UInt8], at start: Int) -> Int? {
    var colon = start
    while colon < bytes.count && bytes[colon].isNameByte { colon += 1 }
    guard colon > start && colon + 1 < bytes.count && bytes[colon] == UInt8(ascii: ":"),
      bytes[colon + 1] == UInt8(ascii: "{") || bytes[colon + 1] == UInt8(ascii: "[")
    else { return nil }
    return colon
  }
}
