internal import CLanes
import Signal

/// A conversion to a rate that is much lower: by a short filter to twice that rate, z, which a
/// half-band filter then halves.
///
/// y[n] = z[2n] / 2 + Σ_r h_r · (z[2n − 1 − 2r] + z[2n + 1 + 2r]). The short filter only keeps away
/// what would fold into the pass band: its transition ends where the doubled rate's images of the
/// pass band begin. The half-band filter's transition is centred on half the output rate.
///
/// Eight stretches of the output, or four of each channel of a pair, are computed side by side. They
/// begin with the same phase, so that all eight share every tap; each frame's sums are its own.
struct HalvedConversion {
  private let ratio: RateRatio
  /// Taps of the short filter for z[2n] and z[2n + 1] in turn, over one window: `width` pairs for
  /// each n mod `up`, and the frames from its window to the next one's.
  private let rows: AudioBuffer
  private let steps: [Int]
  private let width: Int
  /// Of the window from ⌊n·from/to⌋.
  private let firstTap: Int
  /// h_r.
  private let taps: AudioBuffer
  private let pairs: Int

  private static let largestUp: Int64 = 512
  /// Frames of a stretch, about: what belongs to eight of them stays in a near cache.
  private static let stretch = 1200

  /// - Returns: nil where one filter is better: at less than one and a half times the output's rate,
  ///   and where phases are too many to be kept.
  init?(from: Int, to: Int, design: ResamplerDesign) {
    ratio = RateRatio(from: from, to: to)
    guard 2 * from >= 3 * to, ratio.up <= Self.largestUp else { return nil }
    let (up, down) = (Int(ratio.up), Int(ratio.down))
    steps = (0..<up).map { ($0 + 1) * down / up - $0 * down / up }
    if from == 2 * to {
      // The input itself is z.
      (firstTap, width) = (0, 2)
      rows = AudioBuffer(channelCount: 1, frameCapacity: 4)
      for (i, tap) in [1.0, 0, 0, 1].enumerated() { rows.block[0][i] = tap }
    } else {
      let short = design.keepingImagesAway(from: from, doubled: 2 * to)
      firstTap = -short.halfWidth
      let all = 2 * short.halfWidth + 1 + (2 * up - 2 + down) / (2 * up)
      width = all + all % 2
      rows = AudioBuffer(channelCount: 1, frameCapacity: 2 * width * up)
      let row = AudioBuffer(channelCount: 2, frameCapacity: width)
      for n in 0..<up {
        let rest = n * down % up
        short.write(numerator: rest, denominator: up, first: firstTap, into: row.block[0])
        short.write(
          numerator: 2 * rest + down, denominator: 2 * up, first: firstTap, into: row.block[1])
        for k in 0..<width {
          rows.block[0][2 * (n * width + k)] = row.block[0][k]
          rows.block[0][2 * (n * width + k) + 1] = row.block[1][k]
        }
      }
    }
    let half = design.halving(to: to)
    pairs = half.count
    taps = AudioBuffer(channelCount: 1, frameCapacity: pairs)
    for (r, tap) in half.enumerated() { taps.block[0][r] = tap }
  }

  /// The input frames that the output frames `range`, not empty, are made of.
  func inputRange(forOutput range: FrameRange) -> FrameRange {
    let first = ratio.position(of: range.start - Int64(pairs)).frame
    let last = ratio.position(of: range.end + Int64(pairs) - 2).frame
    return FrameRange(first + Int64(firstTap), last + Int64(firstTap + width))
  }

  /// One or two channels.
  func render(_ range: FrameRange, from input: Block, into output: Block) {
    let origin = inputRange(forOutput: range).start
    let (channels, up) = (input.channelCount, Int(ratio.up))
    let side = 8 / channels
    var left = Int(range.length)
    var done = 0
    // As many stretches in turn as there must be, each of whole rounds of phases.
    let turns = (left + side * Self.stretch - 1) / (side * Self.stretch)
    let rounds = (left + side * turns * up - 1) / (side * turns * up)
    let frames = rounds * up
    let count = frames + 2 * pairs
    let reach = (count * Int(ratio.down)) / up + 2 + width
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * (reach + 2 * count)) { memory in
      guard let window = memory.baseAddress else { return }
      let even = window + 8 * reach
      while left > 0 {
        let start = range.start + Int64(done)
        let first = start - Int64(pairs)
        fill(window, frames, first, origin, input)
        let row = Int(first % ratio.up)
        steps.withUnsafeBufferPointer { steps in
          lanes_twice(
            window, rows.block[0].address, steps.baseAddress, width, up, row < 0 ? row + up : row,
            count, even, even + 8 * count)
        }
        lanes_halve(even + 8 * count, taps.block[0].address, pairs, frames, even + 8 * pairs)
        write(even + 8 * pairs, frames, output, done)
        done += side * frames
        left -= side * frames
      }
    }
  }

  /// The input of eight stretches of `frames`, the first from z[2 · first] on.
  private func fill(
    _ window: UnsafeMutablePointer<Double>, _ frames: Int, _ first: Int64, _ origin: Int64,
    _ input: Block
  ) {
    let last = first + Int64(frames + 2 * pairs - 1)
    let length = Int(ratio.position(of: last).frame - ratio.position(of: first).frame) + width
    let channels = input.channelCount
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 8) { counts in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: 8) { streams in
        for lane in 0..<8 {
          let from = ratio.position(of: first + Int64(lane / channels * frames)).frame
          let at = min(input.frameCount, Int(from - origin) + firstTap)
          counts[lane] = input.frameCount - at
          streams[lane] = UnsafePointer(input[lane % channels].address + at)
        }
        lanes_eight_in(streams.baseAddress, counts.baseAddress, length, window)
      }
    }
  }

  private func write(
    _ lanes: UnsafeMutablePointer<Double>, _ frames: Int, _ output: Block, _ place: Int
  ) {
    let channels = output.channelCount
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 8) { counts in
      withUnsafeTemporaryAllocation(
        of: UnsafeMutablePointer<Double>?.self, capacity: 8
      ) { streams in
        for lane in 0..<8 {
          let at = min(output.frameCount, place + lane / channels * frames)
          counts[lane] = output.frameCount - at
          streams[lane] = output[lane % channels].address + at
        }
        lanes_eight_out(lanes, streams.baseAddress, counts.baseAddress, frames)
      }
    }
  }
}
