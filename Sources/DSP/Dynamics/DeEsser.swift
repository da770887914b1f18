public import Signal

/// Lowers a band of sibilants while it stands out of the rest.
///
/// A dynamic equaliser, not a split band. The detector compares the level in a band (state
/// variable band-pass, Q 1) with the level of everything, both mean squares over 5 ms: what that
/// difference is above the threshold, up to `range`, is taken off by a bell on the same frequency.
/// It does not depend on how loud the singer is.
///
/// - Shape: one or two channels with one gain, in place.
/// - Key: `context.key` if there is one, else the input.
/// - Latency: 0. Tail: 10 ms.
/// - Precision: idle, it gives the input's bits.
/// - Source: A. Simper, "Linear Trapezoidal Integrated State Variable Filter", for the filters.
public struct DeEsser: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// dB, band level relative to the whole level, −80...0.
    public var threshold: Double
    /// Hz, 4000...10000.
    public var frequency: Double = 6500
    /// dB, 0...24.
    public var range: Double = 6
    /// Seconds: 63 % of the way down.
    public var attack: Double = 0.001
    /// Seconds: 63 % of the way back.
    public var release: Double = 0.06

    public init(threshold: Double) { self.threshold = threshold }
  }

  public static let identity = KernelIdentity("de-esser", revision: 2)
  public static let automatable = ["threshold"]
  /// Quieter than this mean square (−120 dBFS) nothing is a sibilant.
  private static let silence = 1e-12
  private static let bellQuality = 0.8
  private static let window = 0.005

  public let memory: Memory
  public let tail: Tail

  private struct Channel {
    var detector = (0.0, 0.0)
    var bell = (0.0, 0.0)
    var band = 0.0
    var whole = 0.0
  }

  private let parameters: Parameters
  private let g: Double
  private let average: Double
  private let attack: Double
  private let release: Double
  private var channels: [Channel]
  private var reduction = 0.0
  private let scratch: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    self.parameters = parameters
    g = Maths.tan(turns: 0.5 * min(max(parameters.frequency, 20), 0.45 * rate) / rate)
    average = DecibelLoops.pole(Self.window, rate)
    attack = DecibelLoops.pole(parameters.attack, rate)
    release = DecibelLoops.pole(parameters.release, rate)
    channels = Array(repeating: Channel(), count: format.channelCount)
    scratch = AudioBuffer(channelCount: 2, frameCapacity: Int(Housekeeping.interval))
    tail = .frames(DecibelLoops.frames(0.01, rate, limit: 1 << 20))
    memory = .recursive(
      rounding: Housekeeping.rounding,
      convergence: 34 * (parameters.attack + parameters.release + Self.window)
        + 2 * Convergence.interval(rate))
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let lanes = scratch.block(block.frameCount)
    lanes.fill(0)
    let heard = context.key ?? block
    for channel in channels.indices {
      let samples = heard[min(channel, heard.channelCount - 1)]
      listen(&channels[channel], samples, lanes[0], lanes[1])
    }
    decide(lanes[0], lanes[1], context.curve(0))
    for channel in channels.indices { act(&channels[channel], block[channel], lanes[0]) }
  }

  /// Adds the mean squares of the band and of everything.
  private func listen(
    _ channel: inout Channel, _ samples: Samples, _ band: Samples, _ whole: Samples
  ) {
    let a1 = 1 / (1 + g * (g + 1))
    let a2 = g * a1
    let a3 = g * a2
    var (i1, i2) = channel.detector
    var (bandMean, wholeMean) = (channel.band, channel.whole)
    let incoming = 1 - average
    for i in samples.indices {
      let x = samples[i]
      let v3 = x - i2
      let v1 = a1 * i1 + a2 * v3
      let v2 = i2 + a2 * i1 + a3 * v3
      i1 = 2 * v1 - i1
      i2 = 2 * v2 - i2
      bandMean = average * bandMean + incoming * (v1 * v1)
      wholeMean = average * wholeMean + incoming * (x * x)
      band[i] += bandMean
      whole[i] += wholeMean
    }
    channel.detector = (i1, i2)
    (channel.band, channel.whole) = (bandMean, wholeMean)
  }

  /// Replaces the band's levels by smoothed reductions in dB.
  private mutating func decide(_ band: Samples, _ whole: Samples, _ curve: Samples?) {
    let halfOctaves = 0.5 * DecibelLoops.decibelsPerOctave
    for i in band.indices {
      var wanted = 0.0
      if whole[i] > Self.silence {
        let ratio = band[i] / whole[i]
        let difference = DecibelLoops.log2(ratio > 1e-20 ? ratio : 1e-20) * halfOctaves
        let over = difference - (curve?[i] ?? parameters.threshold)
        wanted = over > 0 ? min(over, parameters.range) : 0
      }
      let pole = wanted > reduction ? attack : release
      reduction = pole * reduction + (1 - pole) * wanted
      band[i] = reduction
    }
  }

  private func act(_ channel: inout Channel, _ samples: Samples, _ reductions: Samples) {
    var (i1, i2) = channel.bell
    let idle = 1 / Self.bellQuality
    for i in samples.indices {
      let x = samples[i]
      let cut = reductions[i]
      // A = 10^(−cut/40); Q·A is the bell's own quality.
      let a = cut == 0 ? 1 : DecibelLoops.exp2(cut * (-0.5 * DecibelLoops.octavesPerDecibel))
      let k = idle / a
      let a1 = 1 / (1 + g * (g + k))
      let a2 = g * a1
      let a3 = g * a2
      let v3 = x - i2
      let v1 = a1 * i1 + a2 * v3
      let v2 = i2 + a2 * i1 + a3 * v3
      i1 = 2 * v1 - i1
      i2 = 2 * v2 - i2
      if cut != 0 { samples[i] = x + k * (a * a - 1) * v1 }
    }
    channel.bell = (i1, i2)
  }

  private mutating func update(_ change: (Double) -> Double) {
    for i in channels.indices {
      channels[i].detector = (change(channels[i].detector.0), change(channels[i].detector.1))
      channels[i].bell = (change(channels[i].bell.0), change(channels[i].bell.1))
      channels[i].band = change(channels[i].band)
      channels[i].whole = change(channels[i].whole)
    }
  }

  public mutating func flushDenormals() {
    update(StateGrid.flushed)
    if reduction < ReductionSmoother.rest { reduction = 0 }
  }

  public mutating func roundState() {
    update(StateGrid.filter)
    reduction = StateGrid.filter(reduction)
  }

  public func encodeState(into writer: inout StateWriter) {
    for channel in channels {
      writer.write(channel.detector.0)
      writer.write(channel.detector.1)
      writer.write(channel.bell.0)
      writer.write(channel.bell.1)
      writer.write(channel.band)
      writer.write(channel.whole)
    }
    writer.write(reduction)
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for i in channels.indices {
      channels[i].detector = (try reader.readDouble(), try reader.readDouble())
      channels[i].bell = (try reader.readDouble(), try reader.readDouble())
      channels[i].band = try reader.readDouble()
      channels[i].whole = try reader.readDouble()
    }
    reduction = try reader.readDouble()
  }

  public mutating func reset() {
    update { _ in 0 }
    reduction = 0
  }
}
