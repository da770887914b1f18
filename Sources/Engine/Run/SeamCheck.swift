internal import MixGraph
public import SessionModel
internal import Signal

/// Looks for seams of a track at which what ends and what begins cancel each other: two takes of one
/// part, of which one has its polarity reversed.
///
/// Over the crossfade and over 4,096 frames around its middle the two recordings are compared, before
/// any gain, and where either is quieter than −50 dBFS nothing is said. Takes of one part meet in any
/// phase: over the few cycles of a crossfade alone many would look opposite that are not.
public enum SeamCheck {
  /// A place on a track's axis.
  public struct Seam: Hashable, Sendable {
    public var strip: StripID
    public var frame: Int64
    public init(_ strip: StripID, at frame: Int64) {
      self.strip = strip
      self.frame = frame
    }
  }

  static let frames: Int64 = 4096
  /// Mean square of −50 dBFS.
  private static let quiet = 1e-5

  /// The correlation over the crossfade, by seam; those that are no suspects, have no crossfade or
  /// cannot be read are left out.
  public static func suspects(
    in session: ResolvedSession, seams: [Seam], store: Store?
  ) -> [Seam: Double] {
    let seams = seams.filter {
      PolarityCheck.isReadable(session.strips[$0.strip.index], session)
    }
    if seams.isEmpty { return [:] }
    let numbers = TrackHearing.kept(
      "seams", of: Set(seams.map(\.strip)).sorted(), in: session, store: store,
      writeKey: { writer in
        for seam in seams {
          writer.field("strip", seam.strip.index)
          writer.field("seam", seam.frame)
        }
      }, find: { find(seams, in: session) })
    var suspects: [Seam: Double] = [:]
    for at in stride(from: 0, to: numbers.count - 1, by: 2) {
      let index = Int(numbers[at])
      if seams.indices.contains(index) { suspects[seams[index]] = numbers[at + 1] }
    }
    return suspects
  }

  /// The index of each suspect among `seams`, and its correlation.
  private static func find(_ seams: [Seam], in session: ResolvedSession) -> [Double] {
    let library = RecordingLibrary(session.recordings, rate: session.rate)
    var suspects: [Double] = []
    for (index, seam) in seams.enumerated() {
      let strip = session.strips[seam.strip.index]
      guard let (out, into, zone) = sides(of: seam.frame, strip.readings),
        let fade = correlation(out, into, zone, library), fade.suggestsInvertedPolarity,
        let around = correlation(
          out, into, FrameRange(seam.frame - frames / 2, seam.frame + frames / 2), library),
        around.suggestsInvertedPolarity
      else { continue }
      suspects += [Double(index), fade.value]
    }
    return suspects
  }

  /// The readings that a crossfade around `frame` leads from and to.
  private static func sides(
    of frame: Int64, _ readings: [ResolvedReading]
  ) -> (out: ResolvedReading, into: ResolvedReading, zone: FrameRange)? {
    func zone(_ reading: ResolvedReading, rising: Bool) -> FrameRange? {
      for gain in reading.gains {
        switch gain {
        case .fadeIn(let range, _), .autoFadeIn(let range, _):
          if rising && range.start + range.length / 2 == frame { return range }
        case .fadeOut(let range, _), .autoFadeOut(let range, _):
          if !rising && range.start + range.length / 2 == frame { return range }
        case .constant, .region: break
        }
      }
      return nil
    }
    for into in readings {
      guard let range = zone(into, rising: true),
        let out = readings.first(where: { zone($0, rising: false) == range })
      else { continue }
      return (out, into, range)
    }
    return nil
  }

  /// nil: one of the two is too quiet, or cannot be read.
  private static func correlation(
    _ first: ResolvedReading, _ second: ResolvedReading, _ range: FrameRange,
    _ library: RecordingLibrary
  ) -> Correlation? {
    guard range.length > 0, range.length <= Int64(ReadingWindow.frames),
      let a = try? read(first, range, library), let b = try? read(second, range, library)
    else { return nil }
    return withExtendedLifetime((a, b)) {
      var correlation = Correlation()
      var energies = (0.0, 0.0)
      for channel in 0..<max(a.channelCount, b.channelCount) {
        let x = a.block[min(channel, a.channelCount - 1)]
        let y = b.block[min(channel, b.channelCount - 1)]
        correlation.add(x, y)
        for i in x.indices {
          energies.0 += x[i] * x[i]
          energies.1 += y[i] * y[i]
        }
      }
      let least = quiet * Double(range.length)
      return min(energies.0, energies.1) > least ? correlation : nil
    }
  }

  /// The recording over axis frames, also where the reading has not begun or has ended.
  private static func read(
    _ reading: ResolvedReading, _ range: FrameRange, _ library: RecordingLibrary
  ) throws(RecordingFailure) -> AudioBuffer {
    let count = Int(range.length)
    let buffer = AudioBuffer(channelCount: reading.channels.count, frameCapacity: count)
    let distance = range.start - reading.range.start
    let start =
      reading.isReversed ? reading.offset - distance - range.length + 1 : reading.offset + distance
    try library.read(
      reading.recording, at: start, channels: reading.channels, into: buffer.block)
    guard reading.isReversed else { return buffer }
    for channel in 0..<buffer.channelCount {
      let samples = buffer.block[channel]
      for i in 0..<(count / 2) {
        (samples[i], samples[count - 1 - i]) = (samples[count - 1 - i], samples[i])
      }
    }
    return buffer
  }
}
