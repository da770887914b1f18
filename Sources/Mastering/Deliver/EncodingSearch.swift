internal import SessionModel

/// Finds gain and ceiling at which the finished file, decoded again, keeps what was asked for.
///
/// Rounding to a grid lifts peaks by little and encoders by much: the ceiling is lowered by what the
/// file reads over it. Encoders also change the loudness, by cutting off the top for one: the gain
/// follows in steps of 0.1 dB. A lower ceiling is more limiting: the gain is lowered where that would
/// be more than is allowed. A loudness that is not reached for this reason is out of reach; what else
/// cannot be met is left to the verdict.
struct EncodingSearch {
  struct Settings: Hashable {
    /// dB.
    var gain: Double
    /// dBTP that the limiter keeps; nil: none is asked for.
    var ceiling: Double?
  }

  private let form: DeliveryForm
  private let isLimited: Bool
  private var attempt = 1
  private var tried: Set<Settings> = []
  /// dB; what the search began with.
  private var firstGain: Double?

  /// Files that are written at most.
  static let attempts = 4
  static let lossyAttempts = 8
  /// dB that the ceiling is lowered by at most.
  static let mostLowering = 3.0
  /// LU that the decoded file may be off without another attempt: half a step of the gain.
  static let closeEnough = 0.05
  /// dB that come of adding gains up.
  private static let rounding = 1e-9

  init(_ form: DeliveryForm, isLimited: Bool) {
    self.form = form
    self.isLimited = isLimited
  }

  /// What to try next; nil: the file is as it shall be, or as near as it gets.
  ///
  /// - Parameter reduction: dB that the limiter takes away at most.
  mutating func next(
    after settings: Settings, _ measures: DeliveryMeasures, reduction: (Settings) -> Double
  ) -> Settings? {
    tried.insert(settings)
    firstGain = firstGain ?? settings.gain
    let last = form.isLossy ? EncodingSearch.lossyAttempts : EncodingSearch.attempts
    guard attempt < last else { return nil }
    attempt += 1
    var next = settings
    if let excess = excess(measures) { lower(&next, by: excess) }
    // The last attempts are for the peaks alone.
    if attempt <= last - 2, let error = error(measures) {
      next.gain = ((next.gain + (error * 10).rounded() / 10) * 10).rounded() / 10
    }
    keepWithinLimiting(&next, reduction)
    return tried.contains(next) ? nil : next
  }

  /// Why the loudness is out of reach of a file that was made with `settings`, the last ones; nil: it
  /// is not, or nothing holds the gain back.
  func obstacle(
    _ settings: Settings, _ measures: DeliveryMeasures, reduction: (Settings) -> Double
  ) -> GainSolver.Obstacle? {
    guard form.isLossy, findsGain, !form.takesNearest, let limit = form.ceiling,
      let target = form.loudness, !target.isUpperLimit, let measured = measures[target.metric],
      measured.isFinite, target.value - measured > form.tolerance
    else { return nil }
    var louder = settings
    louder.gain += 0.1
    let isHeld =
      isLimited
      ? reduction(louder) > form.maxLimiting + EncodingSearch.rounding
      : settings.gain < (firstGain ?? settings.gain)
        || (measures["true-peak"] ?? -.infinity) + target.value - measured > limit
    guard isHeld else { return nil }
    return .beyondEncoding(
      lowered: limit - (settings.ceiling ?? limit), reachable: measured, gain: settings.gain)
  }

  /// Lowers the gain until the limiter takes away no more than it may.
  private func keepWithinLimiting(_ settings: inout Settings, _ reduction: (Settings) -> Double) {
    guard form.isLossy, isLimited, form.loudness != nil, findsGain else { return }
    let over = reduction(settings) - form.maxLimiting
    guard over > EncodingSearch.rounding else { return }
    settings.gain = ((settings.gain - over) * 10 + 1e-6).rounded(.down) / 10
  }

  private var findsGain: Bool { form.gain == nil || form.followsEncoder }

  /// dB over the ceiling asked for; nil: it is kept, or there is none.
  private func excess(_ measures: DeliveryMeasures) -> Double? {
    guard let limit = form.ceiling, let peak = measures["true-peak"], peak > limit else {
      return nil
    }
    return peak - limit
  }

  private func lower(_ settings: inout Settings, by excess: Double) {
    if isLimited {
      guard let limit = form.ceiling, let now = settings.ceiling else { return }
      let step = form.isLossy ? max(0.01, (excess * 100).rounded(.up) / 100) : 0.01
      settings.ceiling = max(limit - EncodingSearch.mostLowering, now - step)
    } else if form.isLossy, form.gain == nil {
      settings.gain = ((settings.gain - excess) * 10).rounded(.down) / 10
    }
  }

  /// dB that are missing to the loudness asked for; nil: it is near enough, or not asked for.
  private func error(_ measures: DeliveryMeasures) -> Double? {
    guard form.isLossy, isLimited, findsGain,
      let target = form.loudness, !target.isUpperLimit, let measured = measures[target.metric],
      measured.isFinite
    else { return nil }
    let error = target.value - measured
    return error.magnitude > EncodingSearch.closeEnough ? error : nil
  }
}
