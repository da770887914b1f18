/// Collects a kernel's state as canonical bytes: little-endian, −0 written as +0, memories oldest
/// first, no frame numbers. Equal states give equal bytes.
public struct StateWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func write(_ value: Double) {
    write((value + 0.0).bitPattern)  // −0 + 0 is +0
  }

  public mutating func write(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  public mutating func write(_ value: Int) { write(UInt64(bitPattern: Int64(value))) }

  public mutating func write(_ values: some Sequence<Double>) {
    for value in values { write(value) }
  }

  /// A long memory, oldest first, at the speed of copying.
  public mutating func write(_ samples: Samples) {
    bytes.reserveCapacity(bytes.count + 8 * samples.count)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 512) { chunk in
      var done = 0
      while done < samples.count {
        let count = min(512, samples.count - done)
        for i in 0..<count {
          chunk.initializeElement(at: i, to: (samples[done + i] + 0.0).bitPattern.littleEndian)
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<(8 * count)]))
        done += count
      }
    }
  }
}

/// A state's bytes do not fit the kernel that reads them.
public struct StateError: Error, Hashable {
  public init() {}
}

/// Reads what a `StateWriter` wrote, in the same order.
public struct StateReader {
  let bytes: [UInt8]
  var position = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var isAtEnd: Bool { position == bytes.count }

  public mutating func readUInt64() throws(StateError) -> UInt64 {
    guard position + 8 <= bytes.count else { throw StateError() }
    let value = bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
    position += 8
    return value
  }

  public mutating func readDouble() throws(StateError) -> Double {
    Double(bitPattern: try readUInt64())
  }

  public mutating func readInt() throws(StateError) -> Int {
    Int(Int64(bitPattern: try readUInt64()))
  }

  /// Fills `samples`.
  public mutating func read(into samples: Samples) throws(StateError) {
    guard position + 8 * samples.count <= bytes.count else { throw StateError() }
    let start = position
    bytes.withUnsafeBytes { memory in
      for i in samples.indices {
        let word = memory.loadUnaligned(fromByteOffset: start + 8 * i, as: UInt64.self)
        samples[i] = Double(bitPattern: UInt64(littleEndian: word))
      }
    }
    position += 8 * samples.count
  }

  public mutating func readDoubles(_ count: Int) throws(StateError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try readDouble()) }
    return values
  }
}

/// Rounding of recursive state to an absolute grid, so that two runs that differed for a while
/// and then get the same input reach the same bits.
public enum StateGrid {
  /// Rounds to the nearest multiple of 2^-40 (filters and envelopes); ties to even.
  /// Values of 2^12 and above have no finer bits than that already.
  @inlinable @inline(__always)
  public static func filter(_ value: Double) -> Double {
    (value * 0x1p40).rounded(.toNearestOrEven) * 0x1p-40
  }

  /// Rounds to the nearest multiple of 2^-32 (audio memories); ties to even.
  @inlinable @inline(__always)
  public static func memory(_ value: Double) -> Double {
    (value * 0x1p32).rounded(.toNearestOrEven) * 0x1p-32
  }

  /// −1200 dBFS.
  public static let least = 1e-60

  /// Clears what has decayed below −1200 dBFS, before it can become denormal.
  @inlinable @inline(__always)
  public static func flushed(_ value: Double) -> Double {
    value.magnitude < 1e-60 ? 0 : value
  }
}
