internal import CLanes

/// Samples on the grid of exact sums, 2^-44, in six bytes each: 48-bit integers, lowest byte first.
///
/// - Range: less than 8 either way, that is 18 dB over full scale; no −0.
public enum PackedSums {
  /// Bytes of as many samples as lie in `byteCount` bytes of Doubles.
  public static func byteCount(ofDoubles byteCount: Int) -> Int { byteCount / 8 * 6 }

  private static let step = 4096

  /// Packs Doubles into `packed`, which has room for them.
  ///
  /// - Returns: false: one of them is none of these numbers.
  public static func pack(
    _ doubles: UnsafeRawBufferPointer, into packed: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let count = doubles.count / 8
    precondition(packed.count >= 6 * count)
    guard let from = doubles.baseAddress?.assumingMemoryBound(to: Double.self),
      let to = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { return false }
    return stride(from: 0, to: count, by: step).allSatisfy { start in
      lanes_pack48(from + start, to + 6 * start, min(step, count - start)) != 0
    }
  }

  /// Unpacks what fills the first three quarters of `bytes` into Doubles in all of them.
  public static func unpack(in bytes: UnsafeMutableRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    lanes_unpack48(
      base.assumingMemoryBound(to: UInt8.self), base.assumingMemoryBound(to: Double.self),
      bytes.count / 8)
  }
}
