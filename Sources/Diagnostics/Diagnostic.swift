public enum Severity: String, Sendable, Hashable, Comparable {
  case warning
  case error
  public static func < (a: Severity, b: Severity) -> Bool { a == .warning && b == .error }
}

/// One kind of message: its stable id, what it weighs, and the page `mixdown help ID` prints.
///
/// Ids never change meaning. `page` explains the rule and shows a wrong and a right example.
public struct Rule: Sendable, Hashable {
  public let id: String
  public let severity: Severity
  public let summary: String
  public let page: String

  public init(_ id: String, _ severity: Severity, _ summary: String, page: String) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.page = page
  }

  public static func == (a: Rule, b: Rule) -> Bool { a.id == b.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Replace the bytes of `span` by `replacement`.
public struct FixIt: Sendable, Hashable {
  public var span: Span
  public var replacement: String
  public init(_ span: Span, _ replacement: String) {
    self.span = span
    self.replacement = replacement
  }
}

/// Another place that has to do with a message.
public struct Note: Sendable, Hashable {
  public var message: String
  public var span: Span?
  public init(_ message: String, at span: Span? = nil) {
    self.message = message
    self.span = span
  }
}

/// A message about the session, at a place in it.
///
/// The message is lower case, without a full stop, names in single quotes; it says what *is*, with
/// value, unit and allowed range. The fix goes into `fixes`, other places into `notes`.
public struct Diagnostic: Sendable, Hashable {
  public var rule: Rule
  public var severity: Severity
  public var message: String
  public var span: Span?
  public var notes: [Note]
  public var fixes: [FixIt]

  public init(
    _ rule: Rule, _ message: String, at span: Span?, notes: [Note] = [], fixes: [FixIt] = []
  ) {
    self.rule = rule
    self.severity = rule.severity
    self.message = message
    self.span = span
    self.notes = notes
    self.fixes = fixes
  }

  public var id: String { rule.id }
}

/// Collects messages; the same message at the same place counts once.
public struct DiagnosticList: Sendable {
  /// A file that is wrong throughout is not explained line by line: messages of a kind behind
  /// this many are counted and not kept.
  public static let limit = 1000

  public private(set) var all: [Diagnostic] = []
  /// Messages that came when there were enough of their kind.
  public var dropped: Int { droppedByID.values.reduce(0, +) }
  private var droppedByID: [String: Int] = [:]
  private var counts: [String: Int] = [:]
  private var seen: Set<Diagnostic> = []

  public init() {}

  /// Whether a further message of the kind would only be counted; what it would say need not be
  /// found out.
  public func hasEnough(of rule: Rule) -> Bool { counts[rule.id, default: 0] >= Self.limit }

  public mutating func add(_ diagnostic: Diagnostic) {
    guard !seen.contains(diagnostic) else { return }
    guard !hasEnough(of: diagnostic.rule) else {
      droppedByID[diagnostic.id, default: 0] += 1
      return
    }
    counts[diagnostic.id, default: 0] += 1
    seen.insert(diagnostic)
    all.append(diagnostic)
  }

  public mutating func add(contentsOf list: DiagnosticList) {
    add(contentsOf: list.all)
    droppedByID.merge(list.droppedByID, uniquingKeysWith: +)
  }

  public mutating func add(contentsOf diagnostics: some Sequence<Diagnostic>) {
    for diagnostic in diagnostics { add(diagnostic) }
  }

  /// The list with those messages alone that `isWanted` says.
  public func filtered(_ isWanted: (Diagnostic) -> Bool) -> DiagnosticList {
    var result = DiagnosticList()
    result.droppedByID = droppedByID
    for diagnostic in all where isWanted(diagnostic) { result.add(diagnostic) }
    return result
  }

  /// The list without the silenced warnings and with the promoted ones as errors, by id. Errors
  /// stay what they are.
  public func applying(silenced: Set<String>, promoted: Set<String>) -> DiagnosticList {
    let errors = Set(all.lazy.filter { $0.severity == .error }.map(\.id))
    var result = DiagnosticList()
    result.droppedByID = droppedByID.filter {
      errors.contains($0.key) || !silenced.contains($0.key)
    }
    for var diagnostic in all {
      if diagnostic.severity == .warning {
        if silenced.contains(diagnostic.id) { continue }
        if promoted.contains(diagnostic.id) { diagnostic.severity = .error }
      }
      result.add(diagnostic)
    }
    return result
  }

  public var hasErrors: Bool { all.contains { $0.severity == .error } }

  /// By source, then place, then id; those without a place come last.
  public var sorted: [Diagnostic] {
    all.sorted { a, b in
      switch (a.span, b.span) {
      case (let x?, let y?):
        if x.source != y.source { return x.source < y.source }
        if x.start != y.start { return x.start < y.start }
        if x.end != y.end { return x.end < y.end }
        return (a.id, a.message) < (b.id, b.message)
      case (nil, .some): return false
      case (.some, nil): return true
      case (nil, nil): return (a.id, a.message) < (b.id, b.message)
      }
    }
  }
}
