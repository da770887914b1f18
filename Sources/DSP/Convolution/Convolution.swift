public import Signal

/// A room that was recorded: the signal convolved with the room's answer to an impulse.
///
/// y = (1 − mix)·x + mix·Σ h[k]·x[n − k − pre-delay]. The response is cut where it has fallen 96 dB
/// under its largest sample, shortened by h[n]·10^(−3n/(rate·decay)) where that is asked for, and
/// scaled so that the energies of all paths to one output add up to 1: noise keeps its level.
///
/// - Shape: mono or stereo, in place. A response of one channel serves each channel alike, one of two
///   each by its own, one of four both by both: left to left, left to right, right to left, right to
///   right. Two and four make stereo of mono.
/// - Latency: one block (`blockFrames(taps:)`) and what lies before the impulse, less the pre-delay. Tail: the pre-delay and the
///   response.
/// - Precision: Double; the error is within 1e-15 of Σ|h| times the largest sample.
/// - Complexity: for each channel two transforms of a block and a product for every block of the
///   response; some 14 ns a frame for 3 s at 48 kHz.
/// - Not for: moving spaces; a response is what one place was.
public struct Convolution: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// The response at the stream's rate: 1, 2 or 4 channels of the same length. None at all stands
    /// for a response that is not at hand: the kernel is then a delay of its latency and pre-delay.
    public var response: [[Double]] = []
    /// Channels and frames of the response before anything is cut, also where it is not at hand.
    public var channelCount: Int = 1
    public var frameCount: Int = 1
    /// How many of these frames lie before the impulse, 0...256.
    public var early = 0
    /// Seconds, 0.05...30, in which another 60 dB are taken off; nil: as it was recorded.
    public var decay: Double? = nil
    /// Frames.
    public var preDelay: Int = 0
    /// False: the response's own level.
    public var isNormalised = true
    /// %, 0...100.
    public var mix: Double = 100
    /// Whether `mix` comes as a curve. It is then held back by the latency, to meet the frames that it
    /// was written for.
    public var isMixAutomated = false

    public init() {}

    public init(response: [[Double]]) {
      self.response = response
      channelCount = response.count
      frameCount = response.first?.count ?? 0
    }
  }

  public static let identity = KernelIdentity("convolution", revision: 3)
  public static let automatable = ["mix"]

  public static func outputChannels(for inputChannels: Int, parameters: Parameters) -> Int {
    parameters.channelCount > 1 ? 2 : inputChannels
  }

  /// Frames that are transformed at once: more for longer responses, whose many parts would cost more
  /// than the transforms do.
  public static func blockFrames(taps: Int) -> Int {
    var frames = 256
    while frames < 16_384 && taps > 16 * frames { frames *= 4 }
    return frames
  }

  public let memory: Memory
  public let tail: Tail
  public let latency: Int

  private let mix: Double
  private let blockFrames: Int64
  private let response: PartitionedResponse
  /// The curve's values of the frames on their way.
  private var shares: DelayLine?
  private let scratch: AudioBuffer
  /// The frame that comes next; nil: not known.
  private var expected: Int64?
  /// Frames of the current block that have come in.
  private var filled = 0

  public init(_ parameters: Parameters, format: StreamFormat) {
    let frames = Self.blockFrames(taps: parameters.frameCount)
    let ahead = max(0, parameters.preDelay) - parameters.early
    blockFrames = Int64(frames)
    latency = max(0, frames - ahead)
    mix = parameters.mix * 0.01
    let lead = max(0, ahead - frames)
    let taps = max(1, parameters.frameCount)
    tail = .frames(latency + ahead + taps)
    memory = .finite(frames: lead + taps + 4 * frames)
    shares =
      parameters.isMixAutomated && latency > 0
      ? DelayLine(frames: latency, channelCount: 1) : nil
    scratch = AudioBuffer(channelCount: 1, frameCapacity: Int(Housekeeping.interval))
    let isAtHand = !parameters.response.isEmpty
    let shape = ResponseShape(
      isAtHand ? parameters.response : [[1]], rate: format.hertz,
      decay: isAtHand ? parameters.decay.map { max(0.01, $0) } : nil,
      isNormalised: parameters.isNormalised, early: parameters.early, lead: lead)
    response = PartitionedResponse(
      shape.rows, channelCount: format.channelCount, blockFrames: frames)
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let curve = context.curve(0)
    var done = 0
    while done < block.frameCount {
      let now = frame + Int64(done)
      let phase = Int(now & (blockFrames - 1))
      if expected != now {
        // The first frame, or a seam: the grid lies elsewhere in the stream now.
        if expected == nil || phase != filled { response.align(from: filled, to: phase) }
        filled = phase
      }
      let count = min(block.frameCount - done, Int(blockFrames) - phase)
      let range = done..<(done + count)
      process(block.slice(range), phase, curve.map { late($0.slice(range)) })
      done += count
      filled = phase + count
      if filled == Int(blockFrames) {
        response.turnOver()
        filled = 0
      }
      expected = now + Int64(count)
    }
  }

  /// The values `latency` frames ago.
  private mutating func late(_ curve: Samples) -> Samples {
    let block = scratch.block(curve.count)
    block[0].copy(from: curve)
    shares?.process(block)
    return block[0]
  }

  private func process(_ block: Block, _ phase: Int, _ curve: Samples?) {
    let count = block.frameCount
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      response.take(samples, input: channel, at: phase)
      let wet = response.output(channel).slice(phase..<(phase + count))
      if curve == nil && mix == 1 {
        samples.copy(from: wet)
        continue
      }
      let (early, late) = response.delayed(channel, at: phase, by: latency, count: count)
      for i in 0..<count {
        let share = curve.map { $0[i] * 0.01 } ?? mix
        let dry = i < early.count ? early[i] : late[i - early.count]
        samples[i] = (1 - share) * dry + share * wet[i]
      }
    }
  }

  public func encodeState(into writer: inout StateWriter) {
    response.encode(filled: filled, into: &writer)
    shares?.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    try response.restore(from: &reader)
    try shares?.restore(from: &reader)
    filled = 0
    expected = nil
  }

  public mutating func reset() {
    response.reset()
    shares?.reset()
    filled = 0
    expected = nil
  }
}
