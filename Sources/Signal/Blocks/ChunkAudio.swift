internal import CLanes

/// The audio of one chunk that crosses a border between segments: planar Float or Double.
///
/// Written by one owner, then only read: a chunk is handed on after its last `store`.
public final class ChunkAudio: @unchecked Sendable {
  // Proof for @unchecked Sendable: `store`, `hash` and `contentHash` are called only by the task that
  // made the chunk, before it is published through the scheduler's lock; afterwards it is immutable.
  public let channelCount: Int
  public let frameCount: Int
  public let isFloat: Bool
  /// Pages: what unbuffered input and output ask of memory.
  public static let alignment = 4096
  /// nil: digital silence.
  private var memory: UnsafeMutableRawPointer?
  /// Whose the memory is; nil: the chunk's own.
  private let owner: (any ChunkMemory)?
  /// Of the first `hashedFrames`, where the owner asks for it.
  private var hash: AudioHash?
  private var hashedFrames = 0

  /// - Parameter owner: where memory comes from and goes back to.
  public init(
    channelCount: Int, frameCount: Int, isFloat: Bool, from owner: (any ChunkMemory)? = nil
  ) {
    self.channelCount = channelCount
    self.frameCount = frameCount
    self.isFloat = isFloat
    self.owner = owner
    let byteCount = max(1, channelCount * frameCount * (isFloat ? 4 : 8))
    memory =
      owner?.take(byteCount) ?? .allocate(byteCount: byteCount, alignment: Self.alignment)
  }

  /// Digital silence: no memory.
  public init(silentChannels channelCount: Int, frameCount: Int, isFloat: Bool) {
    self.channelCount = channelCount
    self.frameCount = frameCount
    self.isFloat = isFloat
    owner = nil
    memory = nil
  }

  deinit { giveBack() }

  private func giveBack() {
    guard let memory else { return }
    if let owner { owner.give(memory, max(1, byteCount)) } else { memory.deallocate() }
    self.memory = nil
  }

  public var isSilent: Bool { memory == nil }
  public var byteCount: Int { channelCount * frameCount * (isFloat ? 4 : 8) }

  /// Stores `block` at frame `start`; rounds to Float (to nearest, ties to even) if the chunk is.
  public func store(_ block: Block, at start: Int) {
    guard let memory else { return }
    precondition(start >= 0 && start + block.frameCount <= frameCount)
    for channel in 0..<channelCount {
      let from = block[min(channel, block.channelCount - 1)].address
      let offset = channel * frameCount + start
      if isFloat {
        lanes_narrow(
          from, memory.assumingMemoryBound(to: Float.self) + offset, block.frameCount)
      } else {
        let to = memory.assumingMemoryBound(to: Double.self) + offset
        to.update(from: from, count: block.frameCount)
      }
    }
    if start < hashedFrames { forgetHash() }
    if start == hashedFrames { hash(upTo: start + block.frameCount) }
  }

  /// Loads frames from `start` into `block`, which has this chunk's channels.
  public func load(into block: Block, at start: Int) {
    precondition(start >= 0 && start + block.frameCount <= frameCount)
    for channel in 0..<block.channelCount {
      let to = block[channel].address
      guard let memory, channel < channelCount else {
        block[channel].fill(0)
        continue
      }
      let offset = channel * frameCount + start
      if isFloat {
        lanes_widen_floats(
          memory.assumingMemoryBound(to: Float.self) + offset, to, block.frameCount)
      } else {
        let from = memory.assumingMemoryBound(to: Double.self) + offset
        to.update(from: from, count: block.frameCount)
      }
    }
  }

  /// The samples of a channel that are Float; nil: they are Double, or silence.
  func floats(_ channel: Int) -> UnsafeMutablePointer<Float>? {
    guard isFloat else { return nil }
    return memory.map { $0.assumingMemoryBound(to: Float.self) + channel * frameCount }
  }

  /// The samples of a channel that are Double; nil: they are Float, or silence.
  func doubles(_ channel: Int) -> UnsafeMutablePointer<Double>? {
    guard !isFloat else { return nil }
    return memory.map { $0.assumingMemoryBound(to: Double.self) + channel * frameCount }
  }

  /// Gives the memory back when every sample is zero. −0 counts as zero.
  public func dropIfSilent() {
    guard let memory else { return }
    let words = memory.assumingMemoryBound(to: UInt32.self)
    let count = byteCount / 4
    var any: UInt32 = 0
    var i = 0
    if isFloat {
      while i < count {
        let end = min(count, i + 4096)
        while i < end {
          any |= words[i] << 1
          i += 1
        }
        if any != 0 { return }
      }
    } else {
      let doubles = memory.assumingMemoryBound(to: UInt64.self)
      var wide: UInt64 = 0
      let count = byteCount / 8
      while i < count {
        let end = min(count, i + 2048)
        while i < end {
          wide |= doubles[i] << 1
          i += 1
        }
        if wide != 0 { return }
      }
    }
    giveBack()
  }

  /// The frames from `start` on of a Double chunk as they stand here, not to be written; nil for
  /// Floats and silence.
  public func view(from start: Int, count: Int) -> Block? {
    precondition(start >= 0 && start + count <= frameCount)
    return doubles(0).map {
      Block($0 + start, stride: frameCount, channelCount: channelCount, frameCount: count)
    }
  }

  /// The samples of a Double chunk, to be added to by whoever makes it; nil for Floats and silence.
  public func withDoubles<Result>(_ body: (Block) throws -> Result) rethrows -> Result? {
    guard let base = doubles(0) else { return nil }
    return try body(
      Block(base, stride: frameCount, channelCount: channelCount, frameCount: frameCount))
  }

  // MARK: Content

  /// Takes the frames up to `end` into the hash while they are in the cache: they will not change any
  /// more. Whoever makes the samples where they stand says so; `store` does it itself.
  public func hash(upTo end: Int) {
    guard let memory, channelCount <= 2, end > hashedFrames, owner?.hashesContent == true else {
      return
    }
    if hashedFrames == 0 { hash = AudioHash(byteCount: byteCount) }
    let width = isFloat ? 4 : 8
    for channel in 0..<channelCount {
      let offset = (channel * frameCount + hashedFrames) * width
      hash?.add(
        UnsafeRawBufferPointer(start: memory + offset, count: (end - hashedFrames) * width),
        at: offset)
    }
    hashedFrames = end
  }

  private func forgetHash() {
    hash = nil
    hashedFrames = 0
  }

  /// The identity of the samples; to be asked for once, when they are all there.
  public func contentHash() -> ContentHash {
    guard memory != nil else { return .silence }
    defer { forgetHash() }
    if let hash, hashedFrames == frameCount { return hash.finish() }
    return withBytes { ContentHash(ofAudio: $0) }
  }

  /// The samples' bytes: channels one after the other; empty for silence.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try body(UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : byteCount))
  }

  /// Fills the chunk's bytes from outside (a store, a file).
  public func withMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    forgetHash()
    return try body(
      UnsafeMutableRawBufferPointer(start: memory, count: memory == nil ? 0 : byteCount))
  }
}

extension Block {
  /// Rounds every sample to Float and back.
  public func roundToFloat() {
    for channel in 0..<channelCount { lanes_round_to_floats(self[channel].address, frameCount) }
  }
}

/// Exact sums: terms on the grid 2^-44, so that the result depends on no order.
public enum ExactSum {
  /// C of (t + C) − C; 384 = 1.5 · 2^8 puts the last bit of t + C at 2^-44.
  @usableFromInline static let shift = 384.0

  /// sum += round(term · gain), each term on the grid.
  ///
  /// - Returns: how many terms were not smaller than 2^7 (or not finite); the sum is then wrong.
  public static func add(_ term: Samples, gain: Double, to sum: Samples) -> Int {
    lanes_add_term(
      term.address, gain, min(term.count, sum.count), shift, 128, sum.address)
  }

  /// sum += part, of a part that was added up by itself.
  public static func add(_ part: Samples, to sum: Samples) {
    for i in 0..<min(part.count, sum.count) { sum[i] += part[i] }
  }

  /// sum += round(term · gains), one gain a frame.
  @inlinable
  public static func add(_ term: Samples, gains: Samples, to sum: Samples) -> Int {
    let count = min(term.count, sum.count, gains.count)
    let x = term.address
    let g = gains.address
    let y = sum.address
    var bad = 0
    for i in 0..<count {
      let t = x[i] * g[i]
      bad &+= t.magnitude < 128 ? 0 : 1
      y[i] += (t + shift) - shift
    }
    return bad
  }

  /// Streams of Floats that are added in one pass over their sums.
  public static let width = 8

  /// A mono or stereo term of Floats and its gains: those of a mono term's one channel into the left
  /// and the right sum, or that of either channel into its own.
  public typealias FloatTerm = (audio: ChunkAudio, left: Double, right: Double)

  /// Adds terms of Floats to two sums: left += round(term · left gain), right likewise, from frame
  /// `start` of the terms on. Silent terms are passed over.
  ///
  /// - Parameter anew: the sums begin with these terms, whatever stands there; not with none.
  /// - Returns: false where a term may not have been smaller than 2^7 (or not finite).
  public static func add(
    _ terms: [FloatTerm], from start: Int, anew: Bool, to left: Samples, _ right: Samples
  ) -> Bool {
    let count = left.count
    precondition(right.count == count)
    return withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: width) {
      streams in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width) { factors in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { limits in
          var used = 0
          var isAnew = anew
          var isGood = true
          func addStreams() {
            if used == 0 && !isAnew { return }
            let bad = lanes_sum_floats(
              streams.baseAddress, used, factors.baseAddress, limits.baseAddress, count, shift,
              isAnew ? 1 : 0, left.address, right.address)
            isGood = isGood && bad == 0
            isAnew = false
            used = 0
          }
          func take(_ floats: UnsafeMutablePointer<Float>, _ left: Double, _ right: Double) {
            streams.initializeElement(at: used, to: UnsafePointer(floats + start))
            factors.initializeElement(at: 2 * used, to: left)
            factors.initializeElement(at: 2 * used + 1, to: right)
            // A hair below 2^7 / gain, and some number where that is none.
            let largest = max(left.magnitude, right.magnitude, 1e-30)
            limits.initializeElement(at: used, to: Float(127.9 / largest))
            used += 1
          }
          for (audio, left, right) in terms {
            precondition(audio.channelCount <= 2 && start + count <= audio.frameCount)
            guard let floats = audio.floats(0) else { continue }
            if used + audio.channelCount > width { addStreams() }
            if audio.channelCount == 2, let others = audio.floats(1) {
              take(floats, left, 0)
              take(others, 0, right)
            } else {
              take(floats, left, right)
            }
          }
          addStreams()
          return isGood
        }
      }
    }
  }
}
