internal import DSP
internal import MixGraph
internal import SessionModel
internal import Signal

/// Renders a track's content by absolute index: readings times their gains, through the seams.
///
/// Holds windows of the recordings as a speed-up; what comes out depends on nothing but the
/// frames asked for.
final class SourceRenderer {
  let content: SourceContent
  let channelCount: Int
  let timeline: Timeline
  let library: RecordingLibrary
  private var windows: [Int: ReadingWindow] = [:]
  private var bytes: ByteWindow?
  /// Correlations of auto crossfades, by reading and range; of seams, by stretch.
  private var correlations: [CorrelationKey: Double] = [:]
  private let scratch: AudioBuffer
  private let sides: AudioBuffer
  /// Readings that may sound in the piece being rendered.
  private var active: [Int]

  struct CorrelationKey: Hashable {
    var reading: Int
    var partner: Int
    var range: FrameRange
  }

  init(
    _ content: SourceContent, channelCount: Int, timeline: Timeline, library: RecordingLibrary,
    blockFrames: Int
  ) {
    self.content = content
    self.channelCount = channelCount
    self.timeline = timeline
    self.library = library
    scratch = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    sides = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    active = []
  }

  /// Chooses the readings for a piece; windows of others are given back.
  func begin(_ piece: Piece) {
    let reach = reach(of: piece)
    active = content.readings.indices.filter { index in
      reach.contains { content.readings[index].range.overlaps($0) }
    }
    let wanted = Set(active)
    for index in windows.keys where !wanted.contains(index) { windows[index] = nil }
  }

  /// Ranges of the content's axis that a piece can hear.
  func reach(of piece: Piece) -> [FrameRange] {
    if content.ripple != .cut { return [piece.programme] }
    var ranges: [FrameRange] = []
    for run in timeline.runs(piece.programme) {
      if let seam = run.seam {
        for side in [seam - 1, seam] {
          guard case .session = timeline.stretches[side].content else { continue }
          let zone = timeline.crossfade(seam)
          let start = timeline.sessionFrame(stretch: side, at: zone.start)
          ranges.append(FrameRange(start, start + zone.length))
        }
      } else if case .session = timeline.stretches[run.stretch].content {
        let start = timeline.sessionFrame(stretch: run.stretch, at: run.programme.start)
        ranges.append(FrameRange(start, start + run.programme.length))
      }
    }
    return ranges
  }

  var isSilentHere: Bool { active.isEmpty }

  /// The content at programme frames from `start`, times the constant gain.
  func render(_ block: Block, at start: Int64) throws(RecordingFailure) {
    if content.gain == 1, try copy(to: block, at: start) { return }
    block.fill(0)
    if active.isEmpty { return }
    if content.ripple != .cut {
      try add(start, to: block, useScratch: scratch)
    } else {
      for run in timeline.runs(FrameRange(start, start + Int64(block.frameCount))) {
        let part = block.slice(
          Int(run.programme.start - start)..<Int(run.programme.end - start))
        if let seam = run.seam {
          try renderSeam(seam, run.programme, into: part)
        } else if case .session = timeline.stretches[run.stretch].content {
          try add(
            timeline.sessionFrame(stretch: run.stretch, at: run.programme.start), to: part,
            useScratch: scratch)
        }
      }
    }
    if content.gain != 1 {
      for channel in 0..<block.channelCount {
        let samples = block[channel]
        for i in samples.indices { samples[i] *= content.gain }
      }
    }
    if start < content.opening {
      try apply(
        .fadeIn(FrameRange(0, content.opening), .linear), of: 0,
        over: FrameRange(start, start + Int64(block.frameCount)), to: block)
    }
  }

  /// Copies frames of a recording that sounds alone and as it is; false: it does not.
  private func copy(to block: Block, at start: Int64) throws(RecordingFailure) -> Bool {
    guard block.frameCount <= ReadingWindow.frames,
      let frame = plainFrame(block.frameCount, channelCount: block.channelCount, at: start)
    else { return false }
    try window(active[0]).copy(frame, to: block, library: library)
    return true
  }

  /// Mono content at programme frames from `start`: a view of the recording where nothing is done to
  /// it, else `block`, rendered. Zeros may have a sign.
  func stream(_ block: Block, at start: Int64) throws(RecordingFailure) -> Samples {
    if content.gain == 1, let view = try view(block.frameCount, at: start) { return view }
    try render(block, at: start)
    return block[0]
  }

  /// The same as 24-bit integers, lowest byte first, where they stand in a window of the file; nil:
  /// not to be had.
  func bytes(_ count: Int, at start: Int64) -> UnsafePointer<UInt8>? {
    guard content.gain == 1, count <= ByteWindow.frames,
      let frame = plainFrame(count, channelCount: 1, at: start)
    else { return nil }
    let recording = content.readings[active[0]].recording
    if bytes?.recording != recording { bytes = ByteWindow(recording: recording) }
    return bytes?.view(frame, count, library: library)
  }

  /// The place in a window of a recording that sounds alone and as it is.
  private func view(_ count: Int, at start: Int64) throws(RecordingFailure) -> Samples? {
    guard count <= ReadingWindow.frames,
      let frame = plainFrame(count, channelCount: 1, at: start)
    else { return nil }
    return try window(active[0]).view(frame, count, library: library)
  }

  /// The recording's frame that is heard at `start`, where as many channels of it are heard alone and
  /// as they are for `count` frames.
  private func plainFrame(_ count: Int, channelCount: Int, at start: Int64) -> Int64? {
    guard active.count == 1, start >= content.opening else { return nil }
    let reading = content.readings[active[0]]
    guard reading.gains.isEmpty, !reading.isReversed, reading.channels.count == channelCount
    else { return nil }
    var frame = start
    if content.ripple == .cut {
      let runs = timeline.runs(FrameRange(start, start + Int64(count)))
      guard runs.count == 1, runs[0].seam == nil,
        case .session = timeline.stretches[runs[0].stretch].content
      else { return nil }
      frame = timeline.sessionFrame(stretch: runs[0].stretch, at: start)
    }
    guard frame >= reading.range.start, frame + Int64(count) <= reading.range.end else {
      return nil
    }
    return reading.offset + frame - reading.range.start
  }

  /// Adds the content at axis frames from `frame`.
  private func add(
    _ frame: Int64, to block: Block, useScratch scratch: AudioBuffer
  ) throws(RecordingFailure) {
    let range = FrameRange(frame, frame + Int64(block.frameCount))
    for index in active {
      let reading = content.readings[index]
      let overlap = reading.range.intersection(range)
      if overlap.isEmpty { continue }
      let count = Int(overlap.length)
      let part = scratch.block(count).channels(reading.channels.count)
      try fetch(index, overlap, into: part)
      for gain in reading.gains { try apply(gain, of: index, over: overlap, to: part) }
      let target = block.slice(Int(overlap.start - frame)..<Int(overlap.end - frame))
      for channel in 0..<target.channelCount {
        let from = part[min(channel, part.channelCount - 1)]
        let to = target[channel]
        for i in to.indices { to[i] += from[i] }
      }
    }
  }

  /// The reading's own audio over axis frames `range`, without gains.
  private func fetch(
    _ index: Int, _ range: FrameRange, into part: Block
  ) throws(RecordingFailure) {
    let reading = content.readings[index]
    let into = range.start - reading.range.start
    if !reading.isReversed {
      try window(index).fetch(reading.offset + into, into: part, library: library)
    } else {
      let last = reading.offset - into
      try window(index).fetch(last - range.length + 1, into: part, library: library)
      for channel in 0..<part.channelCount {
        let samples = part[channel]
        var i = 0
        var j = samples.count - 1
        while i < j {
          (samples[i], samples[j]) = (samples[j], samples[i])
          i += 1
          j -= 1
        }
      }
    }
  }

  private func window(_ index: Int) -> ReadingWindow {
    if let window = windows[index] { return window }
    let reading = content.readings[index]
    let window = ReadingWindow(
      recording: reading.recording, channels: reading.channels, isReversed: reading.isReversed)
    windows[index] = window
    return window
  }

  private func apply(
    _ gain: ResolvedGain, of index: Int, over range: FrameRange, to part: Block
  ) throws(RecordingFailure) {
    switch gain {
    case .constant(let value):
      multiply(part) { _ in value }
    case .fadeIn(let fade, let curve):
      if range.start >= fade.end { return }
      multiply(part) { i in
        let n = range.start + Int64(i) - fade.start
        return n < 0 ? 0 : n >= fade.length ? 1 : curve.fadeIn(n, of: fade.length)
      }
    case .fadeOut(let fade, let curve):
      if range.end <= fade.start { return }
      multiply(part) { i in
        let n = range.start + Int64(i) - fade.start
        return n < 0
          ? 1 : n >= fade.length ? 0 : curve.fadeOut(n, of: fade.length)
      }
    case .autoFadeIn(let fade, let partner):
      if range.start >= fade.end { return }
      let rho = try correlation(index, partner, fade)
      multiply(part) { i in
        let n = range.start + Int64(i) - fade.start
        return n < 0
          ? 0 : n >= fade.length ? 1 : FadeCurve.auto.fadeIn(n, of: fade.length, correlation: rho)
      }
    case .autoFadeOut(let fade, let partner):
      if range.end <= fade.start { return }
      let rho = try correlation(index, partner, fade)
      multiply(part) { i in
        let n = range.start + Int64(i) - fade.start
        return n < 0
          ? 1
          : n >= fade.length
            ? 0
            : FadeCurve.auto.fadeOut(n, of: fade.length, correlation: rho)
      }
    case .region(let region, let value, let ramp):
      let half = ramp / 2
      if range.end <= region.start - half || range.start >= region.end + half { return }
      multiply(part) { i in
        let n = range.start + Int64(i)
        return RegionGain.value(at: n, region: region, gain: value, ramp: ramp)
      }
    }
  }

  private func multiply(_ part: Block, by gain: (Int) -> Double) {
    let first = part[0]
    if part.channelCount == 1 {
      for i in first.indices { first[i] *= gain(i) }
    } else {
      let second = part[1]
      for i in first.indices {
        let g = gain(i)
        first[i] *= g
        second[i] *= g
      }
    }
  }

  /// ρ of two readings over `range`, on their raw audio, clamped to 0…1.
  private func correlation(
    _ a: Int, _ b: Int, _ range: FrameRange
  ) throws(RecordingFailure) -> Double {
    let key = CorrelationKey(reading: min(a, b), partner: max(a, b), range: range)
    if let known = correlations[key] { return known }
    let count = Int(range.length)
    let first = AudioBuffer(channelCount: 2, frameCapacity: max(1, count))
    let second = AudioBuffer(channelCount: 2, frameCapacity: max(1, count))
    let one = content.readings[key.reading]
    let two = content.readings[key.partner]
    let x = first.block(count).channels(one.channels.count)
    let y = second.block(count).channels(two.channels.count)
    try fetch(key.reading, range, into: x)
    try fetch(key.partner, range, into: y)
    let rho = Self.correlation(x, y)
    correlations[key] = rho
    return rho
  }

  /// Over all channels that both have, clamped to 0…1 by the curves that use it.
  private static func correlation(_ a: Block, _ b: Block) -> Double {
    var sum = Correlation()
    for channel in 0..<max(a.channelCount, b.channelCount) {
      sum.add(a[min(channel, a.channelCount - 1)], b[min(channel, b.channelCount - 1)])
    }
    return sum.value
  }

  // MARK: Seams

  private func renderSeam(
    _ seam: Int, _ programme: FrameRange, into part: Block
  ) throws(RecordingFailure) {
    let zone = timeline.crossfade(seam)
    let curve = timeline.stretches[seam].curve
    let count = part.frameCount
    let other = sides.block(count).channels(part.channelCount)
    other.fill(0)
    let hasA = try addSide(seam - 1, programme, to: part)
    let hasB = try addSide(seam, programme, to: other)
    var rho = 0.0
    if curve == .auto && hasA && hasB { rho = try seamCorrelation(seam, zone) }
    for i in 0..<count {
      let n = programme.start + Int64(i) - zone.start
      let out = curve.fadeOut(n, of: zone.length, correlation: rho)
      let into = curve.fadeIn(n, of: zone.length, correlation: rho)
      for channel in 0..<part.channelCount {
        part[channel][i] = part[channel][i] * out + other[channel][i] * into
      }
    }
  }

  /// Adds one side of a seam, its axis continued; false for a gap's silence.
  private func addSide(
    _ stretch: Int, _ programme: FrameRange, to block: Block
  ) throws(RecordingFailure) -> Bool {
    guard case .session = timeline.stretches[stretch].content else { return false }
    try add(
      timeline.sessionFrame(stretch: stretch, at: programme.start), to: block, useScratch: scratch)
    return true
  }

  private func seamCorrelation(
    _ seam: Int, _ zone: FrameRange
  ) throws(RecordingFailure) -> Double {
    let key = CorrelationKey(reading: -1, partner: seam, range: zone)
    if let known = correlations[key] { return known }
    let count = Int(zone.length)
    let a = AudioBuffer(channelCount: channelCount, frameCapacity: max(1, count))
    let b = AudioBuffer(channelCount: channelCount, frameCapacity: max(1, count))
    var done = 0
    while done < count {
      let step = min(scratch.frameCapacity, count - done)
      let range = FrameRange(zone.start + Int64(done), zone.start + Int64(done + step))
      _ = try addSide(seam - 1, range, to: a.block.slice(done..<done + step))
      _ = try addSide(seam, range, to: b.block.slice(done..<done + step))
      done += step
    }
    let rho = Self.correlation(a.block(count), b.block(count))
    correlations[key] = rho
    return rho
  }
}

/// A window of one reading's recording, filled in long reads.
final class ReadingWindow {
  private let recording: Int
  private let channels: [Int]
  private let isReversed: Bool
  private let buffer: AudioBuffer
  private var start: Int64 = 0
  private var count = 0

  static let frames = 16384

  init(recording: Int, channels: [Int], isReversed: Bool) {
    self.recording = recording
    self.channels = channels
    self.isReversed = isReversed
    buffer = AudioBuffer(channelCount: channels.count, frameCapacity: Self.frames)
  }

  func fetch(
    _ frame: Int64, into part: Block, library: RecordingLibrary
  ) throws(RecordingFailure) {
    let needed = part.frameCount
    if needed > Self.frames {
      try library.read(recording, at: frame, channels: channels, into: part)
      return
    }
    let offset = try hold(frame, needed, library)
    for channel in 0..<part.channelCount {
      part[channel].copy(from: buffer.block[channel].slice(offset..<offset + needed))
    }
  }
}

extension ReadingWindow {
  /// Copies all channels' frames from `frame` on; −0 as +0.
  func copy(
    _ frame: Int64, to part: Block, library: RecordingLibrary
  ) throws(RecordingFailure) {
    let offset = try hold(frame, part.frameCount, library)
    for channel in 0..<part.channelCount {
      let to = part[channel]
      let from = buffer.block[channel].slice(offset..<(offset + part.frameCount))
      for i in to.indices { to[i] = from[i] + 0.0 }
    }
  }

  /// The first channel's frames from `frame` on, where they stand; until the next call.
  func view(
    _ frame: Int64, _ needed: Int, library: RecordingLibrary
  ) throws(RecordingFailure) -> Samples {
    let offset = try hold(frame, needed, library)
    return buffer.block[0].slice(offset..<(offset + needed))
  }

  /// Sees to it that the frames are in the window.
  /// - Returns: where.
  private func hold(
    _ frame: Int64, _ needed: Int, _ library: RecordingLibrary
  ) throws(RecordingFailure) -> Int {
    if frame < start || frame + Int64(needed) > start + Int64(count) {
      count = 0
      start = isReversed ? frame + Int64(needed) - Int64(Self.frames) : frame
      try library.read(recording, at: start, channels: channels, into: buffer.block)
      count = Self.frames
    }
    return Int(frame - start)
  }
}

/// The gain of an in-place gain edit: straight ramps centred on the region's ends.
enum RegionGain {
  static func value(at frame: Int64, region: FrameRange, gain: Double, ramp: Int64) -> Double {
    let half = ramp / 2
    func rise(_ edge: Int64) -> Double {
      if ramp <= 0 { return frame >= edge ? 1 : 0 }
      let n = frame - (edge - half)
      if n < 0 { return 0 }
      if n >= ramp { return 1 }
      return (Double(n) + 0.5) / Double(ramp)
    }
    let inside = min(rise(region.start), 1 - rise(region.end))
    if inside <= 0 { return 1 }
    if inside >= 1 { return gain }
    return 1 + (gain - 1) * inside
  }
}
