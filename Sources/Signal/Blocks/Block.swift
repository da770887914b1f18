/// The samples of one channel of a block: a view of memory that somebody else owns.
///
/// Indexing is unchecked in release builds; kernels check lengths once before their loops.
/// A view must not outlive the `AudioBuffer` it was taken from.
@frozen
public struct Samples {
  @usableFromInline let base: UnsafeMutablePointer<Double>
  public let count: Int

  @inlinable
  public init(_ base: UnsafeMutablePointer<Double>, count: Int) {
    self.base = base
    self.count = count
  }

  @inlinable @inline(__always)
  public subscript(index: Int) -> Double {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  @inlinable public var indices: Range<Int> { 0..<count }

  /// The view of `range` within this one.
  @inlinable
  public func slice(_ range: Range<Int>) -> Samples {
    assert(range.lowerBound >= 0 && range.upperBound <= count)
    return Samples(base + range.lowerBound, count: range.count)
  }

  @inlinable
  public func fill(_ value: Double) {
    base.update(repeating: value, count: count)
  }

  /// Copies `other`, which must be as long as this view; the two must not overlap.
  @inlinable
  public func copy(from other: Samples) {
    assert(other.count == count)
    base.update(from: other.base, count: count)
  }

  /// The address of the first sample, for code inside `Signal` and for file input and output.
  @inlinable public var address: UnsafeMutablePointer<Double> { base }
}

/// A run of frames of one stream, planar: one `Samples` a channel, all of the same length.
///
/// A block is a view; its memory belongs to an `AudioBuffer`.
@frozen
public struct Block {
  @usableFromInline let base: UnsafeMutablePointer<Double>
  @usableFromInline let stride: Int
  public let channelCount: Int
  public let frameCount: Int

  /// - Parameters:
  ///   - base: the first sample of channel 0.
  ///   - stride: samples from one channel's first sample to the next channel's.
  @inlinable
  public init(
    _ base: UnsafeMutablePointer<Double>, stride: Int, channelCount: Int, frameCount: Int
  ) {
    self.base = base
    self.stride = stride
    self.channelCount = channelCount
    self.frameCount = frameCount
  }

  @inlinable @inline(__always)
  public subscript(channel: Int) -> Samples {
    assert(channel >= 0 && channel < channelCount)
    return Samples(base + channel * stride, count: frameCount)
  }

  /// The frames `range` of this block, all channels.
  @inlinable
  public func slice(_ range: Range<Int>) -> Block {
    assert(range.lowerBound >= 0 && range.upperBound <= frameCount)
    return Block(
      base + range.lowerBound, stride: stride, channelCount: channelCount, frameCount: range.count)
  }

  /// The first `count` channels of this block.
  @inlinable
  public func channels(_ count: Int) -> Block {
    assert(count <= channelCount)
    return Block(base, stride: stride, channelCount: count, frameCount: frameCount)
  }

  /// The channels `range` of this block.
  @inlinable
  public func channels(_ range: Range<Int>) -> Block {
    assert(range.lowerBound >= 0 && range.upperBound <= channelCount)
    return Block(
      base + range.lowerBound * stride, stride: stride, channelCount: range.count,
      frameCount: frameCount)
  }

  @inlinable
  public func fill(_ value: Double) {
    for channel in 0..<channelCount { self[channel].fill(value) }
  }

  @inlinable
  public func copy(from other: Block) {
    for channel in 0..<channelCount { self[channel].copy(from: other[channel]) }
  }
}

/// Owns planar Double memory for up to `channelCount` channels of `frameCapacity` frames.
public final class AudioBuffer {
  public let channelCount: Int
  public let frameCapacity: Int
  @usableFromInline let base: UnsafeMutablePointer<Double>

  /// What vectors of Doubles ask of memory: none of a channel's lies across two cache lines.
  private static let alignment = 64

  /// Allocates zeroed memory.
  public init(channelCount: Int, frameCapacity: Int) {
    precondition(channelCount > 0 && frameCapacity >= 0)
    self.channelCount = channelCount
    self.frameCapacity = frameCapacity
    let count = max(1, channelCount * frameCapacity)
    base = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Double>.stride, alignment: Self.alignment
    ).bindMemory(to: Double.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// All channels, the first `frames` frames.
  @inlinable
  public func block(_ frames: Int) -> Block {
    precondition(frames <= frameCapacity)
    return Block(base, stride: frameCapacity, channelCount: channelCount, frameCount: frames)
  }

  @inlinable public var block: Block { block(frameCapacity) }
}

/// What a stream is: its rate and how many channels it has.
public struct StreamFormat: Hashable, Sendable {
  /// Frames per second, in Hz.
  public var rate: Int
  /// 1 (mono) or 2 (left, right).
  public var channelCount: Int

  public init(rate: Int, channelCount: Int) {
    self.rate = rate
    self.channelCount = channelCount
  }

  /// The rate as a Double, in Hz.
  public var hertz: Double { Double(rate) }
}
