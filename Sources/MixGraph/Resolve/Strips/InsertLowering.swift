import Diagnostics
import SessionModel
import Signal

/// Turns written processors into complete ones: every parameter, in canonical units.
struct InsertLowering {
  let automation: AutomationLowering
  /// The strip whose pre-fader signal a key's name stands for; nil after a message.
  let key: (Located<String>) -> StripID?
  let recordings: RecordingTable

  private var timeline: PositionResolver { automation.axis.timeline }

  /// Active processors in order; an `eq` stands as its bands.
  func lower(_ inserts: [Insert]) -> [ResolvedInsert] {
    var result: [ResolvedInsert] = []
    for (insert, name) in zip(inserts, names(inserts)) where !insert.isBypassed {
      guard insert.processor.value == "eq" else {
        if let lowered = lower(insert, name: name) { result.append(lowered) }
        continue
      }
      for (band, bandName) in zip(insert.bands, names(insert.bands)) where !band.isBypassed {
        if let lowered = lower(band, name: "\(name)/\(bandName)") { result.append(lowered) }
      }
    }
    return result
  }

  /// Unnamed ones are called by their kind and counted among equals.
  private func names(_ inserts: [Insert]) -> [String] {
    var counts: [String: Int] = [:]
    return inserts.map { insert in
      if let name = insert.name { return name.value }
      let kind = insert.processor.value
      counts[kind, default: 0] += 1
      return counts[kind] == 1 ? kind : "\(kind)-\(counts[kind] ?? 1)"
    }
  }

  private func lower(_ insert: Insert, name: String) -> ResolvedInsert? {
    guard let spec = ProcessorTable[insert.processor.value] else { return nil }
    var result = ResolvedInsert(
      processor: spec.name, name: name, settings: [:], span: insert.span)
    for parameter in spec.parameters {
      switch insert.settings[parameter.name] {
      case .automated(let points)?:
        result.places[parameter.name] = points.map(\.span)
        if let curve = automation.curve(points, domain: parameter.domain) {
          result.settings[parameter.name] = .curve(curve)
        }
      case .constant(let value)?:
        result.places[parameter.name] = [value.span]
        if case .reference(let name) = value.value {
          guard let id = key(Located(name, value.span)) else { return nil }
          result.key = id
        } else if case .path(let path) = value.value {
          guard let response = recordings.response(Located(path, value.span)) else { return nil }
          result.settings[parameter.name] = .response(response)
        } else if let setting = setting(value.value, parameter, at: value.span) {
          result.settings[parameter.name] = setting
        }
      case nil:
        if let value = parameter.defaultValue,
          let setting = setting(value, parameter, at: insert.span)
        {
          result.settings[parameter.name] = setting
        }
      }
    }
    if spec.name == "multiband" { lowerBands(of: insert, into: &result) }
    lookAtFrequencies(of: insert, spec)
    return result
  }

  /// Of what is written, and of what holds where nothing is.
  private func lookAtFrequencies(of insert: Insert, _ spec: ProcessorSpec) {
    for parameter in spec.parameters {
      guard case .number(let number) = parameter.kind, number.unit == .hertz else { continue }
      switch insert.settings[parameter.name] {
      case .constant(let value)?: look(value.value, parameter.name, at: value.span)
      case .automated(let points)?:
        for point in points { look(point.value.value, parameter.name, at: point.value.span) }
      case nil: look(parameter.defaultValue, parameter.name, at: insert.span)
      }
    }
    for name in ["crossover-1", "crossover-2", "crossover-3"] {
      guard case .constant(let value)? = insert.settings[name] else { continue }
      look(value.value, "crossovers", at: value.span)
    }
  }

  /// Filters stand at 0.49 of the rate at most.
  private func look(_ value: Value?, _ name: String, at span: Span) {
    let rate = Double(timeline.rate)
    guard case .number(let frequency)? = value, frequency.isFinite, frequency > 0.49 * rate else {
      return
    }
    timeline.report.add(
      .frequencyPastRate,
      "\(name) is \(kilohertz(frequency)), but sound at \(kilohertz(rate)) ends at "
        + "\(kilohertz(rate / 2)): it stands at \(kilohertz(0.49 * rate))", at: span)
  }

  private func kilohertz(_ frequency: Double) -> String {
    let kilo = (frequency / 10).rounded() / 100
    return kilo == kilo.rounded() ? "\(Int(kilo)) kHz" : "\(kilo) kHz"
  }

  /// A multiband's settings are `crossover-1` … and, for each band, `band-1/threshold` …
  private func lowerBands(of insert: Insert, into result: inout ResolvedInsert) {
    for name in ["crossover-1", "crossover-2", "crossover-3"] {
      guard case .constant(let value)? = insert.settings[name],
        case .number(let frequency) = value.value
      else { continue }
      result.settings[name] = .number(frequency)
      result.places[name] = [value.span]
    }
    for (index, band) in insert.bands.enumerated() {
      guard var lowered = lower(band, name: "band-\(index + 1)") else { continue }
      // A band that is bypassed stays a band; with ratio 1 it does nothing.
      if band.isBypassed {
        lowered.settings["ratio"] = .number(1)
        lowered.settings["makeup"] = .number(0)
      }
      for (name, value) in lowered.settings {
        result.settings["band-\(index + 1)/\(name)"] = value
        result.places["band-\(index + 1)/\(name)"] = lowered.places[name] ?? [lowered.span]
      }
    }
  }

  /// Times that may be musical are whole frames; all other times are seconds.
  private func setting(
    _ value: Value, _ parameter: ParameterSpec, at span: Span
  ) -> ResolvedSetting? {
    switch value {
    case .number(let number): return .number(number)
    case .word(let word): return .word(word)
    case .flag(let flag): return .flag(flag)
    case .time(let amount):
      guard case .time(let spec) = parameter.kind, spec.allowsMusical else {
        if case .seconds(let seconds) = amount { return .number(seconds.double) }
        guard let frames = timeline.frames(Located(amount, span)) else { return nil }
        return .number(Double(frames) / Double(timeline.rate))
      }
      guard let frames = timeline.frames(Located(amount, span)) else { return nil }
      return .frames(within(frames, spec, parameter.name, at: span))
    case .reference, .range, .path: return nil
    }
  }

  /// Musical times have a length only here, so their range is checked here.
  private func within(
    _ frames: Int64, _ spec: TimeSpec, _ name: String, at span: Span
  ) -> Int64 {
    let low = max(0, Frames.count(spec.minimum, rate: timeline.rate))
    let high = spec.maximum.map { Frames.count($0, rate: timeline.rate) } ?? .max
    if frames > high || frames < low {
      timeline.report.add(
        .lengthOutOfRange,
        "\(name) is \(Clock.milliseconds(frames, rate: timeline.rate)) at this tempo; it must lie in "
          + "\(Clock.milliseconds(low, rate: timeline.rate))..."
          + Clock.milliseconds(high, rate: timeline.rate), at: span)
    }
    return min(max(frames, low), high)
  }
}
