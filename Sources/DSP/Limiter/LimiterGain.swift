public import Signal

/// The gain half of a limiter: from heights to gains that keep them under a ceiling.
///
/// Everything after the first division is integer arithmetic on reductions 1 − gain in steps of
/// 2^-40, rounded up: exact, without drift, and never too little.
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
  /// What a release moves at least.
  static let step: Int64 = 1 << 10

  /// Linear; 0.01 dB under the one asked for, 0.02 dB with less than 1.5 ms of look-ahead: a gain
  /// that moves that fast lifts what lies between the samples.
  public let ceiling: Double
  public let lookAhead: Int
  /// Seconds until two states that differed agree.
  public let convergence: Double
  private let fast: Double
  private let slow: Double
  private let average: Double
  private let isAutomatic: Bool

  private var queue: MaximumQueue
  private var boxes: [MovingAverage]
  private var released: Int64 = 0
  private var mean: Int64 = 0
  private var slowReleased: Int64 = 0

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
      isAutomatic = false
      fast = 1 - DecibelLoops.pole(seconds, rate)
      slow = 1
      average = 1
      convergence = 16 * max(0, seconds) + 0.1
    case .automatic:
      isAutomatic = true
      fast = 1 - DecibelLoops.pole(0.03, rate)
      slow = 1 - DecibelLoops.pole(0.3, rate)
      average = 1 - DecibelLoops.pole(0.1, rate)
      convergence = 32 * 0.1 + 16 * 0.3
    }
    queue = MaximumQueue(length: self.lookAhead + 1)
    boxes = Array(repeating: MovingAverage(length: third + 1), count: 3)
  }

  /// Nothing is being reduced and nothing remembered.
  public var isAtRest: Bool {
    queue.isEmpty && released == 0 && mean == 0 && slowReleased == 0
      && boxes.allSatisfy { $0.sum == 0 }
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
    for i in peaks.indices {
      let peak = peaks[i]
      let needed =
        peak > limit ? Self.one - Int64((limit / peak) * Double(Self.one)) : 0
      let held = queue.push(needed)
      var reduction = release(held)
      for box in 0..<3 { reduction = boxes[box].push(reduction) }
      gains[i] = Double(Self.one - reduction) * 0x1p-40
    }
    return true
  }

  @inline(__always)
  private mutating func release(_ held: Int64) -> Int64 {
    released = Self.falling(released, held, fast)
    guard isAutomatic else { return released }
    if mean < held {
      mean = min(held, mean + max(Self.step, Int64(Double(held - mean) * average)))
    } else {
      mean = Self.falling(mean, held, average)
    }
    slowReleased = Self.falling(slowReleased, mean, slow)
    return max(released, slowReleased)
  }

  /// `value` at once up to `target`, or down towards it.
  @inline(__always)
  private static func falling(_ value: Int64, _ target: Int64, _ rate: Double) -> Int64 {
    guard value > target else { return target }
    return max(target, value - max(step, Int64(Double(value - target) * rate)))
  }

  public func encode(into writer: inout StateWriter) {
    writer.write(Int(released))
    writer.write(Int(mean))
    writer.write(Int(slowReleased))
    queue.encode(into: &writer)
    for box in boxes { box.encode(into: &writer) }
  }

  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    released = Int64(try reader.readInt())
    mean = Int64(try reader.readInt())
    slowReleased = Int64(try reader.readInt())
    try queue.restore(from: &reader)
    for index in boxes.indices { try boxes[index].restore(from: &reader) }
  }

  public mutating func reset() {
    (released, mean, slowReleased) = (0, 0, 0)
    queue.reset()
    for index in boxes.indices { boxes[index].reset() }
  }
}
