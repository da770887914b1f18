import Signal

/// The largest of the last `length` values, in constant time on average: a queue of the values
/// that may still become the largest, falling from front to back. Zeros are not kept.
struct MaximumQueue {
  let length: Int
  // For a loop that pushes by itself, too.
  var values: [Int64]
  var frames: [Int]
  var first = 0
  var count = 0
  var now = 0

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
