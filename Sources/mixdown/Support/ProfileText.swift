import Diagnostics
import Mastering
import SessionModel

/// Profiles as `mixdown profiles` prints them.
enum ProfileText {
  /// A line each: name, level, ceiling, kind, source.
  static func list(_ profiles: [Profile]) -> String {
    let rows = profiles.map { profile in
      [
        profile.name, level(profile) ?? "-",
        profile.truePeak.map { DeliveryVerdict.text($0, .truePeak) } ?? "-", kind(profile.kind),
        "\(profile.source), \(profile.date)",
      ]
    }
    let all = [["profile", "level", "ceiling", "kind", "source"]] + rows
    let widths = (0..<4).map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      zip(row, widths).map { text, width in
        text + String(repeating: " ", count: width - text.count)
      }.joined(separator: "  ") + "  " + row[4]
    }.joined(separator: "\n")
  }

  static func kind(_ kind: Profile.Kind) -> String { kind.rawValue }

  /// What a miss of it does.
  static func weight(_ kind: Profile.Kind) -> String {
    switch kind {
    case .requirement: "a miss fails the build"
    case .recommendation, .convention: "a miss warns"
    case .normalisation: "what playback is turned to; a miss is only said"
    }
  }

  /// `-23 LUFS ± 0.2 LU`
  static func level(_ profile: Profile) -> String? {
    guard let level = profile.level else { return nil }
    let unit = QuantityTable[level.quantity]?.unit ?? .loudness
    let value = DeliveryVerdict.text(level.value, unit)
    let metric = level.quantity == "integrated" ? "" : " \(level.quantity)"
    func difference(_ value: Double) -> String { DeliveryVerdict.text(value, unit.difference) }
    switch level.gate {
    case .band(let tolerance): return "\(value)\(metric) ± \(difference(tolerance))"
    case .upper(let tolerance): return "at most \(value)\(metric) + \(difference(tolerance))"
    case .reference: return "\(value)\(metric) in playback"
    case .dialogue(let tolerance): return "\(value)\(metric) ± \(difference(tolerance)) of dialogue"
    }
  }

  static func page(_ profile: Profile) -> String {
    var lines = ["\(profile.name): \(profile.title)", ""]
    func add(_ name: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      lines.append(name + String(repeating: " ", count: max(1, 16 - name.count)) + text)
    }
    add("level", level(profile))
    add("true peak", profile.truePeak.map { "at most " + DeliveryVerdict.text($0, .truePeak) })
    if let level = profile.level, let loud = profile.loudPeak {
      add(
        "",
        "at most \(DeliveryVerdict.text(loud, .truePeak)) when louder than "
          + DeliveryVerdict.text(level.value, .loudness))
    }
    for limit in profile.limits { add(limit.quantity, text(limit)) }
    let form = profile.form
    add("format", form.formats.joined(separator: ", "))
    add("rate", form.rates.map { "\($0) Hz" }.joined(separator: ", "))
    add("bits", form.bits.map { "\($0)" }.joined(separator: ", "))
    add("channels", form.channels.map { "\($0)" }.joined(separator: ", "))
    add("bit rate", bitRate(form))
    if let kind = form.kind, kind != profile.kind {
      add("", "these, of the file itself, are a \(self.kind(kind)): \(weight(kind))")
    }
    for name in profile.notMeasured { add("not measured", name) }
    if let normalisation = profile.normalisation {
      let lift =
        normalisation.liftsTo.map {
          "lifts quiet files up to \(DeliveryVerdict.text($0, .truePeak))"
        }
        ?? "turns down only"
      add("playback", lift + (normalisation.isByAlbum ? "; albums by one gain" : ""))
    }
    lines.append("")
    add("kind", "\(kind(profile.kind)): \(weight(profile.kind))")
    add("source", "\(profile.source), \(profile.date)")
    add("checked", Profile.checked)
    add("founded on", profile.confidence == .primary ? "the primary document" : "secondary sources")
    if !profile.note.isEmpty { lines += ["", profile.note] }
    return lines.joined(separator: "\n")
  }

  private static func text(_ limit: Profile.Limit) -> String {
    let unit = QuantityTable[limit.quantity]?.unit ?? .plain
    func text(_ value: Double) -> String { DeliveryVerdict.text(value, unit) }
    let range: String
    switch (limit.least, limit.most) {
    case (let least?, let most?): range = "\(text(least)) to \(text(most))"
    case (let least?, nil): range = "at least \(text(least))"
    case (nil, let most?): range = "at most \(text(most))"
    case (nil, nil): range = ""
    }
    return "\(range) (\(kind(limit.kind)))"
  }

  private static func bitRate(_ form: Profile.FileForm) -> String? {
    guard let stereo = form.leastBitRate(channels: 2) else { return nil }
    var text = "at least \(stereo / 1000) kbps"
    if let mono = form.leastBitRate(channels: 1), mono != stereo {
      text += ", \(mono / 1000) for one channel"
    }
    return text + (form.isConstantBitRate ? ", constant" : "")
  }

  // MARK: JSON

  static func json(_ profile: Profile) -> JSONValue {
    .object([
      "name": .string(profile.name), "title": .string(profile.title),
      "kind": .string(profile.kind.rawValue), "level": level(profile.level),
      "true_peak_dbtp": .optional(profile.truePeak),
      "true_peak_when_louder_dbtp": .optional(profile.loudPeak),
      "limits": .array(
        profile.limits.map { limit in
          .object([
            "quantity": .string(limit.quantity), "least": .optional(limit.least),
            "most": .optional(limit.most), "kind": .string(limit.kind.rawValue),
          ])
        }),
      "formats": .array(profile.form.formats.map { .string($0) }),
      "rates": numbers(profile.form.rates), "bits": numbers(profile.form.bits),
      "channels": numbers(profile.form.channels),
      "least_bit_rate": .optional(profile.form.leastBitRate(channels: 2).map { Double($0) }),
      "constant_bit_rate": .bool(profile.form.isConstantBitRate),
      "playback": playback(profile.normalisation),
      "not_measured": .array(profile.notMeasured.map { .string($0) }),
      "source": .string(profile.source), "date": .string(profile.date),
      "checked": .string(Profile.checked), "confidence": .string(profile.confidence.rawValue),
      "note": .string(profile.note),
    ])
  }

  private static func numbers(_ values: [Int]) -> JSONValue {
    .array(values.map { .integer(Int64($0)) })
  }

  private static func level(_ level: Profile.Level?) -> JSONValue {
    guard let level else { return .null }
    var gate = ""
    var tolerance: Double?
    switch level.gate {
    case .band(let value): (gate, tolerance) = ("band", value)
    case .upper(let value): (gate, tolerance) = ("upper", value)
    case .reference: gate = "reference"
    case .dialogue(let value): (gate, tolerance) = ("dialogue", value)
    }
    return .object([
      "quantity": .string(level.quantity), "value": .number(level.value), "gate": .string(gate),
      "tolerance": .optional(tolerance),
    ])
  }

  private static func playback(_ normalisation: Profile.Normalisation?) -> JSONValue {
    guard let normalisation else { return .null }
    return .object([
      "reference_lufs": .number(normalisation.reference),
      "lifts_to_dbtp": .optional(normalisation.liftsTo),
      "by_album": .bool(normalisation.isByAlbum),
    ])
  }
}
