internal import DSP
internal import Diagnostics
public import MixGraph
public import SessionModel
internal import Signal

/// Harmonic distortion and noise that a chain of inserts adds to test tones.
///
/// Coherent tones near 1 kHz and 100 Hz, at −1, −10 and −20 dBFS, run through fresh kernels until
/// these have settled; a Fourier transform of 65,536 frames without a window then has each
/// harmonic in a bin of its own. What the chain is keyed by from outside is silent.
///
/// - Precision: a chain that only delays and scales reads below 1e-8 %.
/// - Source: design of tones and sums: f = k·rate/n with k odd and prime.
public struct ChainDistortion: Sendable {
  public struct Tone: Hashable, Sendable {
    public var hertz: Double
    /// dBFS, of the sine's peak.
    public var level: Double
    /// Percent of the fundamental.
    public var thd: Double
    public var thdPlusNoise: Double

    /// `1000 Hz at -1 dBFS: THD 0.003 %, THD+N 0.004 %`
    public var text: String {
      "\(Figures.short(hertz, digits: 0)) Hz at \(Figures.short(level)) dBFS: "
        + "THD \(Figures.short(thd, digits: 4)) %, THD+N \(Figures.short(thdPlusNoise, digits: 4)) %"
    }
  }

  public private(set) var tones: [Tone] = []

  public static let quantities: Set<String> = ["thd", "thd-n"]
  static let frames = 65_536

  /// Percent, of the worst tone; 0 without inserts.
  public var thd: Double { tones.map(\.thd).max() ?? 0 }
  public var thdPlusNoise: Double { tones.map(\.thdPlusNoise).max() ?? 0 }

  /// The tone that reads most.
  public func worst(isNoise: Bool) -> Tone? {
    tones.max { isNoise ? $0.thdPlusNoise < $1.thdPlusNoise : $0.thd < $1.thd }
  }

  // MARK: Records

  /// For a record: four numbers a tone.
  public var kept: [Double] {
    tones.flatMap { [$0.hertz, $0.level, $0.thd, $0.thdPlusNoise] }
  }

  /// What a record kept.
  public init?(kept: [Double]) {
    guard kept.count % 4 == 0, !kept.isEmpty else { return nil }
    tones = stride(from: 0, to: kept.count, by: 4).map {
      Tone(hertz: kept[$0], level: kept[$0 + 1], thd: kept[$0 + 2], thdPlusNoise: kept[$0 + 3])
    }
  }

  /// Everything that the numbers depend on.
  public static func write(
    _ inserts: [ResolvedInsert], rate: Int, to writer: inout some ManifestWriter
  ) {
    writer.field("chain-distortion", 1)
    writer.field("rate", rate)
    for insert in inserts {
      let made = KernelFactory.describe(insert, rate: rate, inputChannels: 2)
      writer.field("kernel", "\(insert.processor) \(made?.identity.revision ?? 0)")
      for name in insert.settings.keys.sorted() {
        writer.field("setting", "\(name) \(insert.settings[name].map { "\($0)" } ?? "")")
      }
    }
  }

  /// - Parameters: `rate` in Hz.
  /// - Complexity: some 4 s of audio through the chain for each of six tones.
  public init(_ inserts: [ResolvedInsert], rate: Int) {
    for wanted in [1000.0, 100.0] {
      let bin = Self.oddPrime(near: wanted * Double(Self.frames) / Double(rate))
      for level in [-1.0, -10.0, -20.0] {
        tones.append(Self.measure(inserts, rate: rate, bin: bin, level: level))
      }
    }
  }

  private static func oddPrime(near wanted: Double) -> Int {
    func isPrime(_ n: Int) -> Bool {
      guard n > 2, n % 2 == 1 else { return false }
      var d = 3
      while d * d <= n {
        if n % d == 0 { return false }
        d += 2
      }
      return true
    }
    let middle = max(3, Int(wanted.rounded()))
    for distance in 0...middle {
      if isPrime(middle - distance) { return middle - distance }
      if isPrime(middle + distance) { return middle + distance }
    }
    return 3
  }

  private static func measure(
    _ inserts: [ResolvedInsert], rate: Int, bin: Int, level: Double
  ) -> Tone {
    var channels = 2
    var kernels: [(box: AnyKernelBox, input: Int, output: Int, isKeyed: Bool)] = []
    for insert in inserts {
      guard let made = KernelFactory.describe(insert, rate: rate, inputChannels: channels) else {
        continue
      }
      let box = KernelFactory.make(insert, rate: rate, inputChannels: channels)
      kernels.append((box, channels, made.outputChannels, insert.key != nil))
      channels = made.outputChannels
    }
    // Long enough for releases and for the longest tail, in whole periods of the analysis.
    let tail = kernels.map { $0.box.tail + $0.box.latency }.reduce(0, +)
    let settling = (max(2 * rate, min(tail, 10 * rate)) + frames - 1) / frames * frames
    let blockFrames = 512
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    let silence = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    silence.block.fill(0)
    var last: [Double] = []
    last.reserveCapacity(frames)
    let peak = decibelsToGain(level)
    let table = sine(peak: peak, bin: bin)
    var frame = 0
    while frame < settling + frames {
      let block = buffer.block
      for channel in 0..<2 {
        for i in 0..<blockFrames { block[channel][i] = table[(frame + i) % frames] }
      }
      for kernel in kernels {
        let part = block.channels(max(kernel.input, kernel.output))
        let key = kernel.isKeyed ? silence.block : nil
        kernel.box.run(part, at: Int64(frame), Context(key: key))
      }
      if frame >= settling { for i in 0..<blockFrames { last.append(block[0][i]) } }
      frame += blockFrames
    }
    return analyse(last, rate: rate, bin: bin, level: level)
  }

  private static func sine(peak: Double, bin: Int) -> [Double] {
    (0..<frames).map { n in
      // The phase as an exact fraction of a turn, so that the period closes.
      peak * Maths.sin(turns: Double((n * bin) % frames) / Double(frames))
    }
  }

  /// Squared magnitude of each bin.
  private static func spectrum(_ samples: [Double]) -> [Double] {
    let transform = RealFFT(count: frames)
    let buffer = AudioBuffer(channelCount: 3, frameCapacity: frames)
    for (index, sample) in samples.enumerated() { buffer.block[0][index] = sample }
    let bins = buffer.block(transform.binCount)
    transform.forward(buffer.block[0], real: bins[1], imaginary: bins[2])
    return (0..<transform.binCount).map { bins[1][$0] * bins[1][$0] + bins[2][$0] * bins[2][$0] }
  }

  static func analyse(_ samples: [Double], rate: Int, bin: Int, level: Double) -> Tone {
    let power = spectrum(samples)
    let half = frames / 2
    let fundamental = power[bin]
    let hertz = Double(bin) * Double(rate) / Double(frames)
    guard fundamental > 0 else {
      return Tone(hertz: hertz, level: level, thd: 0, thdPlusNoise: 0)
    }
    var harmonics = 0.0
    for order in 2...9 {
      // Folded back where it passes half the rate.
      let turned = order * bin % frames
      harmonics += power[turned <= half ? turned : frames - turned]
    }
    let lowest = max(1, 20 * frames / rate)
    let highest = min(half, 20_000 * frames / rate)
    var rest = 0.0
    for index in lowest...max(lowest, highest) where index != bin { rest += power[index] }
    return Tone(
      hertz: hertz, level: level, thd: 100 * (harmonics / fundamental).squareRoot(),
      thdPlusNoise: 100 * (rest / fundamental).squareRoot())
  }
}
