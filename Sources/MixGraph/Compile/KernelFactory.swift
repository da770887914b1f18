public import DSP
public import SessionModel
internal import Signal

/// What the compiler needs to know of a kernel.
public struct KernelDescription: Sendable {
  public var identity: KernelIdentity
  public var latency: Int
  /// Frames to −60 dB.
  public var tail: Int
  public var memory: Memory
  public var outputChannels: Int
}

/// Makes kernels from resolved inserts.
public enum KernelFactory {
  /// Processors whose effect on a signal follows another: they take part in shared dynamics.
  public static func listens(_ processor: String) -> Bool {
    ["compressor", "expander", "gate", "duck", "de-esser", "limiter", "multiband"]
      .contains(processor)
  }

  /// nil: the processor has no kernel.
  public static func describe(
    _ insert: ResolvedInsert, rate: Int, inputChannels: Int
  ) -> KernelDescription? {
    guard let made = build(insert, rate: rate, inputChannels: inputChannels) else { return nil }
    return KernelDescription(
      identity: made.identity, latency: made.box.latency, tail: made.box.tail,
      memory: made.box.memory, outputChannels: made.outputChannels)
  }

  /// A fresh kernel. The compiler has made sure that there is one.
  public static func make(_ insert: ResolvedInsert, rate: Int, inputChannels: Int) -> AnyKernelBox {
    build(insert, rate: rate, inputChannels: inputChannels)?.box ?? AnyKernelBox()
  }

  private struct Built {
    var box: AnyKernelBox
    var identity: KernelIdentity
    var outputChannels: Int
  }

  private static func box<K: Kernel>(
    _ type: K.Type, _ parameters: K.Parameters, rate: Int, inputChannels: Int
  ) -> Built {
    let output = K.outputChannels(for: inputChannels, parameters: parameters)
    let format = StreamFormat(rate: rate, channelCount: max(inputChannels, output))
    return Built(
      box: KernelBox(K(parameters, format: format)), identity: K.identity, outputChannels: output)
  }

  private static func build(
    _ insert: ResolvedInsert, rate: Int, inputChannels: Int
  ) -> Built? {
    nil
  }
}
