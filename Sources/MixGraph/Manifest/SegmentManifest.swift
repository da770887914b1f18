internal import DSP
internal import SessionModel
public import Signal

/// What the manifest asks about recordings: the content that a read touches.
public protocol RecordingContents {
  /// Writes the identity of what frames `range` (session rate) of the recording hold.
  func writeContent(
    of recording: Int, channels: [Int], range: FrameRange, to writer: inout some ManifestWriter)
}

/// Writes what can be heard of a segment in one piece.
///
/// Law: a change at time t leaves what is written for every piece that ends before t unchanged.
public struct SegmentManifest {
  public let graph: Graph
  public let timeline: Timeline

  public init(_ graph: Graph, timeline: Timeline) {
    self.graph = graph
    self.timeline = timeline
  }

  /// Raised when the meaning of keys changes: older stores are then misses.
  public static let version = 5

  public func write(
    _ segment: Segment, _ piece: Piece, recordings: some RecordingContents,
    inputs: [ContentHash], to writer: inout some ManifestWriter
  ) {
    writer.field("manifest", Self.version)
    writer.field("rate", graph.rate)
    writer.field("start", piece.axis.start)
    writer.field("length", piece.axis.length)
    writer.field("gap", piece.isGap)
    for id in segment.nodes {
      let node = graph[id]
      writer.begin(node.label)
      writer.field("channels", node.channelCount)
      writer.field("float", node.roundsToFloat)
      switch node.kind {
      case .source(let content): write(content, piece, recordings, to: &writer)
      case .stage(let stage):
        let heard = piece.programme.shifted(by: -Int64(node.latency - stage.kernelLatency))
        if let key = stage.key { writer.field("key-input", slot(of: key, in: segment)) }
        write(stage, heard: heard, onProgramme: node.isOnProgramme, recordings, to: &writer)
      case .sum(let terms):
        let heard = piece.programme.shifted(by: -Int64(node.latency))
        func write(_ term: Term, to writer: inout some ManifestWriter) {
          if let slot = segment.inputs.firstIndex(of: term.input) {
            writer.field("audio", inputs[slot])
          }
          self.write(term, heard: heard, to: &writer)
        }
        if terms.contains(where: { $0.delay > 0 }) {
          // Delays hold state, term after term.
          for term in terms {
            writer.begin(term.strip)
            write(term, to: &writer)
            writer.end()
          }
        } else {
          // Exact sums have no order. The graph's own depends on what tracks are over all time.
          // What is silent here adds nothing, whatever its level.
          let sounding = terms.filter { term in
            segment.inputs.firstIndex(of: term.input).map { inputs[$0] } != ContentHash.silence
              && !isMute(term, heard: heard)
          }
          let hashes = sounding.map { term in
            var part = DigestWriter()
            write(term, to: &part)
            return ContentHash(of: part.bytes)
          }
          for hash in hashes.sorted() { writer.field("term", hash) }
        }
      }
      writer.end()
    }
    if case .sum = graph[segment.nodes[0]].kind {
    } else {
      for hash in inputs { writer.field("audio", hash) }
    }
    // Keys of later stages of a segment that begins with a sum.
    if case .sum(let terms) = graph[segment.nodes[0]].kind {
      for (slot, input) in segment.inputs.enumerated()
      where !terms.contains(where: { $0.input == input }) {
        writer.field("audio", inputs[slot])
      }
    }
  }

  /// Writes what can be heard of a term of `sum` in one piece, the audio of its input included.
  public func write(
    _ term: Term, of sum: NodeID, _ piece: Piece, audio: ContentHash,
    to writer: inout some ManifestWriter
  ) {
    writer.field("audio", audio)
    let heard = piece.programme.shifted(by: -Int64(graph[sum].latency))
    write(term, heard: heard, to: &writer)
  }

  /// Writes everything that a segment is, over all time: equal means equal results everywhere.
  ///
  /// - Parameters:
  ///   - inputs: the same of each input.
  ///   - recording: the identity of all that a recording holds.
  public func writeWhole(
    _ segment: Segment, inputs: [Digest], recording: (Int) -> ContentHash,
    to writer: inout some ManifestWriter
  ) {
    writer.field("manifest", Self.version)
    writer.field("rate", graph.rate)
    for id in segment.nodes {
      let node = graph[id]
      writer.begin(node.label)
      writer.field("channels", node.channelCount)
      writer.field("float", node.roundsToFloat)
      writer.field("latency", node.latency)
      writer.field("on-programme", node.isOnProgramme)
      switch node.kind {
      case .source(let content):
        writer.field("gain", content.gain)
        writer.field("ripple", content.ripple.rawValue)
        writer.field("opening", content.opening)
        for reading in content.readings { writeWhole(reading, recording, to: &writer) }
      case .stage(let stage):
        writer.field("kernel", stage.identity.name)
        writer.field("revision", stage.identity.revision)
        writer.field("processor", stage.insert.processor)
        writer.field("input-delay", stage.inputDelay)
        writer.field("key-delay", stage.key?.delay ?? -1)
        writer.field("key-input", stage.key.map { slot(of: $0, in: segment) } ?? -1)
        for name in stage.insert.settings.keys.sorted() {
          guard let setting = stage.insert.settings[name] else { continue }
          writer.begin(name)
          writer.field("parameter", name)
          if case .response(let response) = setting {
            writer.field("content", recording(response.recording))
            writer.field("frames", response.frames)
          } else {
            writeWhole(setting, to: &writer)
          }
          writer.end()
        }
      case .sum(let terms):
        for term in terms {
          writer.begin(term.strip)
          let slot = segment.inputs.firstIndex(of: term.input)
          writeWhole(term, input: slot.map { inputs[$0].text } ?? "", to: &writer)
          writer.end()
        }
      }
      writer.end()
    }
    for input in inputs { writer.field("input", input.text) }
  }

  /// Writes everything that a term of a sum is, over all time.
  ///
  /// - Parameter input: the same of its input.
  public func writeWhole(_ term: Term, input: String, to writer: inout some ManifestWriter) {
    writer.field("input", input)
    writer.field("delay", term.delay)
    for level in term.levels {
      writer.begin("level")
      writer.field("constant", level.constant)
      for ride in level.rides { writeWhole(.curve(ride), to: &writer) }
      writer.end()
    }
    if let placement = term.placement {
      writer.begin("pan")
      writeWhole(placement.pan, to: &writer)
      writer.end()
      writer.begin("width")
      writeWhole(placement.width, to: &writer)
      writer.end()
      writer.field("pan-law", placement.law.rawValue)
    }
  }

  private func writeWhole(_ setting: ResolvedSetting, to writer: inout some ManifestWriter) {
    switch setting {
    case .number(let value): writer.field("value", value)
    case .frames(let value): writer.field("frames", value)
    case .word(let value): writer.field("word", value)
    case .flag(let value): writer.field("flag", value)
    case .response(let response): writer.field("frames", response.frames)
    case .curve(let curve):
      writer.field("domain", Int(curve.domain.rawValue))
      writer.field("before", curve.before)
      for point in curve.points {
        writer.field("frame", point.frame)
        writer.field("value", point.value)
        switch point.arrival {
        case .step: writer.field("arrival", "step")
        case .line: writer.field("arrival", "line")
        case .smooth: writer.field("arrival", "smooth")
        case .over(let frames): writer.field("over", frames)
        }
      }
    }
  }

  private func writeWhole(
    _ reading: ResolvedReading, _ recording: (Int) -> ContentHash,
    to writer: inout some ManifestWriter
  ) {
    writer.begin("clip")
    writer.field("content", recording(reading.recording))
    for channel in reading.channels { writer.field("channel", channel) }
    writer.field("start", reading.range.start)
    writer.field("end", reading.range.end)
    writer.field("offset", reading.offset)
    writer.field("reversed", reading.isReversed)
    for gain in reading.gains {
      switch gain {
      case .constant(let value): writer.field("clip-gain", value)
      case .fadeIn(let range, let curve):
        writeFade("in", range, curve.rawValue, partner: -1, to: &writer)
      case .fadeOut(let range, let curve):
        writeFade("out", range, curve.rawValue, partner: -1, to: &writer)
      case .autoFadeIn(let range, let partner):
        writeFade("in", range, "auto", partner: partner, to: &writer)
      case .autoFadeOut(let range, let partner):
        writeFade("out", range, "auto", partner: partner, to: &writer)
      case .region(let range, let gain, let ramp):
        writer.field("region-gain", gain)
        writeFade("region", range, "ramp", partner: Int(ramp), to: &writer)
      }
    }
    writer.end()
  }

  private func writeFade(
    _ kind: String, _ range: FrameRange, _ curve: String, partner: Int,
    to writer: inout some ManifestWriter
  ) {
    writer.field("fade", kind)
    writer.field("fade-start", range.start)
    writer.field("fade-end", range.end)
    writer.field("curve", curve)
    writer.field("partner", partner)
  }

  /// The programme: what every action's piece is made from.
  public func writeTimeline(to writer: inout some ManifestWriter) {
    writer.field("chunk", Timeline.chunkFrames)
    for stretch in timeline.stretches {
      switch stretch.content {
      case .session(let start): writer.field("session", start)
      case .gap: writer.field("gap", stretch.length)
      }
      writer.field("length", stretch.length)
      writer.field("crossfade", stretch.crossfade)
      writer.field("curve", stretch.curve.rawValue)
    }
  }

  // MARK: Stages and terms

  /// Which of the segment's inputs a key is.
  private func slot(of key: KeyInput, in segment: Segment) -> Int {
    segment.inputs.firstIndex(of: key.node) ?? -1
  }

  private func write(
    _ stage: Stage, heard: FrameRange, onProgramme: Bool, _ recordings: some RecordingContents,
    to writer: inout some ManifestWriter
  ) {
    writer.field("kernel", stage.identity.name)
    writer.field("revision", stage.identity.revision)
    writer.field("processor", stage.insert.processor)
    writer.field("input-channels", stage.inputChannels)
    writer.field("input-delay", stage.inputDelay)
    writer.field("keyed", stage.key != nil)
    if let key = stage.key { writer.field("key-delay", key.delay) }
    if stage.insert.processor == "fade-out" {
      writeFade(stage.insert.settings, heard: heard, to: &writer)
      return
    }
    for name in stage.insert.settings.keys.sorted() {
      guard let setting = stage.insert.settings[name] else { continue }
      writer.begin(name)
      writer.field("parameter", name)
      if case .response(let response) = setting {
        // What the file holds, not where it is.
        writer.field("frames", response.frames)
        recordings.writeContent(
          of: response.recording, channels: Array(0..<response.channelCount),
          range: FrameRange(0, response.frames), to: &writer)
      } else {
        write(setting, heard: heard, onProgramme: onProgramme, to: &writer)
      }
      writer.end()
    }
  }

  /// A fade is in the key only where it can be heard.
  private func writeFade(
    _ settings: [String: ResolvedSetting], heard: FrameRange, to writer: inout some ManifestWriter
  ) {
    guard case .frames(let start) = settings["start"], case .frames(let end) = settings["end"],
      heard.end > start
    else { return }
    if heard.start >= end {
      writer.field("faded", true)
      return
    }
    writer.field("fade-start", start - heard.start)
    writer.field("fade-length", end - start)
    if case .word(let curve) = settings["curve"] { writer.field("curve", curve) }
  }

  /// The value of a curve that stands still where it is heard; nil: it moves.
  private func standing(
    _ curve: AutomationCurve, _ heard: FrameRange, _ onProgramme: Bool
  ) -> Double? {
    AutomationReader(timeline, onProgramme: onProgramme).constant(curve, over: heard)
  }

  /// Whether a term is silent throughout where it is heard.
  private func isMute(_ term: Term, heard: FrameRange) -> Bool {
    let onProgramme = graph.isOnProgramme(term.input)
    return term.levels.contains { level in
      level.constant == -.infinity
        || level.rides.contains { standing($0, heard, onProgramme) == -.infinity }
    }
  }

  private func write(_ term: Term, heard: FrameRange, to writer: inout some ManifestWriter) {
    let onProgramme = graph.isOnProgramme(term.input)
    writer.field("delay", term.delay)
    writer.field("input-channels", term.inputChannels)
    for level in term.levels {
      writer.begin("level")
      writer.field("constant", level.constant)
      // A ride that adds nothing here is none.
      for ride in level.rides where standing(ride, heard, onProgramme) != 0 {
        write(ride, heard: heard, onProgramme: onProgramme, to: &writer)
      }
      writer.end()
    }
    if let placement = term.placement {
      func asHeard(_ setting: ResolvedSetting) -> ResolvedSetting {
        guard case .curve(let curve) = setting, let value = standing(curve, heard, onProgramme)
        else { return setting }
        return .number(value)
      }
      writer.begin("pan")
      write(asHeard(placement.pan), heard: heard, onProgramme: onProgramme, to: &writer)
      writer.end()
      writer.begin("width")
      write(asHeard(placement.width), heard: heard, onProgramme: onProgramme, to: &writer)
      writer.end()
      writer.field("pan-law", placement.law.rawValue)
    }
  }

  private func write(
    _ setting: ResolvedSetting, heard: FrameRange, onProgramme: Bool,
    to writer: inout some ManifestWriter
  ) {
    switch setting {
    case .number(let value): writer.field("value", value)
    case .frames(let value): writer.field("frames", value)
    case .word(let value): writer.field("word", value)
    case .flag(let value): writer.field("flag", value)
    case .response(let response): writer.field("frames", response.frames)
    case .curve(let curve): write(curve, heard: heard, onProgramme: onProgramme, to: &writer)
    }
  }

  /// The pieces of a curve that can be heard: a value, or the breakpoints that bracket each run.
  private func write(
    _ curve: AutomationCurve, heard: FrameRange, onProgramme: Bool,
    to writer: inout some ManifestWriter
  ) {
    writer.begin("curve")
    let reader = AutomationReader(timeline, onProgramme: onProgramme)
    if let value = reader.constant(curve, over: heard) {
      writer.field("value", value)
      writer.end()
      return
    }
    writer.field("domain", Int(curve.domain.rawValue))
    if onProgramme {
      write(curve, over: heard, to: &writer)
    } else {
      for run in timeline.runs(heard) {
        if let seam = run.seam {
          writer.field("seam-start", timeline.crossfade(seam).start - heard.start)
          writer.field("seam-length", timeline.crossfade(seam).length)
          for side in [seam - 1, seam] {
            if case .gap = timeline.stretches[side].content {
              writer.field("value", reader.value(of: curve, inGap: side))
              continue
            }
            let start = timeline.sessionFrame(stretch: side, at: run.programme.start)
            write(curve, over: FrameRange(start, start + run.programme.length), to: &writer)
          }
        } else if case .gap = timeline.stretches[run.stretch].content {
          writer.field("value", reader.value(of: curve, inGap: run.stretch))
        } else {
          let start = timeline.sessionFrame(stretch: run.stretch, at: run.programme.start)
          write(curve, over: FrameRange(start, start + run.programme.length), to: &writer)
        }
      }
    }
    writer.end()
  }

  private func write(
    _ curve: AutomationCurve, over range: FrameRange, to writer: inout some ManifestWriter
  ) {
    writer.field("from", range.start)
    if let value = curve.constantValue(over: range) {
      writer.field("value", value)
      return
    }
    // All that decides the values: moves that cut each other short hand their values on.
    let excerpt = curve.excerpt(over: range)
    writer.field("before", excerpt.before)
    for point in excerpt.points {
      writer.field("frame", point.frame)
      writer.field("value", point.value)
      switch point.arrival {
      case .step: writer.field("arrival", "step")
      case .line: writer.field("arrival", "line")
      case .smooth: writer.field("arrival", "smooth")
      case .over(let frames): writer.field("over", frames)
      }
    }
  }

  // MARK: Content

  private func write(
    _ content: SourceContent, _ piece: Piece, _ recordings: some RecordingContents,
    to writer: inout some ManifestWriter
  ) {
    writer.field("gain", content.gain)
    if piece.programmeStart < content.opening { writer.field("opening", content.opening) }
    if content.ripple != .cut {
      // Positions relative to the piece: a cut elsewhere shifts both.
      write(
        content, over: piece.programme, origin: piece.programmeStart, recordings, to: &writer)
      return
    }
    for run in timeline.runs(piece.programme) {
      if let seam = run.seam {
        let zone = timeline.crossfade(seam)
        writer.begin("seam")
        writer.field("from", run.programme.start - zone.start)
        writer.field("count", run.programme.length)
        writer.field("length", zone.length)
        writer.field("curve", timeline.stretches[seam].curve.rawValue)
        for side in [seam - 1, seam] {
          guard case .session = timeline.stretches[side].content else {
            writer.field("silence", true)
            continue
          }
          // The correlation listens to the whole crossfade.
          let start = timeline.sessionFrame(stretch: side, at: zone.start)
          writer.field("at", start)
          write(
            content, over: FrameRange(start, start + zone.length), origin: 0, recordings,
            to: &writer)
        }
        writer.end()
      } else if case .session = timeline.stretches[run.stretch].content {
        let start = timeline.sessionFrame(stretch: run.stretch, at: run.programme.start)
        write(
          content, over: FrameRange(start, start + run.programme.length), origin: 0, recordings,
          to: &writer)
      }
    }
  }

  private func write(
    _ content: SourceContent, over range: FrameRange, origin: Int64,
    _ recordings: some RecordingContents, to writer: inout some ManifestWriter
  ) {
    for reading in content.readings where reading.range.overlaps(range) {
      let heard = reading.range.intersection(range)
      if isSilenced(reading, over: heard) { continue }
      writer.begin("clip")
      writer.field("from", heard.start - origin)
      writer.field("count", heard.length)
      writeAudio(of: reading, over: heard, recordings, to: &writer)
      for gain in reading.gains {
        write(gain, of: reading, content, over: heard, origin: origin, recordings, to: &writer)
      }
      writer.end()
    }
  }

  private func writeAudio(
    of reading: ResolvedReading, over heard: FrameRange, _ recordings: some RecordingContents,
    to writer: inout some ManifestWriter
  ) {
    let into = heard.start - reading.range.start
    let range: FrameRange
    if reading.isReversed {
      let last = reading.offset - into
      range = FrameRange(last - heard.length + 1, last + 1)
    } else {
      range = FrameRange(reading.offset + into, reading.offset + into + heard.length)
    }
    writer.field("reversed", reading.isReversed)
    writer.field("channel-count", reading.channels.count)
    recordings.writeContent(
      of: reading.recording, channels: reading.channels, range: range, to: &writer)
  }

  /// True when a fade has the reading at zero throughout.
  private func isSilenced(_ reading: ResolvedReading, over heard: FrameRange) -> Bool {
    reading.gains.contains { gain in
      switch gain {
      case .constant(let value): value == 0
      case .fadeIn(let fade, _), .autoFadeIn(let fade, _): heard.end <= fade.start
      case .fadeOut(let fade, _), .autoFadeOut(let fade, _): heard.start >= fade.end
      case .region: false
      }
    }
  }

  private func write(
    _ gain: ResolvedGain, of reading: ResolvedReading, _ content: SourceContent,
    over heard: FrameRange, origin: Int64, _ recordings: some RecordingContents,
    to writer: inout some ManifestWriter
  ) {
    func fade(_ kind: String, _ range: FrameRange, _ curve: String) {
      writer.field("fade", kind)
      writer.field("fade-start", range.start - origin)
      writer.field("fade-length", range.length)
      writer.field("curve", curve)
    }
    func automatic(_ kind: String, _ range: FrameRange, _ partner: Int) {
      fade(kind, range, "auto")
      writeAudio(of: reading, over: range, recordings, to: &writer)
      if content.readings.indices.contains(partner) {
        writeAudio(of: content.readings[partner], over: range, recordings, to: &writer)
      }
    }
    switch gain {
    case .constant(let value): writer.field("clip-gain", value)
    case .fadeIn(let range, let curve):
      if heard.start < range.end { fade("in", range, curve.rawValue) }
    case .fadeOut(let range, let curve):
      if heard.end > range.start { fade("out", range, curve.rawValue) }
    case .autoFadeIn(let range, let partner):
      if heard.start < range.end { automatic("in", range, partner) }
    case .autoFadeOut(let range, let partner):
      if heard.end > range.start { automatic("out", range, partner) }
    case .region(let region, let value, let ramp):
      let half = ramp / 2
      if heard.end <= region.start - half || heard.start >= region.end + half { return }
      // An end that lies outside what is heard is not in the key.
      writer.field("region-gain", value)
      writer.field("ramp", ramp)
      if heard.start < region.start + half { writer.field("region-start", region.start - origin) }
      if heard.end > region.end - half { writer.field("region-end", region.end - origin) }
    }
  }
}
