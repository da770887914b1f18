internal import CLanes
public import Signal

/// What a compressor reads as the level of its side-chain.
public enum LevelReading: Hashable, Sendable {
  /// The magnitude of each sample.
  case peak
  /// The mean square over a one-pole window of this many seconds.
  case rms(window: Double)
}

/// Turns one side-chain channel into magnitudes (peak) or mean squares (RMS).
public struct LevelDetector: Hashable, Sendable {
  let pole: Double?
  var meanSquare = 0.0

  public init(_ reading: LevelReading, rate: Double) {
    switch reading {
    case .peak: pole = nil
    case .rms(let window): pole = DecibelLoops.pole(window, rate)
    }
  }

  /// Whether the readings are mean squares.
  public var isPower: Bool { pole != nil }

  /// Writes the readings of `input` to `output`, which may be the same samples.
  public mutating func process(_ input: Samples, into output: Samples) {
    guard let pole else {
      for i in input.indices { output[i] = input[i].magnitude }
      return
    }
    let incoming = 1 - pole
    var mean = meanSquare
    for i in input.indices {
      let x = input[i]
      mean = pole * mean + incoming * (x * x)
      output[i] = mean
    }
    meanSquare = mean
  }

  mutating func flush() { meanSquare = StateGrid.flushed(meanSquare) }
  mutating func round() { meanSquare = StateGrid.filter(meanSquare) }
}

enum Magnitudes {
  /// The larger of two channels' readings, frame by frame, into `a`.
  static func merge(_ a: Samples, _ b: Samples) {
    for i in a.indices {
      let (x, y) = (a[i], b[i])
      a[i] = x > y ? x : y
    }
  }

  /// The largest of values that are not negative; 0 for none.
  static func largest(_ values: Samples) -> Double {
    largest(values) { $0 }
  }

  static func largestMagnitude(_ values: Samples) -> Double {
    lanes_largest(values.address, values.count)
  }

  /// Four running maxima: the order of a maximum does not matter.
  @inline(__always)
  private static func largest(_ values: Samples, _ read: (Double) -> Double) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    let count = values.count
    var i = 0
    while i + 4 <= count {
      let (w, x, y, z) = (
        read(values[i]), read(values[i + 1]), read(values[i + 2]), read(values[i + 3])
      )
      a = w > a ? w : a
      b = x > b ? x : b
      c = y > c ? y : c
      d = z > d ? z : d
      i += 4
    }
    while i < count {
      let w = read(values[i])
      a = w > a ? w : a
      i += 1
    }
    let (x, y) = (a > b ? a : b, c > d ? c : d)
    return x > y ? x : y
  }
}
