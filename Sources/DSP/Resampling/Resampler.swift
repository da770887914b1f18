public import Signal

/// Converts between sampling rates, at random by output frame.
///
/// y[n] = Σ_k h(k − φ) · x[i + k], with i = ⌊n·from/to⌋ and φ the fraction that is left, both in
/// integer arithmetic: an output frame depends on its number and its input alone. Output frame n
/// and input frame n·from/to are the same instant; there is no latency.
///
/// Where `to` / gcd exceeds 1024 the phases are not all kept. Then y = Σ_j w_j(μ) · y_j over four
/// neighbouring phases p − 1 … p + 2 of 256, with p + μ = 256·φ and w the cubic Lagrange weights.
///
/// To a much lower rate (two thirds and less, standard slope, 512 phases at most) the conversion is
/// made in two steps, by way of twice that rate; see `HalvedConversion`.
///
/// - Shape: any channel count; channels are independent.
/// - Precision: Double. Pass band to 20 kHz at 44.1 kHz and 0.45 of the lower rate elsewhere
///   within 1e-6 dB; images and what folds below the pass band's end under −148 dB.
/// - Complexity: taps = 9.89 · from / (stop − pass) multiplications a frame and channel (116 for
///   48 → 44.1 kHz); four times that with interpolated phases. In two steps
///   10.6 · from / (to − pass) + 9.89 · to / (stop − pass) additions of products (148 for
///   96 → 44.1 kHz, where one filter takes 232).
/// - Source: R. E. Crochiere, L. R. Rabiner, *Multirate Digital Signal Processing*, 1983.
public final class Resampler {
  public enum Slope: Hashable, Sendable {
    /// The transition is centred on half the lower rate: what folds stays above the pass band.
    case standard
    /// The transition ends at half the lower rate: nothing folds, at twice the taps.
    case steep
  }

  public static let identity = KernelIdentity("resampler", revision: 2)

  /// Hz.
  public let from: Int
  public let to: Int
  private let ratio: RateRatio
  private var up: Int64 { ratio.up }
  private var down: Int64 { ratio.down }
  /// Input frames from one output to the next: whole ones, and 1/up of one.
  private let wholeStep: Int64
  private let partStep: Int64
  /// Frame offset of the first tap from ⌊n·from/to⌋.
  private let firstTap: Int
  private let tapCount: Int
  /// One channel a phase.
  private let phases: AudioBuffer
  private let isInterpolated: Bool
  /// Makes all there is to make, where it is there.
  private let halved: HalvedConversion?

  static let exactPhaseLimit = 1024
  static let gridPhases = 256

  /// - Parameters: `from` and `to` in Hz, 1 and more, not more than 256 times each other.
  /// - Returns: nil outside these ranges.
  public init?(from: Int, to: Int, slope: Slope = .standard) {
    guard from >= 1, to >= 1, from <= 1 << 28, to <= 1 << 28, from / to < 256, to / from < 256
    else { return nil }
    self.from = from
    self.to = to
    ratio = RateRatio(from: from, to: to)
    let up = ratio.up
    (wholeStep, partStep) = ratio.down.quotientAndRemainder(dividingBy: up)
    let design = ResamplerDesign(from: from, to: to, slope: slope)
    halved = slope == .standard ? HalvedConversion(from: from, to: to, design: design) : nil
    isInterpolated = up > Int64(Resampler.exactPhaseLimit)
    if halved != nil {
      (firstTap, tapCount) = (0, 0)
      phases = AudioBuffer(channelCount: 1, frameCapacity: 0)
    } else if isInterpolated {
      firstTap = -design.halfWidth
      tapCount = 2 * design.halfWidth + 4
      phases = AudioBuffer(channelCount: Resampler.gridPhases + 3, frameCapacity: tapCount)
      for j in 0..<(Resampler.gridPhases + 3) {
        design.write(
          numerator: j - 1, denominator: Resampler.gridPhases, first: firstTap,
          into: phases.block[j])
      }
    } else {
      firstTap = 1 - design.halfWidth
      tapCount = 2 * design.halfWidth
      phases = AudioBuffer(channelCount: Int(up), frameCapacity: tapCount)
      for phase in 0..<Int(up) {
        design.write(
          numerator: phase, denominator: Int(up), first: firstTap, into: phases.block[phase])
      }
    }
  }

  /// Frames that `frames` input frames last at the new rate, rounded up.
  public func outputFrames(for frames: Int64) -> Int64 {
    guard frames > 0 else { return 0 }
    let (whole, rest) = frames.quotientAndRemainder(dividingBy: down)
    return whole * up + (rest * up + down - 1) / down
  }

  /// The input frames that the output frames `range` are made of. It may begin before 0.
  public func inputRange(forOutput range: FrameRange) -> FrameRange {
    guard !range.isEmpty else { return FrameRange(0, 0) }
    if let halved { return halved.inputRange(forOutput: range) }
    let first = ratio.position(of: range.start).frame + Int64(firstTap)
    let last = ratio.position(of: range.end - 1).frame + Int64(firstTap + tapCount)
    return FrameRange(first, last)
  }

  /// Computes the output frames `range`.
  ///
  /// - Parameters:
  ///   - input: exactly the frames `inputRange(forOutput: range)`; zeros outside the recording.
  ///   - output: as many frames as the range, as many channels as the input.
  public func render(_ range: FrameRange, from input: Block, into output: Block) {
    guard !range.isEmpty else { return }
    let needed = inputRange(forOutput: range)
    precondition(
      input.frameCount == Int(needed.length) && output.frameCount == Int(range.length)
        && output.channelCount == input.channelCount)
    var channel = 0
    while channel < input.channelCount {
      let channels = min(2, input.channelCount - channel)
      if let halved {
        let both = channel..<(channel + channels)
        halved.render(range, from: input.channels(both), into: output.channels(both))
        channel += channels
        continue
      }
      let turns = 8 / channels
      // Enough that no more than a quarter of the products is made for nothing.
      if !isInterpolated && range.length > Int64(turns / 2) * up {
        renderByPhases(
          range, needed.start, input.channels(channel..<(channel + channels)),
          output.channels(channel..<(channel + channels)))
        channel += channels
      } else if channel + 1 < input.channelCount {
        renderPair(range, needed.start, input, output, channel)
        channel += 2
      } else {
        renderSingle(range, needed.start, input, output, channel)
        channel += 1
      }
    }
  }

  /// Outputs that are `up` frames apart share their taps: eight products at a time.
  private func renderByPhases(
    _ range: FrameRange, _ origin: Int64, _ input: Block, _ output: Block
  ) {
    let (count, channels) = (Int(range.length), input.channelCount)
    let (period, step, turns) = (Int(up), Int(down), 8 / channels)
    withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: 8) { places in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 8) { products in
        guard let first = places.baseAddress, let values = products.baseAddress else { return }
        for start in stride(from: 0, to: count, by: turns * period) {
          var (frame, rest) = ratio.position(of: range.start + Int64(start))
          let isFull = count - start >= turns * period
          for i in start..<min(count, start + period) {
            let place = Int(frame - origin) + firstTap
            // Beyond the last output the last one is made again.
            let here = isFull ? turns : min(turns, (count - i + period - 1) / period)
            for turn in 0..<turns {
              let at = place + min(turn, here - 1) * step
              for channel in 0..<channels {
                first[turn * channels + channel] = UnsafePointer(input[channel].address + at)
              }
            }
            FIRProduct.eight(first, phases.block[Int(rest)], into: values)
            for turn in 0..<here {
              for channel in 0..<channels {
                output[channel][i + turn * period] = values[turn * channels + channel]
              }
            }
            advance(&frame, &rest)
          }
        }
      }
    }
  }

  private func renderPair(
    _ range: FrameRange, _ origin: Int64, _ input: Block, _ output: Block, _ channel: Int
  ) {
    let left = input[channel]
    let right = input[channel + 1]
    let (outLeft, outRight) = (output[channel], output[channel + 1])
    var (frame, rest) = ratio.position(of: range.start)
    for i in 0..<Int(range.length) {
      let place = Int(frame - origin) + firstTap
      if isInterpolated {
        let (phase, weights) = interpolation(rest)
        var sum = SIMD2<Double>(0, 0)
        for j in 0..<4 {
          let taps = phases.block[phase + j]
          let pair = FIRProduct.pair(left, right, at: place, taps)
          sum = sum + pair * SIMD2(repeating: weights[j])
        }
        outLeft[i] = sum.x
        outRight[i] = sum.y
      } else {
        let pair = FIRProduct.pair(left, right, at: place, phases.block[Int(rest)])
        outLeft[i] = pair.x
        outRight[i] = pair.y
      }
      advance(&frame, &rest)
    }
  }

  private func renderSingle(
    _ range: FrameRange, _ origin: Int64, _ input: Block, _ output: Block, _ channel: Int
  ) {
    let samples = input[channel]
    let out = output[channel]
    var (frame, rest) = ratio.position(of: range.start)
    for i in 0..<Int(range.length) {
      let place = Int(frame - origin) + firstTap
      if isInterpolated {
        let (phase, weights) = interpolation(rest)
        var sum = 0.0
        for j in 0..<4 {
          sum += FIRProduct.single(samples, at: place, phases.block[phase + j]) * weights[j]
        }
        out[i] = sum
      } else {
        out[i] = FIRProduct.single(samples, at: place, phases.block[Int(rest)])
      }
      advance(&frame, &rest)
    }
  }

  @inline(__always)
  private func advance(_ frame: inout Int64, _ rest: inout Int64) {
    frame &+= wholeStep
    rest &+= partStep
    if rest >= up {
      rest &-= up
      frame &+= 1
    }
  }

  /// The first of four phases (stored from −1 on) and their cubic Lagrange weights.
  private func interpolation(_ rest: Int64) -> (phase: Int, weights: SIMD4<Double>) {
    let scaled = rest * Int64(Resampler.gridPhases)
    let (phase, part) = scaled.quotientAndRemainder(dividingBy: up)
    let u = Double(part) / Double(up)
    let (a, b, c) = (u + 1, u - 1, u - 2)
    let weights = SIMD4<Double>(
      -(u * b * c) / 6, (a * b * c) * 0.5, -(a * u * c) * 0.5, (a * u * b) / 6)
    return (Int(phase), weights)
  }
}
