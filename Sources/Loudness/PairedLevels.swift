internal import CLanes
import DSP
public import Signal

/// Measures one stream under two rows of gains at once: loudness, mean squares and sample peaks, bit
/// for bit as a `LoudnessMeter` of each would; the rest of a partial is left as it is.
///
/// The filters' recursions wait for themselves, so two programmes cost hardly more than one.
///
/// - Shape: any channel count; the same gains for all channels.
public final class PairedLevels {
  private let rate: Int
  private let channelCount: Int
  /// Linear, before the gains of single frames.
  private let factors: [Double]
  private let weights: [Double]
  private let table: [Double]
  /// By pairs of channels; the last of an odd count runs alone.
  private var pairs: [Pair]
  private var position: Int64 = 0
  /// As a meter's.
  public var shift: Int64 = 0
  /// The hop that `position` lies in.
  private var hop = 0
  /// Frames of the tenth under way.
  private var tenthFrames = 0
  private var partials = (MeterPartial(), MeterPartial())

  /// Left and right of the one programme, then of the other.
  private struct Pair {
    /// Filter memories s1, s2, h1, h2.
    var memory = [Double](repeating: 0, count: 16)
    /// Of the hop: weighted squares; of the tenth: samples, squares, the largest magnitudes.
    var sums = [Double](repeating: 0, count: 16)

    mutating func measure(
      _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
      _ gains: UnsafePointer<Double>, _ others: UnsafePointer<Double>, _ count: Int,
      _ factors: [Double], _ table: [Double]
    ) {
      lanes_weigh_pair(left, right, gains, others, count, factors, table, &memory, &sums)
    }

    func encode(into writer: inout StateWriter) {
      writer.write(memory)
      writer.write(sums)
    }

    mutating func restore(from reader: inout StateReader) throws(StateError) {
      memory = try reader.readDoubles(16)
      sums = try reader.readDoubles(16)
    }
  }

  public init(rate: Int, channelCount: Int, factors: (Double, Double)) {
    self.rate = rate
    self.channelCount = channelCount
    self.factors = [factors.0, factors.1]
    weights = ChannelWeights.weights(channelCount)
    table = KWeighting(rate: Double(rate)).table
    pairs = Array(repeating: Pair(), count: (channelCount + 1) / 2)
  }

  /// Takes the frames that follow, with the gains of either programme.
  public func process(_ block: Block, _ gains: Samples, _ others: Samples) {
    precondition(block.channelCount == channelCount)
    var done = 0
    while done < block.frameCount {
      let end = min(
        MeterGrid.boundary(hop + 1, rate: rate),
        position + Housekeeping.framesLeft(at: position + shift))
      let count = min(block.frameCount - done, Int(end - position))
      for index in pairs.indices {
        pairs[index].measure(
          block[2 * index].address + done,
          block[min(2 * index + 1, channelCount - 1)].address + done, gains.address + done,
          others.address + done, count, factors, table)
      }
      done += count
      advance(count)
    }
  }

  private func advance(_ count: Int) {
    position += Int64(count)
    tenthFrames += count
    partials.0.frames += Int64(count)
    partials.1.frames += Int64(count)
    let place = position + shift
    if place % Housekeeping.interval == 0 {
      update(StateGrid.flushed)
      if place % Int64(Housekeeping.rounding) == 0 { update(StateGrid.filter) }
    }
    guard position == MeterGrid.boundary(hop + 1, rate: rate) else { return }
    partials.0.hops.append(energy(0))
    partials.1.hops.append(energy(2))
    for index in pairs.indices {
      for lane in 0..<4 { pairs[index].sums[lane] = 0 }
    }
    hop += 1
    if hop % 10 == 0 { closeTenth() }
  }

  private func update(_ transform: (Double) -> Double) {
    for index in pairs.indices {
      for i in 0..<16 { pairs[index].memory[i] = transform(pairs[index].memory[i]) }
    }
  }

  /// - Parameter first: lane of the programme's left channels.
  private func energy(_ first: Int) -> Double {
    var energy = 0.0
    for channel in 0..<channelCount {
      energy += pairs[channel / 2].sums[first + channel % 2] * weights[channel]
    }
    return energy
  }

  private func closeTenth() {
    partials.0.tenths.append(tenth(0))
    partials.1.tenths.append(tenth(2))
    for index in pairs.indices {
      for lane in 4..<16 { pairs[index].sums[lane] = 0 }
    }
    tenthFrames = 0
  }

  private func tenth(_ first: Int) -> Tenth {
    var tenth = Tenth(channelCount: channelCount)
    tenth.frames = tenthFrames
    for channel in 0..<channelCount {
      let lane = first + channel % 2
      let sums = pairs[channel / 2].sums
      tenth.channels[channel].sum = sums[4 + lane]
      tenth.channels[channel].sumOfSquares = sums[8 + lane]
      tenth.channels[channel].samplePeak = sums[12 + lane]
    }
    return tenth
  }

  /// What was measured since the last time.
  public func takePartials() -> (MeterPartial, MeterPartial) {
    defer { partials = (MeterPartial(), MeterPartial()) }
    return partials
  }

  /// Ends the programmes and gives what was measured since the last `takePartials`.
  public func finish() -> (MeterPartial, MeterPartial) {
    if tenthFrames > 0 { closeTenth() }
    return takePartials()
  }

  /// Everything that future partials depend on, canonically.
  public func encodeState(into writer: inout StateWriter) {
    for pair in pairs { pair.encode(into: &writer) }
    writer.write(tenthFrames)
  }

  /// Takes over the state that such a meter wrote at the frame `frame` of its programmes.
  public func restoreState(from reader: inout StateReader, at frame: Int64) throws(StateError) {
    guard frame >= 0 else { throw StateError() }
    for index in pairs.indices { try pairs[index].restore(from: &reader) }
    tenthFrames = try reader.readInt()
    position = frame
    hop = MeterGrid.hop(at: frame, rate: rate)
    partials = (MeterPartial(), MeterPartial())
  }
}
