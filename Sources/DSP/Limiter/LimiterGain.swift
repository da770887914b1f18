internal import CLanes
public import Signal

/// The gain half of a limiter: from heights to gains that keep them under a ceiling.
///
/// Everything after the first division is arithmetic on reductions 1 − gain in whole steps of 2^-40,
/// rounded up: exact, without drift, and never too little.
///
/// 1. reduction d = 1 − C / (gain · height), 0 where that is below C;
/// 2. the largest d of the last L + 1 frames (a monotonic queue);
/// 3. release: falls towards it exponentially, by at least 2^-30 a frame so that it arrives;
/// 4. three moving averages of L/3 + 1 frames: weights ≥ 0 of sum 1 over L + 1 frames, in each of
///    which the reduction is at least what the frame L before needs.
///
/// - Latency: `lookAhead` frames, a multiple of 3.
/// - Source: P. Hämäläinen, "Smoothing of the Control Signal without Clipped Output in Digital Peak
///   Limiters", DAFx 2002.
public struct LimiterGain {
  static let one: Int64 = 1 << 40

  /// Linear; 0.01 dB under the one asked for, 0.02 dB with less than 1.5 ms of look-ahead: a gain
  /// that moves that fast lifts what lies between the samples.
  public let ceiling: Double
  public let lookAhead: Int
  /// Seconds until two states that differed agree.
  public let convergence: Double
  /// Of the fast release, of the slow one, and of the average that feeds it; these two are 1 where
  /// there is but one.
  private let rates: [Double]
  /// Frames of each moving average.
  private let size: Int

  private var queue: MaximumQueue
  /// Released, the average, released slowly: whole numbers.
  private var levels = [0.0, 0, 0]
  /// The moving averages' values one after another, the oldest of each at `place`.
  private var rings: [Int64]
  private var place = 0
  private var sums: [Int64] = [0, 0, 0]

  /// - Parameters:
  ///   - ceiling: dB.
  ///   - lookAhead: seconds; rounded to a multiple of three frames, 3 at least.
  ///   - release: time constant, or automatic: 30 ms and, fed by a 100 ms average, 300 ms,
  ///     whichever reduces more.
  public init(ceiling: Double, lookAhead: Double, release: Release, rate: Double) {
    self.ceiling = decibelsToGain(ceiling - (lookAhead < 0.0015 - 1e-9 ? 0.02 : 0.01))
    let third = max(1, DecibelLoops.frames(lookAhead / 3, rate, limit: Int(rate)))
    self.lookAhead = 3 * third
    switch release {
    case .seconds(let seconds):
      rates = [1 - DecibelLoops.pole(seconds, rate), 1, 1]
      convergence = 16 * max(0, seconds) + 0.1
    case .automatic:
      rates = [0.03, 0.3, 0.1].map { 1 - DecibelLoops.pole($0, rate) }
      convergence = 32 * 0.1 + 16 * 0.3
    }
    queue = MaximumQueue(length: self.lookAhead + 1)
    size = third + 1
    rings = Array(repeating: 0, count: 3 * size)
  }

  /// Nothing is being reduced and nothing remembered.
  public var isAtRest: Bool {
    queue.isEmpty && levels == [0, 0, 0] && sums == [0, 0, 0]
  }

  /// Turns heights into the gains of the frames `lookAhead` before; both may be one memory.
  ///
  /// - Parameter gain: what the signal will be multiplied with before these gains.
  /// - Returns: whether any of the gains may differ from 1.
  @discardableResult
  public mutating func process(_ peaks: Samples, gain: Double, into gains: Samples) -> Bool {
    let limit = ceiling / gain
    if isAtRest && Magnitudes.largest(peaks) <= limit {
      gains.fill(1)
      return false
    }
    var marks = [queue.first, queue.count, queue.now]
    lanes_limit(
      peaks.address, gains.address, peaks.count, limit, rates, &levels, &queue.values,
      &queue.frames, lookAhead + 1, &marks, &rings, size, &place, &sums)
    (queue.first, queue.count, queue.now) = (marks[0], marks[1], marks[2])
    return true
  }

  public func encode(into writer: inout StateWriter) {
    for level in levels { writer.write(Int(level)) }
    queue.encode(into: &writer)
    // The oldest value leaves the sum as the next one comes; it matters no more.
    for ring in 0..<3 {
      for offset in 1..<size { writer.write(Int(rings[ring * size + (place + offset) % size])) }
    }
  }

  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    reset()
    for index in levels.indices { levels[index] = Double(try reader.readInt()) }
    try queue.restore(from: &reader)
    for ring in 0..<3 {
      for offset in 1..<size {
        let value = Int64(try reader.readInt())
        guard value >= 0 && value <= LimiterGain.one else { throw StateError() }
        rings[ring * size + offset] = value
        sums[ring] += value
      }
    }
  }

  public mutating func reset() {
    levels = [0, 0, 0]
    queue.reset()
    place = 0
    sums = [0, 0, 0]
    for index in rings.indices { rings[index] = 0 }
  }
}
