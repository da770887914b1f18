internal import AudioFiles
internal import DSP
internal import Engine
internal import Loudness
internal import SessionModel
internal import Signal

/// Makes the audio of a delivered file before its gain: channels, range, rate, head, tail, fade.
struct DeliveryStream {
  let form: DeliveryForm
  let environment: DeliveryEnvironment

  /// - Returns: the audio, and which frame of the range, at the file's rate, it begins with.
  func make(
    from source: any PiecedSource
  ) throws(RenderFailure) -> (source: any PiecedSource, start: Int64) {
    let whole = FrameRange(0, source.frames)
    let range = form.range.map { whole.intersection($0) } ?? whole
    let prepared = try converted(source, range)
    var start: Int64 = 0
    var end = prepared.frames
    if form.head != nil || form.tail != nil {
      let (first, last) = try sound(prepared)
      if let head = form.head { start = first - form.scaled(head) }
      if let tail = form.tail { end = last + 1 + form.scaled(tail) }
    }
    let fade = form.fadeOut.map { (length: form.scaled($0.length), curve: $0.curve) }
    if start == 0, end == prepared.frames, fade == nil { return (prepared, 0) }
    let view = StreamView(
      prepared, start: start, frames: end - start, channels: .count(prepared.channelCount),
      fade: fade)
    return (view, start)
  }

  /// The frames `range` at the file's rate and with its channels. The whole stream is converted,
  /// as far as it is read, so that neighbouring ranges join without a seam.
  private func converted(
    _ source: any PiecedSource, _ range: FrameRange
  ) throws(RenderFailure) -> any PiecedSource {
    let channels: StreamView.Channels = form.isMono ? .mono : .count(form.format.channelCount)
    if let frames = form.discRange {
      let whole =
        form.format.rate == form.sessionRate
        ? source
        : try environment.converted(
          source, channels, from: form.sessionRate, to: form.format.rate)
      let isFolded = form.format.rate != form.sessionRate
      return StreamView(
        whole, start: frames.start, frames: frames.length,
        channels: isFolded ? .count(whole.channelCount) : channels)
    }
    guard form.format.rate != form.sessionRate else {
      return StreamView(source, start: range.start, frames: range.length, channels: channels)
    }
    let whole = try environment.converted(
      source, channels, from: form.sessionRate, to: form.format.rate)
    let start = form.scaled(range.start)
    let end = range.end == source.frames ? whole.frames : form.scaled(range.end)
    if start == 0 && end == whole.frames { return whole }
    return StreamView(
      whole, start: start, frames: end - start, channels: .count(whole.channelCount))
  }

  /// First and last frame that are over −60 dBFS in the file, as far as its gain is known
  /// beforehand.
  private func sound(_ source: any PiecedSource) throws(RenderFailure) -> (
    first: Int64, last: Int64
  ) {
    let total = try environment.levels(
      of: source, rate: form.format.rate, parts: [.levels], details: .samplePeaks)
    var gain = form.gain ?? 0
    if form.gain == nil, let target = form.loudness {
      if let value = GainSolver.value(of: target.metric, in: MeterReport(total)), value.isFinite {
        gain = target.isUpperLimit ? min(0, target.value - value) : target.value - value
      }
    }
    let threshold = decibelsToGain(-60 - gain)
    var first: Int64?
    var last: Int64?
    // Only the tenths of a second that are loud enough have to be looked at.
    let peaks = total.samplePeaks
    guard let from = peaks.firstIndex(where: { $0 >= threshold }),
      let to = peaks.lastIndex(where: { $0 >= threshold })
    else { return (0, source.frames - 1) }
    for tenth in Set([from, to]) {
      let range = MeterGrid.tenth(tenth, rate: form.format.rate).intersection(
        FrameRange(0, source.frames))
      let buffer = AudioBuffer(
        channelCount: source.channelCount, frameCapacity: Int(range.length))
      try source.read(range, into: buffer.block)
      for i in 0..<buffer.frameCapacity {
        for channel in 0..<source.channelCount
        where buffer.block[channel][i].magnitude >= threshold {
          first = min(first ?? .max, range.start + Int64(i))
          last = max(last ?? -1, range.start + Int64(i))
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
