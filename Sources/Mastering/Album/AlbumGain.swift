internal import AudioFiles
public import Engine
internal import Loudness
internal import MixGraph
internal import SessionModel
public import Signal

/// Finds the one gain of an album: the loudest song meets the target, no song passes the ceiling
/// or is limited by more than it may be.
public enum AlbumGain {
  public struct Song {
    public var source: any PiecedSource
    /// Frames of the album's rate.
    public var range: FrameRange
    public init(source: any PiecedSource, range: FrameRange) {
      self.source = source
      self.range = range
    }
  }

  public struct Solution: Hashable, Sendable {
    /// dB, a multiple of 0.1.
    public var gain: Double
    /// Index of the song that decides it; nil: none does.
    public var loudest: Int?
  }

  /// - Parameters:
  ///   - form: what the files are to be; its range is left out of account.
  public static func solve(
    _ form: DeliveryForm, _ songs: [Song], environment: DeliveryEnvironment
  ) throws(RenderFailure) -> Result<Solution, GainSolver.Obstacle> {
    let programmes = try self.programmes(form, songs, environment)
    guard let target = form.loudness else {
      guard form.ceiling != nil, !form.usesLimiter else {
        return .success(Solution(gain: 0, loudest: nil))
      }
      let most = programmes.map { $0.largestGain(limiting: 0) }.min() ?? 0
      return .success(Solution(gain: most < 0 ? (most * 10).rounded(.down) / 10 : 0, loudest: nil))
    }
    // A song of lower loudness needs no less gain than the target is above it.
    let readings = programmes.map { GainSolver.value(of: target.metric, in: $0.report) }
    let order = readings.indices.filter { (readings[$0] ?? -.infinity) > -100 }
      .sorted { (readings[$0] ?? 0, $1) > (readings[$1] ?? 0, $0) }
    guard let first = order.first else {
      return .failure(readings.contains { $0 != nil } ? .silence : .tooShort)
    }
    var best: Solution?
    var unreached: Int?
    for index in order {
      if let best, target.value - (readings[index] ?? 0) > best.gain { break }
      let solver = GainSolver(
        programmes[index], target: target, maxLimiting: form.maxLimiting, explains: false)
      switch try solver.solve() {
      case .success(let solution):
        if best == nil || solution.gain < best?.gain ?? 0 {
          best = Solution(gain: solution.gain, loudest: index)
        }
      case .failure: unreached = unreached ?? index
      }
    }
    let most = programmes.map { $0.largestGain(limiting: form.maxLimiting) }.min() ?? .infinity
    let allowed = (most * 10 + 1e-6).rounded(.down) / 10
    guard let best else {
      let solver = GainSolver(
        programmes[unreached ?? first], target: target, maxLimiting: form.maxLimiting,
        explains: !form.takesNearest)
      switch try solver.solve() {
      case .success(let solution):
        return .success(Solution(gain: solution.gain, loudest: unreached))
      case .failure(let obstacle):
        guard form.takesNearest, let gain = obstacle.nearestGain else {
          return .failure(obstacle)
        }
        return .success(Solution(gain: min(gain, allowed), loudest: unreached))
      }
    }
    guard best.gain > most + 1e-6 else { return .success(best) }
    if form.takesNearest { return .success(Solution(gain: allowed, loudest: best.loudest)) }
    let report = try programmes[best.loudest ?? first].measure(gain: allowed)
    return .failure(
      .beyondLimiting(
        needed: programmes.map { $0.reduction(gain: best.gain) }.max(),
        reachable: GainSolver.value(of: target.metric, in: report) ?? -.infinity, gain: allowed))
  }

  /// dB that the limiter takes away at most in each of `pieces`, frames of the file's rate, of a
  /// programme that is limited as a whole.
  public static func reductions(
    _ form: DeliveryForm, _ source: any PiecedSource, _ pieces: [Range<Int64>], gain: Double,
    ceiling: Double, environment: DeliveryEnvironment
  ) throws(RenderFailure) -> [Double] {
    let stream = try DeliveryStream(form: form.uncut(gain: gain), environment: environment)
      .make(from: source).source
    var reductions: [Double] = []
    for piece in pieces {
      let view = StreamView(
        stream, start: piece.lowerBound, frames: Int64(piece.count),
        channels: .count(stream.channelCount))
      let report = MeterReport(try environment.levels(of: view, rate: form.format.rate))
      let peak = max(report.truePeak, report.samplePeak)
      reductions.append(
        LimitedProgramme.reduction(
          of: peak.isFinite ? decibelsToGain(peak) : 0, gain: gain, ceiling: ceiling))
    }
    return reductions
  }

  private static func programmes(
    _ form: DeliveryForm, _ songs: [Song], _ environment: DeliveryEnvironment
  ) throws(RenderFailure) -> [LimitedProgramme] {
    var whole = form
    whole.range = nil
    whole.head = nil
    whole.tail = nil
    whole.fadeOut = nil
    var streams: [(source: any PiecedSource, stream: any PiecedSource)] = []
    var programmes: [LimitedProgramme] = []
    for song in songs {
      let stream: any PiecedSource
      if let known = streams.first(where: { $0.source === song.source }) {
        stream = known.stream
      } else {
        stream = try DeliveryStream(form: whole, environment: environment)
          .make(from: song.source).source
        streams.append((song.source, stream))
      }
      let first = form.scaled(song.range.start)
      let part = StreamView(
        stream, start: first, frames: form.scaled(song.range.end) - first,
        channels: .count(stream.channelCount))
      programmes.append(
        try LimitedProgramme(
          part, rate: form.format.rate, ceiling: form.ceiling, isLimited: form.usesLimiter,
          headroom: form.maxLimiting, environment: environment))
    }
    return programmes
  }
}
