internal import AudioFiles
internal import DSP
internal import Engine
internal import Loudness
internal import MixGraph
internal import SessionModel
internal import Signal

/// The audio of a delivered file before its gain: inserts, channels, range, rate, head, tail, fade.
final class DeliveryStream: FrameSource {
  private let source: any FrameSource
  /// Frame of `source` that the stream begins with; may be negative.
  private let start: Int64
  let frames: Int64
  let channelCount: Int
  private let fade: (length: Int64, curve: FadeCurve)?

  private init(
    _ source: any FrameSource, start: Int64, frames: Int64,
    fade: (length: Int64, curve: FadeCurve)?
  ) {
    self.source = source
    self.start = start
    self.frames = max(0, frames)
    self.fade = fade
    channelCount = source.channelCount
  }

  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    try source.read(range.shifted(by: start), into: block)
    guard let fade, range.end > frames - fade.length else { return }
    for i in 0..<block.frameCount {
      let index = range.start + Int64(i) - (frames - fade.length)
      let gain = fade.curve.fadeOut(index, of: fade.length)
      for channel in 0..<block.channelCount { block[channel][i] *= gain }
    }
  }

  /// - Parameter gain: dB that head and tail count with, to know what is heard in the file.
  static func make(
    _ form: DeliveryForm, from source: any FrameSource, folder: String
  ) throws(RenderFailure) -> DeliveryStream {
    let whole = FrameRange(0, source.frames)
    let range = form.range.map { whole.intersection($0) } ?? whole
    let processed = try insertsApplied(form, source, upTo: range.end, folder)
    let prepared = try converted(form, processed, range, folder)
    var start: Int64 = 0
    var end = prepared.frames
    if form.head != nil || form.tail != nil {
      let (first, last) = try sound(prepared, form)
      if let head = form.head { start = first - form.scaled(head) }
      if let tail = form.tail { end = last + 1 + form.scaled(tail) }
    }
    let fade = form.fadeOut.map { (length: form.scaled($0.length), curve: $0.curve) }
    return DeliveryStream(prepared, start: start, frames: end - start, fade: fade)
  }

  /// The inserts in programme time, their latency taken off.
  private static func insertsApplied(
    _ form: DeliveryForm, _ source: any FrameSource, upTo end: Int64, _ folder: String
  ) throws(RenderFailure) -> any FrameSource {
    guard !form.inserts.isEmpty else { return source }
    var kernels: [AnyKernelBox] = []
    var latency: Int64 = 0
    var channels = source.channelCount
    for insert in form.inserts {
      guard
        let description = KernelFactory.describe(
          insert, rate: form.sessionRate, inputChannels: channels)
      else { continue }
      kernels.append(
        KernelFactory.make(insert, rate: form.sessionRate, inputChannels: channels))
      latency += Int64(description.latency)
      channels = description.outputChannels
    }
    let kept = try Spill(folder: folder, channelCount: channels)
    let wide = WideSource(source, channelCount: max(channels, source.channelCount))
    try FrameLoop.readThrowing(wide, 0..<(end + latency)) { block, at throws(RenderFailure) in
      for kernel in kernels { kernel.run(block, at: at, Context(programmeFrame: at)) }
      let skip = Int(min(Int64(block.frameCount), max(0, latency - at)))
      if skip < block.frameCount {
        try kept.write(block.channels(channels).slice(skip..<block.frameCount))
      }
    }
    return kept
  }

  /// The frames `range` at the file's rate and with its channels.
  private static func converted(
    _ form: DeliveryForm, _ source: any FrameSource, _ range: FrameRange, _ folder: String
  ) throws(RenderFailure) -> any FrameSource {
    let folded: any FrameSource =
      form.isMono && source.channelCount > 1
      ? MonoSource(source) : WideSource(source, channelCount: form.format.channelCount)
    guard form.format.rate != form.sessionRate else {
      return DeliveryStream(folded, start: range.start, frames: range.length, fade: nil)
    }
    guard let resampler = Resampler(from: form.sessionRate, to: form.format.rate) else {
      throw .io("\(form.sessionRate) Hz cannot be converted to \(form.format.rate) Hz")
    }
    let kept = try Spill(folder: folder, channelCount: folded.channelCount)
    let count = resampler.outputFrames(for: range.length)
    var at: Int64 = 0
    let out = AudioBuffer(channelCount: folded.channelCount, frameCapacity: 4096)
    var input = AudioBuffer(channelCount: folded.channelCount, frameCapacity: 1)
    while at < count {
      let wanted = FrameRange(at, min(count, at + 4096))
      let needed = resampler.inputRange(forOutput: wanted)
      if Int(needed.length) > input.frameCapacity {
        input = AudioBuffer(
          channelCount: folded.channelCount, frameCapacity: Int(needed.length) + 64)
      }
      let from = input.block(Int(needed.length))
      try folded.read(needed.shifted(by: range.start), into: from)
      let to = out.block(Int(wanted.length))
      resampler.render(wanted, from: from, into: to)
      try kept.write(to)
      at = wanted.end
    }
    return kept
  }

  /// First and last frame that are over −60 dBFS in the file, as far as its gain is known
  /// beforehand.
  private static func sound(
    _ source: any FrameSource, _ form: DeliveryForm
  ) throws(RenderFailure) -> (first: Int64, last: Int64) {
    var gain = form.gain ?? 0
    if form.gain == nil, let target = form.loudness {
      let meter = LoudnessMeter(rate: form.format.rate, channelCount: source.channelCount)
      try FrameLoop.read(source, 0..<source.frames) { block, _ in meter.process(block) }
      let report = MeterReport(
        meter.finish(), rate: form.format.rate, channelCount: source.channelCount)
      if let value = GainSolver.value(of: target.metric, in: report), value.isFinite {
        gain = target.isUpperLimit ? min(0, target.value - value) : target.value - value
      }
    }
    let threshold = decibelsToGain(-60 - gain)
    var first: Int64?
    var last: Int64?
    try FrameLoop.read(source, 0..<source.frames) { block, at in
      for i in 0..<block.frameCount {
        for channel in 0..<block.channelCount where block[channel][i].magnitude >= threshold {
          if first == nil { first = at + Int64(i) }
          last = at + Int64(i)
        }
      }
    }
    guard let first, let last else { return (0, source.frames - 1) }
    return (first, last)
  }
}

extension DeliveryForm {
  /// Frames of the session's rate as frames of the file's, rounded to nearest.
  func scaled(_ frames: Int64) -> Int64 {
    if format.rate == sessionRate { return frames }
    return Int64((Double(frames) * Double(format.rate) / Double(sessionRate)).rounded())
  }
}

/// (left + right) / 2.
private final class MonoSource: FrameSource {
  private let source: any FrameSource
  private var buffer: AudioBuffer
  let channelCount = 1
  var frames: Int64 { source.frames }

  init(_ source: any FrameSource) {
    self.source = source
    buffer = AudioBuffer(channelCount: source.channelCount, frameCapacity: 4096)
  }

  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    if block.frameCount > buffer.frameCapacity {
      buffer = AudioBuffer(channelCount: source.channelCount, frameCapacity: block.frameCount)
    }
    let both = buffer.block(block.frameCount)
    try source.read(range, into: both)
    let (left, right, out) = (both[0], both[1], block[0])
    for i in out.indices { out[i] = (left[i] + right[i]) * 0.5 }
  }
}

/// A source with further channels that repeat its last.
private final class WideSource: FrameSource {
  private let source: any FrameSource
  let channelCount: Int
  var frames: Int64 { source.frames }

  init(_ source: any FrameSource, channelCount: Int) {
    self.source = source
    self.channelCount = max(1, channelCount)
  }

  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    let own = min(source.channelCount, block.channelCount)
    try source.read(range, into: block.channels(own))
    for channel in own..<max(own, block.channelCount) {
      block[channel].copy(from: block[own - 1])
    }
  }
}
