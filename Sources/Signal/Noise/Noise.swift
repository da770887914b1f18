internal import CLanes

/// Noise as a function of seed, channel, purpose and absolute frame: any block of it can be made
/// alone, and there is no generator state to lose.
///
/// The counter is (frame / 2 low, high, channel, purpose); even frames take words 0 and 1, odd
/// frames 2 and 3. A word w stands for (w + ½)·2^−32.
@frozen
public struct Noise: Hashable, Sendable {
  /// Keeps the noises of one seed apart.
  @frozen
  public enum Purpose: UInt32, Hashable, Sendable {
    case dither = 1
    case test = 2
  }

  public let seed: UInt64
  public let channel: UInt32
  public let purpose: Purpose

  @inlinable
  public init(seed: UInt64, channel: Int, purpose: Purpose = .dither) {
    self.seed = seed
    self.channel = UInt32(truncatingIfNeeded: channel)
    self.purpose = purpose
  }

  @inlinable @inline(__always)
  func words(ofPair pair: Int64) -> Philox.Words {
    let bits = UInt64(bitPattern: pair)
    return Philox.words(
      (
        UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits &>> 32), channel,
        purpose.rawValue
      ),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32)))
  }

  @inlinable @inline(__always)
  static func triangle(_ a: UInt32, _ b: UInt32) -> Double {
    // Exact: 33 bits of sum.
    Double(UInt64(a) &+ UInt64(b) &+ 1) * 0x1p-32 - 1
  }

  /// A sample of triangular density between −1 and +1, variance 1/6.
  @inlinable
  public func triangular(at frame: Int64) -> Double {
    let words = words(ofPair: frame &>> 1)
    return frame & 1 == 0
      ? Noise.triangle(words.0, words.1) : Noise.triangle(words.2, words.3)
  }

  /// A sample of uniform density between 0 and 1.
  @inlinable
  public func uniform(at frame: Int64) -> Double {
    let words = words(ofPair: frame &>> 1)
    return (Double(frame & 1 == 0 ? words.0 : words.2) + 0.5) * 0x1p-32
  }

  /// Writes the triangular samples of the frames from `frame` on.
  public func fillTriangular(_ samples: Samples, from frame: Int64) {
    var index = 0
    if frame & 1 == 1 && samples.count > 0 {
      samples[0] = triangular(at: frame)
      index = 1
    }
    let eights = (samples.count - index) / 16
    if eights > 0 {
      lanes_triangular(
        UInt64(bitPattern: (frame &+ Int64(index)) &>> 1), channel, purpose.rawValue, seed, eights,
        samples.address + index)
      index += 16 * eights
    }
    while index + 1 < samples.count {
      let words = words(ofPair: (frame &+ Int64(index)) &>> 1)
      samples[index] = Noise.triangle(words.0, words.1)
      samples[index + 1] = Noise.triangle(words.2, words.3)
      index += 2
    }
    if index < samples.count { samples[index] = triangular(at: frame &+ Int64(index)) }
  }
}
