public import Diagnostics
public import SessionModel

/// Whether something that was asked for of a file or stream was met: the one value that every
/// gate, target and expectation ends in, and that reports are made of.
public struct DeliveryVerdict: Hashable, Sendable {
  /// What a miss weighs.
  public enum Severity: String, Hashable, Sendable {
    /// A miss fails the build.
    case must
    /// A miss warns.
    case advise
    /// Said, and nothing follows from it.
    case inform
  }

  public enum Outcome: String, Hashable, Sendable {
    case passed
    case missed
    /// It could not be measured: neither met nor missed, and never taken for met.
    case notMeasured = "not-measured"
  }

  /// Something that is or is not so, and is no number: `bit rate constant`.
  public struct Fact: Hashable, Sendable {
    /// What is wanted, in words.
    public var wanted: String
    /// What is, in words; nil: not known.
    public var found: String?
    /// nil: it could not be looked at.
    public var holds: Bool?
    public init(wanted: String, found: String?, holds: Bool?) {
      self.wanted = wanted
      self.found = found
      self.holds = holds
    }
  }

  /// `deliver/NAME`, `master`, `mix`, `bus/NAME`, `track/NAME`.
  public var target: String
  /// A name of `QuantityTable`, or of a rule that is no number.
  public var quantity: String
  public var unit: Unit
  /// nil: it could not be measured.
  public var measured: Double?
  /// nil: it is a fact.
  public var relation: Expectation.Relation?
  public var fact: Fact?
  public var severity: Severity
  /// Where it comes from: `expect`, `advise`, `loudness`, `true-peak`, `profile NAME`.
  public var rule: String
  /// What else is worth knowing of it: a source and its date, why it was missed.
  public var note: String?
  public var span: Span
  /// The file it is about; for a stream that is no file, its target.
  public var path: String
  /// What is said of a miss in place of the usual words.
  public internal(set) var message: Diagnostic?

  /// A number and the relation that has to hold.
  public init(
    target: String, quantity: String, measured: Double?, relation: Expectation.Relation,
    severity: Severity = .must, rule: String = "expect", note: String? = nil, span: Span,
    path: String
  ) {
    self.target = target
    self.quantity = quantity
    unit = QuantityTable[quantity]?.unit ?? .plain
    self.measured = measured
    self.relation = relation
    self.severity = severity
    self.rule = rule
    self.note = note
    self.span = span
    self.path = path
  }

  /// Something that has to be so.
  public init(
    target: String, name: String, fact: Fact, severity: Severity = .must, rule: String,
    note: String? = nil, span: Span, path: String
  ) {
    self.target = target
    quantity = name
    unit = .plain
    self.fact = fact
    self.severity = severity
    self.rule = rule
    self.note = note
    self.span = span
    self.path = path
  }

  /// Stays the same from build to build: `deliver/cd/true-peak`.
  public var id: String { "\(target)/\(quantity)" }

  public var isAdvice: Bool { severity == .advise }

  /// How far inside (positive) or outside (negative) of what is wanted the number lies.
  public var margin: Double? {
    guard let measured, let relation else { return nil }
    switch relation {
    case .atMost(let most): return most - measured
    case .atLeast(let least): return measured - least
    case .between(let least, let most): return min(measured - least, most - measured)
    case .within(let value, let tolerance): return tolerance - (measured - value).magnitude
    }
  }

  /// The end of the wanted range that is nearer to what was measured.
  public var limit: Double? {
    switch relation {
    case .atMost(let limit), .atLeast(let limit): return limit
    case .between(let least, let most): return nearer(least, most)
    case .within(let value, let tolerance): return nearer(value - tolerance, value + tolerance)
    case nil: return nil
    }
  }

  private func nearer(_ least: Double, _ most: Double) -> Double? {
    guard let measured else { return nil }
    return measured - least < most - measured ? least : most
  }

  public var outcome: Outcome {
    if let fact { return fact.holds.map { $0 ? .passed : .missed } ?? .notMeasured }
    guard let margin, !margin.isNaN else { return .notMeasured }
    return margin >= -1e-9 ? .passed : .missed
  }

  public var passed: Bool { outcome == .passed }

  /// `at most -1 dBTP`
  public var wanted: String {
    func text(_ value: Double) -> String { DeliveryVerdict.limitText(value, unit) }
    let difference: Unit =
      unit == .loudness
      ? .loudnessUnits : unit == .truePeak || unit == .fullScale ? .decibels : unit
    switch relation {
    case .atMost(let most): return "at most \(text(most))"
    case .atLeast(let least): return "at least \(text(least))"
    case .between(let least, let most): return "between \(text(least)) and \(text(most))"
    case .within(let value, let tolerance):
      return "\(text(value)) ± \(DeliveryVerdict.limitText(tolerance, difference))"
    case nil: return fact?.wanted ?? ""
    }
  }

  /// `-13.98 LUFS`, `silence`, `not measured`, or what was found.
  public var reading: String {
    if let fact { return fact.found ?? "not known" }
    return measured.map { DeliveryVerdict.readingText($0, unit) } ?? "not measured"
  }

  /// A limit with all decimals that were asked for: `0.0001 %`.
  static func limitText(_ value: Double, _ unit: Unit) -> String {
    guard value.isFinite else { return text(value, unit) }
    var digits = 2
    var scale = 100.0
    while digits < 9, ((value * scale).rounded() / scale - value).magnitude > 1e-10 {
      digits += 1
      scale *= 10
    }
    return digits == 2 ? text(value, unit) : text(value, unit, digits: digits)
  }

  /// With more decimals where two would say nothing: `0.00013 %`.
  static func readingText(_ value: Double, _ unit: Unit) -> String {
    guard unit == .percent || unit == .plain, value != 0, value.magnitude < 0.01,
      value.magnitude >= 1e-8
    else { return text(value, unit) }
    var digits = 2
    var scale = 100.0
    while digits < 9, (value * scale).magnitude < 10 {
      digits += 1
      scale *= 10
    }
    return text(value, unit, digits: digits)
  }

  private static func text(_ value: Double, _ unit: Unit, digits: Int) -> String {
    let number = Figures.short(value, digits: digits)
    return unit.rawValue.isEmpty ? number : "\(number) \(unit.rawValue)"
  }

  /// `-14.02 LUFS`
  public static func text(_ value: Double, _ unit: Unit) -> String {
    guard value.isFinite else { return value < 0 ? "silence" : "no number" }
    var hundredths = "\((value * 100).rounded() / 100)"
    if hundredths.hasSuffix(".0") { hundredths.removeLast(2) }
    if hundredths == "-0" { hundredths = "0" }
    return unit.rawValue.isEmpty ? hundredths : "\(hundredths) \(unit.rawValue)"
  }

  /// The message of a miss; nil: nothing is to be said.
  public var diagnostic: Diagnostic? {
    guard !passed, severity != .inform else { return nil }
    if let message { return message }
    var notes: [Note] = []
    if let note { notes.append(Note(note)) }
    var diagnostic = Diagnostic(
      .targetMissed, "\(quantity) of '\(path)' is \(reading), wanted \(wanted)", at: span,
      notes: notes)
    if isAdvice { diagnostic.severity = .warning }
    return diagnostic
  }

  /// What `expectations` say of a file's measures.
  public static func judging(
    _ expectations: [Expectation], target: String, path: String, measures: DeliveryMeasures
  ) -> [DeliveryVerdict] {
    expectations.map { expectation in
      DeliveryVerdict(
        target: target, quantity: expectation.quantity.value,
        measured: measures[expectation.quantity.value], relation: expectation.relation.value,
        severity: expectation.isAdvice ? .advise : .must,
        rule: expectation.isAdvice ? "advise" : "expect", span: expectation.relation.span,
        path: path)
    }
  }

  /// What the delivery's own targets say of it.
  public static func judging(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String, measures: DeliveryMeasures
  ) -> [DeliveryVerdict] {
    var verdicts: [DeliveryVerdict] = []
    let target = "deliver/\(delivery.name)"
    if let loudness = form.loudness, let written = delivery.loudness {
      verdicts.append(
        DeliveryVerdict(
          target: target, quantity: loudness.metric, measured: measures[loudness.metric],
          relation: loudness.isUpperLimit
            ? .atMost(loudness.value + form.tolerance)
            : .within(loudness.value, tolerance: form.tolerance),
          rule: "loudness", span: written.span, path: path))
    }
    if let ceiling = form.ceiling, form.profile?.truePeak == nil || delivery.truePeak != nil {
      verdicts.append(
        DeliveryVerdict(
          target: target, quantity: "true-peak", measured: measures["true-peak"],
          relation: .atMost(ceiling), rule: "true-peak",
          span: delivery.truePeak?.span ?? delivery.span, path: path))
    }
    if let profile = form.profile {
      verdicts += judging(profile, delivery, form, path: path, measures: measures)
    }
    return verdicts + judging(delivery.expect, target: target, path: path, measures: measures)
  }
}
