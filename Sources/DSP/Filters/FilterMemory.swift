/// How long filters remember, from the time constants of their sections.
struct FilterMemory {
  /// Frames, section by section.
  let timeConstants: [Double]
  let rate: Int

  /// The rounding interval of a section that falls by 1/e in `frames`.
  static func rounding(timeConstant frames: Double, rate: Int) -> Int {
    Housekeeping.rounding(forDecay: min(1e4, 6.908 * frames / Double(rate)), rate: rate)
  }

  /// The shortest interval of any section: when the kernel has to be called.
  var rounding: Int {
    timeConstants.map { FilterMemory.rounding(timeConstant: $0, rate: rate) }.min()
      ?? Housekeeping.rounding
  }

  /// Seconds: the slowest part falls by 2^−48 while the others follow, then two roundings.
  var convergence: Double {
    let slowest = timeConstants.max() ?? 0
    let longest =
      timeConstants.map { FilterMemory.rounding(timeConstant: $0, rate: rate) }.max()
      ?? Housekeeping.rounding
    let frames = 33.3 * slowest + 7 * timeConstants.reduce(0, +) + 2 * Double(longest)
    return frames / Double(rate)
  }

  var memory: Memory { .recursive(rounding: rounding, convergence: convergence) }

  /// Frames to −60 dB; sections one after another at the worst.
  var tail: Tail {
    .frames(Int(min(1e9, (6.908 * timeConstants.reduce(0, +)).rounded(.up))) + 8)
  }
}
