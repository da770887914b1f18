import Diagnostics
import SessionModel
import Signal

extension Decoder {
  /// One of `words`.
  mutating func word(_ node: YAMLNode, _ words: [String], _ field: String) -> Located<String>? {
    guard let text = scalar(node, field, wanted: Plain.choice(words)) else { return nil }
    if words.contains(text.text) { return Located(text.text, node.span) }
    var near = Suggestions.nearest(text.text, in: words)
    if near.isEmpty && YAMLBoolean.isWord(text.text) && words.contains("none")
      && !YAMLBoolean.isTrue(text.text)
    {
      near = ["none"]
    }
    report(
      YAMLBoolean.isWord(text.text) ? .booleanWord : .unknownWord,
      "\(field) is '\(text.text)'; it must be \(Plain.choice(words))", at: node.span,
      fixes: near.map { FixIt(node.span, $0) })
    return nil
  }

  /// `true` or `false`
  mutating func flag(_ node: YAMLNode, _ field: String) -> Located<Bool>? {
    guard let text = scalar(node, field, wanted: "true or false") else { return nil }
    if text.text == "true" { return Located(true, node.span) }
    if text.text == "false" { return Located(false, node.span) }
    let isWord = YAMLBoolean.isWord(text.text)
    report(
      isWord ? .booleanWord : .wrongValue,
      "\(field) is '\(text.text)'; it must be true or false", at: node.span,
      fixes: isWord ? [FixIt(node.span, YAMLBoolean.isTrue(text.text) ? "true" : "false")] : [])
    return nil
  }

  /// Free text.
  mutating func freeText(_ node: YAMLNode, _ field: String) -> Located<String>? {
    guard let text = scalar(node, field, wanted: "text") else { return nil }
    return Located(text.text, node.span)
  }

  mutating func path(_ node: YAMLNode, _ field: String) -> Located<String>? {
    guard let path = freeText(node, field) else { return nil }
    guard !path.value.isEmpty && !path.value.utf8.contains(0) else {
      report(.wrongValue, "\(field) is not a path", at: node.span)
      return nil
    }
    return path
  }

  /// A name that refers to something.
  mutating func reference(_ node: YAMLNode, _ field: String) -> Located<String>? {
    guard let text = scalar(node, field, wanted: "a name") else { return nil }
    return Located(text.text, node.span)
  }

  /// Names of tracks, buses, groups: letters, digits, `-`, `_`, and inside single spaces and dots.
  enum NameKind { case strip, place, item }

  /// Reports a name that cannot be one.
  @discardableResult
  mutating func check(name: Located<String>, _ kind: NameKind, _ what: String) -> Bool {
    let bytes = Array(name.value.utf8)
    if FieldTable.reservedNames.contains(name.value) && kind != .item {
      report(
        .reservedName, "'\(name.value)' has a meaning of its own and cannot name \(what)",
        at: name.span, notes: [Note("a longer name is free, such as '\(name.value)-1'")])
      return false
    }
    var isGood = !bytes.isEmpty && bytes.count <= 200
    if let first = bytes.first, let last = bytes.last {
      isGood = isGood && (isLetter(first) || (kind != .place && isDigit(first)))
      isGood = isGood && last != 0x20 && last != UInt8(ascii: ".")
    }
    var previous: UInt8 = 0
    for byte in bytes {
      switch byte {
      case 0x20, UInt8(ascii: "."): isGood = isGood && kind == .strip && previous != byte
      default: isGood = isGood && isNameByte(byte)
      }
      previous = byte
    }
    if !isGood, let bracket = name.value.firstRange(of: " {") {
      let word = name.value[..<bracket.lowerBound]
      let isExact = name.span.end - name.span.start == bytes.count
      let place = name.span.start + word.utf8.count
      report(
        .missingColon, "'\(word)' stands where a key belongs and has no ':'", at: name.span,
        fixes: isExact ? [FixIt(Span(name.span.source, place, place), ":")] : [])
      return false
    }
    if !isGood {
      let start =
        switch kind {
        case .place: "; it begins with a letter"
        case .strip: ", and inside single spaces and dots"
        case .item: ""
        }
      report(
        .badName,
        "'\(name.value)' cannot name \(what): names have letters, digits, '-' and '_'\(start)",
        at: name.span, fixes: nameFix(name, kind))
    }
    return isGood
  }

  private func nameFix(_ name: Located<String>, _ kind: NameKind) -> [FixIt] {
    guard name.span.end - name.span.start == name.value.utf8.count else { return [] }
    var fixed = ""
    for scalar in name.value.unicodeScalars {
      let isPlain = scalar.value < 0x80 && !isNameByte(UInt8(scalar.value))
      fixed.unicodeScalars.append(isPlain || scalar == "." ? "-" : scalar)
    }
    while fixed.hasPrefix("-") { fixed.removeFirst() }
    while fixed.hasSuffix("-") { fixed.removeLast() }
    if let first = fixed.utf8.first, kind == .place && !isLetter(first) { return [] }
    return fixed.isEmpty || fixed == name.value ? [] : [FixIt(name.span, fixed)]
  }

  /// Other programs count −100…+100, or −1…+1.
  private func panFix(_ value: Double, _ span: Span) -> [FixIt] {
    let percent = value.magnitude <= 1 ? 100 * value : value
    guard percent.magnitude <= 100 else { return [] }
    if percent == 0 { return [FixIt(span, "C")] }
    return [FixIt(span, "\(Plain.number(percent.magnitude)) \(percent < 0 ? "L" : "R")")]
  }

  /// `80 L`, `C`, `35 R` as −1…+1.
  mutating func pan(_ node: YAMLNode, _ field: String) -> Located<Value>? {
    let wanted = "a side such as 80 L or 35 R, or C"
    guard let text = scalar(node, field, wanted: wanted) else { return nil }
    switch text.text {
    case "C", "centre": return Located(.number(0), node.span)
    case "c", "center", "Center", "Centre":
      report(
        .wrongValue, "\(field) is '\(text.text)'; the middle is C", at: node.span,
        fixes: [FixIt(node.span, "C")])
      return nil
    default: break
    }
    let high = text.bytes.count
    guard let token = numberToken(text, 0, high, wanted: wanted, field) else { return nil }
    var start = token.end
    while start < high && isBlank(text.bytes[start]) { start += 1 }
    let isLeft = isWord(text, start, high, "L")
    guard isLeft || isWord(text, start, high, "R") else {
      if start == high {
        report(
          .missingUnit, "\(field) is \(text.text) without a side; it takes \(wanted)",
          at: node.span, fixes: panFix(token.value(), node.span))
      } else {
        wrongUnit(text, start, high, text.string(start, high), ["L", "R"], field)
      }
      return nil
    }
    if start != token.end + 1 {
      report(
        .unitSpacing, "\(field) needs one space between number and side", at: node.span,
        fixes: text.isExact ? [FixIt(text.span(token.end, start), " ")] : [])
      return nil
    }
    if token.comma != nil { return nil }
    let amount = token.value()
    guard amount >= 0 && amount <= 100 && !token.hasSign else {
      report(
        .outOfRange, "\(field) is \(text.text); it must lie in 100 L...100 R", at: node.span)
      return nil
    }
    return Located(.number((isLeft ? -amount : amount) / 100), node.span)
  }

  /// `4/4`
  mutating func meter(_ node: YAMLNode, _ field: String) -> (beats: Int, unit: Int)? {
    guard let text = scalar(node, field, wanted: "a meter such as 4/4") else { return nil }
    let parts = text.text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let beats = Int(parts[0]), let unit = Int(parts[1]), beats >= 1,
      beats <= 64, [1, 2, 4, 8, 16, 32, 64].contains(unit)
    {
      return (beats, unit)
    }
    report(
      .wrongValue, "\(field) is '\(text.text)'; it must be a meter such as 4/4 or 7/8",
      at: node.span)
    return nil
  }

  /// Beats a minute, exact to a thousandth.
  mutating func tempo(_ node: YAMLNode, _ field: String) -> Rational? {
    guard let value = double(node, FieldTable.tempo, field) else { return nil }
    let thousandths = (value.value * 1000).rounded()
    guard (thousandths / 1000) == value.value, let exact = Int64(exactly: thousandths) else {
      report(
        .tooFine, "\(field) is \(Plain.number(value.value)) bpm; it has at most three decimals",
        at: node.span)
      return nil
    }
    return Rational(exact, 1000)
  }
}
