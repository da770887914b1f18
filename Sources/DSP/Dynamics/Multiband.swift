public import Signal

/// A compressor for each of two to four bands.
///
/// Linkwitz–Riley crossovers of 24 dB/oct, one after the other from low to high; each band also
/// passes the all-pass of every crossover above it that it did not go through. While no band is
/// reduced the sum is an all-pass: flat in magnitude to 1e-6 dB.
///
/// - Shape: one or two channels, in place.
/// - Latency: the largest look-ahead of the bands, for all of them. Tail: the same and the
///   crossovers' ringing.
/// - Source: S. H. Linkwitz, "Active Crossover Networks for Noncoincident Drivers", JAES 24(1),
///   1976; `Compressor`.
public struct Multiband: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// Hz, ascending, one to three.
    public var crossovers: [Double]
    /// One more than crossovers, from low to high.
    public var bands: [Compressor.Parameters]

    public init(crossovers: [Double], bands: [Compressor.Parameters]) {
      self.crossovers = crossovers
      self.bands = bands
    }
  }

  public static let identity = KernelIdentity("multiband", revision: 1)

  public let latency: Int
  public let memory: Memory
  public let tail: Tail

  /// What each band takes of what is left, what then is left, and the bands' compressors.
  private var lows: [BiquadCascade]
  private var highs: [BiquadCascade]
  private var phases: [BiquadCascade]
  private var compressors: [Compressor]
  private let rest: AudioBuffer
  private let band: AudioBuffer

  public init(_ parameters: Parameters, format: StreamFormat) {
    let rate = format.hertz
    let crossovers = Array(parameters.crossovers.prefix(3))
    func cascade(_ sections: [BiquadCoefficients]) -> BiquadCascade {
      BiquadCascade(BiquadCascade.Parameters(sections: sections), format: format)
    }
    lows = crossovers.map { cascade(LinkwitzRiley.lowPass($0, rate: rate)) }
    highs = crossovers.map { cascade(LinkwitzRiley.highPass($0, rate: rate)) }
    phases = crossovers.indices.map { index in
      cascade(crossovers[(index + 1)...].flatMap { LinkwitzRiley.allPass($0, rate: rate) })
    }
    let lookAhead = parameters.bands.map(\.lookAhead).max() ?? 0
    compressors = (0...crossovers.count).map { index in
      var band = Compressor.Parameters(threshold: 0)
      if index < parameters.bands.count { band = parameters.bands[index] } else { band.ratio = 1 }
      band.lookAhead = lookAhead
      return Compressor(band, format: format)
    }
    latency = compressors[0].latency
    rest = AudioBuffer(
      channelCount: format.channelCount, frameCapacity: Int(Housekeeping.interval))
    band = AudioBuffer(
      channelCount: format.channelCount, frameCapacity: Int(Housekeeping.interval))
    var ringing = 0
    for filter in lows + highs + phases { ringing = max(ringing, filter.tail.frames) }
    tail = .frames(latency + 2 * ringing)
    var (rounding, convergence) = (Housekeeping.rounding, 0.0)
    var longest = 0.0
    func add(_ memory: Memory, inSeries: Bool) {
      guard case .recursive(let interval, let seconds) = memory else { return }
      rounding = min(rounding, interval)
      if inSeries { convergence += seconds } else { longest = max(longest, seconds) }
    }
    for filter in lows + highs + phases { add(filter.memory, inSeries: true) }
    for compressor in compressors { add(compressor.memory, inSeries: false) }
    memory = .recursive(rounding: rounding, convergence: convergence + longest)
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    let (rest, band) = (rest.block(block.frameCount), band.block(block.frameCount))
    rest.copy(from: block)
    // A band's compressor listens to its band.
    let inner = Context(programmeFrame: context.programmeFrame)
    for index in compressors.indices {
      if index < lows.count {
        band.copy(from: rest)
        lows[index].process(band, at: frame, inner)
        phases[index].process(band, at: frame, inner)
        highs[index].process(rest, at: frame, inner)
      } else {
        band.copy(from: rest)
      }
      compressors[index].process(band, at: frame, inner)
      for channel in 0..<block.channelCount {
        let (sum, part) = (block[channel], band[channel])
        if index == 0 {
          sum.copy(from: part)
        } else {
          for i in sum.indices { sum[i] += part[i] }
        }
      }
    }
  }

  public mutating func flushDenormals() {
    for index in lows.indices {
      lows[index].flushDenormals()
      highs[index].flushDenormals()
      phases[index].flushDenormals()
    }
    for index in compressors.indices { compressors[index].flushDenormals() }
  }

  public mutating func roundState() {
    for index in lows.indices {
      lows[index].roundState()
      highs[index].roundState()
      phases[index].roundState()
    }
    for index in compressors.indices { compressors[index].roundState() }
  }

  public func encodeState(into writer: inout StateWriter) {
    for index in lows.indices {
      lows[index].encodeState(into: &writer)
      highs[index].encodeState(into: &writer)
      phases[index].encodeState(into: &writer)
    }
    for compressor in compressors { compressor.encodeState(into: &writer) }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for index in lows.indices {
      try lows[index].restoreState(from: &reader)
      try highs[index].restoreState(from: &reader)
      try phases[index].restoreState(from: &reader)
    }
    for index in compressors.indices { try compressors[index].restoreState(from: &reader) }
  }

  public mutating func reset() {
    for index in lows.indices {
      lows[index].reset()
      highs[index].reset()
      phases[index].reset()
    }
    for index in compressors.indices { compressors[index].reset() }
  }
}
