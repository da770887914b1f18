import Signal

/// Turns planar Double samples into interleaved values of a file's coding.
///
/// Integer codings take samples that already lie on their grid (dithered and quantised);
/// anything else is rounded to nearest, ties to even, and what is beyond full scale is clamped
/// and counted.
enum SamplePacking {
  /// The integer nearest to `sample` · 2^(bits − 1), clamped.
  ///
  /// Adding 1.5 · 2^52 leaves the rounded integer in the low bits of the sum.
  @inline(__always)
  private static func quantised(_ sample: Double, _ scale: Double, _ top: Double) -> Int32 {
    let value = sample * scale
    let clamped = value < -scale ? -scale : (value > top ? top : value)
    return Int32(truncatingIfNeeded: (clamped + 0x1.8p52).bitPattern)
  }

  /// Whether a sample is beyond the coding's range by more than rounding.
  static func clippedSamples(_ block: Block, bits: Int) -> Int {
    let scale = Double(1 << UInt64(bits - 1))
    let (low, high) = (-scale - 0.5, scale - 0.5)
    var count = 0
    for channel in 0..<block.channelCount {
      count += SampleScanning.count(
        of: block[channel].address, block.frameCount, times: scale, below: low, orFrom: high)
    }
    return count
  }

  /// Interleaves left-justified integers.
  static func packLeftJustified(
    _ block: Block, bits: Int, into out: UnsafeMutablePointer<Int32>
  ) {
    let scale = Double(1 << UInt64(bits - 1))
    let shift = Int32(32 - bits)
    let stride = block.channelCount
    for channel in 0..<stride {
      let samples = block[channel].address
      for i in 0..<block.frameCount {
        out[i &* stride &+ channel] = quantised(samples[i], scale, scale - 1) &<< shift
      }
    }
  }

  /// Interleaves a block's samples as bytes of the file.
  static func pack(
    _ block: Block, as encoding: SampleEncoding, isBigEndian: Bool,
    into out: UnsafeMutableRawPointer
  ) {
    let stride = block.channelCount
    if encoding == .integer(bits: 24) && stride == 2 && !isBigEndian {
      SampleScanning.joinInt24(block[0], block[1], into: out)
      return
    }
    if encoding == .float32 && isBigEndian == hasBigEndian {
      InterleavedFloats.write(
        block, from: 0, count: block.frameCount, channelCount: stride,
        to: out.assumingMemoryBound(to: Float.self))
      return
    }
    for channel in 0..<stride {
      let samples = block[channel].address
      switch encoding {
      case .integer(16):
        for i in 0..<block.frameCount {
          let value = Int16(truncatingIfNeeded: quantised(samples[i], 0x1p15, 0x1p15 - 1))
          out.storeBytes(
            of: isBigEndian ? value.bigEndian : value.littleEndian,
            toByteOffset: 2 &* (i &* stride &+ channel), as: Int16.self)
        }
      case .integer(24):
        let bytes = out.assumingMemoryBound(to: UInt8.self)
        let (first, last) = isBigEndian ? (2, 0) : (0, 2)
        for i in 0..<block.frameCount {
          let value = quantised(samples[i], 0x1p23, 0x1p23 - 1)
          let place = 3 &* (i &* stride &+ channel)
          bytes[place &+ first] = UInt8(truncatingIfNeeded: value)
          bytes[place &+ 1] = UInt8(truncatingIfNeeded: value &>> 8)
          bytes[place &+ last] = UInt8(truncatingIfNeeded: value &>> 16)
        }
      case .integer:
        for i in 0..<block.frameCount {
          let value = quantised(samples[i], 0x1p31, 0x1p31 - 1)
          out.storeBytes(
            of: isBigEndian ? value.bigEndian : value.littleEndian,
            toByteOffset: 4 &* (i &* stride &+ channel), as: Int32.self)
        }
      default:
        for i in 0..<block.frameCount {
          let value = Float(samples[i]).bitPattern
          out.storeBytes(
            of: isBigEndian ? value.bigEndian : value.littleEndian,
            toByteOffset: 4 &* (i &* stride &+ channel), as: UInt32.self)
        }
      }
    }
  }

  private static var hasBigEndian: Bool { 1.bigEndian == 1 }

  /// Takes interleaved bytes of a file apart again, full scale being 1.
  ///
  /// - Parameter bytes: aligned as the encoding's samples are.
  static func unpack(
    _ bytes: UnsafeRawPointer, as encoding: SampleEncoding, isBigEndian: Bool, into block: Block
  ) {
    let stride = block.channelCount
    if encoding == .integer(bits: 24) && stride == 2 && !isBigEndian {
      SampleScanning.splitInt24(bytes, block[0], block[1])
      return
    }
    if encoding == .integer(bits: 24) && stride == 1 && !isBigEndian {
      SampleScanning.widenInt24(bytes, block[0])
      return
    }
    if encoding == .float32 && isBigEndian == hasBigEndian {
      InterleavedFloats.read(
        bytes.assumingMemoryBound(to: Float.self), count: block.frameCount, channelCount: stride,
        into: block, at: 0)
      return
    }
    for channel in 0..<stride {
      let samples = block[channel].address
      switch encoding {
      case .integer(16):
        for i in 0..<block.frameCount {
          let raw = bytes.loadUnaligned(
            fromByteOffset: 2 &* (i &* stride &+ channel), as: Int16.self)
          samples[i] = Double(isBigEndian ? raw.bigEndian : raw.littleEndian) * 0x1p-15
        }
      case .integer(24):
        let source = bytes.assumingMemoryBound(to: UInt8.self)
        let (first, last) = isBigEndian ? (2, 0) : (0, 2)
        for i in 0..<block.frameCount {
          let place = 3 &* (i &* stride &+ channel)
          let word =
            UInt32(source[place &+ first]) &<< 8 | UInt32(source[place &+ 1]) &<< 16
            | UInt32(source[place &+ last]) &<< 24
          samples[i] = Double(Int32(bitPattern: word) &>> 8) * 0x1p-23
        }
      case .integer:
        for i in 0..<block.frameCount {
          let raw = bytes.loadUnaligned(
            fromByteOffset: 4 &* (i &* stride &+ channel), as: Int32.self)
          samples[i] = Double(isBigEndian ? raw.bigEndian : raw.littleEndian) * 0x1p-31
        }
      default:
        for i in 0..<block.frameCount {
          let raw = bytes.loadUnaligned(
            fromByteOffset: 4 &* (i &* stride &+ channel), as: UInt32.self)
          samples[i] = Double(
            Float(bitPattern: isBigEndian ? raw.bigEndian : raw.littleEndian))
        }
      }
    }
  }
}
