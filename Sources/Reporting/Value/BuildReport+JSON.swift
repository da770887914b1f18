public import Diagnostics
public import Mastering
public import SessionModel

extension BuildReport {
  /// One object, members in the order of their names, numbers with three digits behind the point.
  public var json: JSONValue {
    JSONValue.object([
      "chunks": .object([
        "rendered": .integer(Int64(chunksRendered)), "cached": .integer(Int64(chunksCached)),
      ]),
      "diagnostics": .array(messages.map(\.json)),
      "exit_code": .integer(Int64(exitCode)),
      "failures": .array(failures.map { .string($0) }),
      "files": .array(files.map(\.json)),
      "seconds": .measured(seconds),
      "segments": .array(
        segments.map {
          .object([
            .init("name", .string($0.name)), .init("rendered", .integer(Int64($0.rendered))),
          ])
        }),
      "session": .string(session),
      "sheets": .array(sheets.map { .string($0) }),
      "streams": .array(streams.map(\.json)),
      "verdicts": .array(verdicts.map(\.json)),
      "version": .string(version),
    ]).sortedByName
  }

  /// What `json` wrote; nil when it is no report.
  public init?(json: JSONValue) {
    guard let version = json["version"]?.text, let session = json["session"]?.text,
      let code = json["exit_code"]?.whole
    else { return nil }
    self.init(version: version, session: session, exitCode: Int(code))
    files = (json["files"]?.elements ?? []).compactMap { File(json: $0) }
    streams = (json["streams"]?.elements ?? []).compactMap { Stream(json: $0) }
    verdicts = (json["verdicts"]?.elements ?? []).compactMap { Verdict(json: $0) }
    messages = (json["diagnostics"]?.elements ?? []).compactMap { Message(json: $0) }
    sheets = (json["sheets"]?.elements ?? []).compactMap(\.text)
    failures = (json["failures"]?.elements ?? []).compactMap(\.text)
    segments = (json["segments"]?.elements ?? []).compactMap { segment in
      guard let name = segment["name"]?.text, let count = segment["rendered"]?.whole else {
        return nil
      }
      return Segment(name: name, rendered: Int(count))
    }
    chunksRendered = Int(json["chunks"]?["rendered"]?.whole ?? 0)
    chunksCached = Int(json["chunks"]?["cached"]?.whole ?? 0)
    seconds = json["seconds"]?.real
  }
}

/// Names of measured quantities in JSON: with their unit, in snake case.
public enum QuantityNames {
  /// `true_peak_dbtp` of `true-peak`.
  public static func json(_ quantity: String) -> String {
    let unit = unit(quantity)
    let suffix =
      switch unit {
      case .percent: "percent"
      case .ratio: "ratio"
      default: unit.rawValue.lowercased()
      }
    let name = quantity.map { $0 == "-" ? "_" : $0 }
    return suffix.isEmpty ? String(name) : "\(String(name))_\(suffix)"
  }

  public static func unit(_ quantity: String) -> Unit {
    QuantityTable[quantity]?.unit
      ?? DeliveryMeasures.informative.first { $0.name == quantity }?.unit ?? .plain
  }

  /// Everything that may be among a report's values.
  public static let all =
    (QuantityTable.all.map(\.name) + DeliveryMeasures.informative.map(\.name)).sorted()

  static func members(_ values: [String: Double]) -> [JSONValue.Member] {
    values.keys.sorted().map { JSONValue.Member(json($0), .measured(values[$0])) }
  }

  static func values(_ json: JSONValue) -> [String: Double] {
    var values: [String: Double] = [:]
    for name in all { values[name] = json[Self.json(name)]?.real }
    return values
  }
}

extension BuildReport.File {
  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("target", .string(target)), .init("path", .string(path)),
      .init("sha256", sha256.isEmpty ? .null : .string(sha256)), .init("frames", .integer(frames)),
      .init("rate", .integer(Int64(rate))), .init("channels", .integer(Int64(channelCount))),
      .init("written", .bool(wasReplaced)), .init("clipped_samples", .integer(clippedSamples)),
    ]
    if let stamp { members.append(.init("stamp", .string(stamp))) }
    var all = values
    // Always there, so that a reader may rely on them; what is silent is null.
    for name in ["integrated", "sample-peak", "true-peak"] where all[name] == nil {
      all[name] = .nan
    }
    members += QuantityNames.members(all)
    if !services.isEmpty {
      members.append(
        .init(
          "services",
          .array(
            services.map {
              .object([
                .init("service", .string($0.service)),
                .init("reference_lufs", .measured($0.reference)),
                .init("gain_db", .measured($0.gain)),
                .init("integrated_lufs", .measured($0.integrated)),
                .init("true_peak_dbtp", .measured($0.truePeak)),
                .init("by_album", .bool($0.isByAlbum)),
              ])
            })))
    }
    return .object(members)
  }

  /// What streaming services would make of a delivery or the master.
  public var services: [ServiceForecast] {
    guard target.hasPrefix("deliver/") || target == "master",
      let integrated = values["integrated"], let truePeak = values["true-peak"]
    else { return [] }
    return ServiceForecast.all(integrated: integrated, truePeak: truePeak)
  }

  init?(json: JSONValue) {
    guard let target = json["target"]?.text, let path = json["path"]?.text,
      let frames = json["frames"]?.whole,
      let rate = json["rate"]?.whole, let channels = json["channels"]?.whole
    else { return nil }
    self.init(
      target: target, path: path, sha256: json["sha256"]?.text ?? "", frames: frames,
      rate: Int(rate),
      channelCount: Int(channels), wasReplaced: json["written"]?.flag ?? false,
      clippedSamples: json["clipped_samples"]?.whole ?? 0, values: QuantityNames.values(json))
    stamp = json["stamp"]?.text
  }
}

extension BuildReport.Stream {
  var json: JSONValue {
    .object(
      [.init("target", .string(target)), .init("remarks", .array(remarks.map { .string($0) }))]
        + QuantityNames.members(values))
  }

  init?(json: JSONValue) {
    guard let target = json["target"]?.text else { return nil }
    self.init(
      target: target, values: QuantityNames.values(json),
      remarks: (json["remarks"]?.elements ?? []).compactMap(\.text))
  }
}

extension BuildReport.Place {
  static let names = ["file", "line", "column", "end_line", "end_column"]

  static func members(_ place: Self?) -> [JSONValue.Member] {
    guard let place else { return names.map { .init($0, .null) } }
    let numbers = [place.line, place.column, place.endLine, place.endColumn]
    return [.init("file", .string(place.file))]
      + zip(names.dropFirst(), numbers).map { .init($0, .integer(Int64($1))) }
  }

  init?(json: JSONValue) {
    guard let file = json["file"]?.text, let line = json["line"]?.whole,
      let column = json["column"]?.whole
    else { return nil }
    self.init(
      file: file, line: Int(line), column: Int(column),
      endLine: Int(json["end_line"]?.whole ?? line),
      endColumn: Int(json["end_column"]?.whole ?? column))
  }
}

extension BuildReport.Verdict {
  var json: JSONValue {
    .object(
      [
        .init("id", .string(id)), .init("target", .string(target)), .init("path", .string(path)),
        .init("quantity", .string(quantity)), .init("unit", .string(unit)),
        .init("severity", .string(severity.rawValue)), .init("rule", .string(rule)),
        .init("outcome", .string(outcome.rawValue)), .init("passed", .bool(outcome == .passed)),
        .init("advice", .bool(severity == .advise)), .init("wanted", .string(wanted)),
        .init("reading", .string(reading)), .init("measured", .measured(measured)),
        .init("limit", .measured(limit)), .init("margin", .measured(margin)),
        .init("note", .optional(note)),
      ] + BuildReport.Place.members(place))
  }

  init?(json: JSONValue) {
    guard let target = json["target"]?.text, let quantity = json["quantity"]?.text,
      let severity = json["severity"]?.text.flatMap(Severity.init),
      let outcome = json["outcome"]?.text.flatMap(Outcome.init)
    else { return nil }
    self.init(
      target: target, path: json["path"]?.text ?? target, quantity: quantity,
      unit: json["unit"]?.text ?? "", severity: severity, outcome: outcome,
      rule: json["rule"]?.text ?? "", wanted: json["wanted"]?.text ?? "",
      reading: json["reading"]?.text ?? "", measured: json["measured"]?.real,
      limit: json["limit"]?.real, margin: json["margin"]?.real, note: json["note"]?.text,
      place: BuildReport.Place(json: json))
  }
}

extension BuildReport.Message {
  var json: JSONValue {
    let notes: [JSONValue] = notes.map {
      .object([.init("message", .string($0.text))] + BuildReport.Place.members($0.place))
    }
    let fixes: [JSONValue] = fixes.map {
      .object(
        [.init("replacement", .string($0.replacement))] + BuildReport.Place.members($0.place))
    }
    return .object(
      [
        .init("id", .string(id)), .init("severity", .string(isError ? "error" : "warning")),
        .init("message", .string(text)),
      ] + BuildReport.Place.members(place) + [
        .init("notes", .array(notes)), .init("fixes", .array(fixes)),
      ])
  }

  /// A message as `DiagnosticRenderer.json` writes it.
  public init?(json: JSONValue) {
    guard let id = json["id"]?.text, let text = json["message"]?.text else { return nil }
    self.init(
      id: id, isError: json["severity"]?.text == "error", text: text,
      place: BuildReport.Place(json: json),
      notes: (json["notes"]?.elements ?? []).map {
        Note(text: $0["message"]?.text ?? "", place: BuildReport.Place(json: $0))
      },
      fixes: (json["fixes"]?.elements ?? []).map {
        Fix(replacement: $0["replacement"]?.text ?? "", place: BuildReport.Place(json: $0))
      })
  }
}
