public import Signal

/// Rounds to the integer grid of a bit depth, with triangular dither of ±1 LSB and, if wanted,
/// shaped error. The last step before a file.
///
/// v = x·2^(bits−1) − Σ c_k·e[n−k]; y = floor(v + d + ½), clamped to the grid; e = y − v, clamped
/// to ±2 when shaped. d is a function of seed, channel and the frame's place on the
/// session's axis.
///
/// Samples stay Doubles: multiples of 2^(1−bits), which a writer only shifts.
///
/// - Precision: error of mean 0 and variance ¼ LSB² whatever the input (flat, dithered).
public struct Quantiser {
  public struct Parameters: Hashable, Sendable {
    /// 2...32.
    public var bits: Int
    public var isDithered: Bool
    public var shaping: NoiseShaping
    public var seed: UInt64

    public init(
      bits: Int, isDithered: Bool = true, shaping: NoiseShaping = .flat, seed: UInt64
    ) {
      self.bits = bits
      self.isDithered = isDithered
      self.shaping = shaping
      self.seed = seed
    }
  }

  /// Nine coefficients or errors; a shorter filter's last ones are 0.
  private struct Taps {
    var values = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

    init(_ list: [Double] = []) {
      func at(_ index: Int) -> Double { index < list.count ? list[index] : 0 }
      values = (at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8))
    }

    var list: [Double] {
      let v = values
      return [v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7, v.8]
    }
  }

  /// Shaped error is forgotten at every frame n with n mod 2^18 = 0.
  static let restart: Int64 = 1 << 18

  private let parameters: Parameters
  private let scale: Double
  private let isShaped: Bool
  private let filter: Taps
  /// Past errors, newest first, a row a channel.
  private var errors: [Taps]
  /// Samples so far that lay beyond full scale by more than a step of the grid, and were clamped.
  public private(set) var clippedSamples = 0
  private let noise: AudioBuffer

  /// - Parameter blockFrames: the longest block that is to be processed.
  public init(_ parameters: Parameters, channelCount: Int, blockFrames: Int) {
    self.parameters = parameters
    scale = Maths.powerOfTwo(min(max(parameters.bits, 2), 32) - 1)
    isShaped = parameters.shaping != .flat
    filter = Taps(parameters.shaping.coefficients)
    errors = Array(repeating: Taps(), count: channelCount)
    noise = AudioBuffer(channelCount: 1, frameCapacity: max(1, blockFrames))
  }

  /// Quantises in place.
  ///
  /// - Parameter frame: place of the first sample on the session's axis.
  public mutating func process(_ block: Block, at frame: Int64) {
    var done = 0
    while done < block.frameCount {
      var count = min(block.frameCount - done, noise.frameCapacity)
      if isShaped {
        // Shaped error never settles by itself: it begins anew now and then, so that a change of
        // the programme does not reach to its end.
        let place = (frame + Int64(done)) & (Self.restart - 1)
        if place == 0 { reset() }
        count = Int(min(Int64(count), Self.restart - place))
      }
      let part = block.slice(done..<(done + count))
      for channel in 0..<min(errors.count, block.channelCount) {
        clippedSamples += SampleScanning.beyondGrid(part[channel], scale: scale)
        let d = noise.block(count)[0]
        if parameters.isDithered {
          Noise(seed: parameters.seed, channel: channel).fillTriangular(
            d, from: frame + Int64(done))
        } else {
          d.fill(0)
        }
        if isShaped {
          quantise(part[channel], d, &errors[channel])
        } else {
          quantise(part[channel], d)
        }
      }
      done += count
    }
  }

  private func quantise(_ samples: Samples, _ d: Samples) {
    SampleScanning.quantise(samples, noise: d, scale: scale)
  }

  private func quantise(_ samples: Samples, _ d: Samples, _ past: inout Taps) {
    let (low, high, step) = (-scale, scale - 1, 1 / scale)
    let c = filter.values
    var e = past.values
    for i in samples.indices {
      var v = samples[i] * scale - c.0 * e.0
      v = v - c.1 * e.1
      v = v - c.2 * e.2
      v = v - c.3 * e.3
      v = v - c.4 * e.4
      v = v - c.5 * e.5
      v = v - c.6 * e.6
      v = v - c.7 * e.7
      v = v - c.8 * e.8
      let y = min(high, max(low, Maths.roundDown(v + d[i] + 0.5)))
      samples[i] = y * step
      e = (min(2, max(-2, y - v)), e.0, e.1, e.2, e.3, e.4, e.5, e.6, e.7)
    }
    past.values = e
  }

  /// The past errors of shaped noise; nothing else is remembered.
  public func encodeState(into writer: inout StateWriter) {
    guard isShaped else { return }
    for row in errors { writer.write(row.list) }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    guard isShaped else { return }
    for channel in errors.indices { errors[channel] = Taps(try reader.readDoubles(9)) }
  }

  public mutating func reset() {
    for channel in errors.indices { errors[channel] = Taps() }
  }

  /// Whether every sample lies on the grid of `bits` already and within it: then nothing need be
  /// rounded, and dither would only add noise.
  public static func isOnGrid(_ samples: Samples, bits: Int) -> Bool {
    let scale = Maths.powerOfTwo(min(max(bits, 2), 32) - 1)
    for i in samples.indices {
      let value = samples[i] * scale
      guard value >= -scale && value < scale && Maths.roundToEven(value) == value else {
        return false
      }
    }
    return true
  }
}
