public import Signal

/// Makes a stereo signal mono below a frequency.
///
/// The difference (L − R)/2 passes a Linkwitz-Riley high-pass of 24 dB/oct, the sum (L + R)/2 the
/// all-pass of the same phase. A mono signal passes unchanged.
///
/// - Parameters: `frequency` in Hz, 20...1000, default 150.
/// - Shape: mono or stereo; in place. Latency 0 frames.
public struct MonoBelow: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// Hz.
    public var frequency: Double
    public init(frequency: Double = 150) { self.frequency = frequency }
  }

  public static let identity = KernelIdentity("mono-below", revision: 1)

  private let isStereo: Bool
  private var middle: BiquadCascade
  private var side: BiquadCascade

  public init(_ parameters: Parameters, format: StreamFormat) {
    isStereo = format.channelCount == 2
    let mono = StreamFormat(rate: format.rate, channelCount: 1)
    middle = BiquadCascade(
      BiquadCascade.Parameters(
        sections: LinkwitzRiley.allPass(parameters.frequency, rate: format.hertz)), format: mono)
    side = BiquadCascade(
      BiquadCascade.Parameters(
        sections: LinkwitzRiley.highPass(parameters.frequency, rate: format.hertz)), format: mono)
  }

  public var tail: Tail { isStereo ? side.tail : .frames(0) }
  public var memory: Memory { isStereo ? side.memory : .none }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    guard isStereo && block.channelCount == 2 else { return }
    let (left, right) = (block[0], block[1])
    MidSide.encode(left, right)
    middle.process(block.channels(0..<1), at: frame, Context())
    side.process(block.channels(1..<2), at: frame, Context())
    MidSide.decode(left, right)
  }

  public mutating func flushDenormals() {
    middle.flushDenormals()
    side.flushDenormals()
  }

  public mutating func roundState() {
    middle.roundState()
    side.roundState()
  }

  public func encodeState(into writer: inout StateWriter) {
    guard isStereo else { return }
    middle.encodeState(into: &writer)
    side.encodeState(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    guard isStereo else { return }
    try middle.restoreState(from: &reader)
    try side.restoreState(from: &reader)
  }

  public mutating func reset() {
    middle.reset()
    side.reset()
  }
}

/// Left and right as middle and side, and back.
enum MidSide {
  /// In place: M = (L + R)/2 in the first channel, S = (L − R)/2 in the second.
  static func encode(_ left: Samples, _ right: Samples) {
    for i in left.indices {
      let (l, r) = (left[i], right[i])
      left[i] = 0.5 * (l + r)
      right[i] = 0.5 * (l - r)
    }
  }

  /// In place: L = M + S, R = M − S.
  static func decode(_ middle: Samples, _ side: Samples) {
    for i in middle.indices {
      let (m, s) = (middle[i], side[i])
      middle[i] = m + s
      side[i] = m - s
    }
  }
}
