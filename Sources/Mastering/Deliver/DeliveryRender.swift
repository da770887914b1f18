public import AudioFiles
internal import DSP
public import Engine
internal import Loudness
internal import Signal

/// Makes one delivered file out of a stream: gain solved for, limited at the file's rate,
/// quantised, written, read again as it stands in the file and measured.
public struct DeliveryRender {
  public let form: DeliveryForm
  public let path: String
  public let environment: DeliveryEnvironment

  public init(_ form: DeliveryForm, path: String, environment: DeliveryEnvironment) {
    self.form = form
    self.path = path
    self.environment = environment
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
  public func run(_ source: any PiecedSource) throws(Failure) -> Result {
    do {
      let stream = try DeliveryStream(form: form, environment: environment).make(from: source)
      let headroom = form.gain == nil ? form.maxLimiting : 60
      let programme = try LimitedProgramme(
        stream, rate: form.format.rate, ceiling: form.ceiling, isLimited: form.usesLimiter,
        headroom: headroom, environment: environment)
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
      let solver = GainSolver(
        programme, target: target, maxLimiting: form.maxLimiting,
        hint: environment.store?.hint(for: path, "gain"))
      switch try solver.solve() {
      case .success(let solution):
        environment.store?.keepHint(
          Int((solution.gain * 10).rounded()), for: path, "gain")
        return .success(solution.gain)
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
    let file = try PublishedFile(
      path: path, format: form.format, metadata: form.metadata, folder: environment.folder,
      store: environment.store)
    let delivered = DeliveredFile(
      file, programme.pieces(gain: gain, ceiling: ceiling), form: form, store: environment.store)
    let report: MeterReport
    do throws(RenderFailure) {
      report = try delivered.make(environment)
    } catch {
      file.abandon()
      throw error
    }
    // What has no loss can be judged before it takes the earlier file's place.
    let judges = programme.isLimited && !isLast
    if judges, !form.isLossy, let ceiling = form.ceiling, report.truePeak > ceiling {
      file.abandon()
      return .over(report.truePeak - ceiling)
    }
    file.setLoudness(
      BroadcastExtension.Loudness(
        integrated: report.integrated, range: report.loudnessRange, truePeak: report.truePeak,
        momentaryMax: report.momentaryMax, shortTermMax: report.shortTermMax))
    let facts = try file.finish(measures: [])
    guard form.isLossy else {
      return .done(Result(facts: facts, measures: DeliveryMeasures(report), renderCount: 0))
    }
    do throws(SoundFileError) {
      let (decoded, _) = try FileMeasurement.measure(path)
      if judges, let ceiling = form.ceiling, decoded.truePeak > ceiling {
        return .over(decoded.truePeak - ceiling)
      }
      return .done(Result(facts: facts, measures: DeliveryMeasures(decoded), renderCount: 0))
    } catch {
      throw Failure.file(error.message)
    }
  }
}
