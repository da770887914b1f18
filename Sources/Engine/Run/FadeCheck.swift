public import Diagnostics
public import SessionModel
internal import Signal

/// Looks for fade-outs inside of a recording behind which it is heard as loud as before: edits act in
/// their range alone.
///
/// Of what goes on there 1 s at most is read, before any insert; below −60 dBFS it is silence.
public enum FadeCheck {
  public struct Finding: Hashable, Sendable {
    public var strip: StripID
    /// Where the fade ends, on the track's axis.
    public var frame: Int64
    /// Peak of what follows, linear.
    public var peak: Double
    /// Of the clip.
    public var span: Span
  }

  private static let silence = 0.001
  private static let stepFrames: Int64 = 4096

  /// A reading that ends with a fade-out, and the one that plays on behind it.
  private struct Fade {
    var strip: StripID
    var reading: ResolvedReading
    var next: ResolvedReading
  }

  /// What cannot be read is left out.
  public static func findings(in session: ResolvedSession, store: Store?) -> [Finding] {
    let fades = fades(in: session)
    if fades.isEmpty { return [] }
    let numbers = TrackHearing.kept(
      "fades", of: Set(fades.map(\.strip)).sorted(), in: session, store: store
    ) {
      let library = RecordingLibrary(session.recordings, rate: session.rate)
      return fades.map { peak(of: $0.next, frames: Int64(session.rate), library) ?? 0 }
    }
    return zip(fades, numbers).filter { $1 > silence }.map { fade, peak in
      Finding(
        strip: fade.strip, frame: fade.reading.range.end, peak: peak, span: fade.reading.span)
    }
  }

  private static func fades(in session: ResolvedSession) -> [Fade] {
    var fades: [Fade] = []
    for (index, strip) in session.strips.enumerated()
    where PolarityCheck.isReadable(strip, session) && strip.readings.contains(where: fadesOut) {
      let starting = Dictionary(grouping: strip.readings, by: \.range.start)
      for reading in strip.readings where fadesOut(reading) {
        let next = starting[reading.range.end]?.first {
          continues(reading, into: $0, declick: Int64(session.rate) / 200)
        }
        if let next { fades.append(Fade(strip: StripID(index), reading: reading, next: next)) }
      }
    }
    return fades
  }

  /// Whether the reading ends with a fade-out.
  private static func fadesOut(_ reading: ResolvedReading) -> Bool {
    reading.gains.contains { gain in
      if case .fadeOut(let range, _) = gain { range.end == reading.range.end } else { false }
    }
  }

  /// Whether `next` plays on where `reading` ends, and is not faded in there.
  ///
  /// - Parameter declick: frames; what rises faster was only kept from clicking.
  private static func continues(
    _ reading: ResolvedReading, into next: ResolvedReading, declick: Int64
  ) -> Bool {
    let end = reading.range.end
    let frame = reading.offset + (reading.isReversed ? -1 : 1) * reading.range.length
    return next.range.start == end && next.recording == reading.recording
      && next.channels == reading.channels && next.isReversed == reading.isReversed
      && next.offset == frame
      && !next.gains.contains { gain in
        if case .fadeIn(let range, _) = gain {
          range.start == end && range.length > declick
        } else {
          false
        }
      }
  }

  /// The highest sample of a reading's first frames; nil: they cannot be read.
  private static func peak(
    of reading: ResolvedReading, frames: Int64, _ library: RecordingLibrary
  ) -> Double? {
    let count = min(frames, reading.range.length)
    let buffer = AudioBuffer(
      channelCount: reading.channels.count, frameCapacity: Int(stepFrames))
    var peak = 0.0
    var done: Int64 = 0
    while done < count {
      let step = min(stepFrames, count - done)
      let start =
        reading.isReversed ? reading.offset - done - step + 1 : reading.offset + done
      let block = buffer.block(Int(step))
      guard
        (try? library.read(
          reading.recording, at: start, channels: reading.channels, into: block)) != nil
      else { return nil }
      for channel in 0..<block.channelCount {
        let samples = block[channel]
        for i in samples.indices { peak = max(peak, samples[i].magnitude) }
      }
      done += step
    }
    return withExtendedLifetime(buffer) { peak }
  }
}
