internal import CLanes
public import Signal

/// Estimates, frame by frame, how high the continuous signal between the samples rises.
///
/// Eight phases of a sinc under a Kaiser window (β 9.5, 48 taps a phase, each phase normalised to
/// unity at DC), then a parabola through every local maximum of |y| and its two neighbours:
/// p = y1 + (y0 − y2)² / (8 (2·y1 − y0 − y2)), at most 1.0196·y1. The estimate of a frame is the highest point in the
/// closed interval of half a frame to either side; a half-way point counts for both frames.
///
/// Phases k and 8 − k mirror each other, so both come from the same sums over s = x[b−r] + x[b+1+r]
/// and d = x[b−r] − x[b+1+r]; taps are added in ascending r.
///
/// - Shape: one channel. Values come `latency` frames after the samples.
/// - Precision: reads at most 0.003 dB low up to 0.40 of the rate, −0.13 dB at 0.4535.
/// - Source: ITU-R BS.1770-5, Annex 2, for the method; the filter is sharper than its example.
public struct TruePeakEstimator {
  /// Frames between a sample and its estimate.
  public static let latency = 24
  /// 1 / cos(π/16): with eight points a frame, no tone below half the rate peaks further above
  /// the nearest of them; a parabola that would is held there.
  static let vertexBound = 1.0196

  private static let half = 24
  private static let history = 48
  private static let tile = 1024
  private static let group = 16

  /// For each r: E1, E2, E3, E4, O1, O2, O3.
  private let coefficients: AudioBuffer
  /// No interpolated value, vertices included, exceeds this many times the largest sample.
  private let bound: Double
  /// The taps of phase 4, for the samples on either side.
  private let middle: AudioBuffer
  /// No such value exceeds the first times the largest of the two samples it lies between and the
  /// point half-way, and the second times the largest sample in reach; all but eight taps on either
  /// side of that point add the third times this.
  private let bounds: [Double]
  /// 48 old frames and then a tile of new ones.
  private let input: AudioBuffer
  /// Phases 0...7 of the bases of one group (and of the base before them).
  private let phases: AudioBuffer
  /// The largest magnitude in each sixteen of `input`.
  private let largest: AudioBuffer
  /// The highest of the points around each frame.
  private let tops: AudioBuffer
  /// Whether `phases` holds the last base before the next frame, at index 16.
  private var isBaseKnown = false

  public init() {
    coefficients = AudioBuffer(channelCount: 1, frameCapacity: Self.half * 7)
    input = AudioBuffer(channelCount: 1, frameCapacity: Self.history + Self.tile + Self.group)
    largest = AudioBuffer(
      channelCount: 1, frameCapacity: (Self.history + Self.tile) / Self.group + 1)
    phases = AudioBuffer(channelCount: 8, frameCapacity: Self.group + 8)
    tops = AudioBuffer(channelCount: 1, frameCapacity: Self.group + 8)
    // w[k][r]: the weight of a sample r + k/8 away.
    let window = KaiserWindow(beta: 9.5)
    var weights = (0...8).map { k in
      (0..<Self.half).map { r in
        let distance = Double(r) + Double(k) / 8
        return KaiserWindow.sinc(distance) * window.value(at: distance / Double(Self.half))
      }
    }
    var highest = 1.0
    for k in 1...4 {
      var sum = 0.0
      for r in 0..<Self.half { sum += weights[k][r] + weights[8 - k][r] }
      var norm = 0.0
      for r in 0..<Self.half {
        weights[k][r] /= sum
        if k < 4 { weights[8 - k][r] /= sum }
        norm += weights[k][r].magnitude + weights[8 - k][r].magnitude
      }
      highest = max(highest, norm)
    }
    bound = highest * Self.vertexBound * (1 + 1e-9)
    middle = AudioBuffer(channelCount: 1, frameCapacity: Self.half)
    for r in 0..<Self.half { middle.block[0][r] = weights[4][r] }
    bounds = Self.bounds(weights)
    let table = coefficients.block[0]
    for r in 0..<Self.half {
      for k in 1...4 {
        let (near, far) = (weights[k][r], weights[8 - k][r])
        table[7 * r + k - 1] = k == 4 ? near : 0.5 * (near + far)
        if k < 4 { table[7 * r + 3 + k] = 0.5 * (near - far) }
      }
    }
  }

  /// Phases 1, 2 and 3 as so many times the sample before, the one half-way and the one behind; what
  /// is left of their taps is counted with all its magnitude, so any numbers hold. These were found by
  /// linear programming.
  private static let mixtures = [[0.77, 0.33, -0.07], [0.5, 0.64, -0.11], [0.23, 0.88, -0.09]]

  private static func bounds(_ weights: [[Double]]) -> [Double] {
    var (near, off) = (1.0, 0.0)
    for (index, mixture) in mixtures.enumerated() {
      var left = 0.0
      for r in 0..<half {
        let middle = mixture[1] * weights[4][r]
        left += (weights[index + 1][r] - middle - (r == 0 ? mixture[0] : 0)).magnitude
        left += (weights[7 - index][r] - middle - (r == 0 ? mixture[2] : 0)).magnitude
      }
      near = max(near, mixture.reduce(0) { $0 + $1.magnitude })
      off = max(off, left)
    }
    let rest = (8..<half).reduce(0) { $0 + 2 * weights[4][$1].magnitude }
    return [near * vertexBound, off * vertexBound, rest].map { $0 * (1 + 1e-9) }
  }

  /// Estimates for the frames `samples` belongs to, 24 frames ago.
  ///
  /// - Parameters:
  ///   - threshold: estimates at or below it do not matter and are replaced by the sample's own
  ///     magnitude; what cannot exceed it is not even computed.
  ///   - peaks: as many frames as `samples`.
  ///   - merging: keeps the larger of the estimate and what `peaks` holds.
  public mutating func process(
    _ samples: Samples, above threshold: Double, into peaks: Samples, merging: Bool
  ) {
    let memory = input.block[0]
    var done = 0
    while done < samples.count {
      let count = min(samples.count - done, Self.tile)
      memory.slice(Self.history..<(Self.history + count)).copy(
        from: samples.slice(done..<(done + count)))
      estimate(count, threshold, peaks.slice(done..<(done + count)), merging)
      for i in 0..<Self.history { memory[i] = memory[i + count] }
      done += count
    }
  }

  /// The tile's frames m = 24..<(24 + count) of `input`.
  private mutating func estimate(
    _ count: Int, _ threshold: Double, _ peaks: Samples, _ merging: Bool
  ) {
    let memory = input.block[0].address
    lanes_magnitudes(memory + Self.half, count, merging ? 1 : 0, peaks.address)
    let tops = largest.block[0]
    // What may lie behind the frames in the last sixteen costs time at most.
    lanes_tops(
      memory, (Self.history + count + Self.group - 1) / Self.group, tops.address)
    var done = 0
    while done < count {
      let size = min(Self.group, count - done)
      let index = done / Self.group
      // Frames m need the bases m − 1 and m, these the samples m − 24 ... m + 24.
      let reach = max(max(tops[index], tops[index + 1]), max(tops[index + 2], tops[index + 3]))
      if reach * bound <= threshold || isLow(done, size, reach, threshold) {
        isBaseKnown = false
      } else {
        interpolate(from: done, size)
        merge(done..<(done + size), threshold, peaks)
      }
      done += size
    }
  }

  /// Whether the points around the frames cannot exceed `threshold`, by the points half-way.
  private func isLow(_ first: Int, _ size: Int, _ reach: Double, _ threshold: Double) -> Bool {
    lanes_low(
      input.block[0].address + (first + Self.half - 1), size + 1, middle.block[0].address, bounds,
      reach, threshold) != 0
  }

  /// Phases 0...7 at the bases 23 + first ... 23 + first + size, into `phases` from index 0. The first
  /// is the last of the group before, where that was computed.
  private mutating func interpolate(from first: Int, _ size: Int) {
    let x = input.block[0].address + (first + Self.half - 1)
    let known = isBaseKnown ? 1 : 0
    if isBaseKnown {
      for phase in 0..<8 { phases.block[phase][0] = phases.block[phase][Self.group] }
    }
    lanes_phases(
      x + known, coefficients.block[0].address, Self.half, size + 1 - known,
      phases.block[0].address + known, phases.frameCapacity)
    isBaseKnown = size == Self.group
  }

  /// The highest point around each frame, from `phases`, where it is higher than what is known.
  private func merge(
    _ range: Range<Int>, _ threshold: Double, _ peaks: Samples
  ) {
    let heights = tops.block[0]
    lanes_heights(
      phases.block[0].address, phases.frameCapacity, range.count, threshold, Self.vertexBound,
      heights.address)
    for i in 0..<range.count {
      let (value, other) = (heights[i], peaks[range.lowerBound + i])
      peaks[range.lowerBound + i] = other > value ? other : value
    }
  }

  func encode(into writer: inout StateWriter) {
    for i in 0..<Self.history { writer.write(input.block[0][i]) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    isBaseKnown = false
    for i in 0..<Self.history { input.block[0][i] = try reader.readDouble() }
  }

  public mutating func reset() {
    isBaseKnown = false
    input.block.fill(0)
  }
}
