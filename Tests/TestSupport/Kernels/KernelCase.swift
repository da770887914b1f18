public import DSP
public import Signal

/// One kernel with one set of parameters, without its type: what the laws run over.
///
/// A family registers its cases in a file of its own beside this one.
public struct KernelCase: Sendable, CustomStringConvertible {
  /// What the laws may ask of the moment at which an impulse comes out.
  public enum Onset: Sendable {
    /// Exactly `latency` frames after it went in.
    case exact
    /// Not before that (echoes, reverbs).
    case notBefore
    /// Its largest sample does (filters that ring to both sides).
    case summit
  }

  public let name: String
  /// Input channel counts to test.
  public var channels: [Int]
  public var rates: [Int]
  /// Rates at which the convergence law runs.
  public var convergenceRates: [Int]
  /// One curve a slot, on the frames after the run's start.
  public var curves: [AutomationCurve?]
  /// Whether the kernel is given a key (of as many channels as its input).
  public var hasKey: Bool
  public var onset: Onset
  /// Peak of the noise that the laws feed.
  public var level: Double
  let make: @Sendable (StreamFormat) -> any RunningKernel
  let outputs: @Sendable (Int) -> Int

  public init<K: Kernel>(
    _ name: String, _ type: K.Type, _ parameters: K.Parameters, channels: [Int] = [1, 2],
    rates: [Int] = [44_100, 48_000, 96_000, 192_000], convergenceRates: [Int] = [48_000],
    curves: [AutomationCurve?] = [], hasKey: Bool = false, onset: Onset = .exact,
    level: Double = 0.5
  ) {
    self.name = "\(K.identity.name): \(name)"
    self.channels = channels
    self.rates = rates
    self.convergenceRates = convergenceRates
    self.curves = curves
    self.hasKey = hasKey
    self.onset = onset
    self.level = level
    make = { ErasedKernel(K(parameters, format: $0)) }
    outputs = { K.outputChannels(for: $0, parameters: parameters) }
  }

  public var description: String { name }

  /// A fresh kernel for `channelCount` input channels.
  public func kernel(rate: Int, channelCount: Int) -> any RunningKernel {
    make(StreamFormat(rate: rate, channelCount: blockChannels(channelCount)))
  }

  /// Channels of the block: the larger of what goes in and what comes out.
  public func blockChannels(_ input: Int) -> Int { max(input, outputs(input)) }
}

/// A kernel whose type has been forgotten.
public protocol RunningKernel: AnyObject {
  var latency: Int { get }
  var tail: Tail { get }
  var memory: Memory { get }
  var state: [UInt8] { get }
  func run(_ block: Block, at frame: Int64, _ context: Context)
  /// - Returns: whether every byte was read.
  func restore(_ state: [UInt8]) throws(StateError) -> Bool
  func roundState()
  func reset()
}

final class ErasedKernel<K: Kernel>: RunningKernel {
  private var kernel: K
  init(_ kernel: K) { self.kernel = kernel }

  var latency: Int { kernel.latency }
  var tail: Tail { kernel.tail }
  var memory: Memory { kernel.memory }

  var state: [UInt8] {
    var writer = StateWriter()
    kernel.encodeState(into: &writer)
    return writer.bytes
  }

  func run(_ block: Block, at frame: Int64, _ context: Context) {
    kernel.run(block, at: frame, context)
  }

  func restore(_ state: [UInt8]) throws(StateError) -> Bool {
    var reader = StateReader(state)
    try kernel.restoreState(from: &reader)
    return reader.isAtEnd
  }

  func roundState() { kernel.roundState() }
  func reset() { kernel.reset() }
}
