internal import CLanes

/// Four mono streams of equal length that are to run side by side.
public struct LaneSources {
  private enum Streams {
    case samples([Samples])
    case bytes([UnsafePointer<UInt8>])
  }

  private let streams: Streams

  public init(_ streams: [Samples]) {
    precondition(streams.count == 4)
    self.streams = .samples(streams)
  }

  /// 24-bit integers, lowest byte first. The byte in front of each stream must be readable.
  public init(bytes: [UnsafePointer<UInt8>]) {
    precondition(bytes.count == 4)
    streams = .bytes(bytes)
  }

  /// Frames from `start` on side by side, four samples a frame; integers as value / 2^23. −0 becomes
  /// +0.
  public func gather(from start: Int, into lanes: Samples) {
    let count = lanes.count / 4
    switch streams {
    case .samples(let rows):
      precondition(rows.allSatisfy { start + count <= $0.count })
      lanes_gather(
        rows[0].address + start, rows[1].address + start, rows[2].address + start,
        rows[3].address + start, lanes.address, count)
    case .bytes(let rows):
      let offset = 3 * start
      lanes_gather_int24(
        rows[0] + offset, rows[1] + offset, rows[2] + offset, rows[3] + offset, lanes.address, count
      )
    }
  }
}
