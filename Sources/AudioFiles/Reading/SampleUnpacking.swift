import Signal

/// Turns a file's bytes into planar Double samples, exactly.
///
/// Integers become value / 2^(bits − 1), floats are widened; neither rounds.
struct SampleUnpacking {
  let layout: LinearLayout

  /// Samples unpacked at a time: they stay in the first-level cache between the two passes.
  static let batch = 4096
  private let integers: UnsafeMutablePointer<Int32>

  init(_ layout: LinearLayout) {
    self.layout = layout
    integers = .allocate(capacity: SampleUnpacking.batch + 4)
  }

  func deallocate() { integers.deallocate() }

  /// - Parameters:
  ///   - bytes: `frames` frames as they stand in the file.
  ///   - block: one channel for each of `channels`, at least `frames` frames.
  /// - Returns: the first frame and channel of the file with a sample that is not finite.
  func unpack(
    _ bytes: UnsafeRawPointer, frames: Int, channels: [Int], into block: Block
  ) -> (frame: Int, channel: Int)? {
    switch layout.code {
    case .float32, .float64:
      return unpackFloats(bytes, frames: frames, channels: channels, into: block)
    case .int24 where layout.channelCount == 2 && channels == [0, 1] && !layout.isBigEndian:
      SampleScanning.splitInt24(
        bytes, block[0].slice(0..<frames), block[1].slice(0..<frames))
      return nil
    case .int24 where layout.channelCount == 1 && channels == [0] && !layout.isBigEndian:
      SampleScanning.widenInt24(bytes, block[0].slice(0..<frames))
      return nil
    default:
      let step = max(1, SampleUnpacking.batch / layout.channelCount)
      var done = 0
      while done < frames {
        let count = min(step, frames - done)
        if layout.channelCount <= SampleUnpacking.batch {
          widen(bytes + done * layout.bytesPerFrame, count: count * layout.channelCount)
          spread(count, channels: channels, into: block, at: done)
        }
        done += count
      }
      return nil
    }
  }

  /// Left-justifies `count` samples into `integers`.
  private func widen(_ bytes: UnsafeRawPointer, count: Int) {
    let out = integers
    switch (layout.code, layout.isBigEndian) {
    case (.unsigned8, _):
      let source = bytes.assumingMemoryBound(to: UInt8.self)
      for i in 0..<count { out[i] = (Int32(source[i]) &- 128) &<< 24 }
    case (.signed8, _):
      let source = bytes.assumingMemoryBound(to: Int8.self)
      for i in 0..<count { out[i] = Int32(source[i]) &<< 24 }
    case (.int16, false):
      for i in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: 2 &* i, as: Int16.self)
        out[i] = Int32(Int16(littleEndian: value)) &<< 16
      }
    case (.int16, true):
      for i in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: 2 &* i, as: Int16.self)
        out[i] = Int32(Int16(bigEndian: value)) &<< 16
      }
    case (.int32, false):
      for i in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: 4 &* i, as: Int32.self)
        out[i] = Int32(littleEndian: value)
      }
    case (.int32, true):
      for i in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: 4 &* i, as: Int32.self)
        out[i] = Int32(bigEndian: value)
      }
    case (.int24, false):
      widenLittle24(bytes, count: count)
    case (.int24, true):
      let source = bytes.assumingMemoryBound(to: UInt8.self)
      for i in 0..<count {
        let high = UInt32(source[3 &* i]) &<< 24
        let middle = UInt32(source[3 &* i &+ 1]) &<< 16
        let low = UInt32(source[3 &* i &+ 2]) &<< 8
        out[i] = Int32(bitPattern: high | middle | low)
      }
    case (.float32, _), (.float64, _):
      break
    }
  }

  /// Three words hold four samples.
  private func widenLittle24(_ bytes: UnsafeRawPointer, count: Int) {
    let out = integers
    let groups = count / 4
    for group in 0..<groups {
      let source = bytes + 12 &* group
      let a = UInt32(littleEndian: source.loadUnaligned(as: UInt32.self))
      let b = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      let c = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      let to = out + 4 &* group
      to[0] = Int32(bitPattern: a &<< 8)
      to[1] = Int32(bitPattern: (a &>> 16) & 0xFF00 | b &<< 16)
      to[2] = Int32(bitPattern: (b &>> 8) & 0xFFFF00 | c &<< 24)
      to[3] = Int32(bitPattern: c & 0xFFFF_FF00)
    }
    let source = bytes.assumingMemoryBound(to: UInt8.self)
    for i in (4 &* groups)..<count {
      let low = UInt32(source[3 &* i]) &<< 8
      let middle = UInt32(source[3 &* i &+ 1]) &<< 16
      let high = UInt32(source[3 &* i &+ 2]) &<< 24
      out[i] = Int32(bitPattern: high | middle | low)
    }
  }

  /// Interleaved integers to the chosen channels of the block.
  private func spread(_ frames: Int, channels: [Int], into block: Block, at start: Int) {
    let scale = 0x1p-31
    if layout.channelCount == 1 {
      for index in channels.indices {
        let out = block[index].address + start
        for i in 0..<frames { out[i] = Double(integers[i]) * scale }
      }
      return
    }
    if layout.channelCount == 2 && channels == [0, 1] {
      let left = block[0].address + start
      let right = block[1].address + start
      for i in 0..<frames {
        left[i] = Double(integers[2 &* i]) * scale
        right[i] = Double(integers[2 &* i &+ 1]) * scale
      }
      return
    }
    let stride = layout.channelCount
    for (index, channel) in channels.enumerated() {
      let out = block[index].address + start
      let source = integers + channel
      for i in 0..<frames { out[i] = Double(source[i &* stride]) * scale }
    }
  }

  private func unpackFloats(
    _ bytes: UnsafeRawPointer, frames: Int, channels: [Int], into block: Block
  ) -> (frame: Int, channel: Int)? {
    var bad: (frame: Int, channel: Int)?
    let stride = layout.bytesPerFrame
    for (index, channel) in channels.enumerated() {
      let out = block[index].address
      let source = bytes + channel * layout.bytesPerSample
      if layout.code == .float32 {
        for i in 0..<frames {
          let word = source.loadUnaligned(fromByteOffset: i &* stride, as: UInt32.self)
          let bits = layout.isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
          out[i] = Double(Float(bitPattern: bits))
        }
      } else {
        for i in 0..<frames {
          let word = source.loadUnaligned(fromByteOffset: i &* stride, as: UInt64.self)
          let bits = layout.isBigEndian ? UInt64(bigEndian: word) : UInt64(littleEndian: word)
          out[i] = Double(bitPattern: bits)
        }
      }
      if let frame = firstNonFinite(out, count: frames), frame < bad?.frame ?? .max {
        bad = (frame, channel)
      }
    }
    return bad
  }
}

/// Index of the first NaN or infinity among `count` samples.
func firstNonFinite(_ samples: UnsafePointer<Double>, count: Int) -> Int? {
  var start = 0
  while start < count {
    let end = min(count, start + 1024)
    if !SampleScanning.isFinite(samples + start, count: end - start) {
      for i in start..<end where !samples[i].isFinite { return i }
    }
    start = end
  }
  return nil
}
