public import Diagnostics
public import SessionModel

/// Whether a number that was asked for was met.
public struct DeliveryVerdict: Hashable, Sendable {
  /// `deliver/NAME`, `master`, `mix`.
  public var target: String
  public var quantity: String
  public var unit: Unit
  /// nil: it could not be measured.
  public var measured: Double?
  public var relation: Expectation.Relation
  public var isAdvice: Bool
  public var span: Span
  /// The file it is about.
  public var path: String

  public init(
    target: String, quantity: String, measured: Double?, relation: Expectation.Relation,
    isAdvice: Bool = false, span: Span, path: String
  ) {
    self.target = target
    self.quantity = quantity
    unit = QuantityTable[quantity]?.unit ?? .plain
    self.measured = measured
    self.relation = relation
    self.isAdvice = isAdvice
    self.span = span
    self.path = path
  }

  /// How far inside (positive) or outside (negative) of what is wanted the number lies.
  public var margin: Double? {
    guard let measured else { return nil }
    switch relation {
    case .atMost(let most): return most - measured
    case .atLeast(let least): return measured - least
    case .between(let least, let most): return min(measured - least, most - measured)
    case .within(let value, let tolerance): return tolerance - (measured - value).magnitude
    }
  }

  public var passed: Bool { margin.map { $0 >= -1e-9 } ?? false }

  /// `at most -1 dBTP`
  public var wanted: String {
    func text(_ value: Double) -> String { DeliveryVerdict.text(value, unit) }
    let difference: Unit = unit == .loudness ? .loudnessUnits : unit == .truePeak || unit == .fullScale ? .decibels : unit
    switch relation {
    case .atMost(let most): return "at most \(text(most))"
    case .atLeast(let least): return "at least \(text(least))"
    case .between(let least, let most): return "between \(text(least)) and \(text(most))"
    case .within(let value, let tolerance):
      return "\(text(value)) ± \(DeliveryVerdict.text(tolerance, difference))"
    }
  }

  /// `-14.02 LUFS`
  public static func text(_ value: Double, _ unit: Unit) -> String {
    guard value.isFinite else { return value < 0 ? "silence" : "no number" }
    var hundredths = "\((value * 100).rounded() / 100)"
    if hundredths.hasSuffix(".0") { hundredths.removeLast(2) }
    if hundredths == "-0" { hundredths = "0" }
    return unit.rawValue.isEmpty ? hundredths : "\(hundredths) \(unit.rawValue)"
  }

  /// The message of a miss.
  public var diagnostic: Diagnostic {
    let reading = measured.map { DeliveryVerdict.text($0, unit) } ?? "not measured"
    var diagnostic = Diagnostic(
      .targetMissed, "\(quantity) of '\(path)' is \(reading), wanted \(wanted)", at: span)
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
        isAdvice: expectation.isAdvice, span: expectation.relation.span, path: path)
    }
  }

  /// What the delivery's own targets say of it.
  public static func judging(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String, measures: DeliveryMeasures
  ) -> [DeliveryVerdict] {
    var verdicts: [DeliveryVerdict] = []
    let target = "deliver/\(delivery.name)"
    if let loudness = form.loudness {
      let span = delivery.loudness?.span ?? delivery.profile?.span ?? delivery.span
      verdicts.append(
        DeliveryVerdict(
          target: target, quantity: loudness.metric, measured: measures[loudness.metric],
          relation: loudness.isUpperLimit
            ? .atMost(loudness.value + form.tolerance)
            : .within(loudness.value, tolerance: form.tolerance),
          span: span, path: path))
    }
    if let ceiling = form.ceiling {
      let span = delivery.truePeak?.span ?? delivery.profile?.span ?? delivery.span
      verdicts.append(
        DeliveryVerdict(
          target: target, quantity: "true-peak", measured: measures["true-peak"],
          relation: .atMost(ceiling), span: span, path: path))
    }
    return verdicts + judging(delivery.expect, target: target, path: path, measures: measures)
  }
}

extension GainSolver.Obstacle {
  /// Why `delivery` is not written, at the line that asked for its loudness.
  public func diagnostic(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String
  ) -> Diagnostic {
    let span = delivery.loudness?.span ?? delivery.profile?.span ?? delivery.span
    let target = form.loudness ?? LoudnessTarget(metric: "integrated", value: 0)
    let unit = QuantityTable[target.metric]?.unit ?? .loudness
    func level(_ value: Double) -> String {
      DeliveryVerdict.text((value * 10).rounded() / 10, unit)
    }
    func decibels(_ value: Double) -> String {
      DeliveryVerdict.text((value * 10).rounded() / 10, .decibels)
    }
    let ceiling = DeliveryVerdict.text(form.ceiling ?? 0, .truePeak)
    let message =
      switch self {
      case .silence:
        "'\(path)' is silent, so no gain brings it to \(level(target.value))"
      case .tooShort:
        "'\(path)' is too short for \(target.metric); momentary-max needs 0.4 s, sample-peak and rms any length"
      case .beyondLimiting(let needed, let reachable, let gain):
        form.usesLimiter
          ? "\(level(target.value)) at \(ceiling) needs at least \(decibels(needed)) of limiting; 'max-limiting' is \(decibels(form.maxLimiting)); \(level(reachable)) is reachable, with \(decibels(gain)) of gain"
          : "\(level(target.value)) at \(ceiling) needs a limiter, and there is none; \(level(reachable)) is reachable, with \(decibels(gain)) of gain"
      case .exhausted(let reachable, let gain):
        "\(level(target.value)) at \(ceiling) is out of reach: more gain than \(decibels(gain)) makes it hardly louder than \(level(reachable))"
      }
    return Diagnostic(.targetUnreachable, message, at: span)
  }
}
