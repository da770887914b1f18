internal import CLanes

/// Moves mono streams into four lanes and out of them.
public enum LaneAudio {
  /// Four streams of equal length, frame by frame side by side. −0 becomes +0.
  public static func gather(_ streams: [Samples], into lanes: Samples) {
    precondition(
      streams.count == 4 && streams.allSatisfy { 4 * $0.count == lanes.count })
    lanes_gather(
      streams[0].address, streams[1].address, streams[2].address, streams[3].address,
      lanes.address, lanes.count / 4)
  }

  /// Four streams of 24-bit integers, lowest byte first, as value / 2^23. The byte in front of each
  /// must be readable.
  public static func gather24(_ streams: [UnsafePointer<UInt8>], into lanes: Samples) {
    precondition(streams.count == 4 && lanes.count % 4 == 0)
    lanes_gather_int24(
      streams[0], streams[1], streams[2], streams[3], lanes.address, lanes.count / 4)
  }

  /// The lanes into mono chunks, of one kind all, from frame `start` on; lanes without a chunk go to
  /// `spare`.
  public static func scatter(
    _ lanes: Samples, to chunks: [ChunkAudio], at start: Int, spare: Samples
  ) {
    let count = lanes.count / 4
    precondition(
      chunks.allSatisfy { start + count <= $0.frameCount && $0.channelCount == 1 }
        && spare.count >= count)
    if chunks.allSatisfy(\.isFloat) {
      let unused = UnsafeMutableRawPointer(spare.address).assumingMemoryBound(to: Float.self)
      let places = (0..<4).map { lane in
        lane < chunks.count ? chunks[lane].floats(0).map { $0 + start } ?? unused : unused
      }
      lanes_scatter_float(lanes.address, places[0], places[1], places[2], places[3], count)
    } else {
      let places = (0..<4).map { lane in
        lane < chunks.count
          ? chunks[lane].doubles(0).map { $0 + start } ?? spare.address : spare.address
      }
      lanes_scatter(lanes.address, places[0], places[1], places[2], places[3], count)
    }
  }
}
