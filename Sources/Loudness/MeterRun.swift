internal import DSP
internal import Signal

/// A `LoudnessMeter` at work: a value, so that its parts are reached without asking who else does.
struct MeterRun {
  let rate: Int
  let channelCount: Int
  let options: LoudnessMeter.Options

  private let weights: [Double]
  private let truePeak = TruePeakFilter()
  private let tableTruePeak = TableTruePeakFilter()
  private let spectrum: ThirdOctaves?
  /// One for each pair of channels; the last of an odd count runs alone.
  private var filters: [KWeighting]
  /// Of the first two channels; nil with one, or without levels.
  private var fold: FoldBands?
  /// Frames position − 24 … of the programme.
  private let window: AudioBuffer
  /// Frames in `window`, of which the first 24 have been measured.
  private var held: Int
  /// First frame that has not been measured.
  private var position: Int64 = 0
  /// Added to a frame of the programme it gives its place on the axis that housekeeping counts by.
  var shift: Int64 = 0
  /// Of the current hop, by pairs of channels.
  private var energies: [SIMD2<Double>]
  private var tenth: Tenth
  private var clippedRun: [Int]
  /// Highest points by the standard's table since the last frame n with n mod 2^18 = 0: only
  /// what exceeds them is looked for.
  private var tablePeak: [Double]
  private var partial = MeterPartial()

  private static let reach = TruePeakFilter.reach
  private static let batch = 2048
  /// −60 dBFS
  private static let soundLevel = 0.001

  init(rate: Int, channelCount: Int, options: LoudnessMeter.Options) {
    self.rate = max(1, rate)
    self.channelCount = max(1, channelCount)
    self.options = options
    let given = options.weights.flatMap { $0.count == channelCount ? $0 : nil }
    weights = given ?? ChannelWeights.weights(self.channelCount)
    filters = Array(
      repeating: KWeighting(rate: Double(self.rate)), count: (self.channelCount + 1) / 2)
    fold =
      self.channelCount >= 2 && options.measuresLevels && options.measuresFold
      ? FoldBands(rate: Double(self.rate)) : nil
    energies = Array(repeating: .zero, count: (self.channelCount + 1) / 2)
    window = AudioBuffer(
      channelCount: self.channelCount,
      frameCapacity: MeterRun.batch + 2 * MeterRun.reach + TruePeakFilter.margin)
    held = MeterRun.reach
    tenth = Tenth(channelCount: self.channelCount)
    clippedRun = Array(repeating: 0, count: self.channelCount)
    tablePeak = Array(repeating: 0, count: self.channelCount)
    spectrum =
      options.measuresSpectrum
      ? ThirdOctaves(rate: self.rate, channelCount: self.channelCount) : nil
  }

  /// Takes the frames that follow.
  mutating func process(_ block: Block) {
    precondition(block.channelCount == channelCount)
    if block.frameCount > 0 { spectrum?.process(block, into: &partial) }
    var done = 0
    while done < block.frameCount {
      let room = MeterRun.batch + 2 * MeterRun.reach - held
      let count = min(room, block.frameCount - done)
      for channel in 0..<channelCount {
        window.block[channel].slice(held..<(held + count))
          .copy(from: block[channel].slice(done..<(done + count)))
      }
      held += count
      done += count
      measureHeld()
    }
  }

  /// What was measured since the last time.
  mutating func takePartial() -> MeterPartial {
    let taken = partial
    partial = MeterPartial()
    return taken
  }

  /// Ends the programme and gives what was measured since the last `takePartial`.
  mutating func finish() -> MeterPartial {
    // The last frames' surroundings are silence.
    for channel in 0..<channelCount {
      window.block[channel].slice(held..<(held + MeterRun.reach)).fill(0)
    }
    held += MeterRun.reach
    measureHeld()
    spectrum?.finish(into: &partial)
    if tenth.frames > 0 { closeTenth() }
    return takePartial()
  }

  /// Measures every frame whose 24 successors are here, and moves the rest to the front.
  private mutating func measureHeld() {
    let reach = MeterRun.reach
    let count = held - 2 * reach
    guard count > 0 else { return }
    var done = 0
    while done < count {
      let step = min(count - done, framesToNextBoundary())
      measure((reach + done)..<(reach + done + step))
      done += step
    }
    for channel in 0..<channelCount {
      let samples = window.block[channel]
      for i in 0..<(2 * reach) { samples[i] = samples[i + count] }
    }
    held = 2 * reach
  }

  private func framesToNextBoundary() -> Int {
    let hop = MeterGrid.boundary(partialHop + 1, rate: rate) - position
    return Int(min(hop, Housekeeping.framesLeft(at: position + shift)))
  }

  /// The hop that `position` lies in.
  private var partialHop = 0

  /// A run within one hop.
  private mutating func measure(_ range: Range<Int>) {
    let block = window.block
    for pair in filters.indices where options.measuresLevels {
      let right = min(2 * pair + 1, channelCount - 1)
      var sums = PairSums()
      sums.weighted = energies[pair]
      sums.sum = SIMD2(tenth.channels[2 * pair].sum, tenth.channels[right].sum)
      sums.squares = SIMD2(
        tenth.channels[2 * pair].sumOfSquares, tenth.channels[right].sumOfSquares)
      sums.product = tenth.product
      if pair == 0, fold != nil {
        filters[0].measure(
          block[0], block[1], range, into: &sums, folding: &fold!, into: &tenth.fold)
      } else {
        filters[pair].measure(block[2 * pair], block[right], range, into: &sums)
      }
      energies[pair] = sums.weighted
      if pair == 0 && channelCount >= 2 { tenth.product = sums.product }
      for channel in (2 * pair)...right {
        tenth.channels[channel].sum = sums.sum[channel % 2]
        tenth.channels[channel].sumOfSquares = sums.squares[channel % 2]
        findFaults(channel, range, peak: sums.peak[channel % 2])
      }
    }
    for channel in 0..<channelCount { measurePeaks(channel, range) }
    tenth.frames += range.count
    partial.frames += Int64(range.count)
    position += Int64(range.count)
    let place = position + shift
    if place % Housekeeping.interval == 0 {
      for pair in filters.indices { filters[pair].flushDenormals() }
      fold?.flushDenormals()
      if place % Int64(Housekeeping.rounding) == 0 {
        for pair in filters.indices { filters[pair].roundState() }
        fold?.roundState()
        for channel in 0..<channelCount { tablePeak[channel] = 0 }
      }
    }
    if position == MeterGrid.boundary(partialHop + 1, rate: rate) { closeHop() }
  }

  private mutating func closeHop() {
    var energy = 0.0
    for channel in 0..<channelCount {
      energy += energies[channel / 2][channel % 2] * weights[channel]
    }
    partial.hops.append(energy)
    for pair in energies.indices { energies[pair] = .zero }
    partialHop += 1
    if partialHop % 10 == 0 { closeTenth() }
  }

  private mutating func closeTenth() {
    partial.tenths.append(tenth)
    tenth = Tenth(channelCount: channelCount)
  }

  private mutating func findFaults(_ channel: Int, _ range: Range<Int>, peak: Double) {
    tenth.channels[channel].samplePeak = max(tenth.channels[channel].samplePeak, peak)
    if peak >= MeterRun.soundLevel { findSound(channel, range) }
    if peak >= options.clipLevel || clippedRun[channel] > 0 { countClips(channel, range) }
  }

  private mutating func findSound(_ channel: Int, _ range: Range<Int>) {
    let samples = window.block[channel]
    let origin = position - Int64(range.lowerBound)
    if let first = range.first(where: { samples[$0].magnitude >= MeterRun.soundLevel }) {
      partial.firstSound = min(partial.firstSound ?? .max, origin + Int64(first))
    }
    if let last = range.last(where: { samples[$0].magnitude >= MeterRun.soundLevel }) {
      partial.lastSound = max(partial.lastSound ?? -1, origin + Int64(last))
    }
  }

  private mutating func countClips(_ channel: Int, _ range: Range<Int>) {
    let samples = window.block[channel]
    for i in range {
      if samples[i].magnitude >= options.clipLevel {
        clippedRun[channel] = min(3, clippedRun[channel]) + 1
        if clippedRun[channel] == 3 { tenth.channels[channel].clippedRuns += 1 }
      } else {
        clippedRun[channel] = 0
      }
    }
  }

  private mutating func measurePeaks(_ channel: Int, _ range: Range<Int>) {
    let samples = window.block[channel]
    if options.measuresTruePeak {
      let known = tenth.channels[channel]
      var reading = TruePeakReading(peak: known.truePeak, overs: known.interSampleOvers)
      truePeak.update(&reading, samples, range)
      tenth.channels[channel].truePeak = reading.peak
      tenth.channels[channel].interSampleOvers = reading.overs
    }
    if options.measuresTableTruePeak {
      var peak = tablePeak[channel]
      tableTruePeak.update(&peak, samples, range)
      if peak > tablePeak[channel] {
        tablePeak[channel] = peak
        tenth.channels[channel].tableTruePeak = peak
      }
    }
  }
}

extension MeterRun {
  /// Everything that future partials depend on, canonically; what `takePartial` would give now is
  /// not part of it.
  func encodeState(into writer: inout StateWriter) {
    for filter in filters { filter.encode(into: &writer) }
    fold?.encode(into: &writer)
    writer.write(held)
    for channel in 0..<channelCount {
      writer.write(window.block[channel].slice(0..<held))
      writer.write(clippedRun[channel])
      writer.write(tablePeak[channel])
    }
    for energy in energies {
      writer.write(energy.x)
      writer.write(energy.y)
    }
    writer.write(MeterPartial(open: tenth).encoded.count)
    for byte in MeterPartial(open: tenth).encoded { writer.write(Int(byte)) }
    spectrum?.encode(into: &writer)
  }

  /// Takes over a state that a meter of equal rate, channels and options wrote at the programme
  /// frame `frame` (the number of frames it had been given).
  mutating func restoreState(from reader: inout StateReader, at frame: Int64)
    throws(StateError)
  {
    for pair in filters.indices { try filters[pair].restore(from: &reader) }
    try fold?.restore(from: &reader)
    let count = try reader.readInt()
    guard count >= MeterRun.reach, count <= window.frameCapacity else { throw StateError() }
    held = count
    for channel in 0..<channelCount {
      try reader.read(into: window.block[channel].slice(0..<held))
      clippedRun[channel] = try reader.readInt()
      tablePeak[channel] = try reader.readDouble()
    }
    for pair in energies.indices {
      energies[pair] = SIMD2(try reader.readDouble(), try reader.readDouble())
    }
    let length = try reader.readInt()
    guard length >= 0, length <= 1 << 20 else { throw StateError() }
    var bytes: [UInt8] = []
    for _ in 0..<length { bytes.append(UInt8(truncatingIfNeeded: try reader.readInt())) }
    guard let open = try MeterPartial(encoded: bytes).tenths.first,
      open.channels.count == channelCount
    else { throw StateError() }
    tenth = open
    position = frame - Int64(held - MeterRun.reach)
    guard position >= 0 else { throw StateError() }
    partialHop = MeterGrid.hop(at: position, rate: rate)
    partial = MeterPartial()
    try spectrum?.restore(from: &reader)
  }
}
