import Signal

/// Values as the reference and the schema print them.
enum ValueText {
  static func number(_ value: Double) -> String {
    if value == -.infinity { return "-inf" }
    if value == .infinity { return "inf" }
    if value.magnitude < 1e15, let integer = Int64(exactly: value) { return "\(integer)" }
    return "\(value)"
  }

  static func quantity(_ value: Double, _ unit: Unit) -> String {
    switch unit {
    case .plain, .ratio: number(value)
    case .hertz where value >= 10_000: "\(number(value / 1000)) kHz"
    case .bitRate: "\(number(value / 1000)) kbps"
    default: "\(number(value)) \(unit.rawValue)"
    }
  }

  static func seconds(_ value: Rational) -> String {
    let seconds = value.double
    if seconds == 0 { return "0 ms" }
    guard seconds.magnitude < 1 else { return "\(number(seconds)) s" }
    // A frame at the highest rate is no round number.
    return "\(number(((value * Rational(1000)).double * 1e4).rounded() / 1e4)) ms"
  }

  /// What holds when nothing is written.
  static func fallback(_ spec: ParameterSpec) -> String {
    switch spec.fallback {
    case .required: "required"
    case .absent(let text): text
    case .value(let value): text(value, spec.kind)
    }
  }

  static func text(_ value: Value, _ kind: ValueKind) -> String {
    switch value {
    case .number(let number):
      if case .pan = kind { return number == 0 ? "C" : Self.number(number) }
      return quantity(number, unit(of: kind) ?? .plain)
    case .time(.seconds(let seconds)): return Self.seconds(seconds)
    case .time: return ""
    case .word(let word): return word
    case .flag(let flag): return flag ? "true" : "false"
    case .reference(let name): return name
    case .path(let path): return path
    case .range: return ""
    }
  }

  static func unit(of kind: ValueKind) -> Unit? {
    switch kind {
    case .number(let spec): spec.unit
    case .either(let kinds): kinds.lazy.compactMap { unit(of: $0) }.first
    default: nil
    }
  }

  /// What may stand at a field: `-80...0 dBFS`, `1 ms...5 s or auto`.
  static func domain(_ kind: ValueKind) -> String {
    switch kind {
    case .number(let spec): return number(spec)
    case .time(let spec): return time(spec)
    case .word(let words): return words.joined(separator: ", ")
    case .flag: return "true, false"
    case .reference: return "name of a track, bus or group"
    case .bus: return "name of a bus, or mix"
    case .path: return "path"
    case .text: return "text"
    case .name: return "name"
    case .position: return "position"
    case .range: return "range"
    case .relation(let unit):
      return unit.rawValue.isEmpty || unit == .ratio ? "relation" : "relation in \(unit.rawValue)"
    case .loudnessTarget(let unit): return "-70...0 \(unit.rawValue), with or without `at most`"
    case .pan: return "100 L...100 R, C"
    case .meter: return "meter"
    case .points(let spec): return "points: [position, \(number(spec)), how]"
    case .meterPoints: return "list of [bar, meter]"
    case .trimTarget: return "to LUFS"
    case .tailRule: return "until LEVEL, at most LENGTH"
    case .gainOfDelivery: return "as DELIVERY"
    case .settings: return "address: value"
    case .insert: return "processor"
    case .band: return "band"
    case .parameters(let name): return "parameters of \(name)"
    case .mapping("file"):
      // The section `source` has the same noun, and more keys.
      return "a mapping of \(FieldTable["file"]?.names.joined(separator: ", ") ?? "")"
    case .mapping(let name): return FieldTable[name]?.noun ?? name
    case .oneOf(let name): return FieldTable[name]?.noun ?? name
    case .named(let kind): return "by name: \(domain(kind))"
    case .list(let kind): return "list: \(domain(kind))"
    case .either(let kinds): return kinds.map { domain($0) }.joined(separator: "; or ")
    }
  }

  private static func number(_ spec: NumberSpec) -> String {
    var parts: [String] = []
    if !spec.choices.isEmpty {
      parts.append(spec.choices.map { number($0) }.joined(separator: ", "))
    } else if spec.range.lowerBound == spec.range.upperBound {
      parts.append(number(spec.range.lowerBound))
    } else {
      let isRate = spec.unit == .bitRate
      let low = isRate ? spec.range.lowerBound / 1000 : spec.range.lowerBound
      parts.append("\(number(low))...\(quantityAsRange(spec))")
    }
    if spec.allowsMinusInfinity { parts.append("-inf, mute") }
    if spec.allowsInfinity { parts.append("inf") }
    return (parts + spec.words).joined(separator: ", ")
  }

  private static func quantityAsRange(_ spec: NumberSpec) -> String {
    let high = spec.range.upperBound
    switch spec.unit {
    case .plain, .ratio: return number(high)
    case .bitRate: return "\(number(high / 1000)) kbps"
    default: return "\(number(high)) \(spec.unit.rawValue)"
    }
  }

  private static func time(_ spec: TimeSpec) -> String {
    var text = "length"
    if let maximum = spec.maximum {
      let low = spec.allowsNegative ? "-" + seconds(maximum) : seconds(spec.minimum)
      text = "\(low)...\(seconds(maximum))"
    }
    if spec.allowsMusical { text += ", also musical" }
    return ([text] + spec.words).joined(separator: ", ")
  }
}
