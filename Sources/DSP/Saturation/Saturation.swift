internal import CLanes
public import Signal

/// Bends the waveform softly towards full scale, and so adds odd harmonics.
///
/// wet = output · f(drive · x) / drive with f(x) = x / √(1 + x²), at eight times the rate and with
/// the first-order antiderivative form, which for this curve is free of cancellation:
/// y[n] = (x[n] + x[n−1]) / (√(1 + x[n]²) + √(1 + x[n−1]²)).
///
/// - Shape: any channel count; channels are independent; in place.
/// - Latency: `Oversampler.latency` frames (100). The antiderivative adds 1/16 of a frame, which is
///   not compensated. Tail: the same again.
/// - Precision: quiet signals keep their level (0.01 dB at −60 dBFS and 1 kHz). Odd symmetry is
///   exact. Images and aliases of the rate changes lie below −120 dB.
/// - Source: J. Parker, V. Zavalishin, E. Le Bivic, "Reducing the Aliasing of Nonlinear
///   Waveshaping Using Continuous-Time Convolution", DAFx 2016.
public struct Saturation: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dB, 0...36: gain into the curve, taken back behind it.
    public var drive: Double = 6
    /// %, 0...100.
    public var mix: Double = 100
    /// dB, −24...24.
    public var output: Double = 0

    public init() {}
  }

  public static let identity = KernelIdentity("saturation", revision: 1)
  public static let automatable = ["drive", "mix"]

  public var latency: Int { Oversampler.latency }
  public var tail: Tail { .frames(2 * Oversampler.latency + 2) }
  public var memory: Memory { .finite(frames: 2 * Oversampler.latency + 2) }

  private let drive: Double
  private let mix: Double
  private let output: Double
  private var channels: [Oversampler]
  private var dry: DelayLine
  /// The drive of the frames on their way, to be taken back where they come out.
  private var drives: DelayLine
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    drive = parameters.drive
    mix = parameters.mix * 0.01
    output = decibelsToGain(parameters.output)
    channels = (0..<format.channelCount).map { _ in Oversampler() }
    dry = DelayLine(frames: Oversampler.latency, channelCount: format.channelCount)
    drives = DelayLine(frames: Oversampler.latency, channelCount: 1)
    scratch = AudioBuffer(channelCount: format.channelCount + 1, frameCapacity: Oversampler.run)
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    var done = 0
    while done < block.frameCount {
      let count = min(Oversampler.run, block.frameCount - done)
      let range = done..<(done + count)
      process(
        block.slice(range), context.curve(0)?.slice(range), context.curve(1)?.slice(range))
      done += count
    }
  }

  private mutating func process(_ block: Block, _ drive: Samples?, _ mix: Samples?) {
    let lanes = scratch.block(block.frameCount)
    let gains = lanes[block.channelCount]
    if let drive {
      for i in gains.indices { gains[i] = decibelsToGain(drive[i]) }
    } else {
      gains.fill(decibelsToGain(self.drive))
    }
    for channel in channels.indices {
      let (samples, wet) = (block[channel], lanes[channel])
      for i in wet.indices { wet[i] = samples[i] * gains[i] }
      channels[channel].process(wet)
    }
    dry.process(block)
    drives.process(
      Block(
        gains.address, stride: scratch.frameCapacity, channelCount: 1, frameCount: gains.count))
    for channel in channels.indices {
      let (samples, wet) = (block[channel], lanes[channel])
      for i in wet.indices {
        // Before the first frame has arrived there is nothing to take back.
        let gain = gains[i] > 0 ? output / gains[i] : 0
        let m = mix.map { $0[i] * 0.01 } ?? self.mix
        samples[i] = m == 1 ? gain * wet[i] : (1 - m) * samples[i] + m * (gain * wet[i])
      }
    }
  }

  public func encodeState(into writer: inout StateWriter) {
    for channel in channels { channel.encode(into: &writer) }
    dry.encode(into: &writer)
    drives.encode(into: &writer)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for index in channels.indices { try channels[index].restore(from: &reader) }
    try dry.restore(from: &reader)
    try drives.restore(from: &reader)
  }

  public mutating func reset() {
    for index in channels.indices { channels[index].reset() }
    dry.reset()
    drives.reset()
  }
}

/// One channel's way up to eight times the rate, through the curve, and down again.
struct Oversampler {
  static let run = 64
  /// Samples before those of the highest rate: the last of the run before is among them.
  private static let margin = 4
  private static let pairs = (44, 9, 6)
  /// Frames through all six filters.
  static let latency = 2 * pairs.0 + pairs.1 + pairs.2 / 2

  private var ups: [HalfbandUpsampler]
  private var downs: [HalfbandDownsampler]
  private var last = 0.0
  private let streams: AudioBuffer

  init() {
    let filters = [
      HalfbandFilter(pairs: Self.pairs.0), HalfbandFilter(pairs: Self.pairs.1),
      HalfbandFilter(pairs: Self.pairs.2),
    ]
    ups = (0..<3).map { HalfbandUpsampler(filters[$0], run: Self.run << $0) }
    downs = (0..<3).map { HalfbandDownsampler(filters[$0], run: Self.run << $0) }
    streams = AudioBuffer(
      channelCount: 5, frameCapacity: 8 * Self.run + Self.margin)
  }

  /// In place, at most `run` frames.
  mutating func process(_ samples: Samples) {
    let block = streams.block
    let count = samples.count
    let (twice, fourfold, eightfold) = (
      block[0].slice(0..<(2 * count)), block[1].slice(0..<(4 * count)),
      block[2].slice(Self.margin..<(Self.margin + 8 * count))
    )
    let bent = block[4].slice(0..<(8 * count))
    ups[0].process(samples, into: twice)
    ups[1].process(twice, into: fourfold)
    ups[2].process(fourfold, into: eightfold)
    bend(eightfold, into: bent)
    downs[2].process(bent, into: fourfold)
    downs[1].process(fourfold, into: twice)
    downs[0].process(twice, into: samples)
  }

  private mutating func bend(_ samples: Samples, into output: Samples) {
    let roots = streams.block[3].address + Self.margin
    samples.address[-1] = last
    roots[-1] = (1 + last * last).squareRoot()
    lanes_bend(samples.address, roots, output.address, samples.count)
    last = samples[samples.count - 1]
  }

  func encode(into writer: inout StateWriter) {
    for up in ups { up.encode(into: &writer) }
    for down in downs { down.encode(into: &writer) }
    writer.write(last)
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for index in ups.indices { try ups[index].restore(from: &reader) }
    for index in downs.indices { try downs[index].restore(from: &reader) }
    last = try reader.readDouble()
  }

  mutating func reset() {
    for index in ups.indices { ups[index].reset() }
    for index in downs.indices { downs[index].reset() }
    last = 0
  }
}
