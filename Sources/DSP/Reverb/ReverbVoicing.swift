import Signal

/// What makes a hall of the network, or a plate or a room: lengths at 48 kHz and 100 % size.
struct ReverbVoicing {
  /// Sixteen lines, as fractions of the scale.
  let lines: [Double]
  /// Allpass lengths in seconds, left and right, and their coefficients.
  let left: [Double]
  let right: [Double]
  let gains: [Double]

  /// Sixteen lengths between 1 and 3.2, spread so that no two stand in a small ratio.
  private static let spread: [Double] = [
    601, 691, 773, 839, 919, 997, 1061, 1163, 1249, 1327, 1433, 1523, 1613, 1723, 1823, 1931,
  ]

  init(_ kind: Reverb.Kind) {
    let scale: Double
    switch kind {
    case .hall:
      scale = 1.45
      left = [0.0043, 0.0071, 0.0113, 0.0157]
      right = [0.0047, 0.0067, 0.0119, 0.0149]
      gains = [0.7, 0.7, 0.65, 0.6]
    case .room:
      scale = 0.72
      left = [0.0031, 0.0047, 0.0071, 0.0103]
      right = [0.0034, 0.0044, 0.0076, 0.0098]
      gains = [0.7, 0.65, 0.6, 0.6]
    case .plate:
      scale = 1
      left = [0.0029, 0.0037, 0.0047, 0.0061, 0.0083, 0.0109]
      right = [0.0031, 0.0034, 0.0053, 0.0058, 0.0089, 0.0103]
      gains = [0.75, 0.75, 0.7, 0.7, 0.625, 0.625]
    }
    lines = Self.spread.map { $0 * scale / 48000 }
  }

  /// The next primes at or above the lengths in frames, all different.
  static func frames(_ seconds: [Double], rate: Double, taken: inout Set<Int>) -> [Int] {
    seconds.map { length in
      var frames = max(61, Int((length * rate).rounded()))
      while taken.contains(frames) || !isPrime(frames) { frames += 1 }
      taken.insert(frames)
      return frames
    }
  }

  private static func isPrime(_ number: Int) -> Bool {
    if number % 2 == 0 { return number == 2 }
    var divisor = 3
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 2
    }
    return number > 1
  }
}
