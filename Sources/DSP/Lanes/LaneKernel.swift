public import Signal

/// A kernel that can run side by side with others of its kind: up to four mono streams in the lanes
/// of one loop, each with the bits it has alone.
public protocol LaneKernel: Kernel {
  associatedtype Lanes: KernelLanes where Lanes.K == Self
}

/// Up to four kernels' parameters and states, lane by lane.
///
/// The kernels' states are loaded before a run of frames and stored behind it. Lanes without a
/// kernel are at rest and get silence.
public protocol KernelLanes {
  associatedtype K: Kernel

  static var width: Int { get }

  /// nil: these kernels do not run together.
  init?(_ kernels: [K])

  mutating func load(_ kernel: K, lane: Int)
  /// - Parameter end: frame behind the last one processed.
  func store(into kernel: inout K, lane: Int, at end: Int64)

  /// Processes in place: four lanes a frame. No frame where housekeeping is due inside.
  mutating func process(_ lanes: Samples)
  /// As `Kernel.flushDenormals`, in every lane.
  mutating func flushDenormals()
}

extension KernelLanes {
  public static var width: Int { 4 }
}
