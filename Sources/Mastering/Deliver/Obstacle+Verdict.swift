internal import Diagnostics
public import SessionModel

/// Why a delivery is not written, in words and for records.
extension GainSolver.Obstacle {
  /// For a record: the case, and its numbers.
  public var encoded: [Double] {
    switch self {
    case .silence: [0]
    case .tooShort: [1]
    case .beyondLimiting(let needed, let reachable, let gain): [4, needed ?? -1, reachable, gain]
    case .exhausted(let reachable, let gain): [3, reachable, gain]
    case .beyondEncoding(let lowered, let reachable, let gain): [5, lowered, reachable, gain]
    }
  }

  /// From what `encoded` gave.
  public init?(encoded numbers: [Double]) {
    switch (numbers.first, numbers.count) {
    case (0, 1): self = .silence
    case (1, 1): self = .tooShort
    case (4, 4):
      self = .beyondLimiting(
        needed: numbers[1] < 0 ? nil : numbers[1], reachable: numbers[2], gain: numbers[3])
    case (3, 3): self = .exhausted(reachable: numbers[1], gain: numbers[2])
    case (5, 4):
      self = .beyondEncoding(lowered: numbers[1], reachable: numbers[2], gain: numbers[3])
    default: return nil
    }
  }

  /// The miss of the loudness that `delivery` asked for; nothing was written.
  public func verdict(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String
  ) -> DeliveryVerdict {
    let words = ObstacleWords(delivery, form, path: path)
    let (found, message) = words.explain(self)
    var verdict = DeliveryVerdict(
      target: "deliver/\(delivery.name)", name: words.target.metric,
      fact: .init(wanted: words.wanted, found: found, holds: false), rule: "loudness",
      note: message.notes.map(\.message).first, span: words.span, path: path)
    verdict.message = message
    return verdict
  }
}

/// The sentences for one delivery.
private struct ObstacleWords {
  let target: LoudnessTarget
  let wanted: String
  let span: Span
  private let form: DeliveryForm
  private let path: String

  init(_ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String) {
    span = delivery.loudness?.span ?? delivery.profile?.span ?? delivery.span
    target = form.loudness ?? LoudnessTarget(metric: "integrated", value: 0)
    wanted = DeliveryVerdict.text(target.value, QuantityTable[target.metric]?.unit ?? .loudness)
    self.form = form
    self.path = path
  }

  /// What a report says was found, and the whole message.
  func explain(_ obstacle: GainSolver.Obstacle) -> (found: String, message: Diagnostic) {
    let allowed = "'max-limiting' is \(DeliveryVerdict.text(form.maxLimiting, .decibels))"
    switch obstacle {
    case .silence:
      let isGated = target.metric == "integrated"
      let how = isGated ? ", or below the gate at -70 LUFS" : ""
      return ("silence", say("'\(path)' is silent\(how): no gain brings it to \(wanted)", []))
    case .tooShort:
      return (
        "too short",
        say(
          "'\(path)' is too short for \(target.metric); momentary-max needs 0.4 s, sample-peak and rms any length",
          [])
      )
    case .beyondLimiting(let needed, let reachable, let gain):
      let rest = "\(level(reachable)) is reachable, with \(decibels(gain)) of gain"
      let less = "'\(setting(reachable))'"
      guard form.usesLimiter else { return withoutLimiter(reachable, rest) }
      guard let needed else {
        return (
          "\(level(reachable)) reachable",
          say(
            "'\(path)' does not come to \(wanted) at \(ceiling) by limiting alone; \(allowed); \(rest)",
            ["write \(less); a mix whose peaks stand out less can be made louder"])
        )
      }
      let limiting = DeliveryVerdict.text((needed * 10 - 1e-6).rounded(.up) / 10, .decibels)
      return (
        "\(level(reachable)) reachable",
        say(
          "'\(path)' needs \(limiting) of limiting for \(wanted) at \(ceiling); \(allowed); \(rest)",
          [
            "write 'max-limiting: \(limiting)' or \(less); a mix whose peaks stand out less needs less limiting"
          ])
      )
    case .beyondEncoding(let lowered, let reachable, let gain):
      let name = DeliveryCheck.name(form.format)
      let rest = "\(level(reachable)) is reachable, with \(decibels(gain)) of gain"
      let less = "'\(setting(reachable))'"
      guard form.usesLimiter else { return withoutLimiter(reachable, rest, "as \(name)") }
      let kept = DeliveryVerdict.text((form.ceiling ?? 0) - lowered, .truePeak)
      return (
        "\(level(reachable)) reachable",
        say(
          "'\(path)' does not come to \(wanted) at \(ceiling) as \(name); \(allowed); \(rest)",
          [
            lowered > 0
              ? "\(name) lifts peaks: the limiter has to keep \(kept)"
              : "\(name) takes away some of the loudness",
            "write \(less), a higher 'max-limiting' or 'bit-rate', or deliver FLAC or WAV",
          ])
      )
    case .exhausted(let reachable, let gain):
      return (
        "\(level(reachable)) reachable",
        say(
          "'\(path)' cannot reach \(wanted) at \(ceiling): more gain than \(decibels(gain)) makes it hardly louder than \(level(reachable))",
          ["write '\(setting(reachable))'; a mix whose peaks stand out less can be made louder"])
      )
    }
  }

  /// - Parameters:
  ///   - rest: what is reachable, as a sentence.
  ///   - encoding: `as` and the format; nil: that is not what stands in the way.
  private func withoutLimiter(
    _ reachable: Double, _ rest: String, _ encoding: String? = nil
  ) -> (found: String, message: Diagnostic) {
    let target = ["\(wanted) at \(ceiling)", encoding].compactMap(\.self).joined(separator: " ")
    return (
      "\(level(reachable)) reachable",
      say(
        "'\(path)' needs a limiter for \(target), and there is none; \(rest)",
        ["leave out 'limiter: none', or write '\(setting(reachable))'"])
    )
  }

  private var ceiling: String { DeliveryVerdict.text(form.ceiling ?? 0, .truePeak) }

  private func say(_ message: String, _ notes: [String]) -> Diagnostic {
    Diagnostic(.targetUnreachable, message, at: span, notes: notes.map { Note($0) })
  }

  /// What may be written, so that the file has it: encoders take away something of what limiting
  /// gives.
  private func safe(_ value: Double) -> Double { form.isLossy ? value - 0.2 : value }

  /// Rounded down, so that it is reachable.
  private func level(_ value: Double) -> String {
    DeliveryVerdict.text(
      (value * 10 + 1e-6).rounded(.down) / 10, QuantityTable[target.metric]?.unit ?? .loudness)
  }

  private func decibels(_ value: Double) -> String {
    DeliveryVerdict.text((value * 10).rounded() / 10, .decibels)
  }

  /// As it would be written: `loudness: -12 LUFS`, `loudness: {rms: -20 dBFS}`.
  private func setting(_ value: Double) -> String {
    target.metric == "integrated"
      ? "loudness: \(level(safe(value)))"
      : "loudness: {\(target.metric): \(level(safe(value)))}"
  }
}
