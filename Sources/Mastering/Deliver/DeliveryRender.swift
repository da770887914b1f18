internal import AudioFiles
internal import DSP
public import Engine
internal import Loudness
public import MixGraph
public import Signal

/// Makes one delivered file out of a stream: gain solved for, limited at the file's rate,
/// quantised, written, read again as it stands in the file and measured.
public struct DeliveryRender {
  public let form: DeliveryForm
  public let path: String
  public let environment: DeliveryEnvironment
  /// Of what sounds in the file; gain and ceiling are kept under it, and looked for once. nil: they
  /// are not kept.
  private let sound: Digest?

  public init(
    _ form: DeliveryForm, path: String, environment: DeliveryEnvironment, sound: Digest? = nil
  ) {
    self.form = form
    self.path = path
    self.environment = environment
    self.sound = sound
  }

  public struct Result: Sendable {
    public var facts: FileFacts
    public var measures: DeliveryMeasures
    /// Frame of the range, at the file's rate, that the file begins with; may be negative.
    public var start: Int64
    /// Candidates that the solver rendered.
    public var renderCount: Int
    /// Files that were written until one was as it shall be.
    public var fileCount: Int
  }

  public enum Failure: Error, Sendable {
    case unreachable(GainSolver.Obstacle)
    /// The loop does not lie in what the file would hold: these programme frames.
    case loop(FrameRange)
    case file(String)
    case render(RenderFailure)
  }

  /// - Parameter source: the stream at the session's rate, from programme frame 0.
  /// - Throws: before anything is written when the loudness cannot be reached or the loop does not
  ///   lie in the file; the earlier file stays then.
  public func run(_ source: any PiecedSource) throws(Failure) -> Result {
    do {
      let (stream, start) = try DeliveryStream(form: form, environment: environment)
        .make(from: source)
      if let held = form.missesLoop(start: start, frames: stream.frames) {
        throw Failure.loop(held)
      }
      let headroom = form.gain == nil ? form.maxLimiting : 60
      let programme = try LimitedProgramme(
        stream, rate: form.format.rate, ceiling: form.ceiling, isLimited: form.usesLimiter,
        headroom: headroom, environment: environment)
      if let settings = keptSettings {
        return try written(programme, settings, isFinal: true, start: start)
      }
      let settings = EncodingSearch.Settings(
        gain: try gain(for: programme).get(), ceiling: form.ceiling)
      return try written(programme, settings, isFinal: false, start: start)
    } catch let failure as Failure {
      throw failure
    } catch let failure as RenderFailure {
      throw .render(failure)
    } catch {
      throw .file("\(error)")
    }
  }

  private func gain(
    for programme: LimitedProgramme
  ) throws(RenderFailure) -> Swift.Result<Double, Failure> {
    if let gain = form.gain { return .success(gain) }
    if let target = form.loudness {
      let solver = GainSolver(
        programme, target: target, maxLimiting: form.maxLimiting, explains: !form.takesNearest)
      switch try solver.solve() {
      case .success(let solution): return .success(solution.gain)
      case .failure(let obstacle):
        if form.takesNearest, let gain = obstacle.nearestGain { return .success(gain) }
        return .failure(.unreachable(obstacle))
      }
    }
    // Without a loudness nothing is turned up; without a limiter the gain keeps the ceiling.
    let most = programme.largestGain(limiting: 0)
    guard !programme.isLimited, most < 0 else { return .success(0) }
    return .success((most * 10).rounded(.down) / 10)
  }

  /// What an earlier file of the same sound was made with.
  private var keptSettings: EncodingSearch.Settings? {
    guard let sound, let kept = environment.store?.numbers(sound), let gain = kept.first,
      kept.count == 1 || kept.count == 2
    else { return nil }
    return EncodingSearch.Settings(gain: gain, ceiling: kept.count == 2 ? kept[1] : nil)
  }

  private func keep(_ settings: EncodingSearch.Settings) {
    guard let sound else { return }
    environment.store?.keep([settings.gain] + [settings.ceiling].compactMap(\.self), sound)
  }

  /// - Parameter isFinal: the settings are those that a search ended with.
  private func written(
    _ programme: LimitedProgramme, _ first: EncodingSearch.Settings, isFinal: Bool, start: Int64
  ) throws -> Result {
    var settings = first
    var search = EncodingSearch(form, isLimited: programme.isLimited)
    var count = 0
    while true {
      count += 1
      let file = try PublishedFile(
        path: path, format: form.format,
        metadata: form.metadata(start: start, frames: programme.source.frames),
        folder: environment.folder, store: environment.store)
      do {
        var measures = try made(file, programme, settings)
        func reduction(_ settings: EncodingSearch.Settings) -> Double {
          programme.reduction(gain: settings.gain, ceiling: settings.ceiling)
        }
        if !isFinal {
          if let next = search.next(after: settings, measures, reduction: reduction) {
            file.abandon()
            settings = next
            continue
          }
          if let obstacle = search.obstacle(settings, measures, reduction: reduction) {
            throw Failure.unreachable(obstacle)
          }
        }
        measures["gain"] = settings.gain
        measures["gain-reduction"] = reduction(settings)
        measures["ceiling"] = settings.ceiling
        file.setLoudness(measures.loudness)
        var facts = try file.finish(measures: [])
        facts.measures = measures.kept
        if !isFinal { keep(settings) }
        return Result(
          facts: facts, measures: measures, start: start, renderCount: programme.renderCount,
          fileCount: count)
      } catch {
        file.abandon()
        throw error
      }
    }
  }

  /// Writes the file under a hidden name.
  ///
  /// - Returns: what it measures; lossy forms are decoded again for that.
  private func made(
    _ file: PublishedFile, _ programme: LimitedProgramme, _ settings: EncodingSearch.Settings
  ) throws -> DeliveryMeasures {
    let delivered = DeliveredFile(
      file, try programme.pieces(gain: settings.gain, ceiling: settings.ceiling), form: form,
      quantiser: try quantiser(programme, settings), store: environment.store)
    let report = try delivered.make(environment)
    guard form.isLossy || form.needsPressingMeasures else { return DeliveryMeasures(report) }
    let draft = try file.endAudio()
    do throws(SoundFileError) {
      var measures = DeliveryMeasures(
        form.isLossy ? try FileMeasurement.measure(draft).report : report)
      if form.isLossy { measures["bit-rate"] = try bitRate(draft, measures) }
      if form.needsPressingMeasures { measures.merge(try PressingMeter.measure(draft)) }
      return measures
    } catch {
      throw Failure.file(error.message)
    }
  }

  /// What brings samples onto the file's grid; nil: they stay as they are, for no format of integers
  /// is written, or all of the programme lies on the grid and nothing is done to it.
  private func quantiser(
    _ programme: LimitedProgramme, _ settings: EncodingSearch.Settings
  ) throws(RenderFailure) -> Quantiser.Parameters? {
    guard let quantiser = form.quantiser, settings.gain == 0,
      programme.reduction(gain: 0, ceiling: settings.ceiling) == 0,
      try environment.isOnGrid(programme.source, bits: quantiser.bits)
    else { return form.quantiser }
    return nil
  }

  /// kbps of an encoded file without its tags, over all of it.
  private func bitRate(
    _ draft: String, _ measures: DeliveryMeasures
  ) throws(SoundFileError) -> Double? {
    guard let seconds = measures["duration"], seconds > 0 else { return nil }
    return Double(try SoundFileProbe.byteCount(of: draft)) * 8 / seconds / 1000
  }
}
