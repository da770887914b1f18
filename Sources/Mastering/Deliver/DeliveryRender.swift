public import AudioFiles
internal import DSP
public import Engine
internal import Loudness
internal import Signal

/// Makes one delivered file out of a stream: gain solved for, limited at the file's rate,
/// quantised, written, decoded again and measured.
public struct DeliveryRender {
  public let form: DeliveryForm
  public let path: String
  /// An existing folder for streams that are kept aside.
  public let folder: String

  public init(_ form: DeliveryForm, path: String, folder: String) {
    self.form = form
    self.path = path
    self.folder = folder
  }

  public struct Result: Sendable {
    public var facts: FileFacts
    public var measures: DeliveryMeasures
    /// Candidates that the solver rendered.
    public var renderCount: Int
  }

  public enum Failure: Error, Sendable {
    case unreachable(GainSolver.Obstacle)
    case file(String)
    case render(RenderFailure)
  }

  /// Attempts at a file whose true peak stays under the ceiling: the first and three lower ones.
  static let attempts = 4

  /// - Parameter source: the stream at the session's rate, from programme frame 0.
  /// - Throws: before anything is written when the loudness cannot be reached; the earlier file
  ///   stays then.
  public func run(_ source: any FrameSource) throws(Failure) -> Result {
    do {
      let stream = try DeliveryStream.make(form, from: source, folder: folder)
      let headroom = form.gain == nil ? form.maxLimiting : 60
      let programme = try LimitedProgramme(
        stream, rate: form.format.rate, ceiling: form.ceiling, isLimited: form.usesLimiter,
        headroom: headroom, folder: folder)
      return try written(programme, gain: try gain(for: programme).get())
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
      let solver = GainSolver(programme, target: target, maxLimiting: form.maxLimiting)
      switch try solver.solve() {
      case .success(let solution): return .success(solution.gain)
      case .failure(let obstacle): return .failure(.unreachable(obstacle))
      }
    }
    // Without a loudness nothing is turned up; without a limiter the gain keeps the ceiling.
    let most = programme.largestGain(limiting: 0)
    guard !programme.isLimited, most < 0 else { return .success(0) }
    return .success((most * 10).rounded(.down) / 10)
  }

  private func written(_ programme: LimitedProgramme, gain: Double) throws -> Result {
    var ceiling = form.ceiling
    for attempt in 1...DeliveryRender.attempts {
      let isLast = attempt == DeliveryRender.attempts
      let outcome = try write(programme, gain: gain, ceiling: ceiling, isLast: isLast)
      switch outcome {
      case .over(let excess):
        let step = form.isLossy ? max(0.01, (excess * 100).rounded(.up) / 100) : 0.01
        ceiling = ceiling.map { $0 - step }
      case .done(var result):
        result.measures["gain"] = gain
        result.measures["gain-reduction"] = programme.reduction(gain: gain, ceiling: ceiling)
        result.measures["ceiling"] = ceiling
        result.renderCount = programme.renderCount
        result.facts.measures = result.measures.kept
        return result
      }
    }
    throw Failure.file("no attempt was made")
  }

  private enum Outcome {
    case done(Result)
    /// dB over the ceiling asked for.
    case over(Double)
  }

  private func write(
    _ programme: LimitedProgramme, gain: Double, ceiling: Double?, isLast: Bool
  ) throws -> Outcome {
    let writer: SoundFileWriter
    do throws(SoundFileError) {
      writer = try SoundFileWriter(path: path, format: form.format, metadata: form.metadata)
    } catch {
      throw Failure.file(error.message)
    }
    var quantiser = form.quantiser.map {
      Quantiser(
        $0, channelCount: form.format.channelCount,
        blockFrames: LimitedProgramme.blockFrames)
    }
    // What has no loss can be judged before it takes the earlier file's place.
    let judgesEarly = !form.isLossy && programme.isLimited && !isLast
    let meter = LoudnessMeter(
      rate: form.format.rate, channelCount: form.format.channelCount, options: .plain)
    var failure: SoundFileError?
    try programme.render(gain: gain, ceiling: ceiling) { block, at throws(RenderFailure) in
      quantiser?.process(block, at: at)
      if judgesEarly { meter.process(block) }
      guard failure == nil else { return }
      do throws(SoundFileError) {
        try writer.write(block)
      } catch {
        failure = error
      }
    }
    if let failure {
      writer.abandon()
      throw Failure.file(failure.message)
    }
    if judgesEarly, let ceiling = form.ceiling {
      let report = MeterReport(
        meter.finish(), rate: form.format.rate, channelCount: form.format.channelCount)
      if report.truePeak > ceiling {
        writer.abandon()
        return .over(report.truePeak - ceiling)
      }
    }
    do throws(SoundFileError) {
      let file = try writer.finish(keepingEqual: true)
      let (report, _) = try FileMeasurement.measure(path)
      if form.isLossy, programme.isLimited, !isLast, let ceiling = form.ceiling,
        report.truePeak > ceiling
      {
        return .over(report.truePeak - ceiling)
      }
      let measures = DeliveryMeasures(report)
      return .done(
        Result(
          facts: FileFacts(
            sha256: file.sha256.hexadecimal, frames: file.frames, byteCount: file.byteCount,
            clippedSamples: Int64(file.clippedSamples), measures: [],
            wasReplaced: file.wasReplaced),
          measures: measures, renderCount: 0))
    } catch {
      throw Failure.file(error.message)
    }
  }
}

extension LoudnessMeter.Options {
  static var plain: LoudnessMeter.Options {
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    return options
  }
}
