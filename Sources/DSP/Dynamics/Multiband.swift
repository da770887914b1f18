public import Signal

/// A compressor for each of two to four bands.
///
/// Linkwitz–Riley crossovers of 24 dB/oct, one after the other from low to high; each band also
/// passes the all-pass of every crossover above it that it did not go through. While no band is
/// reduced the sum is an all-pass: flat in magnitude to 1e-6 dB.
///
/// - Shape: one or two channels, in place.
/// - Key: `context.key` if there is one, else the input; split into bands as the input is.
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

  public static let identity = KernelIdentity("multiband", revision: 3)

  public let latency: Int
  public let memory: Memory
  public let tail: Tail

  private var bands: BandSplit
  /// The same of the key, where there is one.
  private var keyBands: BandSplit
  private var compressors: [Compressor]

  public init(_ parameters: Parameters, format: StreamFormat) {
    let crossovers = Array(parameters.crossovers.prefix(3))
    bands = BandSplit(crossovers, format: format)
    keyBands = BandSplit(crossovers, format: format)
    let lookAhead = parameters.bands.map(\.lookAhead).max() ?? 0
    compressors = (0...crossovers.count).map { index in
      var band = Compressor.Parameters(threshold: 0)
      if index < parameters.bands.count { band = parameters.bands[index] } else { band.ratio = 1 }
      band.lookAhead = lookAhead
      return Compressor(band, format: format)
    }
    latency = compressors[0].latency
    tail = .frames(latency + 2 * bands.ringing)
    var (rounding, convergence) = (Housekeeping.rounding, 0.0)
    var longest = 0.0
    func add(_ memory: Memory, inSeries: Bool) {
      guard case .recursive(let interval, let seconds) = memory else { return }
      rounding = min(rounding, interval)
      if inSeries { convergence += seconds } else { longest = max(longest, seconds) }
    }
    for memory in bands.memories { add(memory, inSeries: true) }
    for compressor in compressors { add(compressor.memory, inSeries: false) }
    memory = .recursive(rounding: rounding, convergence: convergence + longest)
  }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    bands.begin(block)
    if let key = context.key { keyBands.begin(key) }
    for index in compressors.indices {
      let band = bands.next(index, at: frame)
      // A band's compressor listens to its band, of the key if there is one.
      let key = context.key.map { _ in keyBands.next(index, at: frame) }
      let inner = Context(key: key, programmeFrame: context.programmeFrame)
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
    bands.flushDenormals()
    keyBands.flushDenormals()
    for index in compressors.indices { compressors[index].flushDenormals() }
  }

  public mutating func roundState() {
    bands.roundState()
    keyBands.roundState()
    for index in compressors.indices { compressors[index].roundState() }
  }

  public func encodeState(into writer: inout StateWriter) {
    bands.encodeState(into: &writer)
    keyBands.encodeState(into: &writer)
    for compressor in compressors { compressor.encodeState(into: &writer) }
  }

  public mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    try bands.restoreState(from: &reader)
    try keyBands.restoreState(from: &reader)
    for index in compressors.indices { try compressors[index].restoreState(from: &reader) }
  }

  public mutating func reset() {
    bands.reset()
    keyBands.reset()
    for index in compressors.indices { compressors[index].reset() }
  }
}
