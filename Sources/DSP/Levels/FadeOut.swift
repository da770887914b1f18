public import Signal

/// Fades a stream out over a range of programme time and leaves silence behind it.
///
/// - Parameters: `start`, `end` in programme frames; `curve` as of `FadeCurve`.
/// - Shape: any channel count; in place.
/// - Latency: 0 frames. Tail: none.
public struct FadeOut: Kernel {
  public struct Parameters: Hashable, Sendable {
    public var start: Int64
    public var end: Int64
    public var curve: FadeCurve

    public init(start: Int64, end: Int64, curve: FadeCurve) {
      self.start = start
      self.end = end
      self.curve = curve
    }
  }

  public static let identity = KernelIdentity("fade-out", revision: 1)

  private let parameters: Parameters

  public init(_ parameters: Parameters, format: StreamFormat) { self.parameters = parameters }

  public var tail: Tail { .frames(0) }
  public var memory: Memory { .none }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let length = parameters.end - parameters.start
    let first = context.programmeFrame - parameters.start
    if first + Int64(block.frameCount) <= 0 { return }
    for i in 0..<block.frameCount where first + Int64(i) >= 0 {
      let gain = parameters.curve.fadeOut(first + Int64(i), of: length)
      for channel in 0..<block.channelCount { block[channel][i] *= gain }
    }
  }
}
