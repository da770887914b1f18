internal import AudioFiles
internal import Diagnostics
public import SessionModel

/// What a profile says of a finished file.
extension DeliveryVerdict {
  static func judging(
    _ profile: Profile, _ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String,
    measures: DeliveryMeasures
  ) -> [DeliveryVerdict] {
    ProfileJudge(
      profile: profile, delivery: delivery, form: form, path: path, measures: measures
    ).verdicts
  }

  /// What the delivery's profile says of the level alone; nil: the profile does not give it.
  public static func judgingLevel(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, path: String, measures: DeliveryMeasures
  ) -> [DeliveryVerdict]? {
    guard delivery.loudness == nil, let profile = form.profile, profile.loudnessTarget != nil
    else { return nil }
    return ProfileJudge(
      profile: profile, delivery: delivery, form: form, path: path, measures: measures
    ).level
  }
}

extension Profile.Kind {
  /// What a miss weighs.
  var severity: DeliveryVerdict.Severity {
    switch self {
    case .requirement: .must
    case .recommendation, .convention: .advise
    case .normalisation: .inform
    }
  }
}

/// One file against one profile.
private struct ProfileJudge {
  let profile: Profile
  let delivery: ResolvedDelivery
  let form: DeliveryForm
  let path: String
  let measures: DeliveryMeasures

  var verdicts: [DeliveryVerdict] {
    level + peak + limits + formFacts + notMeasured
  }

  private var span: Span { delivery.profile?.span ?? delivery.span }

  private func number(
    _ quantity: String, _ relation: Expectation.Relation, _ kind: Profile.Kind,
    at place: Span? = nil
  ) -> DeliveryVerdict {
    DeliveryVerdict(
      target: "deliver/\(delivery.name)", quantity: quantity, measured: measures[quantity],
      relation: relation, severity: kind.severity, rule: "profile \(profile.name)",
      note: profile.origin, span: place ?? span, path: path)
  }

  private func fact(
    _ name: String, wanted: String, found: String?, holds: Bool?, _ kind: Profile.Kind,
    at place: Span? = nil
  ) -> DeliveryVerdict {
    DeliveryVerdict(
      target: "deliver/\(delivery.name)", name: name,
      fact: .init(wanted: wanted, found: found, holds: holds), severity: kind.severity,
      rule: "profile \(profile.name)", note: profile.origin, span: place ?? span, path: path)
  }

  var level: [DeliveryVerdict] {
    guard let level = profile.level else { return [] }
    // Who gives the gain has said what the level shall be; a requirement holds all the same.
    if delivery.gain != nil && profile.kind != .requirement { return [] }
    let place = delivery.loudness?.span
    if form.levelJudgement == .elsewhere, profile.loudnessTarget != nil { return [] }
    switch level.gate {
    case .band(let tolerance) where form.levelJudgement == .atMost:
      return [number(level.quantity, .atMost(level.value + tolerance), profile.kind, at: place)]
    case .reference where form.levelJudgement == .atMost:
      return [number(level.quantity, .atMost(level.value + 0.1), .normalisation, at: place)]
    case .band(let tolerance):
      return [
        number(level.quantity, .within(level.value, tolerance: tolerance), profile.kind, at: place)
      ]
    case .upper(let tolerance):
      return [number(level.quantity, .atMost(level.value + tolerance), profile.kind, at: place)]
    case .reference:
      return [
        number(level.quantity, .within(level.value, tolerance: 0.1), .normalisation, at: place)
      ]
    case .dialogue(let tolerance):
      let wanted = DeliveryVerdict.text(level.value, .loudness)
      return [
        fact(
          "dialogue-loudness",
          wanted:
            "\(wanted) ± \(DeliveryVerdict.text(tolerance, .loudnessUnits)) over the dialogue",
          found: "not measured", holds: nil, profile.kind)
      ]
    }
  }

  private var peak: [DeliveryVerdict] {
    guard let ceiling = profile.ceiling(for: form.loudness) else { return [] }
    let kind: Profile.Kind = profile.kind == .normalisation ? .recommendation : profile.kind
    return [number("true-peak", .atMost(ceiling), kind, at: delivery.truePeak?.span)]
  }

  private var limits: [DeliveryVerdict] {
    profile.limits.compactMap { limit in
      switch (limit.least, limit.most) {
      case (let least?, let most?): number(limit.quantity, .between(least, most), limit.kind)
      case (let least?, nil): number(limit.quantity, .atLeast(least), limit.kind)
      case (nil, let most?): number(limit.quantity, .atMost(most), limit.kind)
      case (nil, nil): nil
      }
    }
  }

  // MARK: What the file is

  private var formFacts: [DeliveryVerdict] {
    let wanted = profile.form
    let format = form.format
    let kind: Profile.Kind = wanted.kind ?? profile.kind
    var facts: [DeliveryVerdict] = []
    func add(_ name: String, _ all: [String], _ found: String, _ place: Span?) {
      guard !all.isEmpty else { return }
      facts.append(
        fact(
          name, wanted: all.joined(separator: " or "), found: found, holds: all.contains(found),
          kind, at: place))
    }
    add("format", wanted.formats, format.container.rawValue, delivery.format?.span)
    add(
      "rate", wanted.rates.map { DeliveryCheck.hertz($0) }, DeliveryCheck.hertz(format.rate),
      delivery.rate?.span)
    if !form.isLossy {
      add(
        "bits", wanted.bits.map { "\($0) bit" }, "\(depth) bit", delivery.bits?.span)
    }
    add(
      "channels", wanted.channels.map { "\($0)" }, "\(format.channelCount)",
      delivery.channels?.span)
    if form.isLossy, let least = wanted.leastBitRate(channels: format.channelCount) {
      let rate = bitRate
      facts.append(
        fact(
          "bit-rate", wanted: "at least \(DeliveryCheck.kilobits(least))",
          found: DeliveryCheck.kilobits(rate), holds: rate >= least, kind,
          at: delivery.bitRate?.span))
    }
    if form.isLossy, wanted.isConstantBitRate {
      let isConstant = format.container == .mp3 && !format.isVariableBitRate
      add(
        "bit-rate-mode", ["constant"], isConstant ? "constant" : "variable",
        delivery.bitRateMode?.span)
    }
    if wanted.asksForRecordingCode, let tracks = form.tracks {
      let missing = tracks.filter { RecordingCode($0.code) == nil }.map { "'\($0.title)'" }
      facts.append(
        fact(
          "isrc", wanted: "a recording code for each track",
          found: missing.isEmpty ? "all" : "none for \(missing.joined(separator: ", "))",
          holds: missing.isEmpty, .recommendation))
    } else if wanted.asksForRecordingCode {
      let code = form.metadata.texts[.isrc]
      facts.append(
        fact(
          "isrc", wanted: "a recording code", found: code ?? "missing",
          holds: code.map { RecordingCode($0) != nil } ?? false, .recommendation,
          at: delivery.metadata["isrc"]?.span))
    }
    return facts
  }

  /// Where it varies, what it comes to over the file.
  private var bitRate: Int {
    let format = form.format
    let isConstant = format.container == .mp3 && !format.isVariableBitRate
    if !isConstant, let measured = measures["bit-rate"] { return Int((measured * 1000).rounded()) }
    return format.bitRate ?? format.usualBitRate
  }

  private var depth: Int {
    switch form.format.encoding {
    case .integer(let bits): bits
    case .float32: 32
    case .float64: 64
    case .coded: 0
    }
  }

  private var notMeasured: [DeliveryVerdict] {
    profile.notMeasured.map {
      fact($0, wanted: "as \(profile.title) asks", found: "not measured", holds: nil, profile.kind)
    }
  }
}
