internal import CLanes
public import Signal

/// Which peaks a limiter holds down.
public enum PeakDetection: String, Hashable, Sendable {
  /// The continuous signal's, in dBTP.
  case truePeak = "true-peak"
  /// The samples'.
  case samplePeak = "sample-peak"
}

/// The detector half of a limiter: the height of the signal at each frame, over all channels.
///
/// It does not know the ceiling or the gain, so one pass over the ungained stream serves every
/// gain that a loudness solver tries: heights scale with the gain.
///
/// - Latency: 24 frames for true peaks, none for sample peaks.
public struct PeakEnvelope {
  public let detection: PeakDetection
  /// Heights at or below it may be given as the sample's magnitude instead (`TruePeakEstimator`):
  /// ceiling over the largest gain that will be tried.
  public let threshold: Double
  private var estimators: [TruePeakEstimator]

  public init(_ detection: PeakDetection, channelCount: Int, threshold: Double) {
    self.detection = detection
    self.threshold = threshold
    estimators =
      detection == .truePeak ? (0..<channelCount).map { _ in TruePeakEstimator() } : []
  }

  public var latency: Int {
    detection == .truePeak ? TruePeakEstimator.latency : 0
  }

  /// Writes the heights `latency` frames before each frame of `block`.
  public mutating func process(_ block: Block, into peaks: Samples) {
    if detection == .samplePeak {
      for i in peaks.indices { peaks[i] = block[0][i].magnitude }
      for channel in 1..<max(1, block.channelCount) {
        let samples = block[channel]
        for i in peaks.indices {
          let value = samples[i].magnitude
          peaks[i] = peaks[i] > value ? peaks[i] : value
        }
      }
      return
    }
    for channel in estimators.indices.prefix(block.channelCount) {
      estimators[channel].process(
        block[channel], above: threshold, into: peaks, merging: channel > 0)
    }
  }

  /// Heights, or the next larger numbers that single precision has.
  public static func raiseToSinglePrecision(_ heights: Samples, into out: Samples) {
    precondition(out.count >= heights.count)
    lanes_raise_to_floats(heights.address, heights.count, out.address)
  }

  public func encode(into writer: inout StateWriter) {
    for estimator in estimators { estimator.encode(into: &writer) }
  }

  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    for index in estimators.indices { try estimators[index].restore(from: &reader) }
  }

  public mutating func reset() {
    for index in estimators.indices { estimators[index].reset() }
  }
}
