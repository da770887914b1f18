public import DSP
public import Signal

/// A kernel behind a fixed set of calls, one a block: the engine's view of any processor.
public class AnyKernelBox {
  public func run(_ block: Block, at frame: Int64, _ context: Context) {}
  public func encodeState(into writer: inout StateWriter) {}
  public func restoreState(from reader: inout StateReader) throws(StateError) {}
  public func reset() {}
  public var latency: Int { 0 }
  public var tail: Int { 0 }
  public var memory: Memory { .none }
  public var automatable: [String] { [] }
  /// This kernel and `others` (three at most) in the lanes of one loop; nil: they do not run together.
  public func lanes(with others: [AnyKernelBox]) -> AnyKernelLanes? { nil }
}

/// Kernels of several streams behind a fixed set of calls.
public class AnyKernelLanes {
  /// Takes the kernels' states; they have to be left alone until `store`.
  public func load() {}
  /// Runs over frames from `frame`, in place, four lanes a frame.
  public func run(_ lanes: Samples, at frame: Int64) {}
  /// Gives the states back.
  public func store() {}
}

class KernelBox<K: Kernel>: AnyKernelBox {
  var kernel: K
  init(_ kernel: K) { self.kernel = kernel }
  override func run(_ block: Block, at frame: Int64, _ context: Context) {
    kernel.run(block, at: frame, context)
  }
  override func encodeState(into writer: inout StateWriter) { kernel.encodeState(into: &writer) }
  override func restoreState(from reader: inout StateReader) throws(StateError) {
    try kernel.restoreState(from: &reader)
  }
  override func reset() { kernel.reset() }
  override var latency: Int { kernel.latency }
  override var tail: Int { kernel.tail.frames }
  override var memory: Memory { kernel.memory }
  override var automatable: [String] { K.automatable }
}

/// A box whose kernel can run beside others of its kind.
final class LaneKernelBox<K: LaneKernel>: KernelBox<K> {
  override func lanes(with others: [AnyKernelBox]) -> AnyKernelLanes? {
    var boxes = [self]
    for other in others {
      guard let box = other as? LaneKernelBox<K> else { return nil }
      boxes.append(box)
    }
    return K.Lanes(boxes.map(\.kernel)).map { BoxedLanes(boxes, $0) }
  }
}

private final class BoxedLanes<K: LaneKernel>: AnyKernelLanes {
  private let boxes: [LaneKernelBox<K>]
  private var lanes: K.Lanes
  private let rounding: Int64
  private var end: Int64 = 0

  init(_ boxes: [LaneKernelBox<K>], _ lanes: K.Lanes) {
    self.boxes = boxes
    self.lanes = lanes
    // Every kernel has the smallest interval of its parts; the smallest of all asks each in turn.
    rounding =
      boxes.map { box -> Int64 in
        if case .recursive(let rounding, _) = box.memory { Int64(rounding) } else { 0 }
      }.filter { $0 > 0 }.min() ?? 0
  }

  override func load() {
    for (lane, box) in boxes.enumerated() { lanes.load(box.kernel, lane: lane) }
  }

  override func store() {
    for (lane, box) in boxes.enumerated() { lanes.store(into: &box.kernel, lane: lane, at: end) }
  }

  override func run(_ samples: Samples, at frame: Int64) {
    let width = K.Lanes.width
    let count = samples.count / width
    var done = 0
    while done < count {
      let now = frame + Int64(done)
      let boundary = (now & ~(Housekeeping.interval - 1)) + Housekeeping.interval
      let step = min(count - done, Int(boundary - now))
      lanes.process(samples.slice((width * done)..<(width * (done + step))))
      done += step
      end = now + Int64(step)
      if end == boundary {
        lanes.flushDenormals()
        if rounding > 0 && boundary & (rounding - 1) == 0 { roundStates(boundary) }
      }
    }
  }

  private func roundStates(_ boundary: Int64) {
    store()
    for (lane, box) in boxes.enumerated() {
      if case .recursive(let own, _) = box.memory, boundary & Int64(own - 1) == 0 {
        box.kernel.roundState()
      }
      lanes.load(box.kernel, lane: lane)
    }
  }
}
