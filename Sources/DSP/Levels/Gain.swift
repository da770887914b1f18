public import Signal

/// Multiplies by a gain, and by −1 where the polarity is inverted.
///
/// - Parameters: `gain` in dB, −∞ for silence, default 0, automatable.
/// - Shape: any channel count; in place. Latency and tail 0; no state.
/// - Precision: one product a sample; 0 dB is exact.
public struct Gain: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dB; −∞ is silence.
    public var gain: Double
    public var isPolarityInverted: Bool

    public init(gain: Double = 0, isPolarityInverted: Bool = false) {
      self.gain = gain
      self.isPolarityInverted = isPolarityInverted
    }
  }

  public static let identity = KernelIdentity("gain", revision: 1)
  public static let automatable = ["gain"]

  private let factor: Double
  private let sign: Double

  public init(_ parameters: Parameters, format: StreamFormat) {
    sign = parameters.isPolarityInverted ? -1 : 1
    factor = sign * decibelsToGain(parameters.gain)
  }

  public var tail: Tail { .frames(0) }
  public var memory: Memory { .none }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    if let curve = context.curve(0) {
      for channel in 0..<block.channelCount { follow(curve, block[channel]) }
    } else if factor == 0 {
      block.fill(0)
    } else if factor != 1 {
      for channel in 0..<block.channelCount {
        let samples = block[channel]
        for i in samples.indices { samples[i] = samples[i] * factor }
      }
    }
  }

  private func follow(_ curve: Samples, _ samples: Samples) {
    // A ride rests most of the time: its gain is computed anew only when it moves.
    var level = Double.nan
    var gain = 0.0
    for i in samples.indices {
      if curve[i] != level {
        level = curve[i]
        gain = sign * decibelsToGain(level)
      }
      samples[i] = samples[i] * gain
    }
  }
}
