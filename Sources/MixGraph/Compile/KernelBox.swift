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
}

final class KernelBox<K: Kernel>: AnyKernelBox {
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
