internal import AudioFiles
public import Engine
public import MixGraph
internal import SessionModel
public import Signal

/// Finds the one gain of an album: the loudest song meets the target, no song passes the ceiling
/// or is limited by more than it may be.
public enum AlbumGain {
  public struct Song {
    public var source: any FrameSource
    /// Frames of the album's rate.
    public var range: FrameRange
    public init(source: any FrameSource, range: FrameRange) {
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
  ///   - folder: an existing folder for streams that are kept aside.
  public static func solve(
    _ form: DeliveryForm, _ songs: [Song], folder: String
  ) throws(RenderFailure) -> Result<Solution, GainSolver.Obstacle> {
    let programmes = try self.programmes(form, songs, folder)
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
    var obstacle: GainSolver.Obstacle?
    for index in order {
      if let best, target.value - (readings[index] ?? 0) > best.gain { break }
      let solver = GainSolver(
        programmes[index], target: target, maxLimiting: form.maxLimiting)
      switch try solver.solve() {
      case .success(let solution):
        if best == nil || solution.gain < best?.gain ?? 0 {
          best = Solution(gain: solution.gain, loudest: index)
        }
      case .failure(let reason): obstacle = obstacle ?? reason
      }
    }
    guard let best else { return .failure(obstacle ?? .silence) }
    let most = programmes.map { $0.largestGain(limiting: form.maxLimiting) }.min() ?? .infinity
    guard best.gain > most + 1e-6 else { return .success(best) }
    let allowed = (most * 10 + 1e-6).rounded(.down) / 10
    let report = try programmes[best.loudest ?? first].measure(gain: allowed)
    return .failure(
      .beyondLimiting(
        needed: programmes.map { $0.reduction(gain: best.gain) }.max() ?? 0,
        reachable: GainSolver.value(of: target.metric, in: report) ?? -.infinity, gain: allowed))
  }

  private static func programmes(
    _ form: DeliveryForm, _ songs: [Song], _ folder: String
  ) throws(RenderFailure) -> [LimitedProgramme] {
    var whole = form
    whole.range = nil
    whole.head = nil
    whole.tail = nil
    whole.fadeOut = nil
    var streams: [(source: any FrameSource, stream: any FrameSource)] = []
    var programmes: [LimitedProgramme] = []
    for song in songs {
      let stream: any FrameSource
      if let known = streams.first(where: { $0.source === song.source }) {
        stream = known.stream
      } else {
        stream = try DeliveryStream.make(whole, from: song.source, folder: folder)
        streams.append((song.source, stream))
      }
      let first = form.scaled(song.range.start)
      let part = FramePart(stream, first: first, frames: form.scaled(song.range.end) - first)
      programmes.append(
        try LimitedProgramme(
          part, rate: form.format.rate, ceiling: form.ceiling, isLimited: form.usesLimiter,
          headroom: form.maxLimiting, folder: folder))
    }
    return programmes
  }
}

/// Some frames of a source, with silence behind its end.
final class FramePart: FrameSource {
  private let source: any FrameSource
  private let first: Int64
  let frames: Int64
  var channelCount: Int { source.channelCount }

  init(_ source: any FrameSource, first: Int64, frames: Int64) {
    self.source = source
    self.first = first
    self.frames = max(0, frames)
  }

  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    try source.read(range.shifted(by: first), into: block)
  }
}
