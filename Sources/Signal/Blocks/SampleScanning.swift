internal import CLanes

/// Loops over whole runs of samples on their way from and to files.
public enum SampleScanning {
  /// Interleaved stereo of 24-bit integers, lowest byte first: value · 2^-23 into two channels.
  public static func splitInt24(_ bytes: UnsafeRawPointer, _ left: Samples, _ right: Samples) {
    precondition(left.count == right.count)
    lanes_split_int24(
      bytes.assumingMemoryBound(to: UInt8.self), left.address, right.address, left.count)
  }

  /// One channel of 24-bit integers, lowest byte first: value · 2^-23.
  public static func widenInt24(_ bytes: UnsafeRawPointer, _ out: Samples) {
    lanes_widen_int24(bytes.assumingMemoryBound(to: UInt8.self), out.address, out.count)
  }

  /// The way back: samples · 2^23, rounded to nearest with ties to even, clamped to 24 bits.
  public static func joinInt24(
    _ left: Samples, _ right: Samples, into bytes: UnsafeMutableRawPointer
  ) {
    precondition(left.count == right.count)
    lanes_join_int24(
      left.address, right.address, bytes.assumingMemoryBound(to: UInt8.self), left.count)
  }

  /// floor(x · scale + noise + ½), clamped to −scale ... scale − 1, over `scale`; in place.
  ///
  /// - Parameter scale: a power of two.
  public static func quantise(_ samples: Samples, noise: Samples, scale: Double) {
    precondition(noise.count >= samples.count)
    lanes_quantise(samples.address, noise.address, scale, samples.count)
  }

  /// How many samples, times `scale`, lie below `low` or are `high` or more.
  public static func count(
    of samples: UnsafePointer<Double>, _ count: Int, times scale: Double, below low: Double,
    orFrom high: Double
  ) -> Int {
    lanes_beyond(samples, count, scale, low, high)
  }

  /// How many samples lie beyond −1 ... 1 by more than a step of the grid of `scale` steps: rounding
  /// them to it takes away more than dither does.
  public static func beyondGrid(_ samples: Samples, scale: Double) -> Int {
    lanes_beyond(samples.address, samples.count, scale, -scale - 1, (scale + 1).nextUp)
  }

  /// Whether no sample is infinite or not a number.
  public static func isFinite(_ samples: UnsafePointer<Double>, count: Int) -> Bool {
    lanes_finite(samples, count) == 1
  }
}
