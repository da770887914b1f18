import Diagnostics
import SessionModel
import Signal

/// Turns deliveries into what is to be written: sources bound, ranges in programme frames, file
/// names written out.
struct DeliveryLowering {
  let timeline: PositionResolver
  let names: StripNames
  let programme: ProgrammeIndex
  let gaps: [Int: Int64]
  let strips: StripLowering
  let stems: [ResolvedStem]
  /// The format that a profile asks for, by its name.
  let profileFormats: [String: String]

  private var report: Report { timeline.report }
  private var session: Session { timeline.session }

  func deliveries() -> [ResolvedDelivery] {
    var result: [ResolvedDelivery] = []
    var files: [String: (span: Span, delivery: String)] = [:]
    for written in session.master.deliveries where !written.isBypassed {
      // What is wrong with a delivery of another version is found where that one is resolved.
      let before = report.list
      let delivery = lower(written)
      if written.version?.value != session.appliedVersion?.name { report.list = before }
      let span = written.file?.span ?? written.span
      var isSaid = false
      for item in delivery.items {
        guard let other = files[item.file] else {
          files[item.file] = (span, delivery.name)
          continue
        }
        let isOwn = other.delivery == delivery.name
        if isOwn && isSaid { continue }
        isSaid = isSaid || isOwn
        report.add(
          .duplicateOutput, "two files would be written to '\(item.file)'", at: span,
          notes: [
            isOwn
              ? Note("\(distinction(delivery.each)) in 'file' keeps them apart")
              : Note("the other one is written here", at: other.span)
          ])
      }
      result.append(delivery)
    }
    return result
  }

  /// What tells the names of a delivery's files apart.
  private func distinction(_ each: ResolvedDelivery.Each) -> String {
    switch each {
    case .none, .region: "'<region>' or '<nn>'"
    case .stem: "'<stem>' or '<nn>'"
    case .regionOfStem: "'<stem>' with '<region>', or '<nn>',"
    }
  }

  private func lower(_ written: Delivery) -> ResolvedDelivery {
    var delivery = ResolvedDelivery(name: written.name.value, span: written.span)
    delivery.from = written.from.map { from($0) } ?? .master
    delivery.version = written.version
    delivery.writtenFile = written.file
    delivery.inserts = strips.inserts(written.inserts ?? [])
    delivery.usesLimiter = written.usesLimiter?.value ?? true
    delivery.profile = written.profile
    delivery.loudness = written.loudness
    delivery.truePeak = written.truePeak
    delivery.rate = written.rate
    delivery.bits = written.bits
    delivery.dither = written.dither
    delivery.channels = written.channels
    delivery.format = written.format
    delivery.bitRate = written.bitRate
    delivery.bitRateMode = written.bitRateMode
    delivery.loop = written.loop.flatMap { loop in
      programmeRange(loop).map { Located($0, loop.span) }
    }
    delivery.head = written.head.flatMap { timeline.frames($0) }
    delivery.tail = written.tail.flatMap { timeline.frames($0) }
    if let fade = written.fadeOut, let length = timeline.frames(fade.length), length > 0 {
      delivery.fadeOut = (length, fade.curve?.value ?? .linear)
    }
    delivery.gain = written.gain
    delivery.maxLimiting = written.maxLimiting
    delivery.expect = written.expect
    delivery.writesReport = written.writesReport
    delivery.metadata = metadata(of: written.version?.value).adding(written.metadata)
    delivery.cover = delivery.metadata["cover"].map { Located(session.resolved($0), $0.span) }
    delivery.each = each(written, delivery.from)
    if delivery.each == .stem { delivery.from = .stems }
    delivery.items = items(written, delivery)
    checkItems(delivery, written)
    return delivery
  }

  /// The session's tags in a version, whichever version is being built.
  private func metadata(of version: String?) -> Metadata {
    if version == session.appliedVersion?.name { return session.metadata }
    let base = session.appliedVersion?.base ?? session.metadata
    return base.adding(session.versions.first { $0.name.value == version }?.metadata)
  }

  private func from(_ written: Located<String>) -> ResolvedDelivery.From {
    switch written.value {
    case "master": return .master
    case "mix": return .mix
    case "stems": return .stems
    default: break
    }
    for (prefix, isTrack) in [("track/", true), ("bus/", false)]
    where written.value.hasPrefix(prefix) {
      let name = String(written.value.dropFirst(prefix.count))
      switch names.targets[name] {
      case .track(let id)? where isTrack: return .strip(id)
      case .bus(let id)? where !isTrack: return .strip(id)
      default:
        let kind = isTrack ? "track" : "bus"
        let all =
          isTrack ? session.tracks.map(\.name.value) : session.buses.map(\.name.value)
        report.addUnknown(
          .unknownStrip, "no \(kind) is named '\(name)'", name: name, at: written.span,
          among: all, isWholeName: false)
        return .master
      }
    }
    report.addUnknown(
      .wrongSource, "'\(written.value)' is nothing that a delivery can be taken from",
      name: written.value, at: written.span, among: ["master", "mix", "stems"])
    return .master
  }

  private func each(_ written: Delivery, _ from: ResolvedDelivery.From) -> ResolvedDelivery.Each {
    switch written.each?.value {
    case "region"?: return from == .stems ? .regionOfStem : .region
    case "stem"?:
      if let other = written.from, other.value != "stems" {
        report.add(
          .conflictingKeys, "'each: stem' delivers the stems, and 'from' says '\(other.value)'",
          at: other.span,
          notes: written.each.map { [Note("that is said here", at: $0.span)] } ?? [],
          fixes: [FixIt(other.span, "stems")])
      }
      return .stem
    default: return from == .stems ? .stem : .none
    }
  }

  /// Says where a delivery has no files, or a loop does not lie in those it has.
  private func checkItems(_ delivery: ResolvedDelivery, _ written: Delivery) {
    if delivery.items.isEmpty && (timeline.isEndSure || session.regions.isEmpty)
      && !hasTornRegions(delivery)
    {
      let reason =
        switch delivery.each {
        case .stem,
          .regionOfStem where stems.isEmpty:
          "the session has no stems"
        case .region where !session.regions.isEmpty,
          .regionOfStem where !session.regions.isEmpty:
          "no region of the session is heard"
        default: "the session has no regions"
        }
      report.add(
        .emptyDelivery, "delivery '\(delivery.name)' has no files: \(reason)",
        at: written.each?.span ?? written.from?.span ?? written.span)
    }
    guard let loop = delivery.loop else { return }
    // Of regions only those that hold some of the loop are marked.
    let isCut = delivery.items.first { item in
      guard let range = item.range else { return false }
      let held = range.intersection(loop.value)
      let isOfRegions = delivery.each == .region || delivery.each == .regionOfStem
      return held != loop.value && !(isOfRegions && held.isEmpty)
    }
    guard let item = isCut, let range = item.range else { return }
    report.list.add(
      .loopOutsideFile(
        item.file, loop: times(loop.value), file: times(range), at: loop.span,
        notes: written.range.map { [Note("that is said here", at: $0.span)] } ?? []))
  }

  private func times(_ range: FrameRange) -> (start: String, end: String) {
    (
      Clock.text(range.start, rate: timeline.rate), Clock.text(range.end, rate: timeline.rate)
    )
  }

  /// Whether something of a range in session time can be heard; one that ends behind the end is
  /// cut there, with a warning.
  private func isHeard(_ range: FrameRange, _ name: String, at span: Span, rule: Rule) -> Bool {
    guard case .frame(let end) = timeline.end, range.end > end, timeline.isEndSure else {
      return true
    }
    let isBehind = range.start >= end
    let (verb, place) = isBehind ? ("begins", range.start) : ("ends", range.end)
    report.add(
      isBehind ? rule : .rangePastEnd,
      "\(name) \(verb) at \(Clock.text(place, rate: timeline.rate)), behind the end at "
        + "\(Clock.text(end, rate: timeline.rate))"
        + (isBehind ? "" : "; no more than what rings there is taken"), at: span,
      notes: isBehind ? [] : [Note(cure(range.end))])
    return !isBehind
  }

  private func hasTornRegions(_ delivery: ResolvedDelivery) -> Bool {
    guard delivery.each == .region || delivery.each == .regionOfStem else { return false }
    return session.regions.indices.contains { i in
      timeline.region(i).map { isTorn($0, regionName(i), at: session.regions[i].range.span) }
        ?? false
    }
  }

  private func regionName(_ index: Int) -> String {
    "region '\(session.regions[index].name.value)'"
  }

  /// Whether a move takes one end of a range in session time away from the other, so that it is no
  /// stretch of the programme; that is said.
  private func isTorn(_ range: FrameRange, _ name: String, at span: Span) -> Bool {
    for edit in session.edits where !edit.isBypassed {
      guard case .move(let written, _) = edit.kind, let moved = timeline.range(written),
        moved.contains(range.start) != moved.contains(range.end - 1),
        let (start, end) = endsApart(range)
      else { continue }
      let part = range.intersection(moved)
      let rest =
        part.start == range.start
        ? FrameRange(part.end, range.end) : FrameRange(range.start, part.start)
      func text(_ range: FrameRange) -> String {
        let (start, end) = times(range)
        return "'\(start)..\(end)'"
      }
      report.add(
        .tornRange,
        "\(name) is torn apart by a move: its start is heard at \(Clock.text(start, rate: timeline.rate)), "
          + "its end at \(Clock.text(end, rate: timeline.rate))", at: span,
        notes: [
          Note("the move is here", at: edit.span),
          Note("\(text(rest)) and \(text(part)) are ranges of their own now"),
        ])
      return true
    }
    return false
  }

  /// Programme frames of the first and behind the last frame of a range, where what lies between them
  /// is not that range; nil: it is, or one of them is not heard.
  private func endsApart(_ range: FrameRange) -> (start: Int64, end: Int64)? {
    guard let start = programme.visits(ofSession: range.start).first,
      let end = programme.visits(ofSession: range.end - 1).first
    else { return nil }
    let isWhole =
      start <= end
      && !programme.map.stretches.contains { stretch in
        guard case .session(let first) = stretch.content,
          stretch.programmeStart <= end, stretch.programmeEnd > start
        else { return false }
        // What of it lies between the two, in session time.
        let from = first + max(0, start - stretch.programmeStart)
        let to = first + min(stretch.length, end + 1 - stretch.programmeStart)
        return from < range.start || to > range.end
      }
    return isWhole ? nil : (start, end + 1)
  }

  /// How a session comes to last up to a frame.
  private func cure(_ end: Int64) -> String {
    var frame = end
    // A time that is written to the millisecond may not fall short of it.
    while frame * 1000 % Int64(timeline.rate) != 0 && frame < end + Int64(timeline.rate) {
      frame += 1
    }
    let length = "'length: \(Clock.text(frame, rate: timeline.rate))'"
    return session.length == nil
      ? "\(length) of the session makes it last as long, silent where nothing plays"
      : "\(length) would make the session last as long"
  }

  // MARK: Files

  private func items(
    _ written: Delivery, _ delivery: ResolvedDelivery
  ) -> [ResolvedDelivery.Item] {
    let range = written.range.flatMap { programmeRange($0) }
    switch delivery.each {
    case .none:
      return [
        ResolvedDelivery.Item(
          range: range, file: file(written, delivery, number: 1, count: 1))
      ]
    case .stem:
      return stems.enumerated().map { i, stem in
        ResolvedDelivery.Item(
          name: stem.name, number: i + 1, range: range, stem: i,
          file: file(
            written, delivery, stem: stem.name, region: stem.name, number: i + 1,
            count: stems.count))
      }
    case .region:
      return regions(within: range).map { region in
        ResolvedDelivery.Item(
          name: region.name, number: region.number, range: region.range,
          file: file(
            written, delivery, stem: region.name, region: region.name, number: region.number,
            count: session.regions.count))
      }
    case .regionOfStem:
      let regions = regions(within: range)
      return stems.enumerated().flatMap { i, stem in
        regions.map { region in
          let number = i * session.regions.count + region.number
          return ResolvedDelivery.Item(
            name: "\(stem.name) \(region.name)", number: number, range: region.range, stem: i,
            file: file(
              written, delivery, stem: stem.name, region: region.name, number: number,
              count: stems.count * session.regions.count))
        }
      }
    }
  }

  /// Regions of which something is heard, also within `range`; each has the number of its place in
  /// the session.
  private func regions(
    within range: FrameRange?
  ) -> [(name: String, number: Int, range: FrameRange)] {
    session.regions.enumerated().compactMap { i, region in
      guard let frames = timeline.region(i),
        isHeard(
          frames, regionName(i), at: region.range.span, rule: .rangePastEnd),
        !isTorn(frames, regionName(i), at: region.range.span)
      else { return nil }
      guard var heard = programme.programmeRange(ofSession: frames) else {
        if timeline.isEndSure {
          report.add(
            .regionCutAway,
            "region '\(region.name.value)' is not delivered: the session's edits leave nothing of it",
            at: region.range.span)
        }
        return nil
      }
      if let range { heard = heard.intersection(range) }
      return heard.isEmpty ? nil : (region.name.value, i + 1, heard)
    }
  }

  /// Programme frames of a written range; gaps have their own place there.
  private func programmeRange(_ written: Located<RangeExpression>) -> FrameRange? {
    guard let (start, end) = timeline.instants(written) else { return nil }
    if start.gap == nil && end.gap == nil {
      guard let range = timeline.range(written),
        isHeard(range, "this range", at: written.span, rule: .emptyRange),
        !isTorn(range, "this range", at: written.span)
      else { return nil }
      guard let heard = programme.programmeRange(ofSession: range) else {
        if !timeline.isEndSure { return nil }
        report.add(
          .emptyRange, "nothing of this range is left by the session's edits",
          at: written.span)
        return nil
      }
      return heard
    }
    let axis = TrackAxis(ripple: .move, timeline: timeline, programme: programme, gaps: gaps)
    return axis.range(written)
  }

  private func file(
    _ written: Delivery, _ delivery: ResolvedDelivery, stem: String? = nil,
    region: String? = nil, number: Int, count: Int
  ) -> String {
    var values: [String: String] = [:]
    for entry in delivery.metadata.entries { values[entry.key.value] = entry.value.value }
    values["delivery"] = delivery.name
    values["version"] = delivery.version?.value ?? ""
    values["nn"] = Clock.padded(number, max(2, String(count).count))
    values["region"] = region
    values["stem"] = stem
    let format = written.format?.value ?? written.profile.flatMap { profileFormats[$0.value] }
    let ending = format.map { $0 == "rf64" ? "wav" : $0 } ?? "wav"
    let standard: String
    switch delivery.each {
    case .none: standard = "out/<delivery>.\(ending)"
    case .region, .stem: standard = "out/<delivery>/<region>.\(ending)"
    case .regionOfStem: standard = "out/<delivery>/<stem>/<region>.\(ending)"
    }
    let pattern = written.file?.value ?? standard
    return NamePattern.expand(
      pattern, values: values, at: written.file?.span ?? written.span, report)
  }
}

extension Metadata {
  /// These entries with `other`'s, which win.
  func adding(_ other: Metadata?) -> Metadata {
    guard let other, !other.entries.isEmpty else { return self }
    var result = self
    for entry in other.entries {
      if let i = result.entries.firstIndex(where: { $0.key.value == entry.key.value }) {
        result.entries[i] = entry
      } else {
        result.entries.append(entry)
      }
    }
    return result
  }
}
