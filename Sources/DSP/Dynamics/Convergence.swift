/// Times that kernels add up for `Memory.recursive(convergence:)`, in seconds.
enum Convergence {
  /// One rounding interval.
  static func interval(_ rate: Double, rounding: Int = Housekeeping.rounding) -> Double {
    Double(rounding) / rate
  }

  /// Until a mean square of at most 2^7 has fallen below half a step of 2^-40.
  static func window(_ reading: LevelReading) -> Double {
    switch reading {
    case .peak: 0
    case .rms(let window): 34 * max(0, window)
    }
  }
}
