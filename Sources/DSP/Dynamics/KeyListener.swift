import Signal

/// What a gate hears: the larger channel's magnitude of the key (or of the input itself), behind
/// an optional high-pass.
struct KeyListener {
  private var filter: KeyFilter?
  private let scratch = AudioBuffer(channelCount: 3, frameCapacity: Int(Housekeeping.interval))

  init(_ filter: KeyFilter.Parameters?, rate: Double) {
    self.filter = filter.map { KeyFilter($0, rate: rate) }
  }

  /// - Returns: one magnitude a frame, valid until the next call.
  mutating func listen(_ block: Block, _ key: Block?) -> Samples {
    var source = key ?? block
    let lanes = scratch.block(block.frameCount)
    if filter != nil {
      let filtered = Block(
        lanes[1].address, stride: scratch.frameCapacity, channelCount: source.channelCount,
        frameCount: block.frameCount)
      filtered.copy(from: source)
      filter?.process(filtered)
      source = filtered
    }
    let (level, left) = (lanes[0], source[0])
    if source.channelCount == 1 {
      for i in level.indices { level[i] = left[i].magnitude }
    } else {
      let right = source[1]
      for i in level.indices {
        let (a, b) = (left[i].magnitude, right[i].magnitude)
        level[i] = a > b ? a : b
      }
    }
    return level
  }

  mutating func flush() { filter?.flush() }
  mutating func round() { filter?.round() }
  mutating func reset() { filter?.reset() }
  func encode(into writer: inout StateWriter) { filter?.encode(into: &writer) }
  mutating func restore(from reader: inout StateReader) throws(StateError) {
    try filter?.restore(from: &reader)
  }
}

/// Opens at one level, closes under a lower one after a while.
struct Hysteresis: Hashable {
  let holdFrames: Int
  private(set) var isOpen = false
  private var hold = 0

  init(holdFrames: Int) { self.holdFrames = holdFrames }

  /// - Returns: whether it is open at a frame of this level.
  @inline(__always)
  mutating func step(_ level: Double, open: Double, close: Double) -> Bool {
    if level >= open {
      isOpen = true
      hold = holdFrames
    } else if isOpen {
      if level >= close {
        hold = holdFrames
      } else if hold > 0 {
        hold -= 1
      } else {
        isOpen = false
      }
    }
    return isOpen
  }

  func encode(into writer: inout StateWriter) {
    writer.write(isOpen ? 1 : 0)
    writer.write(isOpen ? hold : 0)
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    isOpen = try reader.readInt() != 0
    hold = try reader.readInt()
  }

  mutating func reset() {
    isOpen = false
    hold = 0
  }
}
