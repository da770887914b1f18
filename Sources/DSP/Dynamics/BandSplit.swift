internal import Signal

/// A signal in bands: Linkwitz–Riley crossovers of 24 dB/oct, one after the other from low to high;
/// each band also passes the all-pass of every crossover above it that it did not go through.
///
/// For each block: `begin` once, then `next` for every band in ascending order.
struct BandSplit {
  /// What each band takes of what is left, what then is left, and the all-passes.
  private var lows: [BiquadCascade]
  private var highs: [BiquadCascade]
  private var phases: [BiquadCascade]
  private let rest: AudioBuffer
  private let band: AudioBuffer
  private var frameCount = 0
  private var channelCount = 0

  /// - Parameter crossovers: Hz, ascending.
  init(_ crossovers: [Double], format: StreamFormat) {
    let rate = format.hertz
    func cascade(_ sections: [BiquadCoefficients]) -> BiquadCascade {
      BiquadCascade(BiquadCascade.Parameters(sections: sections), format: format)
    }
    lows = crossovers.map { cascade(LinkwitzRiley.lowPass($0, rate: rate)) }
    highs = crossovers.map { cascade(LinkwitzRiley.highPass($0, rate: rate)) }
    phases = crossovers.indices.map { index in
      cascade(crossovers[(index + 1)...].flatMap { LinkwitzRiley.allPass($0, rate: rate) })
    }
    rest = AudioBuffer(
      channelCount: format.channelCount, frameCapacity: Int(Housekeeping.interval))
    band = AudioBuffer(
      channelCount: format.channelCount, frameCapacity: Int(Housekeeping.interval))
  }

  /// Frames until the filter that rings longest has died away.
  var ringing: Int { (lows + highs + phases).map(\.tail.frames).max() ?? 0 }

  var memories: [Memory] { (lows + highs + phases).map(\.memory) }

  mutating func begin(_ block: Block) {
    frameCount = block.frameCount
    channelCount = min(block.channelCount, rest.channelCount)
    rest.block(frameCount).channels(channelCount).copy(from: block.channels(channelCount))
  }

  /// The band with this index; valid until the next call.
  mutating func next(_ index: Int, at frame: Int64) -> Block {
    let left = rest.block(frameCount).channels(channelCount)
    let part = band.block(frameCount).channels(channelCount)
    let context = Context()
    part.copy(from: left)
    if index < lows.count {
      lows[index].process(part, at: frame, context)
      phases[index].process(part, at: frame, context)
      highs[index].process(left, at: frame, context)
    }
    return part
  }

  mutating func flushDenormals() { each { $0.flushDenormals() } }
  mutating func roundState() { each { $0.roundState() } }
  mutating func reset() { each { $0.reset() } }

  func encodeState(into writer: inout StateWriter) {
    for index in lows.indices {
      lows[index].encodeState(into: &writer)
      highs[index].encodeState(into: &writer)
      phases[index].encodeState(into: &writer)
    }
  }

  mutating func restoreState(from reader: inout StateReader) throws(StateError) {
    for index in lows.indices {
      try lows[index].restoreState(from: &reader)
      try highs[index].restoreState(from: &reader)
      try phases[index].restoreState(from: &reader)
    }
  }

  private mutating func each(_ change: (inout BiquadCascade) -> Void) {
    for index in lows.indices {
      change(&lows[index])
      change(&highs[index])
      change(&phases[index])
    }
  }
}
