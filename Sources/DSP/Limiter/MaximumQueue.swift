import Signal

/// The largest of the last `length` values, in constant time on average: a queue of the values
/// that may still become the largest, falling from front to back. Zeros are not kept.
struct MaximumQueue {
  let length: Int
  private var values: [Int64]
  private var frames: [Int]
  private var first = 0
  private var count = 0
  private var now = 0

  init(length: Int) {
    self.length = max(1, length)
    values = Array(repeating: 0, count: self.length)
    frames = Array(repeating: 0, count: self.length)
  }

  var isEmpty: Bool { count == 0 }

  @inline(__always)
  private func slot(_ index: Int) -> Int {
    let slot = first + index
    return slot < length ? slot : slot - length
  }

  /// Adds a value, 0 or more, and gives the largest of the last `length`.
  mutating func push(_ value: Int64) -> Int64 {
    now += 1
    if count > 0 && frames[first] + length <= now { drop() }
    if value > 0 {
      while count > 0 && values[slot(count - 1)] <= value { count -= 1 }
      let end = slot(count)
      values[end] = value
      frames[end] = now
      count += 1
    }
    return count == 0 ? 0 : values[first]
  }

  private mutating func drop() {
    first = slot(1)
    count -= 1
  }

  /// Ages and values; what the next frame would drop is left out.
  func encode(into writer: inout StateWriter) {
    let skipped = count > 0 && frames[first] + length <= now + 1 ? 1 : 0
    writer.write(count - skipped)
    for index in skipped..<count {
      writer.write(now - frames[slot(index)])
      writer.write(Int(values[slot(index)]))
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    reset()
    let stored = try reader.readInt()
    guard stored >= 0 && stored <= length else { throw StateError() }
    for index in 0..<stored {
      frames[index] = -(try reader.readInt())
      values[index] = Int64(try reader.readInt())
    }
    count = stored
  }

  mutating func reset() {
    first = 0
    count = 0
    now = 0
  }
}

/// The mean of the last `length` values, rounded up: an exact running sum.
struct MovingAverage {
  private var ring: [Int64]
  private var position = 0
  private(set) var sum: Int64 = 0
  /// 2^64 / length, rounded up: a product's upper half is then the quotient, exactly, for what the
  /// sum can be. 0: divide.
  private let reciprocal: UInt64

  init(length: Int) {
    ring = Array(repeating: 0, count: max(1, length))
    // Exact for numerators under 2^64 / length; they stay under (2^40 + 1) · length.
    reciprocal = (2..<4096).contains(length) ? UInt64.max / UInt64(length) + 1 : 0
  }

  @inline(__always)
  mutating func push(_ value: Int64) -> Int64 {
    sum += value - ring[position]
    ring[position] = value
    position += 1
    if position == ring.count { position = 0 }
    guard sum != 0 else { return 0 }
    let length = UInt64(truncatingIfNeeded: ring.count)
    let numerator = UInt64(bitPattern: sum) &+ length &- 1
    return Int64(
      bitPattern: reciprocal == 0
        ? numerator / length : reciprocal.multipliedFullWidth(by: numerator).high)
  }

  func encode(into writer: inout StateWriter) {
    // The oldest value leaves the sum as the next one comes; it matters no more.
    for offset in 1..<max(1, ring.count) {
      writer.write(Int(ring[(position + offset) % ring.count]))
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    reset()
    for index in 1..<max(1, ring.count) {
      ring[index] = Int64(try reader.readInt())
      guard ring[index] >= 0 && ring[index] <= LimiterGain.one else { throw StateError() }
      sum += ring[index]
    }
  }

  mutating func reset() {
    position = 0
    sum = 0
    for index in ring.indices { ring[index] = 0 }
  }
}
