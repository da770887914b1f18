internal import CLanes

/// Where four lanes go: mono chunks of one kind.
public struct LaneTargets {
  private enum Places {
    case floats([UnsafeMutablePointer<Float>?])
    case doubles([UnsafeMutablePointer<Double>?])
  }

  private let places: Places
  private let frameCount: Int

  /// - Parameter chunks: up to four; lanes without one go nowhere. They must outlive the targets.
  public init(_ chunks: [ChunkAudio]) {
    precondition(
      !chunks.isEmpty && chunks.count <= 4
        && chunks.allSatisfy { $0.channelCount == 1 && $0.isFloat == chunks[0].isFloat })
    frameCount = chunks.map(\.frameCount).min() ?? 0
    places =
      chunks[0].isFloat
      ? .floats((0..<4).map { $0 < chunks.count ? chunks[$0].floats(0) : nil })
      : .doubles((0..<4).map { $0 < chunks.count ? chunks[$0].doubles(0) : nil })
  }

  /// Frames of the lanes to the chunks' frames from `start` on.
  ///
  /// - Parameter spare: room for a lane that goes nowhere.
  public func scatter(_ lanes: Samples, at start: Int, spare: Samples) {
    let count = lanes.count / 4
    precondition(start >= 0 && start + count <= frameCount && spare.count >= count)
    switch places {
    case .floats(let rows):
      let unused = UnsafeMutableRawPointer(spare.address).assumingMemoryBound(to: Float.self)
      func place(_ lane: Int) -> UnsafeMutablePointer<Float> {
        rows[lane].map { $0 + start } ?? unused
      }
      lanes_scatter_float(lanes.address, place(0), place(1), place(2), place(3), count)
    case .doubles(let rows):
      func place(_ lane: Int) -> UnsafeMutablePointer<Double> {
        rows[lane].map { $0 + start } ?? spare.address
      }
      lanes_scatter(lanes.address, place(0), place(1), place(2), place(3), count)
    }
  }
}
