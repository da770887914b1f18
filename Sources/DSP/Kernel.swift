public import Signal

/// A kernel's name and revision, as they stand in keys. Any change that alters an output bit
/// raises the revision.
public struct KernelIdentity: Hashable, Sendable {
  public let name: String
  public let revision: Int

  public init(_ name: String, revision: Int) {
    self.name = name
    self.revision = revision
  }
}

/// How much of the past a kernel's output depends on.
public enum Memory: Hashable, Sendable {
  /// No state at all.
  case none
  /// The last `frames` input frames and nothing else.
  case finite(frames: Int)
  /// Feedback. State is rounded to its grid after every frame n − 1 with n mod `rounding` = 0
  /// (a power of two, at least 2^18), and two runs that differed and then get equal input reach
  /// equal state within `convergence` seconds.
  case recursive(rounding: Int, convergence: Double)
}

/// How long a kernel sounds after its input has ended.
public enum Tail: Hashable, Sendable {
  case frames(Int)
  public var frames: Int {
    switch self {
    case .frames(let count): count
    }
  }
}

/// What a kernel may look at besides its audio while it processes one block.
public struct Context {
  /// The side-chain input, same frames as the block; nil when the kernel listens to itself.
  public var key: Block?
  /// Frame of programme time that the block's first sample belongs to (for free-running phases).
  public var programmeFrame: Int64
  /// One value a frame for each automated parameter, by the kernel's slot; nil: not automated.
  public var curves: [Samples?]

  public init(key: Block? = nil, programmeFrame: Int64 = 0, curves: [Samples?] = []) {
    self.key = key
    self.programmeFrame = programmeFrame
    self.curves = curves
  }

  /// The automation of the parameter in `slot`, in the parameter's canonical unit.
  @inlinable
  public func curve(_ slot: Int) -> Samples? { slot < curves.count ? curves[slot] : nil }

  /// The context of the frames `range` of this context's block.
  public func slice(_ range: Range<Int>) -> Context {
    if key == nil && curves.isEmpty {
      return Context(programmeFrame: programmeFrame + Int64(range.lowerBound))
    }
    return Context(
      key: key?.slice(range), programmeFrame: programmeFrame + Int64(range.lowerBound),
      curves: curves.map { $0?.slice(range) })
  }
}

/// A causal processor of one stream with explicit state.
///
/// Kernels are driven through `run`, which splits at the absolute frames where housekeeping is
/// due; `process` itself never sees such a frame inside its block.
public protocol Kernel {
  associatedtype Parameters: Hashable, Sendable

  static var identity: KernelIdentity { get }

  /// Canonical names of the automatable parameters, in slot order (`Context.curve`).
  static var automatable: [String] { get }

  /// Channels that come out for `inputChannels` in. The block always has the larger count; a
  /// mono input to a kernel with stereo output arrives on both channels.
  static func outputChannels(for inputChannels: Int) -> Int

  /// The same where it hangs on the parameters (a ping-pong delay makes mono stereo). This is
  /// the one to ask; unless a kernel says otherwise it is `outputChannels(for:)`.
  static func outputChannels(for inputChannels: Int, parameters: Parameters) -> Int

  /// Allocates and designs; nothing else does. `format.channelCount` is the block's.
  init(_ parameters: Parameters, format: StreamFormat)

  /// Frames of delay between input and output.
  var latency: Int { get }

  /// Frames until the output has fallen 60 dB after the input ended, latency included.
  var tail: Tail { get }

  var memory: Memory { get }

  /// Processes in place. No allocation, lock, throw or input/output.
  ///
  /// - Parameter frame: session frame of the first sample; consecutive inside a block.
  mutating func process(_ block: Block, at frame: Int64, _ context: Context)

  /// Clears what has decayed below 1e-60 (called after every frame n − 1 with n mod 512 = 0).
  mutating func flushDenormals()

  /// Rounds recursive state to its grid (called as `memory` says). Must be idempotent.
  mutating func roundState()

  /// Writes all state that the future output depends on, canonically.
  func encodeState(into writer: inout StateWriter)

  /// Takes over a state that `encodeState` wrote in a kernel of equal parameters and format.
  mutating func restoreState(from reader: inout StateReader) throws(StateError)

  /// Equal to a fresh instance afterwards.
  mutating func reset()
}

extension Kernel {
  public static var automatable: [String] { [] }
  public static func outputChannels(for inputChannels: Int) -> Int { inputChannels }
  public static func outputChannels(for inputChannels: Int, parameters: Parameters) -> Int {
    outputChannels(for: inputChannels)
  }
  public var latency: Int { 0 }
  public mutating func flushDenormals() {}
  public mutating func roundState() {}
  public func encodeState(into writer: inout StateWriter) {}
  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {}
  public mutating func reset() {}

  /// Processes `block`, with housekeeping at the absolute frames where it is due. Bits do not
  /// depend on how the caller cuts the stream.
  public mutating func run(_ block: Block, at frame: Int64, _ context: Context) {
    let rounding: Int64 =
      if case .recursive(let rounding, _) = memory { Int64(rounding) } else { 0 }
    var done = 0
    while done < block.frameCount {
      let now = frame + Int64(done)
      let boundary = (now & ~(Housekeeping.interval - 1)) + Housekeeping.interval
      let count = min(block.frameCount - done, Int(boundary - now))
      if count == block.frameCount {
        process(block, at: now, context)
      } else {
        let range = done..<(done + count)
        process(block.slice(range), at: now, context.slice(range))
      }
      done += count
      if now + Int64(count) == boundary {
        flushDenormals()
        if rounding > 0 && boundary & (rounding - 1) == 0 { roundState() }
      }
    }
  }
}

/// Where state is looked after, in absolute session frames.
public enum Housekeeping {
  /// Frames between two clearings of decayed state.
  public static let interval: Int64 = 512
  /// Frames between two roundings of filters and envelopes; long memories use a larger power
  /// of two, `rounding(forDecay:rate:)`.
  public static let rounding = 1 << 18

  /// What follows `place`: equal numbers, equal clearings and roundings.
  public static func phase(of place: Int64) -> Int64 { place & Int64(rounding - 1) }

  /// Frames from `place` to the next clearing, at least one.
  public static func framesLeft(at place: Int64) -> Int64 { interval - (place & (interval - 1)) }

  /// The rounding interval of a memory that decays by 60 dB in `seconds`: 2^18 or the next power
  /// of two ≥ 0.75 · seconds · rate.
  public static func rounding(forDecay seconds: Double, rate: Int) -> Int {
    var interval = rounding
    while Double(interval) < 0.75 * seconds * Double(rate) { interval *= 2 }
    return interval
  }
}
